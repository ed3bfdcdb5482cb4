"""Looking at a page as a tired person does: is everything there, large enough, and told apart?"""
from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import npm_packages
from browser_hands import Device
from browser_strips import Strip
from PIL import Image
from playwright.sync_api import expect

LOCALES = ("en", "zh_Hans", "zh_Hant")
DOCS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
JUDGE = (Path(__file__).parent / "browser_judge.js").read_text(encoding="utf-8")
# Faults that keep somebody out; what axe finds of lesser kinds, our own rules judge (contrast, sizes).
FAULTS = """() => axe.run({ resultTypes: ['violations'] }).then((found) => found.violations
  .filter((one) => one.impact === 'serious' || one.impact === 'critical')
  .map((one) => [one.id, one.help].concat(one.nodes.slice(0, 5).map((node) => node.target.join(' '))).join(', ')))"""
LARGEST_KB = 150
Size = tuple[int, int]


@dataclass(frozen=True)
class Rules:
    """What a page must keep: pixels of its smallest text, contrast of its texts, and pixels that named parts need.

    `whole`: nothing on the page may need scrolling but its lists.
    """

    text_px: int
    contrast: float
    least: dict[str, tuple[str, int]] = field(default_factory=dict)  # selector → (property, pixels)
    whole: bool = True

    def asked(self) -> dict[str, Any]:
        """As browser_judge.js wants them."""
        return {"text": self.text_px, "contrast": self.contrast, "least": self.least, "whole": self.whole}


HANDHELD = Rules(16, 7, {
    "#location": ("font", 40), "#quantity": ("font", 48), ".bottom .button": ("height", 56), ".tile": ("height", 56),
    ".sheet .button": ("height", 56), "#ack": ("height", 56),
})  # fmt: skip
STATION = Rules(16, 7, {".bottom .button": ("height", 56), "#ack": ("height", 56)})
LABELS = Rules(16, 7, {"#ack": ("height", 56)}, whole=False)
DESK = Rules(12, 4.5, whole=False)


class Gallery:
    """Takes a picture of everything it looks at, and writes down what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._for_docs = os.environ.get("SCREENSHOTS") == "docs"
        self._strip = Strip()
        self.wrong: list[str] = []

    def hang(self, flow: str) -> None:
        """What was seen of a flow goes into the documents, when pictures are taken for them."""
        if self._for_docs:
            self._strip.save(DOCS / "flows" / f"{flow}.webp")

    def look(
        self,
        device: Device,
        name: str,
        sizes: tuple[Size, ...],
        rules: Rules,
        *,
        again: Callable[[], Any] | None = None,
        keep: str | None = None,
        locales: tuple[str, ...] = LOCALES,
    ) -> None:
        """Look at what `device` shows, in every language and size.

        `again` brings back what a change of language takes away. `keep`: the language whose picture, in the
        first size, belongs into the documents.
        """
        for locale in locales:
            speak(device, locale)
            if again:
                again()
            if locale == LOCALES[0]:
                self.wrong += [f"{name}: {each}" for each in faults(device)]
            for size in sizes:
                picture = self._look_once(device, f"{name}-{locale}", size, rules)
                if keep == locale and size == sizes[0] and self._for_docs:
                    (DOCS / f"{name}-{locale}.png").write_bytes(smaller(picture))
                if rules in (HANDHELD, STATION) and self._for_docs:
                    self._strip.add(name, locale, size, picture)
        device.page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})

    def _look_once(self, device: Device, name: str, size: Size, rules: Rules) -> bytes:
        device.page.set_viewport_size({"width": size[0], "height": size[1]})
        found = device.page.evaluate(JUDGE, rules.asked())
        self.wrong += [f"{name} {size[0]}×{size[1]}: {each}" for each in found]
        picture = device.page.screenshot()
        (self._folder / f"{name}-{size[0]}.png").write_bytes(picture)
        return picture


def faults(device: Device) -> list[str]:
    """What axe-core finds on the page as it is now: only what is serious or critical."""
    if not device.page.evaluate("'axe' in window"):
        device.page.evaluate((npm_packages.ui() / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    return list(device.page.evaluate(FAULTS))


def smaller(picture: bytes) -> bytes:
    """The same picture in 256 colours, which is all that flat areas and letters need."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as full:
        full.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    assert out.tell() < LARGEST_KB * 1024
    return out.getvalue()


def speak(device: Device, locale: str) -> None:
    """Choose a language as a person does: on the page when it offers that, else in the menu."""
    if device["html"].get_attribute("lang") == locale.replace("_", "-"):
        return
    for way_back in ("#sheet-close", ".panel-head .plain-icon"):
        for at in reversed(range(device[way_back].count())):
            device[way_back].nth(at).click()  # what lies on top first
    choice = f'[data-locale="{locale}"]'
    offered = device[choice].count() > 0
    if not offered:
        device.tap("#menu")
    before = device[".desk"].get_attribute("data-at") if device[".desk"].count() else None
    with anew(device):
        device.tap(choice)
        expect(device["html"]).to_have_attribute("lang", locale.replace("_", "-"))
    if not offered:
        device.tap("#sheet-close")
    if before:  # what the server words comes with the next look at the warehouse
        expect(device[".desk"]).not_to_have_attribute("data-at", before)


@contextmanager
def anew(device: Device) -> Iterator[None]:
    """Inside, a page with a live link connects anew, because the server is to speak another language.

    It then asks where its person stands, which may bring another screen than the one that was left.
    """
    if not device["[data-lamp]"].count():
        yield
        return
    with device.page.expect_websocket() as opened:
        yield
    assert opened.value
    expect(device['[data-lamp="ok"], [data-lamp="slow"]']).to_be_visible()  # slow as this machine may be
    device.settled()
