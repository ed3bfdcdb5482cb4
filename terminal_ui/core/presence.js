// Where a person is at work: of several tabs, and of several terminals, at the one that was taken last. The others rest.
import { need } from './fetched.js';
import { noLink } from './link.js';
import { askToLast } from './store.js';
import { Tabs, openChannel } from './tabs.js';
import { play } from './tones.js';

const AGAIN_MS = 2000;

export class Presence {
  /** @param {any} shell */
  constructor(shell) {
    this._shell = shell;
    /** @type {Tabs | null} */
    this._tabs = null; // where a page is to be alone in its browser
    /** @type {any} */
    this.cover = null; // what is shown instead of the flow while somebody is at work elsewhere
    this._claims = false;
  }

  /** Find out whether this page is the one of its kind that is at work in this browser. */
  openTab() {
    askToLast();
    const tabs = new Tabs(this._shell.kind, openChannel(this._shell.kind));
    this._tabs = tabs;
    tabs.on('lost', () => this._lostTab(tabs));
    window.addEventListener('pagehide', () => tabs.close());
    return tabs.open();
  }

  /** Whether this page may send what waits. */
  holds() {
    return !this._tabs || this._tabs.holds();
  }

  /** Another tab is at work. */
  restTab() {
    return this._rest('tab', () => this._takeTab());
  }

  /** @param {Tabs} tabs */
  async _lostTab(tabs) {
    const shell = this._shell;
    if (shell.link) shell.link.stop();
    this.restTab();
    if (shell.outbox) await shell.outbox.saved();
    tabs.isDown();
  }

  /** The other page has kept everything by now: begin anew with that. */
  async _takeTab() {
    if (this._tabs) await this._tabs.take();
    location.reload();
  }

  /**
   * Somebody is at work elsewhere: in another `tab`, or at another `device` of this name. Nothing can be done here but
   * to take over.
   * @param {'tab' | 'device'} why @param {() => any} take @param {string} [device] @returns {Promise<any>}
   */
  async _rest(why, take, device) {
    this.cover = { scan: () => play('error'), view: () => ({ screen: 'elsewhere', prompt: '', scanless: true, body: '', actions: [] }) };
    this._shell.closeSheet();
    const make = await need('elsewhere').catch(() => null);
    if (!this.cover) return undefined;
    if (!make) return setTimeout(() => this.cover && this._rest(why, take, device), AGAIN_MS);
    this.cover = make(this._shell, why, take, device);
    return this._shell.changed();
  }

  /** Somebody has just signed in here: their other terminals are told as soon as there is a link. */
  claimSoon() {
    this._claims = true;
  }

  linked() {
    if (this._claims) this._claim();
  }

  /** Go on here: the person's other terminals are told, now or when there is a link. */
  async _claim() {
    const shell = this._shell;
    this._claims = !shell.link.online;
    if (this._claims) return shell.say(noLink().message);
    const envelope = await shell.work(() => shell.link.send('terminal.here', {}));
    return envelope.ok ? undefined : shell.say(envelope.message);
  }

  /** Rest while the person is at work at another terminal, as this page heard now or before it was loaded. */
  restDevice() {
    const { at } = this._shell.session.current;
    return typeof at === 'string' ? this._rest('device', () => this._claim(), at) : undefined;
  }

  /**
   * Somebody said that they go on at this terminal, or at another one.
   * @param {{ session_id: number, device: string }} by
   */
  taken(by) {
    const session = this._shell.session;
    const own = session.current && session.current.session;
    session.wentTo(own === by.session_id ? null : by.device);
    if (own !== by.session_id) return own && this.restDevice();
    if (!this.cover) return undefined;
    this.cover = null;
    this._shell.changed();
    return this._shell.linked(); // what was done elsewhere meanwhile is asked for
  }

  /** Nobody is signed in any more. */
  over() {
    this.cover = null;
  }
}
