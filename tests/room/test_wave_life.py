"""A released wave on its way: paused, pulled, split, cancelled; and the goods that go back."""
from __future__ import annotations

import picking_floor as floor
import pytest
from picking_floor import ask, do, refused, scans
from test_locks import deadlocks, meet

from wms.core.transaction import transaction


@pytest.fixture
def house(app):
    house = floor.build()
    floor.order(house, "O1", {"S1": 2, "S2": 5})
    floor.order(house, "O2", {"S3": 3, "S5": 1})
    return house


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna")


def of(task, order):
    """The lines of an order in a task."""
    slot = next(each["slot"] for each in task["slots"] if each["order"] == order)
    return [line for line in task["lines"] if line["slot"] == slot]


def order_of(number, *columns):
    with transaction() as session:
        row = session.execute(
            floor.text(f"SELECT {', '.join(columns)} FROM sales_order WHERE number = :number"), {"number": number}
        )
        return tuple(row.one())


def told(person):
    """Why this person's terminal was told that its task changed, in order."""
    sql = "SELECT string_agg(data->>'why', ' ' ORDER BY seq) FROM event WHERE topic = :t AND name = 'pick.changed'"
    return (floor.value(sql, t=f"person:{person.person_id}") or "").split()


def put_all_back(person, tote):
    """Everything in a tote goes where it is told to go."""
    shown = do(person, "putback.take", code=tote)
    while shown["next"] == "putback_item":
        item = shown["data"]["task"]["items"][0]
        body = {"item": item["sku"]["barcodes"][0], "bin": item["bin"]["code"], "qty": item["qty"]}
        shown = do(person, "putback.put", **body)
    return shown


# ---- pause

def test_a_paused_wave_gives_nobody_work_until_it_goes_on(house, anna):
    wave = floor.wave(house)
    do(house.boss, "wave.pause", wave_id=wave["id"])
    assert do(anna, "pick.ready")["next"] == "pick_wait"
    assert refused(house.boss, "wave.pause", wave_id=wave["id"]) == "core.illegal_move"
    do(house.boss, "wave.resume", wave_id=wave["id"])
    assert do(anna, "pick.task")["next"] == "pick_start"
    assert refused(house.boss, "wave.resume", wave_id=wave["id"]) == "core.illegal_move"


def test_a_pause_frees_who_has_not_begun_and_lets_who_walks_go_on(house, anna):
    bert = floor.person(house, "Bert")
    wave = floor.wave(house, totes_per_cart=1)
    task = floor.start(anna)
    do(bert, "pick.ready")
    do(house.boss, "wave.pause", wave_id=wave["id"])
    assert do(bert, "pick.task")["next"] == "home"
    assert (told(bert), told(anna)) == (["paused"], [])
    assert floor.pick_all(anna, task)["next"] == "pick_done"


def test_who_is_sent_home_by_a_pause_finishes_the_line_in_hand(house, anna):
    wave = floor.wave(house)
    task = floor.start(anna)
    do(house.boss, "wave.pause", wave_id=wave["id"], send_home=True)
    assert told(anna) == ["paused"]
    line = next(each for each in task["lines"] if each["qty"] > 1)
    part = do(anna, "pick.confirm", **scans(task, line, qty=1))
    assert part["next"] == "pick_line"  # the line in hand is not done yet
    line = next(each for each in do(anna, "pick.task")["data"]["task"]["lines"] if each["id"] == line["id"])
    reply = do(anna, "pick.confirm", **scans(task, line))
    assert (reply["next"], reply["message"]["code"]) == ("home", "picking.sent_home")
    assert floor.value("SELECT status FROM pick_task") == "open"
    do(house.boss, "wave.resume", wave_id=wave["id"])
    task = do(anna, "pick.ready")["data"]["task"]
    do(anna, "pick.cart", task_id=task["id"], code="C1")
    floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])
    assert floor.value("SELECT status FROM wave") == "done"
    floor.proved()


# ---- pull

def test_pulling_an_untouched_order_lets_its_goods_go(house, anna):
    wave = floor.wave(house)
    task = floor.start(anna)
    do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O1"]])
    assert told(anna) == ["pulled"]
    assert order_of("O1", "processing", "confirmation") == ("waiting", "confirmed")
    report = floor.proved()
    assert (report.held, report.promised) == (4, 11)
    line = of(task, "O1")[0]
    assert refused(anna, "pick.confirm", **scans(task, line)) == "picking.line_pulled"
    task = do(anna, "pick.task")["data"]["task"]
    assert floor.pick_all(anna, task)["next"] == "pick_done"
    assert floor.value("SELECT count(*) FROM put_back") == 0
    again = do(house.boss, "wave.build", max_orders=9, totes_per_cart=4)["data"]["wave"]
    assert again["orders"] == 1


def test_what_was_picked_of_a_pulled_order_goes_back_where_it_came_from(house, anna):
    wave = floor.wave(house)
    task = floor.start(anna)
    first, second = of(task, "O1")
    do(anna, "pick.confirm", **scans(task, first))
    tote = next(slot["tote"] for slot in task["slots"] if slot["order"] == "O1")
    before = floor.value("SELECT sum(on_hand) FROM stock_balance WHERE bin_id = :b", b=house.bins[first["bin"]["code"]])
    do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O1"]])
    assert order_of("O1", "processing", "confirmation") == ("waiting", "confirmed")  # promised anew: there is plenty
    report = floor.proved()
    assert (report.held, report.promised) == (4, 11)
    assert refused(anna, "pick.confirm", **scans(task, second)) == "picking.line_pulled"
    floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])
    shown = do(anna, "putback.state")
    assert (shown["next"], shown["data"]["waiting"]) == ("putback_none", 1)
    shown = do(anna, "putback.take", code=tote)
    (item,) = shown["data"]["task"]["items"]
    assert (item["bin"]["code"], item["qty"]) == (first["bin"]["code"], first["qty"])
    assert refused(anna, "putback.put", item="S5", bin=first["bin"]["code"], qty=1) == "picking.not_in_tote"
    body = {"item": item["sku"]["barcodes"][0], "bin": first["bin"]["code"]}
    assert refused(anna, "putback.put", **body, qty=item["qty"] + 1) == "picking.too_many_back"
    done = do(anna, "putback.put", **body, qty=item["qty"])
    assert (done["next"], done["message"]["code"]) == ("putback_none", "picking.put_back_done")
    after = floor.value("SELECT sum(on_hand) FROM stock_balance WHERE bin_id = :b", b=house.bins[first["bin"]["code"]])
    assert after == before + first["qty"]
    floor.proved()
    # The tote is free, and the order is picked again whole.
    wave = floor.wave(house)
    task = floor.start(anna, "C2", int(tote[1:]))
    assert floor.pick_all(anna, task)["next"] == "pick_done"
    assert order_of("O1", "processing") == ("picked",)
    picked = "SELECT sum(picked) FROM pick_line l JOIN sales_order o ON o.id = l.order_id WHERE o.number = 'O1'"
    assert floor.value(picked) == 7
    floor.proved()


def test_a_pulled_order_whose_stock_is_not_free_waits_until_its_goods_are_back(house, anna):
    floor.order(house, "BIG", {"S1": 48})  # all the rest of S1
    wave = do(house.boss, "wave.build", max_orders=1, totes_per_cart=4)["data"]["wave"]
    assert wave["orders"] == 1
    do(house.boss, "wave.release", wave_id=wave["id"])
    task = floor.start(anna)
    number = task["slots"][0]["order"]
    floor.pick_all(anna, {**task, "lines": task["lines"][:1]})
    sku = task["lines"][0]["sku"]["code"]
    with transaction() as session:  # what is left of it is somebody else's now
        session.execute(
            floor.text(
                "UPDATE stock_level SET promised = on_hand WHERE sku_id = (SELECT id FROM sku WHERE code = :sku)"
            ),
            {"sku": sku},
        )
    do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders[number]])
    assert order_of(number, "processing", "confirmation", "hold_reason") == ("waiting", "held", "stock_short")


def test_only_orders_of_the_wave_that_are_not_packed_are_pulled(house, anna):
    wave = floor.wave(house)
    other = floor.order(house, "O3", {"S4": 1})
    assert refused(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[other]) == "waves.not_in_wave"
    floor.pick_all(anna, floor.start(anna))
    assert refused(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O1"]]) == "waves.not_going"


def test_a_picked_order_can_be_pulled_while_its_wave_goes_on_a_packed_one_cannot(house, anna):
    wave = floor.wave(house)
    task = floor.start(anna)
    floor.pick_all(anna, {**task, "lines": of(task, "O1")})
    with transaction() as session:
        session.execute(floor.text("UPDATE sales_order SET processing = 'packed' WHERE number = 'O1'"))
    body = {"wave_id": wave["id"], "order_ids": [house.orders["O1"]]}
    assert refused(house.boss, "wave.pull", **body) == "waves.cannot_pull"
    with transaction() as session:
        session.execute(floor.text("UPDATE sales_order SET processing = 'picked' WHERE number = 'O1'"))
    do(house.boss, "wave.pull", **body)
    tote = next(slot["tote"] for slot in task["slots"] if slot["order"] == "O1")
    put_all_back(anna, tote)
    assert floor.value("SELECT sum(on_hand) FROM stock_balance WHERE container_id = :c", c=house.totes[tote]) == 0
    floor.proved()


# ---- cancel

def test_a_cancelled_wave_gives_everything_back(house, anna):
    wave = floor.wave(house)
    task = floor.start(anna)
    do(anna, "pick.confirm", **scans(task, of(task, "O1")[0]))
    do(house.boss, "wave.cancel", wave_id=wave["id"])
    assert told(anna) == ["cancelled"]
    assert do(anna, "pick.task")["next"] == "home"
    assert refused(anna, "pick.confirm", **scans(task, of(task, "O2")[0])) == "picking.task_over"
    assert floor.value("SELECT status FROM wave") == "cancelled"
    assert [order_of(n, "processing")[0] for n in ("O1", "O2")] == ["waiting", "waiting"]
    assert floor.proved().held == 0
    tote = next(slot["tote"] for slot in task["slots"] if slot["order"] == "O1")
    put_all_back(anna, tote)
    assert refused(house.boss, "wave.cancel", wave_id=wave["id"]) == "core.illegal_move"
    assert floor.wave(house)["orders"] == 2
    floor.proved()


def test_orders_that_are_picked_whole_go_on_to_packing_when_their_wave_is_cancelled(house, anna):
    wave = floor.wave(house)
    task = floor.start(anna)
    floor.pick_all(anna, {**task, "lines": of(task, "O1")})
    do(house.boss, "wave.cancel", wave_id=wave["id"])
    assert [order_of(n, "processing")[0] for n in ("O1", "O2")] == ["picked", "waiting"]
    assert floor.value("SELECT count(*) FROM put_back") == 0
    floor.proved()


# ---- split

def test_unbegun_carts_become_a_wave_of_their_own(house, anna):
    wave = floor.wave(house, totes_per_cart=1)
    task = floor.start(anna)
    other = floor.value("SELECT id FROM pick_task WHERE status = 'open'")
    whole = {"wave_id": wave["id"], "task_ids": [task["id"], other]}
    assert refused(house.boss, "wave.split_carts", **whole) == "picking.cart_begun"
    made = do(house.boss, "wave.split_carts", wave_id=wave["id"], task_ids=[other])["data"]["wave"]
    again = {"wave_id": made["id"], "task_ids": [other]}
    assert refused(house.boss, "wave.split_carts", **again) == "picking.whole_wave"
    assert refused(house.boss, "wave.split_carts", wave_id=wave["id"], task_ids=[other]) == "picking.not_of_wave"
    orders = "SELECT count(*) FROM wave_order WHERE wave_id = :w AND active"
    assert [floor.value(orders, w=each) for each in (wave["id"], made["id"])] == [1, 1]
    floor.pick_all(anna, task)
    assert floor.value("SELECT status FROM wave WHERE id = :id", id=wave["id"]) == "done"
    assert floor.value("SELECT status FROM wave WHERE id = :id", id=made["id"]) == "released"
    floor.pick_all(anna, floor.start(anna, "C2", 5))
    assert floor.value("SELECT status FROM wave WHERE id = :id", id=made["id"]) == "done"


def test_orders_leave_a_released_wave_for_a_planned_one(house, anna):
    wave = floor.wave(house)
    made = do(house.boss, "wave.split", wave_id=wave["id"], order_ids=[house.orders["O2"]])["data"]["wave"]
    assert (made["status"], made["orders"]) == ("planned", 1)
    released = do(house.boss, "wave.release", wave_id=made["id"])["data"]["wave"]
    assert released["carts"] == 1
    assert order_of("O2", "processing") == ("waved",)
    floor.proved()


def test_a_planned_wave_is_split_too(house):
    wave = do(house.boss, "wave.build", max_orders=10, totes_per_cart=4)["data"]["wave"]
    made = do(house.boss, "wave.split", wave_id=wave["id"], order_ids=[house.orders["O1"]])["data"]["wave"]
    assert (made["orders"], made["status"]) == (1, "planned")
    assert do(house.boss, "wave.release", wave_id=wave["id"])["data"]["wave"]["orders"] == 1


# ---- who meets whom

def test_a_pull_while_a_pick_is_confirmed_loses_neither(app, house, anna):
    wave = floor.wave(house)
    task = floor.start(anna)
    line = of(task, "O1")[0]
    replies = meet(
        app, f"SELECT 1 FROM pick_task WHERE id = {task['id']} FOR UPDATE",
        lambda: ask(anna, "pick.confirm", **scans(task, line)),
        lambda: ask(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O1"]]),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, True], replies
    assert floor.value("SELECT count(*) FROM put_back") == 1
    assert deadlocks() == 0
    floor.proved()


def test_a_pick_that_comes_after_the_pull_is_refused_with_its_own_words(app, house, anna):
    wave = floor.wave(house)
    task = floor.start(anna)
    line = of(task, "O1")[0]
    replies = meet(
        app, f"SELECT 1 FROM pick_task WHERE id = {task['id']} FOR UPDATE",
        lambda: ask(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O1"]]),
        lambda: ask(anna, "pick.confirm", **scans(task, line)),
    )  # fmt: skip
    assert replies[0]["ok"], replies
    assert replies[1]["message"]["code"] == "picking.line_pulled"
    assert floor.value("SELECT count(*) FROM put_back") == 0
    floor.proved()


def test_two_supervisors_pull_the_same_order_once(app, house):
    wave = floor.wave(house)
    body = {"wave_id": wave["id"], "order_ids": [house.orders["O1"]]}
    replies = floor.at_once(app, *[lambda: ask(house.boss, "wave.pull", **body)] * 2)
    assert sorted(reply["ok"] for reply in replies) == [False, True]
    assert {reply["message"]["code"] for reply in replies} == {"waves.pulled", "waves.not_in_wave"}
    floor.proved()


def test_one_cancels_while_the_other_splits(app, house):
    wave = floor.wave(house, totes_per_cart=1)
    tasks = floor.value("SELECT max(id) FROM pick_task")
    replies = floor.at_once(
        app,
        lambda: ask(house.boss, "wave.cancel", wave_id=wave["id"]),
        lambda: ask(house.boss, "wave.split_carts", wave_id=wave["id"], task_ids=[tasks]),
    )
    assert any(reply["ok"] for reply in replies), replies
    assert deadlocks() == 0
    floor.proved()


# ---- putting back

def test_one_tote_is_put_back_by_one_person_at_a_time(house, anna):
    bert = floor.person(house, "Bert")
    wave = floor.wave(house)
    task = floor.start(anna)
    do(anna, "pick.confirm", **scans(task, of(task, "O1")[0]))
    do(anna, "pick.confirm", **scans(task, of(task, "O2")[0]))
    do(house.boss, "wave.cancel", wave_id=wave["id"])
    totes = {slot["order"]: slot["tote"] for slot in task["slots"]}
    do(anna, "putback.take", code=totes["O1"])
    assert refused(bert, "putback.take", code=totes["O1"]) == "picking.put_back_taken"
    assert refused(anna, "putback.take", code=totes["O2"]) == "picking.put_back_first"
    assert refused(bert, "putback.take", code="T12") == "picking.nothing_to_put_back"
    assert refused(bert, "putback.take", code="A1-1") == "picking.not_a_container"
    do(anna, "putback.let_go")
    assert refused(anna, "putback.put", item="S1", bin="A1-1", qty=1) == "picking.nothing_in_hand"
    put_all_back(bert, totes["O1"])
    put_all_back(anna, totes["O2"])
    floor.proved()


def test_a_bin_that_is_blocked_meanwhile_is_not_proposed(house, anna):
    wave = floor.wave(house)
    task = floor.start(anna)
    line = of(task, "O1")[0]
    do(anna, "pick.confirm", **scans(task, line))
    do(house.boss, "wave.cancel", wave_id=wave["id"])
    with transaction() as session:
        session.execute(
            floor.text("UPDATE bin SET blocked_reason = 'wet' WHERE code = :code"), {"code": line["bin"]["code"]}
        )
    tote = next(slot["tote"] for slot in task["slots"] if slot["order"] == "O1")
    (item,) = do(anna, "putback.take", code=tote)["data"]["task"]["items"]
    assert item["bin"]["code"] != line["bin"]["code"]
    body = {"item": item["sku"]["code"], "qty": item["qty"]}
    assert refused(anna, "putback.put", **body, bin=line["bin"]["code"]) == "stock.bin_blocked"
    do(anna, "putback.put", **body, bin=item["bin"]["code"])
    floor.proved()
