"""What single platforms have of their own: masked people, allowances, notices, requests that count once."""
from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import order_samples as samples
import picking_floor as floor
import pytest
import shop_front as front
from shop_front import DIALECTS, opened, ours, rows
from test_wave_life import of

from wms.channels import intake, service
from wms.channels.client import Bucket, BusyError, Client, RefusedError
from wms.channels.models import ChannelOrder
from wms.channels.platforms import BUILT_IN
from wms.channels.plugin import Account, ParcelSent, Shipment, Told
from wms.channels.virtual import shopee
from wms.channels.virtual.server import serving
from wms.channels.virtual.shop import Rejected, VirtualShop
from wms.core.clock import fixed, now
from wms.core.transaction import transaction


def account(plugin: str, url: str, there: VirtualShop) -> Account:
    facts = front.connection(plugin, url, there)
    return Account("T", **{name: value for name, value in facts.items() if name != "plugin"})


@pytest.mark.parametrize("plugin", ["top", "jd", "pinduoduo", "douyin", "shopee"])
def test_who_is_masked_has_an_id_of_the_place(plugin):
    """So that orders to one place can be merged, and nobody takes asterisks for a street."""
    there, channel = VirtualShop(moment=front.START), BUILT_IN[plugin]
    sold = [there.sell(("S1", 1), recipient=name) for name in ("王小明", "王小明", "李四")]
    with serving(there, DIALECTS[plugin]) as url, fixed(front.START):
        us, client = account(plugin, url, there), Client(1000)
        told = [channel.read(us, channel.fetch(client, us, each.number) or {}).draft for each in sold]
    assert told[0].address_id
    assert [each.address_id == told[0].address_id for each in told] == [True, True, False]
    assert all(mark in told[0].recipient + told[0].address for mark in ("~" if plugin == "pinduoduo" else "*",))
    assert [each.paid_at for each in told] == [front.START] * 3


@pytest.mark.parametrize("plugin", ["top", "jd", "woocommerce", "douyin", "shopee"])
def test_what_is_paid_at_the_door_the_carrier_collects(app, plugin):
    with opened(plugin) as shop:
        sold, paid = shop.there.sell(("S1", 2), cod=True), shop.there.sell(("S1", 2))
        shop.settle()
        due = sold.total
        assert rows("SELECT number, total, paid, cod, confirmation FROM sales_order ORDER BY number") == [
            (sold.number, due, 0, due, "confirmed"), (paid.number, due, due, 0, "confirmed"),
        ]  # fmt: skip
        assert shop.there.refused == []


@pytest.mark.parametrize("said", ["cancelled", "refund"])
def test_what_a_shop_stops_leaves_the_cart_at_once(app, said):
    """An order that somebody picks: its lines are no more to be picked, and the other order of the cart is."""
    house = floor.build()
    for number, sku in (("O1", "S1"), ("O2", "S2")):
        floor.order(house, number, {sku: 2})
    floor.wave(house)
    anna = floor.person(house, "Anna")
    task = floor.start(anna)
    with transaction() as session:
        shop_id = service.connect(house.id, "SHOP", {"plugin": "top", "url": "https://shop.example.com"}).shop_id
        row = ChannelOrder(shop_id=shop_id, platform_id="77", order_id=house.orders["O1"], outcome="taken")
        session.add(row)
    how = {"state": "cancelled"} if said == "cancelled" else {"refund": "asked"}
    told = Told("77", now(), samples.draft("O1"), **how)
    with transaction():
        intake.keep(shop_id, house.id, [intake.Got("77", how, now(), told)])
    assert floor.refused(anna, "pick.confirm", **floor.scans(task, of(task, "O1")[0])) == "picking.line_intercepted"
    assert floor.do(anna, "pick.confirm", **floor.scans(task, of(task, "O2")[0]))["next"] == "pick_done"
    ended = ("cancelled", "none", "waiting") if said == "cancelled" else ("held", "asked", "waiting")
    assert rows("SELECT confirmation, refund, processing FROM sales_order WHERE number = 'O1'") == [ended]
    floor.proved()


def test_a_group_purchase_waits_until_its_group_is_complete_or_has_failed(app):
    with opened("pinduoduo") as shop:
        first, second = (shop.there.sell(("S1", 1), group="open").number for _ in range(2))
        shop.settle()
        stand = "SELECT number, confirmation, hold_reason FROM sales_order ORDER BY number"
        assert rows(stand) == [(first, "held", "group_open"), (second, "held", "group_open")]
        shop.there.change(first, group="complete")
        shop.there.change(second, group="failed")
        shop.settle()
        assert rows(stand) == [(first, "confirmed", None), (second, "cancelled", None)]


def test_an_allowance_is_kept_and_what_the_platform_says_of_it_counts():
    few = Bucket(0.1, 2)
    few.take()
    few.take()
    with pytest.raises(BusyError) as busy:
        few.take()
    assert 9 < busy.value.seconds <= 10
    few.pace(1000)
    few.take()
    assert few.empty() < 1


def test_amazon_turns_us_away_and_is_left_alone_as_long_as_its_allowance_takes(app):
    with opened("amazon") as shop:
        shop.there.allowed = {"searchOrders": (0.0056, 2)}
        order = shop.there.sell(("S1", 1))
        shop.settle()
        for _ in range(2):
            shop.there.pass_time(timedelta(minutes=6))
            shop.pull()
        state, asked = shop.state(), shop.there.asked["searchOrders"]
        assert (state["state"], set(ours()), asked) == ("failing", {order.number}, 3)
        ((wait,),) = rows("SELECT extract(epoch FROM next_pull_at - error_at) FROM channel_account")
        assert 170 < wait < 180  # one each 1/0.0056 seconds
        shop.there.pass_time(timedelta(minutes=1))
        shop.pull()  # even one who asks us at once does not make us ask Amazon
        assert shop.there.asked["searchOrders"] == asked


@pytest.mark.parametrize("plugin", ["douyin", "amazon"])
def test_told_again_after_a_silence_it_is_the_same_parcel(plugin):
    there, channel = VirtualShop(moment=front.START), BUILT_IN[plugin]
    order = there.sell(("S1", 1), ("S2", 1))
    parcels = tuple(ParcelSent(f"W{nr}", "own_fleet", {line.id: 1}) for nr, line in enumerate(order.lines))
    with serving(there, DIALECTS[plugin]) as url, fixed(front.START):
        us, client = account(plugin, url, there), Client(1000)
        for _ in range(2):  # nobody asked what is known
            channel.ship(client, us, Shipment(order.number, parcels), frozenset())
    assert ([number for _, number in order.parcels], order.status, there.refused) == (["W0", "W1"], "shipped", [])


def test_a_package_of_amazon_that_is_told_otherwise_is_changed_there():
    """As Amazon does it: who gives a second parcel the number of the first has lost that."""
    there = VirtualShop()
    order = there.sell(("S1", 2), ("S2", 1))
    first, second = (line.id for line in order.lines)
    there.send(order.number, "Colissimo", "W1", {first: 1})
    there.send_instead(order.number, "W1", "Colissimo", "W2", {first: 2, second: 1})
    assert (order.parcels, order.status) == ([("Colissimo", "W2")], "shipped")
    with pytest.raises(Rejected):
        there.send_instead(order.number, "W2", "Colissimo", "W3", {first: 3})
    assert (order.parcels, order.status, order.lines[0].parts) == ([("Colissimo", "W2")], "shipped", {"W2": 2})


@pytest.mark.parametrize("left", ["later", "together"])
def test_shopee_is_told_of_a_package_when_all_of_it_has_left(left):
    """A part that was split once more after the first was told: Shopee splits no further."""
    there, channel = VirtualShop(moment=front.START), BUILT_IN["shopee"]
    order = there.sell(("S1", 1), ("S2", 1), ("S3", 1))
    with serving(there, DIALECTS["shopee"]) as url, fixed(front.START):
        us, client = account("shopee", url, there), Client(1000)
        body = channel.fetch(client, us, order.number) or {}
        lines = [{each.key: each.qty} for each in channel.read(us, body).draft.lines]
        one, two, three = (ParcelSent(f"W{nr}", "own_fleet", each) for nr, each in enumerate(lines))
        rest = ({**lines[1], **lines[2]},)
        channel.ship(client, us, Shipment(order.number, (one,), False, True, rest=rest), frozenset())
        known = frozenset({"W0"})
        if left == "later":
            with pytest.raises(RefusedError):
                channel.ship(client, us, Shipment(order.number, (two,), False, True, (one,), (lines[2],)), known)
            channel.ship(client, us, Shipment(order.number, (three,), True, True, (one, two)), known)
        else:
            channel.ship(client, us, Shipment(order.number, (two, three), True, True, (one,)), known)
    number = "W2" if left == "later" else "W1"
    assert ([each for _, each in order.parcels], order.status) == (["W0", number], "shipped")
    assert there.refused == []


def test_notices_of_douyin_and_shopee_are_let_in_by_their_signatures():
    there = VirtualShop()
    us = account("douyin", "https://x", there)
    body = json.dumps([{"tag": "100", "data": json.dumps({"p_id": 4781})}]).encode()
    sign = hashlib.md5(f"{us.app_key}{body.decode()}{us.app_secret}".encode()).hexdigest()
    assert BUILT_IN["douyin"].webhook(us, {"Event-Sign": sign}, body) == ["4781"]
    assert BUILT_IN["douyin"].webhook(us, {"Event-Sign": hashlib.md5(
        f"{us.app_key}no json{us.app_secret}".encode()).hexdigest()}, b"no json") == []  # fmt: skip
    push = json.dumps({"code": 3, "data": {"ordersn": "2611ABC", "status": "SHIPPED"}}).encode()
    headers = shopee.signed(there, front.NOTICES, push)
    assert BUILT_IN["shopee"].webhook(us, headers, push) == ["2611ABC"]
    for plugin, wrong in (("douyin", {"event-sign": "0"}), ("shopee", {"Authorization": "0"}), ("shopee", {})):
        with pytest.raises(RefusedError):
            BUILT_IN[plugin].webhook(us, wrong, push)
