"""Allowed callback addresses: the public Internet, and private networks only if the operator allows them."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from app.errors import BadParameter

FIELD = "callback_url"
PORTS = {"http": 80, "https": 443}
# Prefixes before an IPv4 address: compatible, mapped, translated (RFC 2765), and NAT64 (RFC 6052).
WITH_IPV4 = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
LOCAL_TRANSLATION = ipaddress.IPv6Network("64:ff9b:1::/48")  # local-use NAT64 (RFC 8215): the target is unknown


@dataclass(frozen=True)
class Target:
    """Where a message goes: the address that was checked, so that a name that resolves differently later changes nothing."""

    url: SplitResult
    address: str

    @property
    def port(self) -> int:
        return self.url.port or PORTS[self.url.scheme]


class Targets:
    """Decides which addresses may be called. *allowed*: any at all; *private*: also loopback, private and link-local ones.
    *ports* are open besides those of HTTP and HTTPS."""

    def __init__(self, *, allowed: bool, private: bool, ports: Iterable[int] = ()) -> None:
        self._allowed = allowed
        self._ports = frozenset({*PORTS.values(), *ports})
        self._private = private

    def check(self, url: str) -> None:
        """Raises BadParameter if *url* may not be called."""
        if not self._allowed:
            raise BadParameter(FIELD, "this gateway calls nobody back: its operator has to set WEBHOOK_SECRET")
        self.target(url)

    def target(self, url: str) -> Target:
        """Resolves *url* now. Raises BadParameter."""
        split = _split(url)
        if (split.port or PORTS[split.scheme]) not in self._ports:
            listed = ", ".join(map(str, sorted(self._ports)))
            raise BadParameter(FIELD, f"leads to port {split.port}; open are {listed} (the operator's setting CALLBACK_PORTS)")
        addresses = _addresses(split)
        if not self._private and any(_inside(address) for address in addresses):
            raise BadParameter(FIELD, f"{split.hostname} is an address of this machine or of a private network")
        return Target(split, addresses[0])


def _split(url: str) -> SplitResult:
    try:
        split = urlsplit(url)
        _ = split.port
    except ValueError as exc:
        raise BadParameter(FIELD, f"is no URL: {exc}") from exc
    if split.scheme not in PORTS or not split.hostname:
        raise BadParameter(FIELD, "must be a URL such as https://example.org/done")
    if split.username is not None or any(char.isspace() or not char.isprintable() for char in url):
        raise BadParameter(FIELD, "must hold neither a user nor white space")
    return split


def _addresses(split: SplitResult) -> list[str]:
    host = str(split.hostname)
    try:
        found = socket.getaddrinfo(host, split.port or PORTS[split.scheme], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise BadParameter(FIELD, f"the host {host} is not known") from exc
    return [str(each[4][0]) for each in found]


def _inside(address: str) -> bool:
    """Whether an address is outside the public Internet."""
    made = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(made, ipaddress.IPv6Address):
        made = _embedded(made) or made
    return not made.is_global or made.is_multicast or made in LOCAL_TRANSLATION


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that *address* embeds for a translator; None if it embeds none."""
    if any(address in prefix for prefix in WITH_IPV4):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.sixtofour
