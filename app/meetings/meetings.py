"""Meetings: the door to what people do with a meeting once its transcript is here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property

from app.errors import BadParameter, JobConflict
from app.jobs import Job, Jobs
from app.jobs.actions import Action, Actions
from app.jobs.edits import Correction, Edited, Edits
from app.jobs.index import MINUTES
from app.jobs.search import Hit, Index
from app.jobs.shares import Share, Shares
from app.jobs.versions import Version
from app.kinds import minutes, question
from app.kinds.base import Kind
from app.kinds.minutes.editing import edited
from app.kinds.transcripts import as_named
from app.meetings.corrections import Asked, correction_of
from app.meetings.renaming import restored
from app.meetings.staleness import PARTS, stale_parts, stale_texts
from app.meetings.transcripts import MeetingTranscript, SharedMeeting
from app.orders import Json, Order
from app.storage.words import Query

LONGEST_TEXT = 2_000_000  # characters of an edited result


class Meetings:
    """The meetings of one database. *holder* is the holder of the key of who asks, None without keys."""

    def __init__(self, jobs: Jobs, kinds: Mapping[str, Kind]) -> None:
        self._jobs = jobs
        self._kinds = kinds

    @cached_property
    def _edits(self) -> Edits:
        return Edits(self._jobs.database, stale_parts)

    @cached_property
    def _index(self) -> Index:
        return Index(self._jobs.database)

    @cached_property
    def _actions(self) -> Actions:
        return Actions(self._jobs.database)

    @cached_property
    def _shares(self) -> Shares:
        return Shares(self._jobs.database)

    def transcript(self, job_id: str) -> MeetingTranscript:
        """Raises JobNotFound, JobConflict, StoreError."""
        return MeetingTranscript.of(self._jobs.find(job_id), self._jobs.order(job_id), self._kinds)

    def correct(self, job_id: str, version: int | None, asked: Asked, *, holder: str | None = None) -> dict[str, Json]:
        """Corrects a transcript, and says what is stale then.

        Raises JobNotFound, JobConflict, BadParameter, VersionConflict, StoreError."""

        def make(job: Job, order: Order) -> Correction:
            return correction_of(asked, MeetingTranscript.of(job, order, self._kinds))

        job = self._edits.correct(job_id, version, make, holder=holder)
        stale = job.stale or {part: [] for part in PARTS}
        return {
            "jobId": job.id,
            "version": job.content_version,
            "status": str(job.status),
            "stale": bool(job.stale),
            **stale,
        }

    def edit_minutes(self, job_id: str, version: int | None, given: Json, *, holder: str | None = None) -> Version:
        """Makes a new version of minutes out of their edited JSON.

        Raises JobNotFound, JobConflict, BadParameter, VersionConflict, StoreError."""

        def make(job: Job, order: Order) -> Edited:
            if "minutes" not in job.coverage:
                raise JobConflict(f"{job_id} is a job of the kind {job.kind}, which has no minutes: edit its text")
            return edited(order, job.coverage, given, minutes.sections_of(order))

        return self._edits.edit(job_id, version, make, holder=holder)

    def edit_text(self, job_id: str, version: int | None, text: str, *, holder: str | None = None) -> Version:
        """Makes a new version of a result that is text alone. Raises as `edit_minutes` does."""
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise BadParameter("text", f"must be a text of 1 to {LONGEST_TEXT} characters")

        def make(job: Job, _order: Order) -> Edited:
            if "minutes" in job.coverage:
                raise JobConflict(f"the text of {job_id} is made of its minutes: PUT /results/{job_id}/minutes")
            return text, {name: value for name, value in job.coverage.items() if name != "lines"}

        return self._edits.edit(job_id, version, make, holder=holder)

    def versions(self, job_id: str) -> Sequence[Version]:
        """The versions of a result, oldest first. Raises JobNotFound, JobConflict, StoreError."""
        return self._edits.versions(job_id)

    def version(self, job_id: str, number: int) -> Version:
        """Raises JobNotFound, JobConflict, VersionNotFound, StoreError."""
        return self._edits.version(job_id, number)

    def current(self, job_id: str) -> int:
        """The number of the version that is the result. Raises StoreError."""
        return self._edits.current(job_id)

    def restore(self, job_id: str, version: int | None, number: int, *, holder: str | None = None) -> Version:
        """Makes an older version the newest one again, with the names that speakers have now.

        Raises as `edit_minutes` does, and VersionNotFound."""
        return self._edits.restore(job_id, version, number, restored, holder=holder)

    def search(
        self, query: Query, *, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Hit], str | None]:
        """What is found in the meetings of *holder* (None: all), and the cursor of the next page. Of a result, what rests on
        turns that were corrected since is marked.

        Raises BadParameter (cursor), StoreError."""
        hits, more = self._index.found(query, limit=limit, cursor=cursor, holder=holder)
        of_results = {hit.job_id for hit in hits if hit.part == MINUTES}
        stale = {job.id: stale_texts(job) for job in self._edits.stale(of_results)} if of_results else {}
        return [_marked(hit, stale) for hit in hits], more

    def actions(
        self, *, owner: str | None, open_: bool | None, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Action], str | None]:
        """The actions in the minutes of *holder* (None: all), and the cursor of the next page.

        Raises BadParameter (cursor), StoreError."""
        return self._actions.list(owner=owner, open_=open_, limit=limit, cursor=cursor, holder=holder)

    def titles(self, job_ids: Sequence[str], *, holder: str | None = None) -> Mapping[str, str]:
        """What those of *job_ids* that are meetings of *holder* (None: of anybody) are called, if they have a title.

        Raises StoreError."""
        return self._index.titles(job_ids, holder=holder)

    def mark(self, job_id: str, item: int, *, done: bool) -> Action:
        """Says whether an action is done. Raises JobNotFound, ActionNotFound, StoreError."""
        return self._actions.mark(self._jobs.find(job_id, texts=False).id, item, done=done)

    def share(self, job_id: str, lifetime: timedelta, *, holder: str | None = None) -> Share:
        """Lets people without a key read a meeting for a while. Raises JobNotFound, JobConflict, StoreError."""
        return self._shares.make(self.transcript(job_id).job.id, lifetime, holder)

    def shares(self, job_id: str) -> Sequence[Share]:
        """The shares of a meeting that have not expired. Raises JobNotFound, StoreError."""
        return self._shares.of(self._jobs.find(job_id, texts=False).id)

    def revoke(self, job_id: str, share_id: str) -> None:
        """Ends a share at once. Raises JobNotFound, StoreError."""
        self._shares.revoke(self._jobs.find(job_id, texts=False).id, share_id)

    def shared(self, share_id: str) -> SharedMeeting:
        """What a share shows. Raises JobNotFound if it was revoked, has expired or never existed; StoreError."""
        share = self._shares.find(share_id)
        return SharedMeeting(share, self.transcript(share.job_id))

    def question(self, job_id: str, text: str) -> Order:
        """The order that asks the model of a job about its transcript. Raises JobNotFound, JobConflict, StoreError."""
        order = as_named(self.transcript(job_id).order)
        return replace(order, kind=question.KIND, options={**order.options, question.QUESTION: text})


def _marked(hit: Hit, stale: Mapping[str, Callable[[str], bool]]) -> Hit:
    """*hit*, which says whether it is *stale* by what tells it of its job."""
    tells = stale.get(hit.job_id) if hit.part == MINUTES else None
    return replace(hit, stale=True) if tells is not None and tells(hit.text) else hit
