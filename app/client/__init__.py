"""A client of the gateway for Python programs: `Gateway`, and `AsyncGateway` for asyncio.

It needs nothing of the rest of the program, and only httpx2 besides the standard library: `pip install llm-gateway` brings
nothing else, and `pip install 'llm-gateway[client]'` what a terminal likes to have."""

from app.client.asynchronous import AsyncGateway
from app.client.conversation import AsyncConversation, Conversation
from app.client.errors import GatewayError, JobCancelled, JobFailed, JobUnfinished, NotReachable, Refused
from app.client.sync import Gateway
from app.client.values import Action, Job, Progress, Result, Service, Tokens

__all__ = ["Action", "AsyncConversation", "AsyncGateway", "Conversation", "Gateway", "GatewayError", "Job", "JobCancelled"]
__all__ += ["JobFailed", "JobUnfinished", "NotReachable", "Progress", "Refused", "Result", "Service", "Tokens"]
