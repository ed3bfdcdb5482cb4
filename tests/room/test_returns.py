"""A waybill back to us: asked for once, whatever answers are lost, printed at a station, given back."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
from picking_floor import do, value
from sqlalchemy import text
from test_carriers import CHINA

from wms.core.clock import fixed, now
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.orders.models import Order
from wms.printing.models import PrintJob
from wms.shipping import accounts, jobs, returns
from wms.shipping.carriers.standins import SECRETS, Manners, StandIns


@pytest.fixture
def servers():
    with StandIns() as running:
        yield running


@pytest.fixture
def house(app, servers):
    """O1 has left with the house's own fleet, O2 is still here; SF takes parcels too."""
    built = floor.build()
    pat = tables.packer(built)
    with transaction() as session:
        session.execute(text("UPDATE warehouse SET address = '杭州市余杭区 1 号', phone = '0571'"))
        accounts.change("sf", plugin_name="sf", settings={"url": f"{servers.url}/sf"}, secrets=SECRETS)
    tote = tables.picked(built, {"O1": {"S1": 1}}, **CHINA)["O1"]
    driver = floor.person(built, "Dan")
    loaded = do(driver, "load.scan", code=tables.packed(pat, tote)["number"])
    do(driver, "load.close", manifest_id=loaded["data"]["manifest"]["id"])
    floor.order(built, "O2", {"S1": 1}, **CHINA)
    return built


def ask(house, order="O1", code=None):
    with transaction():
        return returns.shown(returns.ask(house.id, house.orders[order], code, "尺码不合", None))


def row():
    with transaction() as session:
        found = session.execute(text("SELECT status, number, in_doubt, ask_at IS NULL AS done FROM return_waybill"))
        return tuple(found.one())


def test_a_number_of_the_house_comes_at_once_and_is_printed_the_other_way_round(house):
    asked = ask(house)
    assert (asked["status"], asked["number"][:2]) == ("issued", "OF")
    with transaction():
        returns.print_at(house.id, asked["id"], "PACK-1", None)
    with transaction() as session:
        data = session.query(PrintJob).filter_by(reference=f"R{asked['id']}").one().data
    assert data["waybill_number"] == asked["number"]
    assert (data["sender"]["name"], data["recipient"]["name"]) == ("王小明", "W")
    with pytest.raises(WmsError, match=r"shipping\.return_is_out"), transaction():
        returns.print_at(house.id, asked["id"], "PACK-1", None)
    with transaction() as session:
        session.execute(text("UPDATE print_job SET status = 'confirmed'"))
    with transaction():
        returns.print_at(house.id, asked["id"], "PACK-1", None, reason="lost")
    marked = "SELECT reprint_reason FROM print_job WHERE reference = :r AND copy = 2"
    assert value(marked, r=f"R{asked['id']}") == "lost"
    with transaction():
        returns.void(house.id, asked["id"])
    assert value("SELECT bool_and(voided) FROM print_job WHERE reference = :r", r=f"R{asked['id']}") is True
    with pytest.raises(WmsError, match=r"shipping\.no_return_number"), transaction():
        returns.print_at(house.id, asked["id"], "PACK-1", None)


def test_over_a_network_one_number_though_the_answer_is_lost(servers, house):
    asked = ask(house, code="sf")
    servers.manners = Manners(silent=1)
    jobs.ask_returns()
    assert row()[:3] == ("asked", None, True)
    servers.manners = Manners()
    with fixed(now() + returns.LEASE):
        jobs.ask_returns()
    [issued] = servers.books.numbers.values()
    assert row() == ("issued", *issued, False, True)
    with transaction():
        returns.void(house.id, asked["id"])
    with fixed(now() + returns.LEASE):
        jobs.ask_returns()
    assert (servers.books.voided, row()) == (set(issued), ("void", *issued, False, True))


def test_what_is_still_here_has_no_way_back(house):
    with pytest.raises(WmsError, match=r"shipping\.not_left"):
        ask(house, "O2")
    assert value("SELECT count(*) FROM return_waybill") == 0


def test_a_label_back_goes_to_the_house_and_not_to_the_buyers_oaid(servers, house):
    with transaction() as session:
        settings = {"url": f"{servers.url}/cainiao", "cp_code": "ZTO"}
        accounts.change("cainiao", plugin_name="cainiao", settings=settings, secrets=SECRETS)
        session.execute(text("UPDATE sales_order SET address_id = 'OAID-1'"))
    ask(house, code="cainiao")
    jobs.ask_returns()
    assert row()[0] == "issued"
    assert servers.books.oaids == {}


@pytest.mark.parametrize("code", ["cainiao", "own_fleet"])
def test_no_carrier_is_sent_to_a_buyer_whom_only_the_platform_knows(servers, house, code):
    with transaction() as session:
        settings = {"url": f"{servers.url}/cainiao", "cp_code": "ZTO"}
        accounts.change("cainiao", plugin_name="cainiao", settings=settings, secrets=SECRETS)
        order = session.query(Order).filter_by(number="O1").one()
        order.address_id, order.recipient, order.phone = "OAID-1", "王**", "138****0000"
    with pytest.raises(WmsError, match=r"shipping\.buyer_hidden"):
        ask(house, code=code)
    assert value("SELECT count(*) FROM return_waybill") == 0
