"""Whatever is sent, to any scan and any route, gets a clear refusal; never an incident, and nothing moves."""
from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import picking_floor as floor
import pytest
from marshmallow import Schema
from scan_bodies import sound

from wms.access import service as access
from wms.access.models import POSTS, Person
from wms.core import bounds
from wms.core.scan import answer, registry
from wms.core.transaction import transaction

DEEP: Any = []
for _ in range(200):
    DEEP = [DEEP]
HOSTILE: tuple[Any, ...] = (
    None, "", " ", "\0", "a\0b", "\ud800", "x" * 9_999, "x" * 10_000_000, "%", "'; DROP TABLE bin; --", "𠮷\u202e",
    0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**400, 1.5, float("nan"), float("inf"), True, False,
    [], {}, [[]], {"$ne": 1}, DEEP, "00000000-0000-0000-0000-000000000000", "1e400", "2026-99-99",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
)  # fmt: skip


def bodies(schema: type[Schema]) -> Iterator[dict[str, Any]]:
    """A sound body with each field in turn made hostile, and with a field too many."""
    good = sound(schema())
    for name in [*schema().fields, "surplus"]:
        for bad in HOSTILE:
            yield {**good, name: bad}
    yield {**good, "\0": 1}


@pytest.fixture
def house(app):
    return floor.build(skus=2, carts=1, totes=1)


@pytest.mark.parametrize("name", [
    "terminal.state", "pick.task", "pick.ready", "pick.cart", "pick.tote", "pick.check", "pick.confirm",
    "pick.short", "pick.let_go", "order.resolve_short", "pack.state", "pack.open", "pack.verify", "pack.restart",
    "pack.scale", "pack.split", "pack.carton", "pack.put_off", "pack.mode", "pack.close", "load.state", "load.scan",
    "load.unload", "load.close", "load.again", "pick.lists", "print.jobs",
    "print.again", "print.resolve", "wave.preview", "wave.build",
    "wave.release", "wave.cancel", "wave.rules", "wave.rule_preview", "wave.rule_keep", "wave.rule_switch",
    "wave.rule_drop", "wave.rule_run", "wave.rule_add", "wave.presets", "wave.cutoffs", "wave.cutoff_keep",
    "wave.cutoff_drop", "wave.time_zone", "wave.why_not", "wave.carts", "wave.carts_keep", "order.audit",
    "board.snapshot", "board.floor", "board.wave", "board.replay", "board.order", "move.state", "move.scan",
    "move.quantity", "move.choose", "move.drop", "lookup.state", "lookup.scan", "receive.state", "receive.open",
    "receive.scan", "receive.set", "receive.take", "receive.drop", "receive.undo", "receive.aside", "receive.lpn",
    "receive.label", "receive.done", "receive.leave", "check.state", "check.open", "check.look", "check.decide",
    "putaway.state", "putaway.load", "putaway.go", "putaway.bin", "putaway.put", "putaway.drop", "count.state",
    "count.next", "count.bin", "count.scan", "count.correct", "count.empty", "count.done", "count.let_go",
    "count.ask", "replenish.state", "replenish.next", "replenish.source", "replenish.take", "replenish.short",
    "replenish.put", "replenish.let_go", "ahead.bin", "ahead.open", "ahead.piece", "ahead.seal", "ahead.state",
    "batch.drop", "batch.empty", "batch.go_on", "batch.item", "batch.open", "batch.put_off", "batch.run",
    "batch.state", "batch.stop", "bulk.cart", "bulk.short", "bulk.short_choose", "bulk.short_ways", "bulk.state",
    "bulk.stop", "order.intercept", "order.let_on", "pick.ask_for", "pick.hand_over", "pick.plan",
    "pick.put_person", "pick.put_plan", "pick.put_zone", "pick.reassign", "pick.send_home", "pick.short_choose",
    "pick.short_ways", "pick.take_over", "putback.item", "putback.let_go", "putback.put", "putback.state",
    "putback.take", "wall.add", "wall.drop", "wall.empty", "wall.item", "wall.leave", "wall.put", "wall.stand",
    "wall.state", "wall.tote", "wall.undo", "wave.pause", "wave.people", "wave.pull", "wave.resume",
    "wave.split", "wave.split_carts", "label.state", "label.scan", "label.print", "problem.state", "problem.about",
    "problem.report", "problem.note", "problem.clear", "problem.conflict", "device.shows", "note.waiting", "note.read",
    "terminal.here", "pack.what",
])  # fmt: skip
def test_no_body_makes_a_scan_stumble(app, house, name):
    boss = floor.person(house, "Max", *POSTS)
    before = _stock()
    for body in bodies(registry[name].schema):
        reply = answer(name, {"command_id": str(uuid.uuid4()), **body}, boss)
        assert reply.status == 200 or 400 <= reply.status < 500, (body if len(str(body)) < 300 else "long", reply.body)
    assert _stock() == before


def test_every_scan_is_tried(app):
    marks = test_no_body_makes_a_scan_stumble.pytestmark
    assert {name for mark in marks for name in mark.args[1]} == set(registry)


def _stock() -> dict[str, list[Any]]:
    found = floor.everything()
    return {table: found[table] for table in ("stock_move", "stock_balance", "stock_level", "stock_hold")}


@pytest.mark.parametrize("command_id", ["", "no", "\0", 7, 2**70, None, [], "x" * 100_000, DEEP])
def test_a_command_id_that_is_none_is_refused(app, house, command_id):
    reply = answer("pick.ready", {"command_id": command_id}, floor.person(house, "Ann"))
    assert (reply.status, reply.body["message"]["code"]) == (422, "core.invalid")
    assert len(str(reply.body["command_id"])) <= 100


@pytest.mark.parametrize("value", ["\0", "\ud800", "x" * 10_001, 2**63, -(2**63), float("nan"), DEEP, {"\0": 1}])
def test_bounds_name_the_place(value):
    if value == -(2**63):
        value -= 1
    with pytest.raises(bounds.ValidationError, match=r"lines|nested"):
        bounds.check({"lines": [value]})


@pytest.fixture
def client(app, house):
    with transaction() as session:
        person = access.add_person("B-all", "All", "none", house.id, POSTS, "en")
        session.flush()
        token = access.open_session(session.get_one(Person, person.id), "test")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


ORDER = {"shop": "SHOP", "number": "H1", "lines": [{"sku": "S1", "qty": 1, "price": "1.00"}]}
SKU = {"code": "H1", "name": "H"}


def _variants(good: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        for bad in HOSTILE:
            if not isinstance(bad, str) or len(bad) < 10**6:
                yield {**good, name: bad}


def _posts() -> Iterator[tuple[str, Any]]:
    texts = ["shop", "number", "recipient", "currency", "remark"]
    for body in _variants(ORDER, [*texts, "placed_at", "promised_at", "postage", "paid", "lines"]):
        yield "/api/v1/orders", body
    for line in _variants(ORDER["lines"][0], ["sku", "qty", "price", "key"]):
        yield "/api/v1/orders", {**ORDER, "lines": [line]}
    for body in _variants(SKU, ["code", "name", "weight_g", "picture", "barcodes", "active"]):
        yield "/api/v1/skus", body
    for body in _variants({"badge": "B", "pin": "0000"}, ["badge", "pin", "device", "station", "secret"]):
        yield "/api/v1/sessions", body
    for body in _variants({"badge": "B"}, ["badge"]):
        yield "/api/v1/sessions/language", body
    for body in _variants({"code": "C", "secret": "0" * 64}, ["code", "secret"]):
        yield "/api/v1/devices/enrol", body
    new = {"badge": "H", "name": "H", "pin": "000000", "posts": []}
    for body in _variants(new, ["badge", "name", "posts", "locale"]):
        yield "/api/v1/people", body
    for body in _variants({}, ["name"]):
        yield "/api/v1/devices/codes", body
    for body in _variants({}, ["power", "faults"]):
        yield "/api/v1/virtual-printers/Z1", body
    for body in _variants({"max_orders": 1, "totes_per_cart": 1}, ["promised_before", "carrier", "max_orders"]):
        yield "/api/v1/waves/preview", body


def test_no_body_makes_a_route_stumble(client):
    for path, body in _posts():
        reply = client.post(path, json=body)
        assert reply.status_code < 500, (path, str(body)[:300], reply.text[:300])
    kept = ("orders", "skus", "bins", "waves", "people", "devices", "shifts")
    for path in kept:  # and what was taken in can be read again
        assert client.get(f"/api/v1/{path}?limit=200").status_code == 200, path


@pytest.mark.parametrize("value", ["%00", "-1", "0", "9223372036854775808", "9" * 400, "x", "%ff", "a" * 20_000, "NaN"])
def test_no_query_or_address_makes_a_route_stumble(client, value):
    queries = {"orders": ("cursor", "limit", "q", "shop", "state", "held"), "skus": ("cursor", "limit", "q")}
    queries |= {"bins": ("cursor", "limit", "q", "zone"), "waves": ("cursor", "limit")}
    queries |= {"people": ("cursor", "limit", "q"), "devices": ("cursor",), "shifts": ("cursor", "person")}
    queries |= {"parcels": ("order",), "print-jobs": ("parcel",)}
    for path, names in queries.items():
        for name in names:
            assert client.get(f"/api/v1/{path}?{name}={value}").status_code < 500, (path, name)
    for path in (
        "orders/{}", "waves/{}", "print-jobs/{}/preview.png", "virtual-printers/{}/labels/{}.png", "nothing/{}",
    ):  # fmt: skip
        assert 400 <= client.get(f"/api/v1/{path.replace('{}', value)}").status_code < 500, path
    for path in ("/pictures/{}", "/ui/{}", "/texts/{}.json"):
        assert 400 <= client.get(path.format(value)).status_code < 500, path
    for name in ("stock", "aisles", "shop", "encoding", "map", "profile", "depot_side"):
        reply = client.post(f"/api/v1/imports/layout?{name}={value}", data=b"bin\nA-1\n")
        assert reply.status_code < 500, (name, reply.text)


@pytest.mark.parametrize("raw", [
    b"", b"{", b"nul", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b'{"badge": ' + b"9" * 5000 + b"}", b"NaN",
    b"[]", b'"x"', b'{"badge": "\\ud800", "pin": "0000"}', b'{"badge": "\\u0000", "pin": "0000"}',
    b"{}" + b" " * 2_000_000,
])  # fmt: skip
def test_bytes_that_are_no_body_are_refused(client, raw):
    for path in ("/api/v1/sessions", "/api/v1/orders", "/api/v1/commands/pick.ready"):
        reply = client.post(path, data=raw, content_type="application/json")
        assert 400 <= reply.status_code < 500, (path, reply.text[:200])
        assert reply.content_type == "application/problem+json" or path.endswith("pick.ready"), path
