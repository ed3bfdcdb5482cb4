"""What programs are to be told, written in the transaction in which it happens.

What a transaction has to tell is gathered and written by one statement that travels with its commit, so that it costs
no round trip; where nobody listens that statement writes nothing.
"""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from wms.core.clock import now
from wms.core.db import db
from wms.core.prepared import Prepared
from wms.core.transaction import before_commit, with_commit
from wms.programs.happenings import HAPPENINGS

# Of an order, which others may change again before its message is sent, it is kept how it was at this moment; but not
# what is personal: of an address that is held, here or among further reasons, the figures are parts of it. It is told
# where it is sent from, which need not be where it was taken.
_WRITE = Prepared(
    "note_for_programs",
    """
    WITH told AS MATERIALIZED (
        SELECT gen_random_uuid() AS uid, t.* FROM unnest(
            cast(:houses AS bigint[]), cast(:names AS text[]), cast(:kinds AS text[]), cast(:ids AS bigint[]),
            cast(:facts AS text[])
        ) WITH ORDINALITY AS t (warehouse_id, name, kind, id, facts, nr)
    )
    INSERT INTO webhook_message (
        endpoint_id, uid, event, subject, about_id, facts, at, queued_at, status, tries, next_at, answer
    )
    SELECT e.id, told.uid, told.name, told.kind || ':' || told.id, told.id,
           CASE WHEN o.id IS NULL THEN cast(told.facts AS jsonb) ELSE cast(told.facts AS jsonb) || jsonb_build_object(
               'confirmation', o.confirmation, 'payment', o.payment, 'processing', o.processing,
               'shipping', o.shipping, 'refund', o.refund, 'hold_reason', o.hold_reason,
               'hold_params', CASE WHEN jsonb_typeof(o.hold_params) = 'object' AND o.hold_reason NOT LIKE 'address%'
                   THEN o.hold_params - cast('{also,also_params,was_params}' AS text[]) END
           ) END, :at, :at, 'waiting', 0, :at, ''
    FROM webhook_endpoint e JOIN told ON told.name = ANY (e.events)
    LEFT JOIN sales_order o ON told.kind = 'order' AND o.id = told.id
    WHERE e.active AND (told.kind <> 'order' OR o.id IS NOT NULL)
    AND e.warehouse_id = coalesce(o.warehouse_id, told.warehouse_id)
    ORDER BY told.nr, e.id
    """,
)
# Orders and refunds of a dialect's shops are asked for by when they changed.
_TOUCH = Prepared(
    "touch_dialect_trades",
    """
    WITH trades AS (
        SELECT order_id FROM dialect_trade WHERE order_id = ANY (cast(:ids AS bigint[])) ORDER BY order_id FOR UPDATE
    ), refunds AS (
        UPDATE dialect_refund r SET modified_at = :at FROM trades WHERE r.order_id = trades.order_id
    )
    UPDATE dialect_trade t SET modified_at = :at FROM trades WHERE t.order_id = trades.order_id
    """,
)

Told = tuple[int, str, str, int, str]


def note(warehouse_id: int, name: str, ids: Iterable[int], facts: Mapping[str, Any] | None = None) -> None:
    """`name` (one of HAPPENINGS) happened to these in a warehouse; `facts` are JSON values that say more of it."""
    said, about = json.dumps(facts or {}), HAPPENINGS[name].about
    _gathered("programs_told").extend((warehouse_id, name, about, each, said) for each in ids)


def note_each(warehouse_id: int, name: str, facts: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """As `note`, each of them with facts of its own."""
    about = HAPPENINGS[name].about
    _gathered("programs_told").extend((warehouse_id, name, about, each, json.dumps(said)) for each, said in facts)


def touch(order_ids: Iterable[int]) -> None:
    """These orders have changed."""
    _gathered("programs_touched").extend(order_ids)


def _gathered(what: str) -> list[Any]:
    found: list[Any] | None = db.session.info.get(what)
    if found is None:
        found = db.session.info[what] = []
        before_commit(_write_told if what == "programs_told" else _write_touched)
    return found


def _write_told() -> None:
    told: list[Told] = list(dict.fromkeys(db.session.info.pop("programs_told")))
    names = ("houses", "names", "kinds", "ids", "facts")
    if told:
        columns = dict(zip(names, map(list, zip(*told, strict=True)), strict=True))
        with_commit(_WRITE, {**columns, "at": now()})


def _write_touched() -> None:
    ids = sorted(set(db.session.info.pop("programs_touched")))
    if ids:
        with_commit(_TOUCH, {"ids": ids, "at": now()})
