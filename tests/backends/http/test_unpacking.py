"""Answers that come compressed, though nobody asked for that."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Call, Message
from app.backends.http import unpacking
from app.backends.http.unpacking import Unreadable, unpacker
from app.errors import BackendUnavailable
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.fakes.raw_answers import answer, streamed, whole

CALL = Call("m", (Message("user", "What was decided?"),), max_tokens=50)


def bare(body: bytes) -> bytes:
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(body) + made.flush()


PACKED = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "Deflate": bare}
ODD = {"identity": bytes, "": bytes, "UTF-8": bytes}


@pytest.mark.parametrize("form", [whole, streamed])
@pytest.mark.parametrize(("name", "pack"), {**PACKED, **ODD}.items(), ids=[*PACKED, *ODD])
def test_a_compressed_answer_is_read(fake_openai: FakeOpenAI, form: object, name: str, pack: object) -> None:
    assert callable(form)
    assert callable(pack)
    head, _, body = form(answer({"content": "- One café"})).partition(b"\r\n\r\n")
    fake_openai.script(Reply(raw=head + f"\r\nContent-Encoding: {name}\r\n\r\n".encode() + pack(body)))

    assert OpenAIBackend("vLLM", fake_openai.base_url, "").complete(CALL).text == "- One café"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br"])
def test_what_we_do_not_read_is_said(fake_openai: FakeOpenAI, coding: str) -> None:
    head, _, body = whole(answer({"content": "- One"})).partition(b"\r\n\r\n")
    fake_openai.script(Reply(raw=head + f"\r\nContent-Encoding: {coding}\r\n\r\n".encode() + body))

    with pytest.raises(BackendUnavailable, match="compressed its answer as the gateway does not read it"):
        OpenAIBackend("vLLM", fake_openai.base_url, "").complete(CALL)


@pytest.mark.parametrize("kept", [1, 12, 30, 60])
def test_a_compressed_answer_that_breaks_off_is_an_error(fake_openai: FakeOpenAI, kept: int) -> None:
    head, _, body = streamed(answer({"content": "- One"})).partition(b"\r\n\r\n")
    fake_openai.script(Reply(raw=head + b"\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(body)[:kept]))

    with pytest.raises(BackendUnavailable):
        OpenAIBackend("vLLM", fake_openai.base_url, "").complete(CALL)


def unpacked(coding: str, packed: bytes, size: int) -> bytes:
    """What comes out of *packed* in pieces of *size* bytes."""
    reader = unpacker({"content-encoding": coding})
    assert reader is not None
    made = b"".join(reader.feed(packed[start : start + size]) for start in range(0, len(packed), size))
    reader.end()
    return made


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(1, 40))
def test_however_it_is_cut_the_same_comes_out(first: bytes, second: bytes, size: int) -> None:
    packed = gzip.compress(first) + gzip.compress(second)

    assert unpacked("gzip", packed, size) == first + second


@given(st.sampled_from([*PACKED]), st.binary(max_size=300), st.integers(0, 600), st.integers(1, 40))
def test_zeros_behind_an_answer_are_none_of_it(coding: str, body: bytes, zeros: int, size: int) -> None:
    assert unpacked(coding.lower(), PACKED[coding](body) + bytes(zeros), size) == body


@given(st.binary(max_size=300), st.integers(1, 3))
def test_a_bare_deflate_is_known_however_small_its_first_piece_is(body: bytes, size: int) -> None:
    assert unpacked("deflate", bare(body), size) == body


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("behind", [b"\0\0x", b"x", b"\0<html>"])
def test_what_else_stands_behind_an_answer_is_an_error(coding: str, behind: bytes) -> None:
    with pytest.raises(Unreadable):
        unpacked(coding, PACKED[coding](b"- One") + behind, 40)


def test_a_small_answer_that_stands_for_an_endless_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST", 1000)
    reader = unpacker({"content-encoding": "gzip"})
    assert reader is not None

    with pytest.raises(Unreadable, match="larger than 1000 bytes"):
        reader.feed(gzip.compress(bytes(5000)))


def test_errors_are_read_too(fake_openai: FakeOpenAI) -> None:
    body = gzip.compress(json.dumps({"error": {"message": "no such luck"}}).encode())
    head = (
        f"HTTP/1.1 503 Oops\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    fake_openai.script(Reply(raw=head.encode() + body))

    with pytest.raises(BackendUnavailable, match="no such luck"):
        OpenAIBackend("vLLM", fake_openai.base_url, "").complete(CALL)
