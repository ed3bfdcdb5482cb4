"""Carriers of the rest of the world through the SDK of karrio (LGPL), where that is there: `pip install 'wms[karrio]'`
and the extension of the carrier, such as `karrio-dhl-express`.

Settings: `provider` (generic, dhl_express, ups, fedex, …), `service` (its code), `country` (of the account, two
letters), `currency`, `sender_*`. Secrets: those of the extension's settings that are given. `generic` numbers its
parcels itself, without any network.
"""
from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from wms.shipping.carriers import (
    Account,
    CarrierRefusedError,
    CarrierSilentError,
    Issued,
    Party,
    Request,
    Scanned,
    Traced,
)

GENERIC = "generic"
_STATES = {
    "out_for_delivery": "out_for_delivery", "delivered": "signed", "ready_for_pickup": "out_for_delivery",
    "delivery_failed": "problem", "on_hold": "problem", "delivery_delayed": "in_transit",
    "return_to_sender": "returned", "cancelled": "problem",
}  # fmt: skip
_CLOCKS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %I:%M %p", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
_ACCOUNT = ("AUTH", "CREDENTIAL", "TOKEN", "401", "403")


class Karrio:
    """No carrier behind it can be asked by our own key: a question of which nothing was heard stays in doubt until a
    person has looked at the carrier's, or takes another one. `generic` issues nothing outside, so there is no doubt."""

    in_transaction = False
    settings: tuple[str, ...] = ("provider", "service", "country", "currency")
    secrets: tuple[str, ...] = (
        "account_number", "username", "password", "api_key", "api_secret", "client_id", "client_secret", "site_id",
    )  # fmt: skip

    def issue(self, request: Request) -> Issued:
        request.check_readable()
        account, models = request.by, _karrio("core.models")
        asked = models.ShipmentRequest(
            service=account.setting("service", "standard"), shipper=_party(request.sender, account),
            recipient=_party(request.recipient, account), reference=request.key, label_type="ZPL",
            parcels=[{"weight": max(request.weight_g, 1) / 1000, "weight_unit": "KG"}],
        )  # fmt: skip
        done = _said(lambda sdk, gateway: sdk.Shipment.create(asked).from_(gateway).parse(), account)
        return Issued(
            done.tracking_number, request.recipient.postcode or request.recipient.city, "",
            {"shipment": done.shipment_identifier, "label": getattr(done.docs, "label", None)},
        )  # fmt: skip

    def query(self, request: Request) -> Issued | None:
        if _provider(request.by) == GENERIC:
            return None
        raise CarrierSilentError("this carrier cannot be asked by our reference; look at its own pages", 3600)

    def void(self, request: Request, number: str) -> None:
        account = request.by
        if _provider(account) == GENERIC:
            return
        asked = _karrio("core.models").ShipmentCancelRequest(shipment_identifier=number)
        _said(lambda sdk, gateway: sdk.Shipment.cancel(asked).from_(gateway).parse(), account)

    def trace(self, account: Account, number: str, com: str, phone: str) -> Traced:
        asked = _karrio("core.models").TrackingRequest(tracking_numbers=[number])
        found = _said(lambda sdk, gateway: sdk.Tracking.fetch(asked).from_(gateway).parse(), account)
        scans = [_scan(each) for one in found for each in one.events]
        return Traced(number, [each for each in scans if each is not None])


def _provider(account: Account) -> str:
    return account.setting("provider", GENERIC)


def _karrio(name: str) -> Any:
    try:
        return import_module(f"karrio.{name}")
    except ImportError:
        raise CarrierRefusedError("karrio is not installed here: pip install 'wms[karrio]'", "account") from None


def _said(ask: Any, account: Account) -> Any:
    """What came of a question. Raises CarrierRefusedError with all that was said against it."""
    sdk = _karrio("sdk")
    known = {name: value for name, value in account.secrets.items() if name in Karrio.secrets and value}
    facts = {"carrier_id": account.code, "account_country_code": account.setting("country") or None, **known}
    if _provider(account) == GENERIC:
        service = account.setting("service", "standard")
        rate = {"service_name": service, "service_code": service, "currency": account.setting("currency", "EUR")}
        facts |= {
            "display_name": account.code, "custom_carrier_name": account.code,
            "services": [{**rate, "zones": [{"rate": 0.0}]}],
        }  # fmt: skip
    try:
        gateway = sdk.gateway[_provider(account)].create(facts)
    except Exception as error:  # of its own kinds: an extension that is not there, a setting that is missing
        raise CarrierRefusedError(f"karrio: {error}", "account") from None
    details, messages = ask(sdk, gateway)
    if not details:
        said = "; ".join(f"{each.code or ''} {each.message or ''}".strip() for each in messages) or "no answer"
        why = "account" if any(word in said.upper() for word in _ACCOUNT) else "data"
        raise CarrierRefusedError(said, "unreachable" if "NOT_SERVICED" in said.upper() else why)
    return details


def _party(party: Party, account: Account) -> dict[str, Any]:
    two = party.country.strip().upper()
    return {
        "person_name": party.name, "phone_number": party.phone, "address_line1": party.address, "city": party.city,
        "state_code": party.province or None, "postal_code": party.postcode or None,
        "country_code": two if len(two) == 2 else account.setting("country"),
    }  # fmt: skip


def _scan(event: Any) -> Scanned | None:
    """An event with a moment; without an offset it is taken for UTC, which the day at least survives."""
    said = f"{event.date or ''} {event.time or ''}".strip()
    at = next((moment for form in _CLOCKS if (moment := _moment(said, form))), None)
    state = _STATES.get(str(getattr(event, "status", None) or event.code or "").lower(), "in_transit")
    return at and Scanned(at, state, str(event.description or ""), str(event.location or ""))


def _moment(said: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(said, form).replace(tzinfo=UTC)
    except ValueError:
        return None
