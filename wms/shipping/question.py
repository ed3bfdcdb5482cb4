"""One question to a carrier over a network: put outside of any transaction, and what came of it."""
from __future__ import annotations

from dataclasses import dataclass

import structlog

from wms.shipping.carriers import (
    Carrier,
    CarrierBusyError,
    CarrierRefusedError,
    CarrierSilentError,
    Changer,
    Issued,
    Request,
)

log = structlog.get_logger(__name__)

FIRST, LONGEST = 5.0, 300.0  # seconds before an unanswered question is looked after
AMENDED = 300.0  # seconds before an account that was refused is tried again: somebody may have put it right


@dataclass(frozen=True)
class Work:
    """A waybill's question, which is ours until its lease ends. `in_doubt`: it was put before, and nobody knows what
    came of it. `giving_back`: the waybill is void, and its `number`, or whatever was issued for it, is given back.
    `changing`: the request's recipient gets the parcel of this `number` now."""

    waybill_id: int
    carrier_id: int
    tries: int
    in_doubt: bool
    giving_back: bool
    number: str | None
    speaks: Carrier
    request: Request
    changing: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a question: a number (`issued`), it is `given_back`, it was `refused` (one of REFUSALS), or none of
    these: it is put `again_in` so many seconds. `in_doubt`: a number may exist that nobody here knows. `busy`: so long
    the carrier wants to hear nothing at all."""

    work: Work
    issued: Issued | None = None
    given_back: bool = False
    refused: str | None = None
    said: str = ""
    again_in: float = 0
    in_doubt: bool = False
    busy: float = 0


def put(work: Work) -> Outcome:
    """Ask. What may have been issued already is asked after first, and only what certainly was not is asked for."""
    if work.giving_back:
        return _give_back(work)
    doubt = work.in_doubt
    try:
        if work.changing:
            return _change(work)
        if doubt:
            found = work.speaks.query(work.request)
            if found is not None:
                return Outcome(work, found)
        doubt = False
        return Outcome(work, work.speaks.issue(work.request))
    except CarrierRefusedError as error:
        return Outcome(work, refused=error.why, said=str(error), in_doubt=doubt)
    except CarrierBusyError as error:
        return Outcome(work, said=str(error), again_in=error.seconds, in_doubt=doubt, busy=error.seconds)
    except Exception as error:
        return _silent(work, error)


def _change(work: Work) -> Outcome:
    """Say who gets it now. Said before and not heard of, it is first asked whether the number still stands; to say it
    again changes nothing."""
    assert isinstance(work.speaks, Changer)
    assert work.number is not None
    if work.in_doubt and work.speaks.query(work.request) is None:
        return Outcome(work, refused="data", said=f"{work.number} is not known any more")
    return Outcome(work, work.speaks.change(work.request, work.number))


def _give_back(work: Work) -> Outcome:
    """What is void is given back; of what is in doubt it is asked first whether there is anything. Where our account is
    not let in, the number is still ours: that is no answer about it."""
    found: Issued | None = None
    try:
        number = work.number
        if number is None:
            found = work.speaks.query(work.request)
            number = found.number if found else None
        if number is not None:
            work.speaks.void(work.request, number)
        return Outcome(work, found, given_back=True)
    except CarrierRefusedError as error:
        if error.why == "account":
            return Outcome(work, found, said=str(error), again_in=AMENDED, in_doubt=True)
        return Outcome(work, found, refused=error.why, said=str(error))
    except CarrierBusyError as error:
        return Outcome(work, found, said=str(error), again_in=error.seconds, in_doubt=True, busy=error.seconds)
    except Exception as error:
        return _silent(work, error, found)


def _silent(work: Work, error: Exception, found: Issued | None = None) -> Outcome:
    """Nobody knows what came of it. A fault of the plug-in is no different: the carrier may have heard it."""
    wait = error.seconds if isinstance(error, CarrierSilentError) else None
    if not isinstance(error, CarrierSilentError):
        log.exception("carrier_plugin_failed", carrier=work.request.carrier, waybill=work.waybill_id)
    again = wait if wait is not None else min(FIRST * 2.0 ** min(work.tries - 1, 10), LONGEST)
    return Outcome(work, found, said=str(error) or type(error).__name__, again_in=again, in_doubt=True)
