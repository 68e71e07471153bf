from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.urls import origin, secrets, without_secrets

SECRET = "S3cret"
URLS = (
    "postgresql://ada:{}@db:5432/gateway",
    "postgresql://db/gateway?user=ada&password={}",
    "postgresql+psycopg:///gateway?host=/run/pg&sslpassword={}",
    "https://ada:{}@gpu/v1/?key={}#{}",
    "https://{}@gpu/v1",
)
AWKWARD = st.text("@:/?#&=%[]{} '\"\\aé", max_size=6)


@pytest.mark.parametrize(
    ("url", "shown", "start"),
    [
        ("http://gpu:9000/v1", "http://gpu:9000/v1", "http://gpu:9000"),
        ("https://user:secret@gpu/v1/", "https://gpu/v1/", "https://gpu"),
        ("postgresql://ada:secret@db:5432/gateway?password=secret", "postgresql://db:5432/gateway", "postgresql://db:5432"),
        ("postgresql:///gateway?host=/run", "postgresql:///gateway", "postgresql://"),
        ("no url", "…://…", "…://…"),
    ],
)
def test_a_url_is_shown_without_user_password_and_query(url: str, shown: str, start: str) -> None:
    assert (without_secrets(url), origin(url)) == (shown, start)


@pytest.mark.parametrize("pattern", URLS)
@given(AWKWARD, AWKWARD)
def test_no_part_of_a_secret_is_shown_however_badly_it_is_quoted(pattern: str, before: str, behind: str) -> None:
    url = pattern.replace("{}", f"{before}{SECRET}{behind}{SECRET}")

    assert SECRET not in without_secrets(url)
    assert SECRET not in origin(url)


@pytest.mark.parametrize("url", ["postgresql://a:p%40ssword@db/x", "postgresql://db/x?password=p%40ssword"])
def test_a_secret_is_known_as_it_is_written_and_as_it_is_meant(url: str) -> None:
    assert "p@ssword" in secrets(url)
