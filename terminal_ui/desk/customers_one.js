// One customer: who it is, masked; the orders of all shops, tags, notes, and records that may be the same person.
import { html, useEffect, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { Black, TagsOf, spent } from './customers.js';
import { count, say } from './format.js';
import { Failed, Loading, Tag } from './office_parts.js';
import { Pairs } from './order_story.js';
import { Personal, place } from './personal.js';
import { Act } from './parts.js';
import { When, money } from './stock_cells.js';

export class OneCustomer {
  constructor(page) {
    this.office = page.office;
    this.asked = new Asked(() => this.office.changed());
  }

  title() {
    return this.asked.data ? this.asked.data.name : t('office.nav.customers');
  }

  async enter(id) {
    const fresh = !this.asked.data || String(this.asked.data.id) !== id;
    this.id = id;
    await this.asked.take(this.office.http.get(this.path), fresh);
  }

  get path() {
    return '/api/v1/customers/' + encodeURIComponent(this.id);
  }

  /** Change something of the customer, and show what is then. */
  async act(key, method, path, body, said) {
    const envelope = await this.office.act(key, () => this.office.http.change(method, this.path + path, body), said && (() => ({ text: said })));
    if (envelope.ok) await this.enter(this.id);
    return envelope;
  }

  body() {
    const data = this.asked.data;
    if (this.asked.error) return html`<${Failed} message=${this.asked.error} onRetry=${() => this.enter(this.id)} />`;
    if (!data) return html`<${Loading} />`;
    const newest = data.all_orders[0];
    return html`<div class="orders-one" data-customer=${data.id}>
      <div class="orders-column">
        <section class="orders-card"><h1>${data.name || '–'} <${Black} one=${data} /></h1>${data.blacklisted.length > 0 && html`<p>${data.blacklisted.join(' · ')}</p>`}
          ${newest ? html`<${Personal} key=${newest.id} office=${this.office} orderId=${newest.id} masked=${data} place=${place(data)} />` : ''}
          <${Pairs} rows=${[[t('customers.orders'), count(data.orders)], [t('customers.refunds'), data.refunds && count(data.refunds)], [t('customers.spent'), spent(data)], [t('customers.shops'), data.shops.join(', ')], [t('customers.first'), html`<${When} at=${data.first_order_at} />`]]} /></section>
        <${Tags} key=${'tags' + data.id} one=${this} data=${data} />
        <${Notes} key=${'notes' + data.id} one=${this} data=${data} />
        ${(data.suggested.length > 0 || data.merges.length > 0) && html`<${Same} one=${this} data=${data} />`}
      </div>
      <div class="orders-column"><section class="orders-card" id="customer-orders"><h2>${t('customers.all_orders')}</h2>
        <table class="customers-orders"><tbody>${data.all_orders.map((order) => html`<tr key=${order.id}><td><a class="office-code" href=${'/orders#/order/' + order.id}>${order.number}</a><br /><small>${order.shop}</small></td>
          <td><${When} at=${order.placed_at} /></td><td><${Tag}>${say('orders_queue', order.state)}<//></td><td class="number nowrap">${money(order.total)} ${order.currency}</td></tr>`)}</tbody></table></section></div>
    </div>`;
  }
}

function Tags({ one, data }) {
  const [typed, setTyped] = useState('');
  const put = (tags) => one.act('tags', 'PATCH', '', { tags: tags });
  const add = async (event) => {
    event.preventDefault();
    const envelope = await put(data.tags.concat(typed.trim()));
    if (envelope.ok) setTyped('');
  };
  return html`<section class="orders-card" id="customer-tags"><h2>${t('customers.tags')}</h2>
    ${data.tags.length > 0 && html`<p class="customers-tags">${data.tags.map((tag) => html`<span key=${tag}><${TagsOf} tags=${[tag]} /><button type="button" class="customers-off" data-tag=${tag} aria-label=${t('customers.take_off', { tag: tag })} onClick=${() => put(data.tags.filter((each) => each !== tag))}>×</button></span>`)}</p>`}
    <form class="customers-add" onSubmit=${add}><input id="new-tag" maxlength="40" placeholder=${t('customers.new_tag')} aria-label=${t('customers.new_tag')} value=${typed} onInput=${(event) => setTyped(event.target.value)} />
      <button type="submit" class="act" id="add-tag" disabled=${Boolean(one.office.working.tags) || !typed.trim()}>${t('customers.add')}</button></form></section>`;
}

function Notes({ one, data }) {
  const [words, setWords] = useState('');
  useEffect(() => setWords(''), [data.notes.length]);
  const add = (event) => {
    event.preventDefault();
    return one.act('note', 'POST', '/notes', { words: words.trim() });
  };
  return html`<section class="orders-card" id="customer-notes"><h2>${t('customers.notes')}</h2>
    ${data.notes.map((note) => html`<p key=${note.id} class="customers-note">${note.words}<br /><small class="soft">${note.person} · <${When} at=${note.at} /></small></p>`)}
    <form class="orders-gift" onSubmit=${add}><textarea id="new-note" rows="2" maxlength="1000" aria-label=${t('customers.new_note')} placeholder=${t('customers.new_note')} value=${words} onInput=${(event) => setWords(event.target.value)}></textarea>
      <button type="submit" class="act" id="add-note" disabled=${Boolean(one.office.working.note) || !words.trim()}>${t('customers.add')}</button></form></section>`;
}

/** Who may be the same, to be put together by a person; and what was put together, to be taken apart. */
function Same({ one, data }) {
  return html`<section class="orders-card" id="customer-same"><h2>${t('customers.same')}</h2>
    ${data.suggested.map((other) => html`<div key=${other.id} class="customers-other"><span class="office-two"><a href=${'#/customer/' + other.id}>${other.name} ${other.phone}</a><small>${say('customers_by', other.by)} · ${t('customers.n_orders', { n: other.orders })}</small></span>
      <${Act} id=${'same-' + other.id} label=${t('customers.put_together')} busy=${one.office.working['same' + other.id]} onTap=${() => one.act('same' + other.id, 'POST', '/same', { other: other.id }, t('customers.together'))} /></div>`)}
    ${data.merges.map((merge) => html`<div key=${'m' + merge.id} class="customers-other"><span class="office-two"><span>${t('customers.was_put', { n: merge.orders })}</span><small>${[merge.person].filter(Boolean).join('')} <${When} at=${merge.at} /></small></span>
      <${Act} id=${'undo-' + merge.id} icon="again" label=${t('customers.take_apart')} busy=${one.office.working['undo' + merge.id]} onTap=${() => one.act('undo' + merge.id, 'POST', '/same/' + merge.id + '/undo', {}, t('customers.apart'))} /></div>`)}</section>`;
}
