"""What the flavors of a service of type `minutes` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app import manifests


class Flavor(manifests.Flavor):
    """How the transcript is cut, and what the model is asked for."""

    create_new_turn_after: Annotated[
        int,
        Field(alias="createNewTurnAfter", ge=8, description="a turn longer than this many tokens is split into virtual turns"),
    ] = 250
    max_new_turns: Annotated[int, Field(alias="maxNewTurns", ge=1, description="at most so many turns in one call")] = 20
    language: Annotated[
        str,
        Field(
            pattern=r"^(auto|[a-z]{2,3})$",
            description="language of the minutes, such as `fr`; `auto` is that of the transcript. A request may say another",
        ),
    ] = "auto"
    mode: Annotated[
        Literal["generative", "extractive"],
        Field(
            description="`generative`: the model writes items, which are checked against the turns they cite; `extractive`: the"
            " model only labels turns, and the minutes quote them. Use `extractive` for models under about 4B parameters"
        ),
    ] = "generative"
