"""Columns whose values are sealed at rest, for ORM and Core alike; and how what is in them is found.

    phone: Mapped[str] = mapped_column(Sealed("phone", PHONE))

A `text()` query names the types of those that it reads or writes: `text(...).columns(phone=Order.phone.type)`. A
statement that goes past SQLAlchemy (`Prepared`) calls `opened` and `veiled`/`unveiled` itself.
"""
from __future__ import annotations

import base64
import json
import re
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from wms.core import sealed

STARS = "*"  # what a platform masks is no number or name, and equal ones are not the same
TAIL = 4  # digits of a telephone number that people say when they collect something


def digits(phone: str) -> str:
    """A telephone number as it is compared: its digits, those of an extension too, without China's code. A platform's
    virtual numbers differ by their extensions only."""
    found = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    if len(found) == 13 and found.startswith("861"):
        return found[2:]
    return found[4:] if len(found) == 15 and found.startswith("00861") else found


def same_name(name: str) -> str:
    """A name as it is compared: letters of any width and case, without spaces and dots between them."""
    return re.sub(r"[\s·•.]", "", unicodedata.normalize("NFKC", name)).casefold()


def _marked(kind: str, what: str) -> bytes:
    return f"{kind} {what}".encode() if what else b""


def _by_phone(value: str) -> bytes:
    found = digits(value)
    return _marked("phone", found if len(found) > TAIL and STARS not in value else "")


def _by_tail(value: str) -> bytes:
    found = digits(value)
    return _marked("tail", found[-TAIL:] if len(found) >= TAIL else "")


def _by_name(value: str) -> bytes:
    return _marked("name", "" if STARS in value else same_name(value))


Finder = Callable[[str], bytes]
PHONE: tuple[Finder, ...] = (_by_phone, _by_tail)  # found whole, and by its last four digits
NAME: tuple[Finder, ...] = (_by_name,)


@dataclass(frozen=True)
class Sought:
    """What somebody typed, as the marks of what it may be; each a list for `= ANY`, empty where it is no such thing."""

    phone: list[bytes]
    tail: list[bytes]
    name: list[bytes]


def sought(typed: str) -> Sought:
    found = digits(typed)
    numeric = len(found) >= TAIL and not re.search(r"[^\W\d]", typed)
    return Sought(
        sealed.marks_of(_by_phone(typed)) if numeric else [],
        sealed.marks_of(_by_tail(typed)) if numeric and len(found) == TAIL else [],
        sealed.marks_of(_by_name(typed)),
    )


def phone_marks(phone: str) -> list[bytes]:
    """The marks by which a whole number is found in any column of PHONE."""
    return sealed.marks_of(_by_phone(phone))


def mark_sql(column: str, nth: int = 0) -> str:
    """The SQL of the nth mark in a sealed column, as PostgreSQL lays out an index over it."""
    return f"substr({column}, {sealed.HEAD + 1 + sealed.MARK * nth}, {sealed.MARK})"


class AtRest(TypeDecorator[Any]):
    """`about` binds values to what they are; columns that hold the same, such as two tables' numbers, share it.

    NULL stays NULL; what is empty says so without a key: that something is absent, planning may know.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, about: str, find: tuple[Finder, ...] = ()) -> None:
        super().__init__()
        self.about, self.find = about, find

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else self.sealed(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.opened(bytes(value))

    def sealed(self, value: Any) -> bytes:
        plain = self.packed(value)
        if not plain:
            return b""
        return sealed.seal(plain, self.about, [each(value) for each in self.find])

    def opened(self, value: bytes) -> Any:
        """Raises `core.cannot_unseal`."""
        return self.unpacked(sealed.unseal(value, self.about, len(self.find)) if value else b"")

    def resealed(self, value: Any) -> Any:
        """The same under the key of now; None when it is already."""
        return None if not value or sealed.ring().is_current(value) else self.sealed(self.opened(value))

    def packed(self, value: Any) -> bytes:
        raise NotImplementedError

    def unpacked(self, plain: bytes) -> Any:
        raise NotImplementedError


class Sealed(AtRest):
    """A text."""

    cache_ok = True

    def packed(self, value: str) -> bytes:
        return value.encode()

    def unpacked(self, plain: bytes) -> str:
        return plain.decode()


class SealedBytes(AtRest):
    """Bytes as they are, such as the picture of a label."""

    cache_ok = True

    def packed(self, value: bytes) -> bytes:
        return value

    def unpacked(self, plain: bytes) -> bytes:
        return plain


class SealedJson(AtRest):
    """JSON that nothing asks about in SQL. Sealed things cannot be pressed any more, so it is before."""

    cache_ok = True

    def packed(self, value: Any) -> bytes:
        return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 1)

    def unpacked(self, plain: bytes) -> Any:
        return json.loads(zlib.decompress(plain)) if plain else {}


# ---- what lists and pages show instead

def mask_name(name: str) -> str:
    """王小明 → 王**, Ann Lee → A** L**: the first letter of each word."""
    return " ".join(word[0] + "**" for word in name.split())


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678; of a short one the last two digits."""
    plain = phone.strip()
    if STARS in plain:  # a platform's own
        return plain
    if len(plain) >= 11:
        return f"{plain[:3]}****{plain[-4:]}"
    return "****" + plain[-2:] if len(plain) > 4 else "*" * len(plain)


def mask_address(address: str) -> str:
    """Nothing of it but that there is one: the district before it is told in the open."""
    return "***" if address.strip() else ""


MASKS: Mapping[str, Callable[[str], str]] = {
    "recipient": mask_name, "phone": mask_phone, "address": mask_address, "postcode": mask_address,
}  # fmt: skip


# ---- JSON of which a part is personal

VEIL = "~sealed"


class Veiled(TypeDecorator[Any]):
    """JSON of which the fields `names` are sealed, the others in the open for SQL to ask about."""

    impl = JSONB
    cache_ok = True

    def __init__(self, about: str, names: tuple[str, ...]) -> None:
        super().__init__()
        self.about, self.names = about, names

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return self.veiled(value) if isinstance(value, Mapping) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return self.unveiled(value) if isinstance(value, Mapping) else value

    def veiled(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._veil(name, each) if name in self.names and each else each for name, each in value.items()}

    def unveiled(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Raises `core.cannot_unseal`."""
        return {name: self._lift(name, each) if _is_veiled(each) else each for name, each in value.items()}

    def _veil(self, name: str, value: Any) -> dict[str, str]:
        plain = json.dumps(value, ensure_ascii=False).encode()
        return {VEIL: base64.b64encode(sealed.seal(plain, f"{self.about}.{name}")).decode()}

    def _lift(self, name: str, value: Mapping[str, str]) -> Any:
        return json.loads(sealed.unseal(base64.b64decode(value[VEIL]), f"{self.about}.{name}"))

    def resealed(self, value: Any) -> Any:
        """The same under the key of now; None when it is already."""
        held = [base64.b64decode(each[VEIL]) for each in value.values() if _is_veiled(each)] if value else []
        if all(map(sealed.ring().is_current, held)):
            return None
        return self.veiled(self.unveiled(value))


def _is_veiled(value: Any) -> bool:
    return isinstance(value, Mapping) and VEIL in value
