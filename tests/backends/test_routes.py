"""Which routes of a model server are handed on: those that ask a model, at plain paths, and none that administers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends import routes
from tests.fakes import other_apis

WORDS = st.text(st.sampled_from("abcxyz09_-./%\\:@?#\r\n\0 é"), max_size=30)


def test_only_posts_whose_body_names_a_model_are_listed() -> None:
    listed = routes.listed(other_apis.openapi())

    assert listed == set(other_apis.PATHS)


@pytest.mark.parametrize(
    "document", [{}, {"paths": None}, {"paths": {"/x": 3}}, {"paths": {"/x": {"post": {"requestBody": 1}}}}]
)
def test_a_document_that_lists_nothing_is_none(document: dict[str, object]) -> None:
    assert routes.listed(document) is None


def test_a_schema_that_refers_to_itself_ends() -> None:
    itself = {"$ref": "#/components/schemas/A"}
    post = {"post": {"requestBody": {"content": {"application/json": {"schema": itself}}}}}

    assert routes.listed({"paths": {"/x": post}, "components": {"schemas": {"A": {"anyOf": [itself, itself]}}}}) is None


@pytest.mark.parametrize(
    ("path", "listed", "beside"),
    [
        ("rerank", frozenset({"/v1/rerank", "/rerank"}), False),
        ("rerank", frozenset({"/rerank"}), True),
        ("tokenize", None, True),
        ("embeddings", None, False),
    ],
)
def test_a_route_is_found_where_the_server_has_it(path: str, listed: frozenset[str] | None, beside: bool) -> None:
    route = routes.find(path, listed)

    assert route is not None
    assert route.beside is beside


@pytest.mark.parametrize(("path", "writes"), [("pooling", False), ("classify", False), ("systemone", True)])
def test_an_answer_without_text_costs_no_token_for_one(path: str, writes: bool) -> None:
    route = routes.find(path, frozenset({f"/v1/{path}"}))

    assert route is not None
    assert route.writes is writes


@pytest.mark.parametrize("path", ["load_lora_adapter", "sleep", "embeddings/../sleep", "pooling"])
def test_what_is_not_to_be_handed_on_is_not_found(path: str) -> None:
    assert routes.find(path, None) is None
    assert path == "pooling" or routes.find(path, frozenset({f"/v1/{path}"})) is None


@given(WORDS)
def test_no_path_leads_out_of_the_api(path: str) -> None:
    if routes.is_sane(path):
        assert path.strip("/") == path
        assert not set(path) & set(".%\\:@?#\r\n\0 é")
        assert "//" not in path
