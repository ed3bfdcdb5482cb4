// Who gets an order and where: masked, until somebody who needs it asks; what was shown, is written down with the reason.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Pairs } from './order_story.js';
import { Act } from './parts.js';
import { When } from './stock_cells.js';

/** Where somebody lives as far as it is told: down to the district. */
export function place(one) {
  const parts = [one.province, one.city, one.district];
  return parts.filter((part, at) => part && part !== parts[at - 1]).join(' ') || one.country;
}

/** `masked`: {name or recipient, phone, address} as lists tell it; `place`: the part of the address that is told. */
export function Personal({ office, orderId, masked, place }) {
  const [shown, setShown] = useState(null);
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState('');
  const reveal = async (event) => {
    event.preventDefault();
    const path = '/api/v1/orders/' + orderId + '/personal';
    const envelope = await office.act('reveal' + orderId, () => office.http.change('POST', path, { why: why.trim() }), () => null);
    if (envelope.ok) setShown(envelope.data);
    setAsking(false);
  };
  const of = shown || masked;
  const where = [place, of.address, of.postcode].filter(Boolean).join(' ');
  return html`<div class="personal" data-revealed=${shown ? 'yes' : 'no'}><${Pairs} rows=${[[t('board.order.recipient'), [of.recipient || of.name, of.phone].filter(Boolean).join(' · ')], [t('customers_field.email'), shown && shown.email], [t('board.order.address'), where]]} />
    ${shown && html`<p class="soft">${t('customers.written_down')}</p>`}
    ${!shown && !asking && html`<div class="acts"><${Act} id="reveal" icon="search" label=${t('customers.reveal')} onTap=${() => setAsking(true)} /></div>`}
    ${!shown && asking && html`<form class="customers-add" onSubmit=${reveal}><input id="reveal-why" maxlength="200" autofocus placeholder=${t('customers.why_hint')} aria-label=${t('customers.why_hint')} value=${why} onInput=${(event) => setWhy(event.target.value)} />
      <button type="submit" class="act primary" id="reveal-go" disabled=${Boolean(office.working['reveal' + orderId])}>${t('customers.show')}</button></form>`}</div>`;
}

/** Who was shown it before. */
export function Reveals({ items }) {
  return items.length > 0 && html`<section class="orders-card" id="order-reveals"><h2>${t('customers.shown_to')}</h2>
    ${items.map((one) => html`<p key=${one.id}>${one.person} <small class="soft"><${When} at=${one.at} /> · ${one.what.map((name) => say('customers_field', name)).join(', ')}${one.why && ' · ' + one.why}</small></p>`)}</section>`;
}
