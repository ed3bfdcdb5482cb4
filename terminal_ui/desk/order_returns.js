// Waybills back to us (退货面单) of an order that has left: asked for, printed where waybills are, given back.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { Field, Tag } from './office_parts.js';
import { askPaper } from './paper.js';
import { Act } from './parts.js';
import { When } from './stock_cells.js';

const AGAIN_MS = 5000; // a carrier that was asked answers by then, or after a few times

export class OrderReturns {
  constructor(one) {
    this.one = one;
    this.office = one.office;
    this.asked = new Asked(() => this.office.changed());
  }

  enter(data, fresh) {
    this.id = data.id;
    this.shown = data.shipping === 'shipped' && this.office.may(['clerk', 'supervisor']);
    if (this.shown) this._look(fresh);
    else this.asked.data = null;
  }

  get busy() {
    return Boolean(this.office.working.returns);
  }

  /** Look, and again while a carrier has not answered, as long as the page shows this order. */
  async _look(fresh) {
    const id = this.id;
    const found = await this.asked.take(this.office.http.get('/api/v1/orders/' + id + '/returns'), fresh);
    clearTimeout(this.timer);
    if (found && found.some((one) => one.status === 'asked')) this.timer = setTimeout(() => this.id === id && document.getElementById('order-returns') && this._look(false), AGAIN_MS);
  }

  async _act(method, path, body, said) {
    const envelope = await this.office.act('returns', () => this.office.http.change(method, path, body), said);
    if (envelope.ok) await this.one.enter(this.one.id); // its history has it too
    return envelope;
  }

  ask(reason) {
    return this._act('POST', '/api/v1/orders/' + this.id + '/returns', { reason: reason }, (envelope) => ({ text: envelope.data.number ? t('returns.got', envelope.data) : t('returns.asking', envelope.data) }));
  }

  drop(row) {
    return this._act('DELETE', '/api/v1/returns/' + row.id, {}, () => ({ text: t('returns.dropped', { number: row.number || '–' }) }));
  }

  async print(row) {
    const envelope = await this.office.http.get('/api/v1/returns/places');
    if (!envelope.ok) return this.office.toast({ kind: 'stop', code: envelope.message.code, text: envelope.message.text });
    return askPaper(this.office, {
      id: 'return-paper', title: t('returns.print_title', { number: row.number }), hint: t('returns.print_hint'), document: 'return', places: envelope.data,
      send: (body) => this._act('POST', '/api/v1/returns/' + row.id + '/print', body, () => ({ text: t('returns.printing', { number: row.number }) })),
    });
  }
}

const KIND = { asked: 'warn', issued: 'good', void: '' };

/** The card on the page of an order that has left. */
export function ReturnsCard({ returns }) {
  const [reason, setReason] = useState('');
  const rows = returns.asked.data;
  if (!returns.shown || !rows) return '';
  const ask = async (event) => {
    event.preventDefault();
    const envelope = await returns.ask(reason.trim());
    if (envelope.ok) setReason('');
  };
  return html`<section class="orders-card" id="order-returns"><h2>${t('returns.title')}</h2>
    ${rows.map((row) => html`<${Row} key=${row.id} row=${row} returns=${returns} />`)}
    <form class="packing-form" onSubmit=${ask}>
      <${Field} label=${t('returns.reason')}><input id="return-reason" maxlength="60" autocomplete="off" value=${reason} onInput=${(event) => setReason(event.target.value)} /><//>
      <button type="submit" class="act" id="return-ask" disabled=${returns.busy}>${t('returns.ask')}</button></form></section>`;
}

function Row({ row, returns }) {
  const wanted = row.status !== 'void';
  return html`<div class="orders-together" data-return=${row.id} data-status=${row.status}>
    <p><b>${row.number || t('returns.no_number')}</b> <${Tag} kind=${KIND[row.status]}>${t('returns.' + row.status)}<//> <small>${row.carrier} · <${When} at=${row.asked_at} /></small></p>
    ${row.reason && html`<p class="soft" dir="auto">${row.reason}</p>`}
    ${row.trouble && html`<p class="packing-error" dir="auto">${row.trouble}</p>`}
    ${wanted && html`<div class="acts">${row.status === 'issued' && html`<${Act} id=${'return-print-' + row.id} icon="printer" label=${t('returns.print')} busy=${returns.busy} onTap=${() => returns.print(row)} />`}
      <${Act} id=${'return-drop-' + row.id} icon="cross" label=${t('returns.drop')} busy=${returns.busy} onTap=${() => returns.drop(row)} /></div>`}</div>`;
}
