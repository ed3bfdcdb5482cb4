"""How 旺店通 企业版 is spoken: the signature, what a request says, and what is answered. Pure.

A request is a form of sid, appkey, timestamp, sign and the call's own fields, of which lists are JSON; an answer is
JSON with `code` and `message`, 0 and empty when it was done.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wms.core.china import from_beijing

WINDOW_S = 300  # how far the caller's clock may be off
PAGE, LARGEST_PAGE = 40, 100

# What callers get in `code`. 2310 is that system's own for a shop that it does not know.
UNKNOWN_APP, BAD_TIME, BAD_SIGN, MISSING, BAD_VALUE = 100, 101, 102, 110, 111
TOO_MANY, TOO_LONG, FAILED, NOT_OFFERED, BUSY = 112, 113, 200, 300, 500
UNKNOWN_SHOP, UNKNOWN_HOUSE, UNKNOWN_SKU, UNKNOWN_TRADE, EXISTS = 2310, 2311, 2312, 2313, 2314
WORDS: Mapping[int, str] = {
    UNKNOWN_APP: "sid或appkey不存在，或已停用", BAD_TIME: "timestamp与服务器时间相差超过5分钟", BAD_SIGN: "签名错误",
    MISSING: "缺少参数 {0}", BAD_VALUE: "参数 {0} 无效：{1}", TOO_MANY: "{0} 一次最多 {1} 条",
    TOO_LONG: "start_time与end_time的跨度不能超过 {0}", FAILED: "{0}", NOT_OFFERED: "{0}", BUSY: "系统繁忙，请稍后重试",
    UNKNOWN_SHOP: "店铺编号在系统中不存在或已停用，请检查shop_no：{0}", UNKNOWN_HOUSE: "仓库编号不存在：{0}",
    UNKNOWN_SKU: "商家编码不存在：{0}", UNKNOWN_TRADE: "原始单号不存在：{0}", EXISTS: "单据已存在：{0}",
}  # fmt: skip


class WdtError(Exception):
    """A request is not carried out: `code` and the words that go with it."""

    def __init__(self, code: int, *said: object) -> None:
        self.code = code
        self.text = WORDS[code].format(*said)
        super().__init__(self.text)


def pack(values: Mapping[str, str]) -> str:
    """All values but the sign in the order of their keys, each with the number of its letters."""
    told = (f"{len(key):02d}-{key}:{len(values[key]):04d}-{values[key]}" for key in sorted(values) if key != "sign")
    return ";".join(told)


def sign(values: Mapping[str, str], secret: str) -> str:
    """The signature of a request."""
    return hashlib.md5((pack(values) + secret).encode()).hexdigest()  # noqa: S324 - the system's own


@dataclass(frozen=True)
class Span:
    """From when until when, both included, by Beijing's clock."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Asked:
    """The fields of a call."""

    values: Mapping[str, str]

    def text(self, name: str, *, needed: bool = False) -> str:
        found = self.values.get(name, "").strip()
        if needed and not found:
            raise WdtError(MISSING, name)
        return found

    def whole(self, name: str, usual: int, least: int, most: int) -> int:
        said = self.text(name)
        if not said:
            return usual
        try:
            return min(max(int(said), least), most)
        except ValueError:
            raise WdtError(BAD_VALUE, name, said[:40]) from None

    def page(self) -> tuple[int, int]:
        """(number of the page from 0, its size)."""
        return self.whole("page_no", 0, 0, 100_000), self.whole("page_size", PAGE, 1, LARGEST_PAGE)

    def span(self, longest: timedelta, words: str) -> Span | None:
        """`start_time` and `end_time`, which go together; None where neither is given."""
        said = [self.text("start_time"), self.text("end_time")]
        if not any(said):
            return None
        start, end = (_moment(name, each) for name, each in zip(("start_time", "end_time"), said, strict=True))
        if end < start:
            raise WdtError(BAD_VALUE, "end_time", said[1])
        if end - start > longest:
            raise WdtError(TOO_LONG, words)
        return Span(start, end)

    def listed(self, name: str, most: int) -> list[dict[str, Any]]:
        """A list of objects, which travels as JSON."""
        found = self._json(name)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found) or not found:
            raise WdtError(BAD_VALUE, name, "应为JSON数组")
        if len(found) > most:
            raise WdtError(TOO_MANY, name, most)
        return found

    def thing(self, name: str) -> dict[str, Any]:
        """An object, which travels as JSON."""
        found = self._json(name)
        if not isinstance(found, dict):
            raise WdtError(BAD_VALUE, name, "应为JSON对象")
        return found

    def _json(self, name: str) -> Any:
        try:
            return json.loads(self.text(name, needed=True))
        except (ValueError, RecursionError):
            raise WdtError(BAD_VALUE, name, "不是JSON") from None


def _moment(name: str, said: str) -> datetime:
    try:
        found = from_beijing(said)
    except ValueError:
        found = None
    if found is None:
        raise WdtError(BAD_VALUE, name, said[:40] or "空")
    return found


def must(body: Mapping[str, Any], *names: str) -> None:
    """Raises WdtError for the first of these fields that is absent or empty."""
    for name in names:
        if body.get(name) in (None, ""):
            raise WdtError(MISSING, name)


def pieces(value: Any, name: str) -> int:
    """A number of pieces, which travels as a decimal number."""
    try:
        found = float(str(value))
    except ValueError:
        found = -1.0
    if not 1 <= found <= 10_000_000 or found != int(found):
        raise WdtError(BAD_VALUE, name, str(value)[:40])
    return int(found)
