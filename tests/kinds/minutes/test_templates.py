"""A service's own templates of minutes: what is wrong with them is told before a job fails of it."""

from __future__ import annotations

import pytest

from app.kinds.languages import PACKS
from app.kinds.minutes import templates
from app.kinds.minutes.rendering import RENDER


def told(**sources: str) -> list[str]:
    own = {f"board{'.' * bool(suffix)}{suffix}": text for suffix, text in sources.items()}
    return [str(problem) for problem in templates.faults("board", own)]


def test_our_own_templates_are_good() -> None:
    assert told(render=RENDER) == []
    assert [told(write=pack.write) for pack in PACKS.values()] == [[] for _ in PACKS]


def test_a_service_without_templates_of_its_own_is_good() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("suffix", "source", "problem"),
    [
        ("render", "{{ titel }}", 'board.render.md:1: uses titel, which there is not; did you mean "title"?'),
        ("render", "\n{% for each in sections %}{{ each.itms }}{% endfor %}",
         "board.render.md:2: cannot be rendered: there is no .itms"),
        ("render", "{% for each in items %}{{ each.ower }}{% endfor %}",
         "board.render.md:1: cannot be rendered: there is no .ower"),
        ("render", "{{ summary[0].text + 1 }}", "board.render.md:1: cannot be rendered: "),
        ("render", "Minutes", "board.render.md: must be a Jinja template: use {{ sections }} in it"),
        ("render", "{% if title %}", "board.render.md:1: Unexpected end of template"),
        ("write", "{{ itms }}", 'board.write.txt:1: uses itms, which there is not; did you mean "items"?'),
        ("write", "{{ agenda }}", "board.write.txt: does not use {{ items }}, so the model would not see them"),
        ("write", "Sum up: {}", "board.write.txt: must be a Jinja template: use {{ items }} in it"),
    ],
)  # fmt: skip
def test_what_would_fail_at_the_end_of_a_job_is_a_problem(suffix: str, source: str, problem: str) -> None:
    (found,) = told(**{suffix: source})

    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{% for t in turns %}{{ t.number }} {{ t.text }}{% endfor %}", []),
        ("{{ turns }} {{ agenda[0] }} {{ glossary | join }} {{ date }} {{ service }}", []),
        ("{{ turn }}", ["board.txt:1: uses turn, which there is not; did you mean \"turns\"?; known are turns, participants, "
                        "glossary, agenda, date, language, service, flavor"]),
        ("{{ date }}", ["board.txt: does not use {{ turns }}, so the model would not see them"]),
        ("{% for t in turns %}{{ t.txt }}{% endfor %}",
         ['board.txt:1: cannot be rendered: there is no .txt here; did you mean "text"?']),
    ],
)  # fmt: skip
def test_a_prompt_of_the_extraction_shows_the_turns(source: str, problem: list[str]) -> None:
    own = {"board": source}

    assert [str(each) for each in templates.faults("board", own)] == problem
