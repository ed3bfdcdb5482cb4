"""The whole job at size: audited orders in the database become released waves with tasks.

    python -m bench.wave_job [ORDERS] [A_WAVE] [BINS]   prints JSON; without ORDERS, 5,000 and 20,000 and their ratio

A floor of 20 aisles with 45 bins each, SKUs that sell by Zipf's law, each in BINS bins, two lines an order, 15 totes a
cart.
`planning` are the seconds in which the engine computes, `database` all others: statements, rows, events.
"""
from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import psycopg
from sqlalchemy import event

from bench.ground import _SPECIAL, Say
from wms.core import migrate
from wms.core.config import Config
from wms.core.db import db
from wms.core.transaction import carry_out, transaction
from wms.runtime import application, database
from wms.stock import check
from wms.waves import planner, rule_runs, wave_rules
from wms.waves.presets import PRESETS
from wms.waves.wishes import Limits

AISLES, BINS_AN_AISLE, SKUS, TOTES = 20, 45, 1800, 15
ORDERS = (5_000, 20_000)
A_WAVE = 500
T = TypeVar("T")


def measure(orders: tuple[int, ...] = ORDERS, a_wave: int = A_WAVE, bins_a_sku: int = 1) -> dict[str, Any]:
    """{orders: seconds of the job}, and `ratio` of the last to the first."""
    found: dict[str, Any] = {str(each): run(each, a_wave, bins_a_sku=bins_a_sku) for each in orders}
    if len(orders) > 1:
        first, last = found[str(orders[0])], found[str(orders[-1])]
        found["ratio"] = round(last["total"] / first["total"], 2)
    return found


def table(found: dict[str, Any]) -> list[list[str]]:
    names = ("waves", "carts", "total", "database", "statements", "planning", "build", "release")
    rows = [[f"{int(orders):,} orders", *(str(each[name]) for name in names)]
            for orders, each in found.items() if orders != "ratio"]  # fmt: skip
    return [["the whole job", *names], *rows]


def run(
    orders: int, a_wave: int = A_WAVE, say: Say = lambda what: None, *, bins_a_sku: int = 1
) -> dict[str, Any]:
    """Make a ground with so many orders, let a rule take them all into waves of `a_wave`, and
    release these one by one, as the worker does. Seconds."""
    with ground(orders, say, bins_a_sku) as config, application(config):
        clocks = _Clocks()
        with clocks.running():
            begun = time.perf_counter()
            release = 0.0
            started = time.perf_counter()
            made = carry_out(partial(_built, a_wave))
            build = time.perf_counter() - started
            for house, wave in made:
                started = time.perf_counter()
                carry_out(partial(rule_runs.release_wanted, house, wave))
                release += time.perf_counter() - started
            total = time.perf_counter() - begun
        proved = _proved(orders)
    seconds = {
        "total": total, "database": total - clocks.planning, "statements": clocks.statements,
        "planning": clocks.planning, "build": build, "release": release,
    }  # fmt: skip
    return {"waves": len(made), **proved, **{name: round(each, 2) for name, each in seconds.items()}}


def _built(a_wave: int) -> list[tuple[int, int]]:
    """Let a wave rule take all that waits: (warehouse id, wave id)."""
    limits = Limits(max_orders=a_wave, max_waves=1000, totes_per_cart=TOTES)
    facts = PRESETS["promise_first"].facts() | {"name": "all", "limits": asdict(limits)}
    rule_runs.run_now(1, wave_rules.keep(1, facts).id, None)
    return rule_runs.to_release()


def _proved(orders: int) -> dict[str, int]:
    """The counts that must be there at the end; raises when the job has not been done, or the books do not agree."""
    with transaction() as session:
        report = check.run()
        row = session.connection().exec_driver_sql(
            "SELECT (SELECT count(*) FROM pick_task), (SELECT count(*) FROM pick_tote), "
            "(SELECT count(*) FROM pick_line), (SELECT sum(walk_mm) / 1000 FROM wave)"
        ).one()
    if not report.ok or row[1] != orders:
        raise RuntimeError(f"{row[1]} of {orders} orders have a slot; {report.lines()}")
    return {"carts": row[0], "lines": row[2], "walk_m": int(row[3])}


class _Clocks:
    """Seconds in the engine and in statements."""

    def __init__(self) -> None:
        self.planning = self.statements = self._since = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        plain = planner.aside

        def aside(compute: Callable[[], T]) -> T:
            begun = time.perf_counter()
            try:
                return plain(compute)
            finally:
                self.planning += time.perf_counter() - begun

        def before(*_: Any) -> None:
            self._since = time.perf_counter()

        def after(*_: Any) -> None:
            self.statements += time.perf_counter() - self._since

        event.listen(db.engine, "before_cursor_execute", before)
        event.listen(db.engine, "after_cursor_execute", after)
        with mock.patch.object(planner, "aside", aside):
            yield


@contextmanager
def ground(orders: int, say: Say = lambda what: None, bins_a_sku: int = 1) -> Iterator[Config]:
    """A database of its own with so many orders that are audited, promised and wait."""
    folder = Path(tempfile.mkdtemp(prefix="wms-job-"))
    folder.chmod(0o755)  # the embedded database may run under an account of its own
    try:
        with database(Config(data=folder, log_format="console")) as config:
            say("tables")
            migrate.upgrade(config.psycopg_url)
            with psycopg.connect(config.psycopg_url, cursor_factory=psycopg.ClientCursor) as connection:
                for statement in _GROUND:
                    connection.execute(statement, {"orders": orders, "bins": AISLES * BINS_AN_AISLE, "skus": SKUS,
                                                   "aisles": AISLES, "places": bins_a_sku})  # type: ignore[arg-type]  # fmt: skip
            with psycopg.connect(config.psycopg_url, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
                connection.execute("CHECKPOINT")
            say("made")
            yield config
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Two SKUs a bin. The n-th best seller sells 1/n as well as the first: the chance that a line wants the first n grows
# with ln n, so n = skus ^ (a number from 0 to 1). SKUs lie mixed over the floor.
_GROUND = (
    """
    INSERT INTO warehouse (code, name, address, phone, aisles, aisle_spacing_mm, aisle_length_mm, depot_aisle,
                           depot_side)
    VALUES ('W', 'Bench', '', '', %(aisles)s, 5000, 46000, 0, 'front')
    """,
    "INSERT INTO shop (code, name, platform, currency, carrier) VALUES ('S', 'Shop', 'own', 'CNY', 'own_fleet')",
    """
    INSERT INTO bin (warehouse_id, code, kind, aisle, y_mm, side, level, pick_order)
    SELECT 1, 'B' || n, 'pick', n %% %(aisles)s, 1000 + n / %(aisles)s * 1000, 'L', 1, n
    FROM generate_series(0, %(bins)s - 1) AS n
    """,
    f"""
    INSERT INTO bin (warehouse_id, code, kind, aisle, y_mm, side, level, pick_order)
    SELECT 1, code, kind, 0, 0, 'L', 1, 0 FROM (VALUES {_SPECIAL}) AS s (code, kind)
    """,
    """
    INSERT INTO sku (code, name, weight_g, length_mm, width_mm, height_mm, picture, active)
    SELECT 'S' || n, 'Thing ' || n, 100, 0, 0, 0, '', true FROM generate_series(1, %(skus)s) AS n
    """,
    """
    INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held)
    SELECT 1, b.id, n, '', 0, 1, 'good', 20000, 0
    FROM generate_series(1, %(skus)s) AS n CROSS JOIN generate_series(0, %(places)s - 1) AS place
    JOIN bin b ON b.code = 'B' || ((n * 7919 + place * 313) %% %(bins)s)
    """,
    """
    INSERT INTO stock_level (warehouse_id, sku_id, owner_id, on_hand, promised)
    SELECT 1, sku_id, 1, sum(on_hand), 0 FROM stock_balance GROUP BY sku_id ORDER BY sku_id
    """,
    """
    INSERT INTO stock_cost (warehouse_id, sku_id, qty, value)
    SELECT 1, sku_id, sum(on_hand), sum(on_hand) FROM stock_balance GROUP BY sku_id ORDER BY sku_id
    """,
    """
    INSERT INTO stock_move (warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id,
                            from_container_id, to_container_id, reason, reference, at, unit_cost)
    SELECT 1, sku_id, '', '', 1, 'good', on_hand, (SELECT id FROM bin WHERE kind = 'supplier'), bin_id, 0, 0,
           'receive', 'receive ' || id, now(), 1
    FROM stock_balance ORDER BY id
    """,
    """
    INSERT INTO sales_order (warehouse_id, shop_id, number, confirmation, payment, processing, shipping, refund,
        placed_at, promised_at, carrier, currency, total, paid, recipient, phone, country, province, city, district,
        address, postcode, remark, source_hash)
    SELECT 1, 1, 'O' || n, 'confirmed', 'paid', 'waiting', 'unshipped', 'none', now(),
           now() + interval '1 day' + n * interval '1 second', 'own_fleet', 'CNY', 0, 0, '', '', 'CN', '', '', '', '',
           '', '', ''
    FROM generate_series(1, %(orders)s) AS n
    """,
    "SELECT setseed(0.5)",
    """
    INSERT INTO order_line (order_id, line_key, sku_id, qty, price, dropped)
    SELECT o.id, l::text, least(%(skus)s, floor(power(%(skus)s, random()))), 1 + (random() < 0.2)::int, 0, 0
    FROM sales_order o CROSS JOIN generate_series(1, 2) AS l
    """,
    """
    INSERT INTO stock_promise (warehouse_id, sku_id, owner_id, order_line_id, qty, status, at)
    SELECT 1, sku_id, 1, id, qty, 'open', now() FROM order_line ORDER BY id
    """,
    """
    UPDATE stock_level l SET promised = n.qty
    FROM (SELECT sku_id, sum(qty) AS qty FROM order_line GROUP BY 1) AS n WHERE n.sku_id = l.sku_id
    """,
)

if __name__ == "__main__":
    asked = [int(each) for each in sys.argv[1:]]
    print(json.dumps(measure((asked[0],) if asked else ORDERS, *asked[1:3]), indent=2))
