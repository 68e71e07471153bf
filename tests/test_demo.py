"""`make demo` takes the sample of the caller's language."""

from __future__ import annotations

import json

import pytest

from examples.demo import ROOT, SAMPLES, chosen

LOCALES = {"en": "en_GB.UTF-8", "fr": "fr_FR@euro", "es": "es", "de": "de_AT.UTF-8", "fa": "fa_IR"}


@pytest.mark.parametrize("language", SAMPLES)
def test_a_language_has_its_sample_and_a_service_for_the_embedded_model(language: str) -> None:
    sample, service = chosen({"LANG": LOCALES[language]})

    manifest = (ROOT / "services" / f"{service}.json").read_text(encoding="utf-8")
    assert (sample.name, service) == (SAMPLES[language], f"minutes-{language}")
    assert sample.read_text(encoding="utf-8").strip()
    assert '"name": "local"' in manifest
    assert json.dumps(language) in manifest


@pytest.mark.parametrize("environment", [{}, {"LANG": "C.UTF-8"}, {"LANG": "zh_CN.UTF-8"}, {"LANG": ""}])
def test_any_other_language_has_the_english_sample(environment: dict[str, str]) -> None:
    sample, service = chosen(environment)

    assert (sample.name, service) == ("meeting-en.txt", "minutes-en")


def test_lc_all_goes_before_lc_messages_and_lang() -> None:
    assert chosen({"LC_ALL": "", "LC_MESSAGES": "es_ES", "LANG": "de_DE"})[1] == "minutes-es"
    assert chosen({"LC_ALL": "fa", "LC_MESSAGES": "es_ES", "LANG": "de_DE"})[1] == "minutes-fa"


def test_another_file_and_another_service_may_be_chosen() -> None:
    sample, service = chosen({"LANG": "de_DE", "DEMO_FILE": "reunion-fr.txt"})

    assert (sample.name, service) == ("reunion-fr.txt", "minutes-fr")
    assert chosen({"DEMO_FILE": "mine.vtt", "LANG": "de_DE"})[1] == "minutes-de"
    assert chosen({"DEMO_SERVICE": "cra"})[1] == "cra"
