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
        "http://2130706433/x",
        "http://017700000001/x",
        "http://127.1/x",
        "http://①②⑦.⓪.⓪.①/x",
        "http://127。0。0。1/x",
        "http://LOCALHOST/x",
        "http://100.64.0.1/x",
        "http://[::]/x",
        "http://[::127.0.0.1]/x",
        "http://[::ffff:7f00:1]/x",
        "http://[::ffff:0:127.0.0.1]/x",
        "http://[64:ff9b::10.0.0.1]/x",
        "http://[64:ff9b:1::1]/x",
        "http://[2002:7f00:1::]/x",
        "http://[fd00::1]/x",
        "http://example.com\\@127.0.0.1/x",
        "https://93.184.216.34/\r\nX-Injected: 1",
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


@pytest.mark.parametrize(
    "url", ["https://93.184.216.34/done", "http://[2606:2800:220:1::1]:443/", "http://[64:ff9b::5db8:d822]/"]
)
def test_a_public_target_is_allowed(url: str) -> None:
    Targets(allowed=True, private=False).check(url)


def test_without_a_secret_nobody_is_called_back() -> None:
    with pytest.raises(BadParameter, match="WEBHOOK_SECRET"):
        Targets(allowed=False, private=True).check("https://93.184.216.34/done")


@pytest.mark.parametrize("url", ["http://93.184.216.34:22/", "https://93.184.216.34:8080/", "http://93.184.216.34:6379/x"])
def test_only_ports_that_the_operator_lists_are_open(url: str) -> None:
    with pytest.raises(BadParameter, match="CALLBACK_PORTS"):
        Targets(allowed=True, private=False, ports=(9443,)).check(url)

    Targets(allowed=True, private=False, ports=(22, 8080, 6379)).check(url)
