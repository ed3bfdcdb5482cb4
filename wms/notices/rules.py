"""Pure decisions of the notices room: what may stand in a template, when a notice may go out, when to try again."""
from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

EVENTS = ("accepted", "shipped", "delivered", "address_question", "unpaid_reminder")
LANGUAGES = ("zh_Hans", "zh_Hant", "en")
# What a template may name, with what stands there in a preview.
SAMPLE: Mapping[str, Any] = {
    "shop": "优品数码", "order": "TB20261126001", "name": "王小明", "carrier": "顺丰", "tracking": "SF1234567890123",
    "total": "128.00", "currency": "CNY", "district": "杭州市 西湖区", "goods": 3,
}  # fmt: skip
NAMES = tuple(SAMPLE)
LONGEST = 4000  # letters, written and drawn
TRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=2)

_TRADITIONAL = frozenset({
    "tw", "twn", "taiwan", "hk", "hkg", "hong kong", "mo", "mac", "macau", "macao",
    "台湾", "臺灣", "台灣", "香港", "澳门", "澳門",
})  # fmt: skip
_SIMPLIFIED = frozenset({"cn", "chn", "china", "prc", "中国", "中國"})

# Words, values, and choices between words. What could go on for ever, or reach beyond the words, is not among them.
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Const, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.CondExpr,
)  # fmt: skip
_FILTERS = ("upper", "lower", "trim", "default", "truncate")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class BadTemplateError(ValueError):
    """A template that must not be used; its text says why."""


@lru_cache(maxsize=2)
def _environment(escapes: bool) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=escapes, cache_size=200)
    made.filters = {name: made.filters[name] for name in _FILTERS}
    made.globals.clear()
    return made


def compiled(words: str, *, escapes: bool = False) -> Template:
    """A template that may be used. Raises BadTemplateError for one that asks for more than words and values."""
    if len(words) > LONGEST:
        raise BadTemplateError(f"longer than {LONGEST} letters")
    environment = _environment(escapes)
    try:
        tree = environment.parse(words)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED):
                raise BadTemplateError(f"{type(node).__name__.lower()} is not allowed")
            if isinstance(node, nodes.Name) and node.name not in NAMES:
                raise BadTemplateError(f"{node.name} is not known; known are {', '.join(NAMES)}")
        return environment.from_string(words)
    except TemplateError as error:
        raise BadTemplateError(str(error)) from None


def drawn(words: str, values: Mapping[str, Any], *, escapes: bool = False, one_line: bool = False) -> str:
    """A template with its values. Buyers' words bring no control characters, no line of a head, and no markup where
    the result is HTML. Raises BadTemplateError."""
    clean = {name: _clean(values.get(name, "")) for name in NAMES}
    try:
        found = compiled(words, escapes=escapes).render(clean)
    except TemplateError as error:
        raise BadTemplateError(str(error)) from None
    found = found[:LONGEST]
    return " ".join(found.split()) if one_line else found.strip()


def _clean(value: Any) -> Any:
    return " ".join(_CONTROL.sub(" ", value).split()) if isinstance(value, str) else value


def not_before(moment: datetime, quiet_from: int | None, quiet_until: int | None, zone: str) -> datetime:
    """When a notice may go out: now, or when the quiet hours end. They are minutes of the day in `zone`, and may span
    midnight; None: there are none."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return moment
    here = moment.astimezone(ZoneInfo(zone))
    minute = here.hour * 60 + here.minute
    inside = quiet_from <= minute < quiet_until if quiet_from < quiet_until else not quiet_until <= minute < quiet_from
    if not inside:
        return moment
    day = here if minute < quiet_until else here + timedelta(days=1)
    return day.replace(hour=quiet_until // 60, minute=quiet_until % 60, second=0, microsecond=0)


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries."""
    doubled: int = 2 ** min(max(tries - 1, 0), 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def language_of(country: str, province: str) -> str:
    """What a buyer there reads."""
    told = country.strip().casefold()
    if told in _TRADITIONAL or province.strip()[:2] in _TRADITIONAL:
        return "zh_Hant"
    return "zh_Hans" if told in _SIMPLIFIED else "en"
