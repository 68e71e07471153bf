"""The JSON Schema of manifests and the reference that authors read: both made from the model, so that they cannot lie."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from app.manifests.model import Flavor, keys_of_kinds, service_of

SCHEMA_FILE = "manifest.schema.json"
REFERENCE_FILE = "manifest.md"

_INTRODUCTION = """# Manifests

<!-- Made from app/manifests and the kinds: do not edit; a test says when it is out of date. -->

A service is two files in the services folder: a manifest `<file>.json` and a prompt template `<file>.txt`. A change of
either is live within a second; a broken one leaves the last good version in service, and `GET /health`, the log and
`check` say what is wrong by file, line and key.

Manifests are JSON with `//` and `/* … */` comments and trailing commas. Keys are strict: an unknown key, a key given
twice or a value of the wrong type is refused. `"$schema": "…/manifest.schema.json"` gives completion in editors.

Of two manifests with one name, the one whose file is named like the service is served, else the one that was served
before.

The files are UTF-8. Hidden files and names that do not end in `.json`, `.txt`, `.render.md` or `.docx` are not looked
at, nor are `backends.json` and tests (`<file>.tests.json`, [authors.md](authors.md)), which are no manifests. A file
may be a symbolic link to anywhere (Kubernetes mounts ConfigMaps so); a template includes others by their bare names
only, so it reads nothing outside the folder.
"""

_TEMPLATES = """
## Templates

A template with `{{ … }}`, `{% … %}` or `{# … #}` is Jinja: sandboxed, no escaping, names that do not exist are errors.
The line end that closes the file is not part of the prompt. `{% include "other.txt" %}` takes another template of the
folder.

A new or changed template is compiled and rendered for the first time in a process of its own, which has 2 s and 256 MiB
for it; only then does it serve. What fails there is a problem by file and line. The filters `urlize`, `striptags` and
`pprint` are not for templates, as they may take very long; `wordwrap` takes at most 250,000 characters; of texts, lists
and objects only the methods that cost little are there (`split`, `replace`, `items`, …). A template and all that it
includes may hold 10,000 expressions and statements, 30 includes deep.

| Name in a summary template | What it is |
|---|---|
| `turns` | the new turns; prints as `Speaker : text` lines, and is a list of entries with `.speaker` and `.text` |
| `previous` | with `"fields": 2`, the last `summaryTurns` lines of the summary so far, in the same form; empty at first |
| `service`, `flavor` | names of the service and the flavor |
| `language` | what the request gave as `language`, or an empty text |

Every turn must be printed. A template without any of those marks is of the old positional form: `{}` is filled with
`turns` (`"fields": 1`), or the first with `previous` and the second with `turns` (`"fields": 2`); other braces stay as
they are. Put what does not change first and `previous` and `turns` last, on lines of their own: the model server then
keeps the beginning of the prompt from one call to the next, and tokens are counted exactly.

A service of type `minutes` needs no template: its prompts are built in, in English, French, Spanish, German and
Persian. `<file>.txt` replaces that of the extraction, `<file>.write.txt` that of title and summary, `<file>.render.md`
the document (document/minutes.md).

| Name in `<file>.txt` and `<file>.write.txt` of type `minutes` | What it is |
|---|---|
| `turns` | only in `<file>.txt`: the turns of this call: prints as `[17] Speaker : text` lines; a list, with `.number` too |
| `items` | only in `<file>.write.txt`: the items, one a line with its number |
| `participants`, `glossary`, `agenda` | lists of texts: who took part, right spellings, the agenda |
| `date`, `language` | the day of the meeting or an empty text; the language of the minutes |
| `service`, `flavor` | names of the service and the flavor |

| Name in `<file>.render.md` | What it is |
|---|---|
| `version` | 1: that of the form in which minutes are JSON |
| `title`, `date`, `language` | texts; `date` may be empty |
| `participants` | a list, each with `.name` and `.turns` (how many) |
| `summary` | the sentences, each with `.text`, `.marks` (`[17, 18]`) and `.unsupported` (a list) |
| `sections` | a list, each with `.kind`, `.heading` and its items, `section["items"]` |
| an item | `.text`, `.marks`, `.unsupported`, `.who` (the owner, or empty), `.said_by` (empty unless it is quoted), `.owner`, \
`.due`, `.due_date`, `.time`, `.turns`, `.speakers`, `.kind`, `.id` |
| `items` | the items of all kinds in one list |
| `words` | in the language of the minutes: `.date`, `.participants`, `.summary`, `.due`, `.unsupported`, `.none`, `.comma` |
| `service`, `flavor` | names of the service and the flavor |

All three are tried with a small meeting when they are read, so a name that is misspelt is a problem at once.

| Name in a template of type `generate` or `chat` | What it is |
|---|---|
| `prompt`, `message` | what the user says now, under both names |
| `messages` | what was said before: entries with `.role` and `.content`; they go to the model before the prompt anyway |
| `system` | the system message, which goes to the model first anyway; or an empty text |
| `service`, `flavor` | names of the service and the flavor |
| any other | from `variables` of the request, checked against `inputs` where the manifest has it |

A variable that no request gives is refused with its name; with `inputs`, one that is not `required` has the `default`
of its schema there. In the old positional form the one `{}` is filled with the prompt.
"""

_FUNCTIONS = """
## Functions

A service of type `function_call` says in `functions` what the model may call: a list, in the manifest itself or in a
`.json` file of the folder whose name stands there (such a file is no manifest; a change of it is live like any other).

| Key of a function | What it is |
|---|---|
| `name` | letters, digits, `.` `_` `-`, at most 64 |
| `description` | what it does, for the model |
| `parameters` | its parameters by name: `{"a": {"type": "number"}}`; or a JSON Schema of an object |
| `returns` | what it returns; not used here |

| Key of a parameter | What it is |
|---|---|
| `type` | `number`, `integer`, `string`, `boolean`, `array` or `object`; `["string", "null"]` where null is allowed |
| `description` | what it means, for the model |
| `enum` | the values it may have |
| `items` | of an array: what it holds |
| `properties`, `required` | of an object: what it holds |
| `optional` | `true`: need not be given; so need a parameter with a `default` |
| `minimum`, `maximum`, `minLength`, `maxLength`, `minItems`, `maxItems` | its limits, inclusive |

In parameters by name all are required but the optional ones; a JSON Schema says in `required` which are. A template of
such a service uses `prompt` (the question) and `functions` (prints one a line, and is a list with `.name`,
`.description` and `.parameters`), `service` and `flavor`.
"""


def documents(flavors: Mapping[str, type[Flavor]]) -> dict[str, str]:
    """The files of the documentation that are made from the model, by name."""
    drawn = json.dumps(schema(flavors), indent=2, ensure_ascii=False) + "\n"
    return {SCHEMA_FILE: drawn, REFERENCE_FILE: reference(flavors)}


def schema(flavors: Mapping[str, type[Flavor]]) -> dict[str, Any]:
    """A JSON Schema of manifests: one branch for each kind."""
    models = [service_of(kind, flavor) for kind, flavor in sorted(flavors.items())]
    names, drawn = models_json_schema([(model, "validation") for model in models], title="Manifest of a service")
    branches = [names[model, "validation"] for model in models]
    for kind, branch in zip(sorted(flavors), branches, strict=True):
        _narrow(drawn["$defs"][branch["$ref"].rpartition("/")[2]], kind)
    for definition in drawn["$defs"].values():
        for value in definition["properties"].values():
            value.pop("title", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "oneOf": branches, **drawn}


def _narrow(drawn: dict[str, Any], kind: str) -> None:
    """Takes the keys of other kinds out of a service's schema, and requires those of its own that it must have."""
    for key, of in keys_of_kinds().items():
        value = drawn["properties"].pop(key)
        if kind in of.kinds:
            drawn["properties"][key] = {name: said for name, said in value.items() if name not in ("kinds", "required")}
        if kind in of.kinds and of.required:
            drawn["required"].append(key)


def reference(flavors: Mapping[str, type[Flavor]]) -> str:
    """The reference of manifests and templates, in Markdown."""
    services = schema(flavors)["$defs"]
    common = Flavor.model_json_schema()
    parts = [_INTRODUCTION]
    for kind, flavor in sorted(flavors.items()):
        parts.append(f"\n## A manifest of type `{kind}`\n\n{_table(services[service_of(kind, flavor).__name__])}")
        own = _table(flavor.model_json_schema(), beside=common["properties"])
        parts.append(f"\n### Its flavors\n\nBeside the keys of every flavor, below:\n\n{own}")
    parts.append(f"\n## Every flavor\n\n{_table(common)}")
    return "".join([*parts, _TEMPLATES, _FUNCTIONS])


def _table(drawn: Mapping[str, Any], beside: Iterable[str] = ()) -> str:
    """The keys of one object of the schema, *beside* those that are described elsewhere."""
    required = drawn.get("required", ())
    rows = ["| Key | Value | Default | Meaning |", "|---|---|---|---|"]
    for key, value in drawn["properties"].items():
        if key not in set(beside):
            rows.append(f"| `{key}` | {_value(value)} | {_default(key, value, required)} | {value.get('description', '')} |")
    return "\n".join(rows) + "\n"


def _default(key: str, value: Mapping[str, Any], required: Iterable[str]) -> str:
    if key in required:
        return "**required**"
    default = value.get("default")
    return "" if default in (None, [], "") else f"`{json.dumps(default)}`"


def _value(value: Mapping[str, Any]) -> str:
    """The type of one key in words: `whole number, 0 to 9`."""
    branches = [branch for branch in value.get("anyOf", [value]) if branch.get("type") != "null"]
    return " or ".join(_branch(branch) for branch in branches)


def _branch(value: Mapping[str, Any]) -> str:
    if "const" in value or "enum" in value:
        return " or ".join(f"`{json.dumps(each)}`" for each in value.get("enum", [value.get("const")]))
    words = {"string": "text", "integer": "whole number", "boolean": "`true` or `false`"}
    if value.get("type") == "object":
        return "object of texts" if isinstance(value.get("additionalProperties"), dict) else "object"
    if value.get("type") == "array":
        return f"list of {_entries(value['items'])}"
    return f"{words.get(value['type'], value['type'])}{_limits(value)}"


def _entries(items: Mapping[str, Any]) -> str:
    return "flavors" if "$ref" in items else "objects" if items.get("type") == "object" else "texts"


def _limits(value: Mapping[str, Any]) -> str:
    low = value.get("minimum", value.get("exclusiveMinimum"))
    if low is None:
        return ""
    start = f"more than {low:g}" if "exclusiveMinimum" in value else f"{low:g}"
    end = f" to {value['maximum']:,.10g}" if "maximum" in value else " or more"
    return f", {start}{end}"
