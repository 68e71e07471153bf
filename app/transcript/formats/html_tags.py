"""The elements of HTML, and those of XML and captions that pages hold: which of them is a block, and which is none at all."""

from __future__ import annotations

import re

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "base",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "col",
        "colgroup",
        "data",
        "del",
        "dfn",
        "em",
        "embed",
        "font",
        "frame",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "link",
        "map",
        "mark",
        "meta",
        "meter",
        "object",
        "output",
        "param",
        "picture",
        "progress",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "slot",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "td",
        "th",
        "time",
        "track",
        "tt",
        "u",
        "var",
        "video",
        "audio",
        "wbr",
    ]
)
SILENT = frozenset(
    ["head", "nav", "script", "style", "svg", "template", "title", "noscript", "textarea", "select", "button", "canvas", "math"]
)
EMPTY = frozenset(["br", "hr", "img", "input", "meta", "link", "base", "col", "embed", "source", "track", "wbr", "param"])
_NAMED = re.compile(
    r"<speaker\s+(?:name|label|id)\s*=\s*[\"']?(?P<given>[^\"'<>]{1,100}?)[\"']?\s*/?>"
    r"|<v(?:\.[\w.-]{1,40})?\s+(?P<voice>[^<>]{1,100})>",
    re.IGNORECASE,
)
_BARE = re.compile(r"<speaker>|</(?:speaker|v)>", re.IGNORECASE)


def is_known(name: str) -> bool:
    return name in BLOCKS or name in INLINE or name in SILENT or "-" in name or ":" in name


def names_speaker(tag: str) -> bool:
    """Whether *tag* belongs to an element that says who speaks: `<speaker name="Ann">`, `<speaker>Ann</speaker>`, `<v Ann>`."""
    return _BARE.match(tag) is not None or _NAMED.match(tag) is not None


def speaker_in(tag: str) -> str:
    """Whom a *tag* names for what stands in its element; empty if it names nobody."""
    found = _NAMED.match(tag)
    return (found["given"] or found["voice"]).strip() if found is not None else ""
