"""Compressed bodies: read as if they had come plain, within the limit of plain ones."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from app.settings import Settings
from app.web.bodies.compression import GZIP, Decompressed
from app.web.bodies.reading import whole
from tests.fixtures.contents import as_text
from tests.web.conftest import Actions, Gateway
from tests.web.routes.test_services import CRA_PATH, uploaded
from tests.web.talking import Talking

LIMIT = 100_000


@pytest.fixture
def settings() -> Settings:
    return Settings(max_body=LIMIT)


def raw_deflate(content: bytes) -> bytes:
    deflating = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflating.compress(content) + deflating.flush()


PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZIP", gzip.compress),
    "identity": ("identity", bytes),
    "deflate": ("deflate", zlib.compress),
    "deflate without a head": ("deflate", raw_deflate),
    "two members": ("gzip", lambda content: gzip.compress(content[:7]) + gzip.compress(content[7:])),
}
JSON_BODY = json.dumps({"content": "Zoé : Bonjour.", "flavor": "mixtral"}).encode()
FORM_BODY = b"flavor=mixtral&content=Zo%C3%A9+:+Bonjour."
UPLOAD = uploaded("Zoé : Bonjour.".encode(), flavor="mixtral")
BODIES = {
    "json": (JSON_BODY, "application/json"),
    "urlencoded": (FORM_BODY, "application/x-www-form-urlencoded"),
    "multipart": (UPLOAD["data"], UPLOAD["content_type"]),
}


def post(actions: Actions, body: bytes, encoding: str, kind: str = "application/json") -> Any:
    return actions.client.post(CRA_PATH, data=body, content_type=kind, headers={"Content-Encoding": encoding})


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("body", BODIES)
def test_a_compressed_body_is_read_as_if_it_had_come_plain(actions: Actions, gateway: Gateway, packed: str, body: str) -> None:
    encoding, pack = PACKED[packed]
    content, kind = BODIES[body]

    answer = post(actions, pack(content), encoding, kind)

    assert answer.status_code == 200
    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == "Zoé : Bonjour."


def test_a_compressed_request_is_passed_to_a_backends_own_model_as_plain_json(talk: Talking) -> None:
    body = gzip.compress(b'{"model": "fake-model", "messages": [{"role": "user", "content": "Hello"}]}')

    answer = talk.client.post(
        "/v1/chat/completions", data=body, content_type="application/json", headers={"Content-Encoding": "gzip"}
    )

    assert answer.status_code == 200
    assert talk.fake.calls[0].body["messages"] == [{"role": "user", "content": "Hello"}]


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "deflate, gzip", "gzip;q=1"])
def test_an_encoding_that_is_not_read_is_refused_naming_those_that_are(actions: Actions, encoding: str) -> None:
    answer = post(actions, b"anything", encoding)

    assert answer.status_code == 415
    assert answer.headers["Accept-Encoding"] == "gzip, deflate"
    assert "gzip or deflate" in answer.json["error"]["detail"]


def test_openais_routes_refuse_an_encoding_in_openais_words(talk: Talking) -> None:
    answer = talk.client.post("/v1/chat/completions", data=b"x", headers={"Content-Encoding": "br"})

    assert (answer.status_code, answer.json["error"]["type"]) == (415, "invalid_request_error")


@pytest.mark.parametrize(
    "body",
    [
        b"no gzip at all",
        gzip.compress(JSON_BODY)[:-9],
        gzip.compress(JSON_BODY)[:5],
        gzip.compress(JSON_BODY)[:-8] + b"\0" * 8,
        gzip.compress(JSON_BODY) + b"more",
        gzip.compress(b"") * 1001 + gzip.compress(JSON_BODY),
    ],
    ids=["none", "cut", "head", "checksum", "more", "members"],
)
def test_a_broken_stream_is_refused(actions: Actions, gateway: Gateway, body: bytes) -> None:
    answer = post(actions, body, "gzip")

    assert (answer.status_code, answer.json["error"]["type"]) == (400, "bad_request")
    assert "gzip" in answer.json["message"]
    assert sum(gateway.jobs.counts().values()) == 0


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_refused_before_it_is_made(actions: Actions, kind: str, encoding: str) -> None:
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    beginning = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' if "multipart" in kind else b'{"a": "'
    )

    answer = post(actions, pack(beginning + b" " * 50_000_000), encoding, kind)

    assert answer.status_code == 413
    assert "100000 bytes, decompressed" in answer.json["error"]["detail"]


def test_no_more_is_made_of_a_bomb_than_the_limit_and_the_rest_of_it_is_read() -> None:
    body = io.BytesIO(gzip.compress(b" " * 50_000_000))
    content = Decompressed(body, GZIP, LIMIT)

    with pytest.raises(RequestEntityTooLarge):
        whole(content)  # type: ignore[arg-type]

    assert content._made <= LIMIT + 64 * 2**10
    assert body.read() == b""


@given(
    st.binary(max_size=300_000) | st.integers(1, 300_000).map(lambda size: b"x" * size), st.integers(1, 70_000), st.booleans()
)
def test_any_content_comes_back_however_it_is_read(content: bytes, most: int, split: bool) -> None:
    packed = gzip.compress(content[:9]) + gzip.compress(content[9:]) if split else gzip.compress(content)
    reader = Decompressed(io.BytesIO(packed), GZIP, None)

    read = b"".join(iter(lambda: reader.read(most) or b"", b""))

    assert read == content


@given(st.binary(min_size=1, max_size=2000), st.sampled_from([GZIP, "deflate"]))
def test_any_bytes_are_read_or_refused(body: bytes, encoding: str) -> None:
    with suppress(BadRequest, RequestEntityTooLarge):
        content = whole(Decompressed(io.BytesIO(body), encoding, LIMIT))  # type: ignore[arg-type]

        assert len(content) <= LIMIT


def test_a_body_that_is_empty_is_empty_whatever_it_is_called(actions: Actions) -> None:
    answer = post(actions, b"", "gzip")

    assert (answer.status_code, "is empty" in answer.json["message"]) == (400, True)
