"""Bundles (套装): sold as one thing, stored as several."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, insert, select, text

from wms.catalog.models import BundleLine, Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock

DEEPEST = 5  # bundles in bundles in bundles …
MOST = 1_000_000  # pieces of one part in one bundle

_PARTS = text(
    """
    WITH RECURSIVE part AS (
        SELECT bundle_id, component_id, cast(qty AS numeric) AS qty FROM bundle_line WHERE bundle_id = ANY(:ids)
        UNION ALL
        SELECT part.bundle_id, l.component_id, part.qty * l.qty
        FROM part JOIN bundle_line l ON l.bundle_id = part.component_id
    )
    SELECT bundle_id, component_id, sum(qty)::bigint AS qty FROM part
    WHERE NOT EXISTS (SELECT 1 FROM bundle_line l WHERE l.bundle_id = part.component_id)
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)


def parts(sku_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Pieces of each part in one bundle, by bundle; bundles in it are taken apart too. Other SKUs are absent."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row in db.session.execute(_PARTS, {"ids": sorted(set(sku_ids))}):
        found[row.bundle_id][row.component_id] = row.qty
    return dict(found)


def components(sku_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """What each SKU is a bundle of, as it was told: [(SKU code, pieces)], in the order of codes; [] of no bundle."""
    listed: dict[int, list[tuple[str, int]]] = {id: [] for id in sku_ids}
    rows = db.session.execute(
        select(BundleLine.bundle_id, Sku.code, BundleLine.qty)
        .join(Sku, Sku.id == BundleLine.component_id)
        .where(among(BundleLine.bundle_id, listed))
        .order_by(Sku.code)
    )
    for row in rows:
        listed[row.bundle_id].append((row.code, row.qty))
    return listed


def put_bundles(bundles: Mapping[str, Sequence[tuple[str, int]]]) -> dict[str, str]:
    """Say what these SKUs are bundles of: bundle code → [(component code, pieces)], [] for one that is no bundle now.

    Returns `created`, `updated` or `unchanged` by bundle code. Raises `catalog.unknown_sku`,
    `catalog.bundle_repeats`, `catalog.bundle_in_itself`, `catalog.bundle_too_deep`, `catalog.bundle_too_many`.
    Orders that are promised keep the parts they were promised.
    """
    lock("catalog.bundles", 0)  # two that put two bundles into each other would not see it
    ids = _ids(bundles)
    before = components(ids[code] for code in bundles)
    done: dict[str, str] = {}
    for code, told in bundles.items():
        known = before[ids[code]]
        done[code] = "unchanged" if sorted(told) == sorted(known) else "updated" if known else "created"
        if done[code] != "unchanged":
            _replace(ids[code], [(ids[part], qty) for part, qty in told])
    _check_depth({ids[code]: code for code in bundles})
    return done


def _ids(bundles: Mapping[str, Sequence[tuple[str, int]]]) -> dict[str, int]:
    for code, told in bundles.items():
        if len({part for part, _ in told}) < len(told):
            raise WmsError("catalog.bundle_repeats", sku=code)
        if any(part == code for part, _ in told):
            raise WmsError("catalog.bundle_in_itself", sku=code)
    wanted = set(bundles) | {part for told in bundles.values() for part, _ in told}
    rows = db.session.execute(select(Sku.code, Sku.id).where(among(Sku.code, wanted)))
    ids: dict[str, int] = {row.code: row.id for row in rows}
    missing = sorted(wanted - set(ids))
    if missing:
        raise WmsError("catalog.unknown_sku", sku=missing[0])
    return ids


def _replace(bundle_id: int, told: Sequence[tuple[int, int]]) -> None:
    db.session.execute(delete(BundleLine).where(BundleLine.bundle_id == bundle_id))
    if told:
        rows = [{"bundle_id": bundle_id, "component_id": part, "qty": qty} for part, qty in told]
        db.session.execute(insert(BundleLine), rows)


# Downwards from each bundle, and upwards to those that contain it, for they grow deeper with it.
_DEPTHS = text(
    """
    WITH RECURSIVE above AS (
        SELECT unnest(cast(:ids AS bigint[])) AS id, 0 AS steps
        UNION
        SELECT l.bundle_id, above.steps + 1 FROM above JOIN bundle_line l ON l.component_id = above.id
        WHERE above.steps <= :deepest
    ), below AS (
        SELECT DISTINCT id AS root, id, 0 AS depth, cast(1 AS numeric) AS qty FROM above
        UNION ALL
        SELECT below.root, l.component_id, below.depth + 1, below.qty * l.qty
        FROM below JOIN bundle_line l ON l.bundle_id = below.id WHERE below.depth <= :deepest
    )
    SELECT sku.code, max(depth) AS depth, bool_or(below.id = root AND depth > 0) AS loops, max(qty) AS qty
    FROM below JOIN sku ON sku.id = below.root GROUP BY sku.code ORDER BY sku.code
    """
)


def _check_depth(bundles: Mapping[int, str]) -> None:
    rows = db.session.execute(_DEPTHS, {"ids": sorted(bundles), "deepest": DEEPEST}).all()
    for row in rows:
        if row.loops:
            raise WmsError("catalog.bundle_in_itself", sku=row.code)
    for row in rows:
        if row.depth > DEEPEST:
            raise WmsError("catalog.bundle_too_deep", sku=row.code, deepest=DEEPEST)
        if row.qty > MOST:
            raise WmsError("catalog.bundle_too_many", sku=row.code, most=MOST)
