"""A day's handling, done right: taking a cart, picking a line, packing a tote, asking the office."""
from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

import requests
from browser_hands import Device
from browser_orders import Books, Line
from playwright.sync_api import expect

from wms.demo.load import PIN


def quiet(device: Device) -> None:
    """Wait until passing words are gone."""
    if device["#ack"].count():
        device.acknowledge()
    expect(device[".banner, .toast"]).to_have_count(0)


def take_cart_and_totes(picker: Device, cart: str, totes: Sequence[str]) -> None:
    """A task has come: a cart, and a tote for each slot."""
    picker.at("pick_start")
    picker.scan(cart)
    for slot, tote in enumerate(totes, 1):
        picker.at("pick_totes", str(slot))
        picker.scan(tote)
    picker.at("pick_line", "bin")


def go_to(picker: Device, line: Line) -> None:
    """Walk to the bin that the screen names; whoever stands there already is not asked to scan it again."""
    picker.at("pick_line")
    picker.shows("#location", line.bin)
    picker.shows("#quantity", line.qty)
    if picker['[data-step="bin"]'].count():
        picker.scan(line.bin)
    picker.at("pick_line", "item")


def go_and_take(picker: Device, line: Line) -> None:
    """Walk there and take the goods in hand; the tote comes next."""
    go_to(picker, line)
    picker.scan(line.barcode)
    picker.at("pick_line", "tote")


def put(picker: Device, line: Line) -> None:
    """Goods in hand: into the tote, which the screen names."""
    done = int(picker["#progress"].get_attribute("data-done") or 0)
    picker.shows("#slot", line.slot)
    picker.scan(tote_on_screen(picker))
    expect(picker[f'#progress[data-done="{done + 1}"], .frame[data-screen="pick_done"]']).to_have_count(1)


def tote_on_screen(picker: Device) -> str:
    return picker["#tote"].inner_text().split("\n")[0]


def pick(picker: Device, line: Line) -> None:
    """A whole line."""
    go_and_take(picker, line)
    put(picker, line)


def verify(station: Device, books: Books, number: str) -> None:
    """The tote of this order is on the table: scan every piece in it."""
    done = 0
    for line in books.to_pack(number):
        for _ in range(line.qty):
            station.scan(line.barcode)
            done += 1
            expect(station["#verified"]).to_have_attribute("data-done", str(done))
    station.at("pack_verify", "weigh")
    weighed(station)


def weighed(station: Device) -> None:
    """Wait until the scale has answered: no parcel is closed before."""
    expect(station["#weight"]).to_have_text(re.compile(r"^\d+g$"))
    station.at("pack_verify", "weigh")


def weigh_and_close(station: Device) -> str:
    """By the scale and the keyboard; returns the waybill number that the station shows."""
    station.page.keyboard.press("F2")
    weighed(station)
    station.page.keyboard.press("F8")
    expect(station[".closed-ready #waybill"]).to_be_visible()
    return station["#waybill"].inner_text()


PATIENCE = 240  # seconds for an answer: a busy machine is slow, not broken


class Office:
    """Somebody at the API, a supervisor if not told otherwise: what a test needs done that it does not look at."""

    def __init__(self, url: str, badge: str = "S01") -> None:
        self._url = url
        asked = {"badge": badge, "pin": PIN, "device": "office"}
        answer = requests.post(f"{url}/api/v1/sessions", json=asked, timeout=PATIENCE)
        self._token = {"Authorization": f"Bearer {answer.json()['data']['token']}"}

    def command(self, name: str, **body: Any) -> dict[str, Any]:
        """Carry out a change; returns its data."""
        body["command_id"] = str(uuid.uuid4())
        return dict(self.call(f"commands/{name}", body)["data"])

    def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST to the REST interface; returns the answer."""
        answer = requests.post(f"{self._url}/api/v1/{path}", json=body, headers=self._token, timeout=PATIENCE)
        assert answer.ok, answer.text
        return dict(answer.json())

    def photograph(self, receipt: str, jpeg: bytes) -> None:
        """Keep a picture of what arrived."""
        asked = {"params": {"receipt": receipt}, "data": jpeg, "headers": self._token, "timeout": PATIENCE}
        assert requests.post(f"{self._url}/api/v1/receipt-photos", **asked).ok

    def release(self, orders: int, totes_per_cart: int, **filter: Any) -> int:
        """Build a wave of so many orders and release it; returns its number."""
        wave = self.command("wave.build", max_orders=orders, totes_per_cart=totes_per_cart, **filter)["wave"]
        return int(self.command("wave.release", wave_id=wave["id"])["wave"]["number"])
