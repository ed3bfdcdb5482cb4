"""Every door is shut by default: each route and each scan, walked by strangers, other posts and other warehouses."""
from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import packing_floor as tables
import picking_floor as floor
import pytest
from marshmallow import fields, validate
from scan_bodies import sound
from sqlalchemy import text

from wms.access import service as access
from wms.access.models import POSTS, Person
from wms.core.actor import Actor
from wms.core.config import Config
from wms.core.hosts import is_ours, listed, origin_check
from wms.core.scan import answer, registry
from wms.core.transaction import transaction
from wms.layout.models import Station, Warehouse

# Whoever can reach the service may load these; nothing of a warehouse is in them.
PUBLIC = {
    ("GET", "/"), ("GET", "/ui/<path:path>"), ("GET", "/ui/packs/<path:path>"), ("GET", "/sw.js"),
    ("GET", "/texts/<locale>.json"), ("GET", "/texts/guide/<locale>.json"), ("GET", "/ca.<any(crt, pem):kind>"),
    ("GET", "/ca.json"), ("GET", "/pictures/<path:path>"), ("GET", "/healthz"), ("GET", "/readyz"),
    ("GET", "/metrics"), ("POST", "/api/v1/sessions"), ("GET", "/api/v1/openapi.json"),
    ("POST", "/api/v1/sessions/language"), ("POST", "/api/v1/devices/enrol"),
    ("POST", "/api/v1/print-agents/enrol"),
    ("POST", "/api/v1/channels/<string:shop>/notices"),  # let in by the platform's signature
    ("POST", "/api/v1/carriers/<string:code>/push"),  # signed by the carrier
    ("POST", "/openapi2/<string:name>.php"),  # each call is signed
    ("GET", "/api/v1/docs/"), ("GET", "/api/v1/docs/<path:path>"), ("GET", "/api/v1/docs/dist/<path:path>"),
}  # fmt: skip
ANYONE = {"terminal.state", "terminal.here"}  # of those who are signed in


def doors(app: Any) -> list[tuple[str, str, str]]:
    """(method, rule, an address that fits it) of every route."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: _fitting(kind) for name, kind in rule._converters.items()}
            address = rule.build(values)
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found += [(method, rule.rule, address[1] if address else rule.rule) for method in methods]
    return found


def _fitting(converter: Any) -> Any:
    """A value that this part of an address takes."""
    if hasattr(converter, "items"):  # one of a few words
        return min(converter.items)
    return 1 if "Integer" in type(converter).__name__ else "x"


def test_every_route_that_is_not_public_asks_who_is_there(app):
    client = app.test_client()
    opened = set()
    for method, rule, address in doors(app):
        with client.open(address, method=method, json={}) as reply:
            if reply.status_code != 401 and not rule.startswith("/<any("):  # the pages, empty until signed in
                opened.add((method, rule))
    assert opened - {("POST", "/api/v1/sessions")} <= PUBLIC
    refused = client.post("/api/v1/commands/wave.build", headers={"Authorization": "Bearer wrong"}, json={})
    assert (refused.status_code, refused.json["code"]) == (401, "core.not_signed_in")


@pytest.fixture
def house(app):
    return floor.build()


def test_routes_that_change_something_name_the_posts_that_may(app, house):
    """No one whose post a view does not name gets past it."""
    client = app.test_client()
    changing = [door for door in doors(app) if door[0] != "GET" and door[:2] not in PUBLIC]
    assert changing
    for method, rule, address in changing:
        if rule.startswith(("/api/v1/sessions", "/api/v1/commands")):
            continue  # one's own session; and commands, which have posts of their own, below
        view = app.view_functions[app.url_map.bind("localhost").match(address, method=method)[0]]
        posts = getattr(getattr(view.view_class, method.lower()), "posts", None)
        assert posts, f"{method} {rule} is open to every post"
        for post in set(POSTS) - posts - {"admin"}:
            refused = client.open(address, method=method, json={}, headers=_as(house, post))
            assert (refused.status_code, refused.json["code"]) == (403, "core.not_allowed"), (rule, post)


def _as(house: floor.House, post: str) -> dict[str, str]:
    with transaction() as session:
        badge = f"B-only-{post}"
        person = session.query(Person).filter_by(badge=badge).one_or_none()
        person = person or access.add_person(badge, post, "none", house.id, [post], "en")
        return {"Authorization": f"Bearer {access.open_session(person, 'test')}"}


def test_every_scan_refuses_every_post_that_it_does_not_name(app, house):
    assert {name for name, scan in registry.items() if not scan.posts} == ANYONE
    before = floor.everything()
    for name, scan in registry.items():
        for post in set(POSTS) - scan.posts - {"admin"} if scan.posts else ():
            refused = floor.ask(Actor("x", house.id, frozenset({post}), person_id=house.boss.person_id), name)
            assert refused["message"]["code"] == "core.not_allowed", (name, post)
    assert floor.everything() == before


def test_nobody_without_a_post_does_anything(app, house):
    for name in set(registry) - ANYONE:
        refused = floor.ask(Actor("x", house.id, frozenset(), person_id=house.boss.person_id), name)
        assert refused["message"]["code"] == "core.not_allowed", name


# ---- another warehouse

@pytest.fixture
def full(app, house):
    """A warehouse where every kind of thing is there to be meddled with; the ids and codes that scans take."""
    totes = tables.picked(house, {"O1": {"S1": 2}, "O2": {"S2": 2}})
    pat = tables.packer(house)
    done = tables.packed(pat, totes["O1"])
    floor.do(replace(pat, posts=frozenset({"packer"})), "load.scan", code=done["number"])
    parcel = tables.opened(pat, totes["O2"])
    floor.order(house, "O3", {"S3": 1})
    floor.wave(house)
    floor.order(house, "O4", {"S4": 1})
    task = floor.do(floor.person(house, "Ann"), "pick.ready")["data"]["task"]
    planned = floor.do(house.boss, "wave.build", max_orders=10, totes_per_cart=4)["data"]["wave"]
    return {
        "task_id": task["id"], "line_id": task["lines"][0]["id"], "slot": 1, "code": done["number"],
        "bin": task["lines"][0]["bin"]["code"], "item": "S1", "tote": totes["O2"], "qty": 1, "expect": "bin",
        "parcel_id": parcel["id"], "weight_g": 280, "manifest_id": floor.value("SELECT max(id) FROM manifest"),
        "wave_id": planned["id"], "order_id": house.orders["O3"], "how": "ship_without", "reason": "missing",
        "job_id": floor.value("SELECT max(id) FROM print_job"), "came_out": True, "tally_id": 1,
    }  # fmt: skip


@pytest.fixture
def stranger(app, house):
    """An administrator of another warehouse, at a station there."""
    with transaction() as session:
        other = Warehouse(code="X", name="X", aisles=1, aisle_spacing_mm=1000, aisle_length_mm=1000)
        session.add(other)
        session.flush()
        station = Station(warehouse_id=other.id, code="PACK-1", name="Table")
        session.add(station)
        session.flush()
        someone = access.add_person("B-X", "Xenia", access.hash_pin("123456"), other.id, ["admin"], "en")
        return Actor("Xenia", other.id, frozenset({"admin"}), person_id=someone.id, station_id=station.id)


def _allowed(field: fields.Field, value):
    """The value, or the first of those that the field allows."""
    choices = next((list(rule.choices) for rule in field.validators if isinstance(rule, validate.OneOf)), [value])
    return value if value in choices else choices[0]


OWN = {"wall.add"}  # what they name is made new, or means one's own warehouse


def test_ids_of_another_warehouse_are_refused_by_every_scan(app, full, stranger):
    before = tables.everything()
    tried = set()
    for name, scan in registry.items():
        known = scan.schema().fields
        if not set(known) & set(full) or name in OWN:
            continue
        body = {field: _allowed(known[field], full[field]) for field in known if field in full}
        if "order_id" in known and "code" in known:
            del body["code"]
        for thing in ("order", "task"):
            if f"{thing}_ids" in known:
                body[f"{thing}_ids"] = [full[f"{thing}_id"]]
        refused = answer(name, {**sound(scan.schema()), **body, "command_id": str(uuid.uuid4())}, stranger)
        assert refused.status in {403, 404, 409}, (name, refused.body)
        tried.add(name)
    assert tables.everything() == before
    assert {"pick.confirm", "pack.close", "load.scan", "load.close", "wave.release", "print.again"} <= tried
    assert {"order.audit", "order.resolve_short", "board.order", "board.wave", "pack.open"} <= tried


def test_what_a_stranger_sees_is_empty(app, full, stranger):
    shown = floor.do(stranger, "board.snapshot")["data"]
    assert (shown["waves"], shown["people"], shown["stuck"], shown["printers"]["total"]) == ([], [], [], 0)
    state = floor.do(stranger, "pack.state")["data"]
    assert (state["parcel"], state["jobs"], state["waiting_totes"]) == (None, [], [])
    assert floor.do(stranger, "load.state")["data"]["manifest"] is None


def test_a_person_signs_in_only_at_stations_of_their_own_warehouses(app, house, full, stranger):
    """`PACK-1` is there in both warehouses."""
    client = app.test_client()
    data = client.post("/api/v1/sessions", json={"badge": "B-X", "pin": "123456", "station": "PACK-1"}).json["data"]
    assert (data["warehouse"]["id"], data["station"]["id"]) == (stranger.warehouse_id, stranger.station_id)
    tables.packer(house, "Second", "PACK-2")
    refused = client.post("/api/v1/sessions", json={"badge": "B-X", "pin": "123456", "station": "PACK-2"})
    assert (refused.status_code, refused.json["code"]) == (404, "access.unknown_station")


def test_an_order_is_not_taken_over_by_another_warehouse(app, house, full, stranger):
    with transaction() as session:
        person = session.get_one(Person, stranger.person_id)
        headers = {"Authorization": f"Bearer {access.open_session(person, 'test')}"}
        shop = session.execute(text("SELECT code FROM shop ORDER BY id LIMIT 1")).scalar_one()
    before = floor.everything()
    body = {"shop": shop, "number": "O4", "lines": [{"sku": "S1", "qty": 9}]}
    refused = app.test_client().post("/api/v1/orders", json=body, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "orders.other_warehouse")
    file = f"shop,number,sku,qty\n{shop},O4,S1,9\n".encode()
    summary = app.test_client().post("/api/v1/imports/orders", data=file, headers=headers)
    assert (summary.status_code, summary.json["rejected"], summary.json["updated"]) == (200, 1, 0), summary.json
    assert floor.everything() == before


# ---- names and origins

ORIGINS = listed("https://wms.example.com, http://other.example:8100/")


@pytest.mark.parametrize("host", ["127.0.0.1:8100", "10.1.2.3", "[::1]:8100", "localhost", "wms.example.com"])
def test_addresses_in_figures_and_listed_names_are_ours(host):
    assert is_ours(host, ORIGINS)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8100", "127.0.0.1.evil.example", "", "[", "@:"])
def test_other_names_are_not(host):
    assert not is_ours(host, ORIGINS)


@pytest.mark.parametrize(
    ("origin", "host", "may"),
    [
        ("http://evil.example", "evil.example", False),
        ("http://evil.example", "127.0.0.1:8100", False),
        ("null", "127.0.0.1:8100", False),
        ("http://127.0.0.1:8101", "127.0.0.1:8100", False),
        ("http://127.0.0.1:8100", "127.0.0.1:8100", True),
        ("https://wms.example.com", "inside:8100", True),
        (None, "127.0.0.1:8100", True),
    ],
)
def test_websockets_open_only_from_our_own_pages(origin, host, may):
    assert origin_check(ORIGINS)(origin, {"HTTP_HOST": host}) is may


def test_requests_to_a_strangers_name_are_refused_except_by_operators(app, config: Config):
    client = app.test_client()
    refused = client.get("/terminal", headers={"Host": "evil.example"})
    assert (refused.status_code, refused.json["code"]) == (421, "core.unknown_host")
    assert client.get("/healthz", headers={"Host": "wms-web"}).status_code == 200
    with client.get("/terminal", headers={"Host": "10.0.0.5:8100"}) as page:
        assert page.status_code == 200
