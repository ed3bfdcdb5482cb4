"""Check digits: printed on a bin's label, typed where it cannot be scanned, given anew when they are known by heart."""
from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Literal

from sqlalchemy import BigInteger, Row, Text, select, update

from wms.core.bulk import among, rows_of
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.resolve import clean, resolve
from wms.layout.events import LabelsOutdated
from wms.layout.models import STORING, Bin
from wms.layout.rules import Marked, new_digits, retired

SHORTEST, LONGEST = 2, 3


def check_bin(warehouse_id: int, bin_id: int, code_or_digits: str) -> Literal["code", "digits"]:
    """Whether somebody stands at this bin: says which of the two they scanned or typed, its code or its digits.

    Raises `layout.old_label` when these were its digits once, `layout.wrong_check_digits` for other digits,
    `layout.wrong_bin` for anything else, and `layout.unknown_bin` when there is no such bin.
    """
    given = clean(code_or_digits)
    row = db.session.execute(
        select(Bin.code, Bin.check_digits, Bin.retired_digits).where(
            Bin.id == bin_id, Bin.warehouse_id == warehouse_id
        )
    ).one_or_none()
    if row is None:
        raise WmsError("layout.unknown_bin", bin=bin_id)
    if given.casefold() == row.code.casefold():
        return "code"
    if row.check_digits and given == row.check_digits:
        return "digits"
    if given in row.retired_digits.split():
        raise WmsError("layout.old_label", bin=row.code, digits=given)
    if given.isdecimal() and len(given) <= LONGEST:
        raise WmsError("layout.wrong_check_digits", bin=row.code, digits=given)
    raise WmsError("layout.wrong_bin", bin=row.code, scanned=given)


def by_digits(warehouse_id: int, bin_id: int | None, code: str) -> bool:
    """Whether somebody who is expected at this bin read or typed its check digits instead of scanning its code.

    False for a code that means a thing, that cannot be digits, or where the bin has none. Raises as `check_bin` does
    for digits that are not, or no longer, this bin's.
    """
    given = clean(code)
    if bin_id is None or not given.isdecimal() or len(given) > LONGEST or resolve(given, warehouse_id):
        return False
    has = select(Bin.id).where(Bin.id == bin_id, Bin.check_digits != "")
    return db.session.execute(has).scalar() is not None and check_bin(warehouse_id, bin_id, given) == "digits"


def rotate(warehouse_id: int, bin_ids: Collection[int], length: int = LONGEST) -> int:
    """Give bins new check digits; returns how many. Their labels must be printed again: the old ones are refused."""
    given = give_digits(warehouse_id, bin_ids, length)
    if given:
        publish(LabelsOutdated(warehouse_id, tuple(sorted(given))))
    return len(given)


def give_digits(warehouse_id: int, bin_ids: Collection[int], length: int, seed: str = "") -> dict[int, str]:
    """New digits for bins, by id; see `rules.new_digits`. Without a `seed` nobody can foretell them."""
    mine = (Bin.warehouse_id == warehouse_id, Bin.kind.in_(STORING))
    aisles = select(Bin.aisle).where(*mine, among(Bin.id, bin_ids)).distinct()
    # Whoever else gives digits in these aisles waits, else two neighbours might get the same.
    locked = select(Bin.id).where(*mine, Bin.aisle.in_(aisles)).order_by(Bin.id).with_for_update(key_share=True)
    wanted = set(bin_ids) & set(db.session.execute(locked).scalars())
    rows = db.session.execute(
        select(Bin.id, Bin.aisle, Bin.check_digits, Bin.retired_digits)
        .where(*mine, Bin.aisle.in_(aisles))
        .order_by(Bin.aisle, Bin.y_mm, Bin.side, Bin.level, Bin.id)
    ).all()
    given: dict[int, str] = {}
    for _, aisle in groupby(rows, key=lambda row: row.aisle):
        marked = [Marked(row.id, _known(row), row.id in wanted) for row in aisle]
        given |= new_digits(marked, length, seed or secrets.token_hex(8))
    _store([(row.id, given[row.id], retired(row.check_digits, row.retired_digits)) for row in rows if row.id in given])
    return given


def _known(row: Row[int, int, str, str]) -> tuple[str, ...]:
    return tuple(filter(None, [row.check_digits, *row.retired_digits.split()]))


def _store(rows: Sequence[tuple[int, str, str]]) -> None:
    table = rows_of("t", {"id": BigInteger(), "digits": Text(), "older": Text()}, rows)
    db.session.execute(
        update(Bin)
        .where(Bin.id == table.c.id)
        .values(check_digits=table.c.digits, retired_digits=table.c.older, digits_at=now())
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
