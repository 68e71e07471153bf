"""The conversations of the present key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.conversations import PendingMessage, StoredMessage
from app.errors import ConversationNotFound
from app.web.authorized.present import holder_or, may_see
from app.web.interfaces import Conversations


@dataclass(frozen=True)
class AuthorizedConversations:
    """The conversations that a key's holder has begun, or all for an admin."""

    inner: Conversations

    def start(self, service: str, *, holder: str | None = None) -> str:
        return self.inner.start(service, holder=holder_or(holder))

    def holder(self, conversation_id: str) -> str | None:
        return self.inner.holder(self._checked(conversation_id))

    def post(
        self,
        conversation_id: str,
        service: str,
        text: str,
        *,
        patience: float,
        system: str | None = None,
        left: Callable[[], bool] = lambda: False,
    ) -> PendingMessage:
        checked = self._checked(conversation_id)
        return self.inner.post(checked, service, text, patience=patience, system=system, left=left)

    def messages(self, conversation_id: str) -> Sequence[StoredMessage]:
        return self.inner.messages(self._checked(conversation_id))

    def delete(self, conversation_id: str) -> None:
        self.inner.delete(self._checked(conversation_id))

    def count(self) -> int:
        return self.inner.count()

    def _checked(self, conversation_id: str) -> str:
        """Raises ConversationNotFound if it is somebody else's."""
        if not may_see(self.inner.holder(conversation_id)):
            raise ConversationNotFound(conversation_id)
        return conversation_id
