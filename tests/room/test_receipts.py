"""The buyer's receipt comes out with the first parcel, where a printer of the table is set up for it."""
from __future__ import annotations

from decimal import Decimal

import packing_floor as tables
import picking_floor as floor
import pytest
from packing_floor import packed, verified
from picking_floor import do
from sqlalchemy import text

import printers
from wms.core.transaction import transaction
from wms.printing.models import Printer, PrinterRoute, PrintJob
from wms.shipping.rules import receipt_lines


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def pat(house):
    return tables.packer(house)


def sold(house, total, **facts):
    """An order of two S1 at 12.50 and one S3 at 5, for this sum; the code of its tote."""
    tote = tables.picked(house, {"O1": {"S1": 2, "S3": 1}}, **{"country": "CN", **facts})["O1"]
    with transaction() as session:
        session.execute(text("UPDATE order_line SET price = CASE qty WHEN 2 THEN 12.5 ELSE 5 END"))
        session.execute(text("UPDATE sales_order SET total = :total"), {"total": total})
    return tote


def set_up(packer):
    with transaction() as session:
        printer = Printer(
            warehouse_id=packer.warehouse_id, code="TILL", name="Till", language="escpos", transport="tcp",
            address="127.0.0.1:1", dpi=203, virtual=True,
        )  # fmt: skip
        session.add(printer)
        session.flush()
        session.add(
            PrinterRoute(
                station_id=packer.station_id, document="receipt", media="receipt-80", printer_id=printer.id, rank=1
            )
        )


def receipts():
    with transaction() as session:
        return [job.data for job in session.query(PrintJob).where(PrintJob.document == "receipt")]


@pytest.mark.parametrize(
    ("total", "beside"), [("38.00", {"shipping": "¥8.00"}), ("25.50", {"discount": "-¥4.50"}), ("30.00", {})]
)
def test_it_says_what_was_bought_and_what_was_to_be_paid(house, pat, total, beside):
    tote = sold(house, total)
    set_up(pat)
    packed(pat, tote)
    (said,) = receipts()
    assert [(line["name"], line["qty"], line["amount"]) for line in said["lines"]] == [
        ("Thing 1", 2, "¥25.00"), ("Thing 3", 1, "¥5.00"),
    ]  # fmt: skip
    assert said["total"] == f"¥{total}"
    assert {name: said[name] for name in ("shipping", "discount") if said[name]} == beside
    assert printers.render("receipt", said, media="receipt-80", dpi=203).bitmap.any()


def test_no_prices_go_with_a_present_or_where_nobody_set_it_up(house, pat):
    totes = tables.picked(house, {"O1": {"S1": 2}, "O2": {"S2": 1}})
    packed(pat, totes["O1"])
    set_up(pat)
    with transaction() as session:
        session.execute(text("UPDATE sales_order SET gift_note = '生日快乐' WHERE number = 'O2'"))
    do(pat, "pack.close", parcel_id=verified(pat, totes["O2"])["id"], weight_g=380, put_in=True)
    assert receipts() == []


def test_a_receipt_of_a_huge_order_has_one_sum_for_the_rest():
    lines = receipt_lines([(f"Thing {nr}", 2, Decimal("1.5")) for nr in range(153)], "CNY", "zh_Hans")
    assert (len(lines), lines[0]["amount"], lines[-1]) == (
        151, "¥3.00", {"name": "… +3", "qty": 6, "amount": "¥9.00"},
    )  # fmt: skip
