"""What the flavors of a summary service may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app import manifests


class Flavor(manifests.Flavor):
    """How long transcripts are cut, rolled and reduced."""

    create_new_turn_after: Annotated[
        int,
        Field(alias="createNewTurnAfter", ge=8, description="a turn longer than this many tokens is split into virtual turns"),
    ] = 250
    summary_turns: Annotated[
        int,
        Field(alias="summaryTurns", ge=0, description="how many turns of the summary so far are shown to the model again"),
    ] = 2
    max_new_turns: Annotated[int, Field(alias="maxNewTurns", ge=1, description="at most so many new turns in one call")] = 6
    consolidate_summary: Annotated[
        bool, Field(alias="consolidateSummary", description="merge consecutive summary lines of one speaker")
    ] = False
    reduce_summary: Annotated[
        bool,
        Field(
            alias="reduceSummary",
            description="summarise the summary in the end, with `reduce_prompt` or else the service's own template",
        ),
    ] = False
    reduce_prompt: Annotated[
        str | None,
        Field(description="template (name without extension) of the final reduce; its presence turns the reduce on"),
    ] = None
    type: Annotated[
        Literal["abstractive", "extractive", "markdown"] | None, Field(description="a hint for whoever displays the result")
    ] = None

    check: Annotated[
        Literal["off", "warn", "repair", "quote"],
        Field(
            description="whether lines are checked against their turns (speakers, numbers, names, words, language, copies of "
            "the prompt's example): `warn` tells in `warnings` what is wrong, `repair` asks once more before that; `quote` "
            "does too, and if a call has one turn, the words of that turn stand for a line that still says something else, or "
            "is in another language than wanted while the turn is not (for small models); `off` is for prompts that want "
            "something else. JSON that the prompt asks for is not checked, "
            "nor is a language that nobody named"
        ),
    ] = "warn"
    language: Annotated[
        str | None,
        Field(pattern=r"^[a-z]{2,3}$", description="language that answers must be in, such as `fr`; a request may say another"),
    ] = None

    @property
    def repairs(self) -> bool:
        """Whether a model that is wrong is asked once more."""
        return self.check in ("repair", "quote")

    @property
    def reduces(self) -> bool:
        return self.reduce_summary or self.reduce_prompt is not None

    def prompts(self) -> tuple[str, ...]:
        return () if self.reduce_prompt is None else (self.reduce_prompt,)
