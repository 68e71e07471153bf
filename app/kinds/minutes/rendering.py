"""Minutes as Markdown, by a template."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.kinds.meeting import Meeting
from app.kinds.minutes.asking import template_of
from app.kinds.minutes.items import ItemKind, Minutes, clock
from app.orders import Json, Order

# What breaks the document if a text holds it: HTML, links, pictures, code and bold that may not end; and what begins a block.
_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])|`|\*\*|__|!?\[(?=[^\[\]]{0,300}\][(\[:])")
_BEGINS = re.compile(r"^(?:[#>]|[-+*=](?=[ =*+-]|$)|~~~)")
ORDER: tuple[ItemKind, ...] = ("decision", "action", "question", "topic")
RENDER = """# {{ title }}
{% if date %}
{{ words.date }}: {{ date }}
{% endif %}{% if participants %}
{{ words.participants }}: {{ participants | map(attribute="name") | join(words.comma ~ " ") }}
{% endif %}{% if summary %}
## {{ words.summary }}

{% for each in summary %}{{ each.text }} {{ each.marks }}{% if each.unsupported %} *({{ words.unsupported }}: \
{{ each.unsupported | join(words.comma ~ " ") }})*{% endif %}{{ " " if not loop.last }}{% endfor %}
{% endif %}{% for section in sections %}
## {{ section.heading }}

{% for item in section["items"] %}- {% if item.who %}**{{ item.who }}**: {% elif item.said_by %}\
{{ item.said_by }}: {% endif %}{{ item.text }}\
{% if item.due %} ({{ words.due }}: {{ item.due }}{% if item.due_date %}, {{ item.due_date }}{% endif %}){% endif %} \
{{ item.marks }}{% if item.unsupported %} *({{ words.unsupported }}: \
{{ item.unsupported | join(words.comma ~ " ") }})*{% endif %}
{% else %}{{ words.none }}
{% endfor %}{% endfor %}"""


def rendered(order: Order, meeting: Meeting, minutes: Minutes, kinds: Sequence[ItemKind], *, quoted: bool) -> str:
    """The document. *quoted* says that texts are the speakers' own words."""
    template = template_of(order, ".render", RENDER)
    values = values_of(meeting, minutes, kinds, quoted=quoted)
    return template.render(**values, service=order.service, flavor=order.flavor_name).strip()


def values_of(meeting: Meeting, minutes: Minutes, kinds: Sequence[ItemKind], *, quoted: bool) -> dict[str, Json]:
    """What the template of the document may use of *minutes*, beside the names of service and flavor."""
    words = dict(meeting.pack.headings)
    record = _in_lines(minutes.record())
    for entry in (*record["summary"], *record["items"]):
        entry["marks"] = _marks(meeting, entry["turns"])
    for item in record["items"]:
        item.update({name: item.get(name) for name in ("owner", "due", "due_date", "time")})
        item["who"] = item["owner"] or ""
        item["said_by"] = item["speakers"][0] if quoted and not item["owner"] and len(item["speakers"]) == 1 else ""
        item["due"] = None if quoted else item["due"]  # the quoted words say it
    sections = [
        {"kind": kind, "heading": words[kind], "items": [item for item in record["items"] if item["kind"] == kind]}
        for kind in ORDER
        if kind in kinds
    ]
    return {**record, "date": record.get("date", ""), "sections": sections, "words": words}


def _in_lines(given: Json) -> Json:
    """*given* with every text in it on one line and without what Markdown takes for a heading, a list or HTML."""
    if isinstance(given, str):
        return _BEGINS.sub(r"\\\g<0>", _MARKUP.sub(r"\\\g<0>", " ".join(given.split())))
    if isinstance(given, dict):
        return {name: _in_lines(value) for name, value in given.items()}
    return [_in_lines(each) for each in given] if isinstance(given, list) else given


def _marks(meeting: Meeting, turns: Sequence[int]) -> str:
    """`[17, 18]`, with the time of the first turn if the transcript has times: `[17, 18 · 00:12:04]`."""
    start = next((turn.start for turn in meeting.evidence(turns) if turn.start is not None), None)
    numbers = ", ".join(map(str, turns))
    return f"[{numbers} · {clock(start)}]" if start is not None else f"[{numbers}]"
