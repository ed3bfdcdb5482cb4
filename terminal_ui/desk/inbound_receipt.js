// One receipt: how far it is, its lines, who brought in what, and what is beside them.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Asked, Rows } from './ask.js';
import { count, say } from './format.js';
import { askAll, askCancel, askFinish, close, print, printPaper, reopen, takeBack } from './inbound_acts.js';
import { AsideTable, CheckTable } from './inbound_dock.js';
import { address } from './inbound_list.js';
import { Goods, OPEN, Photo, Progress, STATUS, lacking, openPhoto } from './inbound_parts.js';
import { Empty, Figures, Shown, Table, Tag } from './office_parts.js';
import { PaperAct } from './paper.js';
import { Act } from './parts.js';
import { When, day, money, when } from './stock_cells.js';

const TABS = ['lines', 'entries', 'aside', 'checks', 'photos', 'putaway'];
const LIMIT = 200;

export class OneReceipt {
  constructor(page) {
    this.page = page;
    this.office = page.office;
    this.number = '';
    this.tab = 'lines';
    this.differing = false;
    const draw = () => this.office.changed();
    this.story = new Asked(draw);
    this.lines = new Rows(draw, (cursor) => this.get('lines', { cursor: cursor, limit: LIMIT, differences: this.differing ? 'true' : '' }));
    this.entries = new Rows(draw, (cursor) => this.get('entries', { cursor: cursor, limit: LIMIT }));
  }

  get(what, query) {
    return this.office.http.get('/api/v1/receipts/' + encodeURIComponent(this.number) + '/' + what, query);
  }

  enter(route) {
    const number = route.path[1] || '';
    const fresh = number !== this.number;
    this.number = number;
    this.tab = TABS.indexOf(route.path[2]) >= 0 ? route.path[2] : 'lines';
    this.differing = route.query.differences === 'true';
    if (fresh) this.lines.items = this.entries.items = [];
    return this.load(fresh);
  }

  load(fresh) {
    if (this.tab === 'lines' || this.tab === 'entries') this[this.tab].first();
    const asked = this.get('story');
    return fresh || !this.story.data ? this.story.take(asked, fresh) : this.story.renew(asked);
  }

  look() {
    const list = this[this.tab];
    if (!this.story.error && !(list && list.items && list.items.length > LIMIT)) this.load();
  }

  body() {
    return html`<div class="stock-thing" data-thing="receipt"><${Shown} asked=${this.story} onRetry=${() => this.load()}>${(story) => html`<${Head} view=${this} story=${story} />
      <${Progress} of=${story.receipt} big=${true} /><${Numbers} receipt=${story.receipt} />
      <nav class="office-tabs inbound-tabs" aria-label=${this.number}>${TABS.map((one) => html`<a key=${one} href=${address(this.number, one)} id=${'of-' + one} class=${one === this.tab ? 'office-here' : ''} aria-current=${one === this.tab ? 'page' : undefined}>${say('inbound_part', one)}<${Badge} n=${badge(one, story)} /></a>`)}</nav>
      <div class="inbound-part">${this.part(story)}</div>`}<//></div>`;
  }

  part(story) {
    if (this.tab === 'lines') return html`<${LineTable} view=${this} receipt=${story.receipt} />`;
    if (this.tab === 'entries') return html`<${EntryTable} view=${this} receipt=${story.receipt} />`;
    if (this.tab === 'aside') return html`<${AsideTable} page=${this.page} rows=${story.aside} />`;
    if (this.tab === 'checks') return html`<${CheckTable} page=${this.page} rows=${story.checks} />`;
    if (this.tab === 'photos') return html`<${Gallery} view=${this} photos=${story.photos} />`;
    return html`<${Putaway} story=${story} />`;
  }
}

function badge(tab, story) {
  const open = (rows) => rows.filter((one) => one.status === 'open').length;
  return { lines: story.receipt.lines, entries: 0, aside: open(story.aside), checks: open(story.checks), photos: story.photos.length, putaway: story.putaway.length }[tab];
}

function Badge({ n }) {
  return n ? html`<em class="inbound-badge">${count(n)}</em>` : '';
}

function Head({ view, story }) {
  const one = story.receipt;
  const facts = [one.supplier, one.expected_at && t('inbound.awaited', { at: when(one.expected_at) }), one.over_percent > 0 && t('inbound.tolerance', { n: one.over_percent }), one.note].filter(Boolean);
  return html`<header class="stock-head"><span class="stock-mark"><${Icon} name="truck" size=${30} /></span>
    <div class="stock-names"><small>${say('inbound_kind', one.kind)}${one.blind ? ' · ' + t('inbound.blind') : ''}</small><h1>${one.number}</h1><p>${facts.join(' · ')}</p></div>
    <div class="stock-marks"><${Tag} kind=${STATUS[one.status]}>${say('inbound_status', one.status)}<//>${one.short_reason && html`<${Tag} kind="warn">${t('receive.short.' + one.short_reason)}<//>`}</div>
    <div class="office-acts inbound-acts"><${Actions} view=${view} receipt=${one} paper=${story.paper} /></div></header>`;
}

function Actions({ view, receipt, paper }) {
  const page = view.page;
  const office = view.office;
  const busy = Boolean(office.working.receipt);
  const open = OPEN.indexOf(receipt.status) >= 0;
  const act = (id, kind, icon, doing) => html`<${Act} id=${id} kind=${kind} icon=${icon} label=${t('inbound.' + id)} busy=${busy} onTap=${() => doing(page, receipt)} />`;
  const out = paper.stands;
  return html`${paper.places.length > 0 && receipt.received > 0 && html`<${PaperAct} id="paper" document="goods_receipt" label=${t('paper.receipt')} busy=${Boolean(office.working.paper)} send=${(body) => printPaper(page, receipt, body, paper.places)}
      title=${out ? t('paper.stands', { out: out.out, pages: out.pages }) : t('paper.receipt_hint')} />`}
    ${open && html`<${Act} id="new-lpn" icon="printer" label=${t('inbound.new_lpn')} busy=${Boolean(office.working.label)} onTap=${() => print(page, receipt, { what: 'lpn' })} />`}
    ${page.mayKeep && html`${open && !receipt.received && act('cancel', '', 'cross', askCancel)}${open && lacking(receipt) > 0 && !receipt.blind && act('all', '', 'many', askAll)}
      ${open && act('finish', 'primary', 'check', askFinish)}${receipt.status === 'received' && html`${act('reopen', '', 'again', reopen)}${act('close', 'primary', 'check', close)}`}`}`;
}

function Numbers({ receipt }) {
  const over = receipt.over + receipt.unannounced;
  const done = OPEN.indexOf(receipt.status) < 0;
  return html`<${Figures} rows=${[
    { key: 'expected', label: t('inbound.figure.expected'), value: receipt.expected }, { key: 'received', label: t('inbound.figure.received'), value: receipt.received, kind: receipt.received ? 'good' : '' },
    { key: 'lacking', label: done ? t('inbound.figure.short') : t('inbound.figure.to_come'), value: lacking(receipt), kind: done && lacking(receipt) ? 'bad' : '' },
    { key: 'rejected', label: t('inbound.figure.rejected'), value: receipt.rejected, kind: receipt.rejected ? 'bad' : '' }, { key: 'over', label: t('inbound.figure.over'), value: over, kind: over ? 'warn' : '' },
    { key: 'aside', label: t('inbound.figure.aside'), value: receipt.aside, kind: receipt.aside ? 'bad' : '' }, { key: 'people', label: t('inbound.people'), value: receipt.people },
  ]} />`;
}

function LineTable({ view, receipt }) {
  const page = view.page;
  const columns = [
    { key: 'position', label: '#', number: true, render: (one) => one.position }, { key: 'sku', label: t('stock.sku'), render: (one) => html`<${Goods} of=${one} />` },
    { key: 'bar', label: t('inbound.progress'), width: '30%', render: (one) => html`<${Progress} of=${{ expected: one.qty, received: one.received, rejected: one.rejected }} />` },
    { key: 'rejected', label: t('inbound.figure.rejected'), number: true, render: (one) => (one.rejected ? html`<b class="stock-minus">${count(one.rejected)}</b>` : html`<span class="soft">0</span>`) },
    { key: 'difference', label: t('inbound.difference'), number: true, render: (one) => html`<${Difference} n=${one.received - one.qty} open=${OPEN.indexOf(receipt.status) >= 0} />` },
    { key: 'pack', label: t('inbound.col.pack'), render: (one) => (one.pack ? html`<span class="nowrap">${one.pack} × ${count(one.pack_qty)}</span>` : '') },
    { key: 'lot', label: t('stock.lot'), render: (one) => html`<span class="office-two"><span>${one.lot}</span>${one.expires_on && html`<small>${day(one.expires_on)}</small>`}</span>` },
    { key: 'lpn', label: t('inbound.lpn'), render: (one) => one.lpn }, { key: 'cost', label: t('inbound.col.cost'), number: true, render: (one) => (one.unit_cost === null ? '' : money(one.unit_cost)) },
    { key: 'act', label: '', render: (one) => html`<${Act} id=${'label-' + one.position} icon="printer" label="" title=${t('inbound.sku_label')} busy=${Boolean(view.office.working.label)} onTap=${() => print(page, receipt, { what: 'sku', sku: one.sku, qty: Math.max(1, one.pack_qty || 1), lot: one.lot, expires_on: one.expires_on })} />` },
  ];
  const toggle = () => view.office.go(address(view.number, 'lines') + (view.differing ? '' : '?differences=true'), true);
  return html`<div class="office-tools inbound-tools"><button type="button" id="differences" class=${'choice stock-toggle' + (view.differing ? ' choice-on' : '')} aria-pressed=${view.differing ? 'true' : 'false'} onClick=${toggle}>${t('inbound.only_differences')}</button></div>
    <${Table} id="lines" label=${t('inbound.lines')} columns=${columns} rows=${view.lines} keyOf=${(one) => one.position} none=${html`<${Empty} icon=${view.differing ? 'check' : 'truck'} text=${view.differing ? t('inbound.no_differences') : t('inbound.no_lines')} />`} />`;
}

/** More or less than announced; what may still come is no difference yet. */
function Difference({ n, open }) {
  if (!n) return html`<${Icon} name="check" size=${18} />`;
  return html`<span class=${'stock-change ' + (n > 0 ? 'stock-plus' : open ? 'soft' : 'stock-minus')}>${n > 0 ? '+' : '−'}${count(Math.abs(n))}</span>`;
}

function EntryTable({ view, receipt }) {
  const office = view.office;
  const undoes = view.page.mayKeep && receipt.status === 'receiving' && receipt.kind !== 'transfer';
  const label = (one) => (one.lpn ? { what: 'lpn', lpn: one.lpn } : { what: 'sku', sku: one.sku, qty: one.pack_qty, lot: one.lot, expires_on: one.expires_on });
  const columns = [
    { key: 'at', label: t('inbound.at'), render: (one) => html`<span class="nowrap"><${When} at=${one.at} /></span>` }, { key: 'person', label: t('stock.person'), render: (one) => one.person || html`<span class="soft">–</span>` },
    { key: 'sku', label: t('stock.sku'), render: (one) => html`<${Goods} of=${one} />` },
    { key: 'qty', label: t('stock.pieces'), number: true, render: (one) => html`<span class=${one.undone_at ? 'inbound-undone' : ''}>${count(one.qty)}</span>${one.pack && html` <small class="nowrap">${one.pack} × ${count(one.pack_qty)}</small>`}` },
    { key: 'lot', label: t('stock.lot'), render: (one) => html`<span class="office-two"><span>${one.lot}</span>${one.expires_on && html`<small>${day(one.expires_on)}</small>`}</span>` },
    { key: 'serials', label: t('inbound.serials'), render: (one) => one.serials.length > 0 && html`<span class="inbound-serials" title=${one.serials.join('\n')}>${one.serials.slice(0, 2).join(', ')}${one.serials.length > 2 ? ' + ' + count(one.serials.length - 2) : ''}</span>` },
    { key: 'condition', label: t('stock.condition'), render: (one) => html`<${Tag} kind=${one.condition === 'good' ? 'good' : 'warn'}>${say('stock_condition', one.condition)}<//>` }, { key: 'lpn', label: t('inbound.lpn'), render: (one) => html`<span class="office-two"><span>${one.lpn || ''}</span><small>${one.bin}</small></span>` },
    { key: 'act', label: '', render: (one) => (one.undone_at ? html`<${Tag}>${t('inbound.undone')}<//>` : html`<span class="office-acts"><${Act} icon="printer" id=${'print-' + one.id} label="" title=${one.lpn ? t('inbound.lpn_label') : t('inbound.sku_label')} busy=${Boolean(office.working.label)} onTap=${() => print(view.page, receipt, label(one))} />
      ${undoes && html`<${Act} id=${'undo-' + one.id} icon="again" label=${t('office.undo')} busy=${Boolean(office.working['entry' + one.id])} onTap=${() => takeBack(view.page, receipt, one)} />`}</span>`) },
  ];
  return html`<${Table} id="entries" label=${say('inbound_part', 'entries')} columns=${columns} rows=${view.entries} keyOf=${(one) => one.id} none=${html`<${Empty} icon="truck" text=${t('inbound.no_entries')} />`} />`;
}

function Gallery({ view, photos }) {
  if (!photos.length) return html`<${Empty} icon="camera" text=${t('inbound.no_photos')} />`;
  return html`<div class="inbound-gallery" id="gallery">${photos.map((one) => html`<figure key=${one.file}><${Photo} office=${view.office} file=${one.file} label=${t('inbound.photo_of', { what: view.number })} onTap=${() => openPhoto(view.office, one.file, view.number)} />
    <figcaption><span>${one.person || ''}</span><${When} at=${one.at} /></figcaption></figure>`)}</div>`;
}

function Putaway({ story }) {
  const tasks = [
    { key: 'sku', label: t('stock.sku'), render: (one) => html`<${Goods} of=${one} />` }, { key: 'qty', label: t('stock.pieces'), number: true, render: (one) => count(one.qty - one.put) },
    { key: 'lot', label: t('stock.lot'), render: (one) => one.lot }, { key: 'ends', label: t('stock.from_to'), render: (one) => html`<span class="stock-ends"><span>${one.lpn || one.from_bin}</span><i aria-hidden="true">→</i><b>${one.bin || '?'}</b></span>` },
    { key: 'why', label: t('inbound.why_there'), render: (one) => (one.why ? t('putaway.why.' + one.why) : html`<span class="soft">–</span>`) }, { key: 'person', label: t('stock.person'), render: (one) => one.person }, { key: 'at', label: t('stock.since'), render: (one) => html`<${When} at=${one.at} />` },
  ];
  const dock = [
    { key: 'sku', label: t('stock.sku'), render: (one) => html`<${Goods} of=${one} />` }, { key: 'qty', label: t('stock.pieces'), number: true, render: (one) => count(one.qty) }, { key: 'lot', label: t('stock.lot'), render: (one) => one.lot },
    { key: 'condition', label: t('stock.condition'), render: (one) => html`<${Tag} kind=${one.condition === 'good' ? 'good' : 'warn'}>${say('stock_condition', one.condition)}<//>` }, { key: 'bin', label: t('stock.bin'), render: (one) => html`<b>${one.bin}</b> ${one.lpn}` },
  ];
  return html`<h3>${t('inbound.on_trucks')}</h3><${Table} id="putaway" label=${t('inbound.on_trucks')} columns=${tasks} rows=${story.putaway} keyOf=${(one) => one.id} none=${html`<p class="nothing">${t('inbound.nothing_on_trucks')}</p>`} />
    <h3>${t('inbound.at_dock')}</h3><${Table} id="at-dock" label=${t('inbound.at_dock')} columns=${dock} rows=${story.waiting} keyOf=${(one) => one.sku + one.lot + one.condition + one.lpn + one.bin} none=${html`<p class="nothing">${t('inbound.nothing_at_dock')}</p>`} />`;
}
