"""A robot's walk with a cart, whatever is changed about it on the way; carts that are left, and taken over."""
from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from wms.robots.aisles import Counter
from wms.robots.device import Device, Refused
from wms.robots.floor import NO_BIN, SECONDS_A_CODE, SECONDS_A_LINE, SECONDS_A_PIECE, WALK_MM_PER_SECOND, Floor
from wms.robots.labels import Labels

# What a scan is refused with when somebody changed the walk, or its lines, since the robot looked.
LOST = frozenset(("picking.not_yours_any_more", "picking.others_task", "picking.scan_cart_first"))
CHANGED = frozenset(
    ("picking.line_gone", "picking.line_pulled", "picking.line_cancelled", "picking.line_intercepted",
     "picking.already_done", "picking.too_many", "picking.no_such_slot", "core.not_found")
)  # fmt: skip
OVER = frozenset(("picking.task_over",))
USED_TOTE = frozenset(("picking.tote_in_use", "picking.tote_not_empty"))
# What is refused when a colleague took the cart first, or nobody may go on with it now.
NOT_TAKEN = frozenset(("picking.at_work", "picking.wave_paused", "picking.finish_yours"))
SECONDS_AWAY = 10.0


class Left(Exception):
    """The robot has left its cart where it stands."""


class Walk:
    """One task of a cart with totes: cart, totes, and line after line until none is open."""

    def __init__(self, device: Device, floor: Floor, labels: Labels) -> None:
        self.device, self.floor = device, floor
        self.counter = Counter(device, floor, labels)
        self.task: dict[str, Any] = {}
        self.zone: str | None = None  # to which the cart goes on
        self.tried: set[int] = set()  # lines about which something was done already: now they are picked

    def go(self, task: dict[str, Any]) -> None:
        self.task, self.tried, self.zone = task, set(), None
        on_the_floor(self.device, self.floor, task, self._all)

    def _all(self, cart: str) -> None:
        self._look()
        while line := self._next():
            try:
                self._line(line, cart)
            except Refused as refused:
                if refused.code not in CHANGED:
                    raise
                self.floor.missed(refused)
                self._look()
            if self.device.heard("pick.changed"):
                self._look()
        if self.zone is not None:  # a colleague there has it now
            raise Left

    def _next(self) -> dict[str, Any] | None:
        return min(self._open(), key=lambda line: line["seq"], default=None)

    def _open(self) -> list[dict[str, Any]]:
        return [line for line in self.task["lines"] if line["status"] == "open"]

    def _look(self) -> None:
        """The walk as it is now; raises the refusal that says why there is none any more."""
        found = self.device.ask("pick.task")["data"].get("task")
        if found is None or found["id"] != self.task["id"]:
            line = self.task["lines"][0]["id"]
            self.device.ask("pick.check", task_id=self.task["id"], line_id=line, expect="bin", code=NO_BIN)
            return  # it is the robot's again
        self.task = found
        self._totes()

    def _totes(self) -> None:
        wanted = {line["slot"] for line in self._open()}
        for slot in self.task["slots"]:
            while slot["tote"] is None and slot["slot"] in wanted:
                self._tote(slot)

    def _tote(self, slot: dict[str, Any]) -> None:
        tote = self.floor.take("tote")
        self.floor.pause(SECONDS_A_CODE)
        try:
            self.device.do("pick.tote", task_id=self.task["id"], slot=slot["slot"], code=tote)
        except Refused as refused:
            if refused.code not in USED_TOTE:
                self.floor.give_back("tote", tote)
                raise
            self.floor.missed(refused)  # it is given back by whoever empties it
            return
        slot["tote"] = tote

    def _line(self, line: dict[str, Any], cart: str) -> None:
        floor, device = self.floor, self.device
        steps = max(1, len(self.task["lines"]))
        floor.pause(self.task["walk_m"] * 1000 / steps / WALK_MM_PER_SECOND + SECONDS_A_LINE)
        about = {"task_id": self.task["id"], "line_id": line["id"]}
        if line["id"] not in self.tried and floor.chance(floor.short_share):
            self.tried.add(line["id"])
            self._missing(line, about, cart)
            return
        if floor.chance(floor.wrong_share):
            wrong = {"expect": "bin", "code": NO_BIN}
            floor.wrong(device.ask, "pick.check", "picking.not_a_bin.unknown", CHANGED | LOST | OVER, **about, **wrong)
        left = line["qty"] - line["picked"]
        floor.pause(SECONDS_A_PIECE * left)
        tote = next(slot["tote"] for slot in self.task["slots"] if slot["slot"] == line["slot"])
        scanned = {"bin": line["bin"]["code"], "item": line["sku"]["barcodes"][0], "tote": tote}
        answer = device.do("pick.confirm", **about, **scanned, qty=left)
        line["status"], self.zone = "picked", answer["data"].get("zone")
        floor.figures.lines += 1
        go_home(answer, floor, cart)
        if self._open() and floor.chance(floor.leave_share):
            leave(device, floor, self.task["id"], cart)

    def _missing(self, line: dict[str, Any], about: dict[str, Any], cart: str) -> None:
        """Pieces are not there: the whole order to the supervisor, or one of the ways that the screen offers."""
        if not self.floor.chance(self.floor.choose_share):
            self._closed(self.device.do("pick.short", **about, reason="missing"), cart)
            return
        how, answer = choose(self.device, self.floor, "pick", about)
        if how == "count":
            self.counter.count_bin(answer["data"]["task"], careful=True)
        elif how in ("another", "replenish"):
            go_home(answer, self.floor, cart)
            self._look()
        else:
            self._closed(answer, cart, short=how == "order")

    def _closed(self, answer: dict[str, Any], cart: str, *, short: bool = True) -> None:
        self.floor.figures.shorts += short
        go_home(answer, self.floor, cart)
        self.zone = answer["data"].get("zone")
        for gone in answer["data"]["lines"]:
            self.tried.add(gone["id"])
        states = {gone["id"]: gone["status"] for gone in answer["data"]["lines"]}
        for line in self.task["lines"]:
            line["status"] = states.get(line["id"], line["status"])


def go_home(answer: dict[str, Any], floor: Floor, cart: str) -> None:
    """A supervisor asked for it: this was the last line, and the cart stays where it is."""
    if answer["next"] == "home":
        floor.leave(cart)
        raise Left


def choose(device: Device, floor: Floor, flow: str, about: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Do about missing pieces, of what the screen offers, whatever was seldom done so far: (how, answer)."""
    ways = [each["how"] for each in device.ask(f"{flow}.short_ways", **about)["data"]["ways"]]
    how = min(ways, key=lambda each: floor.figures.chosen[each])
    floor.figures.chosen[how] += 1
    return how, device.do(f"{flow}.short_choose", **about, reason="missing", how=how)


def on_the_floor(device: Device, floor: Floor, task: dict[str, Any], walk: Callable[[str], None]) -> None:
    """Take the task's cart, or a free one, and walk; at the end the cart is free, or stands where it was left."""
    own = task["cart"]["code"] if task.get("cart") else None
    cart, begun = own or floor.take("cart"), task["status"] == "picking"
    floor.taken_up(cart)
    try:
        if not begun:
            floor.pause(SECONDS_A_CODE)
            device.do("bulk.cart" if "stop" in task else "pick.cart", task_id=task["id"], code=cart)
            begun = True
        walk(cart)
    except Left:
        pass
    except Refused as refused:
        if refused.code not in (*LOST, *OVER, "picking.cart_in_use"):
            raise
        floor.missed(refused)
        if refused.code in LOST and (begun or own):
            floor.leave(cart)
        elif refused.code != "picking.cart_in_use":  # else somebody has it in hand
            floor.give_back("cart", cart)
    else:
        floor.give_back("cart", cart)


def leave(device: Device, floor: Floor, task_id: int, cart: str) -> None:
    """Go away in the middle of the walk: say so, or just sign out for a while. The cart stays where it is."""
    floor.figures.left += 1
    if floor.chance(0.5):
        device.do("pick.let_go", task_id=task_id)
        floor.leave(cart)
        raise Left
    device.sign_out()
    floor.leave(cart)
    until = time.time() + SECONDS_AWAY
    while time.time() < until and not floor.done and cart in floor.left:
        time.sleep(0.1)
    device.sign_in()
    raise Left


class TakeOver:
    """Scans a cart that somebody left, and goes on at its line."""

    def __init__(self, device: Device, floor: Floor, carry: Callable[[dict[str, Any]], None]) -> None:
        self.device, self.floor, self.carry = device, floor, carry

    def work(self) -> bool:
        """One cart; False when none is left, or none may be taken."""
        for cart in list(self.floor.left):
            try:
                answer = self.device.do("pick.take_over", code=cart)
            except Refused as refused:
                self._not(cart, refused)
                continue
            self.floor.taken_up(cart)
            self.floor.figures.taken_over += 1
            self.carry(answer["data"])
            return True
        return False

    def _not(self, cart: str, refused: Refused) -> None:
        if refused.code == "picking.nothing_on_cart":  # its wave was given up meanwhile
            if self.floor.taken_up(cart):
                self.floor.give_back("cart", cart)
        elif refused.code not in NOT_TAKEN:
            raise refused
        self.floor.missed(refused)
