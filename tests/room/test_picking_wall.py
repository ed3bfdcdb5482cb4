"""The put wall: pieces out of bulk totes find their orders, whoever sorts and whatever happens meanwhile."""
from __future__ import annotations

import uuid

import inventory_house
import packing_floor as tables
import picking_floor as floor
import pytest
import wall_floor as wall
from picking_floor import do
from test_locks import meet
from test_wave_life import put_all_back
from wall_floor import lies, processing, put, refused


@pytest.fixture
def house(app):
    return wall.build()


@pytest.fixture
def sam(house):
    return floor.person(house, "Sam")


ORDERS = {"O1": {"S1": 1, "S2": 2}, "O2": {"S1": 2}, "O3": {"S2": 1, "S3": 1}}


@pytest.fixture
def tote(house):
    wall.picked(house, ORDERS)
    return "T1"


def stop_order(number, how="held"):
    with floor.transaction() as session:
        session.execute(
            floor.text("UPDATE sales_order SET confirmation = :how WHERE number = :number"),
            {"how": how, "number": number},
        )


def test_pieces_go_to_the_earliest_promise_first_and_an_order_that_is_together_can_be_packed(house, sam, tote):
    opened = do(sam, "wall.tote", code=tote)
    assert (opened["next"], opened["data"]["tote"]["left"]) == ("wall_item", 7)
    first = do(sam, "wall.item", code="S1")
    assert (first["next"], first["data"]["put"]["order"], first["data"]["put"]["slot"]) == ("wall_put", "O1", 1)
    assert lies("W1-01") == 0  # nothing has moved while it is shown
    assert do(sam, "wall.put", code="W1-01")["next"] == "wall_item"
    assert (lies("W1-01"), lies(tote), processing("O1")) == (1, 6, "picking")
    reply = put(sam, "S2", qty=2)
    assert (reply["message"]["code"], processing("O1")) == ("picking.wall_complete", "picked")
    states = {each["nr"]: each["state"] for each in reply["data"]["slots"]}
    assert states == {0: "aside", 1: "ready", 2: "free", 3: "free", 4: "free"}
    assert put(sam, "S1", qty=2)["message"]["code"] == "picking.wall_complete"
    for item in ("S2", "S3"):
        last = put(sam, item)
    assert (last["next"], last["data"]["tote"], lies(tote)) == ("wall_tote", None, 0)
    pat = tables.packer(house)
    for slot in ("W1-01", "W1-02", "W1-03"):
        tables.packed(pat, slot)
    assert [processing(number) for number in ORDERS] == ["packed"] * 3
    state = do(sam, "wall.state")["data"]
    assert {each["state"] for each in state["slots"]} == {"free", "aside"}
    assert floor.value("SELECT count(*) FROM pick_tote WHERE in_use") == 0
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_what_is_wrong_is_refused_and_nothing_moves(house, sam, tote):
    assert refused(sam, "wall.item", code="S1") == "picking.tote_before_item"
    assert refused(sam, "wall.tote", code="T9") == "picking.not_a_bulk_tote"
    assert refused(sam, "wall.tote", code="A1-1") == "picking.not_a_tote.bin"
    assert refused(sam, "wall.put", code="W1-01") == "picking.tote_before_item"
    do(sam, "wall.tote", code=tote)
    assert refused(sam, "wall.item", code="nothing") == "picking.sort_unknown"
    assert refused(sam, "wall.item", code="A1-1") == "picking.sort_not_an_item"
    assert refused(sam, "wall.item", code="S5") == "picking.sort_not_inside"
    assert refused(sam, "wall.put", code="W1-01") == "picking.nothing_shown"
    assert refused(sam, "wall.drop") == "picking.nothing_shown"
    assert refused(sam, "wall.undo") == "picking.nothing_to_undo"
    do(sam, "wall.item", code="S1")
    assert refused(sam, "wall.put", code="W1-02") == "picking.wrong_slot"
    assert refused(sam, "wall.put", code="A1-1") == "picking.not_a_slot"
    assert refused(sam, "wall.item", code="S2") == "picking.put_first"
    assert refused(sam, "wall.empty") == "picking.put_first"
    pat = tables.packer(house)
    assert refused(pat, "pack.open", code="W1-01") == "packing.still_picking"
    assert refused(pat, "pack.open", code="W1-02") == "packing.empty_tote"
    assert refused(pat, "pack.open", code=tote) == "packing.for_the_wall"


def test_a_put_that_comes_twice_moves_once(house, sam, tote):
    do(sam, "wall.tote", code=tote)
    do(sam, "wall.item", code="S1")
    body = {"code": "W1-01", "command_id": str(uuid.uuid4())}
    do(sam, "wall.put", **body)
    before = wall.everything()
    assert do(sam, "wall.put", **body)["replayed"]
    assert wall.everything() == before
    assert lies("W1-01") == 1


def test_a_screen_that_was_reloaded_goes_on_where_its_sorter_stands(house, sam, tote):
    assert do(sam, "wall.state")["next"] == "wall_tote"
    do(sam, "wall.tote", code=tote)
    assert do(sam, "wall.state")["next"] == "wall_item"
    do(sam, "wall.item", code="S2", qty=2)
    again = do(sam, "wall.state")
    assert (again["next"], again["data"]["put"]["slot"], again["data"]["put"]["qty"]) == ("wall_put", 1, 2)
    do(sam, "wall.drop")
    state = do(sam, "wall.state")
    assert (state["next"], {each["state"] for each in state["data"]["slots"]}) == ("wall_item", {"aside", "free"})


def test_a_wall_with_fewer_slots_than_orders_serves_one_after_the_other(app):
    house = wall.build(slots=2)
    for number, lines in ORDERS.items():
        floor.order(house, number, lines, hours=len(house.orders) + 24)
    made = wall.release(house, orders=12)
    # No walk serves more orders than the wall gathers: the third order has a walk of its own.
    assert made["carts"] == 2
    picker, sam = floor.person(house, "Picker"), floor.person(house, "Sam")
    for tote, cart in (("T1", "C1"), ("T2", "C2")):
        wall.pick_all(picker, wall.start(picker, cart), tote)
    sizes = floor.value(
        "SELECT array_agg(n ORDER BY n DESC) FROM (SELECT count(*) AS n FROM pick_tote "
        "WHERE order_id IS NOT NULL GROUP BY task_id) x"
    )
    assert sizes == [2, 1]
    for tote in ("T1", "T2"):
        opened = do(sam, "wall.tote", code=tote)
        left = opened["data"]["tote"]["left"]
        while left:
            item = floor.value(
                "SELECT k.code FROM stock_balance b JOIN sku k ON k.id = b.sku_id JOIN container c "
                "ON c.id = b.container_id WHERE c.code = :tote AND b.on_hand > 0 ORDER BY k.code LIMIT 1", tote=tote,
            )  # fmt: skip
            reply = floor.ask(sam, "wall.item", code=item)
            if not reply["ok"]:
                assert reply["message"]["code"] == "picking.wall_full"
                assert reply["message"]["params"]["slots"] == 2
                pat = floor.value("SELECT count(*) FROM parcel")
                tables.packed(tables.packer(house, f"Pat{pat}"), "W1-01")
                continue
            do(sam, "wall.put", code=reply["data"]["put"]["code"])
            left -= 1
    assert "packed" in [processing(number) for number in ORDERS]
    assert {processing(number) for number in ORDERS} <= {"packed", "picked"}
    floor.proved()


def test_without_a_wall_there_is_no_wave_for_one(app):
    house = wall.build(slots=0)
    floor.order(house, "O1", {"S1": 1})
    made = do(house.boss, "wave.build", max_orders=9, totes_per_cart=4, method="wall")["data"]["wave"]
    assert refused(house.boss, "wave.release", wave_id=made["id"]) == "waves.no_wall"
    do(house.boss, "wall.add", code="W1", slots=3)
    assert do(house.boss, "wave.release", wave_id=made["id"])["ok"]


def test_two_sorters_with_the_same_item_at_the_same_moment_serve_two_orders(app, house, sam, tote):
    tim = floor.person(house, "Tim")
    for each in (sam, tim):
        do(each, "wall.tote", code=tote)
    shown = floor.at_once(app, *(lambda who=who: floor.ask(who, "wall.item", code="S1") for who in (sam, tim)))
    assert all(each["ok"] for each in shown), shown
    # O1 wants one piece, O2 two: no slot is shown for more than its order wants.
    assert sorted(each["data"]["put"]["order"] for each in shown) == ["O1", "O2"]
    done = floor.at_once(
        app,
        *(
            lambda who=who, code=each["data"]["put"]["code"]: floor.ask(who, "wall.put", code=code)
            for who, each in zip((sam, tim), shown, strict=True)
        ),
    )
    assert all(each["ok"] for each in done), done
    assert lies(tote) == 5
    floor.proved()


def test_the_last_piece_is_shown_to_one_sorter_only(app, house, sam, tote):
    tim = floor.person(house, "Tim")
    for each in (sam, tim):
        do(each, "wall.tote", code=tote)
    shown = floor.at_once(app, *(lambda who=who: floor.ask(who, "wall.item", code="S3") for who in (sam, tim)))
    assert sorted(each["ok"] for each in shown) == [False, True]
    assert {each["message"]["code"] for each in shown if not each["ok"]} == {"picking.sort_not_inside"}
    idle = tim if shown[0]["ok"] else sam
    assert refused(idle, "wall.empty") == "picking.in_other_hands"
    floor.proved()


def test_a_piece_of_an_order_that_was_stopped_is_put_aside(house, sam, tote):
    do(sam, "wall.tote", code=tote)
    put(sam, "S1")
    stop_order("O1")
    shown = do(sam, "wall.item", code="S2", qty=5)
    assert (shown["data"]["put"]["order"], shown["data"]["put"]["slot"]) == ("O3", 2)  # the others go first
    do(sam, "wall.put", code="W1-02")
    shown = do(sam, "wall.item", code="S2", qty=5)
    assert (shown["message"]["code"], shown["data"]["put"]["slot"]) == ("picking.wall_aside_stopped", 0)
    assert shown["data"]["put"]["qty"] == 2
    do(sam, "wall.put", code="W1-00")
    assert (lies("W1-00"), processing("O1")) == (2, "short")
    assert floor.value("SELECT confirmation FROM sales_order WHERE number = 'O1'") == "held"
    states = {each["nr"]: each["state"] for each in do(sam, "wall.state")["data"]["slots"]}
    assert states[1] == "stopped"
    floor.proved()
    # It goes on after all: what was put aside is picked anew, and joins what is in the slot.
    stop_order("O1", "confirmed")
    do(house.boss, "order.resolve_short", order_id=house.orders["O1"], how="pick_again")
    anna = floor.person(house, "Anna")
    wall.pick_all(anna, wall.start(anna, "C2"), "T2")
    do(sam, "wall.tote", code="T2")
    assert put(sam, "S2", qty=2)["message"]["code"] == "picking.wall_complete"
    tables.packed(tables.packer(house), "W1-01")
    floor.proved()


def test_a_piece_that_is_put_aside_while_the_last_one_is_brought_back_is_not_forgotten(app, house, sam, tote):
    do(sam, "wall.tote", code=tote)
    put(sam, "S1")
    stop_order("O1")
    do(sam, "wall.item", code="S2", qty=5)
    do(sam, "wall.put", code="W1-02")
    do(sam, "wall.item", code="S2", qty=1)
    do(sam, "wall.put", code="W1-00")
    ben = floor.person(house, "Ben")
    item = do(ben, "putback.take", code="W1-00")["data"]["task"]["items"][0]
    body = {"item": item["sku"]["barcodes"][0], "bin": item["bin"]["code"], "qty": item["qty"]}
    assert do(sam, "wall.item", code="S2", qty=1)["data"]["put"]["slot"] == 0
    meet(
        app, "SELECT id FROM put_back FOR UPDATE",
        lambda: do(ben, "putback.put", **body), lambda: do(sam, "wall.put", code="W1-00"),
    )
    assert lies("W1-00") == 1
    put_all_back(ben, "W1-00")
    assert lies("W1-00") == 0
    floor.proved()


def test_an_order_that_is_stopped_between_scan_and_slot_is_redirected(house, sam, tote):
    do(sam, "wall.tote", code=tote)
    do(sam, "wall.item", code="S1")
    stop_order("O1")
    reply = do(sam, "wall.put", code="W1-01")
    assert (reply["message"]["code"], reply["next"]) == ("picking.wall_aside_stopped", "wall_put")
    assert (lies("W1-01"), reply["data"]["put"]["slot"]) == (0, 0)
    do(sam, "wall.put", code="W1-00")
    assert lies("W1-00") == 1
    floor.proved()


def test_the_last_put_is_taken_back_also_when_it_completed_an_order(house, sam, tote):
    do(sam, "wall.tote", code=tote)
    put(sam, "S1")
    put(sam, "S2", qty=2)
    assert processing("O1") == "picked"
    reply = do(sam, "wall.undo")
    assert (reply["message"]["code"], reply["data"]["tote"]["left"]) == ("picking.wall_undone", 6)
    assert (processing("O1"), lies("W1-01")) == ("picking", 1)
    do(sam, "wall.undo")
    assert {each["state"] for each in do(sam, "wall.state")["data"]["slots"]} == {"free", "aside"}
    assert refused(sam, "wall.undo") == "picking.nothing_to_undo"
    put(sam, "S1")
    put(sam, "S2", qty=2)
    tables.packed(tables.packer(house), "W1-01")
    assert refused(sam, "wall.undo") == "picking.undo_too_late"
    floor.proved()


def test_the_last_put_of_a_tote_is_taken_back_into_it(house, sam):
    wall.picked(house, {"O1": {"S1": 1}})
    do(sam, "wall.tote", code="T1")
    assert put(sam, "S1")["next"] == "wall_tote"
    back = do(sam, "wall.undo")
    assert (back["next"], back["data"]["tote"]["code"], lies("T1")) == ("wall_item", "T1", 1)
    put(sam, "S1")
    floor.proved()


def test_a_piece_that_is_not_in_the_tote_leaves_the_latest_order_short(house, sam, tote):
    do(sam, "wall.tote", code=tote)
    put(sam, "S1")
    put(sam, "S2", qty=2)
    put(sam, "S2")
    put(sam, "S3")
    put(sam, "S1")  # one of two of O2
    reply = do(sam, "wall.empty")
    assert (reply["message"]["params"]["pieces"], reply["message"]["params"]["orders"]) == (1, "O2")
    assert (processing("O2"), reply["next"], lies(tote)) == ("short", "wall_tote", 0)
    report = floor.proved()
    assert report.promised == 1  # what was lost is promised to the order anew
    do(house.boss, "order.resolve_short", order_id=house.orders["O2"], how="pick_again")
    anna = floor.person(house, "Anna")
    wall.pick_all(anna, wall.start(anna, "C2"), "T2")
    do(sam, "wall.tote", code="T2")
    assert put(sam, "S1")["message"]["code"] == "picking.wall_complete"
    for slot in ("W1-01", "W1-02", "W1-03"):
        tables.packed(tables.packer(house, f"Pat-{slot}"), slot)
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_a_short_order_is_sent_without_and_gathered_as_far_as_it_goes(house, sam):
    for number, lines in {"O1": {"S1": 2, "S2": 1}, "O2": {"S1": 2, "S3": 1}}.items():
        floor.order(house, number, lines, hours=len(house.orders) + 24)
    wall.release(house)
    anna = floor.person(house, "Anna")
    task = wall.start(anna)
    while task["stop"]:
        if task["stop"]["sku"]["code"] == "S1" and task["stop"]["qty"] - task["stop"]["picked"] == 4:
            task = do(anna, "bulk.stop", **wall.scans(task, qty=3))["data"]["bulk"]
            reply = do(anna, "bulk.short", task_id=task["id"], seq=task["stop"]["seq"], reason="damaged")
        else:
            reply = do(anna, "bulk.stop", **wall.scans(task))
        task = reply["data"]["bulk"]
    assert (processing("O1"), processing("O2")) == ("picking", "short")  # the latest promise goes without
    do(sam, "wall.tote", code="T1")
    do(house.boss, "order.resolve_short", order_id=house.orders["O2"], how="ship_without")
    assert processing("O2") == "picking"  # its pieces lie in the tote still
    while do(sam, "wall.state")["next"] == "wall_item":
        item = floor.value("SELECT k.code FROM stock_balance b JOIN sku k ON k.id = b.sku_id JOIN container c ON "
                           "c.id = b.container_id WHERE c.code = 'T1' AND b.on_hand > 0 LIMIT 1")  # fmt: skip
        put(sam, item)
    assert (processing("O1"), processing("O2")) == ("picked", "picked")
    pat = tables.packer(house)
    for slot in ("W1-01", "W1-02"):
        tables.packed(pat, slot)
    floor.proved()


def test_pieces_that_nobody_wants_any_more_go_aside(house, sam, tote):
    with floor.transaction():
        floor.stock.receive(
            house.id, [floor.stock.Goods(house.skus["S6"], house.bins["STAGE"], 1, house.totes["T1"])],
            reference="X", actor_id=None,
        )  # fmt: skip
    do(sam, "wall.tote", code=tote)
    shown = do(sam, "wall.item", code="S6")
    assert (shown["message"]["code"], shown["data"]["put"]["slot"]) == ("picking.wall_aside_surplus", 0)
    do(sam, "wall.put", code="W1-00")
    do(sam, "wall.undo")
    put(sam, "S6")
    assert lies("W1-00") == 1
    floor.proved()


def test_a_sorter_chooses_among_walls(house, sam, tote):
    do(house.boss, "wall.add", code="W2", slots=1)
    chosen = do(sam, "wall.state")
    assert (chosen["next"], [each["code"] for each in chosen["data"]["walls"]]) == ("wall_choose", ["W1", "W2"])
    assert refused(sam, "wall.tote", code=tote) == "picking.choose_wall"
    assert refused(sam, "wall.stand", code="T1") == "picking.not_a_wall"
    do(sam, "wall.stand", code="W2-01")
    do(sam, "wall.tote", code=tote)
    put(sam, "S1")
    assert lies("W2-01") == 1
    assert do(sam, "wall.item", code="S2")["data"]["put"]["order"] == "O1"  # its slot is here; the others must wait
    do(sam, "wall.put", code="W2-01")
    put(sam, "S2")
    assert refused(sam, "wall.item", code="S2") == "picking.wall_full"
    assert do(sam, "wall.leave")["next"] == "wall_choose"


def test_totes_of_one_walk_at_two_walls_do_not_share_an_order_among_them(house, sam):
    do(house.boss, "wall.add", code="W2", slots=2)
    for number, lines in {"O1": {"S1": 1, "S2": 1}, "O2": {"S2": 1}}.items():
        floor.order(house, number, lines, hours=24 + len(house.orders))
    wall.release(house)
    anna = floor.person(house, "Anna")
    task = wall.start(anna)
    while task["stop"]:
        tote = {"S1": "T1", "S2": "T2"}[task["stop"]["sku"]["code"]]
        task = do(anna, "bulk.stop", **wall.scans(task, tote))["data"]["bulk"]
    tom = floor.person(house, "Tom")
    for sorter, place, tote in ((sam, "W1", "T1"), (tom, "W2", "T2")):
        do(sorter, "wall.stand", code=place)
        do(sorter, "wall.tote", code=tote)
    put(sam, "S1")
    shown = do(tom, "wall.item", code="S2")["data"]["put"]  # O1 comes first, but is gathered at the other wall
    assert (shown["order"], shown["code"]) == ("O2", "W2-01")
    reply = floor.ask(tom, "wall.put", code="W1-01")
    assert reply["message"]["text"] == "This is slot W1-01. Put it into slot W2-01."
    do(tom, "wall.put", code="W2-01")
    assert refused(tom, "wall.item", code="S2") == "picking.other_wall"
    said = floor.ask(tom, "wall.item", code="S2")["message"]["text"]
    assert said.startswith("Order O1 is gathered at wall W1.")
    assert "T2" in said
    do(tom, "wall.stand", code="W1")
    do(tom, "wall.tote", code="T2")
    assert put(tom, "S2")["message"]["code"] == "picking.wall_complete"
    assert (lies("W1-01"), lies("W2-01"), processing("O1"), processing("O2")) == (2, 1, "picked", "picked")
    floor.proved()


def test_only_who_may_sorts_and_sets_up_walls(house, sam, tote):
    clerk = floor.person(house, "Clara", "clerk")
    assert refused(clerk, "wall.tote", code=tote) == "core.not_allowed"
    assert refused(sam, "wall.add", code="W9", slots=2) == "core.not_allowed"
    assert refused(house.boss, "wall.add", code="W9", slots=0) == "core.invalid"


def test_a_wall_tells_the_codes_of_its_labels(app, house):
    ask = inventory_house.asking(app, house.id)
    (told,) = ask("/api/v1/walls")["items"]
    assert (told["code"], told["slots"], told["codes"][:2]) == ("W1", 4, ["W1-00", "W1-01"])
    assert do(house.boss, "label.scan", code="W1-01")["data"]["thing"]["code"] == "W1-01"
