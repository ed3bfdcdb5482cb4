"""What the robots of a run have in common: the floor they work on, and their pace."""
from __future__ import annotations

import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from wms.robots.device import Refused
from wms.robots.figures import Figures

WALK_MM_PER_SECOND = 1_200.0
SECONDS_A_LINE = 6.0
SECONDS_A_PIECE = 1.5
SECONDS_A_CODE = 2.0  # of a cart, a tote, a parcel
NO_BIN = "NO-SUCH-BIN"


class Floor:
    """What the robots of a run share: when to stop, how fast time passes, and who takes which tote or carton."""

    def __init__(self, speed: float, seed: int, figures: Figures) -> None:
        self.speed, self.figures = speed, figures
        self.random = random.Random(seed)  # noqa: S311 - behaviour of robots, not secrets
        self.done = False
        self._at_work = 0
        self._last_work = time.time()
        self.short_share = 0.0
        self.choose_share = 0.0
        self.leave_share = 0.0
        self.wrong_share = 0.0
        self.miscount_share = 0.0
        self.bad_share = 0.0
        self.overrule_share = 0.0
        self.totes = ""  # what the codes of totes begin with; slots of a wall are none
        self._free_totes: list[str] = []
        self._free_carts: list[str] = []
        self.shelf: deque[str] = deque()  # packed parcels, waiting for the loader
        self.to_unload: list[str] = []  # parcels on a truck whose goods go back
        self.boxes: defaultdict[str, list[str]] = defaultdict(list)  # sealed ahead, by the SKU that is in them
        self.left: list[str] = []  # carts that stand where somebody left them
        self.claimed: set[Any] = set()  # what lies in somebody's hands, so that nobody else can take it

    def pause(self, seconds: float) -> None:
        """Let `seconds` of the robots' day pass; no time at all when the speed is 0 (as fast as possible)."""
        if self.speed > 0 and not self.done:
            time.sleep(seconds / self.speed)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Somebody has work for the length of the block, however long a command or a pause in it takes."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1
            self._last_work = time.time()

    def idle_seconds(self) -> float:
        """For how long nobody has had work."""
        return 0.0 if self._at_work else time.time() - self._last_work

    def supply(self, carts: list[str], totes: list[str]) -> None:
        self._free_carts, self._free_totes = carts, totes
        self.totes = totes[0][:1] if totes else ""

    def take(self, kind: str) -> str:
        """The next free cart or tote off the pile, waiting for one to come back."""
        pile = self._free_carts if kind == "cart" else self._free_totes
        self._at_work -= 1  # who waits for a cart that nobody brings back does not keep the others here
        try:
            while not pile:
                if self.done:
                    raise Refused(f"take {kind}", {"code": "none_left", "text": f"no {kind} is free"})
                time.sleep(0.05)
            return pile.pop(0)
        finally:
            self._at_work += 1

    def give_back(self, kind: str, code: str) -> None:
        pile = self._free_carts if kind == "cart" else self._free_totes
        self.taken_up(code)
        if code not in pile:
            pile.append(code)

    def leave(self, cart: str) -> None:
        """A cart stands where it is, with a task that somebody will go on with."""
        if cart not in self.left:
            self.left.append(cart)

    def taken_up(self, cart: str) -> bool:
        """Somebody has the cart in hand; says whether it was left before."""
        if cart not in self.left:
            return False
        self.left.remove(cart)
        return True

    def guard(self, work: Callable[[], None]) -> None:
        """Do one piece of work; what is refused is counted, not fatal."""
        try:
            work()
        except Refused as refused:
            self.failed(refused)
            time.sleep(0.2)

    def chance(self, share: float) -> bool:
        """True in this share of all cases."""
        return self.random.random() < share

    def claim(self, thing: Any) -> bool:
        """Take a thing that only one person can have in hand; False when somebody has it."""
        if thing in self.claimed:
            return False
        self.claimed.add(thing)
        return True

    def missed(self, refused: Refused) -> None:
        """A colleague was quicker: that is counted, and no error."""
        self.figures.refusals[refused.code] += 1

    def failed(self, refused: Refused) -> None:
        """Something was refused that should not have been."""
        self.figures.refusals[refused.code] += 1
        self.figures.errors.append(str(refused))

    def wrong(
        self, send: Callable[..., Any], name: str, refusal: str, changed: Collection[str] = (), /, **body: Any
    ) -> None:
        """Send (by `ask` or `do` of a device) what must be refused with this code; anything else is an error, but for
        the codes in `changed`: somebody changed the work meanwhile."""
        try:
            send(name, **body)
        except Refused as refused:
            self.figures.wrong += refused.code == refusal
            if refused.code in changed:
                self.missed(refused)
            elif refused.code != refusal:
                self.failed(refused)
            return
        self.figures.errors.append(f"{name} was accepted, which {refusal} should have refused: {body}")
