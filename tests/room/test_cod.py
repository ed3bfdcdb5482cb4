"""What the carrier collects (代收货款), and which parcel of how many: told on the waybill as far as it is known."""
from __future__ import annotations

from decimal import Decimal

import order_samples as samples
import packing_floor as tables
import picking_floor as floor
import pytest
from import_samples import bring, counts, table
from packing_floor import packed
from picking_floor import value
from print_table import add_printer
from sqlalchemy import text
from test_packing_parcels import closed, fill, first_carton

from wms.core.transaction import transaction
from wms.shipping import ahead, jobs, service
from wms.shipping.rules import amount


@pytest.fixture
def house(app):
    return floor.build()


def labels():
    """[(place, of, parent, cod)] of all waybill labels, in the order they were asked for."""
    with transaction() as session:
        fields = ", ".join(f"data->>'{name}'" for name in ("parcel_index", "parcel_count", "parent_number", "cod"))
        rows = session.execute(text(f"SELECT {fields} FROM print_job WHERE document = 'waybill' ORDER BY id"))
        return [(int(row[0]), int(row[1]), row[2], row[3]) for row in rows]


def test_one_parcel_of_an_order_collects_and_later_ones_name_the_first(house):
    tote = tables.picked(house, {"O1": {"S1": 2, "S3": 1}}, cod=Decimal("1288.00"), currency="CNY", country="CN")["O1"]
    pat = tables.packer(house)
    second = closed(pat, first_carton(pat, tote))["data"]["parcel"]
    fill(pat, second)
    closed(pat, second)
    first = value("SELECT waybill FROM parcel WHERE ordinal = 1")
    assert labels() == [(1, 0, "", "¥1,288.00"), (2, 2, first, "")]
    # A new number for the first collects instead of the void one; for the second still nothing.
    for ordinal in (1, 2):
        parcel = value("SELECT id FROM parcel WHERE ordinal = :n", n=ordinal)
        with transaction():
            service.void(parcel)
        with transaction():
            service.issue(parcel, pat.station_id, None)
    assert [row[3] for row in labels()[2:]] == ["¥1,288.00", ""]
    assert value("SELECT sum(cod) FROM waybill WHERE status = 'issued'") == Decimal("1288.00")


def test_a_label_printed_before_packing_says_nothing_that_is_not_known(house):
    for number in ("O1", "O2"):
        floor.order(house, number, {"S1": 2}, cod=Decimal(50), currency="CNY", country="CN")
    wave = floor.wave(house)
    pat = tables.packer(house)
    with transaction() as session:
        add_printer(session, pat.station_id, "Z1", "zpl", 1, ("waybill", "100x180"))
    with transaction():
        run = ahead.print_wave(house.id, wave["id"], "PACK-1", "pick", None)
    jobs.make_waybills(run["id"])
    assert labels() == [(0, 0, "", "¥50.00")] * 2
    picker = floor.person(house, "P")
    floor.pick_all(picker, floor.start(picker, "C1"))
    tote = "SELECT c.code FROM pick_tote t JOIN container c ON c.id = t.container_id WHERE t.order_id = :id"
    packed(pat, value(tote, id=house.orders["O1"]))
    second = closed(pat, first_carton(pat, value(tote, id=house.orders["O2"])))["data"]["parcel"]
    fill(pat, second)
    closed(pat, second)
    planned = value("SELECT waybill FROM parcel WHERE order_id = :id AND ordinal = 1", id=house.orders["O2"])
    assert labels()[2:] == [(2, 2, planned, "")]  # the first collects: it was out already


def test_an_order_that_is_collected_is_confirmed_unless_the_buyer_would_pay_twice(app):
    house = samples.shop()
    due = Decimal(2)
    samples.take(
        house, samples.draft("1", paid="0", cod=due), samples.draft("2", paid="2", cod=due),
        samples.draft("3", paid="0", cod=Decimal(1)), samples.draft("4", paid="1", cod=Decimal(1)),
    )  # fmt: skip
    stands = []
    for number in "1234":
        order = samples.order(number)
        stands.append((order.confirmation, order.hold_reason, order.payment, order.cod))
    assert stands == [
        ("confirmed", None, "paid", 2), ("held", "cod_too_much", "paid", 2), ("held", "unpaid", "unpaid", 1),
        ("confirmed", None, "paid", 1),
    ]  # fmt: skip
    again = samples.take(house, samples.draft("1", paid="0", cod=due), samples.draft("2", paid="2"))
    assert (again.unchanged.keys(), again.updated.keys()) == ({0}, {1})  # an amount taken back is another order
    assert samples.order("2").confirmation == "confirmed"


def test_a_file_names_what_is_collected(app):
    house = samples.shop()
    header = "店铺,订单号,商家编码,数量,单价,收件人,手机,国家,详细地址,代收货款"
    row = ("T", "88", "S1", 2, "9.90", "Ann", "+33 1", "France", "1 rue A")
    rows = (*row, "19.80"), ("T", "89", *row[2:], "-1")
    assert counts(bring("orders", table(header, *rows), house)) == (2, 1, 0, 0, 1)
    assert (samples.order("88").confirmation, samples.order("88").cod) == ("confirmed", Decimal("19.80"))


def test_amounts_as_a_courier_reads_them():
    assert amount(Decimal("0"), "CNY", "zh_Hans") == ""
    assert amount(Decimal("1288.5"), "CNY", "zh_Hans") == "¥1,288.50"
    assert amount(Decimal("50"), "CNY", "en") == "CNY 50.00"
    assert amount(Decimal("50"), "TWD", "zh_Hant") == "NT$50.00"
