"""The data of a parcel's documents, as `printers.documents` takes it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from wms.core.clock import now
from wms.core.db import db
from wms.core.prepared import Prepared, execute
from wms.core.shorten import shortened
from wms.layout.models import Warehouse
from wms.orders import service as orders
from wms.orders.models import Order, Shop
from wms.packing import service as packing
from wms.packing.models import Parcel
from wms.shipping.carriers import Party, Request
from wms.shipping.models import Carrier, Waybill
from wms.shipping.rules import (
    UNKNOWN,
    Piece,
    amount,
    barcode_text,
    full_address,
    greeting,
    headline,
    items_summary,
    label_locale,
    note,
    printed_at,
    slip_lines,
    title,
)


@dataclass(frozen=True)
class Shipment:
    """A parcel with everything its documents say."""

    parcel: Parcel
    order: Order
    shop: Shop
    warehouse: Warehouse
    pieces: list[Piece]


def shipment(parcel_id: int) -> Shipment:
    """Read a parcel with its order, shop, warehouse and contents."""
    parcel = db.session.get_one(Parcel, parcel_id)  # whoever closes or plans it has it at hand, and its order too
    order = db.session.get_one(Order, parcel.order_id)
    row = db.session.execute(_AROUND, {"shop_id": order.shop_id, "warehouse_id": parcel.warehouse_id}).one()
    return Shipment(parcel, order, row.Shop, row.Warehouse, _pieces(parcel))


_AROUND = (
    select(Shop, Warehouse)
    .join(Warehouse, Warehouse.id == bindparam("warehouse_id"))
    .where(Shop.id == bindparam("shop_id"))
)
_PIECES = """
    SELECT k.code, k.name, bundle.name AS bundle, {qty} AS qty
    FROM {lines} JOIN sku k ON k.id = l.sku_id
    LEFT JOIN order_line whole ON whole.id = l.bundle_line_id LEFT JOIN sku bundle ON bundle.id = whole.sku_id
    WHERE {its} ORDER BY l.id
"""
_PACKED = Prepared(
    "pieces_of_shipment",
    _PIECES.format(
        qty="x.qty", lines="parcel_line x JOIN order_line l ON l.id = x.order_line_id", its="x.parcel_id = :parcel_id"
    ),
)
_PLANNED = Prepared(
    "pieces_of_planned",
    _PIECES.format(
        qty="l.qty - l.dropped", lines="order_line l",
        its="l.order_id = :order_id AND NOT l.exploded AND l.qty > l.dropped",
    ),
)  # fmt: skip


def _pieces(parcel: Parcel) -> list[Piece]:
    """What a parcel contains, a planned one what its order is of; the parts of a bundle with the bundle's name, which
    is what the buyer ordered."""
    if parcel.status == "planned":
        lines = execute(_PLANNED, {"order_id": parcel.order_id})
    else:
        lines = execute(_PACKED, {"parcel_id": parcel.id})
    return [Piece(line.code, f"{line.bundle} / {line.name}" if line.bundle else line.name, line.qty) for line in lines]


def request_of(of: Shipment, carrier: Carrier, waybill: Waybill) -> Request:
    """What a carrier is asked for a parcel."""
    order, house = of.order, of.warehouse
    sender = Party(house.name, house.phone, house.address)
    return Request(
        waybill.request_key, carrier.id, carrier.code, of.parcel.number, order.number, of.parcel.weight_g or 0,
        recipient(order), sender, waybill.cod, order.currency, parent_of(of.parcel),
        address_id=order.address_id, shop_order=shop_order(order),
    )  # fmt: skip


def shop_order(order: Order) -> str:
    """The number of the order of which this is a part; "" of one that is whole."""
    return "" if order.split_from_id is None else orders.split_from([order.id])[order.id]


def recipient(order: Order) -> Party:
    """Who gets an order, as carriers are told."""
    return Party(
        order.recipient, order.phone, order.address, order.district, order.city, order.province, order.country,
        order.postcode,
    )  # fmt: skip


def parent_of(parcel: Parcel) -> str:
    """The number that holds the parcels of an order together (母单号): that of its first, for the further ones."""
    if parcel.ordinal == 1:
        return ""
    first = select(Waybill.number).join(Parcel, Parcel.id == Waybill.parcel_id)
    its = first.where(
        Parcel.order_id == parcel.order_id, Parcel.ordinal == 1, Parcel.status != "void", Waybill.status == "issued"
    )
    return db.session.execute(its).scalar() or ""


def waybill_data(of: Shipment, carrier: Carrier, waybill: Waybill) -> dict[str, Any]:
    """The data of a `waybill`."""
    order, house = of.order, of.warehouse
    # Of one that is planned nobody knows yet whether it will be the only one: nothing is said about it.
    index, count = (0, 0) if of.parcel.status == "planned" else packing.place_of(of.parcel)
    locale = label_locale(order.country)
    return {
        "carrier": headline(carrier.name),
        "waybill_number": waybill.number,
        "route_code": headline(waybill.route_code),
        "sorting_code": waybill.sorting_code,
        "recipient": party(order.recipient, order.phone, address_of(order)),
        "sender": party(house.name, house.phone, house.address),
        "order_number": title(order.number),
        "shop": title(of.shop.name),
        "parcel_index": index,
        "parcel_count": count,
        "parent_number": parent_of(of.parcel),
        "cod": amount(waybill.cod, order.currency, locale),
        "weight_g": of.parcel.weight_g or 0,
        "items": items_summary(of.pieces),
        "note": note(order.remark),
        "printed_at": printed_at(now()),
        "locale": locale,
    }


def slip_data(of: Shipment) -> dict[str, Any]:
    """The data of a `packing_slip`."""
    return {
        "shop": title(of.shop.name),
        "order_number": barcode_text(of.order.number, of.parcel.number),
        "lines": [{"sku": piece.sku, "name": piece.name, "qty": piece.qty} for piece in slip_lines(of.pieces)],
        "recipient": shortened(of.order.recipient, 60),
        "footer": greeting(of.order.gift_note) if of.parcel.ordinal == 1 else "",
        "printed_at": printed_at(now()),
        "locale": label_locale(of.order.country),
    }


def address_of(order: Order) -> str:
    """Where an order goes, in one line."""
    address = full_address(order.country, order.province, order.city, order.district, order.address)
    return " ".join(filter(None, [address, order.postcode]))


def party(name: str, phone: str, address: str) -> dict[str, str]:
    """Who sends or gets a parcel, as a label names them."""
    return {"name": title(name) or UNKNOWN, "phone": phone.strip() or UNKNOWN, "address": address.strip() or UNKNOWN}
