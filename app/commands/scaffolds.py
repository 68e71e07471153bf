"""What `new` writes: for each type of service a manifest, a template and a test, with comments for the one who edits them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# A meeting in each language that has built-in prompts: any summary keeps its numbers, and the third turn decides.
MEETINGS: Mapping[str, Sequence[str]] = {
    "en": (
        "Nadia Osei : Good morning everybody, thank you for coming.",
        "Tom Barker : The new boiler costs 480 pounds, and the company can come on the 10th of March.",
        "Nadia Osei : Then we agree on the 10th of March for the boiler. Tom, please write to the company by Friday.",
        "Tom Barker : Yes, I will write to the company.",
    ),
    "fr": (
        "Claire Fontaine : Bonjour à tous, merci d'être venus.",
        "Karim Benali : La nouvelle chaudière coûte 480 euros, et l'entreprise peut venir le 10 mars.",
        "Claire Fontaine : Alors on décide de prendre le 10 mars. Karim, est-ce que tu peux écrire à l'entreprise ?",
        "Karim Benali : Oui, je m'en charge.",
    ),
    "es": (
        "Lucía Romero : Buenos días a todos, gracias por venir.",
        "Javier Soto : La nueva caldera cuesta 480 euros, y la empresa puede venir el 10 de marzo.",
        "Lucía Romero : Entonces decidimos el 10 de marzo. Javier, ¿puedes escribir a la empresa antes del viernes?",
        "Javier Soto : Sí, yo me encargo de escribir a la empresa.",
    ),
    "de": (
        "Anna Weber : Guten Morgen zusammen, danke, dass ihr gekommen seid.",
        "Jonas Braun : Die neue Heizung kostet 480 Euro, und die Firma kann am 10. März kommen.",
        "Anna Weber : Dann beschließen wir den 10. März. Jonas, kannst du bitte bis Freitag an die Firma schreiben?",
        "Jonas Braun : Ja, ich schreibe an die Firma.",
    ),
    "fa": (
        "سارا احمدی : سلام به همه، ممنون که آمدید.",
        "رضا کریمی : قیمت دستگاه گرمایش جدید 480 یورو است و شرکت می‌تواند دهم مارس بیاید.",
        "سارا احمدی : پس تصمیم می‌گیریم که دهم مارس باشد. رضا، لطفاً تا جمعه به شرکت نامه بنویس.",
        "رضا کریمی : بله، من به شرکت نامه می‌نویسم.",
    ),
}

QUESTION = "In which year did the First World War begin?"


@dataclass(frozen=True)
class Scaffold:
    """The files of a new service."""

    manifest: str
    template: str
    tests: str


@dataclass(frozen=True)
class Wanted:
    """What is asked for: the *name* of a service, the code of its *language* and its name in English (*spoken*), and the folder
    of *schemas*, seen from the services folder. *extract* is the prompt of minutes in that language."""

    name: str
    language: str
    spoken: str
    schemas: str
    extract: str


def scaffold(kind: str, wanted: Wanted) -> Scaffold:
    return SCAFFOLDS[kind](wanted)


def _summary(wanted: Wanted) -> Scaffold:
    template = (
        f"Summarise this part of a meeting in {wanted.spoken}: one line for each speaker, as `Name : what was said`.\n"
        "Keep all names, numbers, dates and prices. Add nothing that is not said. Answer with the lines only.\n\n"
        f"{{{{ turns }}}}\n\nThe lines, in {wanted.spoken}:\n"
    )
    head = """  "type": "summary",
  "fields": 1, // every part of the transcript on its own; 2: each part is shown the end of the summary so far (previous)
"""
    own = """      "createNewTurnAfter": 250, // a longer turn is split
      "maxNewTurns": 2, // most turns in one call
      "temperature": 0,
"""
    return Scaffold(_manifest(wanted, head, own), template, _meeting_tests(wanted, language=True, coverage=1))


def _minutes(wanted: Wanted) -> Scaffold:
    head = """  "type": "minutes", // decisions, actions, questions and topics, each with its turns
"""
    own = f'''      "mode": "extractive", // the embedded model is too small to write: it labels turns, which are quoted
      "language": "{wanted.language}",
      "temperature": 0,
'''
    server = f'''    {{
      "name": "server", // a larger model writes the minutes with {wanted.name}.txt
      "backend": "vLLM",
      "modelName": "model", // what the server calls its model
      "totalContextLength": 32768,
      "maxGenerationLength": 2048,
      "language": "{wanted.language}",
      "temperature": 0.1,
    }},
'''
    spoken = wanted.language in MEETINGS  # the meeting is quoted
    return Scaffold(_manifest(wanted, head, own, server), wanted.extract, _meeting_tests(wanted, language=spoken, cites=[2]))


def _generate(wanted: Wanted) -> Scaffold:
    head = """  "type": "generate", // a prompt becomes a text
  "inputs": { // the variables that a request may give beside `prompt`, as a JSON Schema
    "type": "object",
    "properties": {"audience": {"type": "string", "default": "everybody", "description": "for whom it is"}},
  },
"""
    template = (
        f"Answer in {wanted.spoken}, for {{{{ audience }}}}, in one short sentence.\n\n{{{{ prompt }}}}\n\n"
        f"Answer in {wanted.spoken}:\n"
    )
    case = _question(wanted, {"prompt": QUESTION, "audience": "children", "temperature": 0})
    return Scaffold(_manifest(wanted, head, ""), template, _tests(wanted, case))


def _chat(wanted: Wanted) -> Scaffold:
    head = """  "type": "chat", // a message is answered in the light of what was said before
"""
    speaks = f"You are a helpful assistant who speaks {wanted.spoken} only."
    own = f"""      "system": "{speaks} Answer every message in {wanted.spoken}, in at most three sentences.",
      "temperature": 0,
"""
    return Scaffold(_manifest(wanted, head, own), "{{ message }}\n", _tests(wanted, _question(wanted, {"message": QUESTION})))


def _function_call(wanted: Wanted) -> Scaffold:
    head = """  "type": "function_call", // a question becomes a call of one of these functions
  "functions": [
    {
      "name": "add_numbers",
      "description": "Add two numbers together and return their sum.",
      "parameters": {"a": {"type": "number"}, "b": {"type": "number"}},
    },
    {
      "name": "greet",
      "description": "Generate a greeting for the person of that name.",
      "parameters": {"name": {"type": "string"}},
    },
  ],
"""
    template = (
        "You translate a request into one function call. These are the functions, one a line:\n{{ functions }}\n\n"
        'Answer with one JSON object {"name": …, "parameters": {…}} and nothing else. Copy values exactly as they stand in\n'
        "the request. Do not compute the result.\n\nRequest: {{ prompt }}\n"
    )
    called = {"type": "object", "properties": {"fn_name": {"const": "add_numbers"}}, "required": ["fn_name", "args"]}
    case = {
        "name": "adds two numbers",
        "vars": {"prompt": "What is the sum of 2 and 3?"},
        "assert": [{"type": "is-json", "value": called}, {"type": "keeps", "value": ["2", "3"]}],
    }
    return Scaffold(_manifest(wanted, head, '      "temperature": 0,\n'), template, _tests(wanted, case))


SCAFFOLDS: Mapping[str, Callable[[Wanted], Scaffold]] = {
    "summary": _summary,
    "minutes": _minutes,
    "generate": _generate,
    "chat": _chat,
    "function_call": _function_call,
}


def _manifest(wanted: Wanted, head: str, own: str, further: str = "") -> str:
    """A manifest with a flavor on the embedded model; *head* are keys of the service, *own* keys of the flavor."""
    return f'''{{
  "$schema": "{wanted.schemas}/manifest.schema.json", // gives completion and checks in editors
{head}  "name": "{wanted.name}", // the route: POST /services/{wanted.name}/generate
  "description": {{"en": "What it does, in a line"}},
  "backend": "local", // the embedded model; vLLM or one of backends.json for a server of your own
  "flavor": [ // the ways to run it; a request names one
    {{
      "name": "local",
      "modelName": "local", // what the backend calls its model
      "totalContextLength": 4096, // prompt and answer together, in tokens
      "maxGenerationLength": 256, // most tokens of one answer
{own}    }},
{further}  ],
}}
'''


def _question(wanted: Wanted, variables: Mapping[str, object]) -> Mapping[str, object]:
    """A case whose answer is the same number in every language."""
    asserted = [{"type": "keeps", "value": ["1914"]}, {"type": "language", "value": wanted.language}]
    return {"name": "answers", "vars": variables, "assert": [*asserted, {"type": "max-tokens", "value": 300}]}


def _meeting_tests(wanted: Wanted, *, language: bool, **more: object) -> str:
    """Tests with a meeting in the service's language, or else in English; *more* are values of assertions by type."""
    own = {"keeps": ["480"], **({"language": wanted.language} if language else {}), **more}
    asserted = [{"type": name, "value": value} for name, value in own.items()]
    name, transcript = "a short meeting", MEETINGS.get(wanted.language)
    if transcript is None:
        name, transcript = f"a short meeting in English: replace it by one in {wanted.spoken}", MEETINGS["en"]
    return _tests(wanted, {"name": name, "transcript": transcript, "assert": asserted})


def _tests(wanted: Wanted, case: Mapping[str, object]) -> str:
    """A file of tests with one *case*, an assertion a line."""
    lines = [f"      {json.dumps(key)}: {_value(value)},\n" for key, value in case.items()]
    return f'''{{
  "$schema": "{wanted.schemas}/tests.schema.json",
  "flavor": "local",
  "cases": [ // python3 -m app test {wanted.name}
    {{
{"".join(lines)}    }},
  ],
}}
'''


def _value(value: object) -> str:
    if not isinstance(value, list | tuple):
        return json.dumps(value, ensure_ascii=False)
    inner = "".join(f"        {json.dumps(each, ensure_ascii=False)},\n" for each in value)
    return f"[\n{inner}      ]"
