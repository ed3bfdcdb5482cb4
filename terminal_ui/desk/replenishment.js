// The page of replenishment: what runs low, what to buy, tasks under way, pick faces with their minimum and maximum.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked, asQuery } from './ask.js';
import { Download } from './download.js';
import { count, say } from './format.js';
import { List } from './list.js';
import { Choose, Empty, Field, Fill, Shown, Table, Tabs, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { Expiry, When } from './stock_cells.js';

const TABS = ['alerts', 'suggestions', 'tasks', 'faces'];
const ALERTS = ['', 'low', 'expired', 'expiring', 'over'];
const ALERT_KIND = { low: 'bad', expired: 'bad', expiring: 'warn', over: 'act' };
const STATUSES = ['open', 'assigned', 'carried', 'done', 'cancelled'];
const URGENCY = { emergency: 'bad', wave: 'warn', minimum: '' };

export class ReplenishmentPage {
  constructor(office) {
    this.office = office;
    this.tab = 'alerts';
    this.kind = '';
    const draw = () => office.changed();
    this.alerts = new Asked(draw);
    this.suggestions = new Asked(draw);
    this.lists = { tasks: taskList(this), faces: faceList(this) };
    this.download = new Download(office);
  }

  routed(route) {
    this.tab = TABS.indexOf(route.path[0]) >= 0 ? route.path[0] : 'alerts';
    this.kind = route.query.kind || '';
    return this.list ? this.list.enter(route.query) : this.load();
  }

  get list() {
    return this.lists[this.tab];
  }

  load() {
    const get = (path, query) => this.office.http.get('/api/v1/replenishment/' + path, query);
    if (this.tab === 'alerts') return this.alerts.take(get('alerts', { kind: this.kind }));
    if (this.tab === 'suggestions') return this.suggestions.take(get('suggestions'));
    return this.list.load();
  }

  async change(key, method, path, body, text) {
    const envelope = await this.office.act(key, () => this.office.http.change(method, '/api/v1/replenishment/' + path, body), () => ({ text: text }));
    if (envelope.ok) {
      this.office.panel = null;
      this.load();
    }
  }

  tools() {
    if (this.list) return this.list.tools();
    const file = () => this.download.plain('/api/v1/replenishment/' + this.tab, { format: 'csv', kind: this.tab === 'alerts' ? this.kind : '' }, this.tab + '.csv');
    return html`<div class="stock-tools">
      ${this.tab === 'alerts' && html`<${Choose} id="alert-kind" label=${t('replenishment.kind')} value=${this.kind} choices=${ALERTS.map((one) => [one, say('replenishment_alert', one || 'any')])} onChoose=${(one) => this.office.go('#/alerts' + (one ? '?kind=' + one : ''), true)} />`}
      <${Act} id="export-csv" icon="receive" label="CSV" title=${t('stock.export_hint')} busy=${this.download.busy} onTap=${file} /></div>`;
  }

  body() {
    const tabs = TABS.map((one) => [one, say('replenishment_tab', one), '#/' + one]);
    const table = { alerts: AlertTable, suggestions: SuggestionTable }[this.tab];
    return html`<div class="stock"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.tab} choices=${tabs} />${this.tools()}</div>${this.list ? this.list.body() : html`<${table} page=${this} />`}</div>`;
  }
}

const goods = () => ({ key: 'sku', label: t('stock.sku'), render: (one) => html`<span class="office-two"><a class="office-code" href=${'/stock#/list' + asQuery({ q: one.sku })}>${one.sku}</a><small>${one.name}</small></span>` });
const pace = (one) => (Number(one.velocity) ? one.velocity : html`<span class="soft">–</span>`);

function AlertTable({ page }) {
  const columns = [
    { key: 'kind', label: t('replenishment.kind'), render: (one) => html`<${Tag} kind=${ALERT_KIND[one.kind]}>${say('replenishment_alert', one.kind)}<//>` }, goods(),
    { key: 'lot', label: t('stock.lot'), render: (one) => one.lot }, { key: 'expires', label: t('stock.expires'), render: (one) => (one.expires_on ? html`<${Expiry} on=${one.expires_on} days=${one.days_left} />` : '') },
    { key: 'qty', label: t('stock.pieces'), number: true, render: (one) => count(one.qty) }, { key: 'least', label: t('replenishment.minimum'), number: true, render: (one) => (one.min_qty ? count(one.min_qty) : html`<span class="soft">–</span>`) }, { key: 'expected', label: t('replenishment.expected'), number: true, render: (one) => (one.expected ? '+' + count(one.expected) : '') },
    { key: 'velocity', label: t('replenishment.a_day'), number: true, render: pace }, { key: 'left', label: t('replenishment.lasts'), number: true, render: (one) => (one.kind === 'low' && one.days_left !== null ? t('stock.days', { n: one.days_left }) : '') },
  ];
  return html`<${Shown} asked=${page.alerts} onRetry=${() => page.load()}>${(data) => html`<${Table} id="alerts" label=${say('replenishment_tab', 'alerts')} columns=${columns} rows=${data.items} keyOf=${(one) => one.kind + one.sku + one.lot} none=${html`<${Empty} icon="check" text=${t('replenishment.no_alerts')} />`} />`}<//>`;
}

function SuggestionTable({ page }) {
  const columns = [
    goods(), { key: 'qty', label: t('replenishment.buy'), number: true, render: (one) => html`<b>${count(one.qty)}</b>` }, { key: 'supplier', label: t('replenishment.supplier'), render: (one) => one.supplier },
    { key: 'available', label: t('stock.available'), number: true, render: (one) => count(one.available) }, { key: 'expected', label: t('replenishment.expected'), number: true, render: (one) => count(one.expected) },
    { key: 'velocity', label: t('replenishment.a_day'), number: true, render: pace }, { key: 'class', label: t('stock.class'), render: (one) => one.class },
    { key: 'left', label: t('replenishment.lasts'), number: true, render: (one) => (one.days_left === null ? '' : t('stock.days', { n: one.days_left })) }, { key: 'lead', label: t('replenishment.lead'), number: true, render: (one) => t('stock.days', { n: one.lead_days }) },
  ];
  return html`<${Shown} asked=${page.suggestions} onRetry=${() => page.load()}>${(data) => html`<${Table} id="suggestions" label=${say('replenishment_tab', 'suggestions')} columns=${columns} rows=${data.items} keyOf=${(one) => one.sku} none=${html`<${Empty} icon="check" text=${t('replenishment.no_suggestions')} />`} />`}<//>`;
}

const words = () => ({ kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('replenishment.narrow_hint') });
const any = () => ['', t('stock.any')];

function taskList(page) {
  return new List(page.office, {
    id: 'tasks', at: '#/tasks', path: '/api/v1/replenishment/tasks', icon: 'check', usual: { sort: 'id', down: 'true' },
    label: () => say('replenishment_tab', 'tasks'), none: () => t('replenishment.no_tasks'), columns: () => taskColumns(page),
    filters: () => [words(), { name: 'status', label: t('counts.status'), choices: [any()].concat(STATUSES.map((one) => [one, say('replenishment_status', one)])) },
      { name: 'urgency', label: t('replenishment.urgency'), choices: [any()].concat(Object.keys(URGENCY).map((one) => [one, say('replenishment_urgency', one)])) }],
  });
}

function faceList(page) {
  return new List(page.office, {
    id: 'faces', at: '#/faces', path: '/api/v1/replenishment/faces', icon: 'place', usual: { sort: 'bin', down: 'false' },
    label: () => say('replenishment_tab', 'faces'), none: () => t('replenishment.no_faces'), open: (one) => askFace(page, one), columns: () => faceColumns(page), filters: () => [words()],
    tools: () => html`<${Act} id="new-face" kind="primary" icon="place" label=${t('replenishment.new_face')} onTap=${() => askFace(page)} />`,
  });
}

function taskColumns(page) {
  const office = page.office;
  return [
    { key: 'urgency', label: t('replenishment.urgency'), render: (one) => html`<${Tag} kind=${URGENCY[one.urgency]}>${say('replenishment_urgency', one.urgency)}<//>` }, goods(), { key: 'qty', label: t('stock.pieces'), number: true, render: (one) => count(one.qty) },
    { key: 'ends', label: t('stock.from_to'), render: (one) => html`<span class="stock-ends"><b>${one.from_bin}</b><i aria-hidden="true">→</i><b>${one.to_bin}</b></span>` },
    { key: 'status', label: t('counts.status'), render: (one) => html`<${Tag}>${say('replenishment_status', one.status)}<//>` }, { key: 'person', label: t('stock.person'), render: (one) => one.person || html`<span class="soft">–</span>` }, { key: 'due', label: t('replenishment.due'), render: (one) => html`<${When} at=${one.due_at} />` },
    { key: 'act', label: '', render: (one) => (one.status === 'open' && office.may(['supervisor']) ? html`<${Act} id=${'cancel-' + one.id} icon="cross" label=${t('office.cancel')} busy=${office.working['task' + one.id]} onTap=${() => page.change('task' + one.id, 'POST', 'tasks/' + one.id + '/cancel', {}, t('replenishment.cancelled'))} />` : '') },
  ];
}

function faceColumns(page) {
  const office = page.office;
  return [
    { key: 'bin', label: t('stock.bin'), sort: true, render: (one) => html`<b class="office-code">${one.bin}</b>` }, Object.assign(goods(), { sort: true }), { key: 'fill', label: t('stock_way.fill'), width: '160px', render: (one) => html`<${Fill} share=${one.on_hand / one.max_qty} label=${one.on_hand + ' / ' + one.max_qty} />` },
    { key: 'on_hand', label: t('stock.on_hand'), number: true, render: (one) => html`<span class=${one.free < one.min_qty ? 'stock-change stock-minus' : ''}>${count(one.on_hand)}</span>` }, { key: 'min', label: t('replenishment.minimum'), number: true, render: (one) => count(one.min_qty) },
    { key: 'max', label: t('replenishment.maximum'), number: true, render: (one) => count(one.max_qty) }, { key: 'coming', label: t('replenishment.coming'), number: true, render: (one) => (one.coming ? '+' + count(one.coming) : '') },
    { key: 'act', label: '', render: (one) => html`<${Act} id=${'drop-' + one.id} icon="cross" label=${t('replenishment.drop')} busy=${office.working['face' + one.id]} onTap=${() => dropFace(page, one)} />` },
  ];
}

function faceOf(one) {
  return { bin: one.bin, sku: one.sku, min_qty: one.min_qty, max_qty: one.max_qty };
}

/** Take a pick face away, with the way back. */
async function dropFace(page, one) {
  const http = page.office.http;
  const back = () => page.office.act('undo', () => http.change('POST', '/api/v1/replenishment/faces', faceOf(one)), () => ({ text: t('stock_act.undone') })).then(() => page.load());
  const envelope = await page.office.act('face' + one.id, () => http.change('DELETE', '/api/v1/replenishment/faces/' + one.id), () => ({ text: t('replenishment.dropped', { bin: one.bin }), undo: { act: back } }));
  if (envelope.ok) page.load();
}

function askFace(page, one) {
  const office = page.office;
  const state = one ? faceOf(one) : { bin: '', sku: '', min_qty: '', max_qty: '' };
  const set = (name) => (event) => { state[name] = event.target.value; office.changed(); };
  const ready = () => state.bin && state.sku && Number(state.max_qty) > 0 && Number(state.min_qty) >= 0 && Number(state.min_qty) <= Number(state.max_qty);
  const submit = (event) => {
    if (event) event.preventDefault();
    const body = { bin: state.bin.trim(), sku: state.sku.trim(), min_qty: Number(state.min_qty), max_qty: Number(state.max_qty) };
    return ready() && page.change('face', 'POST', 'faces', body, t('replenishment.face_kept', { bin: body.bin, sku: body.sku }));
  };
  const field = (name, label, mode) => html`<${Field} label=${label}><input id=${'face-' + name} inputmode=${mode} disabled=${Boolean(one) && mode !== 'numeric'} value=${state[name]} onInput=${set(name)} autocomplete="off" /><//>`;
  office.openPanel({
    id: 'face', title: one ? t('replenishment.face_of', { bin: one.bin, sku: one.sku }) : t('replenishment.new_face'),
    body: () => html`<form class="office-form" onSubmit=${submit}><div class="office-form-pair">${field('bin', t('stock.bin'), 'text')}${field('sku', t('stock.sku'), 'text')}</div><div class="office-form-pair">${field('min_qty', t('replenishment.minimum'), 'numeric')}${field('max_qty', t('replenishment.maximum'), 'numeric')}</div><button type="submit" class="unseen" tabindex="-1"></button></form>`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="face-keep" kind="primary" label=${t('replenishment.keep')} busy=${!ready() || Boolean(office.working.face)} onTap=${submit} />`,
  });
}
