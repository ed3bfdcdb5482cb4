"""A warehouse for measuring one kind of scan: written with SQL, because a million balances take long by the doors.

Everything in it is consistent: `wms check` finds it clean before and after.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from wms.core import migrate
from wms.core.config import Config
from wms.layout.rules import SPECIAL_BINS

SLOTS = 12  # totes of a cart, one order each
LINES_AN_ORDER = 3
LINES_A_TASK = SLOTS * LINES_AN_ORDER
TASKS_A_WAVE = 40
RECEIPTS, ISSUES = 6, 3  # moves behind a balance, in a ground that has a past
Say = Callable[[str], None]


@dataclass(frozen=True)
class Ground:
    """So many SKUs, balances and open pick lines; each balance has `past` moves behind it (1 or 10).

    `hot` > 0: all lines pick from that many SKUs. One person has one task of 12 orders of `lines`.
    """

    skus: int = 2_000
    balances: int = 4_000
    tasks: int = 320
    past: int = 1
    hot: int = 0
    lines: int = LINES_AN_ORDER

    @property
    def bins(self) -> int:
        return self.skus

    @property
    def moves(self) -> int:
        return self.balances * self.past


def make_goods(config: Config, ground: Ground) -> None:
    """Bring an empty database to this version and give it a warehouse, bins and SKUs."""
    migrate.upgrade(config.psycopg_url)
    with psycopg.connect(config.psycopg_url, cursor_factory=psycopg.ClientCursor) as connection:
        _run(connection, _GOODS, ground)
    with psycopg.connect(config.psycopg_url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def make(config: Config, ground: Ground, say: Say = lambda what: None) -> None:
    """Fill an empty database. The tokens of its people are `picker-1`, `picker-2`, …"""
    say("goods")
    make_goods(config, ground)
    with psycopg.connect(config.psycopg_url, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("SET maintenance_work_mem = '256MB'")
        say("stock")
        _run(connection, _STOCK, ground)
        say("moves")
        with _without_indexes(connection, "stock_move", keep=ground.moves < 100_000):
            _run(connection, _PAST if ground.past > 1 else _ARRIVALS, ground)
        say("orders and tasks")
        add_tasks(connection, ground)
    with psycopg.connect(config.psycopg_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def add_tasks(connection: psycopg.Connection[Any], ground: Ground) -> None:
    """Add people with a task each: goods held, totes on the cart, nothing picked yet."""
    first = connection.execute("SELECT count(*) FROM pick_task").fetchone()
    assert first is not None
    span = {"first": first[0] + 1, "last": first[0] + ground.tasks}
    _run(connection, (*_PEOPLE, *_WAVES, *_ORDERS, *_TASKS), ground, **span, letter="O", processing="waved")


def add_people(connection: psycopg.Connection[Any], ground: Ground, first: int, last: int) -> None:
    """Add pickers without a task: badges `P<first>` to `P<last>`."""
    _run(connection, _PEOPLE, ground, first=first, last=last)


def add_waiting(connection: psycopg.Connection[Any], ground: Ground, dozens: int) -> None:
    """Add so many times 12 orders that wait for a wave."""
    _run(connection, _ORDERS, ground, first=1, last=dozens, letter="W", processing="waiting")


def _run(connection: psycopg.Connection[Any], statements: tuple[str, ...], ground: Ground, **more: int | str) -> None:
    values = {"skus": ground.skus, "bins": ground.bins, "balances": ground.balances, "hot": ground.hot or ground.skus,
              "slots": SLOTS, "lines": ground.lines, "wave": TASKS_A_WAVE, "piece": 10_000 if ground.hot else 300,
              **more}  # fmt: skip
    for statement in statements:
        connection.execute(statement, values)


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any], table: str, *, keep: bool) -> Iterator[None]:
    """Rows by the million go in first and are sorted into the indexes afterwards."""
    rows = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE 'pk_%%'", (table,)
    ).fetchall()
    if not keep:
        for name, _ in rows:
            connection.execute(f"DROP INDEX {name}")
    yield
    if not keep:
        for _, definition in rows:
            connection.execute(definition)


_SPECIAL = ", ".join(f"('{code}', '{kind}')" for kind, code in SPECIAL_BINS.items())
_GOODS = (
    """
    INSERT INTO warehouse (code, name, address, phone, aisles, aisle_spacing_mm, aisle_length_mm, depot_aisle,
                           depot_side)
    VALUES ('W', 'Bench', '', '', 40, 3000, 60000, 0, 'front')
    """,
    "INSERT INTO shop (code, name, platform, currency, carrier) VALUES ('S', 'Shop', 'own', 'CNY', 'own_fleet')",
    """
    INSERT INTO bin (warehouse_id, code, kind, aisle, y_mm, side, level, pick_order)
    SELECT 1, 'B' || n, 'pick', n %% 40, n * 37 %% 60000, 'L', 1, n FROM generate_series(1, %(bins)s) AS n
    """,
    f"""
    INSERT INTO bin (warehouse_id, code, kind, aisle, y_mm, side, level, pick_order)
    SELECT 1, code, kind, 0, 0, 'L', 1, 0 FROM (VALUES {_SPECIAL}) AS s (code, kind)
    """,
    """
    INSERT INTO sku (code, name, weight_g, length_mm, width_mm, height_mm, picture, active)
    SELECT 'S' || n, 'Thing ' || n, 100, 0, 0, 0, '', true FROM generate_series(1, %(skus)s) AS n
    """,
    "INSERT INTO barcode (code, sku_id) SELECT '69' || lpad(id::text, 11, '0'), id FROM sku",
)
# The k-th balance of a SKU lies 7,919 bins further, so that none is twice in one.
_STOCK = (
    """
    INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held)
    SELECT 1, 1 + (n + n / %(skus)s * 7919) %% %(bins)s, 1 + n %% %(skus)s, '', 0, 1, 'good', %(piece)s, 0
    FROM generate_series(0, %(balances)s - 1) AS n
    """,
    """
    INSERT INTO stock_level (warehouse_id, sku_id, owner_id, on_hand, promised)
    SELECT 1, sku_id, 1, sum(on_hand), 0 FROM stock_balance GROUP BY sku_id ORDER BY sku_id
    """,
    """
    INSERT INTO stock_cost (warehouse_id, sku_id, qty, value)
    SELECT 1, sku_id, sum(on_hand), sum(on_hand) FROM stock_balance GROUP BY sku_id ORDER BY sku_id
    """,
)
_MOVED = """
    INSERT INTO stock_move (warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id,
                            from_container_id, to_container_id, reason, reference, actor_id, at,
                            unit_cost)
    SELECT 1, b.sku_id, '', '', 1, 'good', m.qty, CASE WHEN m.inward THEN m.outside ELSE b.bin_id END,
           CASE WHEN m.inward THEN b.bin_id ELSE m.outside END, 0, 0, m.reason, m.reason || ' ' || b.id, 1,
           now() - (10 - m.nr) * interval '40 days' + b.id %% 3000000 * interval '1 second', 1
    FROM stock_balance b CROSS JOIN ({moves}) AS m WHERE b.on_hand > 0 ORDER BY m.nr, b.id
"""
_BIN_OF = "(SELECT id FROM bin WHERE kind = '{}')"
_ARRIVALS = (
    _MOVED.format(
        moves=f"SELECT 1 AS nr, %(piece)s::bigint AS qty, true AS inward, {_BIN_OF.format('supplier')} AS outside, "
        "'receive' AS reason"
    ),
)
# 10 moves a balance: 6 receipts of 80, 3 issues of 50 and a count that took 30: 300 pieces are left.
_PAST = (
    _MOVED.format(
        moves=f"""
        SELECT n AS nr, CASE WHEN n = 10 THEN 30 WHEN n %% 3 = 0 THEN 50 ELSE 80 END::bigint AS qty,
               n < 10 AND n %% 3 > 0 AS inward,
               CASE WHEN n = 10 THEN {_BIN_OF.format("adjustment")} WHEN n %% 3 = 0 THEN {_BIN_OF.format("customer")}
                    ELSE {_BIN_OF.format("supplier")} END AS outside,
               CASE WHEN n = 10 THEN 'count' WHEN n %% 3 = 0 THEN 'pick' ELSE 'receive' END AS reason
        FROM generate_series(1, 10) AS n
        """
    ),
)
_PEOPLE = (
    """
    INSERT INTO person (badge, name, pin_hash, locale, active)
    SELECT 'P' || n, 'Picker ' || n, 'none', 'en', true FROM generate_series(%(first)s, %(last)s) AS n
    """,
    "INSERT INTO posting (person_id, warehouse_id, post) SELECT id, 1, 'picker' FROM person WHERE badge LIKE 'P%%' "
    "ON CONFLICT DO NOTHING",
    """
    INSERT INTO device_session (token_hash, person_id, warehouse_id, device, created_at, seen_at, expires_at)
    SELECT sha256(convert_to('picker-' || n, 'UTF8')), p.id, 1, 'bench', now(), clock_timestamp() + interval '2 hours',
           clock_timestamp() + interval '12 hours'
    FROM generate_series(%(first)s, %(last)s) AS n JOIN person p ON p.badge = 'P' || n
    """,
)
_WAVES = (
    """
    INSERT INTO wave (warehouse_id, number, status, filter, totes_per_cart, walk_mm, baseline_mm, created_at,
                      released_at)
    SELECT 1, n, 'released', '{}', %(slots)s, 0, 0, now(), now()
    FROM generate_series((%(first)s - 1) / %(wave)s + 1, (%(last)s - 1) / %(wave)s + 1) AS n ON CONFLICT DO NOTHING
    """,
)
# %(slots)s orders for each number from `first` to `last`, named after it; what they want is promised.
_ORDERS = (
    """
    INSERT INTO sales_order (warehouse_id, shop_id, number, confirmation, payment, processing, shipping, refund,
        placed_at, promised_at, carrier, currency, total, paid, recipient, phone, country, province, city, district,
        address, postcode, remark, source_hash)
    SELECT 1, 1, %(letter)s || t || '-' || s, 'confirmed', 'paid', %(processing)s, 'unshipped', 'none', now(),
           now() + interval '1 day', 'own_fleet', 'CNY', 0, 0, '', '', '', '', '', '', '', '', '', ''
    FROM generate_series(%(first)s, %(last)s) AS t CROSS JOIN generate_series(1, %(slots)s) AS s
    """,
    """
    INSERT INTO order_line (order_id, line_key, sku_id, qty, price, dropped)
    SELECT o.id, l::text, 1 + (o.id * %(lines)s + l) * 7 %% %(hot)s, 1, 0, 0
    FROM generate_series(%(first)s, %(last)s) AS t CROSS JOIN generate_series(1, %(slots)s) AS s
    JOIN LATERAL generate_series(1, %(lines)s) AS l ON true
    JOIN sales_order o ON o.shop_id = 1 AND o.number = %(letter)s || t || '-' || s
    """,
    """
    CREATE TEMPORARY TABLE new_line ON COMMIT DROP AS
    SELECT ol.id, ol.sku_id, ol.qty, ol.order_id, t, s AS slot, ol.line_key,
           (SELECT min(b.id) FROM stock_balance b WHERE b.sku_id = ol.sku_id AND b.warehouse_id = 1
               AND b.container_id = 0) AS balance_id
    FROM generate_series(%(first)s, %(last)s) AS t CROSS JOIN generate_series(1, %(slots)s) AS s
    JOIN sales_order o ON o.shop_id = 1 AND o.number = %(letter)s || t || '-' || s
    JOIN order_line ol ON ol.order_id = o.id
    """,
    """
    INSERT INTO stock_promise (warehouse_id, sku_id, owner_id, order_line_id, qty, status, at)
    SELECT 1, sku_id, 1, id, qty, 'open', now() FROM new_line
    """,
    """
    UPDATE stock_level l SET promised = l.promised + n.qty
    FROM (SELECT sku_id, sum(qty) AS qty FROM new_line GROUP BY 1) AS n WHERE n.sku_id = l.sku_id
    """,
)
_TASKS = (
    """
    INSERT INTO stock_hold (warehouse_id, balance_id, order_line_id, qty, status, at)
    SELECT 1, balance_id, id, qty, 'open', now() FROM new_line
    """,
    """
    UPDATE stock_balance b SET held = b.held + n.qty
    FROM (SELECT balance_id, sum(qty) AS qty FROM new_line GROUP BY 1) AS n WHERE n.balance_id = b.id
    """,
    """
    INSERT INTO pick_task (warehouse_id, wave_id, stage_bin_id, status, person_id, walk_mm, path, lines, open_lines,
                           assigned_at, started_at)
    SELECT 1, w.id, (SELECT id FROM bin WHERE kind = 'stage'), 'picking', p.id, 0, '[]', %(slots)s * %(lines)s,
           %(slots)s * %(lines)s, now(), now()
    FROM generate_series(%(first)s, %(last)s) AS t JOIN person p ON p.badge = 'P' || t
    JOIN wave w ON w.number = (t - 1) / %(wave)s + 1
    """,
    """
    INSERT INTO container (warehouse_id, code, kind)
    SELECT 1, 'T' || t || '-' || s, 'tote'
    FROM generate_series(%(first)s, %(last)s) AS t CROSS JOIN generate_series(1, %(slots)s) AS s
    """,
    """
    INSERT INTO pick_tote (task_id, slot, order_id, container_id, in_use, open_lines, picks)
    SELECT k.id, n.slot, n.order_id, c.id, true, count(*), 0
    FROM new_line n JOIN person p ON p.badge = 'P' || n.t JOIN pick_task k ON k.person_id = p.id
    JOIN container c ON c.code = 'T' || n.t || '-' || n.slot
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2
    """,
    """
    INSERT INTO pick_line (task_id, seq, slot, order_id, order_line_id, sku_id, bin_id, hold_id, qty, picked, status)
    SELECT k.id, row_number() OVER (PARTITION BY k.id ORDER BY n.sku_id, n.id), n.slot, n.order_id, n.id, n.sku_id,
           b.bin_id, h.id, n.qty, 0, 'open'
    FROM new_line n JOIN person p ON p.badge = 'P' || n.t JOIN pick_task k ON k.person_id = p.id
    JOIN stock_balance b ON b.id = n.balance_id JOIN stock_hold h ON h.order_line_id = n.id
    ORDER BY 1, 2
    """,
)
