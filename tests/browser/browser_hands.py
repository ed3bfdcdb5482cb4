"""What people do with a device: scan, tap, look. Nothing here knows more than a person sees."""
from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, Locator, expect

BOUNCE_MS = 200  # the page takes the same code within 150 ms for a trigger that bounced


class Device:
    """A browser of its own, showing one page of the warehouse."""

    def __init__(self, browser: Browser, url: str, path: str, width: int, height: int, patience_ms: int) -> None:
        self.url = url
        self.complaints: list[str] = []
        self._excused: list[str] = []
        self._last = ""
        # A handheld is touched, and as dark or light as its theme says: the tests look at the light one.
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", color_scheme="light", reduced_motion="reduce"
        )
        self.context.set_default_timeout(patience_ms)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self._complain(said.text))
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.goto(url + path)

    def _complain(self, text: str) -> None:
        if not any(re.search(pattern, text) for pattern in self._excused):
            self.complaints.append(text)

    def may_complain(self, *patterns: str) -> None:
        """The browser's own words about what this test breaks on purpose."""
        self._excused += patterns

    def __getitem__(self, selector: str) -> Locator:
        return self.page.locator(selector)

    # ---- hands

    def scan(self, code: str) -> None:
        """Pull the trigger: the scanner types the code and Enter, wherever the focus is."""
        if code == self._last:
            self.page.evaluate("ms => new Promise(done => setTimeout(done, ms))", BOUNCE_MS)
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

    def shows(self, selector: str, text: Any) -> None:
        expect(self[selector]).to_have_text(str(text) if isinstance(text, int) else text)

    def told(self, code: str, kind: str, tone: str) -> str:
        """Wait for a message of this code, in this colour and with this tone; returns its words."""
        banner = self[f'.banner[data-kind="{kind}"]']
        expect(banner).to_have_attribute("data-code", code)
        expect(self["html"]).to_have_attribute("data-tone", tone)
        return banner.inner_text()

    def acknowledge(self) -> None:
        self.tap("#ack")
        expect(self[".banner"]).to_have_count(0)

    def at_desk(self) -> None:
        """Wait until the board shows the warehouse."""
        expect(self['.desk[data-at]:not([data-at=""])']).to_be_visible()
