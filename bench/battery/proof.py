"""What must be true after a battery, whatever was sent twice and whoever was killed."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from wms.core.transaction import transaction
from wms.stock import check

_IMPOSSIBLE = "SELECT count(*) FROM stock_balance WHERE on_hand < 0 OR held < 0 OR held > on_hand"
# Every command of ours with the rows that it left.
_COMMANDS = """
    SELECT c.id::text, c.name, count(m.id) AS moves, coalesce(sum(m.qty), 0) AS pieces
    FROM command c LEFT JOIN stock_move m ON m.command_id = c.id
    WHERE c.name = 'pick.confirm' OR c.name LIKE 'battery.%' GROUP BY c.id, c.name
"""
_STRANGE = """
    SELECT count(*) FROM stock_move m WHERE m.command_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM command c WHERE c.id = m.command_id)
"""
_PIECES = """
    SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b JOIN bin ON bin.id = b.bin_id
"""
_FLOWS = """
    SELECT coalesce(sum(m.qty * ((t.kind NOT IN ('supplier', 'customer', 'adjustment', 'scrap', 'transfer', 'convert'))::int
                               - (f.kind NOT IN ('supplier', 'customer', 'adjustment', 'scrap', 'transfer', 'convert'))::int)), 0)
    FROM stock_move m JOIN bin f ON f.id = m.from_bin_id JOIN bin t ON t.id = m.to_bin_id
"""  # noqa: E501 - one thought a line


def breaches(told: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What is not as it must be; `told` is the last word on every scan, by command id."""
    found = [f"{id}: {each['wrong']}" for id, each in told.items() if each["wrong"]]
    found += [f"{id}: ended with {each['code']}" for id, each in told.items() if each["code"] in INCIDENTS]
    with transaction() as session:
        impossible = session.execute(text(_IMPOSSIBLE)).scalar_one()
        strange = session.execute(text(_STRANGE)).scalar_one()
        rows = {row.id: row for row in session.execute(text(_COMMANDS))}
        pieces, flows = (session.execute(text(query)).scalar_one() for query in (_PIECES, _FLOWS))
    if impossible:
        found.append(f"{impossible} balances are negative, or hold more than they have")
    if strange:
        found.append(f"{strange} moves name a command that was never answered")
    if pieces != flows:
        found.append(f"balances are of {pieces} pieces, moves of {flows}")
    found += _unaccounted(told, rows)
    with transaction():
        report = check.run()
    return found + [line for difference in report.differences for line in difference.lines()]


INCIDENTS = ("core.unexpected", "core.database_down")


def _unaccounted(told: Mapping[str, Mapping[str, Any]], rows: Mapping[str, Any]) -> list[str]:
    """Acknowledged commands that the ledger has not exactly once, and refused ones that it has."""
    found = [f"command {id}, {row.name}, is in the database, but nobody was told" for id, row in rows.items()
             if id not in told or not told[id]["ok"]]  # fmt: skip
    for id, each in told.items():
        row = rows.get(id)
        if not each["ok"]:
            continue
        if row is None:
            found.append(f"command {id} was acknowledged and is lost")
        elif row.pieces != each["pieces"] or row.moves < 1 or (row.name != "battery.load" and row.moves != 1):
            found.append(f"command {id}, {row.name}, of {each['pieces']} pieces has {row.moves} moves of {row.pieces}")
    return found
