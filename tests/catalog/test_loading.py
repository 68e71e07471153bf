"""From the folder to a catalog: what is good is served, what is broken is a problem and stays as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.catalog import Catalog, LastGood, load
from app.kinds import KINDS
from app.kinds.base import Form
from tests.catalog.folders import TEMPLATE, manifest, put, swap


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "services"
    made.mkdir()
    return made


@pytest.fixture
def memory(tmp_path: Path) -> LastGood:
    return LastGood(tmp_path / "state")


def told(catalog: Catalog) -> list[str]:
    return [str(problem) for problem in catalog.problems]


def test_two_files_are_a_service(folder: Path) -> None:
    put(folder, "cra")

    entry = load(folder, KINDS).services["cra"]

    assert (entry.service.name, entry.file, entry.template, dict(entry.templates)) == (
        "cra",
        "cra.json",
        "cra",
        {"cra": TEMPLATE},
    )


def test_the_services_are_in_the_order_of_their_files(folder: Path) -> None:
    for name in ("cred", "cra", "zoo", "abc"):
        put(folder, name)

    assert list(load(folder, KINDS).services) == ["abc", "cra", "cred", "zoo"]


def test_a_manifest_is_shown_as_it_stands_in_its_file(folder: Path) -> None:
    put(folder, "cra", description={"fr": "é"})

    assert load(folder, KINDS).services["cra"].manifest == json.loads((folder / "cra.json").read_text())


def test_an_entry_holds_every_template_that_it_may_need_and_no_other(folder: Path) -> None:
    put(folder, "cra", "{% include 'rules.txt' %}{{ turns }}", flavor={"reduce_prompt": "last"})
    for name, text in (("rules", "r"), ("last", "{% include 'end.txt' %}{{ turns }}"), ("end", "e"), ("other", "o")):
        (folder / f"{name}.txt").write_text(text)

    assert set(load(folder, KINDS).services["cra"].templates) == {"cra", "rules", "last", "end"}


def test_the_same_files_make_the_same_generation(folder: Path) -> None:
    put(folder, "cra")

    assert load(folder, KINDS).generation == load(folder, KINDS).generation


def test_nothing_new_is_the_catalog_before(folder: Path) -> None:
    put(folder, "cra")
    before = load(folder, KINDS)

    assert load(folder, KINDS, before) is before


def test_what_did_not_change_is_not_made_again(folder: Path) -> None:
    put(folder, "cra")
    put(folder, "cred")
    before = load(folder, KINDS)

    (folder / "cred.txt").write_text("Otherwise.\n{{ turns }}")
    now = load(folder, KINDS, before)

    assert now.services["cra"] is before.services["cra"]


def test_a_template_that_was_missing_is_included_once_it_is_there(folder: Path) -> None:
    put(folder, "cra", "{% include 'rules.txt' ignore missing %}{{ turns }}")
    before = load(folder, KINDS)

    (folder / "rules.txt").write_text("r")
    now = load(folder, KINDS, before)

    assert [set(each.services["cra"].templates) for each in (before, now)] == [{"cra"}, {"cra", "rules"}]


@pytest.mark.parametrize("file", ["cra.json", "cra.txt", "rules.txt"])
def test_every_edit_makes_another_generation(folder: Path, file: str) -> None:
    put(folder, "cra", "{% include 'rules.txt' %}{{ turns }}")
    (folder / "rules.txt").write_text("r")
    before = load(folder, KINDS)

    (folder / file).write_text((folder / file).read_text() + " ")

    assert load(folder, KINDS, before).generation != before.generation


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("cra.json", "", "cra.json: the file is empty"),
        ("cra.json", manifest("cra")[:-9], "cra.json:1: the text that begins here is never closed"),
        ("cra.json", manifest("cra", descripton="x"), 'cra.json:1: descripton: unknown key; did you mean "description"?'),
        ("cra.txt", "", "cra.txt: the file is empty"),
        ("cra.txt", "{{ turn }", 'cra.txt:1: "fields": 1 gives turns, but the template holds 0 {}; {{ is never closed'),
        ("cra.txt", "{% if %}{{ turns }}", "cra.txt:1: Expected an expression, got 'end of statement block'"),
        ("cra.txt", "{{ turns }}{{ previous }}", 'cra.txt: "fields": 1 gives turns, but the template uses previous and turns'),
        (
            "cra.json",
            manifest("cra", flavor={"reduce_prompt": "crap"}),
            'cra.json:1: flavor.0.reduce_prompt: there is no template crap.txt; did you mean "cra"?',
        ),
    ],
)
def test_a_broken_file_keeps_the_last_good_version(folder: Path, file: str, text: str, problem: str) -> None:
    put(folder, "cra")
    put(folder, "cred")
    before = load(folder, KINDS)

    (folder / file).write_text(text)
    now = load(folder, KINDS, before)

    assert told(now) == [problem]
    assert (now.services["cra"].text, now.services["cra"].stale) == (before.services["cra"].text, True)
    assert not now.services["cred"].stale


def test_bytes_that_are_no_text_keep_the_last_good_version(folder: Path) -> None:
    put(folder, "cra")
    before = load(folder, KINDS)

    (folder / "cra.txt").write_bytes(b"\xff\xfe{{ turns }}")
    now = load(folder, KINDS, before)

    assert now.services["cra"].templates == {"cra": TEMPLATE}
    assert told(now) == [
        "cra.json: its template cra.txt is UTF-16: save it as UTF-8",
        "cra.txt: is UTF-16: save it as UTF-8",
    ]


def test_a_manifest_that_was_never_good_is_a_problem_and_no_service(folder: Path) -> None:
    put(folder, "cra")
    (folder / "bad.json").write_text("{")

    catalog = load(folder, KINDS)

    assert (list(catalog.services), told(catalog)) == (["cra"], ["bad.json:1: a key in double quotes is missing here"])


def test_a_manifest_without_a_template_is_a_problem(folder: Path) -> None:
    (folder / "cra.json").write_text(manifest("cra"))

    assert told(load(folder, KINDS)) == ["cra.json: its template cra.txt is missing"]


@pytest.mark.parametrize("name", ["cra.json", "cra.txt"])
def test_a_folder_in_the_place_of_a_file_is_a_problem_that_names_it(folder: Path, name: str) -> None:
    put(folder, "cra")
    (folder / name).unlink()
    (folder / name).mkdir()

    assert f"{name}: is a folder, and must be a file" in told(load(folder, KINDS))


def test_a_template_that_goes_missing_keeps_the_last_good_version(folder: Path) -> None:
    put(folder, "cra")
    before = load(folder, KINDS)

    (folder / "cra.txt").unlink()

    assert load(folder, KINDS, before).services["cra"].stale


def test_a_mended_file_is_served_again(folder: Path) -> None:
    put(folder, "cra")
    good = load(folder, KINDS)
    (folder / "cra.txt").write_text("")
    broken = load(folder, KINDS, good)

    put(folder, "cra")
    mended = load(folder, KINDS, broken)

    assert (mended.services["cra"].stale, mended.problems, mended.generation) == (False, (), good.generation)


def test_a_look_that_finds_no_change_asks_for_no_last_good_version(
    folder: Path, memory: LastGood, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load(folder, KINDS, remember=memory)
    monkeypatch.setattr(LastGood, "load", None)

    assert load(folder, KINDS, before, remember=memory) is before


def test_a_deleted_manifest_is_a_service_less(folder: Path, memory: LastGood) -> None:
    put(folder, "cra")
    put(folder, "cred")
    before = load(folder, KINDS, remember=memory)

    (folder / "cra.json").unlink()
    now = load(folder, KINDS, before, remember=memory)

    assert (list(now.services), now.problems, set(memory.load(folder))) == (["cred"], (), {"cred.json"})


def test_a_folder_that_goes_away_keeps_everything(folder: Path, memory: LastGood) -> None:
    put(folder, "cra")
    before = load(folder, KINDS, remember=memory)

    folder.rename(folder.with_name("away"))
    now = load(folder, KINDS, before, remember=memory)

    problem = "services/: the folder cannot be read: No such file or directory; what it held stays in service until it can be"
    assert (list(now.services), told(now)) == (["cra"], [f"{problem} read again: mount or make it, or let this user read it"])


@pytest.mark.parametrize("how", ["missing", "empty", "emptied"])
def test_a_process_that_starts_without_the_files_serves_what_was_there_and_forgets_none(
    folder: Path, memory: LastGood, how: str
) -> None:
    put(folder, "cra")
    load(folder, KINDS, remember=memory)
    kept = memory.load(folder)
    if how == "emptied":
        for file in folder.iterdir():
            file.unlink()
    else:
        folder.rename(folder.with_name("disk"))
    if how == "empty":
        folder.mkdir()

    started = load(folder, KINDS, remember=memory)
    later = load(folder, KINDS, load(folder, KINDS, started, remember=memory), remember=memory)

    assert later is started
    assert (list(started.services), started.services["cra"].stale) == (["cra"], True)
    assert ("mount" in told(started)[0], len(told(started))) == (True, 1)
    assert memory.load(folder) == kept


def test_a_process_that_starts_without_the_files_serves_them_when_they_are_back(folder: Path, memory: LastGood) -> None:
    put(folder, "cra")
    put(folder, "cred")
    load(folder, KINDS, remember=memory)
    disk = folder.rename(folder.with_name("disk"))
    folder.mkdir()
    started = load(folder, KINDS, remember=memory)
    (disk / "cred.json").unlink()

    folder.rmdir()
    disk.rename(folder)
    now = load(folder, KINDS, started, remember=memory)

    assert (list(started.services), list(now.services)) == (["cra", "cred"], ["cra"])
    assert (now.problems, set(memory.load(folder))) == ((), {"cra.json"})


def test_a_folder_that_is_meant_to_be_empty_says_so(folder: Path, memory: LastGood) -> None:
    put(folder, "cra")
    load(folder, KINDS, remember=memory)
    for file in folder.iterdir():
        file.unlink()
    started = load(folder, KINDS, remember=memory)

    (folder / "backends.json").write_text("[]")
    now = load(folder, KINDS, started, remember=memory)

    assert (list(started.services), list(now.services), now.problems, memory.load(folder)) == (["cra"], [], (), {})


def test_a_version_that_this_release_cannot_serve_is_not_forgotten_without_the_files(folder: Path, memory: LastGood) -> None:
    """The release before may come back, and so may the disk."""
    put(folder, "cra")
    load(folder, KINDS, remember=memory)
    kept = {**memory.load(folder), "old.json": {"manifest": "{}", "templates": {}}}
    memory.save(folder, kept)
    folder.rename(folder.with_name("disk"))

    started = load(folder, KINDS, remember=memory)

    assert (list(started.services), memory.load(folder)) == (["cra"], kept)


def test_an_empty_folder_that_held_nothing_is_no_problem(folder: Path, memory: LastGood) -> None:
    before = load(folder, KINDS, remember=memory)
    folder.rmdir()
    folder.mkdir()

    assert load(folder, KINDS, before, remember=memory).problems == ()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"name": "cra"}, 'cred.json:1: name: "cra" is the service of cra.json already'),
        ({"route": "cra"}, 'cred.json:1: route: "cra" is the service of cra.json already'),
        ({"route": "cra/generate"}, 'cred.json:1: route: "cra" is the service of cra.json already'),
        ({"route": "team/minutes"}, 'cred.json:1: route: "team/minutes" is the service of cra.json already'),
        ({"name": "old"}, None),
    ],
)
def test_of_two_services_on_one_route_the_first_wins(folder: Path, changed: dict[str, str], problem: str | None) -> None:
    put(folder, "cra", route="team/minutes")
    put(folder, "cred", **changed)

    catalog = load(folder, KINDS)

    assert told(catalog) == ([problem] if problem else [])
    assert list(catalog.services) == (["cra"] if problem else ["cra", "old"])


def test_a_service_that_takes_anothers_route_stays_what_it_was(folder: Path) -> None:
    put(folder, "cra")
    put(folder, "cred")
    before = load(folder, KINDS)

    (folder / "cred.json").write_text(manifest("cred", route="cra"))
    now = load(folder, KINDS, before)

    assert (list(now.services), now.services["cred"].stale) == (["cra", "cred"], True)


def test_a_process_that_starts_while_a_file_is_broken_serves_the_last_good_version(folder: Path, memory: LastGood) -> None:
    put(folder, "cra")
    load(folder, KINDS, remember=memory)
    (folder / "cra.json").write_text("{")

    started = load(folder, KINDS, remember=memory)

    assert (started.services["cra"].stale, started.services["cra"].text) == (True, manifest("cra"))


def test_a_process_that_missed_a_good_version_serves_it_like_the_others(folder: Path, memory: LastGood) -> None:
    put(folder, "cra")
    slow = quick = load(folder, KINDS, remember=memory)
    put(folder, "cra", description="newer")
    quick = load(folder, KINDS, quick, remember=memory)
    (folder / "cra.json").write_text("{")

    slow, quick = (load(folder, KINDS, each, remember=memory) for each in (slow, quick))

    assert slow.services["cra"].service.description == "newer"
    assert slow.generation == quick.generation


def test_a_remembered_version_that_is_no_longer_good_is_forgotten(folder: Path, memory: LastGood) -> None:
    (folder / "cra.json").write_text("{")
    memory.save(folder, {"cra.json": {"manifest": "{}", "templates": {}}})

    catalog = load(folder, KINDS, remember=memory)

    assert (list(catalog.services), memory.load(folder)) == ([], {})


def test_a_memory_that_cannot_be_written_is_a_problem_and_stops_nothing(folder: Path, tmp_path: Path) -> None:
    put(folder, "cra")
    (tmp_path / "state").write_text("a file in the place of the folder")

    catalog = load(folder, KINDS, remember=LastGood(tmp_path / "state"))

    assert list(catalog.services) == ["cra"]
    assert told(catalog)[0].startswith("services/: the last good versions are not kept: ")


def test_the_links_of_a_configmap_are_files(folder: Path) -> None:
    for version, text in (("..2026_01", TEMPLATE), ("..2026_02", "Otherwise.\n{{ turns }}")):
        (folder / version).mkdir()
        put(folder / version, "cra", text)
    swap(folder / "..data", "..2026_01")
    for name in ("cra.json", "cra.txt"):
        (folder / name).symlink_to(f"..data/{name}")
    before = load(folder, KINDS)

    swap(folder / "..data", "..2026_02")
    now = load(folder, KINDS, before)

    assert [each.services["cra"].templates["cra"] for each in (before, now)] == [TEMPLATE, "Otherwise.\n{{ turns }}"]


def test_a_catalog_that_was_taken_does_not_change(folder: Path) -> None:
    put(folder, "cra")
    taken = load(folder, KINDS)

    put(folder, "cra", "Otherwise.\n{{ turns }}")
    load(folder, KINDS, taken)

    assert taken.services["cra"].templates == {"cra": TEMPLATE}
    with pytest.raises(TypeError):
        taken.services["cra"] = taken.services["cra"]  # type: ignore[index]


# -- functions ---------------------------------------------------------------------------------------------------------


def put_functions(folder: Path, functions: object, name: str = "calls") -> None:
    (folder / f"{name}.txt").write_text("{{ functions }} {{ prompt }}", encoding="utf-8")
    flavor = {"name": "a", "modelName": "m", "totalContextLength": 4096, "maxGenerationLength": 512}
    text = json.dumps({"type": "function_call", "name": name, "functions": functions, "flavor": [flavor]})
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def names_of(catalog: Catalog) -> list[str]:
    return [function["name"] for function in catalog.order("calls", Form({"prompt": "q"})).settings["functions"]]


def test_functions_stand_in_the_manifest(folder: Path) -> None:
    put_functions(folder, [{"name": "add"}])

    assert names_of(load(folder, KINDS)) == ["add"]


@pytest.mark.parametrize("text", ['[{"name": "add"}]', '// ours\n[{"name": "add"}]', '{"functions": [{"name": "add"}]}'])
def test_functions_stand_in_a_file_that_is_no_manifest(text: str, folder: Path) -> None:
    (folder / "definitions.json").write_text(text)
    put_functions(folder, "definitions.json")

    catalog = load(folder, KINDS)

    assert (names_of(catalog), told(catalog)) == (["add"], [])
    assert catalog.services["calls"].manifest["functions"] == "definitions.json"


def test_an_edit_of_the_functions_is_live_in_the_next_catalog(folder: Path) -> None:
    (folder / "definitions.json").write_text('[{"name": "add"}]')
    put_functions(folder, "definitions.json")
    before = load(folder, KINDS)

    (folder / "definitions.json").write_text('[{"name": "add"}, {"name": "greet"}]')

    assert names_of(load(folder, KINDS, before)) == ["add", "greet"]


@pytest.mark.parametrize("broken", ['[{"name": "greet"', "", '[{"name": "a b"}]', None])
def test_broken_functions_leave_the_last_good_ones_in_service(broken: str | None, folder: Path, memory: LastGood) -> None:
    (folder / "definitions.json").write_text('[{"name": "add"}]')
    put_functions(folder, "definitions.json")
    load(folder, KINDS, remember=memory)

    (folder / "definitions.json").unlink()
    if broken is not None:
        (folder / "definitions.json").write_text(broken)
    catalog = load(folder, KINDS, remember=memory)  # as another process sees it, which starts now

    assert (names_of(catalog), len(told(catalog))) == (["add"], 1)


def test_a_problem_of_the_functions_is_told_by_their_file_key_and_line(folder: Path) -> None:
    (folder / "definitions.json").write_text('[\n {"name": "add", "parameters": {"a": {"type": "numbr"}}}]')
    put_functions(folder, "definitions.json")

    assert told(load(folder, KINDS)) == [
        "definitions.json:2: 0.parameters.a.type: must be 'number', 'integer', 'string', 'boolean', 'array' or 'object', not"
        ' the text "numbr"'
    ]


def test_a_problem_of_functions_in_a_manifest_is_told_by_its_key(folder: Path) -> None:
    put_functions(folder, [{"name": "add"}, {"name": "add"}])

    assert told(load(folder, KINDS)) == ['calls.json:1: functions.1.name: "add" is the name of function 0 already']


def test_a_missing_file_of_functions_is_a_problem_of_the_manifest(folder: Path) -> None:
    put_functions(folder, "definition.json")
    (folder / "definitions.json").write_text('[{"name": "add"}]')

    assert (
        'calls.json:1: functions: there is no file definition.json, or it cannot be read; did you mean "definitions.json"?'
        in told(load(folder, KINDS))
    )


def test_a_list_that_nobody_names_is_a_problem(folder: Path) -> None:
    (folder / "definitions.json").write_text("[]")

    assert told(load(folder, KINDS)) == [
        'definitions.json: holds a list, so it is no manifest, and no manifest names it as its "functions"'
    ]


def test_manifests_in_a_folder_of_the_folder_are_a_problem_until_they_are_gone(folder: Path) -> None:
    for name in ("archive", ".hidden", "notes"):
        (folder / name).mkdir()
    put(folder / "archive", "old")
    put(folder / ".hidden", "older")
    (folder / "notes" / "list.json").write_text('{"a": 1}')
    before = load(folder, KINDS)

    assert told(before) == [
        "archive/: holds old.json, and folders in the services folder are not read: move the files up, or let the folder's "
        "name begin with a dot"
    ]
    for path in (*(folder / "archive").iterdir(),):
        path.rename(folder / path.name)
    after = load(folder, KINDS, before)
    assert (list(after.services), told(after)) == (["old"], [])


def test_naming_a_manifest_as_functions_does_not_take_it_out_of_service(folder: Path) -> None:
    put(folder, "cra")
    put_functions(folder, "cra.json")

    assert list(load(folder, KINDS).services) == ["cra"]


@pytest.mark.parametrize("served_before", [True, False])
def test_a_copy_never_takes_over_the_service_that_it_copies(folder: Path, memory: LastGood, *, served_before: bool) -> None:
    put(folder, "cra")
    before = load(folder, KINDS, remember=memory) if served_before else None

    (folder / "cra (copy).json").write_text(manifest("cra", description="copy"))
    (folder / "cra (copy).txt").write_text("Otherwise.\n{{ turns }}")
    now = load(folder, KINDS, before, remember=memory)

    assert (now.services["cra"].file, now.services["cra"].stale) == ("cra.json", False)
    assert told(now) == ['cra (copy).json:1: name: "cra" is the service of cra.json already']


@pytest.mark.parametrize("restarted", [True, False])
def test_of_two_files_with_other_names_the_one_that_serves_keeps_the_name(
    folder: Path, memory: LastGood, *, restarted: bool
) -> None:
    put(folder, "minutes", name="cra")
    before = load(folder, KINDS, remember=memory)

    put(folder, "a copy", name="cra")
    now = load(folder, KINDS, None if restarted else before, remember=memory)

    assert now.services["cra"].file == "minutes.json"
    assert told(now) == ['a copy.json:1: name: "cra" is the service of minutes.json already']


def test_the_file_that_is_named_like_the_service_wins(folder: Path, memory: LastGood) -> None:
    put(folder, "minutes", name="cra")
    before = load(folder, KINDS, remember=memory)

    put(folder, "cra")
    now = load(folder, KINDS, before, remember=memory)

    assert now.services["cra"].file == "cra.json"


def test_an_alias_never_takes_the_name_of_a_service(folder: Path) -> None:
    put(folder, "alias", route="zoo")
    put(folder, "zoo")

    assert load(folder, KINDS).services["zoo"].file == "zoo.json"


def test_a_service_keeps_a_route_that_is_the_name_of_a_new_one(folder: Path) -> None:
    put(folder, "alias", route="zoo")
    before = load(folder, KINDS)

    put(folder, "zoo")
    now = load(folder, KINDS, before)

    assert (list(now.services), now.find("zoo").file) == (["alias"], "alias.json")
