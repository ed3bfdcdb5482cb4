// One order: where it stands and why, what may be done about it, its goods, parcels and everything that happened.
import { html, useEffect, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { OrderChoice, OrderChosen } from './order_choice.js';
import { Failed, Loading } from './office_parts.js';
import { OrderTravel, TravelCard } from './orders_travel.js';
import { OrderReturns, ReturnsCard } from './order_returns.js';
import { Life, Stands } from './order_life.js';
import { OrderFacts, OrderGoods, OrderMoves, OrderParcels, OrderState } from './order_story.js';
import { Personal, Reveals, place } from './personal.js';
import { OrderActs } from './wave_acts.js';
import { Answer } from './wave_why.js';

export class OneOrder {
  constructor(page) {
    this.office = page.office;
    this.shell = page.office.shell;
    const draw = () => this.office.changed();
    this.asked = new Asked(draw);
    this.why = new Asked(draw);
    this.travel = new OrderTravel(this);
    this.choice = new OrderChoice(this);
    this.returns = new OrderReturns(this);
    this.reveals = new Asked(draw);
  }

  get working() {
    return this.office.working;
  }

  now() {
    return Date.now();
  }

  title() {
    return this.asked.data ? this.asked.data.number : t('office.nav.orders');
  }

  async enter(id) {
    this.id = id;
    const fresh = !this.asked.data || String(this.asked.data.id) !== id;
    if (fresh) this.why.data = null;
    const data = await this.asked.take(this.office.http.get('/api/v1/inventory/orders/' + encodeURIComponent(id)), fresh);
    if (!data) return;
    this.travel.enter(data.id, fresh);
    this.choice.enter(data.id, fresh);
    this.returns.enter(data, fresh);
    this.reveals.take(this.office.http.get('/api/v1/orders/' + data.id + '/reveals'), fresh);
    document.title = data.number + ' · ' + this.office.house;
    // What each rule says of it is looked for only where rules are what it waits for: they plan to find out.
    if (data.stands && data.stands.stage === 'wave' && data.processing === 'waiting') this.why.take(this.office.http.get('/api/v1/waves/orders/' + data.id + '/why-not'));
    else this.why.data = null;
  }

  /** Do something about it and look again. */
  async act(key, name, body) {
    const envelope = await this.office.act(key, () => this.office.http.send(name, body));
    if (envelope.ok) await this.enter(this.id);
    return envelope;
  }

  /** Change the gift note and look again. */
  async putGiftNote(note) {
    const path = '/api/v1/orders/' + this.id + '/gift-note';
    const envelope = await this.office.act('gift', () => this.office.http.change('PUT', path, { gift_note: note }), () => ({ text: t('orders.gift_kept') }));
    if (envelope.ok) await this.enter(this.id);
  }

  body() {
    const data = this.asked.data;
    if (this.asked.error) return html`<${Failed} message=${this.asked.error} onRetry=${() => this.enter(this.id)} />`;
    if (!data) return html`<${Loading} />`;
    const now = this.now();
    return html`<div class="orders-one" data-order=${data.number} data-step=${data.step}>
      ${data.stands && html`<${Stands} stands=${data.stands} one=${this} />`}
      <div class="orders-column"><section class="orders-card"><h1>${data.number}</h1><${OrderState} data=${data} /><${OrderActs} data=${data} board=${this} /><${OrderFacts} data=${data} now=${now} bare=${true} /><${Personal} key=${data.id} office=${this.office} orderId=${data.id} masked=${data} place=${place(data)} /></section>
        ${this.reveals.data && html`<${Reveals} items=${this.reveals.data.items} />`}
        ${this.why.data && this.why.data.rules.length > 0 && html`<section class="orders-card" id="rules-say"><h2>${t('orders.rules_say')}</h2><${Answer} answer=${this.why.data} bare=${true} /></section>`}
        <section class="orders-card"><h2>${t('board.order.lines')}</h2><${OrderGoods} data=${data} /></section>
        ${data.shipping === 'unshipped' && html`<${GiftNote} key=${data.id} one=${this} data=${data} />`}</div>
      <div class="orders-column"><${TravelCard} travel=${this.travel} /><${OrderChosen} key=${data.id} choice=${this.choice} data=${data} />${data.parcels.length > 0 && html`<section class="orders-card" id="order-parcels"><h2>${t('orders_tab.parcels')}</h2><${OrderParcels} data=${data} host=${this} /></section>`}
        <${ReturnsCard} key=${data.id} returns=${this.returns} />
        <section class="orders-card" id="order-story"><h2>${t('board.order.story')}</h2><${Life} key=${data.id} data=${data} now=${now} /><${OrderMoves} data=${data} now=${now} /></section></div>
    </div>`;
  }
}

/** Words for whoever unpacks it, until its first parcel is closed. */
function GiftNote({ one, data }) {
  const [note, setNote] = useState(data.gift_note);
  useEffect(() => setNote(data.gift_note), [data.gift_note]);
  const save = (event) => {
    event.preventDefault();
    return one.putGiftNote(note.trim());
  };
  return html`<form class="orders-card orders-gift" onSubmit=${save}><h2>${t('orders.gift_note')}</h2>
    <textarea id="gift-note" rows="2" maxlength="300" aria-label=${t('orders.gift_note')} value=${note} onInput=${(event) => setNote(event.target.value)}></textarea>
    <button type="submit" class="act primary" id="gift-save" disabled=${Boolean(one.working.gift) || note.trim() === data.gift_note}>${t('packing.save')}</button></form>`;
}
