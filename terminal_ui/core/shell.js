// What terminal and station pages share: session, link, messages, tones, look, and the flow on screen.
import { h, html, render, useEffect, useState } from './html.js';
import { Link } from './link.js';
import { Outbox, openStore } from './outbox.js';
import { Session } from './session.js';
import { keep, recall } from './storage.js';
import { t } from './texts.js';
import { play, setLoudness } from './tones.js';
import { kindOf, mustAcknowledge, toneOf } from '../parts/banner.js';
import { Frame } from '../parts/frame.js';
import { menuSheet, troublesSheet } from '../parts/menu.js';

// A refusal that comes within this time of the scan is read at once.
const SEEN_MS = 8000;
const SHOWN_MS = { ok: 1200, info: 2600, queued: 3500, warning: 5000 };

/**
 * One page. `options`: {kind, namespace, flows: {name: (shell) => flow}, signIn: name of the first flow,
 * start: async (shell) => void, called signed in and connected, answerMs: patience of core/link.js,
 * camera: () => Promise of a code, on pages for devices that may have no scanner}.
 *
 * A flow is {scan(code), view(), enter?(data), event?(row), connected?(), settled?(row, envelope), sheet?(name),
 * menu?()}; `view()` gives parts/frame.js
 * its {screen, step, prompt, head, body, actions}; `start` also runs when there is no namespace.
 *
 * A flow with `page()` draws the whole page itself; `changed()` tells it that its warehouse has changed.
 */
export class Shell {
  constructor(options) {
    this._o = options;
    this.kind = options.kind;
    this.session = new Session(options.kind);
    this.link = null;
    this.banner = null;
    this.busy = false;
    this.sheet = null;
    this.chosen = 0; // how often a language was
    this._draw = () => undefined;
    this._flows = {};
    setLoudness(recall('loudness', 0.25));
    wear(recall('theme', 'auto'));
  }

  /** Draw into `place` and begin. */
  async run(place) {
    await this.session.speak().catch(() => undefined);
    this.outbox = await new Outbox(await openStore()).load();
    this.flow = this._flow(this._o.signIn);
    render(h(Page, { shell: this }), place);
    if (this.session.token) this._connect();
  }

  changed() {
    this._draw();
  }

  /** Show a flow by name; `data` goes to its `enter`. */
  async go(name, data) {
    if (this.flow !== this._flow(name)) this.sheet = null;
    this.flow = this._flow(name);
    this.changed();
    if (this.flow.enter) await this.flow.enter(data || {});
    this.changed();
  }

  _flow(name) {
    if (!this._flows[name]) this._flows[name] = this._o.flows[name](this);
    return this._flows[name];
  }

  /** A function key presses the button that names it. */
  pressHotkey(event) {
    if (this.flow.page) return;
    const view = this.flow.view();
    const action = view.actions.concat(view.keys || []).find((one) => one.hotkey === event.key);
    if (!action) return;
    event.preventDefault();
    if (!this.busy && !this.sheet && !action.disabled) action.onTap();
  }

  async scan(code) {
    if (this.banner && mustAcknowledge(this.banner.kind)) this.banner = null; // the scan acknowledges
    if (this.sheet && !this.flow.scansInSheet) this.sheet = null;
    await this.flow.scan(code);
    this.changed();
  }

  /** Do one thing that needs an answer; buttons rest meanwhile. */
  async work(act) {
    this.busy = true;
    this.changed();
    try {
      return await act();
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** Show a message {code, tone, text}, with its tone and vibration. Null says nothing. */
  say(message, kind) {
    if (!message) return;
    const shown = kind || kindOf(message);
    this.banner = { kind: shown, code: message.code, text: message.text };
    play(toneOf(shown));
    clearTimeout(this._fading);
    if (SHOWN_MS[shown]) this._fading = setTimeout(() => this.fade(), SHOWN_MS[shown]);
    this.changed();
  }

  /** Say a text of our own catalogue. */
  tell(code, kind, params) {
    this.say({ code: 'ui.' + code, tone: kind, text: t(code, params) }, kind);
  }

  /** Take away what was only said in passing. */
  fade() {
    if (this.banner && !mustAcknowledge(this.banner.kind)) this.acknowledge();
  }

  acknowledge() {
    this.banner = null;
    this.changed();
  }

  openSheet(name) {
    this.sheet = name;
    this.changed();
  }

  closeSheet() {
    this.sheet = null;
    this.changed();
  }

  /** Where codes are read without a scanner: null where there is no camera, or the page is not secure. */
  camera() {
    if (!this._o.camera || !navigator.mediaDevices || !window.WebAssembly) return null;
    const failed = () => this.tell('link.needed', 'warning');
    return { label: t('camera.button'), read: () => this._o.camera().catch((error) => failed() || '') };
  }

  /** Let this device learn what its scanner sends; then back to where the person was. One page keeps it for all. */
  learnScanner() {
    if (!this._o.flows.scanner) return location.assign('/terminal?scanner');
    const before = this.flow;
    return this.go('scanner', { back: () => this._backTo(before) });
  }

  _backTo(flow) {
    this.flow = flow;
    this.changed();
    return this.link && flow.connected ? flow.connected() : undefined;
  }

  /** How many refused commands wait for a person to read them. */
  troubles() {
    return this.outbox && this.session.person ? this.outbox.refused(this.session.person.id).length : 0;
  }

  /** The person has read what was refused. */
  clearTroubles() {
    this.outbox.refused(this.session.person.id).forEach((row) => this.outbox.remove(row.id));
    this.closeSheet();
  }

  async signIn(badge, pin, station) {
    const envelope = await this.work(() => this.session.signIn(badge, pin, station));
    if (!envelope.ok) return envelope;
    this._flows = {};
    this.say(envelope.message, 'ok');
    this._connect();
    return envelope;
  }

  async signOut() {
    this.closeSheet();
    const gone = this.session.signOut();
    this._over();
    await gone;
  }

  _connect() {
    if (this.link) this.link.stop();
    if (!this._o.namespace) return this._o.start(this); // a page that only asks over HTTP
    const person = this.session.person;
    const seen = 'seen.' + this.kind + '.' + person.id;
    this.link = new Link({
      namespace: this._o.namespace,
      outbox: this.outbox,
      auth: () => ({ token: this.session.token, person: person.id }),
      after: { get: () => recall(seen, 0), set: (seq) => keep(seen, seq) },
      answerMs: this._o.answerMs,
    });
    this.link.on('lamp', () => this.changed());
    this.link.on('over', (code) => this.ended(code));
    this.link.on('failing', (envelope) => this.say(envelope.message, 'queued'));
    this.link.on('settled', (row, envelope) => this._settled(row, envelope));
    this.link.on('event', (row) => this.flow.event && this.flow.event(row));
    this.link.on('changed', (body) => this.flow.changed && this.flow.changed(body));
    this.link.on('connected', () => this._linked());
    this.link.start();
    return this.changed();
  }

  _settled(row, envelope) {
    // Refused before the person's eyes is known; refused later goes to the list that a person clears.
    if (!envelope.ok && row.durable && Date.now() - row.at < SEEN_MS) this.outbox.remove(row.id);
    if (this.flow.settled) this.flow.settled(row, envelope);
    else if (row.durable && !envelope.ok) this.say(envelope.message);
    this.changed();
  }

  async _linked() {
    if (this.flow.connected) return this.flow.connected();
    return this._o.start(this);
  }

  /** The server knows this session no more: ask for the badge again. `code` may say that it is the device's fault. */
  ended(code) {
    if (!this.session.token) return;
    this.session.forget();
    this._over();
    const device = /^access\.(device_\w+)$/.exec(code || '');
    if (device) this.tell('login.' + device[1], 'stop');
    else this.tell('login.ended', 'warning');
  }

  _over() {
    if (this.link) this.link.stop();
    this.link = null;
    this.banner = null;
    this._flows = {};
    this.flow = this._flow(this._o.signIn);
    this.changed();
    this.speak(this.session.language);
  }

  /** Speak another language for now. */
  async speak(code) {
    await this.session.lend(code);
    this.changed();
  }

  /** Somebody has chosen this language: for good, and over any that is lent. */
  async useLocale(code) {
    this.chosen += 1;
    const changed = this.session.useLocale(code).then(() => this.link && this.link.restart());
    await changed.catch(() => this.tell('link.no_server', 'warning'));
    this.changed();
  }

  useTheme(name) {
    keep('theme', name);
    wear(name);
    this.changed();
  }

  useLoudness(value) {
    keep('loudness', value);
    setLoudness(value);
    play('ok');
    this.changed();
  }
}

/** 'light', 'dark', or 'auto' for what the device prefers. */
function wear(theme) {
  document.documentElement.dataset.theme = theme;
}

function Page({ shell }) {
  const [, draw] = useState(0);
  useEffect(() => {
    shell._draw = () => draw((n) => n + 1);
    shell._draw();
    document.addEventListener('keydown', (event) => shell.pressHotkey(event));
  }, []);
  if (shell.flow.page) return shell.flow.page();
  const view = shell.flow.view();
  const sheets = { menu: menuSheet, troubles: troublesSheet };
  const sheet = sheets[shell.sheet] ? sheets[shell.sheet](shell) : shell.sheet && shell.flow.sheet ? shell.flow.sheet(shell.sheet) : null;
  return html`<${Frame} shell=${shell} view=${view} sheet=${sheet} />`;
}
