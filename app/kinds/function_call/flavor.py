"""What the flavors of a function-calling service may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app import manifests


class Flavor(manifests.Flavor):
    """How the model is held to the functions."""

    constraint: Annotated[
        Literal["json_schema", "tools"],
        Field(
            description="how the model is held to the functions: `json_schema` by the form of its answer (vLLM, llama.cpp and"
            " the backend `logits` allow nothing else), `tools` by the server's own function calling (OpenAI, DeepSeek, Gemini)"
        ),
    ] = "json_schema"
    repairs: Annotated[
        int, Field(ge=0, le=3, description="how often a model that gave no valid call is told why and asked again")
    ] = 1
