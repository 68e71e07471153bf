"""What a call of a function is: as JSON Schema for the decoder, as tools for a server, as Pydantic models for the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
)

from app.manifests.functions import Function, Parameter
from app.orders import Json


class FunctionCallResult(BaseModel):
    """The answer: which function, and with what. *prompt* is the question as it was asked."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    prompt: str
    fn_name: str
    args: dict[str, Json]

    def record(self) -> dict[str, Json]:
        """The answer in both spellings that clients use."""
        return {**self.model_dump(), "name": self.fn_name, "parameters": self.args}


def schema(functions: Sequence[Function]) -> dict[str, Json]:
    """JSON Schema of one call of one of *functions*."""
    calls = [_call(function) for function in functions]
    return calls[0] if len(calls) == 1 else {"anyOf": calls}


def _call(function: Function) -> dict[str, Json]:
    return {
        "type": "object",
        "properties": {"name": {"type": "string", "enum": [function.name]}, "parameters": function.parameters.schema_()},
        "required": ["name", "parameters"],
        "additionalProperties": False,
    }


def tools(functions: Sequence[Function]) -> tuple[dict[str, Json], ...]:
    """*functions* as OpenAI's API spells tools."""
    return tuple(
        {
            "type": "function",
            "function": {
                "name": function.name,
                "description": function.description,
                "parameters": function.parameters.described(),
                "strict": True,  # without it vLLM does not hold the arguments to the schema
            },
        }
        for function in functions
    )


def arguments(function: Function) -> type[BaseModel]:
    """The Pydantic model that the arguments of *function* must be: nothing is guessed or converted."""
    return _object(function.name, function.parameters)


def validated(function: Function, given: Json) -> dict[str, Json]:
    """The arguments as they are, every one of them as the function wants it. Raises pydantic's ValidationError."""
    return arguments(function).model_validate(given).model_dump(by_alias=True, exclude_unset=True)


def reasons(exc: ValidationError) -> str:
    """What is wrong by key; never a value, which is the user's."""
    found = (f"{'.'.join(map(str, error['loc'])) or 'arguments'}: {error['msg']}" for error in exc.errors(include_url=False))
    return "; ".join(dict.fromkeys(found))


_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, protected_namespaces=())


def _object(name: str, parameter: Parameter) -> type[BaseModel]:
    fields: Any = {}
    for at, (key, each) in enumerate((parameter.properties or {}).items()):
        default = ... if key in parameter.required else None
        fields[f"field{at}"] = (_type(f"{name}.{key}", each), Field(default, alias=key))  # a key may be any text
    return create_model(name, __config__=_STRICT, **fields)


def _type(name: str, parameter: Parameter) -> Any:
    kind = _plain(name, parameter)
    if parameter.enum is not None:
        kind = Annotated[kind, AfterValidator(_one_of(parameter.enum))]
    return kind | None if parameter.nullable else kind


def _plain(name: str, parameter: Parameter) -> Any:
    kind, limits = _KINDS.get(parameter.type or "", (Any, ()))
    bounds: Any = {limit: given for limit, of in limits if (given := getattr(parameter, of)) is not None}
    if parameter.type == "object":
        return _object(name, parameter)
    if parameter.type == "array" and parameter.items is not None:
        kind = kind[_type(f"{name}[]", parameter.items)]
    if parameter.type == "number":
        return Annotated[kind, Field(**bounds), WrapValidator(_as_given)]
    return Annotated[kind, Field(**bounds)]


def _as_given(value: Json, check: ValidatorFunctionWrapHandler) -> Json:
    """2 stays 2, which pydantic's float would make 2.0."""
    check(value)
    return value


_LENGTHS = (("min_length", "min_length"), ("max_length", "max_length"))
_BOUNDS = (("ge", "minimum"), ("le", "maximum"))
_KINDS: dict[str, tuple[Any, tuple[tuple[str, str], ...]]] = {
    "string": (str, _LENGTHS),
    "integer": (int, _BOUNDS),
    "number": (float, _BOUNDS),
    "boolean": (bool, ()),
    "array": (list, (("min_length", "min_items"), ("max_length", "max_items"))),
}


def _one_of(values: tuple[Json, ...]) -> Callable[[Json], Json]:
    def check(value: Json) -> Json:
        if not any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in values):
            raise ValueError(f"must be one of {', '.join(map(repr, values))}")
        return value

    return check


class Named(BaseModel):
    """A call as a model writes it, in either of the spellings that are in use."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    name: str
    parameters: dict[str, Json]

    @classmethod
    def of(cls, said: Json) -> Named:
        """Raises pydantic's ValidationError."""
        if not isinstance(said, dict):
            return cls.model_validate(said)
        spelled = {new: said[old] for new, names in _SPELLINGS.items() for old in names if old in said}
        return cls.model_validate(spelled)


_SPELLINGS: dict[Literal["name", "parameters"], tuple[str, ...]] = {
    "name": ("tool", "tool_name", "action", "function", "fn_name", "name"),
    "parameters": ("tool_input", "action_input", "arguments", "args", "parameters"),
}
