"""A merchant's program that speaks 旺店通 企业版: it signs by the published formula on its own, and is strict."""
from __future__ import annotations

import hashlib
import json
import time
from typing import Any


class WdtClient:
    """Lists and objects go out as JSON text; an answer without code and message is no answer."""

    def __init__(self, http: Any, sid: str, appkey: str, appsecret: str) -> None:
        self.http, self.sid, self.appkey, self.appsecret = http, sid, appkey, appsecret
        self.ahead = 0

    def ask(self, name: str, **fields: Any) -> dict[str, Any]:
        form = {key: each if isinstance(each, str) else json.dumps(each) for key, each in fields.items()}
        form.update(sid=self.sid, appkey=self.appkey, timestamp=str(int(time.time()) + self.ahead))
        form["sign"] = self.signature(form)
        reply = self.http.post(f"/openapi2/{name}.php", data=form)
        assert reply.status_code == 200, reply.data
        answer = json.loads(reply.data)
        assert isinstance(answer["code"], int)
        assert isinstance(answer["message"], str)
        return answer

    def done(self, name: str, **fields: Any) -> dict[str, Any]:
        answer = self.ask(name, **fields)
        assert answer["code"] == 0, answer
        return answer

    def signature(self, form: dict[str, str]) -> str:
        parts = []
        for key in sorted(form):
            if key == "sign":
                continue
            value = form[key]
            parts.append(str(len(key)).zfill(2) + "-" + key + ":" + str(len(value)).zfill(4) + "-" + value)
        return hashlib.md5((";".join(parts) + self.appsecret).encode("utf-8")).hexdigest()


def line(oid: str, spec: str, num: int = 1, price: float = 10, **more: Any) -> dict[str, Any]:
    return {
        "oid": oid, "num": num, "price": price, "status": 30, "refund_status": 0, "goods_id": f"G-{spec}",
        "spec_id": f"V-{spec}", "goods_no": spec, "spec_no": spec, "goods_name": spec, "adjust_amount": 0,
        "discount": 0, "share_discount": 0, **more,
    }  # fmt: skip


def trade(tid: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    paid = sum(each["num"] * each["price"] for each in lines)
    return {
        "tid": tid, "trade_status": 30, "pay_status": 2, "delivery_term": 1, "trade_time": "2026-11-26 10:00:00",
        "pay_time": "2026-11-26 10:01:00", "buyer_nick": "买家", "receiver_name": "张三", "receiver_province": "上海市",
        "receiver_city": "上海市", "receiver_district": "浦东新区", "receiver_address": "世纪大道100号",
        "receiver_mobile": "13800138000", "logistics_type": "-1", "post_amount": 0, "cod_amount": 0, "ext_cod_fee": 0,
        "other_amount": 0, "paid": paid, "order_list": list(lines), **more,
    }  # fmt: skip
