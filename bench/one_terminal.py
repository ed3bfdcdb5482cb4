"""A handheld in a real browser: what its person feels at a scan, its first screen, its memory over 5,000 scans.

    python -m bench.one_terminal [SCANS]      prints JSON; `python -m bench terminals` writes it

Chromium without a window, 360×640, on a whole demo warehouse at the same machine. Scans are keystrokes, as those of a
scanner; what to scan next is read off the screen. `in_page.js` measures inside the page.
"""
from __future__ import annotations

import json
import random
import statistics
import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any

import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.chromium import ARGUMENTS, program
from bench.confirm import percentiles
from bench.world import ROOT, World, world
from wms.demo.load import PIN, SLOTS, Size

SCANS = 5_000
THROTTLED_SCANS = 250
WEIGHED_EVERY, FEWEST = 500, 4  # scans; times, however few scans there are
LOOK_UPS = 20  # after each cart
SCANS_A_CART = 80  # at least
LOADING = 0.25  # of the scans: until then each screen is loaded, and the browser compiles what it runs often
SLOW = 4  # times, which makes of this machine an older handheld
OPENED = 8  # times each kind of first screen
PATIENCE_MS = 60_000
BOUNCE_MS = 200  # the page takes the same code within 150 ms for a trigger that bounced
WIDTH, HEIGHT = 360, 640
PICKER, OFFICE = "P01", "S01"
IN_PAGE = (ROOT / "bench" / "in_page.js").read_text(encoding="utf-8")
READY = """async () => {  // a worker that serves pages is there, if the page has one
  const kept = navigator.serviceWorker && await navigator.serviceWorker.getRegistration();
  if (kept) await navigator.serviceWorker.ready;
}"""


def measure(scans: int = SCANS) -> dict[str, Any]:
    """{browser, plain, throttled, first_screen, memory}. Milliseconds and kilobytes."""
    orders = -(-scans // SCANS_A_CART) * SLOTS
    size = Size(orders=orders + orders // 4 + 60, totes=orders + 2 * SLOTS)
    with world(size) as here, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        try:
            about = {"browser": f"Chromium {browser.version}", "screen": f"{WIDTH}×{HEIGHT}"}
            return about | _measured(here, browser, scans)
        finally:
            browser.close()


def _measured(here: World, browser: Browser, scans: int) -> dict[str, Any]:
    _release_all(here)
    context = _context(browser)
    page = _opened(context, here, 1)
    hands = Hands(page, here)
    hands.sign_in()
    memory = [_heap(context, page, 0)]
    every = min(WEIGHED_EVERY, scans // FEWEST)
    while len(hands.scans) < scans:
        hands.work(every)
        hands.come_home()
        memory.append(_heap(context, page, len(hands.scans)))
    plain, hands.scans = hands.scans, []
    _slow_down(context, page, SLOW)
    hands.work(THROTTLED_SCANS)
    kept, screen = context.storage_state(), hands.now["screen"]
    context.close()
    first = {
        name: {rate: _first_screens(browser, here, state, wanted, factor) for rate, factor in RATES.items()}
        for name, state, wanted in (("sign_in", None, "login"), ("work", kept, screen))
    }
    return {"plain": _felt(plain), "throttled": _felt(hands.scans), "first_screen": first, "memory": _slope(memory)}


RATES = {"plain": 1, "throttled": SLOW}


def _context(browser: Browser, state: Any = None) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", storage_state=state
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(IN_PAGE)
    return context


def _opened(context: BrowserContext, here: World, slow: int) -> Page:
    page = context.new_page()
    _slow_down(context, page, slow)
    page.goto(f"{here.url}/terminal")
    return page


def _slow_down(context: BrowserContext, page: Page, times: int) -> None:
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


def _release_all(here: World) -> None:
    """Waves of all orders that wait."""
    with requests.Session() as office:
        asked = {"badge": OFFICE, "pin": PIN, "device": "office"}
        token = office.post(f"{here.url}/api/v1/sessions", json=asked, timeout=60).json()["data"]["token"]
        office.headers["Authorization"] = f"Bearer {token}"

        def do(name: str, **body: Any) -> requests.Response:
            body["command_id"] = str(uuid.uuid4())
            return office.post(f"{here.url}/api/v1/commands/{name}", json=body, timeout=240)

        waves = [row["id"] for row in office.get(f"{here.url}/api/v1/waves", timeout=60).json()["items"]]
        while (made := do("wave.build", max_orders=20 * SLOTS, totes_per_cart=SLOTS)).ok:
            waves.append(made.json()["data"]["wave"]["id"])
        for wave_id in waves:
            do("wave.release", wave_id=wave_id).raise_for_status()


# ---- scans


class Hands:
    """A picker with a scanner. `scans` holds what each felt like: {felt, asked, answered}."""

    def __init__(self, page: Page, here: World) -> None:
        self._page = page
        self.scans: list[dict[str, Any]] = []
        self.now: dict[str, Any] = {}
        self._last, self._home = "", False
        self._totes = (f"T-{number:04d}" for number in count(1))
        self._carts = (f"CART-{1 + number % 2:02d}" for number in count())
        codes = here.rows("SELECT code FROM bin WHERE kind = 'pick' UNION ALL SELECT code FROM sku ORDER BY 1")
        self._known = [str(code) for (code,) in codes]
        self._chance = random.Random(1)
        self._steps = self._walk()

    def sign_in(self) -> None:
        self._page.wait_for_selector('.frame[data-screen="login"]')
        for code in (PICKER, PIN):
            self.scan(code)
        self._page.wait_for_selector('.frame[data-screen="home"]')
        self.scans = []

    def work(self, scans: int) -> None:
        """Go on with the day for so many scans."""
        wanted = len(self.scans) + scans
        while len(self.scans) < wanted:
            next(self._steps)

    def come_home(self) -> None:
        """Go on until a cart is put away: what is shown there takes the same memory every time."""
        while not self._home:
            next(self._steps)

    def scan(self, code: str) -> None:
        if code == self._last:
            self._page.wait_for_timeout(BOUNCE_MS)
        self._last = code
        self._page.keyboard.type(code)
        self._page.keyboard.press("Enter")
        self._look()

    def _tap(self, selector: str) -> None:
        self._page.click(selector)
        self._look()

    def _look(self) -> None:
        self.now = self._page.evaluate(f"bench.rested({PATIENCE_MS})")
        self.scans += self.now.pop("scans")

    def _walk(self) -> Iterator[None]:
        """Cart after cart, and look-ups in between; one scan at a time."""
        self._tap("#tile-pick")
        while True:
            screen = self.now["screen"]
            if screen == "pick_done":
                yield from self._look_around()
                self._home = True
                yield
                self._home = False
                self._tap("#tile-pick")
            elif screen in ("pick_start", "pick_totes", "pick_line"):
                self.scan(self._wanted(screen))
                yield
            else:
                raise RuntimeError(f"there is nothing to pick: {self.now}")

    def _wanted(self, screen: str) -> str:
        """What the screen asks for."""
        if screen == "pick_start":
            return next(self._carts)
        if screen == "pick_totes":
            return next(self._totes)
        return str({"bin": self.now["location"], "item": self.now["item"], "tote": self.now["tote"]}[self.now["step"]])

    def _look_around(self) -> Iterator[None]:
        self._tap("#home")
        self._tap("#tile-lookup")
        for _ in range(LOOK_UPS):
            self.scan(self._chance.choice(self._known))
            yield
        self._tap("#home")


def _felt(scans: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Feedback of all scans; answers of those that asked the server something."""
    asked = [each for each in scans if each["asked"]]
    names = sorted({each["asked"] for each in asked})
    return {
        "scans": len(scans),
        "feedback": _spread(each["felt"] for each in scans),
        "answer": _spread(each["answered"] for each in asked),
        "answer_by_command": {name: _spread(e["answered"] for e in asked if e["asked"] == name) for name in names},
    }


def _spread(milliseconds: Iterable[float]) -> dict[str, float]:
    found = list(milliseconds)
    return {"n": len(found), **percentiles(found), "most_ms": round(max(found), 1)}


# ---- the first screen


def _first_screens(browser: Browser, here: World, state: Any, wanted: str, slow: int) -> dict[str, Any]:
    """From asking for the page to the frame that shows this screen: with nothing kept, and opened again."""
    cold, warm, by_worker = [], [], False
    for _ in range(OPENED):
        context = _context(browser, state)
        page = _opened(context, here, slow)
        cold.append(_drawn(page, wanted))
        page.evaluate(READY)
        page.close()
        page = _opened(context, here, slow)
        warm.append(_drawn(page, wanted))
        by_worker = bool(page.evaluate("Boolean(navigator.serviceWorker && navigator.serviceWorker.controller)"))
        context.close()
    found = {name: {"p50_ms": round(statistics.median(some)), "most_ms": round(max(some))}
             for name, some in (("cold", cold), ("warm", warm))}  # fmt: skip
    return found | {"screen": wanted, "warm_from": "service worker" if by_worker else "the browser's cache"}


def _drawn(page: Page, screen: str) -> float:
    page.wait_for_function("screen => bench.first()[screen] > 0", arg=screen)
    return float(page.evaluate("screen => bench.first()[screen]", screen))


# ---- memory


def _heap(context: BrowserContext, page: Page, scans: int) -> dict[str, Any]:
    """What is left after the garbage was collected."""
    session = context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    counted = session.send("Memory.getDOMCounters")
    session.detach()
    return {"scans": scans, "kb": round(used / 1024, 1), "nodes": counted["nodes"],
            "listeners": counted["jsEventListeners"]}  # fmt: skip


def _slope(weighed: list[dict[str, Any]]) -> dict[str, Any]:
    """Kilobytes by which it grows in 1,000 scans, by least squares, once it is `LOADING` no more."""
    later = [each for each in weighed if each["scans"] >= weighed[-1]["scans"] * LOADING] or weighed
    line = statistics.linear_regression([each["scans"] for each in later], [each["kb"] for each in later])
    return {"kb_in_1000_scans": round(line.slope * 1000, 1), "kb_at_the_end": weighed[-1]["kb"], "weighed": weighed}


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:2])), indent=2, ensure_ascii=False))
