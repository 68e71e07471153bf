"""Service and Flavor: the values that a manifest is made of."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
MOST_TOKENS = 10**9  # of a context; no model has nearly as many
ROUTE = r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$"


class Wire(BaseModel):
    """A frozen value read from a file that people edit: unknown keys are refused, types are not guessed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, protected_namespaces=())

    def wire(self) -> dict[str, Any]:
        """The value as JSON under its wire names, defaults filled in; what is None is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    @classmethod
    def known(cls, wire: Mapping[str, Any]) -> dict[str, Any]:
        """*wire* without the keys that only a later release knows: it has settled them, and we cannot heed them."""
        names = {field.alias or name for name, field in cls.model_fields.items()}
        return {name: value for name, value in wire.items() if name in names}


def _texts(description: str) -> Any:
    """A list of texts. Lax about list or tuple, so that a value may be read from Python and from JSON alike."""
    return Field(strict=False, description=description)


def _of(*kinds: str, required: bool) -> Any:
    """Marks a key of Service as one of some *kinds* only."""
    return {"kinds": list(kinds), "required": required}


class Flavor(Wire):
    """One way to run a service: a model, its limits and its sampling. Kinds add their own keys."""

    name: Annotated[str, Field(pattern=NAME, description="name of the flavor, as requests give it")]
    model_name: Annotated[str, Field(alias="modelName", min_length=1, description="model as the backend knows it")]
    total_context_length: Annotated[
        int,
        Field(
            alias="totalContextLength",
            ge=64,
            le=MOST_TOKENS,
            description="tokens of prompt, user content and generated text together",
        ),
    ]
    max_generation_length: Annotated[
        int,
        Field(alias="maxGenerationLength", ge=1, le=MOST_TOKENS, description="most tokens the model may generate in one call"),
    ]
    tokenizer_class: Annotated[
        str | None, Field(alias="tokenizerClass", description="class of the model's tokenizer, e.g. `LlamaTokenizer`")
    ] = None
    tokenizer: Annotated[str | None, Field(description="a tokenizer to count with: a path, or `package:resource`")] = None
    temperature: Annotated[
        float | None, Field(ge=0, le=2, description="how freely the model chooses; missing: the server's default")
    ] = None
    top_p: Annotated[
        float | None,
        Field(gt=0, le=1, description="share of the likeliest words it chooses among; missing: the server's default"),
    ] = None
    backend: Annotated[str | None, Field(description="name of a backend; overrides the service's")] = None
    variant: Annotated[
        str | None,
        Field(
            pattern=NAME, description="template `<file>.<variant>.txt`, instead of the service's own; a request may say another"
        ),
    ] = None
    fallback: Annotated[
        tuple[str, ...], _texts("flavors tried when this one's backend is down or the content does not fit")
    ] = ()
    stop: Annotated[tuple[str, ...], _texts("strings that end the answer")] = ()
    seed: Annotated[int | None, Field(description="seed of the sampling")] = None
    frequency_penalty: Annotated[float | None, Field(ge=-2, le=2, description="against words said often")] = None
    presence_penalty: Annotated[float | None, Field(ge=-2, le=2, description="against words said at all")] = None
    system: Annotated[str | None, Field(description="a system message before every prompt")] = None
    priority: Annotated[int, Field(ge=0, le=9, description="0 (first) to 9 (last) in the queue of jobs")] = 5

    def prompts(self) -> tuple[str, ...]:
        """Names (without extension) of the templates it needs beside the service's own; a kind's Flavor may name some."""
        return ()


class Service(Wire):
    """A manifest: `services/<file>.json`.

    A key of some kinds only says so by `_of(...)` and has a default; it is refused in manifests of other kinds, and
    travels with an order (`settings`)."""

    schema_: Annotated[str | None, Field(alias="$schema", description="the schema that an editor checks this file with")] = None
    type: Annotated[str, Field(description="the kind of service")]
    name: Annotated[str, Field(pattern=NAME, description="name and route: `/services/{name}/generate`")]
    route: Annotated[str | None, Field(pattern=ROUTE, description="another route to the same service; may hold a slash")] = None
    description: Annotated[dict[str, str] | str, Field(description="what it does: a text, or one for each language")] = ""
    backend: Annotated[str, Field(min_length=1, description="name of the backend its flavors use")] = "vLLM"
    fields: Annotated[
        int | None,
        Field(
            ge=1,
            le=2,
            description="2 = previous summary and new turns, one batch after the other; 1 = every batch on its own",
            json_schema_extra=_of("summary", required=True),
        ),
    ] = None
    sections: Annotated[
        tuple[Literal["topics", "decisions", "actions", "questions"], ...] | None,
        Field(
            strict=False,
            min_length=1,
            description="which kinds of items the minutes have; missing: all of topics, decisions, actions, questions",
            json_schema_extra=_of("minutes", required=False),
        ),
    ] = None
    inputs: Annotated[
        dict[str, Any] | None,
        Field(
            description="JSON Schema (an object) of the variables that a request gives to the template",
            json_schema_extra=_of("generate", "chat", required=False),
        ),
    ] = None
    functions: Annotated[
        str | Annotated[tuple[dict[str, Any], ...], Field(strict=False)] | None,
        Field(
            description="the functions that the model may call: a list of them, or the name of a `.json` file that holds one",
            json_schema_extra=_of("function_call", required=True),
        ),
    ] = None
    flavor: Annotated[tuple[Any, ...], Field(strict=False, min_length=1, description="the ways to run it; at least one")]

    @property
    def functions_file(self) -> str | None:
        """The file of the folder that holds the functions, if they do not stand in the manifest itself."""
        return self.functions if isinstance(self.functions, str) else None

    def backend_of(self, flavor: Any) -> str:
        """The name of the backend that *flavor* uses: its own, or that of the service."""
        return str(flavor.backend or self.backend)

    @property
    def backends(self) -> frozenset[str]:
        """The names of the backends that its flavors use."""
        return frozenset(map(self.backend_of, self.flavor))

    def settings(self) -> dict[str, Any]:
        """The keys of its kind, as an order carries them."""
        return {key: value for key, value in self.wire().items() if key in keys_of_kinds()}


@dataclass(frozen=True)
class Of:
    """The kinds that may say a key, and whether they must."""

    kinds: tuple[str, ...]
    required: bool


@cache
def keys_of_kinds() -> dict[str, Of]:
    """The keys of some kinds only, by wire name."""
    found: dict[str, Of] = {}
    for name, info in Service.model_fields.items():
        said: Any = info.json_schema_extra
        if isinstance(said, dict) and "kinds" in said:
            found[info.alias or name] = Of(tuple(said["kinds"]), said["required"])
    return found


@cache
def service_of(kind: str, flavor: type[Flavor]) -> type[Service]:
    """Service, its `flavor` being a tuple of this kind's flavors."""
    only: Any = Literal
    several: Any = tuple
    types = {"type": only[kind], "flavor": several[flavor, ...]}
    parts: Any = {name: (wanted, copy(Service.model_fields[name])) for name, wanted in types.items()}
    model: type[Service] = create_model(f"{kind.title().replace('_', '')}Service", __base__=Service, **parts)
    return model
