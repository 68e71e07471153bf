"""Variants: further templates of a service that a request or a flavor names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.catalog import Catalog, LastGood, load
from app.catalog.oddities import oddities
from app.errors import BadParameter
from app.kinds import KINDS
from app.kinds.base import Form
from app.orders import Order
from tests.catalog.folders import FLAVOR, TEMPLATE, manifest, put

SHORT = "Only the decisions.\n{{ turns }}\n"
BROKEN = "{{ turns"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "services"
    made.mkdir()
    put(made, "cra")
    (made / "cra.short.txt").write_text(SHORT)
    return made


def ordered(catalog: Catalog, **fields: str) -> Order:
    return catalog.order("cra", Form({"flavor": "small", **fields}, "Ann : One."))


def told(catalog: Catalog) -> list[str]:
    return [str(problem) for problem in catalog.problems]


@pytest.mark.parametrize("given", ["short", "cra.short", "cra.short.txt"])
def test_a_request_names_a_variant(folder: Path, given: str) -> None:
    order = ordered(load(folder, KINDS), variant=given)

    assert (order.template, order.templates) == ("cra.short", {"cra.short": SHORT})


@pytest.mark.parametrize("fields", [{}, {"variant": ""}, {"variant": "cra"}, {"variant": "cra.txt"}])
def test_without_a_variant_the_services_own_template_is_used(folder: Path, fields: dict[str, str]) -> None:
    order = ordered(load(folder, KINDS), **fields)

    assert (order.template, order.templates) == ("cra", {"cra": TEMPLATE})


def test_an_unknown_variant_is_refused_with_the_one_that_is_probably_meant(folder: Path) -> None:
    with pytest.raises(BadParameter, match='variant: there is no variant "shrt" of cra; it has short; did you mean "short"'):
        ordered(load(folder, KINDS), variant="shrt")


def test_a_variant_that_is_no_text_is_refused(folder: Path) -> None:
    form: dict[str, Any] = {"flavor": "small", "variant": 3}

    with pytest.raises(BadParameter, match="variant: must be the name"):
        load(folder, KINDS).order("cra", Form(form, "Ann : One."))


def test_a_flavor_names_a_variant_and_a_request_another(folder: Path) -> None:
    (folder / "cra.json").write_text(manifest("cra", flavor={"variant": "short"}))
    catalog = load(folder, KINDS)

    assert [ordered(catalog).template, ordered(catalog, variant="cra.txt").template] == ["cra.short", "cra"]


def test_a_flavor_that_stands_in_has_its_own_variant(folder: Path) -> None:
    flavors = [{**FLAVOR, "fallback": ["spare"]}, {**FLAVOR, "name": "spare", "variant": "short"}]
    (folder / "cra.json").write_text(json.dumps({"type": "summary", "fields": 1, "name": "cra", "flavor": flavors}))

    orders = ordered(load(folder, KINDS)).with_fallbacks()

    assert [(order.template, order.templates[order.template]) for order in orders] == [("cra", TEMPLATE), ("cra.short", SHORT)]


def test_a_flavor_that_names_no_variant_of_the_folder_is_a_problem(folder: Path) -> None:
    (folder / "cra.json").write_text(manifest("cra", flavor={"variant": "shrt"}))

    catalog = load(folder, KINDS)

    assert told(catalog) == [
        'cra.json:1: flavor.0.variant: there is no template cra.shrt.txt that works; did you mean "short"?'
    ]


def test_a_variant_is_examined_like_the_services_own_template(folder: Path) -> None:
    (folder / "cra.short.txt").write_text(BROKEN)

    catalog = load(folder, KINDS)

    assert [problem.partition(":")[0] for problem in told(catalog)] == ["cra.short.txt"]
    assert (list(catalog.services), dict(catalog.services["cra"].variants)) == (["cra"], {})


def test_a_broken_variant_keeps_its_last_good_version_in_every_process(folder: Path, tmp_path: Path) -> None:
    memory = LastGood(tmp_path / "state")
    load(folder, KINDS, remember=memory)
    (folder / "cra.short.txt").write_text(BROKEN)

    first = load(folder, KINDS, remember=memory)
    second = load(folder, KINDS, remember=memory)

    assert [ordered(each, variant="short").templates["cra.short"] for each in (first, second)] == [SHORT, SHORT]
    assert first.generation == second.generation
    assert told(first) != []


def test_a_changed_variant_is_loaded_and_a_removed_one_is_gone(folder: Path) -> None:
    first = load(folder, KINDS)
    (folder / "cra.short.txt").write_text("New.\n{{ turns }}\n")

    second = load(folder, KINDS, first)
    (folder / "cra.short.txt").unlink()
    third = load(folder, KINDS, second)

    assert ordered(second, variant="short").templates["cra.short"].startswith("New.")
    assert dict(third.services["cra"].variants) == {}


def test_an_included_file_of_a_variant_is_followed(folder: Path) -> None:
    (folder / "rules.txt").write_text("old")
    (folder / "cra.short.txt").write_text("{% include 'rules.txt' %}{{ turns }}")
    first = load(folder, KINDS)
    (folder / "rules.txt").write_text("new")

    assert ordered(load(folder, KINDS, first), variant="short").templates["rules"] == "new"


def test_templates_with_another_use_are_no_variants(folder: Path) -> None:
    put(folder, "cra", "{% include 'cra.rules.txt' %}{{ turns }}", flavor={"reduce_prompt": "cra.last"})
    put(folder, "cra.other")
    for name in ("cra.rules", "cra.last"):
        (folder / f"{name}.txt").write_text("{{ turns }}")

    assert list(load(folder, KINDS).services["cra"].variants) == ["short"]


def test_a_variant_is_no_orphan_file(folder: Path) -> None:
    (folder / "lost.txt").write_text("x")

    assert [problem.file for problem in oddities(load(folder, KINDS))] == ["lost.txt"]


def test_a_variant_of_minutes_uses_the_services_optional_templates(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(manifest("m", type="minutes").replace('"fields": 1, ', ""))
    (tmp_path / "m.write.txt").write_text("Write. {{ items }}")
    (tmp_path / "m.short.txt").write_text("Extract. {{ turns }}")

    catalog = load(tmp_path, KINDS)

    assert told(catalog) == []
    order = catalog.order("m", Form({"flavor": "small", "variant": "short"}, "Ann : One."))
    assert order.templates["m.short.write"] == "Write. {{ items }}"
