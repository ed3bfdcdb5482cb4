// What terminal and station pages share: session, link, messages, tones, look, and the flow on screen.
import { need } from './fetched.js';
import { Hand } from './hand.js';
import { h, html, render, useEffect, useState } from './html.js';
import { Link } from './link.js';
import { Outbox } from './outbox.js';
import { Presence } from './presence.js';
import { forgetScans } from './scanner.js';
import { Session } from './session.js';
import { takeNewer } from './shelf.js';
import { keep, recall } from './storage.js';
import { openStore } from './store.js';
import { loadTexts, t } from './texts.js';
import { play, setLoudness } from './tones.js';
import { kindOf, mustAcknowledge, toneOf } from '../parts/banner.js';
import { Frame } from '../parts/frame.js';
import { menuSheet, troublesSheet } from '../parts/menu.js';

// A refusal that comes within this time of the scan is read at once.
const SEEN_MS = 8000;
/** @type {Record<string, number>} */
const SHOWN_MS = { ok: 1200, info: 2600, queued: 3500, warning: 5000 };

/**
 * One page. `options`: {kind, namespace, flows: {name: (shell) => flow}, signIn: name of the first flow,
 * start: async (shell) => void, called signed in and connected, answerMs: patience of core/link.js,
 * rest: name of the flow to show to whoever is signed in before the server has said where they stand,
 * alone: whether only one page of this kind may be at work in a browser,
 * camera: () => Promise of a code, on pages for devices that may have no scanner}.
 *
 * A flow is {scan(code), view(), enter?(data), event?(row), connected?(), settled?(row, envelope), sheet?(name),
 * menu?(), resume?(kept), holds?()}: `resume` goes on from what the flow kept as `hand.keep('flow', {flow: its name, …})`,
 * `holds` says whether whoever signs in must first answer something. `view()` gives parts/frame.js
 * its {screen, step, prompt, head, body, actions}; `start` also runs when there is no namespace.
 *
 * A flow with `page()` draws the whole page itself; `changed()` tells it that its warehouse has changed.
 */
export class Shell {
  /** @param {import('../types').Options} options */
  constructor(options) {
    this._o = options;
    this.kind = options.kind;
    this.session = new Session(options.kind);
    /** @type {Link | null} */
    this.link = null;
    /** @type {{ kind: string, code: string, text: string, params?: Record<string, any>, late?: boolean } | null} */
    this.banner = null;
    this.busy = false;
    this._late = false; // while an answer to what waited is taken in
    this._offline = false;
    this._began = Date.now();
    /** @type {string | null} */
    this.sheet = null;
    this.presence = new Presence(this);
    this.chosen = 0; // how often a language was
    /** @type {() => void} */
    this._draw = () => undefined;
    /** @type {Record<string, import('../types').Flow>} */
    this._flows = {};
    /** @type {import('../types').Flow} */
    this.flow = /** @type {any} */ (null); // until `run`
    this._entered = null; // once the flow that is shown knows where the person stands
    /** @type {any} */
    this.outbox = null; // until `run`
    /** @type {any} */
    this.hand = null; // until `run`
    /** @type {Record<string, any>} */
    this.eyes = {}; // scripts of their own that look at each drawing: what is spoken, what a supervisor sees
    setLoudness(recall('loudness', 0.25));
    this._wear();
  }

  /**
   * Draw into `place` and begin.
   * @param {any} place
   */
  async run(place) {
    await this.session.speak().catch(() => undefined);
    const here = !this._o.alone || (await this.presence.openTab());
    const store = await openStore();
    this.outbox = await new Outbox(store, this.kind).load();
    this.hand = await new Hand(store, this.kind).load();
    if (here && this.session.person) this.hand.belongTo(this.session.person.id);
    this.flow = this._flow((this.session.token && this._o.rest) || this._o.signIn);
    render(h(Page, { shell: this }), place);
    if (!here) return this.presence.restTab();
    if (!this.session.token) return undefined;
    await this._goOn();
    if (this.cover) return undefined;
    this._connect();
    return this.presence.restDevice();
  }

  /** What is shown instead of the flow while somebody is at work elsewhere. */
  get cover() {
    return this.presence.cover;
  }

  /** Show what the person had in hand: with what this device kept of it, whether there is a link or not. */
  async _goOn() {
    const kept = this.hand.recall('flow');
    if (!kept || !this._o.flows[kept.flow]) return;
    const flow = this._flow(kept.flow);
    if ((await flow.resume(kept)) === false) return;
    this.flow = flow;
  }

  changed() {
    this._draw();
  }

  /**
   * Show a flow by name; `data` goes to its `enter`.
   * @param {string} name @param {any} [data]
   */
  async go(name, data) {
    if (this.flow !== this._flow(name)) this.sheet = null;
    this.flow = this._flow(name);
    this.changed();
    this._entered = this.flow.enter ? this.flow.enter(data || {}) : null;
    await this._entered;
    this.changed();
  }

  /** @param {string} name @returns {import('../types').Flow} */
  _flow(name) {
    if (!this._flows[name]) this._flows[name] = this._o.flows[name](this);
    return this._flows[name];
  }

  /**
   * A function key presses the button that names it.
   * @param {KeyboardEvent} event
   */
  pressHotkey(event) {
    if (this.flow.page || this.cover) return;
    const view = this.flow.view();
    /** @type {any[]} */
    const keys = view.keys || [];
    const action = keys.concat(view.actions).find((one) => one.hotkey === event.key);
    if (!action) return;
    event.preventDefault();
    if (!this.busy && !this.sheet && !action.disabled) action.onTap();
  }

  /** Whether a scan would only wait: what was done last is not answered, and there is no link. */
  refuses() {
    const stuck = this.busy && this.link !== null && !this.link.online;
    if (stuck) this.tell('link.waits', 'warning');
    return stuck;
  }

  /** @param {string} code */
  async scan(code) {
    if (this.banner && mustAcknowledge(this.banner.kind)) this.banner = null; // the scan acknowledges
    if (this.cover) return this.cover.scan(code);
    // A quick hand scans before the screen knows where the person stands: that scan is not lost.
    await Promise.resolve(this._entered).catch(() => undefined);
    if (this.sheet && !this.flow.scansInSheet) this.sheet = null;
    await this.flow.scan(code);
    return this.changed();
  }

  /**
   * Do one thing that needs an answer; buttons rest meanwhile.
   * @template T
   * @param {() => Promise<T>} act
   */
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

  /**
   * Show a message {code, tone, text}, with its tone and vibration. Null says nothing. An answer that comes late, to what
   * waited to be sent, does not take the place of what has to be acknowledged: a good one of no such message, a bad one
   * of no other late one.
   * @param {import('../types').Message | null} message @param {string} [kind]
   */
  say(message, kind) {
    if (!message) return;
    const shown = kind || kindOf(message);
    play(toneOf(shown));
    if (this._late && this._standing(mustAcknowledge(shown) ? 'late' : undefined)) return;
    this.banner = { kind: shown, code: message.code, text: message.text, params: message.params, late: this._late };
    clearTimeout(this._fading);
    if (SHOWN_MS[shown]) this._fading = setTimeout(() => this.fade(), SHOWN_MS[shown]);
    this.changed();
  }

  /**
   * Say a text of our own catalogue.
   * @param {string} code @param {string} kind @param {Record<string, any>} [params]
   */
  tell(code, kind, params) {
    this.say({ code: 'ui.' + code, tone: kind, text: t(code, params), params: params }, kind);
  }

  /** Take away what was only said in passing. */
  fade() {
    if (this.banner && !mustAcknowledge(this.banner.kind)) this.acknowledge();
  }

  acknowledge() {
    this.banner = null;
    this.changed();
  }

  /** @param {string} name */
  openSheet(name) {
    this.sheet = name;
    this.changed();
  }

  closeSheet() {
    this.sheet = null;
    this.changed();
  }

  /**
   * Where codes are read without a scanner: null where there is no camera, or the page is not secure.
   * @returns {import('../types').Camera | null}
   */
  camera() {
    if (!this._o.camera || !navigator.mediaDevices || !window.WebAssembly) return null;
    const read = this._o.camera;
    const failed = () => {
      this.tell('link.needed', 'warning');
      return '';
    };
    return { label: t('camera.button'), read: () => read().catch(failed) };
  }

  /** Let this device learn what its scanner sends, on a page of its own; then back to where the person was. */
  learnScanner() {
    location.assign('/scanner');
  }

  get _person() {
    return this.session.person ? this.session.person.id : 0;
  }

  /** How many refused commands wait for a person to read them. */
  troubles() {
    return this.outbox && this.session.person ? this.outbox.refused(this.session.person.id).length : 0;
  }

  /**
   * A person has seen to one of them: the server keeps who did so, and then it leaves this device.
   * @param {import('../types').Row} row
   */
  async clearTrouble(row) {
    const facts = ['bin', 'item', 'code', 'qty', 'tote'].map((name) => row.body[name]).filter(Boolean).join(' · ');
    const code = row.refused && row.refused.message ? row.refused.message.code : '';
    const body = { scan: row.name, refusal: code, facts: facts, scanned_at: new Date(row.at).toISOString() };
    const envelope = await this.work(() => /** @type {Link} */ (this.link).send('problem.conflict', body));
    if (!envelope.ok) return this.say(envelope.message);
    this.outbox.remove(row.id);
    if (!this.troubles()) this.closeSheet();
    return this.changed();
  }

  /** @param {string} badge @param {string} pin @param {string} [station] */
  async signIn(badge, pin, station) {
    const envelope = await this.work(() => this.session.signIn(badge, pin, station));
    if (!envelope.ok) return envelope;
    this._wear();
    this.hand.belongTo(this._person);
    this.presence.claimSoon();
    this.say(envelope.message, 'ok');
    if (!this.flow.holds || !this.flow.holds()) this.begin();
    return envelope;
  }

  /** Signed in: begin, or begin anew in another warehouse. */
  begin() {
    this._flows = {};
    return this._connect();
  }

  async signOut() {
    this.closeSheet();
    const gone = this.session.signOut();
    this.hand.clear();
    this._over();
    await gone;
    takeNewer();
  }

  _connect() {
    if (this.link) this.link.stop();
    if (!this._o.namespace) return this._o.start(this); // a page that only asks over HTTP
    const person = this._person;
    const seen = 'seen.' + this.kind + '.' + person;
    this.link = new Link({
      namespace: this._o.namespace,
      outbox: this.outbox,
      auth: () => ({ token: this.session.token, person: person }),
      after: { get: () => recall(seen, 0), set: (/** @type {number} */ seq) => keep(seen, seq) },
      answerMs: this._o.answerMs,
      may: () => this.presence.holds(),
    });
    this.link.on('lamp', () => this._lamp());
    this.link.on('over', (code) => this.ended(code));
    this.link.on('failing', (envelope) => this.say(envelope.message, 'queued'));
    this.link.on('settled', (row, envelope) => this._settled(row, envelope));
    this.link.on('event', (row) => this._event(row));
    this.link.on('changed', (body) => this.flow.changed && this.flow.changed(body));
    this.link.on('connected', () => this.linked());
    this.link.start();
    if (this.kind !== 'board') this._look('floor').then((floor) => floor.connected(), () => delete this.eyes.floor);
    return this.changed();
  }

  /**
   * A script that looks at each drawing: fetched when it is first wanted.
   * @param {string} name
   */
  async _look(name) {
    this.eyes[name] = this.eyes[name] || need(name).then((make) => (this.eyes[name] = make(this, this._o)));
    return this.eyes[name];
  }

  /** Somebody may want to hear what is shown. */
  listen() {
    return this._look('spoken').then(() => this.changed(), () => delete this.eyes.spoken);
  }

  /** @param {import('../types').Pushed} row */
  _event(row) {
    if (row.name === 'terminal.taken') return this.presence.taken(row.data);
    if (this.eyes.floor && this.eyes.floor.event && this.eyes.floor.event(row)) return undefined;
    return this.flow.event && this.flow.event(row);
  }

  /** Somebody who waits for an answer is told that there will be none for a while. */
  _lamp() {
    const offline = this.link !== null && !this.link.online;
    if (offline && !this._offline && this.busy) this.tell('link.waits', 'warning');
    this._offline = offline;
    this.changed();
  }

  /** @param {import('../types').Row} row @param {import('../types').Envelope} envelope */
  _settled(row, envelope) {
    // Refused before the person's eyes is known; refused later, after a reload, or beside another one that nobody has
    // acknowledged, goes to the list that a person clears.
    const seen = row.at > this._began && Date.now() - row.at < SEEN_MS && !this._standing('late');
    if (!envelope.ok && row.durable && seen) this.outbox.remove(row.id);
    this._late = row.durable;
    if (this.flow.settled) this.flow.settled(row, envelope);
    else if (row.durable && !envelope.ok) this.say(envelope.message);
    this._late = false;
    this.changed();
  }

  /**
   * Whether a message stands that somebody has to acknowledge; `late`: of those about what was done a while ago.
   * @param {'late'} [which]
   */
  _standing(which) {
    return this.banner !== null && mustAcknowledge(this.banner.kind) && (!which || this.banner.late);
  }

  /** There is a link, perhaps again: ask where the person stands. */
  async linked() {
    if (recall('wishes.' + this._person, null)) this._wish({});
    if (this.eyes.floor && this.eyes.floor.connected) this.eyes.floor.connected();
    if (this._o.namespace === '/terminal') this.presence.linked();
    if (this.flow.connected) return this.flow.connected();
    return this._o.start(this);
  }

  /**
   * The server knows this session no more: ask for the badge again. `code` may say that it is the device's fault.
   * @param {string} [code]
   */
  ended(code) {
    if (!this.session.token) return;
    this.session.forget();
    this._over();
    const device = /^access\.(device_\w+|sent_home)$/.exec(code || '');
    if (device) this.hand.clear();
    if (device) this.tell('login.' + device[1], 'stop');
    else this.tell('login.ended', 'warning');
  }

  _over() {
    if (this.link) this.link.stop();
    this.link = null;
    this.banner = null;
    this.busy = false; // whoever waited for an answer is gone
    forgetScans();
    this.presence.over();
    this._flows = {};
    this.flow = this._flow(this._o.signIn);
    this._wear();
    this.changed();
    this.speak(this.session.language);
  }

  /**
   * Speak another language for now.
   * @param {string} code
   */
  async speak(code) {
    await this.session.lend(code);
    this.changed();
  }

  /**
   * Somebody has chosen this language: for good, and over any that is lent.
   * @param {string} code
   */
  async useLocale(code) {
    this.chosen += 1;
    const changed = loadTexts(code).then(() => this._wish({ locale: code })).then(() => this.link && this.link.restart());
    await changed.catch(() => this.tell('link.no_server', 'warning'));
    this.changed();
  }

  /**
   * Change how pages are to be: see `Session.settings`.
   * @param {Record<string, any>} settings
   */
  prefer(settings) {
    return this._wish({ settings: settings }).catch(() => this.tell('link.needed', 'warning'));
  }

  /**
   * Somebody wants something: worn at once, and kept for them.
   * @param {{ locale?: string, settings?: Record<string, any> }} change
   */
  async _wish(change) {
    const kept = (await need('settings')).wish(this.session, change);
    this._wear();
    this.changed();
    return kept;
  }

  /** Put on what is wanted: theme, contrast, hand, voice. */
  _wear() {
    const now = this.session.settings;
    ['theme', 'contrast', 'hand'].forEach((name) => (document.documentElement.dataset[name] = now[name]));
    if (now.voice) this.listen();
  }

  /** The settings, in a script of their own. */
  openSettings() {
    const show = (/** @type {any} */ settings) => {
      this._settings = settings.sheet;
      this.openSheet('settings');
    };
    return need('settings').then(show, () => this.tell('link.needed', 'warning'));
  }

  /** @param {number} value */
  useLoudness(value) {
    keep('loudness', value);
    setLoudness(value);
    play('ok');
    this.changed();
  }
}

/** @param {{ shell: Shell }} props */
function Page({ shell }) {
  const [, draw] = useState(0);
  useEffect(() => {
    shell._draw = () => draw((n) => n + 1);
    shell._draw();
    document.addEventListener('keydown', (event) => shell.pressHotkey(event));
  }, []);
  const view = shell.flow.page ? null : (shell.cover || shell.flow).view();
  useEffect(() => {
    if (view) Object.keys(shell.eyes).forEach((name) => shell.eyes[name].drawn && shell.eyes[name].drawn(shell, view));
  });
  if (!view) return /** @type {any} */ (shell.flow).page();
  /** @type {Record<string, any>} */
  const sheets = { menu: menuSheet, troubles: troublesSheet, settings: shell._settings };
  const note = shell.eyes.floor && shell.eyes.floor.note && shell.eyes.floor.note();
  const name = shell.sheet || '';
  const sheet = sheets[name] ? sheets[name](shell) : shell.sheet && shell.flow.sheet ? shell.flow.sheet(shell.sheet) : null;
  return html`<${Frame} shell=${shell} view=${view} sheet=${sheet} note=${note} />`;
}
