"""Orders out of shops and shipments back into them, with servers that are as strict and as bad as real ones."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import packing_floor as tables
import picking_floor as floor
import pytest
import shop_front as front
from shop_front import leave, opened, ours, rows
from sqlalchemy import text

from wms.channels import accounts, jobs, pulling, pushing, service
from wms.channels import client as wire
from wms.channels.models import ChannelAccount, ChannelOrder
from wms.channels.virtual import woo
from wms.channels.virtual.shop import Faults
from wms.core import sealed as seals
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.orders import jobs as order_jobs
from wms.orders import service as orders

PLATFORMS = ("top", "jd", "pinduoduo", "woocommerce", "shopify", "douyin", "shopee", "amazon")

@pytest.mark.parametrize("plugin", PLATFORMS)
def test_an_order_comes_changes_is_stopped_and_told_of(app, plugin):
    with opened(plugin) as shop:
        first = shop.there.sell(("S1", 2), ("S2", 1))
        second = shop.there.sell(("S1", 1), remark="vor 9 Uhr")
        sent_before = shop.there.sell(("S1", 1), status="shipped")
        risky = shop.there.sell(("S1", 1), status="forbidden")
        shop.settle()
        assert shop.there.refused == []
        confirmed = {first.number, second.number} | ({risky.number} if plugin == "woocommerce" else set())
        assert set(ours()) == confirmed  # not what was shipped elsewhere, nor what is not to be shipped
        if plugin != "woocommerce":  # whose on-hold is unpaid, which our audit holds
            shop.there.change(risky.number, status="open")
        shop.there.change(second.number, remark="liegen lassen")
        shop.settle()
        assert ours()[second.number][2] == "liegen lassen"
        assert (sent_before.number in ours(), risky.number in ours()) == (False, True)
        assert ours()[first.number] == ("confirmed", "none", "")
        shop.there.change(second.number, status="cancelled")
        shop.settle()
        assert ours()[second.number][0] == "cancelled"
        leave(first.number, 2)
        shop.push()
        assert rows("SELECT status, error FROM shop_push") == [("done", "")]
        assert [number for _, number in first.parcels] == [f"W{first.number}-1", f"W{first.number}-2"]
        assert (first.status, shop.there.refused) == ("shipped", [])
        shop.settle()  # what we told it comes back, and is no order stopped by somebody else's parcel
        assert ours()[first.number] == ("confirmed", "none", "")
        before = rows("SELECT count(*) FROM raw_order")
        shop.settle()
        assert rows("SELECT count(*) FROM raw_order") == before  # the same words are kept once


@pytest.mark.parametrize("plugin", ["top", "jd", "douyin"])
def test_refunds_hold_let_on_and_stop_at_the_next_scan(app, plugin):
    with opened(plugin) as shop:
        waits, works = shop.there.sell(("S1", 1)), shop.there.sell(("S1", 1))
        shop.settle()
        for each in (waits, works):
            before = each.modified
            shop.there.refund(each.number, "asked")
            if plugin == "jd":  # whose orders do not change by it
                each.modified = before
        shop.settle()
        assert ours() == {each.number: ("held", "asked", "") for each in (waits, works)}
        for each in (waits, works):
            shop.there.refund(each.number, "none")
        shop.settle()
        assert ours() == {each.number: ("confirmed", "none", "") for each in (waits, works)}
        with transaction() as session:
            works_on = text("UPDATE sales_order SET processing = 'packed' WHERE number = :n")
            session.execute(works_on, {"n": works.number})
        for each in (waits, works):
            shop.there.change(each.number, status="cancelled")
        shop.settle()
        assert (ours()[waits.number][0], ours()[works.number][0]) == ("cancelled", "held")
        ((wanted,),) = rows("SELECT hold_params ->> 'wanted' FROM sales_order WHERE number = :n", n=works.number)
        assert wanted == "cancel"


def test_what_is_paid_after_it_was_cancelled_comes_back_or_is_somebodys_trouble(app):
    """Cancelled because nobody had paid, it goes on; what a person has cancelled stays so, and is shown."""
    with opened("woocommerce") as shop:
        late, unwanted = (shop.there.sell(("S1", 1), status="unpaid").number for _ in range(2))
        shop.settle()
        ids = dict(rows("SELECT number, id FROM sales_order"))
        with transaction():
            orders.change_shop("T", {"cancel_unpaid_minutes": 60})
            orders.cancel([ids[unwanted]])
        shop.there.pass_time(timedelta(hours=2))
        with shop.clock():
            order_jobs.unpaid_due()
        assert {each[0] for each in ours().values()} == {"cancelled"}
        assert shop.state()["troubled"] == 0
        shop.there.change(late, remark="still unpaid")
        for status in ("unpaid", "open", "open"):
            shop.there.change(unwanted, status=status)
            shop.settle()
        assert (ours()[late][0], shop.state()["troubled"]) == ("cancelled", 1)
        shop.there.change(late, status="open")
        shop.settle()
        jobs.take_again()
        assert {number: row[0] for number, row in ours().items()} == {late: "confirmed", unwanted: "cancelled"}
        with transaction():
            (trouble,) = service.troubles(shop.house, "T", "en")["orders"]
            assert (trouble["order"], "paid" in trouble["why"]) == (unwanted, True)
            assert [each["action"] for each in orders.history(ids[late], "en")] == ["unpaid_cancelled", "paid_late"]
        shop.there.change(unwanted, status="cancelled")  # the buyer has his money back
        shop.settle()
        assert shop.state()["troubled"] == 0


def test_one_bad_order_stands_in_nobodys_way(app):
    """Amounts beyond all bounds, pieces that are none, no lines, a character that no database takes."""
    with opened() as shop:
        odd = [shop.there.sell(("S1", qty)) for qty in (0, 99_999_999, 1, 1, 1)]
        odd[2].lines[0].price = Decimal(10**13)
        odd[3].lines.clear()
        odd[4].remark = "a\0b"
        fine = shop.there.sell(("S1", 1))
        shop.settle()
        assert set(ours()) == {fine.number, odd[4].number}
        assert ours()[odd[4].number][2] == "ab"
        with transaction():
            troubles = service.troubles(shop.house, "T", "en")["orders"]
        assert [each["order"] for each in troubles] == [each.number for each in odd[:4]]
        assert all(each["why"] for each in troubles)


def test_what_cannot_be_taken_is_kept_shown_and_taken_when_it_can(app):
    with opened() as shop:
        strange = shop.there.sell(("NEW", 1))
        known = shop.there.sell(("S1", 1))
        shop.settle()
        assert set(ours()) == {known.number}
        with transaction():
            (trouble,) = service.troubles(shop.house, "T", "en")["orders"]
        assert (trouble["order"], "NEW" in trouble["why"]) == (strange.number, True)
        with transaction():
            from wms.catalog import service as catalog

            catalog.put_skus([catalog.SkuFacts("NEW", "New")])
        jobs.take_again()
        assert set(ours()) == {known.number, strange.number}
        assert shop.state()["troubled"] == 0


def test_a_shop_that_is_down_hears_all_after_it_is_back_and_nothing_twice(app):
    with opened() as shop:
        sold = [shop.there.sell(("S1", 1), ("S2", 1)) for _ in range(12)]
        shop.settle()
        shop.there.open = False
        for each in sold:
            leave(each.number, 1 + int(each.number) % 2)
        failed_at = []
        for _ in range(60):  # an hour of minutes, each with what the worker does in it
            shop.there.pass_time(timedelta(minutes=1))
            before = shop.state()["failures"]
            _due(shop)
            if shop.state()["failures"] > before:
                failed_at.append(shop.there.moment)
        assert len(failed_at) < 40  # it is not hammered
        state = shop.state()
        assert (state["state"], state["to_push"], "Error" in state["error"]) == ("failing", 12, True)
        shop.there.open = True
        shop.there.faults = Faults(silent_after=0.1, busy=0.1)  # and it does not come back well
        for _ in range(10):
            shop.there.pass_time(timedelta(minutes=1))
            _due(shop)
        assert rows("SELECT status, count(*) FROM shop_push GROUP BY status") == [("done", 12)]
        for each in sold:
            wanted = [f"W{each.number}-{nr}" for nr in range(1, 2 + int(each.number) % 2)]
            assert [number for _, number in each.parcels] == wanted
        assert not [code for code in shop.there.refused if "not_to_be_sent" in code]  # it was never told twice


def test_a_closed_manifest_is_what_shops_are_told_of(app):
    """Picked, packed, loaded and gone on the floor; orders that came from no shop's account are nobody's to tell."""
    house = floor.build()
    totes = tables.picked(house, {"O1": {"S1": 2, "S3": 1}, "O2": {"S2": 3}})
    with transaction() as session:
        facts = {"plugin": "top", "url": "https://shop.example.com"}
        shop_id = service.connect(house.id, "SHOP", facts).shop_id
        (order_id,) = session.execute(text("SELECT id FROM sales_order WHERE number = 'O1'")).one()
        session.add(ChannelOrder(shop_id=shop_id, platform_id="77", order_id=order_id, outcome="taken"))
    pat, driver = tables.packer(house), floor.person(house, "Dan")
    for tote in totes.values():
        floor.do(driver, "load.scan", code=tables.packed(pat, tote)["number"])
    assert rows("SELECT 1 FROM shop_push") == []
    floor.do(driver, "load.close", manifest_id=floor.do(driver, "load.state")["data"]["manifest"]["id"])
    ((platform_id, status, body),) = rows("SELECT platform_id, status, body FROM shop_push")
    ((waybill,),) = rows("SELECT p.waybill FROM parcel p WHERE p.order_id = :id", id=order_id)
    parcel = {"tracking": waybill, "carrier": "own_fleet", "lines": {"S1": 2, "S3": 1}}
    assert (platform_id, status, body) == ("77", "waiting", {"complete": True, "parcels": [parcel]})


def _due(shop: front.Front) -> None:
    """What the worker does in a minute."""
    with shop.clock():
        jobs.due()
        queued = rows("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        _forget_jobs()
    for (name,) in queued:
        with shop.clock():
            {"channels.pull": pulling.pull, "channels.fetch": pulling.fetch_wanted, "channels.push": pushing.push}[
                name
            ](shop.shop_id)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """A shop on this machine needs no time to collect itself."""
    monkeypatch.setattr(wire, "PAUSE", 0.01)


PULLER = """
import sys
from datetime import datetime
from pathlib import Path
from wms.app import create_app
from wms.channels import pulling
from wms.core.clock import fixed
from wms.core.config import Config

url, data, shop_id, moment = sys.argv[1:]
app = create_app(Config(database_url=url, data=Path(data), secret_key="test", pool_size=2), live=False)
with app.app_context(), fixed(datetime.fromisoformat(moment)):
    while True:
        pulling.pull(int(shop_id))
"""


def test_orders_that_change_while_they_are_pulled_by_workers_that_are_killed(app, config, tmp_path):
    """Some hundreds of orders; each list finds a few changed and new ones, each request may fail in five ways, and the
    worker is killed in the middle: in the end what is here is what is there, each once."""
    with opened("pinduoduo", pieces=100_000) as shop:
        there = shop.there
        numbers = [there.sell(("S1", 1), ("S2", 2)).number for _ in range(330)]

        def meanwhile(_):
            for nr in range(4):
                there.change(there.random.choice(numbers), remark=f"changed {there.moment:%H:%M:%S.%f} {nr}")
            numbers.append(there.sell(("S1", 1)).number)
            there.pass_time(timedelta(seconds=1))

        there.pass_time(timedelta(minutes=20))
        there.meanwhile = meanwhile
        there.faults = Faults(0.03, 0.02, 0.02, 0.02, twice=0.3, shuffled=0.5)
        _killed_in_the_middle(shop, config, tmp_path)
        assert 0 < len(ours()) < 330
        for _ in range(4):  # workers that live, one after another, in the same weather
            there.pass_time(timedelta(minutes=7))
            shop.pull()
        there.meanwhile, there.faults = None, Faults()
        shop.settle()
        shop.settle()
        assert {number: row[2] for number, row in ours().items()} == {
            number: there.orders[number].remark for number in numbers
        }
        assert not [code for code in there.refused if "ignature" in code or "window" in code]
        twice = "SELECT 1 FROM raw_order GROUP BY shop_id, platform_id, body_hash HAVING count(*) > 1"
        assert rows(twice) == []


def _killed_in_the_middle(shop: front.Front, config, tmp_path: Path) -> None:
    script = tmp_path / "puller.py"
    script.write_text(PULLER)
    told = [config.database_url, str(config.data), str(shop.shop_id), shop.there.moment.isoformat()]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    worker = subprocess.Popen([sys.executable, str(script), *told], env=environment)
    try:
        for _ in range(1200):
            if rows("SELECT count(*) FROM sales_order") != [(0,)]:
                break
            assert worker.poll() is None
            time.sleep(0.05)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    shop.there.pass_time(timedelta(minutes=3))  # what it held is free again


@pytest.mark.parametrize("plugin", PLATFORMS)
def test_shops_are_told_how_many_there_are(app, plugin):
    """Their share beyond the safety stock, of what changed since they were told; what one refuses is shown."""
    with opened(plugin, pieces=100) as shop:
        shop.there.sell(("S1", 5), ("S2", 10))
        shop.settle()
        with shop.clock(), transaction():
            told = {"stock_share": 50, "safety_stock": 10}
            service.connect(shop.house, "T", front.connection(plugin, shop.url, shop.there, **told))
        first, second = shop.there.items["S1"], shop.there.items["S2"]
        del shop.there.items["S2"]  # taken off the shelf there
        offer = partial(jobs.offer, shop.shop_id)
        with shop.clock():
            offer()
        assert shop.there.stock == {first: 42}  # (100 - 5 - 10) / 2
        with transaction():
            (trouble,) = service.troubles(shop.house, "T", "en")["items"]
        assert (trouble["sku"], trouble["told"]) == ("S2", 40)
        shop.there.items["S2"] = second
        asked = dict(shop.there.asked)
        with shop.clock():
            offer()
        assert shop.there.asked == asked  # nothing changed: nothing is said
        shop.there.sell(("S1", 1), ("S2", 2))
        shop.settle()
        with shop.clock():
            offer()
        assert shop.there.stock == {first: 42, second: 39}


def test_reconciliation_finds_what_no_pull_saw(app):
    with opened() as shop:
        seen = shop.there.sell(("S1", 1))
        shop.settle()
        silent = shop.there.orders[seen.number]
        silent.remark = "changed without a new time"
        lost = shop.there.sell(("S1", 1))
        lost.modified = lost.created = front.START - timedelta(hours=20)  # as if its platform had noted it too late
        shop.settle()
        assert lost.number not in ours()
        with shop.clock():
            assert pulling.reconcile(shop.shop_id) >= 2
            pulling.fetch_wanted(shop.shop_id)
        assert ours()[lost.number] == ("confirmed", "none", "")
        assert ours()[seen.number][2] == silent.remark
        assert shop.state()["to_fetch"] == 0


def test_a_comparison_that_meets_a_pull_or_is_cut_off_is_made_right_after(app):
    with opened() as shop:
        seen = shop.there.sell(("S1", 1))
        shop.settle()
        shop.there.orders[seen.number].remark = "changed without a new time"
        with shop.clock(), accounts.at_work(shop.shop_id, "pull") as line:
            assert line is not None
            jobs.reconcile()
            assert pulling.reconcile(shop.shop_id) == 0
            _forget_jobs()
        waits = [("channels.reconcile_one",)]
        assert rows("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'") == waits
        shop.there.open = False
        with shop.clock():
            assert pulling.reconcile(shop.shop_id) == 0
        shop.there.open = True
        _forget_jobs()
        shop.settle()
        assert waits[0] in rows("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")
        _forget_jobs()
        with shop.clock():
            assert pulling.reconcile(shop.shop_id) >= 1
            pulling.fetch_wanted(shop.shop_id)
        assert ours()[seen.number][2] == shop.there.orders[seen.number].remark
        assert waits[0] not in rows("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")


def _forget_jobs() -> None:
    with transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs WHERE status = 'todo'"))


def test_notices_fetch_and_change_nothing_themselves(app):
    with opened("woocommerce") as shop:
        order = shop.there.sell(("S1", 1))
        client = app.test_client()
        lie = json.dumps({"id": int(order.number), "status": "cancelled", "total": "0.01"}).encode()
        path = "/api/v1/channels/T/notices"
        with client.post(path, data=lie, headers={"X-WC-Webhook-Signature": "bm8="}) as reply:
            assert (reply.status_code, reply.json["code"]) == (401, "channels.not_a_notice")
        with client.post("/api/v1/channels/NONE/notices", data=lie, headers=woo.signed(shop.there, lie)) as reply:
            assert reply.status_code == 401
        assert rows("SELECT 1 FROM channel_fetch") == []
        for _ in range(2):
            with client.post(path, data=lie, headers=woo.signed(shop.there, lie)) as reply:
                assert reply.status_code == 200
        assert (ours(), rows("SELECT platform_id, why FROM channel_fetch")) == ({}, [(order.number, "notice")])
        assert rows("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'channels.fetch'") == [(1,)]
        shop.there.pass_time(timedelta(seconds=2))
        with shop.clock():
            pulling.fetch_wanted(shop.shop_id)
        assert ours()[order.number] == ("confirmed", "none", "")


def test_secrets_lie_sealed_and_tokens_are_renewed_before_they_end(app):
    with opened() as shop:
        ((sealed,),) = rows("SELECT secrets FROM channel_account")
        everything = rows("SELECT a::text FROM channel_account a")[0][0]
        for plain in (shop.there.secret, shop.there.token, shop.there.refresh_token):
            assert plain.encode() not in bytes(sealed)
            assert plain not in everything
            assert plain not in json.dumps(shop.state(), default=str)
        with pytest.raises(WmsError, match="cannot_unseal"):
            seals.unseal(bytes(sealed), "shop 999")
        with transaction() as session:
            account = session.get(ChannelAccount, shop.shop_id)
            account.token_ends_at = front.START + timedelta(hours=1)
        order = shop.there.sell(("S1", 1))
        shop.settle()
        assert (shop.there.token, set(ours())) == ("virtual-token-1", {order.number})
        shop.there.token = "revoked there"  # and what does not count any more is renewed once, at the next try
        shop.there.pass_time(timedelta(minutes=20))
        shop.pull()
        assert shop.state()["state"] == "failing"
        shop.settle()
        assert shop.there.token == "virtual-token-2"


def test_shops_over_http(app):
    """Connecting, how it goes, fetching one now, a rest; no answer holds a secret."""
    with opened() as shop:
        client = app.test_client()
        sign = {"Authorization": f"Bearer {front.token(shop.house, 'supervisor')}"}
        picker = {"Authorization": f"Bearer {front.token(shop.house, 'picker')}"}
        order = shop.there.sell(("S1", 1))
        with client.get("/api/v1/channels", headers=sign) as reply:
            (item,) = reply.json["items"]
            assert (item["shop"], item["plugin"], item["lag_s"]) == ("T", "top", None)
            assert shop.there.secret not in reply.text
        assert client.get("/api/v1/channels", headers=picker).status_code == 403
        more = {"plugin": "top", "url": shop.url, "every_s": 60, "access_token": "another"}
        with client.put("/api/v1/channels/T", json=more, headers=sign) as reply:
            assert (reply.status_code, reply.json["every_s"], "another" in reply.text) == (200, 60, False)
        unsafe = {"plugin": "top", "url": "http://shop.example.com"}
        with client.put("/api/v1/channels/T", json=unsafe, headers=sign) as reply:
            assert (reply.status_code, reply.json["code"]) == (422, "channels.not_over_tls")
        assert client.put("/api/v1/channels/T", json={**more, "plugin": "none"}, headers=sign).status_code == 409
        wrong = {"code": "wrong"}
        with shop.clock(), client.post("/api/v1/channels/T/authorisation", json=wrong, headers=sign) as reply:
            assert (reply.status_code, reply.json["code"]) == (409, "channels.not_authorised")
        code = {"code": shop.there.refresh_token}
        with shop.clock():
            assert client.post("/api/v1/channels/T/authorisation", json=code, headers=sign).status_code == 204
        assert client.post("/api/v1/channels/T/fetch", json={"order": order.number}, headers=sign).status_code == 202
        with shop.clock():
            pulling.fetch_wanted(shop.shop_id)
        assert set(ours()) == {order.number}
        assert client.patch("/api/v1/channels/T", json={"paused": True}, headers=sign).json["state"] == "paused"
        assert client.post("/api/v1/channels/T/pull", headers=sign).status_code == 409
        shop.pull()
        assert shop.state()["pulled_at"] is None
        assert client.get("/api/v1/channels/T/troubles", headers=sign).json == {"orders": [], "items": [], "pushes": []}
