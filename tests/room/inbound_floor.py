"""A dock with people, expected goods, and what a refusal there must not touch."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import picking_floor as floor
from picking_floor import House, do, everything, value
from sqlalchemy import select, text, update

from wms.catalog.models import Barcode, Packaging, Sku
from wms.core.actor import Actor
from wms.core.transaction import transaction
from wms.inbound import service
from wms.inbound.service import Announced, Facts
from wms.layout.models import Bin

GS = "\x1d"
TABLES = (
    "receipt", "receipt_line", "receipt_entry", "receipt_aside", "receipt_photo", "quality_check", "putaway_task",
    "receiving", "stock_serial", "stock_lot", "stock_cost", "container", "print_job", "stock_transfer_line",
)  # fmt: skip
floor.TABLES = tuple(dict.fromkeys((*floor.TABLES, *TABLES)))


@dataclass
class Dock:
    """A house, a receiver and another, and goods of every kind of tracking."""

    house: House
    ann: Actor
    ben: Actor
    skus: dict[str, int] = field(default_factory=dict)




def check_digit(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


GTIN = check_digit("0690123450001")
CASE = check_digit("1690123450001")
SSCC = check_digit("34012345000000001")


def build() -> Dock:
    """SKUs PLAIN (nothing asked), TEA (lot and expiry, cases of 12), PHONE (a serial number each); empty bins B*."""
    house = floor.build(skus=2)
    with transaction() as session:
        things = [
            Sku(code="PLAIN", name="Plain thing", weight_g=100, length_mm=100, width_mm=100, height_mm=100),
            Sku(
                code="TEA", name="Tea", weight_g=100, lot_tracking="receipt", expiry_tracked=True, min_days_receipt=30,
                shelf_life_days=365,
            ),
            Sku(code="PHONE", name="Phone", weight_g=200, serial_tracking="receipt"),
        ]  # fmt: skip
        session.add_all(things)
        session.flush()
        skus = {each.code: each.id for each in things}
        case = Packaging(sku_id=skus["TEA"], code="CASE", qty=12)
        session.add(case)
        session.flush()
        session.add_all([
            Barcode(code="PLAIN-1", sku_id=skus["PLAIN"]),
            Barcode(code=GTIN, sku_id=skus["TEA"]),
            Barcode(code=CASE, sku_id=skus["TEA"], packaging_id=case.id),
            Barcode(code="PHONE-1", sku_id=skus["PHONE"]),
        ])  # fmt: skip
    return Dock(house, floor.person(house, "Ann", "receiver"), floor.person(house, "Ben", "receiver"), skus)


def expect(dock: Dock, number: str = "ASN1", **lines: Any) -> int:
    """A receipt that expects `lines`: SKU code → pieces, or an `Announced`; facts by `_name`."""
    facts = {name[1:]: lines.pop(name) for name in list(lines) if name.startswith("_")}
    with transaction():
        announced = [
            each if isinstance(each, Announced) else Announced(dock.skus[sku], each) for sku, each in lines.items()
        ]
        return service.announce(dock.house.id, Facts(number, **facts), announced, actor_id=None).id


def opened(dock: Dock, number: str = "ASN1", *, by: Actor | None = None) -> dict[str, Any]:
    """Somebody opens a receipt by scanning its number."""
    reply = do(by or dock.ann, "receive.open", code=number)
    assert reply["next"] == "receive_scan"
    return reply["data"]  # type: ignore[no-any-return]


def gs1(gtin: str = GTIN, *, lot: str = "", expires: str = "", serial: str = "", count: int = 0) -> str:
    """A label with its separators: AI 01, 17, 10, 21, 37."""
    text = f"01{gtin}" + (f"17{expires}" if expires else "")
    open_ended = [f"10{lot}" if lot else "", f"21{serial}" if serial else "", f"30{count}" if count else ""]
    return text + GS.join(part for part in open_ended if part)


def lines(receipt_id: int) -> list[tuple[Any, ...]]:
    """(SKU, expected, received, rejected) of each line."""
    with transaction() as session:
        rows = session.execute(
            text(
                "SELECT s.code, l.qty, l.received, l.rejected FROM receipt_line l JOIN sku s ON s.id = l.sku_id "
                "WHERE l.receipt_id = :id ORDER BY l.position"
            ),
            {"id": receipt_id},
        )
        return [tuple(row) for row in rows]


def lying(dock: Dock, sku: str) -> list[tuple[Any, ...]]:
    """(bin, lot, condition, pieces) of a SKU, where there are any."""
    with transaction() as session:
        rows = session.execute(
            text(
                "SELECT bin.code, b.lot, b.condition, b.on_hand FROM stock_balance b JOIN bin ON bin.id = b.bin_id "
                "WHERE b.sku_id = :sku AND b.on_hand > 0 ORDER BY 1, 2, 3, 4"
            ),
            {"sku": dock.skus[sku]},
        )
        return [tuple(row) for row in rows]


def limit_bin(code: str, **values: Any) -> None:
    with transaction() as session:
        session.execute(update(Bin).where(Bin.code == code).values(**values))


def bin_id(dock: Dock, code: str) -> int:
    with transaction() as session:
        return session.execute(select(Bin.id).where(Bin.code == code)).scalar_one()


__all__ = ["CASE", "GS", "GTIN", "SSCC", "Dock", "bin_id", "build", "do", "everything", "expect", "gs1", "limit_bin",
           "lines", "lying", "opened", "value"]  # fmt: skip
