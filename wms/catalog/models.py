"""What is stored and sold, in which packs, and whose it is. Grams, millimetres; quantities in base units."""
from __future__ import annotations

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model

HANDLING = ("fragile", "cold", "liquid", "dangerous", "oversize")  # what rules handling
# When a lot or serial number is asked for: never, as goods arrive, at every scan, or only as they leave.
TRACKING = ("none", "receipt", "move", "ship")
_TRACKED = "IN ('" + "', '".join(TRACKING) + "')"


class Owner(Model):
    """Whose goods they are (货主). Owner 1 is the house itself."""

    __tablename__ = "owner"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Sku(Model):
    """A stock keeping unit. `weight_g` 0 means not known yet.

    With `expiry_tracked` every lot has a date. `shelf_life_days` counts from production to expiry, None when
    unknown; `min_days_receipt` and `min_days_shipping` are the days that must be left when goods arrive and leave.
    """

    __tablename__ = "sku"
    __table_args__ = (
        CheckConstraint("weight_g >= 0", name="weight_not_negative"),
        CheckConstraint(f"lot_tracking {_TRACKED}", name="lot_tracking_known"),
        CheckConstraint(f"serial_tracking {_TRACKED}", name="serial_tracking_known"),
        CheckConstraint("min_days_receipt >= 0 AND min_days_shipping >= 0", name="days_not_negative"),
    )

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    weight_g: Mapped[int] = mapped_column(default=0)
    length_mm: Mapped[int] = mapped_column(default=0)
    width_mm: Mapped[int] = mapped_column(default=0)
    height_mm: Mapped[int] = mapped_column(default=0)
    picture: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    handling: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    lot_tracking: Mapped[str] = mapped_column(default="none", server_default="none")
    serial_tracking: Mapped[str] = mapped_column(default="none", server_default="none")
    expiry_tracked: Mapped[bool] = mapped_column(default=False, server_default="false")
    shelf_life_days: Mapped[int | None]
    min_days_receipt: Mapped[int] = mapped_column(default=0, server_default="0")
    min_days_shipping: Mapped[int] = mapped_column(default=0, server_default="0")


class Packaging(Model):
    """A pack of a SKU: `qty` base units in an inner box, a case, a pallet. The single piece needs no row."""

    __tablename__ = "packaging"
    __table_args__ = (UniqueConstraint("sku_id", "code"), CheckConstraint("qty > 1", name="more_than_one"))

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    code: Mapped[str]
    qty: Mapped[int]
    weight_g: Mapped[int] = mapped_column(default=0)
    length_mm: Mapped[int] = mapped_column(default=0)
    width_mm: Mapped[int] = mapped_column(default=0)
    height_mm: Mapped[int] = mapped_column(default=0)


class Barcode(Model):
    """A code that, scanned, means a SKU: one base unit of it, or one pack. A SKU may have several."""

    __tablename__ = "barcode"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[BigId]
    code: Mapped[str]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    packaging_id: Mapped[int | None] = mapped_column(ForeignKey("packaging.id"))


class BundleLine(Model):
    """`qty` pieces of a component in one bundle (套装): sold as one thing, stored as several."""

    __tablename__ = "bundle_line"
    __table_args__ = (
        CheckConstraint("bundle_id <> component_id", name="not_in_itself"),
        CheckConstraint("qty > 0", name="qty_positive"),
    )

    bundle_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), primary_key=True)
    component_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), primary_key=True, index=True)
    qty: Mapped[int]
