"""Results with the names that speakers have now: after a rename, and when an older version is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.jobs import Job
from app.jobs.basis import Basis
from app.jobs.edits import Edited
from app.jobs.versions import OF_THE_TEXT, Version
from app.kinds import minutes
from app.kinds.minutes.renewing import counted
from app.kinds.transcripts import heard
from app.orders import NAMES, Json, Order
from app.transcript import Renaming


def with_names(order: Order, text: str, coverage: Mapping[str, Json], changes: Mapping[str, str]) -> Edited:
    """A result after *changes* of names. The document of minutes is made anew of them: so nobody is in it twice."""
    transcript = heard(order)
    renaming = Renaming(changes, transcript.turns)
    if not renaming:
        return text, coverage
    renamed = renaming.coverage(coverage)
    if "minutes" in renamed:
        return minutes.document(order, renamed), renamed
    names = order.options.get(NAMES, {})
    return renaming.text(text, {*transcript.speakers, *names.values(), *changes, *changes.values()}), renamed


def restored(job: Job, order: Order, kept: Version) -> Edited:
    """The version *kept* as the result of *job*, with the names that speakers have now; the version itself stays."""
    rest = {name: value for name, value in job.coverage.items() if name not in OF_THE_TEXT}
    basis = Basis.recall(kept.basis) or Basis()
    names = order.options.get(NAMES, {})
    labels = (turn.speaker for turn in heard(order).all_turns)
    text, coverage = with_names(order, kept.text, {**rest, **kept.parts}, _renamings(basis.names, names, labels))
    return text, counted(coverage)


def _renamings(then: Mapping[str, str], now: Mapping[str, str], labels: Iterable[str]) -> dict[str, str]:
    """From the names that speakers had *then* to those that they have *now*. Who was named goes before a label that came
    later and is the same word."""
    called = {label: now.get(label, label) for label in dict.fromkeys((*labels, *now)) if label not in then}
    return {**called, **{name: now.get(label, label) for label, name in then.items()}}
