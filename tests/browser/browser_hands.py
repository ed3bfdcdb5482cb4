"""What people do with a device: scan, tap, look. Nothing here knows more than a person sees."""
from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, WebSocket, expect

BOUNCE_MS = 200  # the page takes the same code within 150 ms for a trigger that bounced
# What is said in passing is gone in a second: looked for now and then, it could be missed. Resolves with its words in
# the moment in which it stands there, and closes it if it is to be put away. They are left in `said` and fetched from
# there: the promise of an evaluation that waits for long may be collected as garbage.
SAID = """([message, tone, patience, close]) => {
  window.said = null;
  const sounded = () => document.documentElement.dataset.tone;
  const codes = () => Array.from(document.querySelectorAll('[data-code]'), (one) => one.dataset.code + ' ' + one.dataset.kind);
  const late = setTimeout(() => { window.said = { late: codes() + ' ' + sounded() }; }, patience);
  const look = () => {
    const found = document.querySelector(message);
    if (!found || (tone && sounded() !== tone)) return;
    clearTimeout(late);
    watch.disconnect();
    window.said = { words: found.innerText };
    if (close) found.querySelector(close).click();
  };
  const watch = new MutationObserver(look);
  watch.observe(document, { subtree: true, childList: true, attributes: true });
  look();
}"""  # noqa: E501
# Frames of the live link: a command with the number under which it is answered, and the answer.
ASKED, ANSWERED = (re.compile(rf"^4{kind}/\w+,(\d+)\[") for kind in "23")


class Device:
    """A browser of its own, showing one page of the warehouse."""

    def __init__(
        self, browser: Browser, url: str, path: str, width: int, height: int, patience_ms: int, shelf: bool = False
    ) -> None:
        """`shelf`: with the service worker, which fetches everything once more: only where it matters."""
        self.url = url
        self._patience_ms = patience_ms
        self.complaints: list[str] = []
        self._excused: list[str] = []
        self._last = ""
        # A handheld is touched, and as dark or light as its theme says: the tests look at the light one.
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", color_scheme="light", reduced_motion="reduce",
            service_workers="allow" if shelf else "block",
        )  # fmt: skip
        self.context.set_default_timeout(patience_ms)
        self.page = self.context.new_page()
        self._asked: set[str] = set()  # what the page has asked over its newest link and has no answer to yet
        self.page.on("websocket", self._overhear)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.goto(url + path)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self._complain(f"{said.text} {said.location.get('url', '')}")

    def _complain(self, text: str) -> None:
        if not any(re.search(pattern, text) for pattern in self._excused):
            self.complaints.append(text)

    def _overhear(self, link: WebSocket) -> None:
        self._asked = asked = set()
        link.on("framesent", lambda frame: asked.update(ASKED.findall(str(frame))))
        link.on("framereceived", lambda frame: asked.difference_update(ANSWERED.findall(str(frame))))

    def may_complain(self, *patterns: str) -> None:
        """The browser's own words about what this test breaks on purpose."""
        self._excused += patterns

    def __getitem__(self, selector: str) -> Locator:
        return self.page.locator(selector)

    # ---- hands

    def scan(self, code: str) -> None:
        """Pull the trigger: the scanner types the code and Enter, wherever the focus is."""
        if code == self._last:
            self.page.wait_for_timeout(BOUNCE_MS)
        self._last = code
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def tap(self, selector: str) -> None:
        self[selector].click()

    def type_number(self, number: int) -> None:
        """On the keypad of an open sheet, then its tick."""
        for digit in str(number):
            self.tap(f'.sheet [data-key="{digit}"]')
        self.tap('.sheet [data-key="ok"]')

    def sign_in(self, badge: str, pin: str) -> None:
        self.at("login", "badge")
        self.scan(badge)
        self.at("login", "pin")
        self.scan(pin)
        expect(self['.frame[data-screen="login"]']).to_have_count(0)

    # ---- eyes

    def at(self, screen: str, step: str | None = None) -> None:
        """Wait until this screen is shown and rests."""
        wanted = f'[data-screen="{screen}"]' + (f'[data-step="{step}"]' if step is not None else "")
        expect(self[f'.frame{wanted}[data-busy="no"]']).to_be_visible()

    def settled(self) -> None:
        """Wait until the page has been answered what it has asked so far."""
        asked, until = set(self._asked), time.monotonic() + self._patience_ms / 1000
        while asked & self._asked:
            assert time.monotonic() < until, f"no answer to {asked & self._asked}"
            self.page.wait_for_timeout(20)

    def shows(self, selector: str, text: Any) -> None:
        expect(self[selector]).to_have_text(str(text) if isinstance(text, int) else text)

    def told(self, code: str, kind: str, tone: str) -> str:
        """Wait for a message of this code, in this colour and with this tone; returns its words."""
        return self._said(f'.banner[data-kind="{kind}"][data-code="{code}"]', tone)

    def put_away(self, code: str) -> None:
        """Wait for a message of this code on a page of the desk, and close it."""
        self._said(f'.toast[data-code="{code}"]', close=".toast-close")

    def _said(self, message: str, tone: str = "", close: str = "") -> str:
        self.page.evaluate(SAID, [message, tone, self._patience_ms, close])
        until = time.monotonic() + self._patience_ms / 1000 + 5
        while (said := self.page.evaluate("window.said")) is None:
            assert time.monotonic() < until, f"the page went away while {message} was waited for"
            self.page.wait_for_timeout(20)
        assert "words" in said, f"{message} {tone} was never said; now: {said['late']}"
        return str(said["words"])

    def acknowledge(self) -> None:
        self.tap("#ack")
        expect(self[".banner"]).to_have_count(0)

    def at_desk(self) -> None:
        """Wait until the board shows the warehouse."""
        expect(self['.desk[data-at]:not([data-at=""])']).to_be_visible()
