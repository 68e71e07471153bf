from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.exceptions import BadRequest

from app.errors import BadParameter
from app.settings import Settings
from app.web.bodies import forms
from tests.fixtures.contents import as_text
from tests.web.conftest import Actions, Gateway
from tests.web.routes.test_services import CRA_PATH, uploaded


@pytest.fixture
def settings() -> Settings:
    return Settings(max_body=100_000)


@pytest.mark.parametrize(
    "request_",
    [
        uploaded(b"x" * 100_001, flavor="mixtral"),
        {"json": {"content": "x" * 100_001, "flavor": "mixtral"}},
        {"data": {"content": "x" * 100_001, "flavor": "mixtral"}},
        {"data": b"x" * 100_001},
    ],
    ids=["multipart", "json", "urlencoded", "unnamed"],
)
def test_a_body_over_the_limit_is_refused(actions: Actions, gateway: Gateway, request_: dict[str, Any]) -> None:
    answer = actions.client.post(CRA_PATH, **request_)

    assert answer.status_code == 413
    assert answer.json["error"] == {
        "type": "request_entity_too_large",
        "detail": "the body may hold at most 100000 bytes: send less, or raise MAX_BODY",
    }
    assert sum(gateway.jobs.counts().values()) == 0


def json_of(text: str) -> dict[str, Any]:
    return {"data": json.dumps({"content": text, "flavor": "mixtral"}).encode(), "content_type": "application/json"}


def urlencoded(text: str) -> dict[str, Any]:
    data = urlencode({"flavor": "mixtral", "content": text}).encode()
    return {"data": data, "content_type": "application/x-www-form-urlencoded"}


def multipart(text: str) -> dict[str, Any]:
    return uploaded(text.encode(), flavor="mixtral")


@pytest.mark.parametrize("spelled", [json_of, urlencoded, multipart])
@pytest.mark.parametrize(("size", "status"), [(1000, 200), (99_000, 200), (100_001, 413), (1_000_000, 413)])
def test_a_chunked_body_without_a_length_is_read_whole_or_refused(
    actions: Actions, gateway: Gateway, *, spelled: Callable[[str], dict[str, Any]], size: int, status: int
) -> None:
    text = "A : " + "x" * size
    body = spelled(text)

    answer = actions.client.post(
        CRA_PATH,
        input_stream=io.BytesIO(body["data"]),
        content_type=body["content_type"],
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},  # as gunicorn says it
    )

    assert answer.status_code == status
    assert status == 413 or as_text(gateway.jobs.order(answer.json["jobId"]).content) == text


def test_a_long_text_field_is_refused_only_by_the_limit_of_the_body(actions: Actions) -> None:
    answer = actions.client.post(CRA_PATH, data={"content": "A : " + "x" * 90_000, "flavor": "mixtral"})

    assert answer.status_code == 200


def test_a_form_of_a_thousand_fields_is_refused(actions: Actions) -> None:
    answer = actions.client.post(CRA_PATH, **uploaded(b"A : b", **{f"field{number}": "" for number in range(1000)}))

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "kind", "status", "reason"),
    [
        (b"a&" * 40_000, "application/x-www-form-urlencoded", 413, "more than 100 fields"),
        (b'{"a":' + b"[" * 90_000, "application/json", 400, "nested more than 100 levels deep"),
        (
            b'{"content": "A : b", "flavor": "f", "more": [' + b"0," * 49_000 + b"0]}",
            "application/json",
            404,
            "Flavor not found",
        ),
        (b'{"a":[' + b"," * 99_000, "application/json", 400, "is not JSON"),
        (b"--b\r\n" + b"a: b\r\n" * 10_000, "multipart/form-data; boundary=b", 413, "longer than 16384 bytes"),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--", "multipart/form-data; boundary=b", 400, "has no name"),
        (b"content=%ff", "application/x-www-form-urlencoded", 400, "is not UTF-8"),
        ('{"content": "é"}'.encode("utf-16"), "application/json", 400, "is not UTF-8"),
    ],
    ids=["fields", "nested", "many", "commas", "head", "nameless", "bytes", "utf-16"],
)
def test_a_body_is_bounded_before_anything_is_built_of_it(
    actions: Actions, *, body: bytes, kind: str, status: int, reason: str
) -> None:
    answer = actions.client.post(CRA_PATH, data=body, content_type=kind)

    assert answer.status_code == status
    assert reason in answer.json["error"]["detail"] or reason in answer.json["message"]


def test_a_body_that_is_refused_is_read_to_its_end(actions: Actions) -> None:
    stream = io.BytesIO(b"a&" * 49_000)

    actions.client.post(CRA_PATH, input_stream=stream, content_length=98_000, content_type="application/x-www-form-urlencoded")

    assert stream.tell() == 98_000


def test_the_first_of_several_fields_of_one_name_counts(actions: Actions, gateway: Gateway) -> None:
    for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        answer = actions.client.post(CRA_PATH, data={"flavor": ["mixtral", "none"], "content": "A : b"}, content_type=kind)

        assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == "A : b"


def form(*parts: tuple[str, bytes]) -> dict[str, Any]:
    """A form of *parts*, each with its head below the disposition."""
    lines = [b"--BB\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + body for head, body in parts]
    return {"data": b"\r\n".join([*lines, b"--BB--\r\n"]), "content_type": "multipart/form-data; boundary=BB"}


MIXTRAL = ('name="flavor"', b"mixtral")
FILE = 'name="file"; filename="a.txt"'


def test_of_two_files_none_is_lost_in_silence(actions: Actions, gateway: Gateway) -> None:
    answer = actions.client.post(CRA_PATH, **form(MIXTRAL, (FILE, b"A : b"), (FILE, b"C : d")))

    assert answer.status_code == 400
    assert "several files in the field file" in answer.json["error"]["detail"]
    assert sum(gateway.jobs.counts().values()) == 0


@pytest.mark.parametrize("files", [(b"", b"C : d"), (b"C : d", b"")], ids=["before", "behind"])
def test_an_empty_file_beside_another_counts_for_nothing(
    actions: Actions, gateway: Gateway, files: tuple[bytes, bytes]
) -> None:
    answer = actions.client.post(CRA_PATH, **form(MIXTRAL, *((FILE, content) for content in files)))

    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == "C : d"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: Quoted-Printable",
        "Content-Type: multipart/mixed; boundary=CC",
    ],
)
def test_a_part_that_is_packed_as_in_a_mail_is_refused(actions: Actions, gateway: Gateway, head: str) -> None:
    answer = actions.client.post(CRA_PATH, **form(MIXTRAL, (f"{FILE}\r\n{head}", b"QSA6IGI=")))

    assert answer.status_code == 400
    assert "send its bytes as they are" in answer.json["error"]["detail"]
    assert sum(gateway.jobs.counts().values()) == 0


@pytest.mark.parametrize("encoding", ["binary", "8bit", "7bit"])
def test_a_part_that_says_it_is_not_packed_is_read(actions: Actions, gateway: Gateway, encoding: str) -> None:
    answer = actions.client.post(CRA_PATH, **form(MIXTRAL, (f"{FILE}\r\nContent-Transfer-Encoding: {encoding}", b"A : b")))

    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == "A : b"


def test_a_file_of_another_field_is_thrown_away(actions: Actions, gateway: Gateway) -> None:
    files = {"file": (io.BytesIO(b"A : file"), "a.txt"), "other": (io.BytesIO(b"A : other"), "b.txt"), "flavor": "mixtral"}

    answer = actions.client.post(CRA_PATH, data=files)

    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == "A : file"


def test_a_body_that_ends_before_its_length_is_refused(actions: Actions) -> None:
    body = uploaded(b"A : b", flavor="mixtral")

    answer = actions.client.post(
        CRA_PATH,
        input_stream=io.BytesIO(body["data"][:-20]),
        content_type=body["content_type"],
        headers={"Content-Length": str(len(body["data"]))},
    )

    assert answer.status_code == 400


def test_a_file_goes_before_a_text_field(actions: Actions, gateway: Gateway) -> None:
    answer = actions.client.post(CRA_PATH, **uploaded(b"A : file", flavor="mixtral", content="A : field"))

    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == "A : file"


def test_an_empty_file_leaves_a_text_field_to_be_read(actions: Actions, gateway: Gateway) -> None:
    answer = actions.client.post(CRA_PATH, **uploaded(b"", flavor="mixtral", content="A : field"))

    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == "A : field"


@pytest.mark.parametrize("spelled", ["[{}]", '{{"a": {}}}'], ids=["lists", "objects"])
@pytest.mark.parametrize(
    ("levels", "why"),
    [(90, "must be"), *((levels, "nested") for levels in (102, 500, 900, 970, 2000, 12_000))],
)
def test_json_that_is_nested_too_deeply_is_refused_and_breaks_nothing(
    actions: Actions, *, spelled: str, levels: int, why: str
) -> None:
    opening, closing = spelled.format("|").split("|")
    body = f'{{"content": "Ann : hello", "flavor": "mixtral", "speakers": {opening * levels}1{closing * levels}}}'

    answer = actions.client.post(
        CRA_PATH, data=body.encode(), content_type="application/json", headers={"Idempotency-Key": "k"}
    )

    assert answer.status_code == 400
    assert why in answer.json["message"]


@pytest.mark.parametrize("place", [0, forms.PIECE - 1, forms.PIECE, forms.PIECE + 7])
def test_half_a_surrogate_pair_is_told_by_its_place_in_a_long_text(place: int) -> None:
    text = "é" * place + "\ud800" + "é" * 9

    with pytest.raises(BadParameter, match=f"character {place} is half of a surrogate pair"):
        forms.refuse_what_is_no_text("content", text)


@pytest.mark.parametrize("name", ["/tmp/talk.txt", "./my talk.srt", "talk.vtt", r"C:\\My talks\\one.docx", "~/talk.json"])
def test_the_name_of_a_file_is_not_taken_for_what_it_holds(actions: Actions, gateway: Gateway, name: str) -> None:
    answer = actions.client.post(CRA_PATH, data={"flavor": "mixtral", "file": name})

    assert answer.status_code == 400
    assert "-F file=@NAME" in answer.json["error"]["detail"]
    assert sum(gateway.jobs.counts().values()) == 0


@pytest.mark.parametrize("text", ["Ann : it is in talk.txt", "Ann: /tmp/talk.txt", "Hello.", "/tmp/talk.txt\nAnn : Hello"])
def test_a_text_that_speaks_of_a_file_is_a_text(actions: Actions, text: str) -> None:
    assert actions.client.post(CRA_PATH, data={"flavor": "mixtral", "file": text}).status_code == 200


def test_json_that_is_sent_as_a_form_is_told_so(actions: Actions) -> None:
    sent = {"data": b' {"content": "Ann : Hello", "flavor": "mixtral"}', "content_type": "application/x-www-form-urlencoded"}

    answer = actions.client.post(CRA_PATH, **sent)

    assert answer.status_code == 400
    assert "send Content-Type: application/json" in answer.json["message"]


@pytest.mark.parametrize("name", [b"R\xe9union.txt", b"\x89\xef\x8bc.txt", "Réunion.txt".encode(), b"a\xff\xfe.srt"])
def test_the_name_of_a_file_may_be_in_any_encoding(actions: Actions, gateway: Gateway, name: bytes) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="flavor"\r\n\r\nmixtral\r\n--b\r\n'
    file = b'Content-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\nA : hello\r\n--b--\r\n'

    answer = actions.client.post(CRA_PATH, data=head + file, content_type="multipart/form-data; boundary=b")

    assert answer.status_code == 200, answer.text
    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == "A : hello"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{'a': 1}", "double quotes"),
        ("{a: 1}", "double quotes"),
        ('{"a": True}', "true, false and null"),
        ('{"a": [1, None]}', "true, false and null"),
        ('{"a": 1,}', "last comma"),
        ('{"a": [1, 2, ]}', "last comma"),
        ('{"a": 1, // one\n "b": 2}', "no comments"),
        ('{"a": "one\ntwo"}', "line end"),
        ('{"a": "one\n# two"}', "line end"),
        ('{"a": "one\nTrue, two"}', "line end"),
        ('{"a": "one' + "\n" * 50 + 'two"}', "line end"),
        ('{"a": "one\ttwo"}', "a tab"),
        ('{"a": "C:\\Users"}', "a backslash"),
        ('{"a": "one "None" two"}', "double quotes"),
        ('{"a": 1}{"a": 2}', "one object"),
        ('{"a": "one', "all of it"),
        ('{"a": [1, ', "all of it"),
    ],
)
def test_json_that_is_broken_is_answered_with_how_to_mend_it(body: str, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        forms.json_object(body.encode())
