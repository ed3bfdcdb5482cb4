"""Waybills printed before their orders are packed, of orders that are then pulled or stopped: none goes out, and one
that came out is asked for."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
from packing_floor import refused
from picking_floor import ask, do, value
from test_interception import let_on, stop
from test_print_runs import asked, house, packer, send, stands, take, wave  # noqa: F401 - fixtures

from wms.core.transaction import transaction
from wms.shipping import ahead

OF = "SELECT p.status FROM parcel p JOIN sales_order o ON o.id = p.order_id WHERE o.number = :order ORDER BY p.id"


def number_of(order):
    return value(
        "SELECT j.data->>'waybill_number' FROM print_job j JOIN parcel p ON p.id = j.document_id "
        "JOIN sales_order o ON o.id = p.order_id WHERE o.number = :order AND j.document = 'waybill' ORDER BY j.id",
        order=order,
    )


def pull(house, wave, *orders):  # noqa: F811
    return do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders[one] for one in orders])


def picked_again(house, wave):  # noqa: F811
    """All is waved anew and picked; the tote of O2."""
    do(house.boss, "wave.cancel", wave_id=wave["id"])
    floor.wave(house)
    picker = floor.person(house, "P2")
    floor.pick_all(picker, floor.start(picker, "C1"))
    return tote_of("O2")


def tote_of(order):
    return value(
        "SELECT c.code FROM pick_tote t JOIN container c ON c.id = t.container_id JOIN sales_order o "
        "ON o.id = t.order_id WHERE o.number = :order AND t.in_use ORDER BY t.id DESC", order=order,
    )  # fmt: skip


def test_what_is_pulled_or_stopped_comes_out_of_no_printer(house, wave):  # noqa: F811
    asked(house, wave)
    pull(house, wave, "O2")
    stop(house, "O3")
    stop(house, "O4", want="refund")
    assert [value(OF, order=one) for one in ("O1", "O2", "O3", "O4")] == ["planned", "void", "void", "void"]
    assert value("SELECT count(*) FROM waybill WHERE status = 'void'") == 3
    token = take()
    assert [send(token) for _ in range(4)] == [1, 5, 6, None]
    shown = stands(house)
    assert (shown["state"], shown["out"], shown["skipped"], shown["void"]) == ("done", 3, 3, [])


def test_nothing_is_planned_for_an_order_that_left_while_the_run_was_made(house, wave, monkeypatch):  # noqa: F811
    monkeypatch.setattr("wms.printing.runs.AT_ONCE", 1)
    with transaction():
        run = ahead.print_wave(house.id, wave["id"], "PACK-1", "pick", None)
    with transaction():
        assert ahead.make_some(run["id"])
    pull(house, wave, "O2")
    stop(house, "O3")
    for _ in range(6):
        with transaction():
            ahead.make_some(run["id"])
    assert [value(OF, order=one) for one in ("O1", "O2", "O3", "O4")] == ["planned", None, None, "planned"]
    assert (stands(house)["made"], stands(house)["waiting"]) == (6, 4)


def test_a_label_that_came_out_is_thrown_away_before_the_order_goes_again(house, packer, wave):  # noqa: F811
    asked(house, wave)
    token = take()
    assert [send(token), send(token)] == [1, 2]
    old = number_of("O2")
    pull(house, wave, "O2")
    assert stands(house)["void"] == [{"place": 2, "code": old}]
    assert refused(packer, "pack.open", code=old) == "packing.void_label"
    assert do(packer, "pack.what", code=old)["message"]["code"] == "packing.what.void_label"
    job = value("SELECT id FROM print_job WHERE run_place = 2")
    assert refused(packer, "print.again", job_id=job, reason="lost") == "printing.voided"
    reply = do(packer, "pack.open", code=picked_again(house, wave))
    assert (reply["message"]["code"], reply["message"]["params"]["labels"]) == ("packing.throw_away", old)
    parcel = reply["data"]["parcel"]
    assert parcel["waybill"] is None
    do(packer, "pack.verify", parcel_id=parcel["id"], code=parcel["lines"][0]["sku"]["barcodes"][0], qty=1)
    closed = do(packer, "pack.close", parcel_id=parcel["id"], weight_g=200, source="typed", weight_confirmed=True)
    assert closed["data"]["parcel"]["waybill"] not in (None, old)


def test_an_order_stopped_on_the_table_loses_its_label_and_gets_another_when_it_goes_on(
    house, packer, wave  # noqa: F811
):
    asked(house, wave)
    picker = floor.person(house, "P")
    floor.pick_all(picker, floor.start(picker, "C1"))
    parcel = do(packer, "pack.open", code=tote_of("O2"))["data"]["parcel"]
    token = take()
    assert [send(token), send(token)] == [1, 2]
    old = number_of("O2")
    stop(house, "O2")
    reply = ask(packer, "pack.open", code=tote_of("O2"))
    assert (reply["message"]["code"], old in reply["message"]["text"]) == ("packing.order_stopped_label", True)
    let_on(house, "O2")
    reply = do(packer, "pack.open", code=tote_of("O2"))
    assert (reply["message"]["code"], reply["data"]["parcel"]["id"]) == ("packing.throw_away", parcel["id"])
    do(packer, "pack.verify", parcel_id=parcel["id"], code=parcel["lines"][0]["sku"]["barcodes"][0], qty=1)
    closed = do(packer, "pack.close", parcel_id=parcel["id"], weight_g=200, source="typed", weight_confirmed=True)
    assert closed["data"]["parcel"]["waybill"] not in (None, old)
    assert tables.refused(packer, "load.scan", code=old) == "shipping.voided"
