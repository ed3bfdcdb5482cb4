// The shops that are connected to their platforms: how each goes, what somebody should see to, an order fetched now.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { say, span } from './format.js';
import { Empty, Facts, Field, Shown, Table, Tabs, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { openAccount } from './shops_account.js';
import { platform } from './shops_platforms.js';
import { Ago, When } from './stock_cells.js';

const AGAIN_MS = 10000;
const KIND = { ok: 'good', late: 'warn', failing: 'bad', paused: 'act' };
const soft = html`<span class="soft">–</span>`;

export class ShopsPage {
  constructor(office) {
    const draw = () => office.changed();
    this.office = office;
    this.list = new Asked(draw);
    this.troubles = new Asked(draw);
    this.shops = [];
    const timer = setInterval(() => (office.shell.flow === office ? this.look() : clearInterval(timer)), AGAIN_MS);
  }

  routed() {
    this._shops();
    return this.list.take(this._asked());
  }

  /** What is shown is asked for again without a word. */
  look() {
    if (this.list.data) this.list.renew(this._asked());
  }

  _asked() {
    return this.office.http.get('/api/v1/channels');
  }

  async _shops() {
    const envelope = await this.office.http.get('/api/v1/shops');
    if (envelope.ok) this.shops = envelope.data.items;
    this.office.changed();
  }

  get mayChange() {
    return this.office.may(['supervisor']);
  }

  /** Carry out a change of a shop and show what came of it. Returns the envelope. */
  async act(key, method, path, body, said) {
    const envelope = await this.office.act(key, () => this.office.http.change(method, path, body), () => ({ text: said }));
    if (envelope.ok) this.look();
    return envelope;
  }

  path(shop, more) {
    return '/api/v1/channels/' + encodeURIComponent(shop) + (more || '');
  }

  open(shop) {
    this._ask(shop);
    this.office.openDrawer({ id: 'shop', wide: true, title: shop, body: () => html`<${OneShop} page=${this} code=${shop} />` });
  }

  _ask(shop) {
    return this.troubles.take(this.office.http.get(this.path(shop, '/troubles')), true);
  }

  async again(shop, push) {
    const envelope = await this.act('push-' + push.id, 'POST', '/api/v1/channels/pushes/' + push.id + '/again', {}, t('shops.told_again', { order: push.order }));
    if (envelope.ok) this._ask(shop);
  }

  body() {
    return html`<div class="stock"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value="list" choices=${[['list', t('office.nav.shops'), '#/list']]} />
      ${this.mayChange && this.list.data && html`<div class="office-tools"><${Act} id="shop-connect" kind="primary" icon="world" label=${t('shops.connect')} onTap=${() => openAccount(this, null)} /></div>`}</div>
      <${Shown} asked=${this.list} onRetry=${() => this.routed()}>${(data) => html`<${List} page=${this} rows=${data.items} />`}<//></div>`;
  }
}

function State({ one }) {
  return html`<${Tag} kind=${KIND[one.state]}>${say('shops_state', one.state)}<//>`;
}

const number = (n, kind) => (n ? html`<${Tag} kind=${kind}>${n}<//>` : soft);

function List({ page, rows }) {
  const columns = [
    { key: 'shop', label: t('shops.shop'), render: (one) => html`<span class="office-two"><b>${one.shop}</b><small>${one.name}</small></span>` },
    { key: 'plugin', label: t('shops.platform'), render: (one) => say('shops_platform', one.plugin) },
    { key: 'state', label: t('shops.state'), render: (one) => html`<span data-state=${one.state}><${State} one=${one} /></span>` },
    { key: 'lag', label: t('shops.lag'), title: t('shops.lag_hint'), render: (one) => (one.lag_s === null ? soft : span(one.lag_s * 1000)) },
    { key: 'pulled', label: t('shops.pulled'), render: (one) => html`<${Ago} at=${one.pulled_at} />` },
    { key: 'troubled', label: t('shops.troubled'), number: true, render: (one) => number(one.troubled, 'bad') },
    { key: 'to_push', label: t('shops.to_push'), number: true, render: (one) => number(one.to_push, 'act') },
    { key: 'push_refused', label: t('shops.push_refused'), number: true, render: (one) => number(one.push_refused, 'bad') },
    { key: 'error', label: t('shops.error'), render: (one) => (one.error ? html`<span class="office-two"><span>${one.error}</span><small><${Ago} at=${one.error_at} /></small></span>` : soft) },
  ];
  return html`<${Table} id="shops" label=${t('office.nav.shops')} columns=${columns} rows=${rows} keyOf=${(one) => one.shop} onOpen=${(one) => page.open(one.shop)} none=${html`<${Empty} icon="world" text=${t('shops.none')} />`} />`;
}

function OneShop({ page, code }) {
  const one = page.list.data && page.list.data.items.find((each) => each.shop === code);
  if (!one) return '';
  const fetch = async (event) => {
    event.preventDefault();
    const field = event.target.elements.order;
    const order = field.value.trim();
    const envelope = order && (await page.act('fetch', 'POST', page.path(code, '/fetch'), { order: order }, t('shops.fetching', { order: order })));
    if (envelope && envelope.ok) field.value = '';
  };
  const letIn = async (event) => {
    event.preventDefault();
    const field = event.target.elements.code;
    const given = field.value.trim();
    const envelope = given && (await page.act('code', 'POST', page.path(code, '/authorisation'), { code: given }, t('shops.let_in', { shop: code })));
    if (envelope && envelope.ok) field.value = '';
  };
  const rest = () => page.act('pause', 'PATCH', page.path(code), { paused: !one.paused }, t(one.paused ? 'shops.goes_on' : 'shops.rests', { shop: code }));
  return html`<p class="order-state"><${State} one=${one} /><span>${say('shops_platform', one.plugin)}</span></p>
    <${Facts} rows=${[
      [t('shops.address'), one.url], [t('shops.every'), span(one.every_s * 1000)], [t('shops.next'), html`<${When} at=${one.next_pull_at} />`],
      [t('shops.stock'), one.stock_share ? t('shops.stock_told', { share: one.stock_share, safety: one.safety_stock }) : t('shops.stock_untold')],
      [t('shops.to_fetch'), one.to_fetch], [t('shops.error'), one.error],
    ]} />
    <div class="acts">${!one.paused && html`<${Act} id="pull-now" icon="again" label=${t('shops.pull_now')} busy=${page.office.working.pull} onTap=${() => page.act('pull', 'POST', page.path(code, '/pull'), {}, t('shops.pulling', { shop: code }))} />`}
      ${page.mayChange && html`<${Act} id="shop-rest" icon="clock" label=${t(one.paused ? 'shops.go_on' : 'shops.rest')} busy=${page.office.working.pause} onTap=${rest} />
        <${Act} id="shop-edit" icon="settings" label=${t('shops.edit')} onTap=${() => openAccount(page, one)} />`}</div>
    <form class="office-tools shop-line" onSubmit=${fetch}><${Field} label=${t('shops.order_number')}><input id="fetch-order" name="order" maxlength="100" autocomplete="off" disabled=${one.paused} /><//>
      <button type="submit" class="act primary" id="fetch-now" disabled=${one.paused || Boolean(page.office.working.fetch)}>${t('shops.fetch_now')}</button></form>
    ${page.mayChange && platform(one.plugin).codes && html`<form class="office-tools shop-line" onSubmit=${letIn}><${Field} label=${t('shops.code')}><input id="shop-code" name="code" maxlength="1000" autocomplete="off" /><//>
      <button type="submit" class="act" id="shop-let-in" disabled=${Boolean(page.office.working.code)}>${t('shops.use_code')}</button></form>`}
    <${Shown} asked=${page.troubles} onRetry=${() => page._ask(code)}>${(data) => html`<${Troubles} page=${page} code=${code} data=${data} />`}<//>`;
}

function Troubles({ page, code, data }) {
  if (!data.orders.length && !data.pushes.length && !data.items.length) return html`<p class="soft">${t('shops.no_troubles')}</p>`;
  const why = { key: 'why', label: t('shops.why'), render: (one) => one.why };
  const order = { key: 'order', label: t('shops.order'), render: (one) => html`<span class="office-two"><b class="office-code">${one.order}</b><small><${Ago} at=${one.at} /></small></span>` };
  const again = { key: 'act', label: '', render: (one) => html`<${Act} id=${'again-' + one.id} icon="again" label=${t('shops.tell_again')} busy=${page.office.working['push-' + one.id]} onTap=${() => page.again(code, one)} />` };
  const goods = { key: 'sku', label: t('shops.goods'), render: (one) => html`<span class="office-two"><b class="office-code">${one.sku}</b><small>${one.item}</small></span>` };
  const told = { key: 'told', label: t('shops.told'), number: true, render: (one) => one.told };
  return html`${data.orders.length > 0 && html`<h3>${t('shops.not_taken')}</h3><${Table} id="not-taken" label=${t('shops.not_taken')} columns=${[order, why]} rows=${data.orders} keyOf=${(one) => one.order} />`}
    ${data.pushes.length > 0 && html`<h3>${t('shops.not_told')}</h3><${Table} id="not-told" label=${t('shops.not_told')} columns=${[order, why, again]} rows=${data.pushes} keyOf=${(one) => one.id} />`}
    ${data.items.length > 0 && html`<h3>${t('shops.not_offered')}</h3><${Table} id="not-offered" label=${t('shops.not_offered')} columns=${[goods, told, why]} rows=${data.items} keyOf=${(one) => one.sku + one.item} />`}`;
}
