"""What China's platforms and carriers have in common: their clock, and a signature."""
from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
_CLOCK = "%Y-%m-%d %H:%M:%S"


def beijing(moment: datetime) -> str:
    """A time as they write it."""
    return moment.astimezone(CHINA).strftime(_CLOCK)


def from_beijing(text: str | None) -> datetime | None:
    """A time as they write it; None for none. Raises ValueError for what is no time."""
    return datetime.strptime(text, _CLOCK).replace(tzinfo=CHINA) if text else None


def md5_sign(values: Mapping[str, object], secret: str) -> str:
    """The signature of Taobao TOP, JD and Pinduoduo: MD5 of secret + each key and value in the order of the keys +
    secret, in capitals."""
    told = "".join(f"{key}{values[key]}" for key in sorted(values))
    return hashlib.md5(f"{secret}{told}{secret}".encode()).hexdigest().upper()  # noqa: S324 - the platforms' own
