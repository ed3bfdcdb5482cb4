"""The house's own fleet: numbers out of our own table, without a gap and each once."""
from __future__ import annotations

from wms.core.checkdigit import check_digit
from wms.core.prepared import Prepared, execute
from wms.shipping.carriers import Issued, Request

_COUNT = Prepared(
    "next_waybill",
    "UPDATE carrier SET next_number = next_number + 1 WHERE id = :carrier_id RETURNING next_number - 1 AS number",
)


class OwnFleet:
    """Numbers OF + three digits of the carrier's row + nine of its counter + a check digit.

    The row is part of the number, so that two carriers with this plug-in never issue the same one.
    """

    in_transaction = True
    settings: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    def issue(self, request: Request) -> Issued:
        request.check_readable()
        [counted] = execute(_COUNT, {"carrier_id": request.carrier_id})
        digits = f"{request.carrier_id:03d}{counted.number:09d}"
        return Issued(f"OF{digits}{check_digit(digits)}", route_code(request), sorting_code(request))

    def query(self, request: Request) -> Issued | None:
        return None  # a number whose transaction was undone was never issued

    def void(self, request: Request, number: str) -> None:
        """Nothing to give back: a number is simply not used again."""


def route_code(request: Request) -> str:
    """What the driver reads from two metres: city and district, else the widest that is known."""
    to = request.recipient
    near = " ".join(dict.fromkeys(part for part in (to.city, to.district) if part))
    return near or to.province or to.country or "LOCAL"


def sorting_code(request: Request) -> str:
    """The postcode's head, by which the own fleet's sorting shelf is arranged."""
    return request.recipient.postcode.replace(" ", "")[:4].upper()
