"""What platforms publish about their signatures, and what their orders mean to us."""
from __future__ import annotations

import base64
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from wms.channels.client import BusyError, ExpiredError, RefusedError, SilentError, address_problem
from wms.channels.platforms import top
from wms.channels.platforms.common import from_last_page
from wms.channels.platforms.pinduoduo import Pinduoduo
from wms.channels.platforms.shopify import Shopify
from wms.channels.platforms.top import Top
from wms.channels.plugin import Account, Listed
from wms.channels.rules import is_newer, next_window, pause_after
from wms.core.china import md5_sign

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ACCOUNT = Account("T", "https://x", "1")


def test_published_signatures():
    taobao = {
        "method": "taobao.item.seller.get", "app_key": "12345678", "session": "test", "format": "json", "v": "2.0",
        "timestamp": "2016-01-01 12:00:00", "sign_method": "md5", "fields": "num_iid,title,nick,price,num",
        "num_iid": "11223344",
    }  # fmt: skip
    assert md5_sign(taobao, "helloworld") == "66987CB115214E59E6EC978214934FB8"
    jd = {
        "360buy_param_json": '{"end_date":null,"optional_fields":null,"order_state":"WAIT_SELLER_STOCK_OUT",'
        '"page":"1","page_size":"200","start_date":null}',
        "access_token": "yourtoken", "app_key": "yourappkey", "method": "jingdong.pop.order.search",
        "timestamp": "2021-05-07 09:20:39.683+0800", "v": "2.0",
    }  # fmt: skip
    assert md5_sign(jd, "yourappSecret") == "D70825340F4084360B9362B60DFD7930"
    pinduoduo = {
        "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211", "client_id": 1, "data_type": "XML", "order_status": 1,
        "page": 1, "page_size": 10, "timestamp": 1480411125, "type": "pdd.order.number.list.get",
    }  # fmt: skip
    assert md5_sign(pinduoduo, "testSecret") == "E4DE3ED21002510DED352819E7AE6775"


def test_windows_overlap_end_before_now_and_reach_no_further_than_the_platform_lets_them():
    facts = Pinduoduo.facts
    window = next_window(NOON - timedelta(hours=5), NOON, facts)
    assert window is not None
    assert (window.start, window.end - window.start) == (NOON - timedelta(hours=5, minutes=10), timedelta(minutes=30))
    last = next_window(NOON - timedelta(minutes=5), NOON, facts)
    assert last is not None
    assert (NOON - last.start, NOON - last.end) == (timedelta(minutes=15), facts.lag)
    assert next_window(NOON - facts.lag, NOON, facts) is None


def test_pages_are_read_from_the_last_to_the_first():
    seen, state = [], None
    while True:
        page = from_last_page(state, 100, lambda: 250, lambda number: (Listed(str(number)),))
        seen += [each.platform_id for each in page.listed]
        if (state := page.next) is None:
            break
    assert seen == ["3", "2", "1"]
    assert from_last_page(None, 100, lambda: 0, lambda number: ()).next is None


def test_only_what_is_newer_replaces():
    second = timedelta(seconds=1)
    assert is_newer(NOON, NOON, None, None)
    assert is_newer(NOON + second, NOON, NOON, NOON + second)
    assert not is_newer(NOON, NOON + second, NOON + second, NOON)
    assert is_newer(NOON, NOON + second, NOON, NOON)  # within one second of the platform's clock: asked for later
    assert not is_newer(NOON, NOON, NOON, NOON + second)
    assert is_newer(None, NOON, NOON, NOON)
    assert [pause_after(n).seconds for n in (1, 2, 3, 50)] == [30, 60, 120, 300]


def trade(**facts):
    line = {"oid": 11, "outer_sku_id": "S1", "num": 2, "payment": "9.90", "status": "WAIT_SELLER_SEND_GOODS"}
    other = {"oid": 12, "outer_sku_id": "S2", "num": 1, "payment": "5.00", "status": "WAIT_SELLER_SEND_GOODS"}
    return {
        "tid": 1, "status": "WAIT_SELLER_SEND_GOODS", "payment": "14.90", "created": "2026-11-26 19:00:00",
        "modified": "2026-11-26 20:00:00", "pay_time": "2026-11-26 19:01:00",
        "orders": {"order": [line | facts.pop("line", {}), other]}, **facts,
    }  # fmt: skip


def test_what_a_trade_of_taobao_says():
    told = Top().read(ACCOUNT, trade())
    assert (told.changed_at, told.state, told.refund) == (NOON, "open", "none")
    assert (told.draft.total, told.draft.paid) == (Decimal("14.90"), Decimal("14.90"))
    assert [(line.key, line.sku, line.qty, line.price) for line in told.draft.lines] == [
        ("11", "S1", 2, Decimal("4.95")), ("12", "S2", 1, Decimal("5.00")),
    ]  # fmt: skip
    asked = Top().read(ACCOUNT, trade(line={"refund_status": "WAIT_SELLER_AGREE"}))
    assert (asked.state, asked.refund) == ("open", "asked")
    one_back = Top().read(ACCOUNT, trade(line={"refund_status": "SUCCESS", "status": "TRADE_CLOSED"}))
    assert ([line.key for line in one_back.draft.lines], one_back.refund) == (["12"], "none")
    part = Top().read(ACCOUNT, trade(status="SELLER_CONSIGNED_PART", line={"status": "WAIT_BUYER_CONFIRM_GOODS"}))
    assert ([line.key for line in part.draft.lines], part.state) == (["12"], "open")  # what left is not sent again
    assert Top().read(ACCOUNT, trade(status="PAID_FORBID_CONSIGN")).state == "forbidden"
    deposit = trade(status="WAIT_BUYER_PAY", type="step", step_paid_fee="3.00", pay_time="")
    assert (Top().read(ACCOUNT, deposit).draft.paid, Top().read(ACCOUNT, deposit).draft.kind) == (Decimal(3), "presale")


def test_a_notice_of_shopify_is_let_in_by_its_signature():
    account = Account("T", "https://x", "1", webhook_secret="hush")
    body = b'{"id": 820982911946154508}'
    sign = base64.b64encode(hmac.digest(b"hush", body, "sha256")).decode()
    headers = {"x-shopify-hmac-sha256": sign, "X-Shopify-Topic": "orders/updated"}
    assert Shopify().webhook(account, headers, body) == ["820982911946154508"]
    assert Shopify().webhook(account, {**headers, "X-Shopify-Topic": "products/update"}, body) == []
    for wrong in ({**headers, "x-shopify-hmac-sha256": "bm8="}, {}):
        with pytest.raises(RefusedError):
            Shopify().webhook(account, wrong, body)
    with pytest.raises(RefusedError):  # without a secret nothing is signed
        Shopify().webhook(replace(account, webhook_secret=""), headers, body)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 7, "sub_msg": "This ban will last for 12 more seconds"}, BusyError),
        ({"code": 27, "msg": "Invalid session"}, ExpiredError),
        ({"code": 15, "sub_code": "isp.top-remote-connection-timeout"}, SilentError),
    ],
)
def test_what_errors_of_taobao_mean(error, kind):
    with pytest.raises(kind) as raised:
        top._refuse(error)
    if kind is BusyError:
        assert raised.value.seconds == 12


def test_secrets_are_in_no_text_and_go_over_tls_only():
    account = Account("T", "https://x", "key", "app secret", "token", "refresh", "hook")
    assert not any(secret in repr(account) for secret in ("app secret", "token'", "refresh'", "hook"))
    assert address_problem("http://shop.example.com") == "https"
    assert address_problem("https://shop.example.com") is None
    assert address_problem("http://127.0.0.1:8080") is None
