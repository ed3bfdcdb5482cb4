"""Orders that share a parcel, and orders that are sent in parts: on the floor, in the books and at their shops."""
from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal

import order_samples as samples
import packing_floor as tables
import picking_floor as floor
import programs_house as programs
import pytest
import shop_front as front
from order_samples import draft, everything, promised, proved, take
from shop_front import opened, rows
from sqlalchemy import text
from test_notices import TRACED
from wdt_client import WdtClient
from werkzeug.wrappers import Request, Response

from wms.channels import service as channels
from wms.channels.models import ChannelOrder
from wms.channels.virtual.shop import VirtualShop
from wms.core.china import beijing
from wms.core.clock import now
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.transaction import transaction
from wms.notices import service as notices
from wms.notices.plugin import plugins
from wms.orders import service as orders
from wms.orders.models import Shop
from wms.programs import own_site
from wms.programs.virtual import VirtualProgram, listening
from wms.programs.wangdiantong import apps, shipments
from wms.shipping.events import ParcelSeen

PLACE = {"recipient": "王小明", "phone": "13800138000", "address": "广东省深圳市科技路1号"}


def merged(house: int, *ids: int) -> int:
    with transaction():
        return orders.merge(house, ids, by=None)


def split(house: int, order_id: int, *parts: dict[int, int]) -> tuple[int, ...]:
    with transaction():
        return orders.split(house, order_id, parts, by=None).parts


def refused(act, *args: object, **named: object) -> str:
    """The code of a refusal that moved nothing."""
    before = everything()
    with pytest.raises(WmsError) as error, transaction():
        act(*args, **named)
    assert everything() == before
    return error.value.code


def lines(order_id: int) -> dict[str, int]:
    found = rows("SELECT line_key, qty FROM order_line WHERE order_id = :id", id=order_id)
    return dict(found)  # type: ignore[arg-type]


def standing(*ids: int) -> list[tuple[object, ...]]:
    found = {row[0]: row[1:] for row in rows("SELECT id, confirmation, hold_reason, merged_into_id FROM sales_order")}
    return [found[id] for id in ids]


def test_two_shops_orders_in_one_parcel_and_both_shops_are_told(app):
    """Two orders of two shops → merged → waved → picked → packed → one waybill → each shop hears of its own lines."""
    house = floor.build()
    with transaction() as session:
        session.execute(text("UPDATE shop SET merging = 'shops'"))
        first = session.query(Shop).filter_by(code="SHOP").one()
        other = Shop(code="TWO", name="Two", platform="jd", currency=first.currency, carrier=first.carrier,
                     owner_id=first.owner_id, merging="shops")  # fmt: skip
        session.add(other)
        session.flush()
        house.shops["TWO"] = other.id
    key = b"P" * 32
    one = floor.order(house, "O1", {"S1": 2, "S3": 1}, place_key=key)
    two = floor.order(house, "O2", {"S1": 1, "S2": 3}, shop="TWO", place_key=key, hours=30)
    alone = floor.order(house, "O3", {"S4": 1}, place_key=b"Q" * 32)
    with transaction() as session:
        for code, order_id in (("SHOP", one), ("TWO", two)):
            facts = {"plugin": "top" if code == "SHOP" else "jd", "url": f"https://{code.lower()}.example.com"}
            shop_id = channels.connect(house.id, code, facts).shop_id
            session.add(ChannelOrder(shop_id=shop_id, platform_id=f"P{order_id}", order_id=order_id, outcome="taken"))
        suggested = orders.suggestions(house.id)
        assert [(each["leader"], [row["id"] for row in each["orders"]]) for each in suggested] == [(one, [one, two])]
    assert merged(house.id, two, one) == one
    assert standing(one, two, alone) == [("confirmed", None, None), ("merged", None, one), ("confirmed", None, None)]
    proved()

    floor.wave(house)
    picker = floor.person(house, "Pia")
    task = floor.start(picker)
    floor.pick_all(picker, task)
    totes = dict(rows("SELECT order_id, c.code FROM pick_tote t JOIN container c ON c.id = t.container_id"))
    assert set(totes) == {one, alone}
    pat, driver = tables.packer(house), floor.person(house, "Dan")
    parcel = tables.packed(pat, totes[one])
    floor.do(driver, "load.scan", code=parcel["number"])
    floor.do(driver, "load.close", manifest_id=floor.do(driver, "load.state")["data"]["manifest"]["id"])

    ((waybill,),) = rows("SELECT waybill FROM parcel WHERE order_id = :id", id=one)
    told = dict(rows("SELECT platform_id, body FROM shop_push"))
    assert told == {
        f"P{id}": {"complete": True, "parcels": [{"tracking": waybill, "carrier": "own_fleet", "lines": each}]}
        for id, each in ((one, {"S1": 2, "S3": 1}), (two, {"S1": 1, "S2": 3}))
    }
    assert rows("SELECT number FROM sales_order WHERE shipping = 'shipped' ORDER BY number") == [("O1",), ("O2",)]
    assert refused(orders.unmerge, house.id, two, by=None) == "orders.merge.begun"
    proved()


def test_whoever_travels_with_another_is_told_of_like_any_other(app):
    """Two orders of one buyer, with the same line keys, in one parcel: webhooks, the own site, the dialect, notices."""
    house = floor.build()
    who = {"recipient": "王小明", "phone": "13812345678", "country": "CN", "place_key": b"P" * 32}
    ids = [floor.order(house, number, lines, **who) for number, lines in (
        ("O1", {"S1": 2, "S3": 1}), ("O2", {"S1": 1, "S2": 3}))]  # fmt: skip
    with transaction():
        app_, secret = apps.add(house.id, {"name": "Mall", "sid": "seller", "shops": ["SHOP"], "carriers": {}})
        shipments.note_taken(ids)
        way = notices.change_way(house.id, None, {"name": "virtual", "plugin": "virtual", "secrets": {}})
        for event in ("shipped", "delivered"):
            notices.put_rules(house.id, "SHOP", event, [way["id"]])
    assert merged(house.id, *ids) == ids[0]
    floor.wave(house)
    picker = floor.person(house, "Pia")
    floor.pick_all(picker, floor.start(picker))
    ((tote,),) = rows("SELECT c.code FROM pick_tote t JOIN container c ON c.id = t.container_id")
    pat, driver, program = tables.packer(house), floor.person(house, "Dan"), VirtualProgram()
    programs.private()
    with listening(program) as url:
        there = programs.House(house.id, program, url)
        there.register(program, url, "order.shipped", "order.delivered", "parcel.shipped")
        parcel = tables.packed(pat, tote)
        floor.do(driver, "load.scan", code=parcel["number"])
        floor.do(driver, "load.close", manifest_id=floor.do(driver, "load.state")["data"]["manifest"]["id"])
        ((parcel_id,),) = rows("SELECT id FROM parcel")
        with transaction() as session:
            session.execute(text(TRACED))
            session.execute(text("UPDATE parcel_track SET state = 'signed'"))
            publish(ParcelSeen(house.id, parcel_id, ids[0], parcel["waybill"], "signed"))
        there.deliver()
    inside = {"O1": {"S1": 2, "S3": 1}, "O2": {"S1": 1, "S2": 3}}
    for event in ("order.shipped", "order.delivered"):
        told = [each.body["data"]["order"] for each in program.taken() if each.event == event]
        assert {each["number"]: {line["key"]: line["qty"] for line in each["lines"]} for each in told} == inside
        sent = {each["number"]: each["parcels"] for each in told}
        assert {each[0]["waybill"] for each in sent.values()} == {parcel["waybill"]}
        assert {nr: {line["key"]: line["qty"] for line in each[0]["lines"]} for nr, each in sent.items()} == inside
    (whole,) = (each.body["data"]["parcel"]["lines"] for each in program.taken() if each.event == "parcel.shipped")
    assert sorted((line["order"], line["key"], line["qty"]) for line in whole) == [
        ("O1", "S1", 2), ("O1", "S3", 1), ("O2", "S1", 1), ("O2", "S2", 3)
    ]  # fmt: skip
    with transaction():
        stands = own_site.states(house.id, "SHOP", ["O1", "O2"], "en")
    assert [(each["number"], each["shipping"], [one["waybill"] for one in each["parcels"]]) for each in stands] == [
        (number, "shipped", [parcel["waybill"]]) for number in inside
    ]
    asked = WdtClient(app.test_client(), "seller", app_["app_key"], secret)
    span = {f"{end}_time": beijing(now() + timedelta(minutes=by)) for end, by in (("start", -30), ("end", 1))}
    for name, listed, goods, number, qty in (
        ("stockout_order_query_trade", "stockout_list", "details_list", "src_trade_no", "goods_count"),
        ("trade_query", "trades", "goods_list", "src_tids", "num"),
    ):
        found = asked.done(name, **span)[listed]
        assert {each[number]: each["logistics_no"] for each in found} == dict.fromkeys(inside, parcel["waybill"])
        told = {each[number]: {line["src_oid"]: int(line[qty]) for line in each[goods]} for each in found}
        assert told == inside
    plugins()["virtual"].sent.clear()
    notices.send_due()
    assert sorted(rows("SELECT order_id, event, status FROM notice")) == sorted(
        (id, event, "sent") for id in ids for event in ("shipped", "delivered")
    )
    said = [each.body for each in plugins()["virtual"].sent if parcel["waybill"] in each.body]
    assert all(any(number in each for each in said) for number in inside)


def test_a_part_says_of_which_order_it_is(app):
    with programs.opened("order.confirmed") as there:
        (id,) = take(there.id, draft("1", ("S1", 2), ("S2", 1))).created.values()
        ((line,),) = rows("SELECT max(id) FROM order_line")
        split(there.id, id, {line: 1})
        there.deliver()
        told = [each.body["data"]["order"] for each in there.program.taken()]
    assert {(each["number"], each["split_from"]) for each in told} == {("1", None), ("1-1", "1")}
    with transaction():
        stands = own_site.states(there.id, "T", ["1", "1-1"], "en")
    assert [each["split_from"] for each in stands] == [None, "1"]


def test_merged_by_hand_and_parted_again_the_books_agree(app):
    house = samples.shop()
    alike = (draft(str(nr), ("S1", 2), after=nr, **PLACE) for nr in range(3))
    taken = take(house, *alike, draft("9", address="2 rue B"))
    a, b, c, far = taken.created.values()
    assert refused(orders.merge, house, [a, far], by=None) == "orders.merge.place"
    assert refused(orders.merge, house, [a], by=None) == "orders.merge_two"
    assert refused(orders.unmerge, house, a, by=None) == "orders.not_merged"
    assert merged(house, a, b) == a
    assert merged(house, a, c) == a
    assert lines(a) == {"S1": 2, f"{b}·S1": 2, f"{c}·S1": 2}
    assert promised() == {"S1": 7, "S2": 0}
    proved()
    with transaction():  # of an order in a wave that is not picked yet it is undone too
        orders.unmerge(house, b, by=None)
    assert (lines(a), lines(b)) == ({"S1": 2, f"{c}·S1": 2}, {"S1": 2})
    assert rows("SELECT companions FROM sales_order WHERE id = :id", id=a) == [(1,)]
    with transaction():
        orders.cancel([a])  # the one that leads: the other goes by itself
    assert standing(a, b, c) == [("cancelled", None, None), ("confirmed", None, None), ("confirmed", None, None)]
    assert (lines(a), lines(c), promised()["S1"]) == ({"S1": 2}, {"S1": 2}, 5)
    texts = [each["action"] for each in orders.history(b, "en")]
    assert texts == ["merged", "parted"]
    proved()


def test_one_that_is_short_holds_all_until_they_part(app):
    house = samples.shop(pieces=3)
    a, b = take(house, draft("1", ("S1", 2), **PLACE), draft("2", ("S1", 2), after=1, **PLACE)).created.values()
    assert standing(b) == [("held", "stock_short", None)]
    merged(house, a, b)
    assert standing(a, b) == [("held", "stock_short", None), ("merged", None, a)]
    assert promised()["S1"] == 0
    with transaction():
        orders.unmerge(house, a, by=None)
    assert sorted(each[0] for each in standing(a, b)) == ["confirmed", "held"]
    assert promised()["S1"] == 2
    proved()


def test_merged_by_itself_set_by_set(app):
    """A burst: every second order goes where the one before it goes; each set is one parcel after its audit."""
    house = samples.shop(pieces=5000)
    with transaction():
        orders.put_order_setting(house, {"merging": "automatic", "merge_minutes": 30})
    burst = [draft(str(nr), ("S1", 1), **{**PLACE, "address": f"Street {nr // 2}"}) for nr in range(400)]
    start = time.perf_counter()
    take(house, *burst)
    took = time.perf_counter() - start
    assert rows("SELECT confirmation, count(*) FROM sales_order GROUP BY 1 ORDER BY 1") == [
        ("confirmed", 200), ("merged", 200),
    ]  # fmt: skip
    assert took < 60
    again = take(house, draft("X", ("S1", 1), after=20, **{**PLACE, "address": "street 7!"}))
    late = take(house, draft("Y", ("S1", 1), after=31, **{**PLACE, "address": "street 7"}))
    assert [standing(*each.created.values())[0][0] for each in (again, late)] == ["merged", "confirmed"]
    proved()


def test_a_shops_change_or_cancellation_parts_them_first_or_stops_the_parcel(app):
    with opened() as shop:
        sold = [shop.there.sell(("S1", 1)) for _ in range(3)]
        shop.settle()
        ids = [rows("SELECT id FROM sales_order WHERE number = :n", n=each.number)[0][0] for each in sold]
        with transaction() as session:
            session.execute(text("UPDATE sales_order SET place_key = 'x'"))
        merged(shop.house, *ids)
        shop.there.change(sold[1].number, remark="before nine")
        shop.settle()
        assert standing(*ids) == [("confirmed", None, None), ("confirmed", None, None), ("merged", None, ids[0])]
        with transaction() as session:
            session.execute(text("UPDATE sales_order SET processing = 'packed' WHERE id = :id"), {"id": ids[0]})
        shop.there.change(sold[2].number, status="cancelled")
        shop.settle()
        assert [each[:2] for each in standing(ids[0], ids[2])] == [("held", "intercepted"), ("merged", "intercepted")]
        with transaction():
            orders.undo_work(orders.locked(shop.house, ids[0]))
        assert [each[0] for each in standing(*ids)] == ["confirmed", "confirmed", "cancelled"]
        proved()


def test_split_by_hand_joined_again_and_told_part_by_part(app):
    with opened() as shop:
        sold = shop.there.sell(("S1", 5), ("S2", 1))
        shop.settle()
        ((whole, total),) = rows("SELECT id, total FROM sales_order")
        s1, s2 = (id for (id,) in rows("SELECT id FROM order_line ORDER BY id"))
        keys = [key for (key,) in rows("SELECT line_key FROM order_line ORDER BY id")]
        with transaction():
            preview = orders.split_preview(shop.house, whole, [{s1: 2}])
        assert [each["number"] for each in preview["parts"]] == [sold.number, f"{sold.number}-1"]
        (part,) = split(shop.house, whole, {s1: 2})
        assert (lines(whole), lines(part)) == ({keys[0]: 3, keys[1]: 1}, {keys[0]: 2})
        assert sum((row[0] for row in rows("SELECT total FROM sales_order")), Decimal(0)) == total
        assert promised() == {"S1": 5, "S2": 1}
        proved()
        with transaction():
            assert orders.unsplit(shop.house, part, by=None) == whole
        assert (lines(whole), lines(part)) == ({keys[0]: 5, keys[1]: 1}, {})
        stand = rows("SELECT total, confirmation FROM sales_order ORDER BY id")
        assert stand == [(total, "confirmed"), (0, "cancelled")]
        assert promised() == {"S1": 5, "S2": 1}
        proved()
        s2 = rows("SELECT id FROM order_line WHERE line_key = :k", k=keys[1])[0][0]
        (part,) = split(shop.house, whole, {s2: 1})
        assert rows("SELECT number FROM sales_order WHERE id = :id", id=part) == [(f"{sold.number}-2",)]
        front.leave(f"{sold.number}-2")
        shop.push()
        assert (len(sold.parcels), sold.status) == (1, "open")
        front.leave(sold.number)
        shop.push()
        assert (len(sold.parcels), sold.status, shop.there.refused) == (2, "shipped", [])
        assert [body[0]["complete"] for body in rows("SELECT body FROM shop_push ORDER BY id")] == [False, True]
        shop.settle()
        assert [each[0] for each in standing(whole, part)] == ["confirmed", "confirmed"]


@pytest.mark.parametrize("plugin", sorted(front.DIALECTS))
def test_every_shop_hears_of_each_part_once_though_the_first_answers_are_lost(app, plugin):
    """Orders split by whole lines, by the pieces of one of two lines, and of the only line."""
    lost: list[bool] = []

    def dialect(there: VirtualShop, request: Request) -> Response:
        before = [list(each.parcels) for each in there.orders.values()]
        reply = front.DIALECTS[plugin](there, request)
        if lost and [each.parcels for each in there.orders.values()] != before:
            lost.pop()
            return Response("", 502)
        return reply

    with opened(plugin, dialect=dialect) as shop:
        shop.there.tick = timedelta()
        sold = [shop.there.sell(*lines) for lines in ([("S1", 5), ("S2", 1)], [("S1", 5), ("S2", 1)], [("S1", 5)])]
        shop.settle()
        for order, (place, qty) in zip(sold, ((1, 1), (0, 2), (0, 2)), strict=True):
            ids = rows("SELECT l.order_id, l.id FROM order_line l JOIN sales_order o ON o.id = l.order_id "
                       "WHERE o.number = :n ORDER BY l.id", n=order.number)  # fmt: skip
            split(shop.house, ids[place][0], {ids[place][1]: qty})
        for ending, told in (("-1", 1), ("", 2)):
            for order in sold:
                lost[:] = [True]
                front.leave(order.number + ending)
                shop.push()
            known = 0 if plugin == "jd" and ending else told  # it takes an order in one call
            assert [len(order.parcels) for order in sold[:2]] == [known] * 2
        numbers = [[number for _, number in order.parcels] for order in sold]
        both = [[f"W{order.number}-1-1", f"W{order.number}-1"] for order in sold]
        if plugin in ("top", "shopee"):  # a line has one number
            both[2] = both[2][:1]
        assert numbers == both
        assert ({order.status for order in sold}, shop.there.refused) == ({"shipped"}, [])
        assert rows("SELECT status, count(*) FROM shop_push GROUP BY 1") == [("done", 6)]
        shop.settle()
        assert rows("SELECT DISTINCT confirmation FROM sales_order") == [("confirmed",)]


def test_a_part_that_waits_for_the_others_is_told_when_they_are_cancelled(app):
    with opened("jd") as shop:
        sold = shop.there.sell(("S1", 1), ("S2", 1))
        shop.settle()
        ((whole, line),) = rows("SELECT order_id, max(id) FROM order_line GROUP BY 1")
        split(shop.house, whole, {line: 1})
        front.leave(f"{sold.number}-1")
        shop.push()
        assert (sold.parcels, rows("SELECT status, tries FROM shop_push")) == ([], [("waiting", 0)])
        with transaction():
            orders.cancel([whole])
        shop.push()
        assert [number for _, number in sold.parcels] == [f"W{sold.number}-1-1"]
        assert rows("SELECT status FROM shop_push") == [("done",)]


def test_split_by_stock_sends_what_is_here(app):
    house = samples.shop(pieces=3)
    (id,) = take(house, draft("1", ("S1", 5), ("S2", 1), ("S3", 1))).created.values()
    assert standing(id) == [("held", "stock_short", None)]
    with transaction():
        parts = orders.proposed(house, id, "stock")
    (late,) = split(house, id, *parts)
    assert standing(id, late) == [("confirmed", None, None), ("held", "stock_short", None)]
    assert (lines(id), lines(late)) == ({"S1": 3, "S2": 1}, {"S1": 2, "S3": 1})
    assert refused(orders.split, house, id, [{10**9: 1}], by=None) == "orders.split.line"
    with transaction() as session:
        session.execute(text("UPDATE sales_order SET processing = 'picking' WHERE id = :id"), {"id": id})
    assert refused(orders.unsplit, house, id, by=None) == "orders.in_work"
    proved()


def test_a_wave_gives_back_what_is_merged_split_or_parted(app):
    house = floor.build()
    one, two = (floor.order(house, nr, {"S1": 1, "S2": 1}, place_key=b"x") for nr in ("O1", "O2"))
    merged(house.id, one, two)
    floor.wave(house)
    with transaction():
        orders.unmerge(house.id, one, by=house.boss.person_id)
    assert rows("SELECT processing, confirmation FROM sales_order") == [("waiting", "confirmed")] * 2
    floor.wave(house)
    ((line,),) = rows("SELECT max(id) FROM order_line WHERE order_id = :id", id=one)
    assert len(split(house.id, one, {line: 1})) == 1
    assert rows("SELECT processing FROM sales_order ORDER BY id") == [("waiting",), ("waved",), ("waiting",)]
    proved()


