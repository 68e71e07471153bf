"""Thoughts and template marks are kept apart from what is said, whole and piece by piece, and no word is lost with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.answers.cleaning import END_MARKS, Speech, cleaned
from app.backends.answers.thinking import SPELLINGS, opened_in_the_prompt

MARKS = "<think> </think> <thi </ < [THINK] [/THINK] nk> ` </s> <s> <|im_end|> <|channel|> <|message|> <|end|> <|start|> <|im_"
WORDS = [
    "</thinking>",
    "<think/>",
    '<think a="b">',
    "<think ",
    "Bob",
    " ",
    "\n",
    "é",
    "x < y",
    "final",
    "analysis",
    "assistant",
    "<answer>",
]
FRAGMENTS = st.sampled_from([*MARKS.split(), *WORDS])
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="<[◁"), max_size=40)


@pytest.mark.parametrize(
    ("raw", "text", "thinking"),
    [
        ("just text", "just text", ""),
        ("  text \n", "text", ""),
        ("<think>hm</think>\n\ntext", "text", "hm"),
        ("<think>\n a \n</think><think>b</think>two", "two", "a\nb"),
        ("<think>a</think>one <think>b</think>two", "one <think>b</think>two", "a"),
        ("<think>never ends", "", "never ends"),
        ("text <think>never ends", "text <think>never ends", ""),
        ("opened in the prompt\n</think>\n text", "text", "opened in the prompt"),
        ("it ends with </think> here", "it ends with </think> here", ""),
        ("<think></think>", "", ""),
        ("", "", ""),
        ("1 < 2 <thin air>", "1 < 2 <thin air>", ""),
        ("x <y and z> w", "x <y and z> w", ""),
        ("analysisWe need one.assistantfinal- One", "- One", "We need one."),
        ("analysisWe need one.", "analysisWe need one.", ""),
        ("analysis of it", "analysis of it", ""),
        ("Here is my thought process: hm\nHere is my response: yes", "yes", "hm"),
        ("hm<|end|><|start|>assistant<|channel|>final<|message|>yes", "yes", "hm"),
        ("<|channel|>analysis<|message|>hm<|end|>\nPlain", "Plain", "hm"),
        ("<|start|>assistant<|message|>yes<|end|><|start|>user<|message|>no", "yes", ""),
        ("<|im_start|>assistant\nyes<|im_end|>\n", "yes", ""),
        ("<|im_start|>user\nno", "", ""),
        ("<|channel>thought\nhm<channel|>yes", "yes", "hm"),
        ('<details type="reasoning" done="true">\nhm\n</details>\nyes', "yes", "hm"),
        ('<think time="3s">hm</think>yes', "yes", "hm"),
        ('<THINK budget="9"\n>\nhm\n</think>\nyes', "yes", "hm"),
        ("<think of it: 1 < 2", "<think of it: 1 < 2", ""),
        ("<|im_start|>assistant<|im_sep|>yes<|im_end|>", "yes", ""),
        ("<|inner_prefix|>hm<|inner_suffix|>yes<|assistant_end|>", "yes", "hm"),
        ("<reflection>hm</reflection>\nyes<pad><pad>", "yes", "hm"),
        ("Here are my reasoning steps:\nhm\n[BEGIN FINAL RESPONSE]\nyes\n[END FINAL RESPONSE]", "yes", "hm"),
        ("<|header_start|>assistant<|header_end|>\n\nyes<|eot|>", "yes", ""),
        ("yes<|role_end|><|separator|>", "yes", ""),
        ("]~b]ai\nyes[e~[\n]~b]user\nno", "yes", ""),
        ("- One\nuser\nThanks", "- One", ""),
        ("- One\nassistant\n\n- One", "- One", ""),
        ("- One\n### Human: Thanks", "- One", ""),
        ("# Roles\nUser\nreads", "# Roles\nUser\nreads", ""),
        ("the\nuser reads", "the\nuser reads", ""),
        ("<answer>kept</answer>", "<answer>kept</answer>", ""),
        ("<mm:think>hm</mm:think>yes", "yes", "hm"),
        ("<longcat_think>\nhm\n</longcat_think>\nyes</longcat_s>", "yes", "hm"),
        ("<think:opensource>hm</think:opensource>yes", "yes", "hm"),
        ("<｜begin▁of▁thinking｜>hm<｜end▁of▁thinking｜>yes", "yes", "hm"),
        ("<|think|>hm<|end|><|begin|>assistant<|content|>yes<|end|><|begin|>user", "yes", "hm"),
        ("<|content|>yes<|end|>", "yes", ""),
        ("<|START_THINKING|>hm<|END_THINKING|><|START_TEXT|>yes<|END_TEXT|>", "yes", "hm"),
        ("<|START_TEXT|>yes<|END_TEXT|>no", "yes", ""),
        ("<think>hm</think>\n<|begin_of_box|>yes<|end_of_box|>", "yes", "hm"),
        ("\u200b<think>hm</think>yes", "yes", "hm"),
        ("<role>ASSISTANT</role>yes<role>HUMAN</role>no", "yes", ""),
        ("yes[UNUSED_TOKEN_145]\n", "yes", ""),
        ("yes<C_Q>no", "yes", ""),
        ("<think><think>in</think>deep</think>yes", "yes", "<think>indeep"),
        ("<think>\n<think>in</think>yes", "yes", "<think>in"),
        ("<think>\n <think>a</think>\n<think>b</think>\nyes", "yes", "<think>a\n<think>b"),
        ("[THINK][THINK]in[/THINK][/THINK]yes", "yes", "[THINK]in"),
        ("◁think▷◁think▷in◁/think▷x◁/think▷yes", "yes", "◁think▷inx"),
        ("<think>no <think> in it</think>yes", "yes", "no <think> in it"),
        ("<think>hm</thinking>\nyes", "yes", "hm"),
        ("<thinking>hm</think>yes", "yes", "hm"),
        ("<thinking>a <think>b</think> c</thinking>yes", "yes", "a <think>b c"),
        ("<think>hm</ think>yes", "yes", "hm"),
        ("<think>hm</THINK >yes", "yes", "hm"),
        ("<think/>\nyes", "yes", ""),
        ("<think />yes", "yes", ""),
        ('<think time="0"/>yes', "yes", ""),
    ],
)
def test_what_was_said_and_thought(raw: str, text: str, thinking: str) -> None:
    assert cleaned(raw) == (text, thinking)


@pytest.mark.parametrize("marks", [each for each in SPELLINGS if not each.closed_only], ids=lambda marks: marks.opening)
def test_a_thought_may_be_spelled_in_many_ways(marks: object) -> None:
    opening, closing = marks.opening, marks.closing  # type: ignore[attr-defined]  # pytest hands it in untyped

    assert cleaned(f" {opening}hm{closing}\n- One") == ("- One", "hm")
    assert cleaned(f"- One {opening}hm{closing}") == (f"- One {opening}hm{closing}", "")


@pytest.mark.parametrize("mark", [*END_MARKS, "</s>"])
def test_an_answer_ends_at_the_first_mark(mark: str) -> None:
    assert cleaned(f"- One{mark}\nuser\nThanks{mark}")[0] == "- One"
    assert cleaned(f"- One `{mark}` two")[0] == f"- One `{mark}` two"


def fed(pieces: list[str]) -> tuple[str, str]:
    speech, said, thought = Speech(), "", ""
    for piece in pieces:
        said += speech.feed(piece)
        thought += speech.thoughts()
    said += speech.end()
    return said, thought + speech.thoughts()


def is_opened_before(raw: str) -> bool:
    """A thought whose beginning is not in the text is out before its end tells what it was."""
    return bool(opened_in_the_prompt(raw)[0]) or raw != opened_in_the_prompt(raw)[1] or "<|channel|>final" in raw


@given(st.lists(FRAGMENTS, max_size=12))
def test_the_pieces_joined_are_the_text(pieces: list[str]) -> None:
    raw = "".join(pieces)
    if is_opened_before(raw):
        return
    text, thinking = cleaned(raw)

    said, thought = fed(pieces)

    assert said == text
    assert "".join(thought.split()) == "".join(thinking.split())


@given(st.lists(FRAGMENTS, max_size=12))
def test_how_a_text_is_cut_makes_no_difference(pieces: list[str]) -> None:
    raw = "".join(pieces)

    assert fed(pieces)[0] == fed(list(raw))[0] == fed([raw])[0]


@given(PLAIN)
def test_text_without_marks_stays_as_it_is(text: str) -> None:
    if text.lstrip().lower().startswith(("analysis", "here is my thought", "\ufeff")):
        return

    assert cleaned(text) == (text.strip(), "")


@given(PLAIN, PLAIN)
def test_a_thought_at_the_start_is_split_off_whatever_it_holds(thought: str, text: str) -> None:
    if text.lstrip().lower().startswith(("analysis", "here is my thought", "\ufeff")):
        return

    assert cleaned(f"<think>{thought}</think>{text}") == (text.strip(), thought.strip())
