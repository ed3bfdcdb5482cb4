"""Goods move within the house, change what they are, and leave it."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wms.core.error import WmsError
from wms.stock import containers, lots, space
from wms.stock.containers import Shift, shift
from wms.stock.goods import Goods, arriving, check, leaving, require_inside, special_bin
from wms.stock.ledger import post
from wms.stock.models import CONDITIONS, LOOSE


def move(
    warehouse_id: int,
    goods: Sequence[Goods],
    to_bin_id: int,
    to_container_id: int = LOOSE,
    *,
    reason: str,
    reference: str,
    actor_id: int | None,
) -> None:
    """Move pieces from where they are named to a bin, or into a container in it.

    Raises `stock.serials_needed` for SKUs whose numbers are scanned at every move, `stock.not_inside` for a bin
    that stands for the world outside, and as `goods.check`, `space.check_fits`, `containers.require_at` and
    `ledger.post` do.
    """
    check(goods, ("move",))
    require_inside([to_bin_id, *(each.bin_id for each in goods)])
    space.check_fits(warehouse_id, goods, to_bin_id)
    containers.require_at(warehouse_id, {(to_container_id, to_bin_id)})
    moves = [
        move for each in goods for move in leaving(each, each.qty, to_bin_id, reason, reference, to_container_id)
    ]
    post(warehouse_id, moves, actor_id)


def reclassify(
    warehouse_id: int,
    goods: Sequence[Goods],
    *,
    condition: str | None = None,
    lot: str | None = None,
    owner_id: int | None = None,
    reason: str,
    reference: str,
    actor_id: int | None,
) -> None:
    """Pieces stay where they are and become something else: another condition, lot or owner (None: as it is).

    Two moves, through the `convert` bin, that keep the pieces and their value. Dates in `goods` are those of
    the new lot. Raises `stock.bad_condition`, `stock.nothing_changes`, and as `move` does.
    """
    if condition is not None and condition not in CONDITIONS:
        raise WmsError("stock.bad_condition", condition=condition, known=", ".join(CONDITIONS))
    check(goods, ("move",))
    changes = {"condition": condition, "lot": lot, "owner_id": owner_id}
    told = {name: value for name, value in changes.items() if value is not None}
    plain = [replace(each, unit_cost=None) for each in goods]  # their value stays what it is
    pairs = [(each, replace(each, **told)) for each in plain]  # type: ignore[arg-type]
    if any(before.place == after.place for before, after in pairs):
        raise WmsError("stock.nothing_changes")
    lots.note(after for _, after in pairs)
    through = special_bin(warehouse_id, "convert")
    out = [move for each, _ in pairs for move in leaving(each, each.qty, through, reason, reference)]
    back = [move for _, each in pairs for move in arriving(each, each.qty, through, reason, reference)]
    post(warehouse_id, [*out, *back], actor_id)


def ship(warehouse_id: int, parcels: Mapping[int, str], *, from_bin_id: int, actor_id: int | None) -> dict[int, int]:
    """All that these containers (id → the move's reference) hold leaves to the customer; pieces by container."""
    shifts = [Shift(container_id, LOOSE, reference) for container_id, reference in parcels.items()]
    to = special_bin(warehouse_id, "customer")
    return shift(shifts, from_bin_id=from_bin_id, to_bin_id=to, reason="ship", actor_id=actor_id)
