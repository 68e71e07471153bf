"""The meetings of the present key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from app.errors import JobNotFound
from app.jobs.actions import Action
from app.jobs.search import Hit
from app.jobs.shares import Share
from app.jobs.versions import Version
from app.keys import Keyring
from app.meetings.corrections import Asked
from app.meetings.transcripts import MeetingTranscript, SharedMeeting
from app.orders import Json, Order
from app.storage.words import Query
from app.web.authorized.present import holder_or, seen_holder
from app.web.interfaces import Jobs, Meetings


@dataclass(frozen=True)
class AuthorizedMeetings:
    """The meetings of a key's holder, or all for an admin. What a key's holder changes carries that name."""

    inner: Meetings
    jobs: Jobs
    keyring: Keyring

    def transcript(self, job_id: str, /) -> MeetingTranscript:
        return self.inner.transcript(self.jobs.find(job_id, texts=False).id)

    def correct(self, job_id: str, version: int | None, asked: Asked, /, *, holder: str | None = None) -> dict[str, Json]:
        return self.inner.correct(self.jobs.find(job_id, texts=False).id, version, asked, holder=holder_or(holder))

    def edit_minutes(self, job_id: str, version: int | None, given: Json, /, *, holder: str | None = None) -> Version:
        return self.inner.edit_minutes(self.jobs.find(job_id, texts=False).id, version, given, holder=holder_or(holder))

    def edit_text(self, job_id: str, version: int | None, text: str, /, *, holder: str | None = None) -> Version:
        return self.inner.edit_text(self.jobs.find(job_id, texts=False).id, version, text, holder=holder_or(holder))

    def versions(self, job_id: str, /) -> Sequence[Version]:
        return self.inner.versions(self.jobs.find(job_id, texts=False).id)

    def version(self, job_id: str, number: int, /) -> Version:
        return self.inner.version(self.jobs.find(job_id, texts=False).id, number)

    def current(self, job_id: str, /) -> int:
        return self.inner.current(self.jobs.find(job_id, texts=False).id)

    def search(
        self, query: Query, /, *, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Hit], str | None]:
        return self.inner.search(query, limit=limit, cursor=cursor, holder=seen_holder(holder))

    def actions(
        self, *, owner: str | None, open_: bool | None, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Action], str | None]:
        return self.inner.actions(owner=owner, open_=open_, limit=limit, cursor=cursor, holder=seen_holder(holder))

    def titles(self, job_ids: Sequence[str], /, *, holder: str | None = None) -> Mapping[str, str]:
        return self.inner.titles(job_ids, holder=seen_holder(holder))

    def mark(self, job_id: str, item: int, /, *, done: bool) -> Action:
        return self.inner.mark(self.jobs.find(job_id, texts=False).id, item, done=done)

    def share(self, job_id: str, lifetime: timedelta, /, *, holder: str | None = None) -> Share:
        return self.inner.share(self.jobs.find(job_id, texts=False).id, lifetime, holder=holder_or(holder))

    def shares(self, job_id: str, /) -> Sequence[Share]:
        return self.inner.shares(self.jobs.find(job_id, texts=False).id)

    def revoke(self, job_id: str, share_id: str, /) -> None:
        self.inner.revoke(self.jobs.find(job_id, texts=False).id, share_id)

    def shared(self, share_id: str, /) -> SharedMeeting:
        """Needs no key of the reader. It ends with the key that made it, and when that key does not open the job any more."""
        found = self.inner.shared(share_id)
        maker = self.keyring.held_by(found.share.holder) if found.share.holder else None
        if maker is None or self.keyring.is_expired(maker) or not (maker.admin or maker.holder == found.job.holder):
            raise JobNotFound(share_id)
        return found

    def question(self, job_id: str, text: str, /) -> Order:
        return replace(self.inner.question(self.jobs.find(job_id, texts=False).id, text), holder=holder_or(None))

    def restore(self, job_id: str, version: int | None, number: int, /, *, holder: str | None = None) -> Version:
        return self.inner.restore(self.jobs.find(job_id, texts=False).id, version, number, holder=holder_or(holder))
