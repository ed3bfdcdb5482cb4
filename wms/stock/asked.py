"""Goods as people and programs name them over HTTP: by codes, which become ids here."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from wms.catalog import service as catalog
from wms.catalog.models import Owner
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.fields import Code, Cursor, Id
from wms.core.listing import ListQuery, sorted_by
from wms.layout import service as layout
from wms.layout.models import STORING
from wms.stock.goods import Goods
from wms.stock.models import CONDITIONS, LOOSE, Container

BY_HAND = (*STORING, "receive")  # bins where people may put goods, and take them from, as they see fit
MOST_LINES = 1000
_Text = validate.Length(max=60)


class GoodsIn(Schema):
    """Pieces of a SKU at a place. `serials`: a number for each piece, where it has one."""

    sku = Code(required=True)
    bin = Code(required=True)
    qty = fields.Integer(required=True, strict=True)
    lot = fields.String(load_default="", validate=_Text)
    container = fields.String(load_default="", validate=_Text)
    owner = fields.String(load_default="", validate=_Text)
    condition = fields.String(load_default="good", validate=validate.OneOf(CONDITIONS))
    expires_on = fields.Date(load_default=None, allow_none=True)
    produced_on = fields.Date(load_default=None, allow_none=True)
    serials = fields.List(Code(), load_default=list, validate=validate.Length(max=10_000))


def many(**more: Any) -> fields.List[Any]:
    """A list of goods."""
    return fields.List(fields.Nested(GoodsIn), required=True, validate=validate.Length(1, MOST_LINES), **more)


class MoveIn(Schema):
    """Goods that go to a bin, into a container there when one is named."""

    goods = many()
    to_bin = Code(required=True)
    to_container = fields.String(load_default="", validate=_Text)
    reference = fields.String(load_default="", validate=_Text)


class ContainerMoveIn(Schema):
    """A container that goes to a bin whole, into another one there when it is named."""

    container = Code(required=True)
    to_bin = Code(required=True)
    into = fields.String(load_default="", validate=_Text)
    reference = fields.String(load_default="", validate=_Text)


class AdjustmentIn(GoodsIn):
    """`qty` pieces more than the books say, or fewer when negative. `kind` scrap throws (negative) pieces away."""

    kind = fields.String(load_default="adjust", validate=validate.OneOf(("adjust", "scrap")))
    reason = fields.String(load_default="", validate=_Text)
    note = fields.String(load_default="", validate=validate.Length(max=500))


class ConvertIn(Schema):
    """Goods that are taken, and what they become."""

    taken = many()
    made = many()
    reason = fields.String(load_default="", validate=_Text)


class KitIn(Schema):
    """Kits at a place, and their components at theirs."""

    kit = fields.Nested(GoodsIn, required=True)
    components = many()
    reference = fields.String(load_default="", validate=_Text)


class TransferIn(Schema):
    """Goods, loose in their bins, for another warehouse (its code)."""

    to = Code(required=True)
    goods = many()


class ShipIn(Schema):
    """`serials`: the numbers of the pieces by SKU code, where they are scanned at every move."""

    serials = fields.Dict(
        keys=fields.String(), values=fields.List(Code(), validate=validate.Length(max=10_000)), load_default=dict
    )


class ArriveIn(Schema):
    """Goods at the places they are put to. `allow_over` takes in more than was sent."""

    goods = many()
    allow_over = fields.Boolean(load_default=False)


class HoldIn(Schema):
    """Goods to set aside by hand, and what for."""

    goods = many()
    reference = fields.String(load_default="", validate=_Text)


class ReleaseIn(Schema):
    """What was set aside by hand under this reference."""

    reference = Code(required=True)


class AdjustmentPage(ListQuery):
    status = fields.String(load_default="", validate=_Text)
    kind = fields.String(load_default="", validate=_Text)
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class TransferPage(Schema):
    """Newest first; `cursor` of one page asks for the next.

    `direction`: `out` from this warehouse, `in` to it; empty: both.
    """

    status = fields.String(load_default="", validate=_Text)
    cursor = Cursor(load_default=0)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    direction = fields.String(load_default="", validate=validate.OneOf(("", "in", "out")))


class HoldPage(Schema):
    """Open holds; of one origin or SKU when named."""

    origin = fields.String(load_default="", validate=_Text)
    sku = fields.String(load_default="", validate=validate.Length(max=100))
    cursor = Cursor(load_default=0)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class IdView(Schema):
    id = Id()


def goods_of(warehouse_id: int, asked: Sequence[Mapping[str, Any]]) -> list[Goods]:
    """The goods of `GoodsIn`, their codes found.

    Raises `layout.unknown_bin`, `catalog.unknown_sku`, `stock.unknown_container`, `stock.unknown_owner`, and
    `stock.not_by_hand` for a bin that is no place for goods that people move as they see fit.
    """
    bins = layout.bin_ids(warehouse_id, (each["bin"] for each in asked))
    skus = catalog.sku_ids(each["sku"] for each in asked)
    containers = _containers(warehouse_id, (each["container"] for each in asked))
    owners = _owners(each["owner"] for each in asked)
    return [
        Goods(
            _known(skus, each["sku"], "catalog.unknown_sku", "sku"), by_hand(bins, each["bin"]), each["qty"],
            container_id=_known(containers, each["container"], "stock.unknown_container", "container"),
            lot=each["lot"], owner_id=_known(owners, each["owner"], "stock.unknown_owner", "owner"),
            condition=each["condition"], expires_on=each["expires_on"], produced_on=each["produced_on"],
            serials=tuple(each["serials"]),
        )
        for each in asked
    ]  # fmt: skip


def bin_by_hand(warehouse_id: int, code: str) -> int:
    """The id of a bin where people may put goods. Raises `layout.unknown_bin` and `stock.not_by_hand`."""
    return by_hand(layout.bin_ids(warehouse_id, [code]), code)


def container_of(warehouse_id: int, code: str) -> int:
    """The id of the container with this code, 0 (loose) for none. Raises `stock.unknown_container`."""
    return _known(_containers(warehouse_id, [code]), code, "stock.unknown_container", "container")


def by_hand(bins: Mapping[str, tuple[int, str]], code: str) -> int:
    if code not in bins:
        raise WmsError("layout.unknown_bin", bin=code)
    bin_id, kind = bins[code]
    if kind not in BY_HAND:
        raise WmsError("stock.not_by_hand", bin=code)
    return bin_id


def _known(ids: Mapping[str, int], code: str, refusal: str, name: str) -> int:
    if code not in ids:
        raise WmsError(refusal, **{name: code})
    return ids[code]


def _containers(warehouse_id: int, codes: Iterable[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(Container.code, Container.id).where(
            Container.warehouse_id == warehouse_id, among(Container.code, filter(None, codes))
        )
    )
    return {"": LOOSE, **{row.code: row.id for row in rows}}


def _owners(codes: Iterable[str]) -> dict[str, int]:
    rows = db.session.execute(select(Owner.code, Owner.id).where(among(Owner.code, filter(None, codes))))
    return {"": 1, **{row.code: row.id for row in rows}}
