"""The prompt of a function call: what its template may use, and what is made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from app import prompts
from app.errors import Problem
from app.manifests.functions import Function
from app.orders import Order

VARIABLES = ("prompt", "functions", "service", "flavor")


class Listed(Sequence[Function]):
    """The functions as a template sees them: printed, one JSON object a line; or gone through, each with `.name`,
    `.description` and `.parameters`."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self._functions = tuple(functions)

    def __str__(self) -> str:
        return "\n".join(json.dumps(_shown(function), ensure_ascii=False) for function in self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def __getitem__(self, at: Any) -> Any:
        return Listed(self._functions[at]) if isinstance(at, slice) else self._functions[at]


def _shown(function: Function) -> dict[str, Any]:
    properties = function.parameters.described()["properties"]
    return {"name": function.name, "description": function.description, "parameters": properties}


def rendered(order: Order, functions: Sequence[Function], question: str) -> str:
    """The template with the question and the functions in it. Raises TemplateError."""
    template = prompts.compile(order.template, order.templates)
    return template.render(prompt=question, functions=Listed(functions), service=order.service, flavor=order.flavor_name)


def problems(name: str, templates: dict[str, str], *, shown: bool) -> Iterator[Problem]:
    """What keeps the template *name* from asking a question; *shown* says that it must show the functions too."""
    template = prompts.compile(name, templates)
    if template.legacy:
        yield Problem(template.file, "", "must be a Jinja template: {{ prompt }} is where the question belongs")
        return
    yield from prompts.unknown(template, VARIABLES)
    for variable in ("prompt", *(("functions",) if shown else ())):
        if variable not in template.variables:
            yield Problem(template.file, "", f"does not use {{{{ {variable} }}}}, so the model would not see it")
    yield from prompts.excesses(template, prompt="alpha", functions=Listed(()), service="service", flavor="flavor")
