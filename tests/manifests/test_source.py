"""JSON as people write it: comments and trailing commas are read over, every line keeps its number, nothing is guessed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ManifestError
from app.manifests import Source

MEMBERS = st.text(max_size=8).filter(lambda text: text.isprintable())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | MEMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=3),
    max_leaves=12,
)


def test_comments_and_trailing_commas_are_read_over() -> None:
    text = '{ // one\n "a": [1, 2, /* two\n lines */ ], /* , */ "b": {"c": "d",}, // three\n}'

    source = Source.read("x.json", text)

    assert source.raw == {"a": [1, 2], "b": {"c": "d"}}


def test_what_looks_like_a_comment_or_a_comma_inside_a_text_stays() -> None:
    source = Source.read("x.json", '{"a": "http://x/*y*/", "b": "say \\"//\\",]", "c": "z"}')

    assert source.raw == {"a": "http://x/*y*/", "b": 'say "//",]', "c": "z"}


def test_every_key_and_entry_has_its_line() -> None:
    source = Source.read("x.json", '{\n"a": 1, // x\n"b": [\n {"c": 2},\n\n {"c": {"d":\n3}}\n]}')

    assert source.lines == {
        ("a",): 2,
        ("b",): 3,
        ("b", 0): 4,
        ("b", 0, "c"): 4,
        ("b", 1): 6,
        ("b", 1, "c"): 6,
        ("b", 1, "c", "d"): 6,
    }


def test_a_problem_with_a_missing_key_is_on_the_line_of_what_should_hold_it() -> None:
    source = Source.read("x.json", '{\n"b": [\n {"c": 2}]}')

    problem = source.problem(("b", 0, "d"), "is missing")

    assert str(problem) == "x.json:3: b.0.d: is missing"


@given(st.dictionaries(MEMBERS, VALUES, max_size=4), st.sampled_from([None, 1, "\t"]))
def test_plain_json_is_read_as_json(value: dict[str, object], indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)

    source = Source.read("x.json", text)

    assert source.raw == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.json: the file is empty"),
        (" \n ", "x.json: the file is empty"),
        ('{\n"a": 1\n// x\n"b": 2}', "x.json:2: a comma is missing after this"),
        ('{\n"a" 1}', "x.json:2: a colon is missing after this key"),
        ("{\na: 1}", "x.json:2: a key in double quotes is missing here"),
        ("{'a': 1}", "x.json:1: a key in double quotes is missing here"),
        ('{"a": \n}', "x.json:2: a value is missing here, or is no JSON: texts stand in double quotes"),
        ('{"a": yes}', "x.json:1: a value is missing here, or is no JSON: texts stand in double quotes"),
        ('{"a": 1', "x.json:1: the file ends here, and the } or ] of its beginning is missing"),
        ('{"a": [1\n', "x.json:1: the file ends here, and the } or ] of its beginning is missing"),
        ('{"a": "b\nc"}', "x.json:1: a text may not hold a line end or a tab: write \\n or \\t"),
        ('{"a": "b', "x.json:1: the text that begins here is never closed"),
        (r'{"a": "C:\dir"}', "x.json:1: a backslash in a text is written twice"),
        ("{}\n\n{}", "x.json:3: there is more after the end of the manifest"),
        ('{\n/* "a": 1}', "x.json:2: the comment that begins here is never closed"),
        ('{"a": 1,\n"b": {"c": 1, "c": 2}}', "x.json:2: b.c: is given twice, on lines 2 and 2"),
        ('{"a": 1,\n"b": 2,\n"a": 3}', "x.json:3: a: is given twice, on lines 1 and 3"),
        ("[]", "x.json: must be an object { … }"),
        ('"cra"', "x.json: must be an object { … }"),
        ('{"a": NaN}', "x.json:1: NaN is no JSON number"),
        ('{"a": -Infinity}', "x.json:1: -Infinity is no JSON number"),
        ('{"a": 1e999}', "x.json:1: 1e999 is too large a number"),
        ('{"a": "NaN",\n"b": "\\"NaN",\n"c": [1, NaN]}', "x.json:3: NaN is no JSON number"),
        ('{"a": ' + "9" * 5000 + "}", "x.json: a number has too many digits"),
        (r'{"a": "\ud83d"}', "x.json: holds half a character: \\ud83d without its other half"),
        ('{"a": ' + "[" * 100_000, "x.json: is nested too deeply"),
    ],
)
def test_what_is_no_manifest_is_refused(text: str, message: str) -> None:
    with pytest.raises(ManifestError) as refusal:
        Source.read("x.json", text)

    assert str(refusal.value) == message


@pytest.mark.parametrize("text", ["{“type”: 1}", '{"type": “summary”}', "{«type»: 1}", '{"type": ‘x’}'])
def test_a_quote_of_a_word_processor_is_told_as_one(text: str) -> None:
    with pytest.raises(ManifestError, match=r"is a mark of print: texts and keys stand between straight quotes"):
        Source.read("x.json", text)
