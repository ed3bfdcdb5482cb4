// All balances: narrowed, sorted by any column, with a total, and files of exactly this list.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { List } from './list.js';
import { Ago, Bin, Box, Condition, Expiry, Lot, Sku, money } from './stock_cells.js';
import { openBalance } from './stock_balance.js';

const PLACES = ['rest', 'pick', 'bulk', 'receive', 'quarantine', 'transit', 'stage', 'packed', 'all'];
const CONDITIONS = ['good', 'damaged', 'quarantine', 'returned'];

export class StockList extends List {
  constructor(page) {
    super(page.office, {
      id: 'balances', at: '#/list', path: '/api/v1/inventory/balances', usual: { sort: 'bin', down: 'false' }, downFirst: ['on_hand', 'held', 'free', 'value'],
      label: () => t('stock.list'), none: () => t('stock.none_yet'), open: (row) => openBalance(page.office, row), marked: (row) => row.days_left !== null && row.days_left < 0,
      columns: () => columns(page.known.owners.length > 1), filters: () => filters(page.known), sums: { path: '/api/v1/inventory/balances/total', row: sums },
    });
    this.name = 'list';
  }

  enter(route) {
    return super.enter(route.query);
  }
}

function sums(total) {
  if (!total.rows) return undefined;
  return { sku: html`<span id="total-rows">${t('stock.total', { n: count(total.rows) })}</span>`, on_hand: count(total.on_hand), held: count(total.held), free: count(total.on_hand - total.held), value: Number(total.value) ? money(total.value) : '' };
}

function filters(known) {
  const any = ['', t('stock.any')];
  const days = (codes, key) => [any].concat(codes.map((n) => [String(n), n === 0 ? t('stock.expired_only') : t(key, { n: n })]));
  return [
    { kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('stock.narrow_hint') },
    { name: 'place', label: t('stock.place'), usual: 'rest', choices: PLACES.map((one) => [one, say('stock_place', one)]) },
    { name: 'zone', label: t('stock.zone'), choices: [any].concat(known.zones.map((zone) => [String(zone.id), zone.code + ' · ' + zone.name])) },
    { name: 'condition', label: t('stock.condition'), choices: [any].concat(CONDITIONS.map((one) => [one, say('stock_condition', one)])) },
    known.owners.length > 1 && { name: 'owner', label: t('stock.owner'), choices: [any].concat(known.owners.map((one) => [String(one.id), one.name])) },
    { name: 'velocity', label: t('stock.class'), choices: [any, ['A', 'A'], ['B', 'B'], ['C', 'C'], ['-', t('stock.no_class')]] },
    { name: 'expires_days', label: t('stock.expires'), choices: days([0, 7, 30, 90, 180], 'stock.within_days') },
    { name: 'idle_days', label: t('stock.idle'), choices: days([7, 30, 90, 180, 365], 'stock.since_days') },
    { kind: 'switch', name: 'held', label: t('stock.only_held') }, { kind: 'switch', name: 'low', label: t('stock.only_low'), hint: t('stock.only_low_hint') }, { kind: 'switch', name: 'blocked', label: t('stock.only_blocked') },
  ].filter(Boolean);
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
