"""Service and Flavor: what a manifest may say. The only owner of wire names (camelCase, top_p)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
ROUTE = r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$"


class Wire(BaseModel):
    """A frozen value read from a file that people edit: unknown keys are refused, types are not guessed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, protected_namespaces=())


class Flavor(Wire):
    """One way to run a service: a model, its limits and its sampling. Kinds add their own keys."""

    name: Annotated[str, Field(pattern=NAME, description="name of the flavor, as requests give it")]
    model_name: Annotated[str, Field(alias="modelName", min_length=1, description="model as the backend knows it")]
    total_context_length: Annotated[
        int, Field(alias="totalContextLength", ge=64, description="tokens of prompt, user content and generated text together")
    ]
    max_generation_length: Annotated[
        int, Field(alias="maxGenerationLength", ge=1, description="most tokens the model may generate in one call")
    ]
    tokenizer_class: Annotated[
        str | None, Field(alias="tokenizerClass", description="class of the model's tokenizer, e.g. `LlamaTokenizer`")
    ] = None
    tokenizer: Annotated[str | None, Field(description="a tokenizer to count with: a path, or `package:resource`")] = None
    temperature: Annotated[float | None, Field(ge=0, le=2, description="0 to 2; missing: the server's default")] = None
    top_p: Annotated[float | None, Field(gt=0, le=1, description="nucleus sampling; missing: the server's default")] = None
    backend: Annotated[str | None, Field(description="name of a backend; overrides the service's")] = None
    fallback: Annotated[
        tuple[str, ...], Field(description="flavors tried when this one's backend is down or the content does not fit")
    ] = ()
    stop: Annotated[tuple[str, ...], Field(description="strings that end the answer")] = ()
    seed: Annotated[int | None, Field(description="seed of the sampling")] = None
    frequency_penalty: Annotated[float | None, Field(ge=-2, le=2, description="-2 to 2")] = None
    presence_penalty: Annotated[float | None, Field(ge=-2, le=2, description="-2 to 2")] = None
    system: Annotated[str | None, Field(description="a system message before every prompt")] = None
    priority: Annotated[int, Field(ge=0, le=9, description="0 (first) to 9 (last)")] = 5

    def prompts(self) -> tuple[str, ...]:
        """Names (without extension) of the templates it needs beside the service's own; a kind's Flavor may name some."""
        return ()


class Service(Wire):
    """A manifest: `services/<name>.json`."""

    type: Annotated[str, Field(description="the kind of service")]
    name: Annotated[str, Field(pattern=NAME, description="name and route: /services/{name}/generate")]
    route: Annotated[str | None, Field(pattern=ROUTE, description="another route to the same service; may hold a slash")] = None
    description: Annotated[dict[str, str] | str, Field(description="what it does, by language")] = ""
    backend: Annotated[str, Field(description="name of the backend its flavors use")] = "vLLM"
    fields: Annotated[
        int | None,
        Field(ge=1, le=2, description="summary: 2 = previous summary and new turns, 1 = every batch on its own"),
    ] = None
    flavor: Annotated[tuple[Any, ...], Field(min_length=1, description="the flavors, the first one being the default")]
