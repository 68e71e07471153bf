"""The estimate is never too low on usual text, and says that it is an estimate."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.tokens import Estimate, Tokenizer
from tests.tokens.conftest import AWKWARD

CARRIED = ("mistral-v1", "mistral-v3", "mistral-tekken-v3")
SAMPLES = (
    *AWKWARD,
    "سلام، جلسه امروز درباره بودجه سال آینده است و همه اعضا باید نظر خود را بگویند. گچ‌پژ",
    "大家好，今天我们讨论明年的预算，请大家发表意见。會議將於三點結束，龘靐齉。",
    "本日の会議を始めます。予算について議論しましょう。",
    "안녕하세요 오늘 회의를 시작하겠습니다",
    "สวัสดีครับ วันนี้เราจะประชุม",
    "आज की बैठक में हम अगले वर्ष के बजट पर चर्चा करेंगे।",
    "مرحبا بكم في اجتماع اليوم حول الميزانية",
    "ሰላም ለሁላችሁ",
    "Добрый день, коллеги, начнём заседание.",
    "Zażółć gęślą jaźń, źdźbło; Příliš žluťoučký kůň úpěl ďábelské ódy; Şimdi toplantıya başlıyoruz",
    "Xin chào, hôm nay chúng ta thảo luận ngân sách",
    "C’est-à-dire « l’été », œuvre… DUPONT-AIGNAN, MELENCHON",
    "👍🏽👩‍👩‍👧‍👦🇫🇷😀🎉 great! 🚀🚀 𝕳𝖊𝖑𝖑𝖔",
    "1 2 3 4 5 6 7 8, 12345678 3.14159 2024-05-06 10:20:33",
    "a b c d e f x-y-z w'v",
    '!@#$%^&*()_+{}|:"<>?~`',
    "| a | b |\n|---|---|\n| **x** | _y_ |",
    "if(x==3){return a[i++]; /* {} */}",
    "https://www.example.org/a/b?c=d&e=f%20g deadbeefcafebabe0123",
)


@pytest.mark.parametrize("name", CARRIED)
def test_it_is_never_too_low_for_a_line_of_a_real_transcript(
    carried: Callable[[str], Tokenizer], transcripts: list[str], name: str
) -> None:
    real = carried(name).count(transcripts)

    bound = Estimate().count(transcripts)

    assert [line for line, least, most in zip(transcripts, real, bound, strict=True) if most < least] == []


@pytest.mark.parametrize("name", CARRIED)
@pytest.mark.parametrize("text", SAMPLES)
def test_it_is_never_too_low_for_other_scripts_numbers_code_and_emoji(
    carried: Callable[[str], Tokenizer], name: str, text: str
) -> None:
    assert Estimate().count([text]) >= carried(name).count([text])


def test_it_is_not_so_high_that_most_of_the_context_is_wasted(
    carried: Callable[[str], Tokenizer], transcripts: list[str]
) -> None:
    real = sum(carried("mistral-v1").count(transcripts))

    assert sum(Estimate().count(transcripts)) <= 1.7 * real


@pytest.mark.parametrize("name", CARRIED)
def test_a_whole_prompt_is_not_measured_too_low(
    carried: Callable[[str], Tokenizer], whole_transcripts: list[str], name: str
) -> None:
    prompts = [[{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}] for text in whole_transcripts]

    assert all(Estimate().measure(prompt) >= carried(name).measure(prompt) for prompt in prompts)


def test_it_says_what_it_is() -> None:
    assert (Estimate().name, Estimate().exact) == ("estimate", False)
