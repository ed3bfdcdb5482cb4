"""The history of goods: what is found, page by page, and that it is found by an index however much there is."""
from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import picking_floor as floor
import pytest
from sqlalchemy import text

from wms.access import service as access
from wms.core.clock import fixed
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.stock import history, service
from wms.stock.history import Asked

EIGHT = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
def house(app):
    return floor.build()


def read(house, limit=50, before=0, **asked):
    with transaction():
        return history.page(house.id, Asked(**asked), before=before, limit=limit)


def told(moves):
    return [(m.reason, m.sku, m.qty, m.from_bin, m.to_bin) for m in moves]


def test_the_history_of_each_thing_is_its_own(house):
    floor.order(house, "O1", {"S1": 2, "S2": 1})
    floor.wave(house)
    ann = floor.person(house, "Ann")
    floor.pick_all(ann, floor.start(ann))
    first = [("pick", "S1", 2, "A1-1", "STAGE"), ("receive", "S1", 50, "SUPPLIER", "A1-1")]
    assert told(read(house, bin_id=house.bins["A1-1"])) == first
    assert told(read(house, sku_id=house.skus["S1"])) == first
    picked = read(house, person_id=ann.person_id)
    assert {m.person for m in picked} == {"Ann"}
    assert sorted(m.sku for m in picked) == ["S1", "S2"]
    assert read(house, container_id=house.totes["T1"]) == picked
    assert {m.to_container for m in picked} == {"T1"}
    assert told(read(house, reference=picked[0].reference)) == told(picked[:1])
    assert told(read(house, bin_id=house.bins["A1-1"], reasons=("pick",))) == first[:1]
    assert told(read(house, bin_id=house.bins["STAGE"], sku_id=house.skus["S1"])) == first[:1]
    assert len(read(house)) == 8


def test_lots_and_serial_numbers_have_a_history(house):
    goods = [
        service.Goods(house.skus[sku], house.bins["A1-1"], 1, lot="L1") for sku in ("S1", "S2")
    ]
    with transaction():
        service.receive(house.id, goods, reference="ASN2", actor_id=None)
    with transaction() as session:
        session.execute(text("UPDATE stock_move SET serial = 'N-' || id WHERE lot = 'L1'"))
    (only,) = read(house, sku_id=house.skus["S2"], lot="L1")
    assert (only.sku, only.lot) == ("S2", "L1")
    assert read(house, serial=only.serial) == [only]
    with pytest.raises(WmsError, match="lot_needs_sku"):
        read(house, lot="L1")


def test_pages_follow_each_other_without_gap_or_repeat(house):
    for hour in range(7):
        with fixed(EIGHT + timedelta(hours=hour)), transaction():
            goods = [service.Goods(house.skus["S1"], house.bins["A1-1"], 1)]
            service.receive(house.id, goods, reference=f"ASN-{hour}", actor_id=None)
    whole = read(house, bin_id=house.bins["A1-1"])
    pages, before = [], 0
    while found := read(house, bin_id=house.bins["A1-1"], limit=3, before=before):
        pages.append(found)
        before = found[-1].id
    assert [m for each in pages for m in each] == whole
    assert [len(each) for each in pages] == [3, 3, 2]
    part = read(house, bin_id=house.bins["A1-1"], since=EIGHT + timedelta(hours=2), until=EIGHT + timedelta(hours=4))
    assert [m.reference for m in part] == ["ASN-3", "ASN-2"]


def test_a_move_between_containers_of_one_bin_is_told_once(house):
    stage = house.bins["STAGE"]
    with transaction():
        service.receive(
            house.id, [service.Goods(house.skus["S1"], stage, 2, container_id=house.totes["T1"])], reference="ASN",
            actor_id=None,
        )  # fmt: skip
        service.pour(
            house.id, house.totes["T1"], from_bin_id=stage, to_bin_id=stage, to_container_id=house.totes["T2"],
            reason="move", reference="m", actor_id=None,
        )  # fmt: skip
    assert [m.reason for m in read(house, bin_id=stage)] == ["move", "receive"]


@pytest.fixture
def get(app, house):
    with transaction():
        token = access.open_session(access.add_person("B-Ann", "Ann", "no pin", house.id, ["picker"], "en"), "test")
    client = app.test_client()

    def ask(expected=200, **query):
        with client.get(
            "/api/v1/stock/history", query_string=query, headers={"Authorization": f"Bearer {token}"}
        ) as reply:
            assert reply.status_code == expected, reply.json
            return reply.json

    return ask


def test_history_over_http(house, get):
    found = get(bin="A1-1")
    assert found["next"] is None
    (item,) = found["items"]
    assert (item["reason_text"], item["sku"]["code"], item["qty"]) == ("received", "S1", 50)
    assert item["from"] == {"id": house.bins["SUPPLIER"], "bin": "SUPPLIER", "kind": "supplier", "container": None}
    assert item["person"] is None
    first = get(limit=4, reason="receive,pick")
    assert first["next"] == first["items"][-1]["id"]
    assert len(get(limit=4, cursor=first["next"])["items"]) == 2


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"bin": "NOWHERE"}, 404, "layout.unknown_bin"), ({"sku": "NOTHING"}, 404, "catalog.unknown_sku"),
        ({"container": "NONE"}, 404, "core.not_found"), ({"person": "NOBODY"}, 404, "core.not_found"),
        ({"lot": "L1"}, 422, "stock.lot_needs_sku"), ({"limit": 0}, 422, "core.invalid"),
        ({"since": "yesterday"}, 422, "core.invalid"),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_refused_by_name(get, query, status, code):
    assert get(status, **query)["code"] == code


# ---- plans

MOVES = 60_000
_FILL = """
    INSERT INTO stock_move (warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id,
                            from_container_id, to_container_id, reason, reference, actor_id, at)
    SELECT :house, (cast(:skus AS bigint[]))[1 + n % 6], CASE WHEN n % 3 = 0 THEN 'L' || n % 50 ELSE '' END,
           CASE WHEN n % 5 = 0 THEN 'N' || n % 900 ELSE '' END, 1, 'good', 1, (cast(:bins AS bigint[]))[1 + n % 24],
           (cast(:bins AS bigint[]))[1 + (n + 1) % 24],
           (cast(:totes AS bigint[]))[1 + n % 12], 0, CASE WHEN n % 7 < 3 THEN 'pick' ELSE 'move' END, 'r' || n % 300,
           (cast(:people AS bigint[]))[1 + n % 3], now() - n * interval '1 minute'
    FROM generate_series(1, :moves) AS n
"""


@pytest.fixture
def full(house):
    """A ledger with enough rows that a plan which reads them all costs more than one that does not."""
    people = [floor.person(house, name).person_id for name in ("Ann", "Ben", "Cai")]
    with transaction() as session:
        session.execute(
            text(_FILL),
            {
                "house": house.id, "moves": MOVES, "skus": list(house.skus.values()), "people": people,
                "bins": list(house.bins.values())[:24], "totes": list(house.totes.values()),
            },
        )  # fmt: skip
        session.execute(text("ANALYZE stock_move"))
    return people


def nodes(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def plan_of(house, given):
    with transaction() as session:
        told = session.execute(
            text("EXPLAIN (ANALYZE, FORMAT JSON) " + history.statement(given)),
            {**given, "warehouse_id": house.id, "before": 2**62, "limit": 50},
        ).scalar()
    return list(nodes((json.loads(told) if isinstance(told, str) else told)[0]["Plan"]))


@pytest.mark.parametrize(
    ("given", "indexes"),
    [
        ({"bin_id": "A1-1"}, {"ix_stock_move_from", "ix_stock_move_to"}),
        ({"bin_id": "A1-1", "reasons": ["pick"]}, {"ix_stock_move_from", "ix_stock_move_to"}),
        ({"sku_id": "S1"}, {"ix_stock_move_sku"}),
        ({"sku_id": "S1", "lot": "L3"}, {"ix_stock_move_lot"}),
        ({"serial": "N5"}, {"ix_stock_move_serial"}),
        ({"container_id": "T1"}, {"ix_stock_move_from_container", "ix_stock_move_to_container"}),
        ({"person_id": "Ann"}, {"ix_stock_move_actor"}),
        ({"reference": "r7"}, {"ix_stock_move_about"}),
        ({}, {"pk_stock_move"}),
    ],
)
def test_a_page_reads_its_own_rows_only(house, full, given, indexes):
    known = house.bins | house.skus | house.totes | {"Ann": full[0]}
    given = {name: known.get(value, value) if name.endswith("_id") else value for name, value in given.items()}
    plan = plan_of(house, given)
    scans = [node for node in plan if node.get("Relation Name") == "stock_move"]
    assert all(node["Node Type"] in ("Index Scan", "Index Only Scan") for node in scans), scans
    assert indexes <= {node["Index Name"] for node in scans}
    read = [(node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in scans]
    assert max(read) < 1_000, scans  # of 60,000
    sorted_rows = [node["Plans"][0]["Actual Rows"] for node in plan if node["Node Type"] == "Sort"]
    assert max(sorted_rows, default=0) <= 100
