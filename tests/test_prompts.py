"""Templates: what they may use, what they are refused for, and that nothing in a transcript is ever interpreted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import prompts
from app.errors import TemplateError
from app.transcript.turn import Turn

HOSTILE = "{{ x }} {vocalsound} {} {0} {% raw %} {# no #} %s \\1 <b>&"
TURNS = prompts.Lines([Turn("Ann", "hello"), Turn("Bob", HOSTILE)])
BEFORE = prompts.Lines([Turn("Zoe", "before {}")])
NONE = prompts.Lines()


def compiled(source: str, **others: str) -> prompts.Template:
    return prompts.compile("cra", {"cra": source, **others})


def rendered(source: str, previous: prompts.Lines = BEFORE, turns: prompts.Lines = TURNS, **others: str) -> str:
    values: Mapping[str, Any] = {"service": "cra", "flavor": "small", "language": "fr"}
    return compiled(source, **others).render(previous=previous, turns=turns, **values)


def told(source: str, fields: int, **others: str) -> list[str]:
    return [str(problem) for problem in prompts.disagreements(compiled(source, **others), fields)]


def test_a_remembered_template_is_compiled_again_once_what_it_includes_is_another() -> None:
    first = prompts.remembered("cra", {"cra": "{% include 'end' %}", "end": "a {{ turns }}"})
    again = prompts.remembered("cra", {"cra": "{% include 'end' %}", "end": "a {{ turns }}"})
    other = prompts.remembered("cra", {"cra": "{% include 'end' %}", "end": "b {{ turns }}"})

    assert again is first
    assert (first.render(turns="x"), other.render(turns="x")) == ("a x", "b x")


def test_turns_print_one_a_line() -> None:
    assert rendered("{{ turns }}") == f"Ann : hello\nBob : {HOSTILE}"


def test_turns_can_be_gone_through() -> None:
    text = rendered("{% for turn in turns %}{{ loop.index }}. {{ turn.speaker }}: {{ turn.text }}\n{% endfor %}")

    assert text == f"1. Ann: hello\n2. Bob: {HOSTILE}\n"


def test_no_turns_are_false_and_print_nothing() -> None:
    assert rendered("[{{ previous }}]{% if not previous %} none{% endif %} of {{ previous|length }}", NONE) == "[] none of 0"


def test_a_slice_of_turns_prints_like_turns() -> None:
    assert rendered("{{ turns[:1] }}") == "Ann : hello"


def test_a_legacy_template_fills_previous_and_turns() -> None:
    assert rendered("before {}\nnow {}!") == f"before Zoe : before {{}}\nnow Ann : hello\nBob : {HOSTILE}!"


def test_a_legacy_template_with_one_blank_fills_turns() -> None:
    assert rendered('{"a": {0}, {b}} {}') == f'{{"a": {{0}}, {{b}}}} Ann : hello\nBob : {HOSTILE}'


@pytest.mark.parametrize("source", ["a {}\n", "a {{ turns }}\n", "a {}\r\n", "a {{ turns }}\r\n"])
def test_the_line_end_that_closes_the_file_is_not_part_of_the_prompt(source: str) -> None:
    assert rendered(source, turns=prompts.Lines([Turn("A", "b")])) == "a A : b"


@given(st.text(), st.sampled_from(["<{}>", "<{{ turns }}>", "<{% for turn in turns %}{{ turn }}{% endfor %}>"]))
def test_nothing_that_is_said_is_interpreted(text: str, source: str) -> None:
    turn = Turn("Ann", text)

    assert rendered(source, turns=prompts.Lines([turn])) == f"<{turn}>"


@pytest.mark.parametrize(
    ("source", "legacy", "variables"),
    [
        ("{} {}", True, {"previous", "turns"}),
        ("{}", True, {"turns"}),
        ("no blank", True, set()),
        ("{{ turns }} {}", False, {"turns"}),
        ("{# comment #}", False, set()),
        ("{% if previous %}{{ flavor }}{% endif %}", False, {"previous", "flavor"}),
        ("{% for turn in turns %}{{ turn }}{% endfor %}", False, {"turns"}),
        ("{% set a = service %}{% include 'other.txt' %}", False, {"service", "turns"}),
    ],
)
def test_a_template_knows_which_names_it_uses(source: str, legacy: bool, variables: set[str]) -> None:
    template = compiled(source, other="{{ a }} {{ turns }}")

    assert (template.legacy, template.variables) == (legacy, variables)


def test_an_include_takes_another_template_of_the_folder() -> None:
    assert rendered("{% include 'rules.txt' %}\n{{ turns[:1] }}", rules="Be {{ language }}.\n") == "Be fr.\nAnn : hello"


def test_a_template_holds_the_sources_that_it_reaches() -> None:
    template = compiled("{% include 'a.txt' %}{{ turns }}", a="{% include 'b.txt' ignore missing %}a", b="b", c="c")

    assert set(template.sources) == {"cra", "a", "b"}


def test_a_template_renders_from_the_sources_that_it_holds() -> None:
    template = compiled("{% include 'a.txt' %}{{ turns }}", a="a", c="c")

    assert prompts.compile("cra", template.sources).render(turns="x") == "ax"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "cra.txt: the file is empty"),
        (" \n", "cra.txt: the file is empty"),
        ("a\nb {% if %}", "cra.txt:2: Expected an expression, got 'end of statement block'"),
        ("a\n{% for t in turns %}{{ t }}", "cra.txt:2: Unexpected end of template. Jinja was looking for"),
        ("{{ turns|shout }}", "cra.txt:1: No filter named 'shout'"),
        ("{% include 'rule.txt' %}", 'cra.txt:1: includes "rule.txt", which is not in the folder; did you mean "rules.txt"?'),
        ("{% include 'nowhere.txt' %}", 'cra.txt:1: includes "nowhere.txt", which is not in the folder'),
        ("\n{% include '../cra.txt' %}", 'cra.txt:2: includes "../cra.txt", which is not in the folder'),
        ("{% include '/etc/passwd' %}", 'cra.txt:1: includes "/etc/passwd", which is not in the folder'),
        ("{% include flavor %}", "cra.txt:1: the name of an included template stands in quotes"),
        ("{% include 'round.txt' %}", "cra.txt: includes itself: cra.txt → round.txt → cra.txt"),
        ("{% include 'cra.txt' %}", "cra.txt: includes itself: cra.txt → cra.txt"),
        ("{% include 'broken.txt' %}", "broken.txt:2: "),
    ],
)
def test_a_template_that_cannot_be_compiled_is_refused(source: str, message: str) -> None:
    with pytest.raises(TemplateError) as refusal:
        compiled(source, rules="r", round="{% include 'cra.txt' %}", broken="\n{{ }}")

    assert str(refusal.value).startswith(message)


def test_a_template_that_is_not_there_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"cra\.txt: there is no such template"):
        prompts.compile("cra", {})


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\n{{ turns.first }}", "cra.txt:2: cannot be rendered: "),
        ("{{ turns[9].text }}", "cra.txt:1: cannot be rendered: "),
        ("{{ nobody }}", "cra.txt:1: cannot be rendered: 'nobody' is undefined"),
        ("{{ turns + 1 }}", "cra.txt:1: cannot be rendered: "),
        ("{{ 1 / 0 }}", "cra.txt:1: cannot be rendered: division by zero"),
        ("{% include 'deep.txt' %}", "deep.txt:3: cannot be rendered: 'nobody' is undefined"),
        ("{{ ''.__class__.__mro__ }}", "cra.txt:1: cannot be rendered: access to attribute '__class__'"),
        ("{{ turns.__init__.__globals__ }}", "cra.txt:1: cannot be rendered: "),
        ("{{ turns._turns }}", "cra.txt:1: cannot be rendered: "),
        ("{{ range(999999999)|list }}", "cra.txt:1: cannot be rendered: Range too big."),
        ("{{ 'x' * 999999999 }}", "cra.txt:1: cannot be rendered: * makes something longer than 100000"),
        ("{{ 9 ** 9 ** 9 }}", "cra.txt:1: cannot be rendered: ** is not for templates"),
        ("{{ '%999999999d' % 1 }}", "cra.txt:1: cannot be rendered: % on a text is not for templates"),
    ],
)
def test_what_a_template_may_not_do_is_an_error_on_its_line(source: str, message: str) -> None:
    with pytest.raises(TemplateError) as refusal:
        rendered(source, deep="\n\n{{ nobody }}")

    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ("{} {}", 2),
        ("{}", 1),
        ("{{ previous }} {{ turns }}", 2),
        ("{{ turns }} {{ service }} {{ flavor }} {{ language }}", 1),
        ("{% if previous %}{{ previous[-1].text }}{% endif %}{% for turn in turns %}{{ turn.text|upper }}{% endfor %}", 2),
    ],
)
def test_a_template_that_goes_with_its_fields_is_taken(source: str, fields: int) -> None:
    assert told(source, fields) == []


@pytest.mark.parametrize(
    ("source", "fields", "message"),
    [
        ("a {}", 2, 'cra.txt: "fields": 2 gives previous and turns, but the template holds 1 {}'),
        ("a {} {}", 1, 'cra.txt: "fields": 1 gives turns, but the template holds 2 {}'),
        ("a {} {} {}", 2, 'cra.txt: "fields": 2 gives previous and turns, but the template holds 3 {}'),
        ("a", 1, 'cra.txt: "fields": 1 gives turns, but the template holds 0 {}; write {{ turns }} where they belong'),
        (
            "a",
            2,
            'cra.txt: "fields": 2 gives previous and turns, but the template holds 0 {}; '
            "write {{ previous }} and {{ turns }} where they belong",
        ),
        ("a\n{{ turns }", 1, 'cra.txt:2: "fields": 1 gives turns, but the template holds 0 {}; {{ is never closed'),
        ("{{ turns }}", 2, 'cra.txt: "fields": 2 gives previous and turns, but the template uses turns'),
        ("{{ previous }}", 2, 'cra.txt: "fields": 2 gives previous and turns, but the template uses previous'),
        ("{{ previous }}{{ turns }}", 1, 'cra.txt: "fields": 1 gives turns, but the template uses previous and turns'),
        ("{# x #}", 1, 'cra.txt: "fields": 1 gives turns, but the template uses neither turns nor previous'),
        (
            "{{ turns }}\n{{ langage }}",
            1,
            'cra.txt:2: uses langage, which there is not; did you mean "language"?; known are previous, turns, service, '
            "flavor, language",
        ),
        ("{{ turns[0] }}", 1, "cra.txt: does not print every turn: print {{ turns }}, or the .text of each in a loop"),
        ("{{ turns|length }}", 1, "cra.txt: does not print every turn: print {{ turns }}, or the .text of each in a loop"),
        ("{{ turns }}{{ previous[0].text }}", 2, "cra.txt:1: cannot be rendered: "),
        (
            "{% for t in turns %}{{ t.speeker }}{% endfor %}",
            1,
            'cra.txt:1: cannot be rendered: there is no .speeker here; did you mean "speaker"?',
        ),
    ],
)
def test_a_template_that_does_not_go_with_its_fields_is_refused(source: str, fields: int, message: str) -> None:
    (problem,) = told(source, fields)

    assert problem.startswith(message)
