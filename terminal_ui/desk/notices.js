// What buyers are told: what was sent and what was not; and over which ways, of what, and in which words.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { say } from './format.js';
import { List } from './list.js';
import { openWay, openTest } from './notices_way.js';
import { openWords } from './notices_words.js';
import { Shown, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { When } from './stock_cells.js';

const KIND = { waiting: '', sending: 'act', sent: 'good', failed: 'bad', doubt: 'warn' };
const EVENTS = ['accepted', 'shipped', 'delivered', 'address_question', 'unpaid_reminder'];

/** The tab of what was sent. */
export function noticeList(page) {
  const any = () => ['', t('stock.any')];
  const again = async (one) => {
    const envelope = await page.office.act('notice' + one.id, () => page.office.http.change('POST', '/api/v1/notices/' + one.id + '/again', {}), () => ({ text: t('notices.goes_again') }));
    if (envelope.ok) page.lists.notices.load();
  };
  return new List(page.office, {
    id: 'notices', at: '#/notices', path: '/api/v1/notices', icon: 'voice', usual: { sort: 'id', down: 'true' }, marked: (one) => one.status === 'failed' || one.status === 'doubt',
    label: () => t('notices.title'), none: () => t('notices.none'),
    filters: () => [
      { kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('orders.number') },
      { name: 'status', label: t('notices.status'), choices: [any()].concat(Object.keys(KIND).map((one) => [one, say('notices_status', one)])) },
      { name: 'event', label: t('notices.event'), choices: [any()].concat(EVENTS.map((one) => [one, say('notices_event', one)])) },
    ],
    columns: () => [
      { key: 'at', label: t('notices.at'), render: (one) => html`<span class="nowrap"><${When} at=${one.made_at} /></span>` },
      { key: 'order', label: t('orders.number'), render: (one) => html`<span class="office-two"><a class="office-code" href=${'/orders#/order/' + one.order_id}>${one.order}</a><small>${one.shop}</small></span>` },
      { key: 'event', label: t('notices.event'), render: (one) => say('notices_event', one.event) },
      { key: 'way', label: t('notices.way'), render: (one) => html`<span class="office-two"><span>${one.way}</span><small class="nowrap">${one.reached}</small></span>` },
      { key: 'status', label: t('notices.status'), render: (one) => html`<span class="office-two"><span><${Tag} kind=${KIND[one.status]}>${say('notices_status', one.status)}<//></span>${one.error && html`<small title=${one.error}>${one.error}</small>`}</span>` },
      { key: 'sent', label: t('notices.sent_at'), render: (one) => (one.sent_at ? html`<span class="nowrap"><${When} at=${one.sent_at} /></span>` : html`<span class="soft">–</span>`) },
      { key: 'act', label: '', render: (one) => (one.status === 'failed' || one.status === 'doubt') && html`<${Act} id=${'again-' + one.id} icon="again" label=${t('notices.again')} busy=${page.office.working['notice' + one.id]} onTap=${() => again(one)} />` },
    ],
  });
}

/** The tab of how it is set up. */
export class NoticeSetup {
  constructor(page) {
    this.office = page.office;
    this.asked = new Asked(() => this.office.changed());
  }

  enter() {
    return this.asked.take(this.office.http.get('/api/v1/notices/setup'));
  }

  /** Change something of the ways, and show what is then. */
  async act(key, method, path, body, said) {
    const envelope = await this.office.act(key, () => this.office.http.change(method, '/api/v1/notices' + path, body), said && (() => ({ text: said })));
    if (envelope.ok) await this.enter();
    return envelope;
  }

  tell(shop, event, way, on) {
    const told = this.asked.data.rules.filter((one) => one.shop === shop && one.event === event).map((one) => one.way);
    return this.act('rule', 'PUT', '/rules', { shop: shop, event: event, ways: on ? told.concat(way) : told.filter((one) => one !== way) });
  }

  body() {
    return html`<${Shown} asked=${this.asked} onRetry=${() => this.enter()}>${(data) => html`<div class="notices-setup">
      <section class="orders-card" id="notice-ways"><h2>${t('notices.ways')}</h2><p class="soft">${t('notices.ways_hint')}</p>
        ${data.ways.map((way) => html`<div key=${way.id} class="customers-other"><span class="office-two"><b>${way.name}</b><small>${say('notices_plugin', way.plugin)}${!way.active && ' · ' + t('notices.off')}</small></span>
          <span class="notices-acts"><${Act} id=${'test-' + way.id} label=${t('notices.test')} onTap=${() => openTest(this, way)} /><${Act} id=${'way-' + way.id} icon="settings" label=${t('notices.change')} onTap=${() => openWay(this, way)} /></span></div>`)}
        <div class="acts"><${Act} id="new-way" kind="primary" label=${t('notices.new_way')} onTap=${() => openWay(this, null)} /></div></section>
      ${data.ways.length > 0 && html`<section class="orders-card" id="notice-rules"><h2>${t('notices.rules')}</h2><p class="soft">${t('notices.rules_hint')}</p>
        <div class="notices-wide"><table class="notices-rules"><thead><tr><th>${t('orders.shop')}</th>${data.events.map((event) => html`<th key=${event}>${say('notices_event', event)}</th>`)}</tr></thead>
        <tbody>${data.shops.map((shop) => html`<tr key=${shop.code}><th scope="row">${shop.name}</th>${data.events.map((event) => html`<td key=${event}>${data.ways.map((way) => html`<${Tell} key=${way.id} setup=${this} shop=${shop.code} event=${event} way=${way} />`)}</td>`)}</tr>`)}</tbody></table></div></section>`}
      <section class="orders-card" id="notice-words"><h2>${t('notices.words')}</h2><p class="soft">${t('notices.words_hint')}</p>
        <div class="notices-events">${data.events.map((event) => html`<${Act} key=${event} id=${'words-' + event} label=${say('notices_event', event)} onTap=${() => openWords(this, event)} />`)}</div></section>
    </div>`}<//>`;
  }
}

/** Whether a shop's buyers are told of this over that way. */
function Tell({ setup, shop, event, way }) {
  const on = setup.asked.data.rules.some((one) => one.shop === shop && one.event === event && one.way === way.id);
  return html`<label class="notices-tell"><input type="checkbox" data-rule=${shop + ' ' + event + ' ' + way.id} checked=${on} disabled=${Boolean(setup.office.working.rule)} onChange=${(change) => setup.tell(shop, event, way.id, change.target.checked)} /> ${way.name}</label>`;
}
