// How an order travels: in one parcel with others, or in parts; what clerks change of it; by when something is due.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { span } from './format.js';
import { Tag } from './office_parts.js';
import { openEdit } from './orders_edit.js';
import { openMerge, openSplit } from './orders_parts.js';
import { Act } from './parts.js';
import { When, when } from './stock_cells.js';

// Who gets an order, and where: what may still be changed while it is in work.
const PLACE = ['recipient', 'phone', 'country', 'province', 'city', 'district', 'address', 'postcode'];
const COLOUR = { green: '', amber: 'warn', red: 'bad', overdue: 'late' };

export class OrderTravel {
  constructor(one) {
    this.one = one;
    this.office = one.office;
    this.asked = new Asked(() => this.office.changed());
  }

  get mayChange() {
    return this.office.may(['clerk', 'supervisor']);
  }

  enter(id, fresh) {
    this.id = id;
    if (this.mayChange) this.asked.take(this.office.http.get(this.path('travel')), fresh);
  }

  path(what) {
    return '/api/v1/orders/' + this.id + '/' + what;
  }

  get busy() {
    return Boolean(this.office.working.travel);
  }

  /** Ask what would happen, without a word about it. Returns the envelope. */
  preview(path, body) {
    return this.office.http.change('POST', path, body);
  }

  /** Carry something out, say so with a way back where there is one, and look again. Returns the envelope. */
  async act(path, body, said, back) {
    const undo = back ? { act: () => this.act(back.path, {}, back.said) } : undefined;
    const envelope = await this.office.act('travel', () => this.office.http.change('POST', path, body || {}), () => ({ text: said, undo: undo }));
    if (envelope.ok) await this.one.enter(this.one.id);
    return envelope;
  }
}

/** What is due and in how long; how pressing that is says the server, by a colour, a picture and, when late, a word. */
export function Due({ due }) {
  if (!due) return html`<span class="soft">–</span>`;
  const left = span(Date.parse(due.at) - Date.now());
  const late = due.colour === 'overdue';
  return html`<span class="orders-due" data-colour=${due.colour}><${Tag} kind=${COLOUR[due.colour]} title=${t('orders_due_title.' + due.kind) + ' · ' + when(due.at)}>${due.colour !== 'green' && html`<${Icon} name=${late ? 'warning' : 'clock'} size=${12} /> `}${t('orders_due.' + due.kind)} · ${late ? t('orders_due.late', { by: left }) : left}<//></span>`;
}

/** The card on the order's page. */
export function TravelCard({ travel }) {
  const data = travel.asked.data;
  if (!data || String(travel.id) !== String(travel.one.asked.data.id)) return '';
  return html`<section class="orders-card" id="order-travel"><h2>${t('orders_travel.title')}</h2>
    ${data.due && html`<p id="order-due">${t('orders_due_title.' + data.due.kind)}: <${When} at=${data.due.at} /> <${Due} due=${data.due} /></p>`}
    <${Differs} travel=${travel} data=${data} />
    <${Together} travel=${travel} data=${data} />
    ${data.editable && html`<div class="acts">
      <${Act} id="order-edit" icon="settings" label=${t('orders_travel.edit')} busy=${travel.busy} onTap=${() => openEdit(travel, data)} />
      ${pieces(data) > 1 && html`<${Act} id="order-split" icon="many" label=${t('orders_travel.split')} busy=${travel.busy} onTap=${() => openSplit(travel, data)} />`}</div>`}
    ${data.readdressable && html`<div class="acts"><${Act} id="order-edit" icon="settings" label=${t('orders_travel.readdress')} busy=${travel.busy} onTap=${() => openEdit(travel, data)} /></div>`}
    <${Edits} travel=${travel} data=${data} /></section>`;
}

function pieces(data) {
  return data.lines.reduce((sum, line) => sum + line.qty, 0);
}

const link = (one) => html`<a href=${'#/order/' + one.id}>${one.number}</a>`;

/** With which orders it shares a parcel, could share one, or was one. */
function Together({ travel, data }) {
  const parted = { said: t('orders_travel.parted') };
  return html`${data.merged_into && html`<div class="orders-together" id="merged-into"><p>${t('orders_travel.goes_with')} ${link(data.merged_into)} <small>${data.merged_into.shop} · ${data.merged_into.state_text}</small></p>
      <${Act} id="unmerge" icon="out" label=${t('orders_travel.unmerge')} busy=${travel.busy} onTap=${() => travel.act(travel.path('unmerge'), {}, parted.said)} /></div>`}
    ${data.companions.length > 0 && html`<div class="orders-together" id="companions"><p>${t('orders_travel.takes')} ${data.companions.map((one) => html`<span key=${one.id}>${link(one)} <small>${one.shop}</small> </span>`)}</p>
      <${Act} id="unmerge" icon="out" label=${t('orders_travel.unmerge_all')} busy=${travel.busy} onTap=${() => travel.act(travel.path('unmerge'), {}, parted.said)} /></div>`}
    ${data.could_join.length > 0 && html`<div class="orders-together" id="could-join"><p>${t('orders_travel.same_place', { n: data.could_join.length })} ${data.could_join.map((one) => html`<span key=${one.id}>${link(one)} </span>`)}</p>
      <${Act} id="merge" kind="primary" icon="many" label=${t('orders_travel.merge')} busy=${travel.busy} onTap=${() => openMerge(travel, data)} /></div>`}
    ${data.parts.length > 0 && html`<div class="orders-together" id="parts"><p>${t('orders_travel.parts')} ${data.parts.map((one) => html`<span key=${one.id}>${link(one)} <small>${one.state_text}</small> </span>`)}</p>
      <${Act} id="unsplit" icon="again" label=${t('orders_travel.unsplit')} busy=${travel.busy} onTap=${() => travel.act(travel.path('unsplit'), {}, t('orders_travel.joined'))} /></div>`}`;
}

/** A field's value in words. */
export function said(field, value) {
  if (field === 'lines') return (value || []).map((line) => line[1] + ' × ' + line[2]).join(', ');
  if (field === 'promised_at') return html`<${When} at=${value} />`;
  return value || '–';
}

/** Shop and clerk do not agree: both words side by side, and a button for each. */
function Differs({ travel, data }) {
  if (!data.differs) return '';
  const choose = (choice) => travel.act(travel.path('choose'), { choice: choice }, t('orders_travel.chosen'));
  return html`<div class="orders-differs" id="differs"><p><b>${t('orders_travel.differs')}</b></p>
    <table><thead><tr><th></th><th>${t('orders_travel.ours')}</th><th>${t('orders_travel.shops')}</th></tr></thead>
      <tbody>${data.differs.map((one) => html`<tr key=${one.field}><th>${t('orders_field.' + one.field)}</th><td>${said(one.field, one.ours)}</td><td>${said(one.field, one.shop)}</td></tr>`)}</tbody></table>
    <div class="acts"><${Act} id="choose-ours" icon="check" label=${t('orders_travel.take_ours')} busy=${travel.busy} onTap=${() => choose('ours')} />
      <${Act} id="choose-shop" icon="world" label=${t('orders_travel.take_shops')} busy=${travel.busy} onTap=${() => choose('shop')} /></div></div>`;
}

/** What clerks changed, before and after; the last of it can be taken back. */
function Edits({ travel, data }) {
  const live = data.edits.filter((one) => !one.undone_at);
  if (!data.edits.length) return '';
  return html`<div id="edits"><h3>${t('orders_travel.edits')}</h3><ol class="orders-edits">${data.edits.map((one) => html`<li key=${one.id} class=${one.undone_at ? 'orders-undone' : ''}>
      <p><${When} at=${one.at} /> ${one.person || ''} <em>${one.reason}</em>${one.undone_at ? ' · ' + t('orders_travel.undone') : ''}</p>
      ${one.changes.map((change) => html`<p key=${change.field}>${t('orders_field.' + change.field)}: ${change.before === change.after ? t('orders_travel.anew') : html`<s>${said(change.field, change.before)}</s> → ${said(change.field, change.after)}`}</p>`)}</li>`)}</ol>
    ${live.length > 0 && (data.editable || data.readdressable && live[live.length - 1].changes.every((one) => PLACE.indexOf(one.field) >= 0)) && html`<div class="acts"><${Act} id="undo-edit" icon="again" label=${t('orders_travel.undo_edit')} busy=${travel.busy} onTap=${() => travel.act(travel.path('undo-edit'), {}, t('orders_travel.undone_said'))} /></div>`}</div>`;
}
