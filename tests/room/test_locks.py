"""Two who meet: what one waits for while the other has it, made to happen in the same sequence every time."""
from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import packing_floor as tables
import picking_floor as floor
import psycopg
import pytest
import wall_floor as wall
from picking_floor import do
from sqlalchemy import text

from wms.core.db import db
from wms.core.transaction import carry_out, transaction
from wms.layout.models import Bin
from wms.replenishment import service as replenishment
from wms.stock import service as stock


def meet(app: Any, lock: str, *acts: Callable[[], Any]) -> list[Any]:
    """Start `acts` one after the other while a third holds the rows of `lock`; then let go and wait for all."""
    results: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        with app.app_context():
            results[number] = acts[number]()
            db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    with psycopg.connect(app.extensions["wms_config"].psycopg_url) as third:
        third.execute(lock)
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            _until_waiting(third, waiting)
    for thread in threads:
        thread.join(timeout=120)
    return results


def _until_waiting(third: psycopg.Connection[Any], count: int) -> None:
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(1200):
        if third.execute(waiting).fetchone() == (count,):
            return
        third.execute("SELECT pg_stat_clear_snapshot()")
        time.sleep(0.05)
    raise AssertionError(f"not {count} wait")


def deadlocks() -> int:
    """How many PostgreSQL has broken in this database."""
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        counted = connection.execute(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        )
        return int(counted.scalar_one())


def test_picking_again_waits_for_a_task_before_it_takes_stock(app):
    house = floor.build()
    with transaction() as session:  # S1 lies in a second bin too, from which both want it
        other = session.query(Bin).filter_by(code="A4-1").one()
        stock.receive(house.id, [stock.Goods(house.skus["S1"], other.id, 50)], reference="ASN", actor_id=None)
    floor.order(house, "O1", {"S1": 2})
    floor.order(house, "O2", {"S1": 3})
    floor.wave(house)
    picker = floor.person(house, "Ann")
    task = floor.start(picker)
    first, second = task["lines"]
    floor.do(picker, "pick.short", task_id=task["id"], line_id=first["id"], reason="missing")
    number = next(slot["order"] for slot in task["slots"] if slot["slot"] == first["slot"])
    replies = meet(
        app,
        f"SELECT 1 FROM pick_task WHERE id = {task['id']} FOR UPDATE",
        lambda: floor.ask(picker, "pick.confirm", **floor.scans(task, second)),
        lambda: floor.ask(house.boss, "order.resolve_short", order_id=house.orders[number], how="pick_again"),
    )
    assert [reply["ok"] for reply in replies] == [True, True], replies
    assert deadlocks() == 0
    floor.proved()


def test_two_short_orders_of_the_same_goods_are_sent_without_them_at_once(app):
    house = floor.build()
    for number, skus in (("O1", ("S1", "S2", "S3")), ("O2", ("S3", "S2", "S1"))):
        floor.order(house, number, dict.fromkeys(skus, 2))
    floor.wave(house)
    picker = floor.person(house, "Ann")
    task = floor.start(picker)
    for slot in task["slots"]:  # one piece each, then nothing more
        line = next(line for line in task["lines"] if line["slot"] == slot["slot"])
        floor.do(picker, "pick.confirm", **floor.scans(task, line, qty=1))
        floor.do(picker, "pick.short", task_id=task["id"], line_id=line["id"], reason="missing")
    replies = floor.at_once(
        app,
        *(
            lambda number=number: floor.ask(
                house.boss, "order.resolve_short", order_id=house.orders[number], how="ship_without"
            )
            for number in ("O1", "O2")
        ),
    )
    assert [reply["ok"] for reply in replies] == [True, True], replies
    assert deadlocks() == 0
    floor.proved()


def test_a_tote_scanned_while_its_parcel_is_closed_opens_no_second_parcel(app):
    house = floor.build()
    tote = tables.picked(house, {"O1": {"S1": 2}})["O1"]
    pat = tables.packer(house)
    parcel = tables.verified(pat, tote)
    grams = floor.do(pat, "pack.scale", parcel_id=parcel["id"])["data"]["grams"]
    closed, again = meet(
        app,
        f"SELECT 1 FROM parcel WHERE id = {parcel['id']} FOR UPDATE",
        lambda: floor.ask(pat, "pack.close", parcel_id=parcel["id"], weight_g=grams, source="scale"),
        lambda: floor.ask(pat, "pack.open", code=tote),
    )
    assert closed["ok"], closed
    assert again["message"]["code"] == "packing.empty_tote"
    assert floor.value("SELECT count(*) FROM parcel") == 1


def test_what_a_deadlock_undid_is_carried_out_again(app):
    with transaction() as session:
        session.execute(text("CREATE TABLE pair (id int PRIMARY KEY, n int)"))
        session.execute(text("INSERT INTO pair VALUES (1, 0), (2, 0)"))
    met = threading.Barrier(2)

    def cross(first: int, second: int) -> None:
        tries: list[int] = []

        def act() -> None:
            tries.append(1)
            db.session.execute(text("UPDATE pair SET n = n + 1 WHERE id = :id"), {"id": first})
            if len(tries) == 1:
                met.wait()
            db.session.execute(text("UPDATE pair SET n = n + 1 WHERE id = :id"), {"id": second})

        carry_out(act)

    floor.at_once(app, lambda: cross(1, 2), lambda: cross(2, 1))
    assert deadlocks() >= 1
    assert [floor.value(f"SELECT n FROM pair WHERE id = {id}") for id in (1, 2)] == [2, 2]


@pytest.mark.parametrize("wrong", ["no such table", "division"])
def test_other_mistakes_are_not_tried_again(app, wrong):
    tries = []

    def act() -> None:
        tries.append(1)
        db.session.execute(text("SELECT 1 FROM nowhere" if wrong == "no such table" else "SELECT 1 / 0"))

    with pytest.raises(Exception, match=r"nowhere|division"):
        carry_out(act)
    assert len(tries) == 1


def test_a_short_pick_and_the_release_of_a_wave_take_stock_in_the_same_order(app):
    """The reserve of a pick face lies in an older place than the face: the short pick must not lock the face first."""
    house = floor.build()
    with transaction() as session:
        session.execute(text("UPDATE bin SET kind = 'bulk' WHERE code = 'A1-1'"))
        goods = [stock.Goods(house.skus["S1"], house.bins["A2-6"], 20)]
        stock.receive(house.id, goods, reference="ASN", actor_id=None)
        replenishment.put_faces(house.id, [(house.bins["A2-6"], house.skus["S1"], 1, 30)])
        reserve = [stock.Goods(house.skus["S1"], house.bins["A1-1"], 50)]
        stock.reserve(house.id, reserve, origin="manual", reference="VIP")
    floor.order(house, "O1", {"S1": 5})
    floor.wave(house)
    picker = floor.person(house, "Pip")
    task = floor.start(picker)
    with transaction():
        stock.release_reservation(house.id, "manual", "VIP")
    floor.order(house, "O2", {"S1": 5})
    wave = floor.do(house.boss, "wave.build", max_orders=10, totes_per_cart=12)["data"]["wave"]["id"]
    about = {"task_id": task["id"], "line_id": task["lines"][0]["id"], "reason": "missing"}
    before = deadlocks()
    replies = meet(
        app, f"SELECT 1 FROM stock_balance WHERE bin_id = {house.bins['A1-1']} FOR UPDATE",
        lambda: floor.ask(house.boss, "wave.release", wave_id=wave),
        lambda: floor.ask(picker, "pick.short", **about),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, True]
    assert deadlocks() == before
    assert floor.value("SELECT urgency FROM replenish_task") == "emergency"
    floor.proved()


def test_the_last_piece_is_sorted_while_the_supervisor_sends_the_rest_without(app):
    """Each sees the other's end: else nobody would say that the order is together, and it would stay in its slot."""
    house = wall.build()
    sam = floor.person(house, "Sam")
    floor.order(house, "O1", {"S1": 1, "S2": 1})
    wall.release(house)
    anna = floor.person(house, "Anna")
    task = wall.start(anna)
    while task["stop"]:
        if task["stop"]["sku"]["code"] == "S1":
            task = do(anna, "bulk.stop", **wall.scans(task))["data"]["bulk"]
        else:
            about = {"task_id": task["id"], "seq": task["stop"]["seq"]}
            task = do(anna, "bulk.short", **about, reason="damaged")["data"]["bulk"]
    do(sam, "wall.tote", code="T1")
    shown = do(sam, "wall.item", code="S1")["data"]["put"]
    meet(
        app, "SELECT FROM pick_tote WHERE in_use FOR UPDATE",
        lambda: do(sam, "wall.put", code=shown["code"]),
        lambda: do(house.boss, "order.resolve_short", order_id=house.orders["O1"], how="ship_without"),
    )
    assert wall.processing("O1") == "picked"
    tables.packed(tables.packer(house), "W1-01")
    floor.proved()
