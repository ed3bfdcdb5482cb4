// The page of packing: what is known of a parcel, the kinds of cartons, what shops put in, and how exact weights must be.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Evidence } from '../parts/evidence.js';
import { Asked } from './ask.js';
import { say } from './format.js';
import { Empty, Shown, Table, Tabs, Tag } from './office_parts.js';
import { Cartons } from './packing_cartons.js';
import { Inserts } from './packing_inserts.js';
import { WeightRule } from './packing_weights.js';

const TABS = ['parcels', 'cartons', 'inserts', 'weights'];
const PATHS = { cartons: '/api/v1/cartons', inserts: '/api/v1/insert-rules', weights: '/api/v1/weight-rule' };

export class PackingPage {
  constructor(office) {
    this.office = office;
    this.tab = 'parcels';
    this.q = '';
    this.found = new Asked(() => office.changed());
    this.lists = {};
    Object.keys(PATHS).forEach((name) => { this.lists[name] = new Asked(() => office.changed()); });
    this.shops = [];
  }

  routed(route) {
    this.tab = TABS.indexOf(route.path[0]) >= 0 ? route.path[0] : 'parcels';
    if (this.tab === 'parcels') {
      this.q = route.query.q || '';
      if (this.q) this.found.take(this._find(this.q), true);
      else this.found.data = this.found.error = null;
      return;
    }
    this.load();
    if (this.tab === 'inserts') this._shops();
  }

  load() {
    return this.lists[this.tab].take(this.office.http.get(PATHS[this.tab]));
  }

  async _shops() {
    const envelope = await this.office.http.get('/api/v1/shops');
    if (envelope.ok) this.shops = envelope.data.items;
    this.office.changed();
  }

  /** A parcel by its number or a waybill's; else the parcels of an order of this number. */
  async _find(q) {
    const http = this.office.http;
    const parcel = await http.get('/api/v1/parcel-evidence', { code: q });
    if (parcel.ok || parcel.message.code !== 'core.not_found') return parcel.ok ? Object.assign({}, parcel, { data: { parcel: parcel.data } }) : parcel;
    const order = await http.get('/api/v1/parcels', { order: q });
    return order.ok ? Object.assign({}, order, { data: { parcels: order.data } }) : order;
  }

  search(q) {
    this.office.go('#/parcels' + (q.trim() ? '?q=' + encodeURIComponent(q.trim()) : ''));
  }

  /** Carry out a change; the list shows what came of it. Returns the envelope. */
  async act(key, path, body, said) {
    const envelope = await this.office.act(key, () => this.office.http.change('PUT', path, body), () => ({ text: said }));
    if (envelope.ok) this.load();
    return envelope;
  }

  get mayChange() {
    return this.office.may(this.tab === 'weights' ? ['supervisor'] : ['supervisor', 'clerk']);
  }

  body() {
    const part = { parcels: Parcels, cartons: Cartons, inserts: Inserts, weights: WeightRule }[this.tab];
    return html`<div class="stock packing-page"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.tab} choices=${TABS.map((one) => [one, say('packing_tab', one), '#/' + one])} /></div>
      <${part} page=${this} key=${this.tab} /></div>`;
  }
}

function Parcels({ page }) {
  const go = (event) => {
    event.preventDefault();
    page.search(event.target.elements.q.value);
  };
  return html`<form class="office-tools" onSubmit=${go}><input class="office-input packing-find" type="search" id="parcel-q" name="q" key=${page.q} defaultValue=${page.q} autofocus placeholder=${t('packing.find')} aria-label=${t('packing.find')} />
      <button type="submit" class="act primary" id="parcel-find">${t('packing.show')}</button></form>
    <div class="packing-found">${page.q ? html`<${Shown} asked=${page.found} onRetry=${() => page.routed(page.office.route)}>${(data) => (data.parcel ? html`<div class="packing-card"><${Evidence} parcel=${data.parcel} token=${page.office.shell.session.token} /></div>` : html`<${OfOrder} page=${page} parcels=${data.parcels} />`)}<//>`
      : html`<${Empty} icon="item" text=${t('packing.find_hint')} />`}</div>`;
}

const STATUS = { open: 'act', closed: '', loaded: 'good', shipped: 'good', void: 'bad' };

function OfOrder({ page, parcels }) {
  const columns = [
    { key: 'number', label: t('evidence.number'), render: (one) => html`<a href=${'#/parcels?q=' + encodeURIComponent(one.number)}>${one.number}</a>` },
    { key: 'status', label: t('packing.status'), render: (one) => html`<${Tag} kind=${STATUS[one.status]}>${t('evidence.status.' + one.status)}<//>` },
    { key: 'waybill', label: t('what.waybill'), render: (one) => one.waybill || html`<span class="soft">–</span>` },
    { key: 'weight', label: t('packing.grams'), number: true, render: (one) => one.weight_g || html`<span class="soft">–</span>` },
    { key: 'packed', label: t('what.packed'), render: (one) => [one.packed_by, one.station].filter(Boolean).join(' · ') },
  ];
  return html`<${Table} id="parcels" label=${t('what.parcels')} columns=${columns} rows=${parcels} keyOf=${(one) => one.id} onOpen=${(one) => page.search(one.number)} none=${html`<${Empty} icon="item" text=${t('packing.nothing')} />`} />`;
}
