// Flows in scripts of their own, each fetched when somebody first wants it.
import { need } from './fetched.js';
import { html } from './html.js';
import { t } from './texts.js';

/** Stands for the flow of `flows/<name>.js` until it is there, and passes everything on to it from then on. */
export class Later {
  /** @param {any} shell @param {string} name */
  constructor(shell, name) {
    this.shell = shell;
    this.name = name;
    /** @type {import('../types').Flow | null} */
    this.flow = null;
  }

  /** @param {any} data */
  async enter(data) {
    if (!this.flow && !(await this._fetch())) return this.shell.go(this.shell.session.token ? 'home' : 'login');
    return this.flow && this.flow.enter ? this.flow.enter(data) : undefined;
  }

  /**
   * Show what this device kept of the flow; whether it could.
   * @param {any} kept @returns {Promise<boolean>}
   */
  async resume(kept) {
    if (!this.flow && !(await this._fetch())) return false;
    this._pass('resume', [kept]);
    return true;
  }

  async _fetch() {
    try {
      this.flow = (await need(this.name))(this.shell);
      return true;
    } catch (error) {
      this.shell.tell('link.needed', 'warning');
      return false;
    }
  }

  /** @param {string} what @param {any[]} values */
  _pass(what, values) {
    return this.flow && this.flow[what] ? this.flow[what](...values) : undefined;
  }

  get scansInSheet() {
    return Boolean(this.flow && this.flow.scansInSheet);
  }

  /** @param {string} code */
  scan(code) {
    return this._pass('scan', [code]);
  }

  connected() {
    return this._pass('connected', []);
  }

  /** @param {import('../types').Pushed} row */
  event(row) {
    return this._pass('event', [row]);
  }

  /** @param {import('../types').Row} row @param {import('../types').Envelope} envelope */
  settled(row, envelope) {
    if (this.flow && this.flow.settled) return this.flow.settled(row, envelope);
    return row.durable && !envelope.ok ? this.shell.say(envelope.message) : undefined;
  }

  /** @param {string} name */
  sheet(name) {
    return this._pass('sheet', [name]);
  }

  menu() {
    return this._pass('menu', []) || '';
  }

  /** @returns {import('../types').View} */
  view() {
    if (this.flow) return this.flow.view();
    return { screen: this.name, prompt: '', body: html`<p class="empty">${t('guided.loading')}</p>`, actions: [] };
  }
}
