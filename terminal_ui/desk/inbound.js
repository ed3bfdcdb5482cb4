// The page of inbound: receipts and one of them, a new one by hand or from a file, what the dock left to the office.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { say } from './format.js';
import { AsideTable, CheckTable } from './inbound_dock.js';
import { ReceiptImport } from './inbound_import.js';
import { ReceiptList } from './inbound_list.js';
import { NewReceipt } from './inbound_new.js';
import { OneReceipt } from './inbound_receipt.js';
import { Shown, Tabs } from './office_parts.js';
import { Act } from './parts.js';

const AGAIN_MS = 5000; // how often what people do at the dock is looked at
const HOUSE = { asides: '/api/v1/receipt-asides', checks: '/api/v1/quality-checks' };

export class InboundPage {
  constructor(office) {
    this.office = office;
    const draw = () => office.changed();
    this.asides = new Asked(draw);
    this.checks = new Asked(draw);
    this.views = { list: new ReceiptList(this), new: new NewReceipt(this), import: new ReceiptImport(this), receipt: new OneReceipt(this) };
    this.at = 'list';
    const timer = setInterval(() => (office.shell.flow === office ? this.look() : clearInterval(timer)), AGAIN_MS);
  }

  get mayKeep() {
    return this.office.may(['clerk', 'supervisor']);
  }

  title() {
    return this.at === 'receipt' ? this.views.receipt.number : t('office.nav.inbound');
  }

  routed(route) {
    this.office.panel = null; // it asked about what was shown before
    const at = route.path[0] || 'list';
    const guarded = (at === 'new' || at === 'import') && !this.mayKeep;
    this.at = guarded || !(this.views[at] || at === 'asides' || at === 'checks') ? 'list' : at;
    return this.views[this.at] ? this.views[this.at].enter(route) : this.load();
  }

  /** Ask for goods put aside and goods to be checked in the whole house. */
  load() {
    if (this.views[this.at]) return this.views[this.at].load();
    const asked = this.office.http.get(HOUSE[this.at]);
    return this[this.at].data ? this[this.at].renew(asked) : this[this.at].take(asked);
  }

  /** Look again at what changes by itself, while nobody is in the middle of something. */
  look() {
    const still = document.hidden || this.office.panel || Object.keys(this.office.working).length;
    if (!still && this.views[this.at] && this.views[this.at].look) this.views[this.at].look();
    else if (!still && !this.views[this.at]) this.load();
  }

  get list() {
    return this.at === 'list' ? this.views.list : null;
  }

  tools() {
    if (!this.mayKeep || this.at === 'new' || this.at === 'import') return '';
    return html`<${Act} id="import-receipts" icon="many" label=${t('inbound.import')} onTap=${() => this.office.go('#/import')} />
      <${Act} id="new-receipt" kind="primary" icon="truck" label=${t('inbound.new')} onTap=${() => this.office.go('#/new')} />`;
  }

  body() {
    const here = { receipt: 'list', new: 'list', import: 'list' }[this.at] || this.at;
    const tabs = ['list', 'asides', 'checks'].map((one) => [one, say('inbound_tab', one), '#/' + one]);
    return html`<div class="stock inbound"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${here} choices=${tabs} />${this.list ? this.list.tools() : html`<div class="stock-tools">${this.tools()}</div>`}</div>${this.inside()}</div>`;
  }

  inside() {
    if (this.views[this.at]) return this.views[this.at].body();
    const asked = this[this.at];
    const table = this.at === 'asides' ? AsideTable : CheckTable;
    return html`<${Shown} asked=${asked} onRetry=${() => this.load()}>${(data) => html`<${table} page=${this} rows=${data.items} house=${true} />`}<//>`;
  }
}
