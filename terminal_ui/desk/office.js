// The frame of desk pages beyond the board: navigation, search, person, drawer, panel, toasts, addresses.
import { html } from '../core/html.js';
import { Shell } from '../core/shell.js';
import { locale, t } from '../core/texts.js';
import { DeskLogin, HouseMenu } from './houses.js';
import { Http } from './ask.js';
import { Finder } from './finder.js';
import { openKeys } from './keys.js';
import { focusRow } from './list.js';
import { OfficeFrame } from './office_frame.js';
import { PAGES, mayOpen } from './pages.js';

const TOAST_MS = { ok: 5000, info: 5000, warning: 9000 }; // what stopped stays until it is read
const UNDO_MS = 12000;
const WALK = ['j', 'k', 'ArrowDown', 'ArrowUp']; // from nowhere into the rows of the page

/**
 * Begin a page of the desk. `name` is its name in PAGES, `make(office)` gives what is drawn:
 * {body(): vnode, routed?(route), title?(): string, key?(event), list?: the List in sight, which hears keys first,
 * keys?: [[key, name of its text]] of its own}.
 * `routed` is called when the page opens and whenever the part of its address behind # changes.
 */
export function openOffice(name, make) {
  const flows = { login: (shell) => new DeskLogin(shell), office: (shell) => new Office(shell, name, make) };
  // The board's session serves here too: whoever is signed in there sees these pages at once.
  const shell = new Shell({ kind: 'board', namespace: null, flows: flows, signIn: 'login', start: (one) => one.go('office') });
  shell.run(document.getElementById('page'));
}

export class Office {
  constructor(shell, name, make) {
    this.shell = shell;
    this.name = name;
    this.http = new Http(shell);
    this.drawer = null;
    this.panel = null;
    this.toasts = [];
    this.working = {};
    this.finder = new Finder(this);
    this.here = make(this);
    this._spoken = locale();
    this._heard = () => this._alive() && this._routed();
    window.addEventListener('hashchange', this._heard);
  }

  enter() {
    return this._routed();
  }

  scan() {
    return undefined; // desks have keyboards
  }

  changed() {
    this.shell.changed();
  }

  /** Whether this office is still on the page; its listeners end with it. */
  _alive() {
    if (this.shell.flow === this) return true;
    window.removeEventListener('hashchange', this._heard);
    return false;
  }

  get person() {
    return this.shell.session.person;
  }

  /** Whether the person holds one of these posts, or all of them as an admin. */
  may(posts) {
    return this.shell.session.may(posts.concat('admin'));
  }

  get open() {
    return this.opens(this.name);
  }

  /** Whether the person may open a page of this name. */
  opens(name) {
    return mayOpen(this.person, PAGES.find((one) => one.name === name));
  }

  /** Where the address leads: {path: ['sku', '12'], query: {…}}. */
  get route() {
    return readRoute(location.hash);
  }

  /** Go to another address of this page: '#/sku/12', or an address of another page. `quietly` leaves no step behind. */
  go(address, quietly) {
    if (address[0] !== '#') location.assign(address);
    else if (quietly) {
      history.replaceState(null, '', address);
      this._routed();
    } else if (location.hash === address) this._routed();
    else location.hash = address;
  }

  /** Ask everything anew for the place where the page is, as after a change. */
  refresh() {
    return this._routed();
  }

  _routed() {
    if (!this.open) return this.changed();
    if (this.here.routed) this.here.routed(this.route);
    document.title = (this.here.title ? this.here.title() : t('office.nav.' + this.name)) + ' · ' + (this.house || '');
    return this.changed();
  }

  get house() {
    const session = this.shell.session.current;
    return session ? session.warehouse.name : '';
  }

  /** What the server words must be asked for again when the person speaks another language. */
  spoke() {
    if (this._spoken === locale()) return;
    this._spoken = locale();
    this._routed();
  }

  /**
   * Carry out `change()`, which gives a promise of an envelope, and say what came of it. `key` marks what is at work.
   * `done(envelope)` may give {text, undo: {label, act}} to say instead of the server's words. Returns the envelope.
   */
  async act(key, change, done) {
    this.working[key] = true;
    this.changed();
    const envelope = await change();
    delete this.working[key];
    if (!envelope.ok) this.toast({ kind: 'stop', code: envelope.message.code, text: envelope.message.text });
    else {
      const said = done ? done(envelope) : null;
      if (said || envelope.message) this.toast(Object.assign({ kind: 'ok', text: envelope.message ? envelope.message.text : '', code: envelope.message ? envelope.message.code : '' }, said));
    }
    this.changed();
    return envelope;
  }

  /** Say something in passing: {kind: ok | info | warning | stop, text, code?, undo?: {label?, act}}. */
  toast(said) {
    const toast = Object.assign({ id: Date.now() + Math.random(), kind: 'info' }, said);
    this.toasts = this.toasts.slice(-2).concat(toast);
    const ms = toast.undo ? UNDO_MS : TOAST_MS[toast.kind];
    if (ms) setTimeout(() => this.dismiss(toast.id), ms);
    this.changed();
    return toast;
  }

  dismiss(id) {
    this.toasts = this.toasts.filter((one) => one.id !== id);
    this.changed();
  }

  /** Take back what a toast told of. */
  async undo(toast) {
    this.dismiss(toast.id);
    await toast.undo.act();
  }

  /** Something beside the page: {title, body: () => vnode, id?, wide?, closed?: () => void}. Another one replaces it. */
  openDrawer(drawer) {
    /** @type {any} */
    this._opener = document.activeElement;
    this.drawer = drawer;
    this.changed();
  }

  /** Something over the page that must be answered: {title, body: () => vnode, foot?: () => vnode, id?}. */
  openPanel(panel) {
    this._opener = document.activeElement;
    this.panel = panel;
    this.changed();
  }

  /** Close what lies on top, if anything; the focus goes back to what opened it. Says whether something was open. */
  close() {
    const top = this.shell.sheet ? 'sheet' : this.panel ? 'panel' : this.drawer ? 'drawer' : null;
    if (top === null) return false;
    const closed = top === 'sheet' ? null : this[top];
    if (top === 'sheet') this.shell.sheet = null;
    else this[top] = null;
    if (closed && closed.closed) closed.closed();
    this.changed();
    if (this._opener && this._opener.isConnected) this._opener.focus();
    this._opener = null;
    return true;
  }

  key(event) {
    if (event.key === 'Escape') {
      if (!this.finder.close() && !this.close() && this.here.key) this.here.key(event);
      return;
    }
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || this.panel || this.shell.sheet) return;
    if (this.here.list && this.here.list.key(event)) return;
    if (event.key === '/' || event.key === 'g') {
      event.preventDefault();
      this.finder.focus();
    } else if (event.key === '?') openKeys(this);
    else if (WALK.indexOf(event.key) >= 0 && event.target === document.body && focusRow()) event.preventDefault();
    else if (this.here.key) this.here.key(event);
  }

  /** What the menu of the shell says besides. */
  menu() {
    return html`<${HouseMenu} shell=${this.shell} />`;
  }

  page() {
    return html`<${OfficeFrame} office=${this} />`;
  }
}

/** '#/sku/12?by=age' → {path: ['sku', '12'], query: {by: 'age'}}. */
export function readRoute(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const found = {};
  new URLSearchParams(query || '').forEach((value, name) => (found[name] = value));
  return { path: path.split('/').filter(Boolean).map(decodeURIComponent), query: found };
}
