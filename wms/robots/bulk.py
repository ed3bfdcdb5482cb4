"""Robots that pick in bulk, sort at the put wall, and pack orders of one piece."""
from __future__ import annotations

import time
from typing import Any

from wms.robots.device import Device, Refused
from wms.robots.floor import SECONDS_A_CODE, SECONDS_A_LINE, SECONDS_A_PIECE, WALK_MM_PER_SECOND, Floor

# What is refused when a colleague was quicker, or no slot is free until a packer has emptied one.
COLLEAGUE = frozenset(
    ("picking.not_a_bulk_tote", "picking.sort_not_inside", "picking.tote_before_item", "picking.wall_full",
     "packing.no_batch")
)  # fmt: skip
PIECES_A_TOTE = 25


def pick_in_bulk(device: Device, floor: Floor, task: dict[str, Any]) -> None:
    """One walk for many orders: stop by stop into totes, a new one when the tote is full."""
    cart = task["cart"]["code"] if task["cart"] else floor.take("cart")
    floor.pause(SECONDS_A_CODE)
    task = device.do("bulk.cart", task_id=task["id"], code=cart)["data"]["bulk"]
    tote, inside = (task["totes"][0]["code"], task["totes"][0]["pieces"]) if task["totes"] else (floor.take("tote"), 0)
    while task["stop"]:
        stop = task["stop"]
        floor.pause(task["walk_m"] * 1000 / task["progress"]["total"] / WALK_MM_PER_SECOND + SECONDS_A_LINE)
        if floor.random.random() < floor.short_share:
            task = device.do("bulk.short", task_id=task["id"], seq=stop["seq"], reason="missing")["data"]["bulk"]
            floor.figures.shorts += 1
            continue
        if inside >= PIECES_A_TOTE:
            tote, inside = floor.take("tote"), 0
        qty = min(stop["qty"] - stop["picked"], PIECES_A_TOTE - inside)
        about = {"task_id": task["id"], "seq": stop["seq"], "bin": stop["bin"]["code"]}
        if floor.random.random() < floor.wrong_share:
            wrong = {"item": stop["bin"]["code"], "tote": tote, "qty": qty}
            floor.wrong(device.do, "bulk.stop", "picking.not_an_item.bin", **about, **wrong)
        floor.pause(SECONDS_A_PIECE * qty)
        answer = device.do("bulk.stop", **about, item=stop["sku"]["barcodes"][0], tote=tote, qty=qty)
        floor.figures.lines += 1
        task, inside = answer["data"]["bulk"], inside + qty
    floor.give_back("cart", cart)


class Sorter:
    """Stands at the put wall: takes the tote that waits longest, and puts each item where the screen shows."""

    def __init__(self, device: Device, floor: Floor) -> None:
        self.device, self.floor = device, floor

    def run(self) -> None:
        while not self.floor.done:
            self.floor.guard(self._one_tote)
        self.device.close()

    def _one_tote(self) -> None:
        state = self.device.ask("wall.state")
        if state["next"] == "wall_choose":
            time.sleep(0.5)
            return
        data = state["data"]
        tote = data["tote"] or next(iter(data["waiting"]), None)
        if tote is None:
            time.sleep(0.2)
            return
        try:
            with self.floor.at_work():
                self._sort(tote["code"])
        except Refused as refused:
            if refused.code not in COLLEAGUE:
                raise
            self.floor.missed(refused)
            time.sleep(0.1)

    def _sort(self, tote: str) -> None:
        state = self.device.do("wall.tote", code=tote)
        full: set[str] = set()
        while state["next"] == "wall_item":
            item = next((each for each in state["data"]["tote"]["items"] if each["code"] not in full), None)
            if item is None:  # all that is left waits for a slot
                time.sleep(0.2)
                return
            self.floor.pause(SECONDS_A_CODE)
            try:
                shown = self.device.do("wall.item", code=item["code"], qty=1)["data"]["put"]
            except Refused as refused:
                if refused.code != "picking.wall_full":
                    raise
                self.floor.missed(refused)
                full.add(item["code"])
                continue
            state = self._put(shown)
        if state["data"]["tote"] is None:  # this put emptied it; a colleague who shares the tote does not see that
            self.floor.give_back("tote", tote)

    def _put(self, shown: dict[str, Any]) -> dict[str, Any]:
        if self.floor.random.random() < self.floor.wrong_share:
            self.floor.wrong(self.device.do, "wall.put", "picking.not_a_slot", code="NO-SUCH-SLOT")
        self.floor.pause(SECONDS_A_PIECE * shown["qty"])
        answer = self.device.do("wall.put", code=shown["code"])
        while answer["next"] == "wall_put":  # the order was stopped meanwhile
            answer = self.device.do("wall.put", code=answer["data"]["put"]["code"])
        self.floor.figures.sorted += shown["qty"]
        return answer


def pack_singles(device: Device, floor: Floor, tote: str) -> None:
    """Every item out of a tote with orders of one piece is a parcel."""
    try:
        state = device.do("pack.open", code=tote)
        while state["next"] == "pack_single":
            item = next(iter(state["data"]["batch"]["items"]))
            floor.pause(SECONDS_A_PIECE + SECONDS_A_CODE)
            state = device.do("batch.item", code=item["code"])
            packed = state["data"].get("packed")
            if packed:
                floor.shelf.append(packed["number"])
                floor.figures.parcels += 1
        floor.give_back("tote", tote)
    except Refused as refused:
        if refused.code not in COLLEAGUE and refused.code != "packing.empty_tote":
            raise
        floor.missed(refused)
