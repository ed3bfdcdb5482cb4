// The page of printers: which there are and how they stand, what is printed where, runs of labels, and print agents.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { say } from './format.js';
import { Shown, Tabs } from './office_parts.js';
import { Act } from './parts.js';
import { Agents, openAgent } from './printers_agents.js';
import { openFind } from './printers_find.js';
import { Printers, openPrinter } from './printers_list.js';
import { Routes } from './printers_routes.js';
import { Runs } from './printers_runs.js';

const TABS = ['printers', 'routes', 'runs', 'agents'];
const LOOK_MS = 1200; // a station sees within 3 s that a printer has stopped; so does whoever looks after them

export class PrintersPage {
  constructor(office) {
    this.office = office;
    this.tab = 'printers';
    this.setup = new Asked(() => office.changed());
    this.runs = new Asked(() => office.changed());
    this.agents = new Asked(() => office.changed());
    this._watch = setInterval(() => this._again(), LOOK_MS);
  }

  /** Only administrators change printers; supervisors see them, test them and look after runs. */
  get boss() {
    return this.office.may([]);
  }

  get keys() {
    return this.boss ? [['n', 'new_printer'], ['f', 'find_printers']] : [];
  }

  routed(route) {
    this.tab = TABS.indexOf(route.path[0]) >= 0 ? route.path[0] : 'printers';
    return this.load();
  }

  load() {
    return this._asked.take(this._found());
  }

  get _asked() {
    return this.tab === 'runs' ? this.runs : this.tab === 'agents' ? this.agents : this.setup;
  }

  _found() {
    if (this.tab === 'runs') return this._listed('/api/v1/print-runs');
    if (this.tab === 'agents') return this._listed('/api/v1/print-agents');
    return this.office.http.get('/api/v1/printer-setup');
  }

  _listed(path) {
    return this.office.http.get(path).then((one) => (one.ok ? Object.assign({}, one, { data: { items: one.data } }) : one));
  }

  _again() {
    if (this.office.shell.flow !== this.office) return clearInterval(this._watch);
    if (document.hidden || this._asked.busy) return undefined;
    return this._asked.renew(this._found());
  }

  /** Carry out a change and look again. `done` as for `office.act`. */
  async change(key, method, path, body, done) {
    const envelope = await this.office.act(key, () => this.office.http.change(method, '/api/v1' + path, body), done);
    if (envelope.ok) this.load();
    return envelope;
  }

  key(event) {
    if (!this.boss || this._asked !== this.setup || !this.setup.data) return;
    if (event.key !== 'n' && event.key !== 'f') return;
    event.preventDefault();
    if (event.key === 'n') openPrinter(this, null);
    else openFind(this);
  }

  body() {
    return html`<div class="stock printers-page"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.tab} choices=${TABS.map((one) => [one, say('printers_tab', one), '#/' + one])} /><div class="stock-tools">${this.boss && this._tools()}</div></div>
      <${Shown} asked=${this._asked} onRetry=${() => this.load()}>${(data) => this._shown(data)}<//></div>`;
  }

  _tools() {
    if (this.tab === 'agents') return html`<${Act} id="new-agent" kind="primary" icon="printer" label=${t('printers.agent_new')} onTap=${() => openAgent(this)} />`;
    return this.tab === 'printers' && html`<${Act} id="find-printers" icon="search" label=${t('printers.find')} busy=${!this.setup.data} onTap=${() => openFind(this)} />
      <${Act} id="new-printer" kind="primary" icon="printer" label=${t('printers.add')} busy=${!this.setup.data} onTap=${() => openPrinter(this, null)} />`;
  }

  _shown(data) {
    if (this.tab === 'runs') return html`<${Runs} page=${this} runs=${data.items} />`;
    if (this.tab === 'agents') return html`<${Agents} page=${this} agents=${data.items} />`;
    return this.tab === 'routes' ? html`<${Routes} page=${this} setup=${data} />` : html`<${Printers} page=${this} setup=${data} />`;
  }
}
