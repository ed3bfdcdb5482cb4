// Parts that the stories of single things share: their heads, their lists, who holds what, a curve.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { Empty, Loading, Table, Tag } from './office_parts.js';
import { openBalance } from './stock_balance.js';
import { When, day } from './stock_cells.js';
import { columns, silent } from './stock_list.js';
import { MoveTable, Narrow } from './stock_moves.js';

/** What a thing is: its kind, name, marks and a line about it; `aside` stands at the right. */
export function Head({ kind, icon, picture, name, line, marks, aside }) {
  return html`<header class="stock-head">${picture || html`<span class="stock-mark"><${Icon} name=${icon} size=${30} /></span>`}
    <div class="stock-names"><small>${say('stock_kind', kind)}</small><h1>${name}</h1>${line && html`<p>${line}</p>`}</div>
    ${marks && html`<div class="stock-marks">${marks}</div>`}${aside && html`<div class="stock-aside">${aside}</div>`}</header>`;
}

/** A titled part of a story. */
export function Part({ title, note, tools, id, children }) {
  return html`<section class="stock-part" id=${id}><div class="stock-part-head"><h2>${title}${note && html` <small>${note}</small>`}</h2>${tools && html`<div class="office-tools">${tools}</div>`}</div>${children}</section>`;
}

/** Where goods lie, without the columns that are the same for all. */
export function Lying({ view, without, title }) {
  if (!view.balances) return html`<${Loading} />`;
  const none = html`<${Empty} text=${t('stock.nothing_lies')} />`;
  return html`<${Part} title=${title} id="lying"><${Table} label=${title} columns=${columns(view.page.known.owners.length > 1, without.concat(silent(view.balances.items)), ['on_hand', 'held'])} rows=${view.balances} keyOf=${(row) => row.id}
    onOpen=${(row) => openBalance(view.office, row)} none=${none} marked=${(row) => row.days_left !== null && row.days_left < 0} /><//>`;
}

export function History({ view, about, sku }) {
  if (!view.moves) return html`<${Loading} />`;
  return html`<${Part} title=${t('stock.history')} id="history" tools=${html`<${Narrow} moves=${view.moves} short=${true} />`}><${MoveTable} moves=${view.moves} about=${about} sku=${sku} /><//>`;
}

/** Reservations: for which order or other purpose, how many, out of which bin. */
export function Holds({ holds, promises, bins }) {
  const rows = holds.map((one) => Object.assign({ kind: 'held' }, one)).concat((promises || []).map((one) => Object.assign({ kind: 'promised', origin: 'order' }, one)));
  if (!rows.length) return '';
  return html`<${Part} title=${t('stock.reserved')} note=${t('stock.reserved_note', { held: count(sum(holds)), promised: count(sum(promises || [])) })} id="holds"><div class="office-table"><table>
    <thead><tr><th scope="col">${t('stock.for')}</th><th scope="col"></th>${bins && html`<th scope="col">${t('stock.bin')}</th>`}<th scope="col" class="number">${t('stock.pieces')}</th><th scope="col">${t('stock.since')}</th></tr></thead>
    <tbody>${rows.map((one) => html`<tr key=${one.kind + one.id}><td>${one.order_id ? html`<a class="office-code" href=${'/orders#/order/' + one.order_id}>${one.order_number}</a>` : one.reference}${one.wave && html` <small>${t('stock.wave', { n: one.wave })}</small>`}</td>
      <td><${Tag} kind=${one.kind === 'held' ? 'act' : ''}>${one.kind === 'held' ? t('stock.held') : t('stock.promised')}<//>${one.origin !== 'order' && html` ${say('stock_origin', one.origin)}`}</td>
      ${bins && html`<td>${one.bin_id ? html`<a href=${'#/bin/' + one.bin_id}>${one.bin}</a>` : ''} ${one.lot && html`<small>${one.lot}</small>`}</td>`}
      <td class="number">${count(one.qty)}</td><td class="nowrap"><${When} at=${one.at} /></td></tr>`)}</tbody></table></div><//>`;
}

function sum(rows) {
  return rows.reduce((all, one) => all + one.qty, 0);
}

const WIDE = 300;
const HIGH = 64;

/** Points of a stair through the days: [[x, y], …] in a box of the given size; the scale starts at 0. */
export function stair(days, wide, high) {
  const most = Math.max(1, ...days.map((one) => one.on_hand));
  const step = wide / Math.max(1, days.length);
  const y = (n) => Math.round((high - (n / most) * high) * 10) / 10;
  return [].concat(...days.map((one, at) => [[Math.round(at * step * 10) / 10, y(one.on_hand)], [Math.round((at + 1) * step * 10) / 10, y(one.on_hand)]]));
}

/** How much there was at the end of each day. */
export function Curve({ asked }) {
  if (!asked.data) return html`<div class="stock-curve"></div>`;
  const days = asked.data.days;
  const points = stair(days, WIDE, HIGH - 6).map(([x, y]) => x + ',' + (y + 4));
  const low = Math.min(...days.map((one) => one.on_hand));
  const high = Math.max(...days.map((one) => one.on_hand));
  const label = t('stock.curve', { n: days.length, low: count(low), high: count(high) });
  const step = WIDE / days.length;
  return html`<figure class="stock-curve"><svg viewBox=${'0 0 ' + WIDE + ' ' + HIGH} preserveAspectRatio="none" role="img" aria-label=${label}>
    <polygon points=${'0,' + HIGH + ' ' + points.join(' ') + ' ' + WIDE + ',' + HIGH} /><polyline points=${points.join(' ')} />
    ${days.map((one, at) => html`<rect key=${one.day} x=${at * step} y="0" width=${step} height=${HIGH}><title>${day(one.day) + ': ' + count(one.on_hand) + (one.came || one.went ? ' (+' + count(one.came) + ' −' + count(one.went) + ')' : '')}</title></rect>`)}
  </svg><figcaption><span>${t('stock.curve_days', { n: days.length })}</span><span>${t('stock.curve_range', { low: count(low), high: count(high) })}</span></figcaption></figure>`;
}
