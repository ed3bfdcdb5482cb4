"""Import profiles: how the files of one source are to be read, in a TOML file."""
from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wms.core.error import WmsError

FOLDER = Path(__file__).parent / "profiles"
NOTHING = re.compile(r"(?!)")  # matches no text


@dataclass(frozen=True)
class Profile:
    """How to read a file of orders. The defaults read a plain file: every row is a line of goods.

    `mapping` gives a header, or `=constant`, for our column. `recipient` and `guest` name who gets the goods
    from `{customer}` and `{number}`, where the file names nobody. The patterns match whole values.
    """

    name: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    shop: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC
    promise: timedelta | None = None
    recipient: str = ""
    guest: str = ""
    upper_case_sku: bool = False
    merge_same_sku: bool = False
    cancellation: re.Pattern[str] = NOTHING
    correction: re.Pattern[str] = NOTHING
    not_goods: re.Pattern[str] = NOTHING
    not_goods_named: re.Pattern[str] = NOTHING

    @property
    def books(self) -> bool:
        """Whether the file is a merchant's books: with returns, fees, corrections and rows without a price."""
        return self.cancellation is not NOTHING or self.not_goods is not NOTHING


def known() -> list[str]:
    """The names of the profiles that come with the system."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str | None) -> Profile:
    """The profile of this name, or in the `.toml` file at this path; the plain one for None.

    Raises `orders.unknown_profile` (404) and `orders.profile_wrong` (422).
    """
    if not name:
        return Profile()
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if (path.parent == FOLDER and path.stem not in known()) or not path.is_file():
        raise WmsError("orders.unknown_profile", profile=name, known=", ".join(known()))
    try:
        return _parse(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, re.error, ZoneInfoNotFoundError, TypeError, ValueError) as why:
        raise WmsError("orders.profile_wrong", profile=name, what=str(why)) from None


def _parse(name: str, told: Mapping[str, Any]) -> Profile:
    reading: dict[str, Any] = dict(told.get("reading", {}))
    zone = ZoneInfo(reading.pop("timezone", "UTC"))
    hours = reading.pop("promise_hours", None)
    shop = dict(told.get("shop", {}))
    constants = {ours: f"={value}" for ours, value in told.get("constants", {}).items()}
    if "code" in shop:
        constants["shop"] = f"={shop['code']}"
    reading |= {what: re.compile(pattern, re.IGNORECASE) for what, pattern in told.get("patterns", {}).items()}
    return Profile(
        name=name,
        mapping={**told.get("columns", {}), **constants},
        shop=shop,
        zone=zone,
        promise=None if hours is None else timedelta(hours=hours),
        **reading,
    )
