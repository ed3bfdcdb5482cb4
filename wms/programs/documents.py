"""The page about webhooks, made from the declarations: events with a body each, and when they are sent again."""
from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from wms.programs.bodies import Told, written
from wms.programs.happenings import HAPPENINGS, TEST, Happening
from wms.programs.models import WebhookMessage
from wms.programs.rules import GIVE_UP, OLD_SECRET, PAUSES, SWITCH_OFF, signature

_AT = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
_LINES = [{"key": "1", "sku": "D0001", "qty": 2, "dropped": 0, "price": "19.90"}]
_PARCEL = {
    "number": "P00000042", "order": "2026112600017", "shop": "SITE", "status": "shipped", "weight_g": 640,
    "carrier": "sf", "waybill": "SF1234567890123", "track": "in_transit",
    "lines": [{"key": "1", "sku": "D0001", "qty": 2, "shop": "SITE", "order": "2026112600017"}],
}  # fmt: skip
_OWN_PARCEL = {
    **{name: value for name, value in _PARCEL.items() if name not in ("order", "shop")},
    "lines": [{"key": "1", "sku": "D0001", "qty": 2}],
}  # fmt: skip
_SAMPLES: dict[str, dict[str, Any]] = {
    "order": {
        "id": 17, "shop": "SITE", "number": "2026112600017", "split_from": None, "confirmation": "confirmed",
        "payment": "paid", "processing": "packed", "shipping": "shipped", "refund": "none", "kind": "normal",
        "carrier": "sf", "currency": "CNY", "total": "39.80", "paid": "39.80", "cod": "0.00",
        "placed_at": _AT.isoformat(),
        "promised_at": _AT.replace(day=27).isoformat(),
        "recipient": {
            "name": "张三", "phone": "13800138000", "country": "中国", "province": "上海市", "city": "上海市",
            "district": "浦东新区", "address": "世纪大道100号", "postcode": "",
        },
        "lines": _LINES,
        "parcels": [_OWN_PARCEL],
    },
    "parcel": _PARCEL,
    "wave": {"number": 12, "status": "released", "method": "cart", "cutoff_at": None, "orders": ["2026112600017"]},
    "stock": {"sku": "D0001", "name": "Mug"},
    "receipt": {
        "number": "IN000031", "kind": "purchase", "supplier": "ACME", "status": "finished", "short_reason": "",
        "lines": [{"sku": "D0001", "expected": 100, "received": 100, "rejected": 0}],
    },
    "problem": {
        "about": "bin", "code": "A01-01L1", "label": "", "reason": "blocked", "note": "", "status": "open",
        "reported_at": _AT.isoformat(),
    },
}  # fmt: skip
_FACTS: dict[str, dict[str, Any]] = {
    "order.held": {
        "confirmation": "held", "processing": "waiting", "shipping": "unshipped", "hold_reason": "stock_short",
        "hold_params": {"short": "D0001 × 2", "pieces": 2},
    },
    "stock.changed": {"owner": "house", "available": 37},
    "parcel.tracked": {"state": "signed"},
}  # fmt: skip
_SHOWN = ("order.shipped", "order.held", "parcel.tracked", "wave.released", "stock.changed", "receipt.finished",
          "problem.raised", "test")  # fmt: skip


def sample(name: str, *, personal: bool = False) -> bytes:
    """An example of the body of an event."""
    known: Happening = HAPPENINGS.get(name, TEST)
    message = WebhookMessage(
        uid=uuid.UUID("6f1c1a3e-9a52-4f4e-8a0f-0c8d8f6a2b11"), event=name, subject=f"{known.about}:17", about_id=17,
        facts=_FACTS.get(name, {}), at=_AT,
    )  # fmt: skip
    return written(Told(message, "MAIN", personal), _SAMPLES.get(known.about))


def webhooks() -> str:
    """The page as Markdown."""
    rows = [f"| `{each.name}` | {each.about} | {each.story} |" for each in HAPPENINGS.values()]
    pauses = ", ".join(_span(each.total_seconds()) for each in PAUSES)
    body = sample("test")
    parts = [
        "# Events that programs are told\n",
        "How to register, verify and answer is in [api.md](api.md).\n",
        "| event | about | when |", "|---|---|---|", *rows, "",
        "## When a message is sent again\n",
        f"After a try that came to nothing: {pauses}, and so on every {_span(PAUSES[-1].total_seconds())}. A message "
        f"is given up after {GIVE_UP.days} days. An endpoint that has taken nothing for {SWITCH_OFF.days} days is "
        "switched off, and a problem is raised on the board; so is one that answers 410.\n",
        "| answer | what it means |", "|---|---|",
        "| 200 to 299 | taken |",
        "| none, a redirect, 408, 425, 429, 500 and above | the endpoint is left alone for a while (429: as long as "
        "`Retry-After` asks, an hour at most), then tried with one message |",
        "| 410 | the endpoint is switched off |",
        "| anything else | this message is refused and sent again later; three refused in a row count as the "
        "endpoint's trouble |", "",
        f"A secret that was replaced signs on for {int(OLD_SECRET.total_seconds() // 3600)} hours.\n",
        "## A signature to test with\n",
        f"Secret `whsec_test`, timestamp `1700000000`, body `{body.decode()}`:\n",
        f"```\n{signature(['whsec_test'], 1700000000, body)}\n```\n",
        "## Bodies\n", "Names are masked, unless the endpoint may know who buys.\n",
    ]  # fmt: skip
    for name in _SHOWN:
        shown = json.dumps(json.loads(sample(name)), ensure_ascii=False, indent=2)
        parts.append(f"### {name}\n\n```json\n{shown}\n```\n")
    return "\n".join(parts)


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.0f} h"
