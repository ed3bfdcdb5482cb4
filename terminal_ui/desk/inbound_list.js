// All receipts: what comes, how far it is, who works on it, what is not as announced.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Rows, asQuery } from './ask.js';
import { count, say } from './format.js';
import { Progress, STATUS, differences } from './inbound_parts.js';
import { Choose, Empty, Table, Tag } from './office_parts.js';
import { When } from './stock_cells.js';

const WAIT_MS = 250;
const LIMIT = 60;
const STATUSES = ['', 'expected receiving', 'expected', 'receiving', 'received', 'closed', 'cancelled'];
const KINDS = ['', 'asn', 'purchase', 'transfer', 'return', 'production'];
const LATE = 'expected';

export class ReceiptList {
  constructor(page) {
    this.page = page;
    this.office = page.office;
    this.wanted = {};
    this.rows = new Rows(() => this.office.changed(), (cursor) => this.office.http.get('/api/v1/receipts', Object.assign({ cursor: cursor, limit: LIMIT }, this.wanted)));
  }

  enter(route) {
    this.wanted = Object.assign({}, route.query);
    return this.load();
  }

  load() {
    return this.rows.first();
  }

  look() {
    if (this.rows.items.length <= LIMIT && !this.rows.busy) this.load();
  }

  set(name, value) {
    this.office.go('#/list' + asQuery(Object.assign({}, this.wanted, { [name]: value })), true);
  }

  type(text) {
    clearTimeout(this._later);
    this._later = setTimeout(() => this.set('q', text.trim()), WAIT_MS);
  }

  body() {
    const narrowed = this.wanted.q || this.wanted.status || this.wanted.kind;
    const choose = (name, choices, words) => html`<${Choose} id=${'by-' + name} label=${t('inbound.' + name)} value=${this.wanted[name] || ''} choices=${choices.map((one) => [one, say(words, one.replace(' ', '_') || 'any')])} onChoose=${(one) => this.set(name, one)} />`;
    const none = html`<${Empty} icon="truck" text=${narrowed ? t('inbound.none_fits') : t('inbound.none')} />`;
    return html`<div class="office-tools stock-filters"><label class="office-choose stock-narrow"><span>${t('inbound.narrow')}</span><input id="narrow" class="office-input" type="search" autocomplete="off" maxlength="100" defaultValue=${this.wanted.q || ''} onInput=${(event) => this.type(event.target.value)} /></label>
      ${choose('status', STATUSES, 'inbound_status')}${choose('kind', KINDS, 'inbound_kind')}</div>
      <${Table} id="receipts" label=${t('office.nav.inbound')} columns=${columns()} rows=${this.rows} keyOf=${(one) => one.number} onOpen=${(one) => this.office.go(address(one.number))} none=${none} marked=${late} />`;
  }
}

/** Where one receipt stands in this page's address. */
export function address(number, tab) {
  return '#/receipt/' + encodeURIComponent(number) + (tab ? '/' + tab : '');
}

/** Whether a receipt should have come already. */
export function late(one) {
  return one.status === LATE && one.expected_at !== null && Date.parse(one.expected_at) < Date.now();
}

function columns() {
  return [
    { key: 'number', label: t('inbound.receipt'), render: (one) => html`<span class="office-two"><a class="office-code" href=${address(one.number)}>${one.number}</a><small>${say('inbound_kind', one.kind)}${one.blind ? ' · ' + t('inbound.blind') : ''}</small></span>` },
    { key: 'supplier', label: t('inbound.supplier'), render: (one) => html`<span class="office-two"><span>${one.supplier || html`<span class="soft">–</span>`}</span>${one.note && html`<small title=${one.note}>${one.note}</small>`}</span>` },
    { key: 'expected_at', label: t('inbound.expected_at'), render: (one) => (one.expected_at ? html`<span class=${'nowrap' + (late(one) ? ' stock-minus' : '')}><${When} at=${one.expected_at} /></span>` : html`<span class="soft">–</span>`) },
    { key: 'status', label: t('counts.status'), render: (one) => html`<${Tag} kind=${STATUS[one.status]}>${say('inbound_status', one.status)}<//>` },
    { key: 'progress', label: t('inbound.progress'), width: '22%', render: (one) => html`<${Progress} of=${one} />` },
    { key: 'lines', label: t('inbound.lines'), number: true, render: (one) => html`<span class="nowrap">${count(one.lines_done)} / ${count(one.lines)}</span>` },
    { key: 'differences', label: t('inbound.differences'), render: (one) => html`<span class="inbound-tags">${differences(one).map(([kind, n, tone]) => html`<${Tag} key=${kind} kind=${tone}>${say('inbound_differs', kind, { n: count(n) })}<//>`)}</span>` },
    { key: 'people', label: t('inbound.people'), number: true, render: (one) => (one.people ? html`<${Tag} kind="act">${count(one.people)}<//>` : html`<span class="soft">–</span>`) },
  ];
}
