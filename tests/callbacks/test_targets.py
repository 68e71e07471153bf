from __future__ import annotations

import pytest

from app.callbacks.targets import Targets
from app.errors import BadParameter


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost:9000/x",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://10.1.2.3/x",
        "http://192.168.1.1/x",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/x",
        "http://0x7f000001/x",
        "http://[fe80::1]/x",
        "http://224.0.0.1/x",
        "ftp://example.org/x",
        "//example.org/x",
        "http://ada:secret@93.184.216.34/x",
        "http://93.184.216.34:99999/x",
        "http://93.184.216.34/a b",
        "http://no-such-host.invalid/x",
        "nonsense",
    ],
)
def test_a_target_that_is_not_allowed_is_refused_at_the_door(url: str) -> None:
    with pytest.raises(BadParameter, match="callback_url"):
        Targets(allowed=True, private=False).check(url)


def test_a_public_target_is_allowed() -> None:
    Targets(allowed=True, private=False).check("https://93.184.216.34/done")


def test_without_a_secret_nobody_is_called_back() -> None:
    with pytest.raises(BadParameter, match="WEBHOOK_SECRET"):
        Targets(allowed=False, private=True).check("https://93.184.216.34/done")
