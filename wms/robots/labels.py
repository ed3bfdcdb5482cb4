"""What is printed on the goods that robots have in hand: barcodes, and GS1 labels with lot and date."""
from __future__ import annotations

from typing import Any

from wms.robots.device import Device

EAN = 13


class Labels:
    """The codes of SKUs, as the service's own catalogue tells them; each SKU is asked for once."""

    def __init__(self) -> None:
        self._skus: dict[str, dict[str, Any]] = {}

    def sku(self, device: Device, code: str) -> dict[str, Any]:
        """What the catalogue has of a SKU."""
        if code not in self._skus:
            found = device.read("/skus", q=code)["items"]
            self._skus[code] = next(each for each in found if each["code"] == code)
        return self._skus[code]

    def piece(self, device: Device, code: str, lot: str = "", expires_on: str | None = None) -> str:
        """What a scanner reads off a piece: its barcode, or its label where that says the lot or the date too."""
        sku = self.sku(device, code)
        barcode = min(sku["barcodes"] or [code], key=lambda each: len(each) != EAN)
        return element_string(barcode, lot, expires_on) if (lot or expires_on) and barcode.isdecimal() else barcode

    def case(self, device: Device, code: str, lot: str = "", expires_on: str | None = None) -> tuple[str, int]:
        """The label of the SKU's largest pack that has a number, and its pieces; ("", 0) when it has none."""
        packs = [pack for pack in self.sku(device, code)["packs"] if pack["barcodes"]]
        if not packs:
            return "", 0
        pack = max(packs, key=lambda each: int(each["qty"]))
        return element_string(pack["barcodes"][0], lot, expires_on), int(pack["qty"])


def element_string(gtin: str, lot: str = "", expires_on: str | None = None) -> str:
    """A GS1 element string: trade item number (01), date of expiry (17), and the lot (10) last, which has no end."""
    date = f"17{expires_on[2:].replace('-', '')}" if expires_on else ""
    return f"]C101{gtin:>014}{date}{f'10{lot}' if lot else ''}"
