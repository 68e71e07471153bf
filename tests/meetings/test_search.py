"""Full text search and actions over all meetings: in every database alike, and whatever somebody types."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import BadParameter
from app.jobs import Jobs
from app.jobs.cursors import written
from app.jobs.index import unknown_jobs
from app.jobs.indexer import Indexer
from app.jobs.retention import _delete_ours
from app.jobs.search import Index
from app.storage.database import Database
from app.storage.tables import actions, meetings, passages
from app.storage.words import Query, located, words
from app.transcript import parse
from tests.meetings.conftest import TRANSCRIPT, Desk, on_sqlite

FRENCH = "Zoé : L'été dernier, le chauffage a coûté 480 euros à l'école.\nBob : Œuvrons pour l'Élan <b>vert</b> & sûr."


def find(desk: Desk, q: str, **more: Any) -> list[dict[str, Any]]:
    answer = desk.client.get("/search", query_string={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["hits"])


def turns(desk: Desk, q: str) -> list[int]:
    return [hit["turn"] for hit in find(desk, q) if hit["part"] == "transcript"]


def test_a_turn_is_found_with_its_meeting_and_its_place(desk: Desk) -> None:
    job_id = desk.upload(title="Heating", date="2026-03-05")

    (hit,) = find(desk, "pounds")

    assert hit["snippet"] == "The heating costs 480 <mark>pounds</mark> in March."
    assert [hit["text"][start:stop] for start, stop in hit["marks"]] == ["pounds"]
    assert {name: hit[name] for name in ("jobId", "service", "title", "date", "part", "turn", "speaker")} == {
        "jobId": job_id,
        "service": "board",
        "title": "Heating",
        "date": "2026-03-05",
        "part": "transcript",
        "turn": 1,
        "speaker": "Bob Stone",
    }


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ETE", [0]),
        ("cou*", [0]),
        ("cou", []),
        ('"a coûté 480"', [0]),
        ('"480 coûté"', []),
        ("480 chauffage", [0]),
        ("chauffage vert", [0, 1]),  # in no turn together, so apart
        ("l'école", [0]),
        ("zoe", [0]),
        ("élan", [1]),
        ('"le chauff"*', [0]),
        ('"le chauffage', [0]),
    ],
)
def test_words_are_found_without_case_and_accents(desk: Desk, q: str, found: list[int]) -> None:
    desk.upload(content=FRENCH)

    assert turns(desk, q) == found


@pytest.mark.parametrize(
    "q",
    [
        "\u06af\u0631\u0645\u0627\u06cc\u0634",  # as it was said
        "\u06af\u0631\u0645\u0627\u064a\u0634",  # typed on an Arabic keyboard
        "\u06af\u0631\u0645\u0640\u0640\u0627\u06cc\u0634",  # stretched
        "480",
        "\u06f4\u06f8\u06f0",
        "\u0664\u0668\u0660",
        "\u0643\u062a\u0627\u0628 \u0647\u0627",
        '"\u06a9\u062a\u0627\u0628\u200c\u0647\u0627"',
    ],
)
def test_letters_and_digits_are_found_however_they_are_typed(desk: Desk, q: str) -> None:
    said = "\u06af\u0631\u0645\u0627\u06cc\u0634 \u06f4\u06f8\u06f0 \u0648 \u06a9\u062a\u0627\u0628\u200c\u0647\u0627"
    desk.upload(content=f"Ann : {said}.\nBob : Yes.")

    assert turns(desk, q) == [0]


def test_a_snippet_is_safe_html(desk: Desk) -> None:
    desk.upload(content=FRENCH)

    (hit,) = find(desk, "vert")

    assert "&gt;<mark>vert</mark>&lt;" in hit["snippet"]
    assert "&amp; sûr" in hit["snippet"]
    assert "<" not in hit["snippet"].replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    "q",
    ['heating"', "heating AND", "NOT heating*", "heating NEAR(x", "words:heating", "^heating", "heating & !", "'heating':*",
     "(heating", "heating)", "-heating", "{heating}", "heating\\", "heating'--", "*heating*", "heating <-> 480", "%heating_"],
)  # fmt: skip
def test_nothing_that_somebody_types_is_syntax(desk: Desk, q: str) -> None:
    desk.upload()

    assert desk.client.get("/search", query_string={"q": q}).status_code == 200


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=30) | st.text(alphabet="ab\"*'()^:&|!<->\\ éß中文½", max_size=30))
def test_any_text_is_a_query_or_refused(desk: Desk, q: str) -> None:
    try:
        query = Query.of(q)
    except BadParameter:
        return
    desk.gateway.meetings.search(query, limit=5)


@settings(max_examples=200)
@given(text=st.text(max_size=80))
def test_a_text_is_found_by_all_its_words_and_marks_them(text: str) -> None:
    found = words(text)[:20]
    if not found:
        return

    snippet = Query.of(" ".join(found)[:500]).snippet(text)

    assert len(located(text)) == len(words(text))
    assert snippet.marks
    assert all(0 <= start < stop <= len(snippet.text) for start, stop in snippet.marks)


def test_writing_without_spaces_is_found_by_its_signs(desk: Desk) -> None:
    desk.upload(content="田中 : 来週の会議は金曜日です。\nBob : Fine.")

    assert (turns(desk, "会議"), turns(desk, "議会")) == ([0], [])


def test_a_result_is_found_once_it_is_there_and_as_it_was_edited(desk: Desk) -> None:
    job_id = desk.held("notes")
    before = [hit for hit in find(desk, "heating") if hit["part"] == "minutes"]

    desk.client.put(f"/results/{job_id}/text", json={"text": "# Mine\n\n- **Ann**: boilers"}, headers={"If-Match": "*"})

    assert {hit["turn"] for hit in before} == {0, 2}
    assert [hit["part"] for hit in find(desk, "boilers")] == ["minutes"]
    assert [hit for hit in find(desk, "heating") if hit["part"] == "minutes"] == []


def test_corrections_and_additions_are_found(desk: Desk) -> None:
    job_id = desk.upload()

    desk.correct(job_id, turns=[{"number": 0, "struck": True}, {"number": 1, "text": "The boiler is old."}])
    desk.correct(job_id, speakers={"SPEAKER_00": "Ann Berg"})
    desk.client.post(f"/jobs/{job_id}/turns", json={"content": "Cleo : One more thing about the boiler."})

    assert turns(desk, "boiler") == [1, 6]
    assert turns(desk, "garden") == [4, 5]
    assert turns(desk, "ann") == [2]
    assert turns(desk, "480") == []


def test_pages_follow_one_another_newest_meeting_first(desk: Desk) -> None:
    jobs = [desk.upload() for _ in range(3)]
    seen: list[tuple[str, int]] = []
    cursor = ""

    while True:
        page = desk.client.get("/search", query_string={"q": "heating", "limit": 2, "cursor": cursor}).get_json()
        seen += [(hit["jobId"], hit["turn"]) for hit in page["hits"]]
        if not (cursor := page["next"]):
            break

    assert len(seen) == len(set(seen)) == 12
    assert list(dict.fromkeys(job for job, _ in seen)) == jobs[::-1]


def steps(database: Database, query: Query, **how: Any) -> int:
    """Hundreds of steps that SQLite makes to search."""
    made = 0

    def count() -> None:
        nonlocal made
        made += 1

    def watch(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(count, 100)

    sa.event.listen(database.engine, "checkout", watch)
    assert len(Index(database).search(query, limit=5, **how)[0]) == 5
    sa.event.remove(database.engine, "checkout", watch)
    return made


@on_sqlite
def test_a_word_of_every_meeting_costs_no_more_with_more_meetings(desk: Desk, jobs: Jobs) -> None:
    query = Query.of("heating")
    for _ in range(10):
        desk.upload()

    few = steps(jobs.database, query)
    for _ in range(60):
        desk.upload()
    cursor = Index(jobs.database).search(query, limit=20)[1]

    assert steps(jobs.database, query) < 1.5 * few
    assert steps(jobs.database, query, cursor=cursor) < 2 * few


def test_all_is_found_wherever_the_newest_end(desk: Desk, jobs: Jobs) -> None:
    for number in range(7):
        desk.upload("board" if number % 3 else "notes", content=TRANSCRIPT if number % 2 else FRENCH)
    desk.correct(jobs.list(limit=7).jobs[2].id, turns=[{"number": 1, "text": "The heating, once more."}])
    whole = Index(jobs.database, newest=(50, 50)).search(Query.of("heating"), limit=50)[0]
    index = Index(jobs.database, newest=(1, 3))

    pages, cursor = index.search(Query.of("heating"), limit=2)
    found = list(pages)
    while cursor:
        pages, cursor = index.search(Query.of("heating"), limit=2, cursor=cursor)
        found += pages

    assert len(whole) > 8
    assert found == list(whole)


@on_sqlite
@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/search", {}),
        ("/search", {"q": "!!"}),
        ("/search", {"q": "x" * 501}),
        ("/search", {"q": "x", "limit": "0"}),
        ("/search", {"q": "x", "cursor": "nonsense"}),
        ("/search", {"q": "x", "cursor": "WzEsIDJd"}),
        ("/search", {"q": "x", "cursor": "WzFlKzMwMCwgImEiLCAxXQ"}),
        ("/search", {"q": "x", "cursor": written("2026-01-01T00:00:00+00:00", "a", 10**30)}),
        ("/search", {"query": "x"}),
        ("/actions", {"open": "maybe"}),
        ("/actions", {"owner": "%"}),
        ("/actions", {"cursor": "WyIiLDEsMl0"}),
        ("/actions", {"cursor": written("", "a", 10**30)}),
        ("/actions", {"who": "Ann"}),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(desk: Desk, path: str, query: dict[str, str]) -> None:
    assert desk.client.get(path, query_string=query).status_code == 400


def test_what_is_deleted_is_not_found(desk: Desk, jobs: Jobs) -> None:
    job_id = desk.held()

    jobs.database.write(lambda connection: _delete_ours(connection, [job_id]))

    assert find(desk, "heating") == []
    with jobs.database.reading() as connection:
        assert [connection.scalar(sa.select(sa.func.count()).select_from(each)) for each in (meetings, passages, actions)] == [
            0
        ] * 3
        if connection.dialect.name == "sqlite":
            index = "SELECT count(*) FROM passages_words WHERE passages_words MATCH 'heating'"
            assert connection.exec_driver_sql(index).scalar_one() == 0


def forget(database: Database) -> None:
    """Leaves the jobs as an earlier release would have written them."""
    with database.engine.begin() as connection:
        for table in (actions, passages, meetings):
            connection.execute(sa.delete(table))


def test_jobs_of_an_earlier_release_are_indexed_by_the_worker(desk: Desk, jobs: Jobs) -> None:
    board, notes = desk.held(title="Board"), desk.held("notes")
    expected = find(desk, "heating", limit=50)
    forget(jobs.database)

    done = Indexer(jobs, ("minutes", "summary")).index()

    assert done == 2
    assert {hit["jobId"] for hit in expected} == {board, notes}
    assert [{**hit} for hit in find(desk, "heating", limit=50)] == expected
    with jobs.database.reading() as connection:
        assert unknown_jobs(connection, ("minutes", "summary"), 5) == []


@on_sqlite
def test_what_is_added_while_a_job_is_indexed_is_found(desk: Desk, jobs: Jobs) -> None:
    job_id = desk.upload()
    forget(jobs.database)
    another = Jobs(jobs.database.url)
    adding = Thread(target=another.append, args=(job_id, parse("Cleo : One more boiler.", ()).stored()))

    def add(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "JOIN contents" in statement and not adding.ident:
            adding.start()
            adding.join(0.5)  # it ends before the indexer does, or waits for it

    sa.event.listen(jobs.database.engine, "after_cursor_execute", add)
    Indexer(jobs, ("minutes",)).index()
    adding.join()

    assert turns(desk, "boiler") == [6]


# -- actions -----------------------------------------------------------------------------------------------------------------


def listed(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    answer = desk.client.get("/actions", query_string=query)
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["actions"])


def with_dates(desk: Desk, job_id: str, *dates: str | None) -> None:
    told = desk.minutes(job_id)
    for item, day in zip(told["items"], dates, strict=False):
        item.update({"due_date": day} if day else {})
    answer = desk.client.put(f"/results/{job_id}/minutes", json=told, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


def test_actions_of_all_meetings_are_listed_by_their_day(desk: Desk) -> None:
    first, second = desk.held(title="One"), desk.held(title="Two")
    with_dates(desk, first, None, "2026-03-06")
    with_dates(desk, second, "2026-03-05", "2026-03-07")

    found = listed(desk, limit=100)

    assert [each["due_date"] for each in found[:3]] == ["2026-03-05", "2026-03-06", "2026-03-07"]
    assert {each["due_date"] for each in found[3:]} == {None}
    assert (found[0]["title"], found[1]["title"]) == ("Two", "One")
    assert len(found) == 12


def test_actions_are_listed_by_owner_and_page_by_page(desk: Desk) -> None:
    desk.held()
    seen: list[int] = []
    cursor = ""

    while True:
        page = desk.client.get("/actions", query_string={"owner": "stone", "limit": 2, "cursor": cursor}).get_json()
        seen += [each["item"] for each in page["actions"]]
        if not (cursor := page["next"]):
            break

    assert seen == [1, 3, 5]
    assert listed(desk, owner="sto") == []


def test_what_is_done_stays_done(desk: Desk) -> None:
    job_id = desk.held()

    answer = desk.client.patch(f"/jobs/{job_id}/actions/3", json={"done": True})
    with_dates(desk, job_id, "2026-03-05")
    desk.correct(job_id, turns=[{"number": 0, "text": "Good evening, today we talk about the heating."}])
    desk.client.post(f"/jobs/{job_id}/retry")
    desk.carry_out(job_id)

    assert answer.get_json()["done"].endswith("Z")
    assert [each["item"] for each in listed(desk, open="false")] == [3]
    assert len(listed(desk, open="true")) == 5
    assert desk.client.patch(f"/jobs/{job_id}/actions/3", json={"done": False}).get_json()["done"] is None
    assert len(listed(desk, open="true")) == 6


@on_sqlite
def test_only_an_action_is_done(desk: Desk) -> None:
    job_id = desk.held()

    unknown = desk.client.patch(f"/jobs/{job_id}/actions/99999999999999999999", json={"done": True})

    assert (unknown.status_code, unknown.get_json()["error"]["type"]) == (404, "action_not_found")
    assert desk.client.patch(f"/jobs/{job_id}/actions/3", json={"done": "yes"}).status_code == 400
    assert desk.client.patch("/jobs/nothing/actions/3", json={"done": True}).status_code == 404


def test_words_that_meet_in_no_turn_are_found_in_one_meeting(desk: Desk) -> None:
    both = [desk.upload() for _ in range(3)]
    desk.upload(content="Ann : The heating is old.\nBob : Then we buy a new one.")
    seen: list[tuple[str, int]] = []
    cursor = ""

    while True:
        page = desk.client.get("/search", query_string={"q": "480 clear", "limit": 2, "cursor": cursor}).get_json()
        seen += [(hit["jobId"], hit["turn"]) for hit in page["hits"]]
        if not (cursor := page["next"]):
            break

    assert seen == [(job, turn) for job in both[::-1] for turn in (1, 4)]
    assert turns(desk, "480 unicorn") == []
    assert turns(desk, "heating garden") == [0] * 3  # a turn that has both goes before meetings that have both


def test_words_apart_are_found_in_ones_own_meetings_alone_and_among_many(desk: Desk, jobs: Jobs) -> None:
    ids = [desk.upload() for _ in range(4)]
    index = Index(jobs.database, (1, 1), most_jobs=2)
    query = Query.of("480 clear")

    first, cursor = index.found(query, limit=10)
    second, end = index.found(query, limit=10, cursor=cursor)

    assert [hit.job_id for hit in (*first, *second)] == [each for each in ids[::-1] for _ in range(2)]
    assert end is None
    assert index.found(query, limit=10, holder="somebody")[0] == []
    assert Index(jobs.database, many=0, large=-2).found(query, limit=10)[0] == []
