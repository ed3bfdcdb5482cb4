"""Who gets an order changes after its number was fetched: its carrier hears of it once, or gives another number."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
from picking_floor import do, value
from sqlalchemy import select, text
from test_carriers import CHINA as PLACE
from test_carriers import account, ask, house, released, rows, servers  # noqa: F401 - fixtures too

from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.orders import service as orders
from wms.printing.models import PrintJob
from wms.shipping import accounts, asking, question
from wms.shipping.carriers.standins import Manners

CHINA = {**PLACE, "country": "CN"}
THERE = {"address": "世纪大道 8 号", "province": "上海市", "city": "上海市", "district": "浦东新区"}


def edit(house, number, **changes):  # noqa: F811
    with transaction():
        orders.edit(house.id, house.orders[number], changes, reason="asked on the phone", by=None)


def closed(house, carrier="sf", **facts):  # noqa: F811
    """O1 in a closed parcel with its number; its label is out of the printer: {parcel, waybill}."""
    tote = tables.picked(house, {"O1": {"S1": 1}}, carrier=carrier, **{**CHINA, **facts})["O1"]
    ask()
    parcel = tables.packed(tables.packer(house), tote)
    with transaction() as session:
        session.execute(text("UPDATE print_job SET status = 'confirmed' WHERE document = 'waybill'"))
    return parcel


def said(house):  # noqa: F811
    with transaction():
        return [one["action"] for one in orders.history(house.orders["O1"], "en")]


def recipient():
    """Whom the newest label names."""
    with transaction() as session:
        newest = select(PrintJob.data).where(PrintJob.document == "waybill").order_by(PrintJob.id.desc()).limit(1)
        return session.execute(newest).scalar()["recipient"]


LABELS = """
    SELECT version, voided, data ->> 'waybill_number', data ->> 'route_code'
    FROM print_job WHERE document = 'waybill' ORDER BY id
"""


def test_a_carrier_hears_once_of_a_new_address_though_its_answer_is_lost(servers, house):  # noqa: F811
    parcel = closed(house)
    number = parcel["waybill"]
    edit(house, "O1", **THERE)
    loader = floor.person(house, "Lou")
    assert servers.books.changed == {}  # nobody waits for a carrier
    assert tables.refused(loader, "load.scan", code=number) == "shipping.changing"
    assert rows("SELECT reason FROM problem") == [("relabel",)]
    servers.manners = Manners(silent=1)
    ask()
    assert (servers.books.changed, rows(LABELS)[-1][1]) == ({number: ["世纪大道 8 号"]}, True)
    assert tables.refused(loader, "load.scan", code=number) == "shipping.changing"  # nobody here knows
    servers.manners = Manners()
    ask(after=60)
    assert (servers.books.changed, servers.books.voided) == ({number: ["世纪大道 8 号"]}, set())
    first, second = rows(LABELS)
    assert (first[:3], second) == ((1, True, number), (2, False, number, "021W-CD-012"))
    assert "世纪大道 8 号" in recipient()["address"]
    assert said(house) == ["edited", "number_changed"]
    assert do(loader, "load.scan", code=number)["ok"]
    with pytest.raises(WmsError) as late:
        edit(house, "O1", address="世纪大道 9 号")
    assert (late.value.code, value("SELECT count(*) FROM order_edit")) == ("shipping.already_loaded", 1)


def test_an_order_stays_in_its_wave_and_is_packed_with_the_new_address(servers, house):  # noqa: F811
    """Changed before its number comes, and again while its carrier hears of that."""
    released(house, "O1", country="CN")
    with transaction():
        works = asking.claim(1)
    first = question.put(works[0])
    edit(house, "O1", **THERE)
    with transaction():
        asking.settle([first])
    assert value("SELECT status FROM waybill") == "issued"
    assert value("SELECT count(*) FROM parcel WHERE waybill IS NOT NULL") == 0
    with transaction():
        works = asking.claim(1)
    second = question.put(works[0])
    edit(house, "O1", phone="13900000000")
    with transaction():
        asking.settle([second])
    assert value("SELECT change FROM waybill") == "asked"
    assert ask() == 1
    picker = floor.person(house, "Ann")
    floor.pick_all(picker, floor.start(picker))
    tote = value("SELECT c.code FROM pick_tote t JOIN container c ON c.id = t.container_id WHERE t.in_use")
    number = tables.packed(tables.packer(house), tote)["waybill"]
    assert servers.books.asked["EXP_RECE_UPDATE_ORDER"] == 2
    assert [row[1:3] for row in rows(LABELS)] == [(False, number)]
    assert recipient()["phone"] == "13900000000"
    assert rows("SELECT processing FROM sales_order") == [("packed",)]


def test_a_carrier_that_cannot_change_gives_another_number(servers, house):  # noqa: F811
    account(servers, "kdniao")
    with transaction():
        accounts.change("kdniao", settings={"url": f"{servers.url}/kdniao", "shipper": "ZTO"})
    old = closed(house, "kdniao")["waybill"]
    edit(house, "O1", **THERE)
    ask()
    new = value("SELECT waybill FROM parcel")
    assert new != old
    assert servers.books.voided == {old}
    assert [row[1:3] for row in rows(LABELS)] == [(True, old), (False, new)]
    assert said(house) == ["edited", "number_replaced"]
    assert tables.refused(floor.person(house, "Lou"), "load.scan", code=old) == "shipping.voided"


def test_a_parcel_whose_carrier_refuses_the_address_stays_until_somebody_sees_to_it(servers, house):  # noqa: F811
    number = closed(house)["waybill"]
    edit(house, "O1", address="不可达村 3 号")
    ask()
    assert rows("SELECT reason, note FROM problem WHERE reason = 'change_refused' AND status = 'open'")[0][1] == (
        "顺丰: 8062 收件地址超出服务范围"
    )
    loader = floor.person(house, "Lou")
    assert tables.refused(loader, "load.scan", code=number) == "shipping.changing"
    with transaction():
        orders.undo_edit(house.id, house.orders["O1"], by=None)
    ask()
    assert said(house) == ["edited", "number_not_changed", "edit_undone", "number_changed"]
    assert value("SELECT count(*) FROM problem WHERE reason = 'change_refused' AND status = 'open'") == 0
    assert do(loader, "load.scan", code=number)["ok"]


def test_an_address_that_nobody_would_look_at_again_is_not_taken(servers, house):  # noqa: F811
    closed(house)
    before = tables.everything()
    with pytest.raises(WmsError) as unclear:
        edit(house, "O1", address="")
    assert unclear.value.code == "orders.edit_unclear"
    assert "{" not in unclear.value.text("en")
    with pytest.raises(WmsError) as begun:
        edit(house, "O1", **THERE, lines=[{"sku": "S1", "qty": 2}])
    assert (begun.value.code, tables.everything()) == ("orders.in_work", before)
