"""The order desk at size: pages of every queue, and their counts, over HTTP at two million orders.

    python -m bench.order_queues [ORDERS]      prints JSON
"""
from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import requests

from bench import wave_job
from bench.confirm import Served, percentiles, serving
from bench.ground import Say
from wms.orders.rules import State

ORDERS = 2_000_000
PAGES = 12  # of each question, each another one
LIMIT = 60  # as the desk asks
SHOPS = 8
CARRIERS = ("sf", "yto", "own_fleet")

Question = dict[str, Any]

# As a house has them that has sold for years: nearly all are gone, twenty thousand are open, a few are held. Who gets
# an order is left out: SQL cannot seal it.
_MANY = (
    """
    INSERT INTO shop (code, name, platform, currency, carrier)
    SELECT 'T' || n, 'Shop ' || n, 'own', 'CNY', 'sf' FROM generate_series(2, %(shops)s) AS n
    """,
    """
    INSERT INTO carrier (code, name, plugin, settings, next_number, active)
    SELECT c, c, 'own_fleet', '{}', 1, true FROM unnest(%(carriers)s::text[]) AS c ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO sales_order (warehouse_id, shop_id, number, confirmation, payment, processing, shipping, refund,
        hold_reason, hold_params, placed_at, promised_at, carrier, currency, total, paid, recipient, phone, country,
        province, city, district, address, postcode, remark, source_hash, kind)
    SELECT 1, 1 + n %% %(shops)s, 'SO' || lpad(n::text, 9, '0'),
           CASE age WHEN 'held' THEN 'held' WHEN 'cancelled' THEN 'cancelled' WHEN 'unpaid' THEN 'held'
                    WHEN 'new' THEN 'unconfirmed' ELSE 'confirmed' END,
           CASE WHEN age IN ('unpaid', 'new') THEN 'unpaid' ELSE 'paid' END,
           CASE age WHEN 'shipped' THEN 'packed' WHEN 'refunded' THEN 'packed' WHEN 'packed' THEN 'packed'
                    WHEN 'waved' THEN 'waved' WHEN 'short' THEN 'short' ELSE 'waiting' END,
           CASE WHEN age IN ('shipped', 'refunded') THEN 'shipped' ELSE 'unshipped' END,
           CASE age WHEN 'refunded' THEN 'refunded' WHEN 'asked' THEN 'asked' ELSE 'none' END,
           CASE age WHEN 'held' THEN (ARRAY['stock_short', 'address_incomplete', 'intercepted'])[1 + n %% 3]
                    WHEN 'unpaid' THEN 'unpaid' END,
           CASE WHEN age IN ('held', 'unpaid') THEN '{}'::jsonb END,
           at, at + interval '1 day', (%(carriers)s::text[])[1 + n %% 3], 'CNY', 10, 10, '', '', 'CN',
           '浙江省', '杭州市', '西湖区', '', '', '', decode(md5(n::text), 'hex'),
           CASE WHEN n %% 50 = 0 THEN 'live' WHEN n %% 400 = 0 THEN 'urgent' ELSE 'normal' END
    FROM (SELECT n, now() - (%(orders)s - n) * interval '1 minute' / 4 AS at,
                 CASE WHEN n > %(orders)s - 20000 THEN
                     (ARRAY['ready', 'ready', 'ready', 'ready', 'waved', 'waved', 'packed', 'held', 'unpaid', 'new',
                            'short', 'asked'])[1 + n %% 12]
                 WHEN n %% 40 = 0 THEN 'cancelled' WHEN n %% 41 = 0 THEN 'refunded' ELSE 'shipped' END AS age
          FROM generate_series(%(first)s, %(last)s) AS n) AS made
    """,
)
_SESSION = """
    INSERT INTO person (badge, name, pin_hash, locale, active) VALUES ('DESK', 'Dee', 'none', 'zh_Hans', true);
    INSERT INTO posting (person_id, warehouse_id, post) SELECT id, 1, 'clerk' FROM person WHERE badge = 'DESK';
    INSERT INTO device_session (token_hash, person_id, warehouse_id, device, created_at, seen_at, expires_at)
    SELECT sha256(convert_to('desk', 'UTF8')), p.id, 1, 'bench', now(), clock_timestamp() + interval '12 hours',
           clock_timestamp() + interval '24 hours' FROM person p WHERE p.badge = 'DESK'
"""
AT_ONCE = 250_000


def measure(orders: int = ORDERS, say: Say = lambda what: None) -> dict[str, Any]:
    """{orders, pages: {question: {p50_ms, p95_ms, p99_ms}}, counts}. Each answer crosses HTTP, the first one included
    of which nothing is in a cache but the tables."""
    with _ground(orders, say) as here, serving(here, "http", workers=1) as (port, _), requests.Session() as session:
        session.headers["Authorization"] = "Bearer desk"

        def ask(path: str, query: Question) -> tuple[float, dict[str, Any]]:
            begun = time.perf_counter()
            answer = session.get(f"http://127.0.0.1:{port}/api/v1/{path}", params=query, timeout=120)
            took = (time.perf_counter() - begun) * 1000
            if answer.status_code != 200:
                raise RuntimeError(f"{query}: {answer.text[:500]}")
            return took, answer.json()

        ask("orders", {"limit": 1})  # the connection is made
        pages = {}
        for name, make in _questions(orders).items():
            pages[name] = percentiles(list(_times(ask, make)))
            say(f"{name}: {pages[name]['p95_ms']}")
        counts = percentiles([ask("orders/queues", {})[0] for _ in range(PAGES)])
    return {"orders": orders, "pages": pages, "counts": counts}


Ask = Callable[[str, Question], tuple[float, dict[str, Any]]]


def _times(ask: Ask, make: Callable[[], Question]) -> Iterator[float]:
    """Pages of one kind of question: half of them first pages, half following ones."""
    for _ in range(PAGES // 2):
        query = {"limit": LIMIT, **make()}
        took, page = ask("orders", query)
        yield took
        if page["next"]:
            yield ask("orders", {**query, "cursor": page["next"]})[0]


def _questions(orders: int) -> dict[str, Callable[[], Question]]:
    """By name, what makes one question after another."""
    chance = random.Random(1)
    queues: dict[str, Question] = {
        "all": {}, "held": {"held": "true"}, **{state.value: {"state": state.value} for state in State},
    }  # fmt: skip
    found: dict[str, Callable[[], Question]] = {}
    for queue, wanted in queues.items():
        for sort in ("id", "promised", "number"):
            found[f"{queue} by {sort}"] = lambda wanted=wanted, sort=sort: {  # type: ignore[misc]
                **wanted, "sort": sort, "down": chance.choice(("true", "false")),
            }  # fmt: skip
        found[f"{queue} of a shop"] = lambda wanted=wanted: {  # type: ignore[misc]
            **wanted, "shop": f"T{chance.randint(2, SHOPS)}", "sort": "promised", "down": "false",
        }  # fmt: skip
        found[f"{queue} of a carrier"] = lambda wanted=wanted: {  # type: ignore[misc]
            **wanted, "carrier": chance.choice(CARRIERS), "sort": "promised", "down": "false",
        }  # fmt: skip
    found["begins a number"] = lambda: {"q": f"so{chance.randint(1, orders):09}"[: chance.randint(5, 11)]}
    found["begins a name"] = lambda: {"q": f"买家{chance.randint(1, 99_999)}"}
    found["is nobody's"] = lambda: {"q": f"X{chance.random()}"}
    found["a number in a queue"] = lambda: {
        "q": f"SO{chance.randint(1, orders):09}"[:7], "state": "to_process", "sort": "promised", "down": "false",
    }  # fmt: skip
    return found


@contextmanager
def _ground(orders: int, say: Say) -> Iterator[Served]:
    with wave_job.ground(0, say) as config:
        with psycopg.connect(config.psycopg_url, cursor_factory=psycopg.ClientCursor) as connection:
            asked = {"orders": orders, "shops": SHOPS, "carriers": list(CARRIERS)}
            for statement in _MANY[:-1]:
                connection.execute(statement, asked)  # type: ignore[arg-type]
            connection.execute(_SESSION)
            for first in range(1, orders + 1, AT_ONCE):
                part = {**asked, "first": first, "last": min(orders, first + AT_ONCE - 1)}
                connection.execute(_MANY[-1], part)  # type: ignore[arg-type]
                connection.commit()
                say(f"{part['last']:,} orders")
        with psycopg.connect(config.psycopg_url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")
        yield Served(config.data, config.psycopg_url)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:2]), say=_say), indent=2))
