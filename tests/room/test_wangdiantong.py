"""A merchant's program that was made for 旺店通 企业版 works a day with us, and is refused as it expects."""
from __future__ import annotations

import json
from datetime import timedelta

import order_samples as samples
import picking_floor as floor
import programs_house as programs
import pytest
from programs_house import rows
from sqlalchemy import text
from wdt_client import WdtClient, line, trade

from wms.channels import jobs
from wms.channels import service as channels
from wms.core.china import beijing
from wms.core.clock import now
from wms.core.event import publish
from wms.core.transaction import transaction
from wms.inbound import service as inbound
from wms.layout import service as layout
from wms.layout.models import Station
from wms.orders import routing
from wms.orders.models import Order
from wms.packing.models import Parcel, ParcelLine
from wms.programs.wangdiantong import apps
from wms.programs.wangdiantong.protocol import pack, sign
from wms.shipping import service as shipping
from wms.shipping.events import ManifestClosed
from wms.shipping.models import Manifest, ManifestParcel, Waybill
from wms.stock import service as stock


@pytest.fixture
def wdt(app):
    """A house with an app that has the shop T, and its program."""
    house = samples.shop(pieces=10)
    with transaction():
        facts = {"name": "Mall", "sid": "seller", "shops": ["T"], "carriers": {"own_fleet": "54"}}
        made, secret = apps.add(house, facts)
    client = WdtClient(app.test_client(), "seller", made["app_key"], secret)
    client.house = house
    return client


def ship(number: str, parcels: int = 1) -> None:
    """An order is packed, and its carrier takes it."""
    with transaction() as session:
        order = session.query(Order).filter_by(number=number).one()
        order.processing, order.shipping = "packed", "shipped"
        table = Station(warehouse_id=order.warehouse_id, code=f"P{number}", name="P")
        session.add(table)
        carrier_id = shipping.ensure_carrier("own_fleet", "Fleet")
        session.flush()
        number_of = session.query(Manifest).count() + 1
        manifest = Manifest(
            warehouse_id=order.warehouse_id, carrier_id=carrier_id, number=number_of, status="closed", opened_at=now(),
            closed_at=now(),
        )  # fmt: skip
        session.add(manifest)
        session.flush()
        for nr in range(1, parcels + 1):
            box = stock.ensure_container(order.warehouse_id, f"{number}-{nr}", "parcel")
            parcel = Parcel(
                warehouse_id=order.warehouse_id, number=f"{number}-{nr}", order_id=order.id, ordinal=nr,
                container_id=box, station_id=table.id, status="shipped", opened_at=now(),
            )  # fmt: skip
            session.add(parcel)
            session.flush()
            inside = order.lines if parcels == 1 else order.lines[nr - 1 : nr]
            for each in inside:
                session.add(ParcelLine(parcel_id=parcel.id, order_line_id=each.id, sku_id=each.sku_id, qty=each.qty))
            session.add(Waybill(carrier_id=carrier_id, parcel_id=parcel.id, request_key=parcel.number, status="issued",
                                number=f"W{parcel.number}", asked_at=now()))  # fmt: skip
            session.add(ManifestParcel(manifest_id=manifest.id, parcel_id=parcel.id, loaded_at=now()))
        session.flush()
        publish(ManifestClosed(order.warehouse_id, manifest.id, [order.id]))


def span() -> dict[str, str]:
    return {"start_time": beijing(now() - timedelta(minutes=30)), "end_time": beijing(now() + timedelta(minutes=1))}


def test_a_merchants_day(wdt):
    # the goods are known
    goods = {"goods_no": "TEA", "goods_name": "茶", "spec_list": [
        {"spec_no": "TEA-1", "spec_name": "红", "barcode": "6901234567892", "weight": 0.25}]}  # fmt: skip
    assert wdt.done("goods_push", goods_list=[goods])["new_count"] == 1
    assert rows("SELECT name, weight_g FROM sku WHERE code = 'TEA-1'") == [("茶 红", 250)]
    # they are bought, and come
    (house,) = rows("SELECT code FROM warehouse")
    bought = {"provider_no": "ACME", "warehouse_no": house[0], "outer_no": "PO-1", "is_check": 1,
              "details_list": [{"spec_no": "TEA-1", "num": 20, "price": 3.5}]}  # fmt: skip
    assert wdt.done("purchase_order_push", purchase_info=bought)["purchase_no"] == "PO-1"
    assert wdt.ask("purchase_order_push", purchase_info=bought)["code"] == 2314
    assert rows("SELECT kind, supplier, status FROM receipt") == [("purchase", "ACME", "expected")]
    arrive(wdt.house, "TEA-1", 20)
    # orders: two, of which one changes and one is paid back
    pushed = [trade("A1", line("A1-1", "TEA-1", 2), line("A1-2", "S1")), trade("A2", line("A2-1", "TEA-1", 1))]
    answer = wdt.done("trade_push", shop_no="T", trade_list=pushed)
    assert (answer["new_count"], answer["chg_count"]) == (2, 0)
    again = wdt.done("trade_push", shop_no="T", trade_list=pushed)
    assert (again["new_count"], again["chg_count"]) == (0, 0)
    pushed[0]["buyer_message"] = "请快点"
    assert wdt.done("trade_push", shop_no="T", trade_list=pushed[:1])["chg_count"] == 1
    changed = rows("SELECT remark, confirmation, buyer FROM sales_order WHERE number = 'A1'")
    assert changed == [("请快点", "confirmed", "买家")]
    pushed[1]["trade_status"] = 80
    pushed[1]["order_list"][0] |= {"status": 80, "refund_status": 5}
    assert wdt.done("trade_push", shop_no="T", trade_list=pushed[1:])["chg_count"] == 1
    listed = wdt.done("trade_query", **span())
    assert {each["src_tids"]: each["trade_status"] for each in listed["trades"]} == {"A1": 55, "A2": 5}
    assert listed["total_count"] == 2
    assert [each["src_tids"] for each in wdt.done("trade_query", status="55", **span())["trades"]] == ["A1"]
    # one leaves in two parcels, and the shop is told of both
    ship("A1", 2)
    told = wdt.done("logistics_sync_query", shop_no="T", is_part_sync_able="1", limit="100")["trades"]
    names = ("tid", "logistics_no", "oids", "is_part_sync", "logistics_type")
    shown = [tuple(each[name] for name in names) for each in told]
    assert shown == [("A1", "WA1-1", "A1-1", 1, 54), ("A1", "WA1-2", "A1-2", 1, 54)]
    wdt.done("logistics_sync_ack", logistics_list=[{"rec_id": told[0]["rec_id"], "status": 0, "message": "成功"}])
    left = wdt.done("logistics_sync_query", shop_no="T", is_part_sync_able="1")["trades"]
    assert [each["rec_id"] for each in left] == [told[1]["rec_id"]]
    wdt.done("logistics_sync_ack", logistics_list=[{"rec_id": told[1]["rec_id"], "status": 0}])
    assert wdt.done("logistics_sync_query", shop_no="T")["trades"] == []
    assert rows("SELECT status FROM shop_push") == [("done",)]
    (out,) = wdt.done("stockout_order_query_trade", **span())["stockout_list"]
    assert (out["src_trade_no"], out["trade_status"], out["logistics_no"]) == ("A1", 95, "WA1-1")
    assert [each["goods_count"] for each in out["details_list"]] == ["2", "1"]
    # and what is left
    changed = wdt.done("api_goods_stock_change_query", shop_no="T", limit="100")["stock_change_list"]
    number = {each["spec_no"]: each["sync_stock"] for each in changed}
    assert number == {"S1": 9, "TEA-1": 18}
    told = [{name: each[name] for name in ("rec_id", "sync_stock", "stock_change_count")} for each in changed]
    wdt.done("api_goods_stock_change_ack", stock_sync_list=told)
    assert wdt.done("api_goods_stock_change_query", shop_no="T", limit="100")["current_count"] == 0
    (tea,) = wdt.done("stock_query", spec_no="TEA-1")["stocks"]
    assert (tea["stock_num"], tea["available_send_stock"], tea["warehouse_no"]) == ("20", "18", house[0])


def test_a_shop_that_sends_from_two_warehouses_offers_what_lies_in_both(wdt):
    wdt.done("trade_push", shop_no="T", trade_list=[trade("A1", line("1", "S1"))])
    south = floor.build(skus=0, mark="S")
    its = "SELECT w.code, s.id FROM warehouse w, sku s WHERE w.id = :w AND s.code = 'S1'"
    ((first, sku_id),) = rows(its, w=wdt.house)
    with transaction():
        goods = [stock.Goods(sku_id, south.bins["A1-1"], 5)]
        stock.receive(south.id, goods, reference="ASN", actor_id=None)
        routing.put("T", "nearest", "transfer", [{"warehouse": code, "places": []} for code in (first, "SW")])
    (changed,) = wdt.done("api_goods_stock_change_query", shop_no="T", limit="100")["stock_change_list"]
    assert (changed["spec_no"], changed["sync_stock"]) == ("S1", 10 + 5 - 1)


def arrive(house: int, sku: str, qty: int) -> None:
    """The purchase is received: in stock where it can be promised."""
    with transaction() as session:
        (bin_id, _) = layout.bin_ids(house, ["A01-01L1"])["A01-01L1"]
        sku_id = session.execute(text("SELECT id FROM sku WHERE code = :c"), {"c": sku}).scalar_one()
        stock.receive(house, [stock.Goods(sku_id, bin_id, qty)], reference="PO-1", actor_id=None)
        inbound.begin(inbound.by_number(house, "PO-1"))


def test_refunds_stop_let_go_on_and_say_how_they_stand(wdt):
    wdt.done("trade_push", shop_no="T", trade_list=[trade("B1", line("B1-1", "S1")), trade("B2", line("B2-1", "S2"))])
    refund = {
        "tid": "B1", "shop_no": "T", "platform_id": 127, "refund_no": "R1", "type": 1, "status": "wait_seller_agree",
        "refund_fee": 10, "order_list": [{"oid": "B1-1", "num": 1}],
    }  # fmt: skip
    assert wdt.done("sales_refund_push", api_refund_list=[refund])["new_count"] == 1
    assert rows("SELECT confirmation, refund FROM sales_order WHERE number = 'B1'") == [("held", "asked")]
    (asked,) = wdt.done("refund_query", refund_no="R1")["refunds"]
    assert (asked["tid"], asked["process_status"], asked["type"]) == ("B1", 20, 1)
    wdt.done("sales_refund_push", api_refund_list=[{**refund, "status": "cancel_refund"}])
    assert rows("SELECT confirmation, refund FROM sales_order WHERE number = 'B1'") == [("confirmed", "none")]
    assert wdt.done("sales_refund_push", api_refund_list=[{**refund, "status": "success"}])["chg_count"] == 1
    assert rows("SELECT confirmation, refund FROM sales_order WHERE number = 'B1'") == [("cancelled", "refunded")]
    (done,) = wdt.done("refund_query", **span())["refunds"]
    assert done["process_status"] == 90
    ship("B2")
    before = samples.everything()
    late = {**refund, "tid": "B2", "refund_no": "R2", "order_list": [{"oid": "B2-1", "num": 1}]}
    assert wdt.ask("sales_refund_push", api_refund_list=[late])["code"] == 200
    back = wdt.ask("sales_refund_push", api_refund_list=[{**late, "type": 3}])
    assert (back["code"], "暂不支持" in back["message"]) == (300, True)
    assert samples.everything() == before
    wdt.done("sales_refund_push", api_refund_list=[{**late, "type": 2, "status": "success"}])
    assert rows("SELECT refund FROM sales_order WHERE number = 'B2'") == [("none",)]


def test_one_bad_order_keeps_all_out_unless_the_caller_wants_the_others(wdt):
    good, bad = trade("C1", line("C1-1", "S1")), trade("C2", line("C2-1", "NOWHERE"))
    refused = wdt.ask("trade_push", shop_no="T", trade_list=[good, bad])
    assert refused["code"] != 0
    assert [each["tid"] for each in json.loads(refused["message"])] == ["C2"]
    assert rows("SELECT count(*) FROM sales_order") == [(0,)]
    partly = wdt.done("trade_push", shop_no="T", trade_list=[good, bad], switch="0")
    assert (partly["new_count"], [each["tid"] for each in json.loads(partly["message"])]) == (1, ["C2"])
    assert rows("SELECT number FROM sales_order") == [("C1",)]
    wdt.done("goods_push", goods_list=[{"goods_no": "N", "goods_name": "N", "spec_list": [{"spec_no": "NOWHERE"}]}])
    jobs.take_again()  # which the worker does every ten minutes
    assert [each["src_tids"] for each in wdt.done("trade_query", src_tid="C2")["trades"]] == ["C2"]
    with transaction():
        (shop,) = channels.shown(wdt.house)
    assert (shop["state"], shop["plugin"], shop["troubled"]) == ("ok", "wangdiantong", 0)


def test_goods_that_leave_without_a_sale_and_goods_that_come(wdt):
    (house,) = rows("SELECT code FROM warehouse")
    out = {
        "outer_no": "OUT-1", "warehouse_no": house[0], "detail_list": [{"spec_no": "S1", "num": 3, "price": 0}],
        "receiver_name": "李四", "receiver_province": "北京市", "receiver_city": "北京市",
        "receiver_district": "海淀区", "receiver_address": "中关村1号", "receiver_mobile": "13900139000",
    }  # fmt: skip
    assert wdt.done("stockout_order_push", stockout_info=out)["stockout_no"].startswith("CK")
    assert rows("SELECT number, confirmation, total FROM sales_order") == [("OUT-1", "confirmed", 0)]
    assert wdt.ask("stockout_order_push", stockout_info=out)["code"] == 2314
    comes = {"outer_no": "IN-1", "warehouse_no": house[0], "goods_list": [{"spec_no": "S2", "stockin_num": 4}]}
    assert wdt.done("stockin_order_push", stockin_info=comes)["stockin_no"] == "IN-1"
    assert rows("SELECT r.kind, l.qty FROM receipt r JOIN receipt_line l ON l.receipt_id = r.id") == [("asn", 4)]
    elsewhere = {**comes, "outer_no": "IN-2", "warehouse_no": "X"}
    assert wdt.ask("stockin_order_push", stockin_info=elsewhere)["code"] == 2311
    unknown = {**comes, "goods_list": [{"spec_no": "?", "stockin_num": 1}]}
    assert wdt.ask("stockin_order_push", stockin_info=unknown)["code"] == 2312


# ---- what is refused

def test_strangers_are_refused_and_nothing_moves(wdt):
    order = [trade("D1", line("D1-1", "S1"))]
    right = wdt.appsecret
    wdt.appsecret = "wrong"
    assert wdt.ask("trade_push", shop_no="T", trade_list=order)["code"] == 102
    wdt.appsecret, wdt.ahead = right, 600
    assert wdt.ask("trade_push", shop_no="T", trade_list=order)["code"] == 101
    wdt.ahead, wdt.sid = 0, "somebody"
    assert wdt.ask("trade_push", shop_no="T", trade_list=order)["code"] == 100
    wdt.sid = "seller"
    assert wdt.ask("trade_push", shop_no="OTHER", trade_list=order)["code"] == 2310
    assert wdt.ask("trade_everything")["code"] == 300
    assert wdt.ask("trade_push", shop_no="T")["code"] == 110
    assert wdt.ask("trade_push", shop_no="T", trade_list="{")["code"] == 111
    assert wdt.ask("trade_push", shop_no="T", trade_list=[{"tid": "D1"}])["code"] == 110
    far = {"start_time": "2026-11-01 00:00:00", "end_time": "2026-11-01 02:00:00"}
    assert wdt.ask("trade_query", **far)["code"] == 113
    assert wdt.ask("trade_query", start_time="yesterday", end_time="today")["code"] == 111
    assert rows("SELECT count(*) FROM raw_order") == [(0,)]


def test_an_app_that_is_switched_off_is_a_stranger(wdt):
    with transaction():
        (shown,) = apps.shown(wdt.house)
        apps.change(wdt.house, shown["id"], {"active": False})
    assert wdt.ask("stock_query")["code"] == 100


def test_a_shop_has_one_app_and_one_source(app, wdt):
    client, admin = app.test_client(), programs.bearer(wdt.house, "admin")
    body = {"name": "Second", "sid": "other", "shops": ["T"]}
    refused = client.post("/api/v1/dialect-apps", json=body, headers=admin)
    assert (refused.status_code, refused.json["code"]) == (409, "programs.shop_taken")
    assert [each["name"] for each in client.get("/api/v1/dialect-apps", headers=admin).json["items"]] == ["Mall"]
    path = f"/api/v1/dialect-apps/{client.get('/api/v1/dialect-apps', headers=admin).json['items'][0]['id']}"
    assert client.post(f"{path}/secret", headers=admin).json["secret"] != wdt.appsecret
    assert wdt.ask("stock_query")["code"] == 102


def test_the_formula():
    """Lengths count letters, not bytes; the sign itself is left out."""
    values = {"sid": "s", "name": "中文", "sign": "x"}
    assert pack(values) == "04-name:0002-中文;03-sid:0001-s"
    assert sign(values, "secret") == WdtClient(None, "", "", "secret").signature(values)
