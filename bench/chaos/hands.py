"""A real browser terminal and the picker who holds it: scans what the screen asks for, whatever the lamp says."""
from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Browser, Error, WebSocket

# What the screen says, in one question.
LOOK = """() => {
  const frame = document.querySelector('.frame');
  if (!frame) return { screen: '' };
  const text = (selector) => { const one = document.querySelector(selector); return one ? one.innerText : ''; };
  const count = (selector) => Number((document.querySelector(selector) || { dataset: {} }).dataset.count || 0);
  const banner = document.querySelector('.banner');
  return { screen: frame.dataset.screen, step: frame.dataset.step, busy: frame.dataset.busy === 'yes', location: text('#location'),
    tote: text('#tote').split('\\n')[0], unsent: count('#unsent'), lamp: (document.querySelector('.lamp') || { dataset: {} }).dataset.lamp,
    done: Number((document.querySelector('#progress') || { dataset: {} }).dataset.done || 0), troubles: text('#troubles'),
    stays: Boolean(document.querySelector('.banner-stays')), said: banner ? banner.dataset.code : '' };
}"""  # noqa: E501
# What the device has kept: the lines of its task, and the commands that wait.
KEPT = """() => new Promise((done, fail) => {
  const request = indexedDB.open('wms-outbox');
  request.onerror = () => fail(request.error);
  request.onsuccess = () => {
    const database = request.result;
    const all = (table) => new Promise((give) => { const rows = database.transaction(table).objectStore(table).getAll(); rows.onsuccess = () => give(rows.result); });
    Promise.all([all('hand'), all('commands')]).then(([hand, commands]) => {
      database.close();
      const flow = hand.find((row) => row.name === 'flow');
      done({ lines: flow ? flow.value.task.lines.map((line) => [line.id, line.picked, line.status]) : [], waiting: commands.length });
    });
  };
})"""  # noqa: E501
SENT = re.compile(r'^42/terminal,(\d+)\["command","pick\.confirm",(.*)\]$', re.DOTALL)
TOLD = re.compile(r"^43/terminal,(\d+)\[(.*)\]$", re.DOTALL)


class Terminal:
    """`told` is what this terminal was told of each command that it sent, the last word on each."""

    def __init__(
        self, browser: Browser, url: str, session: dict[str, Any], barcodes: dict[str, str], want: int
    ) -> None:
        self._barcodes, self._want = barcodes, want
        self.sent: dict[str, dict[str, Any]] = {}
        self.told: dict[str, dict[str, Any]] = {}
        self.scans = self.confirmed = self.reloads = self.again = 0
        self.context = browser.new_context(viewport={"width": 360, "height": 640}, locale="en-GB")
        kept = json.dumps(json.dumps(session))
        self.context.add_init_script(
            f"localStorage.getItem('wms.session.terminal') || localStorage.setItem('wms.session.terminal', {kept})"
        )
        self.page = self.context.new_page()
        self.page.on("websocket", self._overhear)
        self.page.goto(f"{url}/terminal")

    def _overhear(self, link: WebSocket) -> None:
        asked: dict[str, str] = {}

        def sent(frame: str | bytes) -> None:
            if found := SENT.match(str(frame)):
                body = json.loads(found[2])
                asked[found[1]] = body["command_id"]
                self.again += body["command_id"] in self.sent
                self.sent[body["command_id"]] = body

        def told(frame: str | bytes) -> None:
            found = TOLD.match(str(frame))
            id = asked.get(found[1]) if found else None
            if found and id:
                self._hear(id, json.loads(found[2]))

        link.on("framesent", sent)
        link.on("framereceived", told)

    def _hear(self, id: str, reply: dict[str, Any]) -> None:
        code = (reply.get("message") or {}).get("code", "")
        before = self.told.get(id, {"ok": False, "wrong": ""})
        wrong = before["wrong"] or ("acknowledged, then refused" if before["ok"] and not reply["ok"] else "")
        if code != "core.database_down":
            self.told[id] = {"ok": reply["ok"], "code": code, "pieces": self.sent[id]["qty"], "wrong": wrong}

    def shelved(self) -> None:
        """Wait until the service worker has the pages: from then on a reload needs no network."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")

    def look(self) -> dict[str, Any]:
        try:
            return dict(self.page.evaluate(LOOK))
        except Error:  # the page is being loaded
            return {"screen": ""}

    def kept(self) -> dict[str, Any]:
        return dict(self.page.evaluate(KEPT))

    @property
    def finished(self) -> bool:
        return self.confirmed >= self._want

    def step(self) -> bool:
        """One scan, if the screen asks for one; whether it did."""
        seen = self.look()
        if seen["screen"] != "pick_line" or seen.get("busy") or self.finished:
            return False
        code = {"bin": seen["location"], "item": self._barcodes.get(seen["location"], ""), "tote": seen["tote"]}.get(
            seen["step"], ""
        )
        if not code:
            return False
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")
        self.scans += 1
        self.confirmed += seen["step"] == "tote"
        return True

    def reload(self) -> None:
        """The page is loaded anew, with a network or without."""
        self.reloads += 1
        self.page.reload(wait_until="commit")
