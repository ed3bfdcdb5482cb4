// Flows in scripts of their own, each fetched when somebody first wants it.
import { need } from './fetched.js';
import { html } from './html.js';
import { t } from './texts.js';

/** Stands for the flow of `flows/<name>.js` until it is there, and passes everything on to it from then on. */
export class Later {
  constructor(shell, name) {
    this.shell = shell;
    this.name = name;
    this.flow = null;
  }

  async enter(data) {
    if (!this.flow && !(await this._fetch())) return this.shell.go(this.shell.session.token ? 'home' : 'login');
    return this.flow.enter ? this.flow.enter(data) : undefined;
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

  _pass(what, values) {
    return this.flow && this.flow[what] ? this.flow[what](...values) : undefined;
  }

  get scansInSheet() {
    return Boolean(this.flow && this.flow.scansInSheet);
  }

  scan(code) {
    return this._pass('scan', [code]);
  }

  connected() {
    return this._pass('connected', []);
  }

  event(row) {
    return this._pass('event', [row]);
  }

  settled(row, envelope) {
    if (this.flow && this.flow.settled) return this.flow.settled(row, envelope);
    return row.durable && !envelope.ok ? this.shell.say(envelope.message) : undefined;
  }

  sheet(name) {
    return this._pass('sheet', [name]);
  }

  menu() {
    return this._pass('menu', []) || '';
  }

  view() {
    if (this.flow) return this.flow.view();
    return { screen: this.name, prompt: '', body: html`<p class="empty">${t('guided.loading')}</p>`, actions: [] };
  }
}
