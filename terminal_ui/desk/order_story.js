// The story of an order, as the board tells it beside the floor and the page of orders in full: what was ordered, what
// is in its parcels, and everything that happened. `host`: {shell, now(): ms}.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { ItemCard } from '../parts/goods.js';
import { clock, count, say } from './format.js';
import { usePicture } from '../parts/picture.js';

/** The word for where an order stands. */
export function stepWord(step) {
  return say('board.step', step === 'short' || step === 'new' ? step + '_one' : step);
}

export function Pairs({ rows }) {
  return html`<dl class="pairs">${rows.filter((row) => row[1]).map((row) => html`<div key=${row[0]}><dt>${row[0]}</dt><dd>${row[1]}</dd></div>`)}</dl>`;
}

/** Where it stands, and why it does not go on. */
export function OrderState({ data }) {
  const said = data.hold_params || {};
  const by = data.hold_reason === 'intercepted' ? [said.why, said.by].filter(Boolean).join(' · ') : '';
  return html`<p class="order-state"><span class=${'tag tag-' + data.step}>${stepWord(data.step)}</span>${data.hold_reason && html`<span>${data.hold_text || say('board.reason.held', data.hold_reason)}${by && html` <em>${by}</em>`}</span>`}</p>`;
}

/** `bare`: without who gets it and where, which the page of orders tells apart (personal.js). */
export function OrderFacts({ data, now, bare }) {
  const place = bare ? '' : [data.province, data.city, data.district, data.address].filter(Boolean).join(' ');
  return html`<${Pairs} rows=${[[t('board.order.shop'), data.shop], [t('board.order.promised'), clock(data.promised_at, now)], [t('board.order.carrier'), data.carrier],
    [t('board.order.recipient'), bare ? '' : [data.recipient, data.phone].filter(Boolean).join(' · ')], [t('board.order.address'), place], [t('board.order.amount'), data.total + ' ' + data.currency], [t('orders.cod'), data.cod && data.cod + ' ' + data.currency],
    [t('board.order.remark'), data.remark], [t('orders.gift_note'), data.gift_note]]} />`;
}

export function OrderGoods({ data }) {
  return html`<ul class="goods">${data.lines.map((line) => html`<li key=${line.id}><${ItemCard} sku=${line.sku}><p class="goods-counts">${counts(line)}</p><//></li>`)}</ul>`;
}

export function OrderParcels({ data, host }) {
  return data.parcels.map((parcel) => html`<div key=${parcel.id} class="parcel"><${Icon} name="item" size=${20} /><b>${parcel.number}${data.parcels.length > 1 ? ' · ' + t('station.ordinal', { n: parcel.ordinal }) : ''}</b><span>${parcel.waybill || t('board.order.no_waybill')}</span>
      <small>${[parcel.carrier, parcel.weight_g && count(parcel.weight_g) + ' g', parcel.station].filter(Boolean).join(' · ')}</small>
      ${parcel.put_in.map((one) => html`<small key=${one.text}>${t('board.order.put_in', { what: one.text })}</small>`)}
      ${parcel.photos.length > 0 && html`<small class="parcel-photos">${parcel.photos.map((file) => html`<${Photo} key=${file} file=${file} label=${parcel.number} host=${host} />`)}</small>`}
      ${parcel.pieces.map((piece) => html`<small key=${piece.sku + piece.lot + piece.serial}>${pieceWords(piece)}</small>`)}</div>`);
}

export function OrderEvents({ data, now }) {
  return html`<ol class="story">${data.events.map((event, at) => html`<li key=${at} class=${'story-' + event.what}><time>${clock(event.at, now)}</time><p>${tell(event)}${event.who && html` <em>${event.who}</em>`}</p></li>`)}</ol>`;
}

export function OrderMoves({ data, now }) {
  return data.moves.length > 0 && html`<details class="moves"><summary>${t('board.order.moves', { n: data.moves.length })}</summary>
      <ul>${data.moves.map((move, at) => html`<li key=${at}><time>${clock(move.at, now)}</time> ${move.qty} × ${move.sku}<br />${move.from} → ${move.to}</li>`)}</ul></details>`;
}

/** A photograph of a parcel; a tap opens it by itself. */
function Photo({ file, label, host }) {
  const source = usePicture('/api/v1/parcel-photos/' + encodeURIComponent(file), host.shell.session.token);
  return source && html`<a href=${source} target="_blank" rel="noopener" data-file=${file}><img src=${source} alt=${t('board.order.photo', { parcel: label })} /></a>`;
}

/** Which tracked piece went out: its SKU, lot and serial number. */
function pieceWords(piece) {
  return [piece.serial ? piece.sku : piece.qty + ' × ' + piece.sku, piece.lot && t('tracking.lot', { lot: piece.lot }), piece.serial].filter(Boolean).join(' · ');
}

function counts(line) {
  const parts = [t('board.order.wanted', { n: line.qty }), t('board.order.picked', { n: line.picked }), t('board.order.packed', { n: line.packed })];
  if (line.dropped) parts.push(t('board.order.dropped', { n: line.dropped }));
  return parts.join(' · ');
}

/** An event in words. */
export function tell(event) {
  const detail = Object.assign({}, event.detail);
  if (event.what === 'short') detail.reason = say('board.reason.short', detail.reason || 'unknown');
  if (event.what === 'label') {
    detail.document = say('job', detail.document === 'packing_slip' ? 'slip' : detail.document);
    detail.status = say('job', detail.status);
  }
  return t('board.event.' + event.what, detail);
}
