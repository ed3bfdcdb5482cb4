// How the stock page writes single facts: goods, bins, dates, conditions, where goods came from and went.
import { html } from '../core/html.js';
import { locale, t } from '../core/texts.js';
import { count, say, since } from './format.js';
import { Picture, Tag } from './office_parts.js';

export const SOON_DAYS = 30;
export const INSIDE = ['pick', 'bulk', 'receive', 'stage', 'packed', 'quarantine', 'transit'];
const tag = () => locale().replace('_', '-');

/** '14:05' today, '23 Nov 14:05' this year, else with the year. */
export function when(iso) {
  if (!iso) return '';
  const at = new Date(iso);
  const now = new Date();
  /** @type {Intl.DateTimeFormatOptions} */
  const time = { hour: '2-digit', minute: '2-digit', hour12: false };
  /** @type {Intl.DateTimeFormatOptions} */
  const day = { day: 'numeric', month: 'short' };
  if (at.toDateString() === now.toDateString()) return at.toLocaleTimeString(tag(), time);
  if (at.getFullYear() === now.getFullYear()) return at.toLocaleString(tag(), Object.assign(day, time));
  return at.toLocaleString(tag(), Object.assign(day, time, { year: 'numeric' }));
}

/** A day such as '2026-12-24' as it is written here. */
export function day(iso) {
  if (!iso) return '';
  const [year, month, date] = iso.slice(0, 10).split('-').map(Number);
  return new Date(year, month - 1, date).toLocaleDateString(tag(), { day: 'numeric', month: 'short', year: 'numeric' });
}

export function When({ at }) {
  return at ? html`<time datetime=${at} title=${new Date(at).toLocaleString(tag())}>${when(at)}</time>` : '';
}

/** How long ago, with the moment behind it. */
export function Ago({ at }) {
  return at ? html`<time datetime=${at} title=${new Date(at).toLocaleString(tag())}>${since(at, Date.now())}</time>` : html`<span class="soft">–</span>`;
}

/** How a lot's days left are marked: bad when gone, warn when soon. */
export function freshness(days) {
  if (days === null || days === undefined) return '';
  return days < 0 ? 'bad' : days <= SOON_DAYS ? 'warn' : 'good';
}

export function Expiry({ on, days }) {
  if (!on) return html`<span class="soft">–</span>`;
  const words = days < 0 ? t('stock.expired', { n: count(-days) }) : days === 0 ? t('stock.expires_today') : t('stock.days_left', { n: count(days) });
  return html`<${Tag} kind=${freshness(days)} title=${day(on)}>${words}<//>`;
}

const CONDITION = { good: 'good', damaged: 'bad', quarantine: 'warn', returned: 'act' };

export function Condition({ code }) {
  return html`<${Tag} kind=${CONDITION[code]}>${say('stock_condition', code)}<//>`;
}

export function Sku({ sku, size }) {
  return html`<span class="office-with"><${Picture} src=${sku.picture} size=${size || 34} /><span class="office-two"><a class="office-code" href=${'#/sku/' + sku.id}>${sku.code}</a><small title=${sku.name}>${sku.name}</small></span></span>`;
}

export function Bin({ bin }) {
  if (!bin) return html`<span class="soft">–</span>`;
  return html`<span class="stock-bin"><a class="office-code" href=${'#/bin/' + bin.id}>${bin.code}</a>${bin.blocked && html`<${Tag} kind="bad" title=${bin.blocked}>${t('stock.blocked')}<//>`}</span>`;
}

export function Lot({ lot }) {
  return lot ? lot.id ? html`<a href=${'#/lot/' + lot.id}>${lot.code}</a>` : lot.code : html`<span class="soft">–</span>`;
}

export function Box({ container }) {
  return container ? html`<a href=${'#/container/' + container.id}>${container.code}</a>` : html`<span class="soft">–</span>`;
}

/** One end of a move: a bin, or the world outside by what it is. */
export function End({ end }) {
  const inside = INSIDE.indexOf(end.kind) >= 0;
  return html`<span class=${'stock-end' + (inside ? '' : ' stock-outside')}>${inside ? html`<a href=${'#/bin/' + end.id}>${end.code}</a>` : say('stock_place', end.kind)}${end.container && html`<small>${end.container}</small>`}</span>`;
}

/** +3 when goods came to what is looked at, −3 when they left it, 3 when they moved within. */
export function signed(move, about) {
  const at = (end) => (about.bin ? String(end.id) === String(about.bin) : about.container ? end.container === about.container : INSIDE.indexOf(end.kind) >= 0);
  const came = at(move.to);
  const went = at(move.from);
  return came === went ? 0 : came ? move.qty : -move.qty;
}

export function Pieces({ move, about }) {
  const change = signed(move, about);
  if (change === 0) return html`<span class="stock-change">${count(move.qty)}</span>`;
  return html`<span class=${'stock-change ' + (change > 0 ? 'stock-plus' : 'stock-minus')}>${change > 0 ? '+' : '−'}${count(Math.abs(change))}</span>`;
}

/** Decimal text of the server as money here; nothing when it is not known. */
export function money(text) {
  return text === null || text === undefined ? '' : new Intl.NumberFormat(tag(), { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(Number(text));
}
