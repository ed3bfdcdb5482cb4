// All balances: filters that stand in the address, sorted by any column, a total, and files of exactly this list.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Asked, Rows, asQuery } from './ask.js';
import { count, say } from './format.js';
import { Choose, Empty, Table } from './office_parts.js';
import { Act } from './parts.js';
import { Ago, Bin, Box, Condition, Expiry, Lot, Sku, money } from './stock_cells.js';
import { openBalance } from './stock_balance.js';
import { Download } from './download.js';

const WAIT_MS = 250;
const PLACES = ['rest', 'pick', 'bulk', 'receive', 'quarantine', 'transit', 'stage', 'packed', 'all'];
const CONDITIONS = ['good', 'damaged', 'quarantine', 'returned'];
const FIELDS = ['q', 'place', 'zone', 'condition', 'owner', 'velocity', 'expires_days', 'idle_days', 'held', 'low', 'blocked'];
const DOWN_FIRST = ['on_hand', 'held', 'free', 'value'];

export class StockList {
  constructor(page) {
    this.name = 'list';
    this.page = page;
    this.office = page.office;
    this.wanted = {};
    this.rows = new Rows(() => this.office.changed(), (cursor) => this.office.http.get('/api/v1/inventory/balances', Object.assign({ cursor: cursor, limit: 100 }, this.wanted)));
    this.total = new Asked(() => this.office.changed());
    this.download = new Download(this.office);
  }

  enter(route) {
    this.wanted = Object.assign({}, route.query);
    this.total.take(this.office.http.get('/api/v1/inventory/balances/total', this.wanted));
    return this.rows.first();
  }

  /** Narrow the list; the address follows, so that it can be sent to somebody. */
  set(name, value) {
    const wanted = Object.assign({}, this.wanted, { [name]: value });
    this.office.go('#/list' + asQuery(wanted), true);
  }

  type(text) {
    clearTimeout(this._later);
    this._later = setTimeout(() => this.set('q', text.trim()), WAIT_MS);
  }

  sort(by) {
    const down = this.wanted.sort === by ? !(this.wanted.down === 'true') : DOWN_FIRST.indexOf(by) >= 0;
    this.office.go('#/list' + asQuery(Object.assign({}, this.wanted, { sort: by, down: down ? 'true' : '' })), true);
  }

  get narrowed() {
    return FIELDS.some((name) => this.wanted[name]);
  }

  clear() {
    const field = document.getElementById('narrow');
    if (field) field.value = '';
    this.office.go('#/list' + asQuery({ sort: this.wanted.sort, down: this.wanted.down }), true);
  }

  file(kind) {
    return this.download.fetch('/api/v1/inventory/balances.' + kind, Object.assign({}, this.wanted, { progress: 'true' }), 'stock.' + kind);
  }

  tools() {
    const busy = this.download.busy;
    return html`<div class="stock-tools">${this.download.shown()}
      <${Act} id="export-csv" icon="receive" label="CSV" title=${t('stock.export_hint')} busy=${busy} onTap=${() => this.file('csv')} />
      <${Act} id="export-xlsx" icon="receive" label="XLSX" title=${t('stock.export_hint')} busy=${busy} onTap=${() => this.file('xlsx')} /></div>`;
  }

  body() {
    const sort = { by: this.wanted.sort || 'bin', down: this.wanted.down === 'true' };
    return html`<${Filters} list=${this} />
      <${Table} id="balances" label=${t('stock.list')} columns=${columns(this.page.known.owners.length > 1)} rows=${this.rows} keyOf=${(row) => row.id}
        sort=${sort} onSort=${(by) => this.sort(by)} onOpen=${(row) => openBalance(this.office, row)} total=${this.sums()} none=${this.none()} marked=${(row) => row.days_left !== null && row.days_left < 0} />`;
  }

  none() {
    return html`<${Empty} text=${this.narrowed ? t('stock.none_fits') : t('stock.none_yet')}>
      ${this.narrowed && html`<${Act} id="clear-none" kind="strong" label=${t('stock.clear')} onTap=${() => this.clear()} />`}<//>`;
  }

  sums() {
    const total = this.total.data;
    if (!total || !total.rows) return undefined;
    return { sku: html`<span id="total-rows">${t('stock.total', { n: count(total.rows) })}</span>`, on_hand: count(total.on_hand), held: count(total.held), free: count(total.on_hand - total.held), value: Number(total.value) ? money(total.value) : '' };
  }
}

function Filters({ list }) {
  const wanted = list.wanted;
  const known = list.page.known;
  const any = ['', t('stock.any')];
  const days = (codes, key) => [any].concat(codes.map((n) => [String(n), n === 0 ? t('stock.expired_only') : t(key, { n: n })]));
  const set = (name) => (value) => list.set(name, value);
  return html`<div class="office-tools stock-filters">
    <label class="office-choose stock-narrow"><span>${t('stock.narrow')}</span><input id="narrow" type="search" class="office-input" value=${wanted.q || ''} placeholder=${t('stock.narrow_hint')} onInput=${(event) => list.type(event.target.value)} /></label>
    <${Choose} id="by-place" label=${t('stock.place')} value=${wanted.place || 'rest'} choices=${PLACES.map((one) => [one, say('stock_place', one)])} onChoose=${(one) => list.set('place', one === 'rest' ? '' : one)} />
    <${Choose} id="by-zone" label=${t('stock.zone')} value=${wanted.zone || ''} choices=${[any].concat(known.zones.map((zone) => [String(zone.id), zone.code + ' · ' + zone.name]))} onChoose=${set('zone')} />
    <${Choose} id="by-condition" label=${t('stock.condition')} value=${wanted.condition || ''} choices=${[any].concat(CONDITIONS.map((one) => [one, say('stock_condition', one)]))} onChoose=${set('condition')} />
    ${known.owners.length > 1 && html`<${Choose} id="by-owner" label=${t('stock.owner')} value=${wanted.owner || ''} choices=${[any].concat(known.owners.map((one) => [String(one.id), one.name]))} onChoose=${set('owner')} />`}
    <${Choose} id="by-class" label=${t('stock.class')} value=${wanted.velocity || ''} choices=${[any, ['A', 'A'], ['B', 'B'], ['C', 'C'], ['-', t('stock.no_class')]]} onChoose=${set('velocity')} />
    <${Choose} id="by-expiry" label=${t('stock.expires')} value=${wanted.expires_days || ''} choices=${days([0, 7, 30, 90, 180], 'stock.within_days')} onChoose=${set('expires_days')} />
    <${Choose} id="by-idle" label=${t('stock.idle')} value=${wanted.idle_days || ''} choices=${days([7, 30, 90, 180, 365], 'stock.since_days')} onChoose=${set('idle_days')} />
    <${Toggle} list=${list} name="held" label=${t('stock.only_held')} /><${Toggle} list=${list} name="low" label=${t('stock.only_low')} title=${t('stock.only_low_hint')} /><${Toggle} list=${list} name="blocked" label=${t('stock.only_blocked')} />
    ${list.narrowed && html`<button type="button" id="clear" class="act" onClick=${() => list.clear()}><${Icon} name="cross" size=${14} /><span>${t('stock.clear')}</span></button>`}
  </div>`;
}

function Toggle({ list, name, label, title }) {
  const on = list.wanted[name] === 'true';
  return html`<button type="button" id=${'by-' + name} class=${'choice stock-toggle' + (on ? ' choice-on' : '')} aria-pressed=${on} title=${title} onClick=${() => list.set(name, on ? '' : 'true')}>${label}</button>`;
}

/** The columns of balances; those in `without` are left out, and `first` are put behind the first. */
export function columns(owners, without, first) {
  const all = [
    { key: 'sku', label: t('stock.sku'), sort: true, render: (row) => html`<${Sku} sku=${row.sku} />` },
    { key: 'bin', label: t('stock.bin'), sort: true, render: (row) => html`<span class="office-two"><${Bin} bin=${row.bin} /><small>${row.zone_name || say('stock_place', row.bin.kind)}</small></span>` },
    { key: 'lot', label: t('stock.lot'), sort: true, render: (row) => html`<${Lot} lot=${row.lot} />` },
    { key: 'expires', label: t('stock.expires'), sort: true, render: (row) => html`<${Expiry} on=${row.expires_on} days=${row.days_left} />` },
    { key: 'condition', label: t('stock.condition'), sort: true, render: (row) => html`<${Condition} code=${row.condition} />` },
    { key: 'container', label: t('stock.container'), sort: true, render: (row) => html`<${Box} container=${row.container} />` },
    owners && { key: 'owner', label: t('stock.owner'), sort: true, render: (row) => row.owner.code },
    { key: 'on_hand', label: t('stock.on_hand'), number: true, sort: true, render: (row) => count(row.on_hand) },
    { key: 'held', label: t('stock.held'), number: true, sort: true, render: (row) => (row.held ? count(row.held) : html`<span class="soft">–</span>`) },
    { key: 'free', label: t('stock.free'), number: true, sort: true, render: (row) => count(row.on_hand - row.held) },
    { key: 'value', label: t('stock.value'), number: true, sort: true, render: (row) => money(row.value) },
    { key: 'velocity', label: t('stock.class'), sort: true, render: (row) => row.velocity || html`<span class="soft">–</span>` },
    { key: 'moved', label: t('stock.moved'), number: true, render: (row) => html`<${Ago} at=${row.moved_at} />` },
  ].filter((one) => one && (without || []).indexOf(one.key) < 0);
  const early = (one) => (first || []).indexOf(one.key) >= 0;
  return all.slice(0, 1).concat(all.slice(1).filter(early), all.slice(1).filter((one) => !early(one)));
}

/** Which of the columns that often say nothing say nothing about all of these rows. */
export function silent(rows) {
  const says = { lot: (row) => row.lot, expires: (row) => row.expires_on, container: (row) => row.container, held: (row) => row.held, condition: (row) => row.condition !== 'good' };
  return Object.keys(says).filter((key) => !rows.some(says[key]));
}
