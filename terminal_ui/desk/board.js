// The supervisor's board: keeps the last snapshot, sends what the supervisor decides, and draws the desk.
import { html } from '../core/html.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { Desk } from './desk.js';
import { HouseMenu } from './houses.js';
import { NewWave } from './new_wave.js';
import { Replay } from './replay.js';

const POLL_MS = 15000; // ages and ETAs move even when nothing happens
const AGAIN_MS = 450; // a snapshot made for somebody else may be older than the change we heard of
const TICK_MS = 10000;
const SURE_MS = 4000;

export class Board {
  constructor(shell) {
    this.shell = shell;
    this.data = null;
    this.plan = null;
    this.drawer = null;
    this.panel = null;
    this.chosen = null; // person whose walk stands out
    this.drawn = null; // path of a cart that the drawer points at
    this.filter = recall('board.stuck', 'all');
    this.working = {};
    this._asking = false;
    this._stale = false;
  }

  async connected() {
    if (!this._polling) this._polling = setInterval(() => this._alive() && this.refresh(), POLL_MS);
    if (!this._ticking) this._ticking = setInterval(() => this._alive() && this.shell.changed(), TICK_MS);
    const [plan] = await Promise.all([this.shell.link.ask('board.floor', {}), this.refresh()]);
    if (plan.ok) this.plan = plan.data;
    this.shell.changed();
  }

  /** The server says that this warehouse has changed. */
  changed() {
    this.refresh();
  }

  /** Whether this board is still on the page; its timers end with it. */
  _alive() {
    if (this.shell.flow === this) return true;
    clearInterval(this._polling);
    clearInterval(this._ticking);
    clearTimeout(this._later);
    return false;
  }

  /** Ask for a snapshot; while one is on its way, remember to ask once more. */
  async refresh() {
    if (this._asking) {
      this._stale = true;
      return;
    }
    this._asking = true;
    const link = this.shell.link;
    const answer = link ? await link.ask('board.snapshot', {}) : { ok: false };
    this._asking = false;
    if (answer.ok) this._take(answer.data);
    else if (answer.message && !answer.local) this.refused = answer.message;
    if (this._stale || (answer.ok && answer.data.reused)) this._refreshLater();
    this._stale = false;
    this.shell.changed();
  }

  _take(data) {
    this.refused = null;
    this.data = data;
    this._received = Date.now();
    const waits = data.stuck.filter((item) => item.kind !== 'held').length;
    document.title = (waits ? '(' + waits + ') ' : '') + t('board.title');
    if (this.drawer && this.drawer.data) this._reload();
    if (this.panel) this.panel.heard();
  }

  _refreshLater() {
    clearTimeout(this._later);
    this._later = setTimeout(() => this._alive() && this.refresh(), AGAIN_MS);
  }

  /** The server's time now (ms), whatever this computer's clock says. */
  now() {
    return this.data ? Date.parse(this.data.at) + Date.now() - this._received : Date.now();
  }

  /** Whether what is shown is what happens now. */
  live() {
    return Boolean(this.shell.link) && this.shell.link.lamp !== 'offline';
  }

  /**
   * Carry out a command and say what came of it. `key` marks what is at work, so that its buttons rest.
   * Returns the envelope.
   */
  async act(key, command, body) {
    this.working[key] = true;
    this.sure = null;
    this.shell.changed();
    const envelope = await this.shell.link.send(command, body);
    delete this.working[key];
    this.shell.say(envelope.message, envelope.ok ? undefined : envelope.message.tone === 'warning' ? 'warning' : 'stop');
    this.refresh();
    return envelope;
  }

  /** A button that must be pressed twice: the first press asks, the second within four seconds acts. */
  ask(key, act) {
    if (this.sure === key) {
      this.sure = null;
      return act();
    }
    this.sure = key;
    clearTimeout(this._unsure);
    this._unsure = setTimeout(() => { this.sure = null; this.shell.changed(); }, SURE_MS);
    return this.shell.changed();
  }

  openWave(id) {
    return this._open({ kind: 'wave', command: 'board.wave', body: { wave_id: id } });
  }

  openOrder(id) {
    return this._open({ kind: 'order', command: 'board.order', body: { order_id: id } });
  }

  /** Find an order by any number; says so when there is none. */
  async find(code) {
    const envelope = await this.shell.link.ask('board.order', { code: code });
    if (!envelope.ok) return this.shell.say(envelope.message, 'warning');
    return this._open({ kind: 'order', command: 'board.order', body: { order_id: envelope.data.order.id } });
  }

  async _open(drawer) {
    /** @type {any} */
    this._opener = document.activeElement;
    this.drawer = drawer;
    this.shell.changed();
    await this._reload();
  }

  async _reload() {
    const drawer = this.drawer;
    const envelope = await this.shell.link.ask(drawer.command, drawer.body);
    if (this.drawer !== drawer) return;
    drawer.error = null;
    if (envelope.ok) drawer.data = envelope.data[drawer.kind];
    else drawer.error = envelope.message;
    this.shell.changed();
  }

  newWave() {
    this._opener = document.activeElement;
    this.panel = new NewWave(this);
    this.shell.changed();
    this.panel.preview();
  }

  replay(waveId) {
    this._opener = document.activeElement;
    this.panel = new Replay(this, waveId);
    this.shell.changed();
    this.panel.load();
  }

  /** Close what lies on top; the focus goes back to what opened it. */
  close() {
    if (this.shell.sheet) this.shell.sheet = null;
    else if (this.panel) this.panel = null;
    else if (this.drawer) this.drawer = this.drawn = null;
    else this.chosen = null;
    this.shell.changed();
    if (this._opener && this._opener.focus) this._opener.focus();
    this._opener = null;
  }

  choose(personId) {
    this.chosen = this.chosen === personId ? null : personId;
    this.shell.changed();
  }

  show(path) {
    this.drawn = path;
    this.shell.changed();
  }

  filterStuck(kind) {
    this.filter = this.filter === kind ? 'all' : kind;
    keep('board.stuck', this.filter);
    this.shell.changed();
  }

  key(event) {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === 'Escape') this.close();
    else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === '/') {
      event.preventDefault();
      document.getElementById('find').focus();
    } else if (event.key === 'n' && !this.panel) this.newWave();
  }

  menu() {
    return html`<${HouseMenu} shell=${this.shell} />`;
  }

  page() {
    return html`<${Desk} board=${this} />`;
  }
}
