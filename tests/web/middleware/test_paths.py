from __future__ import annotations

import pytest

from app.web.middleware.paths import plain


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("", "/"),
        ("/", "/"),
        ("//", "/"),
        ("//services", "/services"),
        ("/services/", "/services"),
        ("//services///cra//generate//", "/services/cra/generate"),
        ("services", "/services"),
    ],
)
def test_a_path_has_single_slashes_and_none_at_its_end(path: str, read: str) -> None:
    assert plain(path) == read
