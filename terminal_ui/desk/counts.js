// The page of counts: what waits for a decision, differences beside what the books say, and adjustments that wait.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say, since } from './format.js';
import { List } from './list.js';
import { Table, Tabs, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { When, money } from './stock_cells.js';

const STATUS = { open: '', counting: 'act', recount: 'warn', counted: 'act', approval: 'bad', done: 'good', cancelled: '' };
const ADJUSTMENT = { asked: 'bad', done: 'good', refused: '' };

export class CountsPage {
  constructor(office) {
    this.office = office;
    this.tab = 'approval';
    this.lists = { approval: countList(this, 'approval', { status: 'approval' }), adjustments: adjustmentList(this, 'adjustments', { status: 'asked' }), counts: countList(this, 'counts'), decided: adjustmentList(this, 'decided') };
  }

  routed(route) {
    this.tab = this.lists[route.path[0]] ? route.path[0] : 'approval';
    return this.list.enter(route.query);
  }

  get list() {
    return this.lists[this.tab];
  }

  async decide(key, path, said) {
    const envelope = await this.office.act(key, () => this.office.http.change('POST', path), () => ({ text: said }));
    if (envelope.ok) {
      this.office.drawer = null;
      this.list.load();
    }
  }

  decideCount(task, decision) {
    return this.decide('count' + task.id, '/api/v1/counts/' + task.id + '/' + decision, say('counts_done', decision, { bin: task.bin }));
  }

  decideAdjustment(one, decision) {
    return this.decide('adjustment' + one.id, '/api/v1/stock/adjustments/' + one.id + '/' + decision, say('counts_done', decision, { bin: one.bin }));
  }

  body() {
    const tabs = ['approval', 'adjustments', 'counts', 'decided'].map((one) => [one, say('counts_tab', one), '#/' + one]);
    return html`<div class="stock"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.tab} choices=${tabs} />${this.list.tools()}</div>${this.list.body()}</div>`;
  }
}

/** The lines of the last round that differ from the books. */
export function differences(task) {
  return task.lines.filter((line) => line.round === task.round && (line.difference !== 0 || line.lost.length || line.found.length));
}

const any = () => ['', t('stock.any')];
const KINDS = ['bin', 'sku', 'cycle', 'zero', 'audit', 'short'];
const CHANGES = ['adjust', 'scrap'];

/** Counts, of one status where `fixed` says so. */
function countList(page, name, fixed) {
  return new List(page.office, {
    id: 'counts', at: '#/' + name, path: '/api/v1/counts', icon: 'check', fixed: fixed, usual: { sort: 'id', down: 'true' },
    label: () => say('counts_tab', name), none: () => say('counts_none', name), open: (one) => openCount(page, one), columns: countColumns,
    filters: () => [
      { kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('stock.bin') },
      !fixed && { name: 'status', label: t('counts.status'), choices: [any()].concat(Object.keys(STATUS).map((one) => [one, say('counts_status', one)])) },
      { name: 'kind', label: t('counts.kind'), choices: [any()].concat(KINDS.map((one) => [one, say('counts_kind', one)])) },
    ].filter(Boolean),
  });
}

function countColumns() {
  return [
    { key: 'bin', label: t('stock.bin'), render: (one) => html`<b class="office-code">${one.bin}</b>` },
    { key: 'kind', label: t('counts.kind'), render: (one) => say('counts_kind', one.kind) },
    { key: 'goods', label: t('stock.sku'), render: (one) => html`<${Differing} lines=${differences(one)} />` },
    { key: 'status', label: t('counts.status'), render: (one) => html`<${Tag} kind=${STATUS[one.status]}>${say('counts_status', one.status)}<//>${one.urgent && html` <${Tag} kind="bad">${t('counts.urgent')}<//>`}` },
    { key: 'round', label: t('counts.round'), number: true, render: (one) => one.round },
    { key: 'change', label: t('counts.change'), number: true, render: (one) => (one.lines.length ? html`<${Change} n=${differences(one).reduce((all, line) => all + line.difference, 0)} />` : html`<span class="soft">–</span>`) },
    { key: 'value', label: t('stock.value'), number: true, render: (one) => html`<${Worth} value=${differences(one).reduce((all, line) => all + Number(line.value), 0)} />` },
    { key: 'person', label: t('stock.person'), render: (one) => one.person || html`<span class="soft">–</span>` },
    { key: 'why', label: t('counts.why'), render: (one) => one.why },
    { key: 'asked', label: t('counts.asked'), render: (one) => html`<${When} at=${one.asked_at} />` },
  ];
}

/** The goods that were not as the books say: the first, and how many more. */
function Differing({ lines }) {
  if (!lines.length) return html`<span class="soft">–</span>`;
  return html`<span class="office-two"><b class="office-code">${lines[0].sku}${lines.length > 1 ? ' + ' + count(lines.length - 1) : ''}</b><small>${lines[0].name}</small></span>`;
}

/** What a difference is worth; goods whose cost nobody knows are worth a dash. */
function Worth({ value }) {
  return Number(value) ? money(String(value)) : html`<span class="soft">–</span>`;
}

function Change({ n }) {
  return n ? html`<span class=${'stock-change ' + (n > 0 ? 'stock-plus' : 'stock-minus')}>${n > 0 ? '+' : '−'}${count(Math.abs(n))}</span>` : html`<span class="soft">0</span>`;
}

/** A count with all its rounds, and what may be decided. */
function openCount(page, task) {
  page.office.openDrawer({ id: 'count', wide: true, title: t('counts.title', { bin: task.bin }), body: () => html`<${CountStory} page=${page} task=${task} />` });
}

function CountStory({ page, task }) {
  const office = page.office;
  const busy = Boolean(office.working['count' + task.id]);
  const act = (decision, kind, icon) => html`<${Act} id=${'count-' + decision} kind=${kind} icon=${icon} label=${say('counts_decide', decision)} busy=${busy} onTap=${() => page.decideCount(task, decision)} />`;
  const rounds = Array.from(new Set(task.lines.map((line) => line.round))).sort((a, b) => b - a);
  const columns = [
    { key: 'sku', label: t('stock.sku'), render: (line) => html`<span class="office-two"><b>${line.sku}</b><small>${line.name}${line.lot && ' · ' + line.lot}${line.condition !== 'good' && ' · ' + say('stock_condition', line.condition)}</small>
      ${line.lost.length > 0 && html`<small>${t('tracking.lost', { serials: line.lost.join(', ') })}</small>`}${line.found.length > 0 && html`<small>${t('tracking.found', { serials: line.found.join(', ') })}</small>`}</span>` },
    { key: 'book', label: t('counts.book'), number: true, render: (line) => count(line.book) }, { key: 'counted', label: t('counts.counted'), number: true, render: (line) => count(line.counted) },
    { key: 'difference', label: t('counts.change'), number: true, render: (line) => html`<${Change} n=${line.difference} />` }, { key: 'value', label: t('stock.value'), number: true, render: (line) => html`<${Worth} value=${line.value} />` },
    { key: 'person', label: t('stock.person'), render: (line) => line.person || '' },
    task.lines.some((line) => line.in_the_way.length > 0) && { key: 'way', label: t('counts.in_the_way'), render: (line) => line.in_the_way.map((one) => one.reference + ' × ' + one.qty).join(', ') },
  ].filter(Boolean);
  return html`<p class="order-state"><${Tag} kind=${STATUS[task.status]}>${say('counts_status', task.status)}<//><span>${say('counts_kind', task.kind)}</span><span class="soft">${t('counts.ago', { since: since(task.asked_at, Date.now()) })}</span></p>
    ${task.why && html`<p>${task.why}</p>`}
    ${office.may(['supervisor']) && html`<div class="acts stock-acts">${task.status === 'approval' && html`${act('approve', 'primary', 'check')}${act('again', '', 'again')}${act('refuse', '', 'cross')}`}${['open', 'recount', 'counted'].indexOf(task.status) >= 0 && act('cancel', '', 'cross')}</div>`}
    ${rounds.map((round) => html`<h3 key=${round}>${t('counts.round_number', { n: round })}</h3><${Table} label=${t('counts.round_number', { n: round })} columns=${columns} rows=${task.lines.filter((line) => line.round === round)} keyOf=${(line) => line.id} />`)}
    ${!rounds.length && html`<p class="nothing">${t('counts.not_yet')}</p>`}`;
}

function adjustmentList(page, name, fixed) {
  return new List(page.office, {
    id: 'adjustments', at: '#/' + name, path: '/api/v1/stock/adjustments', icon: 'check', fixed: fixed, usual: { sort: 'id', down: 'true' },
    label: () => say('counts_tab', name), none: () => say('counts_none', name), columns: () => adjustmentColumns(page),
    filters: () => [
      !fixed && { name: 'status', label: t('counts.status'), choices: [any()].concat(Object.keys(ADJUSTMENT).map((one) => [one, say('counts_adjustment', one)])) },
      { name: 'kind', label: t('counts.kind'), choices: [any()].concat(CHANGES.map((one) => [one, say('counts_change', one)])) },
    ].filter(Boolean),
  });
}

function adjustmentColumns(page) {
  const may = page.office.may(['supervisor']) && page.tab === 'adjustments';
  return [
    { key: 'sku', label: t('stock.sku'), render: (one) => html`<span class="office-two"><a class="office-code" href=${'/stock#/sku/' + one.sku.id}>${one.sku.code}</a><small>${one.sku.name}</small></span>` },
    { key: 'bin', label: t('stock.bin'), render: (one) => html`<b>${one.bin}</b> ${one.lot && html`<small>${one.lot}</small>`}` },
    { key: 'kind', label: t('counts.kind'), render: (one) => say('counts_change', one.kind) },
    { key: 'change', label: t('counts.change'), number: true, render: (one) => html`<${Change} n=${one.change} />` },
    { key: 'value', label: t('stock.value'), number: true, render: (one) => money(one.value) },
    { key: 'reason', label: t('stock.reason'), render: (one) => html`<span class="office-two"><span>${one.reason}</span>${one.note && html`<small title=${one.note}>${one.note}</small>`}</span>` },
    { key: 'asked', label: t('counts.asked'), render: (one) => html`<span class="office-two"><span>${one.asked_by || ''}</span><small><${When} at=${one.asked_at} /></small></span>` },
    { key: 'status', label: t('counts.status'), render: (one) => html`<span class="office-two"><${Tag} kind=${ADJUSTMENT[one.status]}>${say('counts_adjustment', one.status)}<//>${one.decided_by && html`<small>${one.decided_by}</small>`}</span>` },
    may && { key: 'act', label: '', render: (one) => html`<span class="office-acts"><${Act} id=${'approve-' + one.id} kind="strong" icon="check" label=${say('counts_decide', 'approve')} busy=${page.office.working['adjustment' + one.id]} onTap=${() => page.decideAdjustment(one, 'approve')} />
      <${Act} id=${'refuse-' + one.id} icon="cross" label=${say('counts_decide', 'refuse')} busy=${page.office.working['adjustment' + one.id]} onTap=${() => page.decideAdjustment(one, 'refuse')} /></span>` },
  ].filter(Boolean);
}
