// Why an order has its carrier and is in its warehouse; another carrier, another warehouse.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { say } from './format.js';
import { Act } from './parts.js';
import { Ranking } from './settings_try.js';

export class OrderChoice {
  constructor(one) {
    this.one = one;
    const draw = () => one.office.changed();
    this.carrier = new Asked(draw);
    this.house = new Asked(draw);
  }

  enter(id, fresh) {
    const http = this.one.office.http;
    this.path = '/api/v1/orders/' + id;
    this.carrier.take(http.get(this.path + '/carrier'), fresh);
    this.house.take(http.get(this.path + '/warehouse'), fresh);
    if (!this.known && this.one.office.may(['supervisor'])) http.get('/api/v1/carriers').then((envelope) => { this.known = envelope.ok ? envelope.data.carriers.filter((one) => one.active) : null; this.one.office.changed(); });
  }

  async name(code) {
    const envelope = await this.one.office.act('carrier', () => this.one.office.http.change('PUT', this.path + '/carrier', { carrier: code }));
    if (envelope.ok) await this.one.enter(this.one.id);
  }

  async move(to) {
    const office = this.one.office;
    const number = this.one.asked.data.number;
    const envelope = await office.act('house', () => office.http.change('POST', this.path + '/warehouse', { warehouse: to.warehouse }), () => ({ text: t('choice.moved', { order: number, house: to.name }) }));
    if (envelope.ok) office.go('#/');
  }
}

export function OrderChosen({ choice, data }) {
  const [all, more] = useState(false);
  const carrier = choice.carrier.data;
  const house = choice.house.data;
  if (!carrier || !house) return null;
  const office = choice.one.office;
  const clerk = office.may(['clerk', 'supervisor']) && data.processing === 'waiting' && data.shipping === 'unshipped' && data.confirmation !== 'cancelled';
  const named = ['told', 'clerk', 'rule'].indexOf(carrier.by) >= 0;
  return html`<section class="orders-card order-chosen" id="order-choice"><h2>${t('choice.order_carrier')}</h2>
    <p><b>${carrier.carrier}</b> <span class="soft">${say('choice_by', carrier.by)}</span></p>
    ${carrier.why && html`<p id="order-choice-line">${carrier.why.line}</p><p class="soft">${carrier.why.how} ${carrier.why.warning}</p>`}
    ${carrier.why && (all ? html`<${Ranking} id="order-ranking" why=${carrier.why} currency=${carrier.why.currency} bare=${true} />` : html`<button type="button" class="link" id="all-carriers" onClick=${() => more(true)}>${t('choice.all_reasons')}</button>`)}
    ${clerk && html`<div class="acts">${choice.known && html`<select id="name-carrier" class="office-input" aria-label=${t('choice.name_carrier')} value="" disabled=${Boolean(office.working.carrier)} onChange=${(event) => event.target.value && choice.name(event.target.value)}><option value="" selected>${t('choice.name_carrier')}…</option>${choice.known.filter((one) => one.code !== carrier.carrier).map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}</select>`}
      ${named && html`<${Act} id="free-carrier" icon="again" label=${t('choice.by_rules')} busy=${Boolean(office.working.carrier)} onTap=${() => choice.name(null)} />`}</div>`}
    <p><b>${house.name}</b></p>${house.why && html`<p class="soft" id="order-house-why">${house.why.how} ${house.why.line}</p>`}
    ${clerk && house.others.length > 0 && html`<div class="acts">${house.others.map((to) => html`<${Act} key=${to.warehouse} id=${'move-' + to.warehouse} icon="move" label=${t('choice.to_house', { house: to.name })} busy=${Boolean(office.working.house)} onTap=${() => choice.move(to)} />`)}</div>`}</section>`;
}
