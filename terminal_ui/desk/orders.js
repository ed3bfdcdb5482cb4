// The page of orders: a queue for each state, all that is known of one order, and the parcels.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Asked, asQuery } from './ask.js';
import { count, say } from './format.js';
import { List, focusRow } from './list.js';
import { Tabs, Tag } from './office_parts.js';
import { Bulk } from './orders_bulk.js';
import { OneOrder } from './orders_one.js';
import { Due } from './orders_travel.js';
import { When, money } from './stock_cells.js';

const QUEUES = ['unconfirmed', 'to_pay', 'held', 'to_process', 'in_process', 'ready_to_go', 'shipped', 'refunding', 'refunded', 'cancelled', 'merged'];
const OVER = ['shipped', 'refunded', 'cancelled']; // the newest first; what is to be done comes by its promise
const ORDER_KINDS = ['urgent', 'live', 'presale', 'gift', 'normal'];
const PRESSING = ['overdue', 'red']; // counted beside the queues
const KIND = { unconfirmed: '', to_pay: '', to_process: 'act', in_process: 'warn', ready_to_go: 'good', shipped: 'good', refunding: 'bad', refunded: '', cancelled: '', merged: '' };
const PARCEL = { open: 'act', closed: 'good', loaded: 'good', shipped: 'good', void: '' };
const DAY_MS = 86400000;

/** Until when: the end of today, of tomorrow, … as the clock here has it; what is late is promised before now. */
function moment(word) {
  const now = new Date();
  if (word === 'late') return now.toISOString();
  return new Date(new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime() + { today: 1, tomorrow: 2, week: 7 }[word] * DAY_MS).toISOString();
}

export class OrdersPage {
  constructor(office) {
    this.office = office;
    const draw = () => office.changed();
    this.choices = new Asked(draw);
    this.queues = new Asked(draw);
    this.due = new Asked(draw);
    this.lists = { list: orderList(this), parcels: parcelList(this) };
    this.one = new OneOrder(this);
    this.bulk = new Bulk(this);
    this.at = 'list';
    this.keys = [['Space', 'tick'], ['a A', 'tick_all'], ['b', 'bulk'], ['1 … 9', 'queue']];
  }

  routed(route) {
    if (!this.choices.data) this.choices.take(this.office.http.get('/api/v1/inventory/choices'));
    this.at = route.path[0] === 'order' ? 'order' : this.lists[route.path[0]] ? route.path[0] : 'list';
    if (this.at === 'order') return this.one.enter(route.path[1]);
    if (this.at === 'list') {
      this.bulk.enter();
      this.queues.renew(this.office.http.get('/api/v1/orders/queues'));
      this.due.renew(this.office.http.get('/api/v1/orders/due-counts'));
      if (this.queue !== queueOf(route.query)) this.bulk.none();
      this.queue = queueOf(route.query);
    }
    return this.list.enter(route.query);
  }

  get list() {
    return this.lists[this.at];
  }

  get known() {
    return this.choices.data || { shops: [], carriers: [], stations: [] };
  }

  title() {
    return this.at === 'order' ? this.one.title() : this.at === 'parcels' ? say('orders_tab', 'parcels') : t('office.nav.orders');
  }

  key(event) {
    if (this.at === 'list') {
      if (this.bulk.key(event)) return;
      const fromQueue = event.target.closest && event.target.closest('.orders-queues, #bulk');
      if (fromQueue && (event.key === 'j' || event.key === 'ArrowDown')) {
        if (focusRow()) event.preventDefault();
        return;
      }
      const queue = document.querySelectorAll('.orders-queues > button')[Number(event.key) - 1];
      if (queue instanceof HTMLElement) queue.click();
    } else if (event.key === 'Escape' && this.at === 'order') history.back();
  }

  body() {
    const tabs = ['list', 'parcels'].map((one) => [one, say('orders_tab', one), '#/' + one]);
    return html`<div class="stock orders"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.at === 'order' ? 'list' : this.at} choices=${tabs} />${this.list ? this.list.tools() : ''}</div>
      ${this.at === 'order' ? this.one.body() : html`${this.at === 'list' && html`<${Queues} page=${this} />`}${this.at === 'list' && this.bulk.bar()}${this.list.body()}`}</div>`;
  }
}

function any() {
  return ['', t('stock.any')];
}

function carriers(page) {
  return { name: 'carrier', label: t('orders.carrier'), choices: [any()].concat(page.known.carriers.map((one) => [one.code, one.name])) };
}

function orderList(page) {
  const late = (one) => Date.parse(one.promised_at) < Date.now() && OVER.indexOf(one.state) < 0;
  const overdue = (one) => Boolean(one.due) && one.due.colour === 'overdue';
  return new List(page.office, {
    tools: () => page.bulk.tools(),
    id: 'orders', at: '#/list', path: '/api/v1/orders', icon: 'cart',
    get usual() {
      const state = page.lists.list.wanted.state;
      if (page.lists.list.wanted.due) return { sort: 'due', down: 'false' };
      return state && OVER.indexOf(state) < 0 || page.lists.list.wanted.held ? { sort: 'urgent', down: 'false' } : { sort: 'id', down: 'true' };
    },
    label: () => t('office.nav.orders'), none: () => t('orders.none'), marked: overdue, open: (one) => page.office.go('#/order/' + one.id),
    filters: () => [
      { kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('orders.narrow_hint') },
      { name: 'shop', label: t('orders.shop'), choices: [any()].concat(page.known.shops.map((one) => [one.code, one.name])) },
      carriers(page),
      { name: 'kind', label: t('orders.kind'), choices: [any()].concat(ORDER_KINDS.map((one) => [one, say('waves_kind', one)])) },
      { kind: 'words', name: 'tag', label: t('orders.tag'), hint: t('orders.tag_hint') },
      { name: 'due', label: t('orders_due.how'), choices: [any()].concat(['overdue', 'red', 'amber', 'green'].map((one) => [one, t('orders_due.' + one)])) },
      { name: 'due_kind', label: t('orders_due.what'), choices: [any()].concat(['pay', 'ship', 'stock', 'address'].map((one) => [one, t('orders_due_title.' + one)])) },
      { name: 'promised_before', label: t('orders.promised_until'), asked: moment, choices: [any()].concat(['late', 'today', 'tomorrow', 'week'].map((one) => [one, say('orders_until', one)])) },
    ],
    columns: () => (page.bulk.actions.data ? [page.bulk.column()] : []).concat([
      { key: 'number', label: t('orders.number'), sort: true, render: (one) => html`<span class="office-two"><a class="office-code" href=${'#/order/' + one.id}>${one.number}</a><span>${one.kind !== 'normal' && html`<${Tag} kind=${one.kind === 'urgent' ? 'bad' : 'act'}>${say('waves_kind', one.kind)}<//>`}${one.tags.map((tag) => html` <a key=${tag} href=${'#/list' + asQuery({ tag })} title=${t('orders.tag_these')}><${Tag}><bdi>${tag}</bdi><//></a>`)}</span></span>` },
      { key: 'shop', label: t('orders.shop'), render: (one) => one.shop },
      { key: 'state', label: t('orders.state'), render: (one) => html`<span class="office-two"><span><${Tag} kind=${KIND[one.state]} title=${one.state_text}>${say('orders_queue', one.state)}<//>${one.hold && html` <${Tag} kind="bad">${t('orders.held')}<//>`}</span>${one.hold && html`<small title=${one.hold.text}>${one.hold.text}</small>`}</span>` },
      { key: 'due', label: t('orders_due.how'), title: t('orders_due.hint'), sort: true, render: (one) => html`<${Due} due=${one.due} />` },
      { key: 'promised', label: t('orders.promised'), sort: true, render: (one) => html`<span class=${'nowrap' + (late(one) ? ' stock-minus' : '')}><${When} at=${one.promised_at} /></span>` },
      { key: 'placed', label: t('orders.placed'), render: (one) => html`<span class="nowrap"><${When} at=${one.placed_at} /></span>` },
      { key: 'carrier', label: t('orders.carrier'), render: (one) => (page.known.carriers.find((each) => each.code === one.carrier) || { name: one.carrier }).name },
      { key: 'total', label: t('orders.total'), number: true, render: (one) => html`<span class="nowrap">${money(one.total)} ${one.currency}</span>` },
      { key: 'recipient', label: t('orders.recipient'), title: t('orders.masked'), render: (one) => html`<span class="nowrap">${one.recipient}</span>` },
    ]),
  });
}

function parcelList(page) {
  return new List(page.office, {
    id: 'parcels', at: '#/parcels', path: '/api/v1/inventory/parcels', icon: 'item', usual: { sort: 'id', down: 'true' },
    label: () => say('orders_tab', 'parcels'), none: () => t('orders.no_parcels'), open: (one) => page.office.go('#/order/' + one.order_id),
    filters: () => [
      { kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('orders.parcel_hint') },
      { name: 'status', label: t('orders.state'), choices: [any()].concat(Object.keys(PARCEL).map((one) => [one, say('parcel_status', one)])) },
      carriers(page),
    ],
    columns: () => [
      { key: 'number', label: t('orders.parcel'), render: (one) => html`<b class="office-code">${one.number}</b>` },
      { key: 'order', label: t('orders.number'), render: (one) => html`<span class="office-two"><a class="office-code" href=${'#/order/' + one.order_id}>${one.order}</a><small>${one.shop}</small></span>` },
      { key: 'status', label: t('orders.state'), render: (one) => html`<${Tag} kind=${PARCEL[one.status]}>${say('parcel_status', one.status)}<//>` },
      { key: 'waybill', label: t('orders.waybill'), render: (one) => html`<span class="office-two"><span class="nowrap">${one.waybill || html`<span class="soft">–</span>`}</span><small>${one.carrier}</small></span>` },
      { key: 'weight', label: t('orders.weight'), number: true, render: (one) => (one.weight_g ? html`<span class="nowrap" title=${t('orders.expected_g', { n: count(one.expected_g) })}>${count(one.weight_g)} g</span>` : html`<span class="soft">–</span>`) },
      { key: 'carton', label: t('orders.carton'), render: (one) => one.carton || html`<span class="soft">–</span>` },
      { key: 'packed', label: t('orders.packed_by'), render: (one) => html`<span class="office-two"><span>${one.packed_by || ''}</span><small>${one.station}</small></span>` },
      { key: 'closed', label: t('orders.closed'), render: (one) => html`<span class="nowrap"><${When} at=${one.closed_at} /></span>` },
      { key: 'loaded', label: t('orders.loaded'), render: (one) => (one.manifest ? html`<span class="office-two"><span>${t('orders.manifest_nr', { n: one.manifest })}</span><small><${When} at=${one.loaded_at} /></small></span>` : html`<span class="soft">–</span>`) },
    ],
  });
}

/** How many orders stand in each queue; one is looked into by a press. */
function Queues({ page }) {
  const wanted = page.list.wanted;
  const here = wanted.held === 'true' ? 'held' : wanted.state || wanted.due || '';
  const data = page.queues.data;
  const words = (n, of) => (n >= (of || data).most ? count((of || data).most) + '+' : count(n));
  const number = (one) => (data ? words(one === 'held' ? data.held : data.states[one] || 0) : '…');
  const go = (one, reason) => {
    const kept = Object.assign({}, wanted, { state: one === 'held' ? '' : one, held: one === 'held' ? 'true' : '', reason: reason || '', due: '', due_kind: '', sort: '', down: '' });
    page.office.go('#/list' + asQuery(kept), true);
  };
  const press = (colour) => page.office.go('#/list' + asQuery(Object.assign({}, wanted, { state: '', held: '', reason: '', due: colour, sort: '', down: '' })), true);
  const pressing = (colour) => (page.due.data ? Object.keys(page.due.data.kinds).reduce((sum, kind) => sum + page.due.data.kinds[kind][colour], 0) : 0);
  const shown = QUEUES.filter((one) => !data || one === here || number(one) !== '0' || ['to_process', 'in_process', 'ready_to_go', 'shipped'].indexOf(one) >= 0);
  return html`<div class="orders-queues" role="group" aria-label=${t('orders.queues')}>
    <button type="button" id="queue-all" class=${'orders-queue' + (here ? '' : ' orders-here')} aria-pressed=${!here} onClick=${() => go('')}><span>${t('orders.all')}</span></button>
    <span class="orders-pressing" role="group" aria-label=${t('orders_due.how')}>${PRESSING.filter((one) => pressing(one) > 0 || here === one).map((one) => html`<button type="button" key=${one} id=${'queue-' + one} class=${'orders-queue orders-bad' + (one === here ? ' orders-here' : '')} aria-pressed=${one === here} title=${t('orders_due.hint')} onClick=${() => press(one === here ? '' : one)}><${Icon} name=${one === 'overdue' ? 'warning' : 'clock'} size=${14} /><span>${t('orders_due.' + one)}</span><b>${words(pressing(one), page.due.data)}</b></button>`)}</span>
    ${shown.map((one) => html`<button type="button" key=${one} id=${'queue-' + one} class=${'orders-queue' + (one === here ? ' orders-here' : '') + (one === 'held' && number(one) !== '0' ? ' orders-bad' : '')} aria-pressed=${one === here} onClick=${() => go(one)}><span>${say('orders_queue', one)}</span><b>${number(one)}</b></button>`)}
    ${data && (here === 'held') && data.reasons.length > 0 && html`<span class="orders-reasons" role="group" aria-label=${t('orders.why')}>${data.reasons.map((one) => html`<button type="button" key=${one.reason} data-reason=${one.reason} class=${'orders-queue orders-reason' + (wanted.reason === one.reason ? ' orders-here' : '')} aria-pressed=${wanted.reason === one.reason} onClick=${() => go('held', wanted.reason === one.reason ? '' : one.reason)}><span>${say('orders_held', one.reason)}</span><b>${words(one.orders)}</b></button>`)}</span>`}</div>`;
}

/** Which queue an address shows: what was ticked in another one is not meant. */
function queueOf(query) {
  return [query.state, query.held, query.reason, query.shop, query.carrier, query.q, query.promised_before, query.due, query.due_kind, query.kind, query.tag].join('|');
}

