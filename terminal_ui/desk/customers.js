// The page of customers: everybody who buys, over all shops and masked; one of them; and who looked at what is personal.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { OneCustomer } from './customers_one.js';
import { say } from './format.js';
import { List } from './list.js';
import { NoticeSetup, noticeList } from './notices.js';
import { Tabs, Tag } from './office_parts.js';
import { place } from './personal.js';
import { When, money } from './stock_cells.js';

export class CustomersPage {
  constructor(office) {
    this.office = office;
    this.lists = { list: customerList(this), notices: noticeList(this), reveals: revealList(this) };
    this.setup = new NoticeSetup(this);
    this.tags = new Asked(() => office.changed());
    this.one = new OneCustomer(this);
    this.at = 'list';
  }

  routed(route) {
    this.at = ['customer', 'setup'].indexOf(route.path[0]) >= 0 || this.lists[route.path[0]] ? route.path[0] : 'list';
    if (this.at === 'setup') return this.setup.enter();
    if (this.at === 'list') this.tags.take(this.office.http.get('/api/v1/customers/tags'));
    return this.at === 'customer' ? this.one.enter(route.path[1]) : this.list.enter(route.query);
  }

  get list() {
    return this.lists[this.at];
  }

  title() {
    return this.at === 'customer' ? this.one.title() : say('customers_tab', this.at);
  }

  key(event) {
    if (event.key === 'Escape' && this.at === 'customer') history.back();
  }

  body() {
    const tabs = ['list', 'notices'].concat(this.office.may(['supervisor']) ? ['setup'] : [], this.office.may(['admin']) ? ['reveals'] : []).map((one) => [one, say('customers_tab', one), '#/' + one]);
    return html`<div class="stock orders"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.at === 'customer' ? 'list' : this.at} choices=${tabs} />${this.list ? this.list.tools() : ''}</div>
      ${this.list ? this.list.body() : this.at === 'setup' ? this.setup.body() : this.one.body()}</div>`;
  }
}

/** What was spent, a sum in each currency. */
export function spent(one) {
  return one.spent.map((each) => money(each.amount) + ' ' + each.currency).join(' · ');
}

/** That a customer is on the blacklist, and why. */
export function Black({ one }) {
  return one.blacklisted.length > 0 && html`<${Tag} kind="bad" title=${one.blacklisted.join(' · ')}>${t('customers.blacklisted')}<//> `;
}

/** The tags of a customer. */
export function TagsOf({ tags }) {
  return tags.map((tag) => html`<${Tag} key=${tag} kind="act">${tag}<//> `);
}

function customerList(page) {
  return new List(page.office, {
    id: 'customers', at: '#/list', path: '/api/v1/customers', icon: 'person', usual: { sort: 'last', down: 'true' }, file: page.office.may(['supervisor']),
    label: () => t('office.nav.customers'), none: () => t('customers.none'), open: (one) => page.office.go('#/customer/' + one.id),
    filters: () => [{ kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('customers.narrow_hint') }, { name: 'tag', label: t('customers.tag'), choices: [['', t('stock.any')]].concat(page.tags.data ? page.tags.data.items.map((one) => [one, one]) : []) }],
    columns: () => [
      { key: 'name', label: t('customers.name'), render: (one) => html`<span class="office-two"><a href=${'#/customer/' + one.id}>${one.name || '–'}</a><small class="nowrap">${one.phone}</small></span>` },
      { key: 'place', label: t('customers.place'), render: (one) => place(one) },
      { key: 'orders', label: t('customers.orders'), number: true, render: (one) => one.orders },
      { key: 'refunds', label: t('customers.refunds'), number: true, render: (one) => one.refunds || html`<span class="soft">–</span>` },
      { key: 'spent', label: t('customers.spent'), number: true, render: (one) => html`<span class="nowrap">${spent(one) || '–'}</span>` },
      { key: 'shops', label: t('customers.shops'), render: (one) => one.shops.join(', ') },
      { key: 'tags', label: t('customers.tags'), render: (one) => html`<${Black} one=${one} /><${TagsOf} tags=${one.tags} />` },
      { key: 'last', label: t('customers.last'), sort: true, render: (one) => html`<span class="nowrap"><${When} at=${one.last_order_at} /></span>` },
    ],
  });
}

function revealList(page) {
  return new List(page.office, {
    id: 'reveals', at: '#/reveals', path: '/api/v1/reveals', icon: 'check', usual: { sort: 'id', down: 'true' },
    label: () => say('customers_tab', 'reveals'), none: () => t('customers.no_reveals'),
    filters: () => [{ kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('customers.reveal_hint') }],
    columns: () => [
      { key: 'at', label: t('customers.at'), render: (one) => html`<span class="nowrap"><${When} at=${one.at} /></span>` },
      { key: 'person', label: t('customers.person'), render: (one) => html`<span class="office-two"><span>${one.person}</span>${one.program && html`<small>${t('customers.program')}</small>`}</span>` },
      { key: 'order', label: t('orders.number'), render: (one) => html`<span class="office-two"><a class="office-code" href=${'/orders#/order/' + one.order_id}>${one.order}</a><small>${one.shop}</small></span>` },
      { key: 'what', label: t('customers.what'), render: (one) => one.what.map((name) => say('customers_field', name)).join(', ') },
      { key: 'why', label: t('customers.why'), render: (one) => one.why || html`<span class="soft">–</span>` },
    ],
  });
}
