"""What a template of a stranger can do: nothing that reaches out, takes long or grows large, however it is tried."""

from __future__ import annotations

import resource
import time
from contextlib import suppress

import pytest
from jinja2.filters import FILTERS as DEFAULT_FILTERS
from jinja2.tests import TESTS as DEFAULT_TESTS

from app import prompts
from app.errors import TemplateError
from app.prompts import Lines
from app.sandbox import COSTLY_FILTERS, COSTLY_TESTS, FILTERS, LARGEST, SECONDS, TESTS, RenderBudget
from app.transcript import Turn
from tests.growth import MOST, growth

ARGUMENTS = {  # that a filter needs
    "attr": "('x')",
    "batch": "(9)|list",
    "groupby": "(0)",
    "map": "('upper')|list",
    "reject": "('none')|list",
    "rejectattr": "('x')|list",
    "replace": "('http', 'x')",
    "select": "('none')|list",
    "selectattr": "('x')|list",
    "slice": "(9)|list",
    "truncate": "(100)",
    "unique": "|list",
    "wordwrap": "(80)",
}
TURNS = Lines([Turn("Ann", "We agree."), Turn("Bob", "I do not.")])
LONG = Lines([Turn("Ann", "word " * 20_000)])


def rendered(source: str, **others: str) -> str:
    return prompts.compile("cra", {"cra": source, **others}).render(turns=TURNS, previous=Lines(), long=LONG)


GROWING = "{{% set ns = namespace(x={start}) %}}{{% for i in range(60) %}}{{% set ns.x = {step} %}}{{% endfor %}}{{{{ ns.x }}}}"


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'x'.center(300000000) }}",
        "{{ 'x'|center(300000000) }}",
        "{{ 'x'.ljust(900000000)|length }}",
        "{{ 'x'.zfill(900000000)|length }}",
        "{{ '\t'.expandtabs(900000000)|length }}",
        "{{ (5).to_bytes(900000000, 'big')|length }}",
        "{{ '%999999999d'|format(1) }}",
        "{{ '%*d'|format(999999999, 1) }}",
        "{{ '{:>999999999}'.format(1) }}",
        "{{ '{:>{w}}'.format(1, w='999999999') }}",
        "{{ '{:>{w}}'.format_map({'w': 999999999}) }}",
        "{{ ('x' * 99999).replace('x', 'y' * 9999) }}",
        "{{ ('x' * 99999)|replace('x', 'y' * 9999) }}",
        "{{ ['x' * 9999]|map('replace', 'x', 'y' * 9999)|list }}",
        "{{ ('x\n' * 40000)|indent(90000) }}",
        "{{ ('x ' * 40000)|wordwrap(1, wrapstring='y' * 90000) }}",
        "{{ ('a' * 99999).translate({97: 'b' * 99999}) }}",
        "{{ ('x' * 9999).join(range(99999)|map('string')) }}",
        "{{ (['x' * 99999] * 9999)|join('y') }}",
        "{{ range(99999)|join('y' * 99999) }}",
        "{{ range(99999)|map('center', 99999)|list|length }}",
        "{{ [1]|slice(90000000)|list }}",
        "{{ [1]|batch(90000000, 0)|list }}",
        GROWING.format(start="'xx'", step="ns.x ~ ns.x"),
        GROWING.format(start="'xx'", step="ns.x + ns.x"),
        GROWING.format(start="[1]", step="[ns.x, ns.x]"),
        GROWING.format(start="[1]", step="(ns.x, ns.x)"),
        GROWING.format(start="[1]", step="{'a': ns.x, 'b': ns.x}"),
        GROWING.format(start="[1]", step="dict(a=ns.x, b=ns.x)"),
        GROWING.format(start="[1]", step="[ns.x] * 9"),
        "{% set x %}{% for i in range(99999) %}{{ 'x' * 99999 }}{% endfor %}{% endset %}{{ x }}",
        "{% macro m() %}{% for i in range(99999) %}{{ 'x' * 99999 }}{% endfor %}{% endmacro %}{{ m()|length }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{{ turns }}{% endfor %}{% endfor %}",
        "{{ '%199999999d'.encode() % 5 }}",
        "{{ '%99999999999d'.encode() % 5 }}",
        "{{ (5).to_bytes(1000, 'big')|length }}",
        "{% set s = 'x' * 99999 %}{{ ('{0}' * 9999).format(s) }}",
        "{% set s = 'x' * 99999 %}{{ (('{0}' * 9999)|safe).format(s) }}",
        "{% set ns = namespace(x='x' * 99999) %}{{ ('{0.x}' * 9999).format(ns)|length }}",
        "{% set s = 'x' * 99999 %}{{ ('{a}' * 9999).format_map({'a': s})|length }}",
        "{% set s = 'x' * 99999 %}{{ ('%s' * 9999)|format(*([s] * 9999))|length }}",
        "{% set s = 'x' * 99999 %}{{ ('%(s)s' * 9999)|format(s=s)|length }}",
        "{{ ('%9999d' * 9999)|format(*([5] * 9999))|length }}",
        "{% set s = 'x' * 99999 %}{{ [s] * 9999 }}",
        "{% set s = 'x' * 99999 %}{{ [{'a': s}] * 9999 }}",
        "{% set s = 'x' * 99999 %}{{ [{s: 1}.keys()] * 9999 }}",
        "{% set t = ['x' * 99999] * 99 %}{{ ([t] * 99)|string|length }}",
        "{{ ([long[0]] * 9999)|string|length }}",
        "{{ ([long] * 9999)|join|length }}",
        "{{ ([long[0]] * 9999)|join(attribute='text')|length }}",
        "{% set s = long|string %}{% set ns = namespace(x=[]) %}"
        "{% for i in range(9999) %}{% set ns.x = [ns.x, s[i:]] %}{% endfor %}{{ ns.x|length }}",
        GROWING.format(start="1", step="namespace(a=ns.x, b=ns.x, c=1 // (i - 59))"),
        "{{ [[1] * 100000]|tojson(indent=9999)|length }}",
        "{% set ns = namespace(x=[1] * 900) %}{% for i in range(700) %}{% set ns.x = [ns.x] %}{% endfor %}"
        "{{ ns.x|tojson(indent=30000)|length }}",
        "{% set s = 'ü' * 99999 %}{% set l = s ~ s ~ s ~ s ~ s ~ s ~ s ~ s ~ s ~ s ~ s %}{{ l|list|length }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for t in [turns] recursive %}{{ loop([t]) }}{% endfor %}",
    ],
)
def test_what_would_grow_large_is_refused_before_it_has(source: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(TemplateError, match="cannot be rendered"):
        rendered(source)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * 1024 < 5 * LARGEST


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% for i in range(99999) %}{% include 'inner.txt' %}{% endfor %}",
        "{% for i in range(99999) %}{{ i|round(1000000, 'floor') }}{% endfor %}",
    ],
)
def test_what_would_take_long_is_ended(source: str) -> None:
    began = time.thread_time()

    with pytest.raises(TemplateError, match="takes more than"):
        rendered(source, inner="{% for i in range(99999) %}{% endfor %}")

    assert time.thread_time() - began < 5 * SECONDS


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ ([[1]] * 50000)|sum(start=[]) }}", "sum is for numbers"),
        ("{{ ([[1]] * 50000)|map('list')|sum(start=()) }}", "sum is for numbers"),
        ("{% set a = ('f' * 99999)|int(base=16) %}{{ a // 3 is odd }}", "a number beyond all use"),
        ("{{ 'text'.encode() }}", "access to attribute 'encode' of 'str' object is unsafe"),
        ("{{ (5).to_bytes(1000, 'big') }}", "access to attribute 'to_bytes' of 'int' object is unsafe"),
        ("{{ ('x'|safe).striptags() }}", "access to attribute 'striptags' of 'Markup' object is unsafe"),
        ("{% set s = long|string %}{{ (s ~ s ~ s)|wordwrap(80) }}", "wordwrap is given more than"),
        ("{{ ('x' * 99999)|wordwrap(1) }}", "wordwrap is given words that are too long"),
        ("{{ ['a']|map('urlize')|list }}", "No filter named 'urlize'"),
    ],
)
def test_what_outlasts_the_clock_in_one_step_is_refused(source: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        rendered(source)


@pytest.mark.parametrize("name", ["urlize", "striptags", "pprint"])
def test_a_filter_whose_cost_grows_with_the_square_of_its_text_is_refused_on_its_line(name: str) -> None:
    with pytest.raises(TemplateError, match=f"cra.txt:2: the filter {name} is not for templates"):
        rendered(f"A\n{{{{ turns|{name} }}}}")


def test_every_filter_and_test_of_jinja_is_either_allowed_or_known_to_be_costly() -> None:
    unknown = {*FILTERS, *TESTS} - {*DEFAULT_FILTERS, *DEFAULT_TESTS}

    assert (unknown, COSTLY_FILTERS, COSTLY_TESTS) == (set(), {"urlize", "striptags", "pprint"}, set())


@pytest.mark.parametrize("filter", sorted(FILTERS))
def test_twice_the_text_takes_a_filter_little_more_than_twice_as_long(filter: str) -> None:
    """The arguments are such that a text can be given to every filter; what refuses it is quick too."""
    compiled = prompts.compile("cra", {"cra": f"{{{{ text|{filter}{ARGUMENTS.get(filter, '')} }}}}"})

    taken = growth(lambda text: _tried(compiled, text), lambda length: "http://a.b <c> " * (length // 15), 10_000, noise=0.002)

    assert taken < MOST


def test_templates_that_include_one_another_many_times_are_parsed_once_each() -> None:
    sources = {f"a{n}": f"{{% include 'a{n + 1}.txt' %}}{{% include 'a{n + 1}.txt' %}}" for n in range(25)}

    template = prompts.compile("a0", {**sources, "a25": "{{ turns }}"})  # one by one they would take hours

    assert len(template.sources) == 26


def test_includes_count_in_the_budget_of_a_render() -> None:
    sources = {f"a{n}": f"{{% include 'a{n + 1}.txt' %}}{{% include ['a{n + 1}.txt'] %}}" for n in range(25)}

    with pytest.raises(TemplateError, match="takes more than"):
        prompts.compile("a0", {**sources, "a25": ""}).render()


def test_a_template_of_very_many_parts_is_refused() -> None:
    with pytest.raises(TemplateError, match="more than 10000 expressions"):
        rendered("{{ turns }}" * 12_000)


def test_templates_that_include_one_another_too_deep_are_refused() -> None:
    sources = {f"a{n}": f"{{% include 'a{n + 1}.txt' %}}" for n in range(2_000)}

    with pytest.raises(TemplateError, match="includes templates more than 30 deep"):
        prompts.compile("a0", {**sources, "a2000": "{{ turns }}"})


def test_more_loops_in_each_other_than_python_takes_are_the_fault_of_their_template() -> None:
    source = "{% for a in turns %}" * 25 + "{{ turns }}" + "{% endfor %}" * 25

    with pytest.raises(TemplateError, match="too many statically nested blocks"):
        rendered(source)


def _tried(compiled: prompts.Template, text: str) -> None:
    with suppress(TemplateError):
        compiled.render(text=text)


def test_what_is_constant_is_bounded_while_it_is_compiled_too() -> None:
    source = "".join(f"{{{{ {number}|round(900000, 'floor') }}}}" for number in range(99))
    began = time.thread_time()

    with pytest.raises(TemplateError, match="takes more than"):
        rendered(source)

    assert time.thread_time() - began < 9 * SECONDS  # names looked for, code made, rendered: each has a budget


def test_a_render_that_memory_does_not_hold_is_the_fault_of_its_template() -> None:
    class Endless:
        def __str__(self) -> str:
            raise MemoryError("out of memory")

    with pytest.raises(TemplateError, match="cannot be rendered: out of memory"):
        prompts.compile("cra", {"cra": "{{ turns }}"}).render(turns=Endless())


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ turns.__class__ }}",
        "{{ turns['__class__'] }}",
        "{{ turns|attr('__class__') }}",
        "{{ turns._turns }}",
        "{{ range.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ '{0.__class__}'.format(turns) }}",
        "{{ '{a.__class__}'.format_map({'a': turns}) }}",
        "{{ (turns|string).__init__.__globals__ }}",
        "{% set x = [turns]|map(attribute='__class__')|first %}{{ x.__mro__ }}",
        "{{ [].append(1) }}",
        "{{ {}.update(a=1) }}",
        "{{ lipsum() }}",
        "{% include 'secret' %}",
        "{% include '../secret.txt' %}",
        "{% include '/etc/passwd' %}",
        "{% include ['/etc/passwd', '../secret.txt'] %}",
        "{% set name = '/etc/passwd' %}{% include name %}",
        "{% import 'os' as os %}",
        "{% from '/etc/passwd' import root %}",
        "{% extends '../base.txt' %}",
    ],
)
def test_nothing_reaches_out(source: str) -> None:
    with pytest.raises(TemplateError):
        rendered(source)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% for t in turns %}{{ loop.index }}/{{ loop.length }} {{ t.speaker|upper }}{{ '; ' if not loop.last }}{% endfor %}",
         "1/2 ANN; 2/2 BOB"),
        ("{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }}{% endfor %}", "1234"),
        ("{% for t in [[1, [2]], 3] recursive %}{% if t is iterable %}({{ loop(t) }}){% else %}{{ t }}{% endif %}{% endfor %}",
         "(1(2))3"),
        ("{% macro m(x) %}<{{ x }}{{ caller() }}>{% endmacro %}{% call m('a') %}b{% endcall %}", "<ab>"),
        ("{% set a, b = 1, 2 %}{{ a ~ b ~ turns[0].text }}", "12We agree."),
        ("{{ turns|map(attribute='speaker')|join(', ') }}", "Ann, Bob"),
        ("{{ '%.1f'|format(2.25) }} {{ '{:>4}'.format(7) }}", "2.2    7"),
        ("{% for t in turns if t.speaker == 'Bob' %}{{ t.text|replace('not', 'so') }}{% else %}-{% endfor %}", "I do so."),
        ("{% for t in [] %}x{% else %}none{% endfor %}{{ {'a': 1}.a }}{{ [1, 2]|sum }}", "none13"),
        ("{% include ['nowhere.txt', 'inner.txt'] %}", "inside"),
        ("{{ '{0.speaker}: {0.text:>10} {1[0]!r} {n}'.format(turns[1], ['a'], n=7) }}", "Bob:  I do not. 'a' 7"),
        ("{{ [[1], 'a']|tojson }}{{ {'a': [1]}|tojson(indent=1) }}", '[[1], "a"]{\n "a": [\n  1\n ]\n}'),
        ("{{ '{a}'.format_map({'a': 1}) }}{{ ('<b>{}'|safe).format('<') }}{{ '%s, 50%%'|format('x') }}", "1<b>&lt;x, 50%"),
        ("{{ turns|join('; ') }}|{{ turns|join(', ', attribute='speaker') }}|{{ [1, 'a', [2]]|join }}",
         "Ann : We agree.; Bob : I do not.|Ann, Bob|1a[2]"),
        ("{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %}{{ [[1.5, 2], [3]]|map('sum')|sum }}", "a16.5"),
        ("{% set ns = namespace(n=[]) %}{% for t in turns[:1] %}{% set ns.n = ns.n + [t.speaker] %}{% endfor %}{{ ns.n }}",
         "['Ann']"),
        ("{% block b %}{{ 'x' * 3 }}{% endblock %}{{ (turns|string)[:3] }}", "xxxAnn"),
    ],
)  # fmt: skip
def test_what_templates_are_for_goes_as_ever(source: str, text: str) -> None:
    assert rendered(source, inner="inside") == text


def test_a_large_transcript_is_no_trouble() -> None:
    turns = Lines([Turn(f"Speaker {n}", "word " * 200) for n in range(5_000)])
    template = prompts.compile("cra", {"cra": "{% for t in turns %}{{ t.speaker }}: {{ t.text|trim }}\n{% endfor %}"})

    assert len(template.render(turns=turns)) > 5_000_000


def test_a_budget_that_is_spent_says_so() -> None:
    moments = iter([0.0, SECONDS + 1])
    budget = RenderBudget(clock=lambda: next(moments))

    with pytest.raises(Exception, match="takes more than"):  # noqa: PT012
        for _ in range(64):
            budget.step()
