"""Moving goods with a scanner: from a bin, one item after another, to where the next bin or container is scanned.

What a person has in hand is kept by the server; the books change only as it is put down.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from wms.catalog import service as catalog
from wms.catalog.models import Sku
from wms.catalog.service import Scan
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import Bin
from wms.stock import containers, moving
from wms.stock.asked import BY_HAND
from wms.stock.goods import Goods
from wms.stock.ledger import check_quantity
from wms.stock.models import LOOSE, Container, Hand, Serial, StockBalance

KINDS = ("bin", "sku", "pack", "serial", "container")
MOST_LINES = 50


@dataclass(frozen=True)
class Line:
    """Pieces of one balance that are in hand."""

    balance_id: int
    sku_id: int
    qty: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holding:
    """Where goods are taken from, and what is in hand: pieces, or a container whole. `asking`: what a person must
    choose among: balances of one SKU, of which `adding` pieces are meant."""

    bin_id: int = 0
    container_id: int = 0
    lines: tuple[Line, ...] = ()
    asking: tuple[int, ...] = ()
    adding: int = 0

    @property
    def empty(self) -> bool:
        return not self.lines and not self.container_id


@dataclass(frozen=True)
class Done:
    """What was put down: pieces, and the code of where."""

    pieces: int
    where: str


def of(warehouse_id: int, person_id: int, *, lock: bool = False) -> Holding:
    """What this person has in hand in this warehouse."""
    asked = select(Hand).where(Hand.person_id == person_id, Hand.warehouse_id == warehouse_id)
    row = db.session.execute(asked.with_for_update() if lock else asked).scalar_one_or_none()
    if row is None:
        return Holding()
    lines = tuple(Line(**{**each, "serials": tuple(each["serials"])}) for each in row.holds["lines"])
    return Holding(**{**row.holds, "lines": lines, "asking": tuple(row.holds["asking"])})


def keep(warehouse_id: int, person_id: int, holding: Holding) -> None:
    """Note what this person has in hand."""
    facts = {"warehouse_id": warehouse_id, "holds": asdict(holding)}
    row = insert(Hand).values(person_id=person_id, **facts)
    db.session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=facts))


def scan(warehouse_id: int, person_id: int, code: str) -> Done | None:
    """A bin, an item, a serial number or a container is scanned; returns what was put down, None when nothing was.

    Raises `stock.bin_first`, `stock.none_here`, `stock.whole_in_hand`, `stock.not_by_hand`,
    `stock.container_nowhere`, as `catalog.read` does, and as `moving.move` and `containers.move_container` do.
    """
    holding = of(warehouse_id, person_id, lock=True)
    seen = catalog.read(code, warehouse_id, *KINDS)
    if seen.found is None:
        raise WmsError("stock.unknown_container", container=seen.code)
    if seen.kind == "bin":
        return _bin(warehouse_id, person_id, holding, seen)
    if seen.found.family == "container":
        return _container(warehouse_id, person_id, holding, seen)
    keep(warehouse_id, person_id, _item(holding, seen))
    return None


def set_quantity(warehouse_id: int, person_id: int, qty: int) -> None:
    """So many pieces of the item that was scanned last. Raises `stock.nothing_in_hand`, `stock.serials_count`."""
    check_quantity(qty)
    holding = of(warehouse_id, person_id, lock=True)
    if not holding.lines:
        raise WmsError("stock.nothing_in_hand")
    last = holding.lines[-1]
    if last.serials:
        raise WmsError("stock.serials_count")
    changed = _fitting(replace(last, qty=qty))
    keep(warehouse_id, person_id, replace(holding, lines=(*holding.lines[:-1], changed)))


def choose(warehouse_id: int, person_id: int, balance_id: int) -> None:
    """Which of several lots, containers or conditions the scanned item is of. Raises `stock.nothing_to_choose`."""
    holding = of(warehouse_id, person_id, lock=True)
    if balance_id not in holding.asking:
        raise WmsError("stock.nothing_to_choose")
    place = db.session.get_one(StockBalance, balance_id)
    keep(warehouse_id, person_id, _added(holding, place, holding.adding, ()))


def drop(warehouse_id: int, person_id: int) -> None:
    """Everything goes back to where it was taken from: nothing had moved."""
    keep(warehouse_id, person_id, Holding())


def _bin(warehouse_id: int, person_id: int, holding: Holding, seen: Scan) -> Done | None:
    assert seen.found is not None
    bin_id = seen.found.id
    if db.session.execute(select(Bin.kind).where(Bin.id == bin_id)).scalar_one() not in BY_HAND:
        raise WmsError("stock.not_by_hand", bin=seen.found.code)
    if holding.empty:
        keep(warehouse_id, person_id, Holding(bin_id=bin_id))
        return None
    if holding.container_id:
        pieces = containers.move_container(
            warehouse_id, holding.container_id, to_bin_id=bin_id, reason="move", reference="", actor_id=person_id
        )
    else:
        pieces = _put(warehouse_id, person_id, holding, bin_id, LOOSE)
    keep(warehouse_id, person_id, Holding())
    return Done(pieces, seen.found.code)


def _container(warehouse_id: int, person_id: int, holding: Holding, seen: Scan) -> Done | None:
    """An empty hand takes a container up whole; else what is in hand goes into it."""
    assert seen.found is not None
    container_id = seen.found.id
    stands = containers.where_is(warehouse_id, container_id)
    if holding.empty:
        keep(warehouse_id, person_id, Holding(bin_id=stands or 0, container_id=container_id))
        return None
    if stands is None:
        raise WmsError("stock.container_nowhere", container=seen.found.code)
    if holding.container_id:
        pieces = containers.move_container(
            warehouse_id, holding.container_id, to_bin_id=stands, into_container_id=container_id, reason="move",
            reference="", actor_id=person_id,
        )  # fmt: skip
    else:
        pieces = _put(warehouse_id, person_id, holding, stands, container_id)
    keep(warehouse_id, person_id, Holding())
    return Done(pieces, seen.found.code)


def _put(warehouse_id: int, person_id: int, holding: Holding, bin_id: int, container_id: int) -> int:
    places = balances([line.balance_id for line in holding.lines])
    goods = [_goods(places[line.balance_id], line) for line in holding.lines]
    moving.move(warehouse_id, goods, bin_id, container_id, reason="move", reference="", actor_id=person_id)
    return sum(each.qty for each in goods)


def _goods(place: StockBalance, line: Line) -> Goods:
    return Goods(
        place.sku_id, place.bin_id, line.qty, container_id=place.container_id, lot=place.lot, owner_id=place.owner_id,
        condition=place.condition, serials=line.serials,
    )  # fmt: skip


def _item(holding: Holding, seen: Scan) -> Holding:
    if holding.container_id:
        raise WmsError("stock.whole_in_hand")
    if not holding.bin_id:
        raise WmsError("stock.bin_first")
    assert seen.found is not None
    if seen.kind == "serial":
        serial = seen.found.code
    else:
        serial = seen.serial
    places = _places(holding.bin_id, seen.sku_id or 0, seen.lot, serial)
    if not places:
        bin = db.session.execute(select(Bin.code).where(Bin.id == holding.bin_id)).scalar_one()
        raise WmsError("stock.none_here", label=seen.found.label, bin=bin)
    known = {line.balance_id for line in holding.lines}
    fitting = [each for each in places if each.id in known] if len(places) > 1 else places
    if len(fitting) != 1:
        return replace(holding, asking=tuple(each.id for each in places[:MOST_LINES]), adding=seen.qty)
    return _added(holding, fitting[0], 1 if serial else seen.qty, (serial,) if serial else ())


def _places(bin_id: int, sku_id: int, lot: str, serial: str) -> list[StockBalance]:
    """Where the SKU lies in a bin with free pieces: of this lot or with this number, when they were scanned."""
    asked = select(StockBalance).where(
        StockBalance.bin_id == bin_id, StockBalance.sku_id == sku_id, StockBalance.on_hand > StockBalance.held
    )
    if lot:
        asked = asked.where(StockBalance.lot == lot)
    if serial:
        asked = asked.join(
            Serial,
            (Serial.bin_id == StockBalance.bin_id) & (Serial.sku_id == StockBalance.sku_id)
            & (Serial.lot == StockBalance.lot) & (Serial.container_id == StockBalance.container_id)
            & (Serial.owner_id == StockBalance.owner_id) & (Serial.condition == StockBalance.condition),
        ).where(Serial.code == serial)  # fmt: skip
    return list(db.session.execute(asked.order_by(StockBalance.id)).scalars())


def _added(holding: Holding, place: StockBalance, qty: int, serials: tuple[str, ...]) -> Holding:
    """So many more pieces of a place in hand, the line of that place last."""
    old = next((line for line in holding.lines if line.balance_id == place.id), None)
    if old and set(old.serials) & set(serials):
        raise WmsError("stock.serial_twice", serial=serials[0])
    if not serials and db.session.get_one(Sku, place.sku_id).serial_tracking == "move":
        raise WmsError("stock.scan_serial")
    line = Line(place.id, place.sku_id, (old.qty if old else 0) + qty, (*(old.serials if old else ()), *serials))
    others = tuple(each for each in holding.lines if each.balance_id != place.id)
    if len(others) >= MOST_LINES:
        raise WmsError("stock.hand_full", most=MOST_LINES)
    return replace(holding, lines=(*others, _fitting(line)), asking=(), adding=0)


def _fitting(line: Line) -> Line:
    """The line, when so many of its pieces are free. Raises `stock.not_enough`."""
    place = db.session.get_one(StockBalance, line.balance_id)
    free = place.on_hand - place.held
    if line.qty > free:
        sku, bin = db.session.get_one(Sku, place.sku_id), db.session.get_one(Bin, place.bin_id)
        raise WmsError("stock.not_enough", sku=sku.code, bin=bin.code, free=free, wanted=line.qty)
    return line


def balances(ids: Sequence[int]) -> dict[int, StockBalance]:
    """Balances by id."""
    found = db.session.execute(select(StockBalance).where(among(StockBalance.id, ids)))
    return {row.id: row for row in found.scalars()}


# ---- what the terminal shows

@dataclass(frozen=True)
class Shown:
    """The screen at which a person stands, and what it shows."""

    screen: str
    data: dict[str, Any] = field(default_factory=dict)


def shown(warehouse_id: int, person_id: int) -> Shown:
    """`move_from` with an empty hand, `move_hand`, or `move_choose` when an item may be of several lots."""
    holding = of(warehouse_id, person_id)
    if not holding.bin_id and not holding.container_id:
        return Shown("move_from")
    bin = db.session.get(Bin, holding.bin_id) if holding.bin_id else None
    where = {"code": bin.code, "aisle": bin.aisle, "side": bin.side, "level": bin.level} if bin else None
    if holding.asking:
        return Shown("move_choose", {"bin": where, "choices": _pictures(list(holding.asking), {})})
    if holding.container_id:
        return Shown("move_hand", {"bin": where, "lines": [], **_whole(holding.container_id)})
    in_hand = {line.balance_id: line for line in holding.lines}
    lines = _pictures(list(in_hand), in_hand)
    pieces = sum(line.qty for line in holding.lines)
    return Shown("move_hand", {"bin": where, "container": None, "lines": lines, "pieces": pieces})


def _whole(container_id: int) -> dict[str, Any]:
    inside = containers.tree(container_id)
    rows = db.session.execute(
        select(StockBalance.on_hand).where(among(StockBalance.container_id, inside), StockBalance.on_hand > 0)
    ).scalars()
    container = db.session.get_one(Container, container_id)
    shown = {"code": container.code, "kind": container.kind, "inside": len(inside) - 1}
    return {"container": shown, "pieces": sum(rows)}


def _pictures(ids: Sequence[int], in_hand: dict[int, Line]) -> list[dict[str, Any]]:
    """Balances as the terminal draws them, in the given order."""
    rows = db.session.execute(
        select(StockBalance, Sku.code, Sku.name, Sku.picture, Container.code.label("container"))
        .join(Sku, Sku.id == StockBalance.sku_id)
        .outerjoin(Container, Container.id == StockBalance.container_id)
        .where(among(StockBalance.id, ids))
    )
    found = {row.StockBalance.id: _picture(row, in_hand.get(row.StockBalance.id)) for row in rows}
    return [found[id] for id in ids]


def _picture(row: Any, line: Line | None) -> dict[str, Any]:
    place: StockBalance = row.StockBalance
    return {
        "balance_id": place.id,
        "sku": {"code": row.code, "name": row.name, "picture": row.picture},
        "lot": place.lot,
        "condition": place.condition,
        "container": row.container,
        "free": place.on_hand - place.held,
        "qty": line.qty if line else 0,
        "serials": len(line.serials) if line else 0,
    }
