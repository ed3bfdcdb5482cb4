"""The data of a parcel's documents, as `printers.documents` takes it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.layout.models import Warehouse
from wms.orders.models import Order, OrderLine, Shop
from wms.packing import service as packing
from wms.packing.models import Parcel, ParcelLine
from wms.shipping.carriers import Party, Request
from wms.shipping.models import Carrier, Waybill
from wms.shipping.rules import (
    UNKNOWN,
    Piece,
    barcode_text,
    full_address,
    greeting,
    headline,
    items_summary,
    label_locale,
    note,
    printed_at,
    shortened,
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
    row = db.session.execute(
        select(Parcel, Order, Shop, Warehouse)
        .join(Order, Order.id == Parcel.order_id)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Warehouse, Warehouse.id == Parcel.warehouse_id)
        .where(Parcel.id == parcel_id)
    ).one()
    return Shipment(row.Parcel, row.Order, row.Shop, row.Warehouse, _pieces(parcel_id))


def _pieces(parcel_id: int) -> list[Piece]:
    """What a parcel contains; the parts of a bundle with the bundle's name, which is what the buyer ordered."""
    whole, bundle = aliased(OrderLine), aliased(Sku)
    lines = db.session.execute(
        select(Sku.code, Sku.name, bundle.name.label("bundle"), ParcelLine.qty)
        .join(Sku, Sku.id == ParcelLine.sku_id)
        .join(OrderLine, OrderLine.id == ParcelLine.order_line_id)
        .outerjoin(whole, whole.id == OrderLine.bundle_line_id)
        .outerjoin(bundle, bundle.id == whole.sku_id)
        .where(ParcelLine.parcel_id == parcel_id)
        .order_by(ParcelLine.order_line_id)
    )
    return [Piece(line.code, f"{line.bundle} / {line.name}" if line.bundle else line.name, line.qty) for line in lines]


def request_of(of: Shipment, carrier: Carrier, key: str) -> Request:
    """What a carrier is asked for a parcel."""
    order, house = of.order, of.warehouse
    recipient = Party(
        order.recipient, order.phone, order.address, order.district, order.city, order.province, order.country,
        order.postcode,
    )  # fmt: skip
    sender = Party(house.name, house.phone, house.address)
    return Request(
        key, carrier.id, carrier.code, of.parcel.number, order.number, of.parcel.weight_g or 0, recipient, sender
    )


def waybill_data(of: Shipment, carrier: Carrier, waybill: Waybill) -> dict[str, Any]:
    """The data of a `waybill`."""
    order, house = of.order, of.warehouse
    index, count = packing.place_of(of.parcel)
    address = full_address(order.country, order.province, order.city, order.district, order.address)
    return {
        "carrier": headline(carrier.name),
        "waybill_number": waybill.number,
        "route_code": headline(waybill.route_code),
        "sorting_code": waybill.sorting_code,
        "recipient": _party(order.recipient, order.phone, " ".join(filter(None, [address, order.postcode]))),
        "sender": _party(house.name, house.phone, house.address),
        "order_number": title(order.number),
        "shop": title(of.shop.name),
        "parcel_index": index,
        "parcel_count": count,
        "weight_g": of.parcel.weight_g or 0,
        "items": items_summary(of.pieces),
        "note": note(order.remark),
        "printed_at": printed_at(now()),
        "locale": label_locale(order.country),
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


def _party(name: str, phone: str, address: str) -> dict[str, str]:
    return {"name": title(name) or UNKNOWN, "phone": phone.strip() or UNKNOWN, "address": address.strip() or UNKNOWN}
