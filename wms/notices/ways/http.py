"""Ways over HTTP: a gateway for SMS of whatever provider, and a webhook of the seller's own.

SMS settings: `url`; `body`, JSON in which `{to}`, `{text}` and the names of values stand for themselves, so that any
provider's form can be written, also one that has the words itself and wants a template's number and values; `header`
and secret `key`, sent as that header; `ok`, a field of the answer and its value (`code=0`), where HTTP 200 is no yes.
"""
from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from wms.core.clock import now
from wms.notices.plugin import Account, Message, NotNowError, RefusedError, SilentError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TIMEOUT = (5, 15)  # seconds to connect, and to answer
LARGEST = 64 * 1024
_NAME = re.compile(r"\{(\w+)\}")


class Sms:
    needs = "phone"
    settings = ("url", "body", "header", "ok")
    secrets = ("key",)

    def check(self, account: Account) -> None:
        _check_url(account)
        _filled(account.setting("body", DEFAULT_BODY), {})

    def send(self, account: Account, message: Message) -> None:
        self.check(account)
        values = {**message.values, "to": message.to, "text": message.body, "id": message.id}
        body = _filled(account.setting("body", DEFAULT_BODY), values)
        head = {account.setting("header", "Authorization"): account.secrets.get("key", "")}
        answer = _post(account.setting("url"), json.dumps(body, ensure_ascii=False).encode(), head)
        if (wanted := account.setting("ok")) and not _is_yes(answer, wanted):
            raise RefusedError("the gateway says no")


DEFAULT_BODY = '{"to": "{to}", "text": "{text}", "id": "{id}"}'


class Webhook:
    """`{id, event, values, text}` to one address, signed: X-WMS-Signature is the hex HMAC-SHA256 under the secret of
    the time in X-WMS-Timestamp, a dot, and the body."""

    needs = ""
    settings = ("url",)
    secrets = ("secret",)

    def check(self, account: Account) -> None:
        _check_url(account)
        if len(account.secrets.get("secret", "")) < 16:
            raise RefusedError("secret: at least 16 letters")

    def send(self, account: Account, message: Message) -> None:
        self.check(account)
        told = {"id": message.id, "event": message.event, "values": dict(message.values), "text": message.body}
        body = json.dumps(told, ensure_ascii=False).encode()
        stamp = str(int(now().timestamp()))
        signed = hmac.new(account.secrets["secret"].encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        _post(account.setting("url"), body, {"X-WMS-Timestamp": stamp, "X-WMS-Signature": signed})


def _check_url(account: Account) -> None:
    parts = urlsplit(account.setting("url"))
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise RefusedError("url: https:// is needed")


def _filled(form: str, values: Mapping[str, Any]) -> Any:
    """The JSON of `form` with values for the names in its texts; they never change its form."""
    try:
        found = json.loads(form)
    except ValueError:
        raise RefusedError("body: not JSON") from None
    return _fill(found, values)


def _fill(found: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(found, dict):
        return {key: _fill(each, values) for key, each in found.items()}
    if isinstance(found, list):
        return [_fill(each, values) for each in found]
    return _NAME.sub(lambda name: str(values.get(name[1], "")), found) if isinstance(found, str) else found


def _post(url: str, body: bytes, head: Mapping[str, str]) -> bytes:
    sent = {"Content-Type": "application/json", **{name: value for name, value in head.items() if name and value}}
    proxies = {"http": "", "https": ""} if urlsplit(url).hostname in LOOPBACK else None
    try:
        reply = requests.post(
            url, data=body, headers=sent, timeout=TIMEOUT, allow_redirects=False, proxies=proxies, stream=True
        )
        answer = reply.raw.read(LARGEST, decode_content=True)
    except requests.exceptions.ConnectTimeout:
        raise NotNowError("no connection") from None
    except requests.exceptions.ConnectionError as error:
        # Refused or not found, nothing left; broken off later, nobody knows.
        if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
            raise NotNowError("no connection") from None
        raise SilentError(type(error).__name__) from None
    except (requests.RequestException, OSError) as error:
        raise SilentError(type(error).__name__) from None
    if reply.status_code in (429, 503):
        raise NotNowError(f"HTTP {reply.status_code}")
    if reply.status_code >= 500:
        raise SilentError(f"HTTP {reply.status_code}")
    if not 200 <= reply.status_code < 300:
        raise RefusedError(f"HTTP {reply.status_code}")
    return bytes(answer)


def _is_yes(answer: bytes, wanted: str) -> bool:
    field, _, value = wanted.partition("=")
    try:
        said = json.loads(answer)
    except ValueError:
        return False
    return isinstance(said, dict) and str(said.get(field.strip(), "")) == value.strip()
