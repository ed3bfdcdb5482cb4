"""Forms over HTTP, as Chinese carriers take them: one question, one answer, a limit to the time of both together."""
from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from wms.core.china import from_beijing
from wms.core.clock import now
from wms.core.retry_after import pause
from wms.shipping.carriers import CarrierBusyError, CarrierRefusedError, CarrierSilentError

TIMEOUT = 15.0  # seconds; far less than the time for which nobody else asks the same
USUAL, LONGEST = 2.0, 600.0  # seconds to leave one alone that is busy
LARGEST = 2 * 1024 * 1024  # bytes of an answer


class _Straight(HTTPRedirectHandler):
    """What is signed for one address goes to no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_open = build_opener(_Straight).open


def post(url: str, form: Mapping[str, str], *, timeout: float = TIMEOUT) -> dict[str, Any]:
    """Send a form and return the JSON object of the answer.

    Raises CarrierBusyError for 429 and 503, CarrierRefusedError for an address that is none, and CarrierSilentError
    for everything else that is no answer.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise CarrierRefusedError(f"{url!r} is no web address", "account")
    head = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "Accept": "application/json"}
    request = Request(url, urlencode(form).encode(), head)  # noqa: S310 - the scheme is looked at just above
    try:
        found = json.loads(_answer(request, timeout))
    except HTTPError as error:
        with error:
            if error.code in (429, 503):
                asked = error.headers.get("Retry-After")
                wait = pause(asked, now(), usual=USUAL, longest=LONGEST)
                raise CarrierBusyError(f"HTTP {error.code}", wait) from None
        raise CarrierSilentError(f"HTTP {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:  # ValueError: it is no JSON
        raise CarrierSilentError(type(error).__name__) from None
    if not isinstance(found, dict):
        raise CarrierSilentError("an answer that is no object")
    return found


def _answer(request: Request, timeout: float) -> bytes:
    """The body. A peer that sends a byte now and then is not waited for longer than any other."""
    until, found = time.monotonic() + timeout, b""
    with _open(request, timeout=timeout) as reply:
        while piece := reply.read1(65536):
            found += piece
            if len(found) > LARGEST:
                raise ValueError("a larger answer than any")
            if time.monotonic() > until:
                raise TimeoutError
    return found


def md5(text: str) -> str:
    """32 small hexadecimal digits. What carriers ask for; there is nothing to choose."""
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - the carrier's own signature


def signed_base64_md5(text: str) -> str:
    """Base64 of the 16 bytes of the MD5 of `text` as a form would write it, as 丰桥 signs.

    As Java's URLEncoder writes it, which leaves * and escapes ~: an address may have either.
    """
    form = quote_plus(text, safe="*").replace("~", "%7E")
    return base64.b64encode(hashlib.md5(form.encode()).digest()).decode()  # noqa: S324 - likewise


def base64_md5_hex(text: str) -> str:
    """Base64 of the 32 hexadecimal digits, as 快递鸟 signs."""
    return base64.b64encode(md5(text).encode()).decode()


def compact(value: Any) -> str:
    """JSON as it is signed: no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def milliseconds() -> str:
    return str(int(now().timestamp() * 1000))


def table(value: Any) -> dict[str, Any]:
    """What should be an object, also when it is one inside a text; anything else: an empty one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def china_time(said: Any) -> datetime | None:
    """A carrier's moment, which is China's time without saying so; None for what is none."""
    try:
        return from_beijing(str(said)[:19].replace("/", "-"))
    except ValueError:
        return None


def listed(value: Any) -> list[dict[str, Any]]:
    """What should be a list of objects; what is none is left out."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
