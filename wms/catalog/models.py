"""What is stored and sold. Weight in grams, sizes in millimetres, quantities in base units."""
from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model


class Sku(Model):
    """A stock keeping unit. `weight_g` 0 means not known yet."""

    __tablename__ = "sku"
    __table_args__ = (CheckConstraint("weight_g >= 0", name="weight_not_negative"),)

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    weight_g: Mapped[int] = mapped_column(default=0)
    length_mm: Mapped[int] = mapped_column(default=0)
    width_mm: Mapped[int] = mapped_column(default=0)
    height_mm: Mapped[int] = mapped_column(default=0)
    picture: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class Barcode(Model):
    """A code that, scanned, means one base unit of a SKU. A SKU may have several."""

    __tablename__ = "barcode"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[BigId]
    code: Mapped[str]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
