"""The laws of stock: what must follow from what, each as one query that returns whatever breaks it.

Every query yields `sku` and `place` (codes, for people), `expected` and `found` (pieces, or money where it says so)
and `about`: the ids by which `explain` finds the history of the place. Queries take `:warehouse_id` (null: all),
`:moving` (names of commands that always move goods) and `:commands_since` (since when all commands are kept).
"""
from __future__ import annotations

from dataclasses import dataclass

from wms.layout.models import INSIDE, PROMISABLE
from wms.stock.models import UNPROMISED


@dataclass(frozen=True)
class Law:
    """`says` what holds; `kind` names how a breach of it is told and explained.

    A query that is `sliced` takes `:first_sku` and `:last_sku`, and may be asked one range of SKUs after another.
    """

    name: str
    kind: str
    says: str
    query: str
    sliced: bool = False


def _listed(kinds: tuple[str, ...]) -> str:
    return "('" + "', '".join(kinds) + "')"


def _here(column: str) -> str:
    return f"(cast(:warehouse_id AS bigint) IS NULL OR {column} = :warehouse_id)"


_IN, _PROMISED = _listed(INSIDE), _listed(PROMISABLE)
_SLICE = "sku_id BETWEEN :first_sku AND :last_sku"
_KEY = "bin_id, sku_id, lot, container_id, owner_id, condition"


def _place(row: str) -> str:
    """`about` of a place of goods: all of its key."""
    pairs = ", ".join(f"'{name}', {row}{name}" for name in _KEY.split(", "))
    return f"jsonb_build_object({pairs})"


# What crossed the house's border, of the house's own goods: `sign` 1 in, -1 out.
_BORDER = f"""
    SELECT m.warehouse_id, m.sku_id, m.qty, m.unit_cost,
           CASE WHEN t.kind IN {_IN} THEN 1 ELSE -1 END AS sign
    FROM stock_move m JOIN bin f ON f.id = m.from_bin_id JOIN bin t ON t.id = m.to_bin_id
    WHERE m.owner_id = 1 AND (f.kind IN {_IN}) <> (t.kind IN {_IN}) AND {_here("m.warehouse_id")}
"""  # noqa: S608 - the fragments of this file are its constants

LAWS = (
    Law(
        "moves_make_balances",
        "balance",
        "Σ moves in − Σ moves out = on hand, for every place inside the warehouse",
        f"""
        WITH flow AS (
            SELECT ends.bin_id, m.sku_id, m.lot, ends.container_id, m.owner_id, m.condition, ends.qty
            FROM stock_move m CROSS JOIN LATERAL (
                VALUES (m.to_bin_id, m.to_container_id, m.qty), (m.from_bin_id, m.from_container_id, -m.qty)
            ) AS ends (bin_id, container_id, qty)
            WHERE {_here("m.warehouse_id")} AND {_SLICE}
        ), moved AS (
            SELECT {_KEY}, sum(qty) AS qty FROM flow GROUP BY {_KEY}
        ), kept AS (
            SELECT {_KEY}, on_hand FROM stock_balance WHERE {_here("warehouse_id")} AND {_SLICE}
        )
        SELECT sku.code AS sku, bin.code AS place, coalesce(moved.qty, 0) AS expected,
               coalesce(kept.on_hand, 0) AS found, {_place("")} AS about
        FROM moved FULL JOIN kept USING ({_KEY})
        JOIN bin ON bin.id = bin_id JOIN sku ON sku.id = sku_id
        WHERE bin.kind IN {_IN} AND coalesce(moved.qty, 0) <> coalesce(kept.on_hand, 0)
        """,  # noqa: S608
        sliced=True,
    ),
    Law(
        "holds_make_held",
        "held",
        "Σ open holds = held, for every balance",
        f"""
        SELECT sku.code AS sku, bin.code AS place, coalesce(h.qty, 0) AS expected, b.held AS found,
               {_place("b.")} || jsonb_build_object('balance_id', b.id) AS about
        FROM stock_balance b
        LEFT JOIN (SELECT balance_id, sum(qty) AS qty FROM stock_hold WHERE status = 'open' GROUP BY 1) h
               ON h.balance_id = b.id
        JOIN bin ON bin.id = b.bin_id JOIN sku ON sku.id = b.sku_id
        WHERE {_here("b.warehouse_id")} AND coalesce(h.qty, 0) <> b.held
        """,  # noqa: S608
    ),
    Law(
        "balances_make_levels",
        "level",
        "Σ good pieces in promisable bins = on hand of the level, for every SKU and owner",
        f"""
        WITH there AS (
            SELECT b.warehouse_id, b.sku_id, b.owner_id, sum(b.on_hand) AS qty
            FROM stock_balance b JOIN bin ON bin.id = b.bin_id
            WHERE bin.kind IN {_PROMISED} AND b.condition = 'good' GROUP BY 1, 2, 3
        )
        SELECT sku.code AS sku, '*' AS place, coalesce(there.qty, 0) AS expected, coalesce(l.on_hand, 0) AS found,
               jsonb_build_object('sku_id', sku_id, 'owner_id', owner_id, 'warehouse_id', warehouse_id) AS about
        FROM there FULL JOIN stock_level l USING (warehouse_id, sku_id, owner_id) JOIN sku ON sku.id = sku_id
        WHERE {_here("warehouse_id")} AND coalesce(there.qty, 0) <> coalesce(l.on_hand, 0)
        """,  # noqa: S608
    ),
    Law(
        "promises_make_promised",
        "promised",
        "Σ open promises and what is set aside otherwise = promised of the level, for every SKU and owner",
        f"""
        WITH given AS (
            SELECT warehouse_id, sku_id, owner_id, sum(qty) AS qty FROM (
                SELECT warehouse_id, sku_id, owner_id, qty FROM stock_promise WHERE status = 'open'
                UNION ALL
                SELECT b.warehouse_id, b.sku_id, b.owner_id, h.qty
                FROM stock_hold h JOIN stock_balance b ON b.id = h.balance_id JOIN bin ON bin.id = b.bin_id
                WHERE h.status = 'open' AND h.origin IN {_listed(UNPROMISED)} AND b.condition = 'good'
                  AND bin.kind IN {_PROMISED}
            ) AS wanted GROUP BY 1, 2, 3
        )
        SELECT sku.code AS sku, '*' AS place, coalesce(given.qty, 0) AS expected, coalesce(l.promised, 0) AS found,
               jsonb_build_object('sku_id', sku_id, 'owner_id', owner_id, 'warehouse_id', warehouse_id) AS about
        FROM given FULL JOIN stock_level l USING (warehouse_id, sku_id, owner_id) JOIN sku ON sku.id = sku_id
        WHERE {_here("warehouse_id")} AND coalesce(given.qty, 0) <> coalesce(l.promised, 0)
        """,  # noqa: S608
    ),
    Law(
        "closed_rows_are_empty",
        "not_empty",
        "holds and promises that ended keep nothing, and those that are open keep something",
        f"""
        SELECT sku.code AS sku, bin.code AS place, 0 AS expected, h.qty AS found,
               {_place("b.")} || jsonb_build_object('hold_id', h.id) AS about
        FROM stock_hold h JOIN stock_balance b ON b.id = h.balance_id
        JOIN bin ON bin.id = b.bin_id JOIN sku ON sku.id = b.sku_id
        WHERE {_here("h.warehouse_id")} AND (h.status <> 'open') <> (h.qty = 0)
        UNION ALL
        SELECT sku.code, '*', 0, p.qty, jsonb_build_object('sku_id', p.sku_id, 'promise_id', p.id)
        FROM stock_promise p JOIN sku ON sku.id = p.sku_id
        WHERE {_here("p.warehouse_id")} AND (p.status <> 'open') <> (p.qty = 0)
        """,  # noqa: S608
    ),
    Law(
        "holds_name_their_origin",
        "origin",
        "what is held for a transfer is held for one that is known",
        f"""
        SELECT sku.code AS sku, bin.code AS place, 0 AS expected, h.qty AS found,
               {_place("b.")} || jsonb_build_object('hold_id', h.id, 'reference', h.reference) AS about
        FROM stock_hold h JOIN stock_balance b ON b.id = h.balance_id
        JOIN bin ON bin.id = b.bin_id JOIN sku ON sku.id = b.sku_id
        WHERE {_here("h.warehouse_id")} AND h.status = 'open' AND h.origin = 'transfer' AND NOT EXISTS (
            SELECT 1 FROM stock_transfer t WHERE t.warehouse_id = h.warehouse_id AND t.number = h.reference)
        """,  # noqa: S608
    ),
    Law(
        "containers_exist",
        "container",
        "goods lie in containers that exist in the same warehouse",
        f"""
        SELECT sku.code AS sku, bin.code AS place, 0 AS expected, b.on_hand AS found, {_place("b.")} AS about
        FROM stock_balance b JOIN bin ON bin.id = b.bin_id JOIN sku ON sku.id = b.sku_id
        LEFT JOIN container c ON c.id = b.container_id AND c.warehouse_id = b.warehouse_id
        WHERE {_here("b.warehouse_id")} AND b.container_id <> 0 AND b.on_hand > 0 AND c.id IS NULL
        """,  # noqa: S608
    ),
    Law(
        "containers_nest",
        "ring",
        "no container is in itself, also not through others, or in one of another warehouse",
        f"""
        WITH RECURSIVE up AS (
            SELECT id, parent_id, ARRAY[id] AS path, false AS ring FROM container
            WHERE parent_id IS NOT NULL AND {_here("warehouse_id")}
            UNION ALL
            SELECT up.id, c.parent_id, up.path || c.id, c.id = up.id
            FROM up JOIN container c ON c.id = up.parent_id
            WHERE NOT up.ring AND (c.id = up.id OR c.id <> ALL(up.path))
        )
        SELECT '' AS sku, c.code AS place, 0 AS expected, 1 AS found,
               jsonb_build_object('path', (SELECT jsonb_agg(p.code ORDER BY o.nr)
                   FROM unnest(up.path) WITH ORDINALITY AS o (id, nr) JOIN container p ON p.id = o.id)) AS about
        FROM up JOIN container c ON c.id = up.id WHERE up.ring
        UNION ALL
        SELECT '', c.code, 0, 1, jsonb_build_object('path', jsonb_build_array(c.code, p.code))
        FROM container c JOIN container p ON p.id = c.parent_id
        WHERE p.warehouse_id <> c.warehouse_id AND {_here("c.warehouse_id")}
        """,  # noqa: S608
    ),
    Law(
        "serials_follow_moves",
        "serial",
        "a serial number is where its last move took it",
        f"""
        WITH last AS (
            SELECT DISTINCT ON (m.sku_id, m.serial) m.sku_id, m.serial, m.warehouse_id,
                   CASE WHEN t.kind IN {_IN} THEN m.to_bin_id END AS bin_id, m.to_container_id AS container_id,
                   m.lot, m.owner_id, m.condition
            FROM stock_move m JOIN bin t ON t.id = m.to_bin_id
            WHERE m.serial <> '' ORDER BY m.sku_id, m.serial, m.id DESC
        )
        SELECT sku.code AS sku, coalesce(told.code, '') AS place,
               count(last.bin_id) AS expected, count(s.bin_id) AS found,
               jsonb_build_object('sku_id', sku.id, 'serial', coalesce(s.code, last.serial),
                                  'bin_id', s.bin_id, 'moved_to', last.bin_id) AS about
        FROM last FULL JOIN stock_serial s ON s.sku_id = last.sku_id AND s.code = last.serial
        JOIN sku ON sku.id = coalesce(s.sku_id, last.sku_id) LEFT JOIN bin told ON told.id = s.bin_id
        WHERE {_here("coalesce(s.warehouse_id, last.warehouse_id)")}
          AND (s.bin_id IS DISTINCT FROM last.bin_id OR s.code IS NULL OR (s.bin_id IS NOT NULL AND
               (s.container_id, s.lot, s.owner_id, s.condition)
               IS DISTINCT FROM (last.container_id, last.lot, last.owner_id, last.condition)))
        GROUP BY sku.code, told.code, sku.id, s.code, last.serial, s.bin_id, last.bin_id
        """,  # noqa: S608
    ),
    # A number that is asked for at receipt only says where the piece was when it was last scanned: it moves on
    # as one of many, so the register may name more pieces than still lie there.
    Law(
        "serials_are_pieces",
        "serials",
        "no place has more serial numbers than pieces, for SKUs whose numbers are scanned at every move",
        f"""
        SELECT sku.code AS sku, bin.code AS place, coalesce(b.on_hand, 0) AS expected, s.pieces AS found,
               {_place("s.")} AS about
        FROM (SELECT warehouse_id, {_KEY}, count(*) AS pieces FROM stock_serial WHERE bin_id IS NOT NULL
              GROUP BY warehouse_id, {_KEY}) AS s
        LEFT JOIN stock_balance b USING ({_KEY})
        JOIN bin ON bin.id = s.bin_id JOIN sku ON sku.id = s.sku_id
        WHERE {_here("s.warehouse_id")} AND s.pieces > coalesce(b.on_hand, 0) AND sku.serial_tracking = 'move'
        """,  # noqa: S608
    ),
    Law(
        "lots_exist",
        "lot",
        "goods of a lot are of one that is known",
        f"""
        SELECT sku.code AS sku, bin.code AS place, 0 AS expected, b.on_hand AS found, {_place("b.")} AS about
        FROM stock_balance b JOIN bin ON bin.id = b.bin_id JOIN sku ON sku.id = b.sku_id
        LEFT JOIN stock_lot l ON l.sku_id = b.sku_id AND l.code = b.lot
        WHERE {_here("b.warehouse_id")} AND b.lot <> '' AND b.on_hand > 0 AND l.id IS NULL
        """,  # noqa: S608
    ),
    Law(
        "balances_make_costs",
        "cost_pieces",
        "the house's own pieces on hand = the pieces that its cost is of, for every SKU",
        f"""
        WITH there AS (
            SELECT b.warehouse_id, b.sku_id, sum(b.on_hand) AS qty FROM stock_balance b JOIN bin ON bin.id = b.bin_id
            WHERE b.owner_id = 1 AND bin.kind IN {_IN} GROUP BY 1, 2
        )
        SELECT sku.code AS sku, '*' AS place, coalesce(there.qty, 0) AS expected, coalesce(c.qty, 0) AS found,
               jsonb_build_object('sku_id', sku_id, 'warehouse_id', warehouse_id) AS about
        FROM there FULL JOIN stock_cost c USING (warehouse_id, sku_id) JOIN sku ON sku.id = sku_id
        WHERE {_here("warehouse_id")} AND coalesce(there.qty, 0) <> coalesce(c.qty, 0)
        """,  # noqa: S608
    ),
    # Moves keep what a piece was worth, rounded to four places: half of the last one may be missing for each piece.
    Law(
        "moves_make_values",
        "cost_value",
        "Σ worth of what came in − Σ worth of what went out = the value of what is there, for every SKU",
        f"""
        WITH crossed AS ({_BORDER}), summed AS (
            SELECT warehouse_id, sku_id, sum(sign * qty * unit_cost) AS value, sum(qty) * 0.0001 + 0.0001 AS rounding
            FROM crossed GROUP BY 1, 2 HAVING count(*) = count(unit_cost)
        )
        SELECT sku.code AS sku, '*' AS place, summed.value AS expected, c.value AS found,
               jsonb_build_object('sku_id', sku_id, 'warehouse_id', warehouse_id) AS about
        FROM summed JOIN stock_cost c USING (warehouse_id, sku_id) JOIN sku ON sku.id = sku_id
        WHERE abs(summed.value - c.value) > summed.rounding
        """,  # noqa: S608
    ),
    Law(
        "moves_make_transfers",
        "transfer",
        "what the lines of a transfer say was shipped and received = Σ moves into transit and out of it",
        f"""
        WITH told AS (
            SELECT t.number, l.sku_id, l.lot, l.owner_id, l.condition, sum(l.shipped) AS shipped,
                   sum(l.received) AS received
            FROM stock_transfer t JOIN stock_transfer_line l ON l.transfer_id = t.id
            WHERE {_here("t.warehouse_id")} GROUP BY 1, 2, 3, 4, 5
        ), moved AS (
            SELECT t.number, m.sku_id, m.lot, m.owner_id, m.condition,
                   sum(m.qty) FILTER (WHERE target.kind = 'transit') AS shipped,
                   sum(m.qty) FILTER (WHERE source.kind = 'transfer') AS received
            FROM stock_transfer t JOIN stock_move m ON m.reference = t.number AND m.reason = 'transfer'
            JOIN bin source ON source.id = m.from_bin_id JOIN bin target ON target.id = m.to_bin_id
            WHERE {_here("t.warehouse_id")} AND m.warehouse_id IN (t.warehouse_id, t.to_warehouse_id)
            GROUP BY 1, 2, 3, 4, 5
        ), legs AS (
            SELECT number, sku_id, lot, leg.place, coalesce(leg.moved, 0) AS expected, coalesce(leg.told, 0) AS found
            FROM told FULL JOIN moved USING (number, sku_id, lot, owner_id, condition)
            CROSS JOIN LATERAL (VALUES (number || ' →', moved.shipped, told.shipped),
                                       ('→ ' || number, moved.received, told.received)) AS leg (place, moved, told)
        )
        SELECT sku.code AS sku, legs.place, legs.expected, legs.found,
               jsonb_build_object('sku_id', legs.sku_id, 'lot', legs.lot) AS about
        FROM legs JOIN sku ON sku.id = legs.sku_id WHERE legs.expected <> legs.found
        """,  # noqa: S608
    ),
    Law(
        "moves_have_commands",
        "unasked",
        "a move that names the command behind it names one that was answered",
        f"""
        SELECT sku.code AS sku, t.code AS place, 0 AS expected, m.qty AS found,
               jsonb_build_object('sku_id', m.sku_id, 'move_id', m.id) AS about
        FROM stock_move m JOIN sku ON sku.id = m.sku_id JOIN bin t ON t.id = m.to_bin_id
        LEFT JOIN command c ON c.id = m.command_id
        WHERE {_here("m.warehouse_id")} AND m.command_id IS NOT NULL AND m.at > :commands_since AND c.id IS NULL
        """,  # noqa: S608
    ),
    # Commands say nothing of a warehouse, so this law is proved for all of them together.
    Law(
        "commands_have_moves",
        "idle",
        "a command that moves goods, once answered, has moves",
        """
        SELECT '' AS sku, c.name AS place, 1 AS expected, 0 AS found,
               jsonb_build_object('command_id', c.id) AS about
        FROM command c
        WHERE c.name = ANY(:moving) AND NOT EXISTS (SELECT 1 FROM stock_move m WHERE m.command_id = c.id)
          AND c.at >= (SELECT min(at) FROM stock_move WHERE command_id IS NOT NULL)
        """,
    ),
)
