"""Pick faces: which bins SKUs are picked from, and how they stand."""
from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, delete, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert

from wms.catalog.models import Sku
from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import Bin
from wms.replenishment.models import PickFace
from wms.replenishment.rules import Face

TYPES = {"bin_id": BigInteger(), "sku_id": BigInteger(), "min_qty": BigInteger(), "max_qty": BigInteger()}


def put_faces(warehouse_id: int, faces: Sequence[tuple[int, int, int, int]]) -> Counter[str]:
    """Make pick faces of (bin, SKU, min, max), or bring them up to date; counts created, updated, unchanged.

    Raises `replenishment.bad_range` where max is not above min ≥ 0.
    """
    for _, _, least, most in faces:
        if not 0 <= least < most:
            raise WmsError("replenishment.bad_range", min=least, max=most)
    table = rows_of("t", TYPES, sorted(faces))
    source = select(literal_column(str(int(warehouse_id))), *(table.c[name] for name in TYPES)).order_by(table.c.nr)
    made = insert(PickFace).from_select(["warehouse_id", *TYPES], source)
    new = {name: made.excluded[name] for name in ("min_qty", "max_qty")}
    differs = (PickFace.min_qty != new["min_qty"]) | (PickFace.max_qty != new["max_qty"])
    made = made.on_conflict_do_update(index_elements=["bin_id", "sku_id"], set_=new, where=differs)
    # xmax is 0 in a row that this statement inserted, and set in one that it updated.
    fresh = literal_column("pick_face.xmax = 0", Boolean).label("fresh")
    done = Counter("created" if row.fresh else "updated" for row in db.session.execute(made.returning(fresh)))
    done["unchanged"] = len(faces) - done.total()
    return done


def remove_face(warehouse_id: int, face_id: int) -> None:
    """A bin is no pick face of its SKU any more; what is under way to it still arrives. Raises `core.not_found`."""
    gone = delete(PickFace).where(PickFace.id == face_id, PickFace.warehouse_id == warehouse_id)
    if db.session.execute(gone.returning(PickFace.id)).scalar() is None:
        raise WmsError("core.not_found", thing="pick face", key=face_id)


def told(warehouse_id: int, ids: Collection[int]) -> list[dict[str, Any]]:
    """These pick faces, with what lies in them and comes; those in blocked bins are left out."""
    query = (
        select(PickFace.id, Bin.code.label("bin"), Sku.code.label("sku"), Sku.name)
        .join(Bin, Bin.id == PickFace.bin_id)
        .join(Sku, Sku.id == PickFace.sku_id)
        .where(among(PickFace.id, ids))
    )
    rows = db.session.execute(query).all()
    stand = {face.id: face for face in standing(warehouse_id, ids=ids)}
    return [{**row._mapping, **_figures(stand[row.id])} for row in rows if row.id in stand]


def _figures(face: Face) -> dict[str, int]:
    return {
        "min_qty": face.min_qty, "max_qty": face.max_qty, "on_hand": face.on_hand, "free": face.free,
        "coming": face.coming,
    }  # fmt: skip


_STANDING = text(
    """
    SELECT f.id, f.bin_id, f.sku_id, f.min_qty, f.max_qty, coalesce(b.on_hand, 0) AS on_hand,
           coalesce(b.free, 0) AS free, coalesce(t.coming, 0) AS coming
    FROM pick_face f
    LEFT JOIN LATERAL (
        SELECT sum(on_hand)::bigint AS on_hand, sum(on_hand - held)::bigint AS free FROM stock_balance b
        WHERE b.bin_id = f.bin_id AND b.sku_id = f.sku_id AND b.condition = 'good') b ON true
    LEFT JOIN LATERAL (
        SELECT sum(CASE WHEN t.status = 'carried' THEN t.carried - t.put - t.returned ELSE t.qty END)::bigint AS coming
        FROM replenish_task t WHERE t.to_bin_id = f.bin_id AND t.sku_id = f.sku_id
          AND t.status IN ('open', 'assigned', 'carried')) t ON true
    JOIN bin ON bin.id = f.bin_id AND bin.blocked_reason IS NULL
    WHERE f.warehouse_id = :warehouse_id AND (cast(:ids AS bigint[]) IS NULL OR f.id = ANY(:ids))
      AND (cast(:skus AS bigint[]) IS NULL OR f.sku_id = ANY(:skus))
    ORDER BY f.id
    """
)


def standing(
    warehouse_id: int, *, ids: Collection[int] | None = None, skus: Collection[int] | None = None
) -> list[Face]:
    """How pick faces in open bins stand now; all of them, those with these ids, or those of these SKUs."""
    asked = {"ids": None if ids is None else sorted(ids), "skus": None if skus is None else sorted(skus)}
    rows = db.session.execute(_STANDING, {"warehouse_id": warehouse_id, **asked})
    return [Face(*row) for row in rows]
