"""What may stand in the words of a notice, and when it may go out."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wms.notices.rules import EVENTS, LANGUAGES, SAMPLE, BadTemplateError, drawn, language_of, not_before
from wms.notices.usual import USUAL


@pytest.mark.parametrize(
    "words",
    [
        "{{ name.__class__ }}", "{{ ''.__class__.__mro__ }}", "{% for a in name %}{{ a }}{% endfor %}", "{{ secret }}",
        "{{ name | attr('x') }}", "{% set a = 1 %}", "{{ range(9) }}", "{{ 'x' * 9999999 }}", "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}", "{{ name", "x" * 4001, "{{ cycler }}", "{{ self }}",
    ],
)  # fmt: skip
def test_only_words_values_and_choices(words):
    with pytest.raises(BadTemplateError):
        drawn(words, SAMPLE)


def test_what_buyers_write_stays_words():
    values = {**SAMPLE, "name": "<b>{{ order }}</b>\x00\r\n\u202eBcc: a@b"}
    assert drawn("Hi {{ name }}", values) == "Hi <b>{{ order }}</b> Bcc: a@b"
    assert drawn("{{ name }}", values, escapes=True).startswith("&lt;b&gt;")
    assert drawn("a\nb {{ order }}", values, one_line=True) == f"a b {SAMPLE['order']}"
    assert drawn("{% if tracking %}{{ tracking | lower }}{% else %}-{% endif %}", {}) == "-"


def test_words_that_came_along_are_complete():
    for event in EVENTS:
        for language in LANGUAGES:
            subject, body = USUAL[event][language]
            assert "{" not in drawn(subject, SAMPLE, one_line=True) + drawn(body, SAMPLE)


@pytest.mark.parametrize(
    ("at", "quiet", "until"),
    [
        ("13:59", (1320, 480), "13:59"), ("14:00", (1320, 480), "00:00"), ("23:59", (1320, 480), "00:00"),
        ("00:00", (1320, 480), "00:00"), ("05:00", (780, 840), "06:00"), ("06:00", (780, 840), "06:00"),
        ("05:00", (None, None), "05:00"), ("05:00", (60, 60), "05:00"),
    ],
)  # fmt: skip
def test_quiet_hours(at, quiet, until):
    hour, minute = map(int, at.split(":"))
    moment = datetime(2026, 11, 26, hour, minute, tzinfo=UTC)
    found = not_before(moment, *quiet, "Asia/Shanghai").astimezone(UTC)
    assert f"{found:%H:%M}" == until
    assert 0 <= (found - moment).total_seconds() < 86400


def test_buyers_are_told_in_what_they_read():
    told = [language_of(*where) for where in (("中国", "浙江省"), ("CN", "香港"), ("TW", ""), ("DE", ""), ("", ""))]
    assert told == ["zh_Hans", "zh_Hant", "zh_Hant", "en", "en"]
