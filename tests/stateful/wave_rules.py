"""Everything that people may do to a wave, in any order; at the end of each run they finish what is to be done."""
from __future__ import annotations

import itertools
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from wave_machine import BETWEEN, SKUS, WAYS, WaveMachine, floor

NR = st.integers(0, 30)
LINES = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3), min_size=1, max_size=2)
METHOD = st.sampled_from(("cart", "cart", "wall", "single"))
WANT = st.sampled_from(("hold", "hold", "cancel", "refund"))
MOST_ORDERS, TURNS = 10, 400
ALIVE = "SELECT id FROM wave WHERE warehouse_id = :house AND status IN ('planned', 'released') ORDER BY id"
TASKS = "SELECT id FROM pick_task WHERE warehouse_id = :house AND status IN ('open', 'assigned', 'picking') ORDER BY id"
IN_WAVES = """
    SELECT m.order_id FROM wave_order m JOIN wave w ON w.id = m.wave_id
    WHERE w.warehouse_id = :house AND m.active AND w.status IN ('planned', 'released') ORDER BY m.order_id
"""
PICKED = """
    SELECT o.id FROM sales_order o WHERE o.warehouse_id = :house AND o.processing = 'picking'
      AND EXISTS (SELECT 1 FROM pick_line l WHERE l.order_id = o.id AND l.picked > 0) ORDER BY o.id
"""
STILL = "AND EXISTS (SELECT 1 FROM pick_line l WHERE l.order_id = o.id AND l.status = 'open') ORDER"
HALF = PICKED.replace("ORDER", STILL)
UNSHIPPED = """
    SELECT id FROM sales_order WHERE warehouse_id = :house AND confirmation <> 'cancelled' ORDER BY processing, id
"""
STOPPED = "SELECT id FROM sales_order WHERE warehouse_id = :house AND hold_reason = 'intercepted' ORDER BY id"
SHORT = "SELECT id FROM sales_order WHERE warehouse_id = :house AND processing = 'short' ORDER BY id"
CARTS = """
    SELECT c.code FROM pick_task t JOIN cart c ON c.id = t.cart_id
    WHERE t.warehouse_id = :house AND t.status IN ('open', 'assigned', 'picking') ORDER BY t.status = 'open' DESC, t.id
"""
GOING_BACK = """
    SELECT c.code FROM put_back p JOIN container c ON c.id = p.container_id
    WHERE p.warehouse_id = :house AND p.status = 'open' ORDER BY p.id
"""
TO_PACK = """
    SELECT c.code FROM pick_tote s JOIN container c ON c.id = s.container_id JOIN sales_order o ON o.id = s.order_id
    WHERE o.warehouse_id = :house AND s.in_use AND o.processing = 'picked'
    ORDER BY o.confirmation = 'confirmed' DESC, c.id
"""
BATCHES = """
    SELECT DISTINCT c.code FROM pick_tote s JOIN container c ON c.id = s.container_id
    JOIN pick_task t ON t.id = s.task_id JOIN wave w ON w.id = t.wave_id
    JOIN stock_balance b ON b.container_id = c.id AND b.on_hand > 0
    WHERE t.warehouse_id = :house AND s.in_use AND s.order_id IS NULL AND w.method = '{}'
"""


class WaveRules(WaveMachine):
    """Orders come; waves are released, changed, picked, sorted, packed and put back."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count(1)

    @initialize()
    def begin(self):
        """Every run begins with a tour on which most of what can happen has happened once."""
        for lines in ({"S1": 2, "S2": 1}, {"S2": 2}, {"S3": 1}, {"S3": 1, "S4": 2}):
            self.order(lines)
        self.release("wall", 4)
        while not self.rows(BATCHES.format("wall")) or self.ok(self.pickers[0], "terminal.state")["next"] != "home":
            self.work(0, 0)
        first, second = (row[0] for row in self.rows(PICKED))
        self._of_wave("wave.pull", first)
        self._stop(second, "cancel")
        for _ in range(9):
            self.sort(back=False)
        while self.rows(TASKS):
            self.work(0, 0)
        for lines in ({"S1": 2, "S2": 1}, {"S4": 2, "S3": 1}):
            self.order(lines)
        self.release("cart", 3)
        for _ in range(5):
            self.work(1, 0)
        self.short(1, "another")
        half = self.ids(HALF, 0)
        self._stop(half, "hold")
        self.ok(self.boss, "order.let_on", order_id=half)
        self.laws()
        self._short_and_stopped(half)
        self._of_wave("wave.split", half)
        self._stop(self.ids(IN_WAVES, 0), "hold")

    def _short_and_stopped(self, order):
        """The supervisor decides about a short order that was stopped a moment ago, and again when it goes on."""
        ((task, line),) = self.rows(
            "SELECT task_id, id FROM pick_line WHERE order_id = :id AND status = 'open' LIMIT 1", id=order
        )
        self.ok(self.pickers[1], "pick.short", task_id=task, line_id=line, reason="damaged")
        self._stop(order, "hold")
        for how in ("pick_again", "ship_without"):
            self.ask(self.boss, "order.resolve_short", order_id=order, how=how)
            self.laws()
        self.ok(self.boss, "order.let_on", order_id=order)
        self.ask(self.boss, "order.resolve_short", order_id=order, how="pick_again")

    def _of_wave(self, name, order):
        ((wave,),) = self.rows("SELECT wave_id FROM wave_order WHERE order_id = :id AND active", id=order)
        return self.ask(self.boss, name, wave_id=wave, order_ids=[order])

    def _stop(self, order, want):
        self.ask(self.boss, "order.intercept", order_id=order, want=want, why="x")

    # ---- orders and waves

    @precondition(lambda self: len(self.house.orders) < MOST_ORDERS)
    @rule(lines=LINES)
    def order(self, lines):
        nr = next(self.numbers)
        about = {"recipient": "R", "phone": "1", "country": "UK", "address": "A"}
        number = f"{self.house.mark}O{nr}"
        floor.order(self.house, number, lines, hours=24 + nr, **about)

    @rule(method=METHOD, most=st.integers(2, 4))
    def release(self, method, most):
        made = self.ask(self.boss, "wave.build", max_orders=most, totes_per_cart=2, method=method)
        if made["ok"]:
            self.ask(self.boss, "wave.release", wave_id=made["data"]["wave"]["id"])

    def on_a_wave(self, name, nr, **body):
        wave = self.ids(ALIVE, nr)
        return self.ask(self.boss, name, wave_id=wave, **body) if wave else None

    @rule(nr=NR, home=st.booleans())
    def pause(self, nr, home):
        self.on_a_wave("wave.pause", nr, send_home=home)

    @rule(nr=NR)
    def resume(self, nr):
        self.on_a_wave("wave.resume", nr)

    @rule(nr=NR)
    def cancel(self, nr):
        self.on_a_wave("wave.cancel", nr)

    def _with_an_order(self, name, nr):
        order = self.ids(IN_WAVES, nr)
        return self._of_wave(name, order) if order is not None else None

    @rule(nr=NR)
    def pull(self, nr):
        self._with_an_order("wave.pull", nr)

    @rule(nr=NR)
    def split(self, nr):
        made = self._with_an_order("wave.split", nr)
        if made and made["ok"]:
            self.ask(self.boss, "wave.release", wave_id=made["data"]["wave"]["id"])

    @rule(nr=NR)
    def split_carts(self, nr):
        task = self.ids("SELECT id FROM pick_task WHERE warehouse_id = :house AND status = 'open' ORDER BY id", nr)
        if task is not None:
            ((wave,),) = self.rows("SELECT wave_id FROM pick_task WHERE id = :id", id=task)
            self.ask(self.boss, "wave.split_carts", wave_id=wave, task_ids=[task])

    @rule(nr=NR, want=WANT)
    def intercept(self, nr, want):
        order = self.ids(UNSHIPPED, nr)
        if order is not None:
            self._stop(order, want)

    @rule(nr=NR)
    def let_on(self, nr):
        order = self.ids(STOPPED, nr)
        if order is not None:
            self.ask(self.boss, "order.let_on", order_id=order)

    @rule(nr=NR, how=st.sampled_from(("ship_without", "pick_again")))
    def resolve(self, nr, how):
        order = self.ids(SHORT, nr)
        if order is not None:
            self.ask(self.boss, "order.resolve_short", order_id=order, how=how)

    # ---- picking

    @rule(who=st.integers(0, 2), few=st.integers(0, 2))
    def work(self, who, few):
        """A picker does the next thing; of a line perhaps only `few` pieces."""
        picker = self.pickers[who]
        shown = self.ok(picker, "terminal.state")
        if shown["next"] in ("home", "pick_wait"):
            self.ok(picker, "pick.ready")
        elif "bulk" in shown["data"]:
            self._in_bulk(picker, shown["next"], shown["data"]["bulk"], few)
        else:
            self._cart(picker, shown["next"], shown["data"]["task"], few)

    def _cart(self, picker, screen, task, few):
        if screen == "pick_start":
            cart = task["cart"]["code"] if task["cart"] else self.free("cart")
            self.ok(picker, "pick.cart", task_id=task["id"], code=cart)
        elif screen == "pick_totes":
            slots = {line["slot"] for line in task["lines"] if line["status"] == "open"}
            slot = next(each["slot"] for each in task["slots"] if not each["tote"] and each["slot"] in slots)
            self.ok(picker, "pick.tote", task_id=task["id"], slot=slot, code=self.free("tote"))
        else:
            line = self._line(task)
            left = line["qty"] - line["picked"]
            self.ok(picker, "pick.confirm", **floor.scans(task, line, qty=min(few, left) or left))

    def _line(self, task):
        return next(each for each in task["lines"] if each["status"] == "open")

    def _in_bulk(self, picker, screen, task, few):
        if screen == "bulk_start":
            cart = task["cart"]["code"] if task["cart"] else self.free("cart")
            self.ok(picker, "bulk.cart", task_id=task["id"], code=cart)
            return
        stop = task["stop"]
        left = stop["qty"] - stop["picked"]
        tote = task["totes"][0]["code"] if task["totes"] else self.free("tote")
        self.ok(
            picker, "bulk.stop", task_id=task["id"], seq=stop["seq"], bin=stop["bin"]["code"],
            item=stop["sku"]["barcodes"][0], tote=tote, qty=min(few, left) or left,
        )  # fmt: skip

    @rule(who=st.integers(0, 2), how=st.sampled_from(WAYS))
    def short(self, who, how):
        """Pieces are missing; one of the ways out is chosen, possible or not."""
        picker = self.pickers[who]
        shown = self.ok(picker, "terminal.state")
        if shown["next"] == "bulk_stop":
            task = shown["data"]["bulk"]
            self.ok(picker, "bulk.short", task_id=task["id"], seq=task["stop"]["seq"], reason="damaged")
        elif shown["next"] == "pick_line":
            task = shown["data"]["task"]
            about = {"task_id": task["id"], "line_id": self._line(task)["id"]}
            offered = [each["how"] for each in self.ok(picker, "pick.short_ways", **about)["data"]["ways"]]
            reply = self.ask(picker, "pick.short_choose", **about, reason="missing", how=how)
            assert reply["ok"] == (how in offered), (how, offered, reply["message"])

    @rule(who=st.integers(0, 2))
    def let_go(self, who):
        shown = self.ok(self.pickers[who], "terminal.state")
        task = shown["data"].get("task") or shown["data"].get("bulk")
        if task:
            self.ok(self.pickers[who], "pick.let_go", task_id=task["id"])

    @rule(who=st.integers(0, 2), nr=NR)
    def take_over(self, who, nr):
        cart = self.ids(CARTS, nr)
        if cart is not None:
            self.ask(self.pickers[who], "pick.take_over", code=cart)

    @rule(who=st.integers(0, 2), nr=NR, at_once=st.booleans())
    def send_home(self, who, nr, at_once):
        self.ask(self.boss, "pick.send_home", person_id=self.pickers[who].person_id, at_once=at_once)

    # ---- what comes after

    @rule(back=st.booleans())
    def sort(self, back):
        """The sorter does the next thing at the wall; `back`: takes back what they did last."""
        shown = self.ok(self.sam, "wall.state")
        if back:
            self.ask(self.sam, "wall.drop" if shown["next"] == "wall_put" else "wall.undo")
        elif shown["next"] == "wall_put":
            self.ok(self.sam, "wall.put", code=shown["data"]["put"]["code"])
        elif shown["next"] == "wall_item":
            for item in shown["data"]["tote"]["items"]:  # the first that finds a slot
                if self.ask(self.sam, "wall.item", code=item["code"], qty=1)["ok"]:
                    break
        elif shown["data"]["waiting"]:
            self.ok(self.sam, "wall.tote", code=shown["data"]["waiting"][0]["code"])

    @rule(nr=NR)
    def pack(self, nr):
        """The packer packs the goods of an order, or one piece out of a tote of single ones."""
        tote = self.ids(BATCHES.format("single"), nr) if nr % 2 else None
        if tote is not None:
            self.ok(self.pat, "batch.open", code=tote)
            item = self.ok(self.pat, "batch.state")["data"]["batch"]["items"][0]
            self.ok(self.pat, "batch.item", code=item["code"])
            return
        tote = self.ids(TO_PACK, nr)
        opened = self.ask(self.pat, "pack.open", code=tote) if tote else {"ok": False}
        if opened["ok"] and "parcel" in opened["data"]:
            self._fill(opened["data"]["parcel"])

    def _fill(self, parcel: dict[str, Any]) -> None:
        for line in parcel["lines"]:
            code, left = line["sku"]["code"], line["qty"] - line["verified"]
            if left:
                self.ok(self.pat, "pack.verify", parcel_id=parcel["id"], code=code, qty=left)
        about = {"parcel_id": parcel["id"], "weight_g": parcel["expected_g"], "source": "typed"}
        self.ok(self.pat, "pack.close", **about, weight_confirmed=True)

    @rule(who=st.integers(0, 2), nr=NR)
    def put_back(self, who, nr):
        """Somebody puts one kind of goods back out of a tote in hand, or takes one."""
        person = self.pickers[who]
        shown = self.ok(person, "putback.state")
        if shown["next"] == "putback_item":
            item = shown["data"]["task"]["items"][0]
            body = {"item": item["sku"]["code"], "bin": item["bin"]["code"], "qty": item["qty"]}
            self.ok(person, "putback.put", **body)
        elif tote := self.ids(GOING_BACK, nr):
            self.ok(person, "putback.take", code=tote)

    # ---- the end

    def teardown(self):
        """Everybody finishes what they began: then all goods are in their bins, in parcels, or of a short order."""
        try:
            self._finish()
        finally:
            super().teardown()

    def _finish(self):
        for (wave,) in self.rows("SELECT id FROM wave WHERE warehouse_id = :house AND paused_at IS NOT NULL"):
            self.ask(self.boss, "wave.resume", wave_id=wave)
        for turn in range(TURNS):
            if not self._to_do():
                break
            for who in range(3):
                self.work(who, 0)
                self.put_back(who, turn)
            self.sort(back=False)
            self.pack(turn)
            self.resolve(turn, "ship_without")
        self.laws()
        assert not self._to_do()
        assert not self.rows(BETWEEN)

    def _to_do(self):
        going = "SELECT 1 FROM put_back WHERE warehouse_id = :house AND status IN ('open', 'taken')"
        ready = TO_PACK.replace("s.in_use AND", "s.in_use AND o.confirmation = 'confirmed' AND o.refund = 'none' AND")
        bulk = (BATCHES.format("wall"), BATCHES.format("single"))
        return any(self.rows(query) for query in (TASKS, going, ready, *bulk))
