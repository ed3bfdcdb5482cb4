// What stands behind a number: one wave with its carts, or one order with its whole story.
import { html, useEffect, useRef } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { ItemCard } from '../parts/goods.js';
import { clock, count, say } from './format.js';
import { Act } from './parts.js';
import { usePicture } from './picture.js';
import { CartActs, OrderActs, Tick, TickedActs, WavePeople, useTicked } from './wave_acts.js';

export function Drawer({ board }) {
  const drawer = board.drawer;
  const place = useRef(null);
  useEffect(() => place.current.focus(), [drawer]);
  const title = drawer.data ? t('board.' + drawer.kind + '.title', { n: drawer.data.number }) : '…';
  const inner = { wave: WaveStory, order: OrderStory }[drawer.kind];
  return html`<aside class="drawer" role="dialog" aria-label=${title} data-drawer=${drawer.kind}>
    <div class="panel-head"><h2 tabindex="-1" ref=${place}>${title}</h2>
      <button type="button" class="plain-icon" aria-label=${t('board.close')} onClick=${() => board.close()}><${Icon} name="cross" size=${20} /></button></div>
    <div class="drawer-body">
      ${drawer.error && html`<p class="nothing" role="alert">${drawer.error.text}</p>`}
      ${drawer.data && html`<${inner} data=${drawer.data} board=${board} />`}
      ${!drawer.data && !drawer.error && html`<p class="nothing">${t('board.loading')}</p>`}
    </div>
  </aside>`;
}

function Pairs({ rows }) {
  return html`<dl class="pairs">${rows.filter((row) => row[1]).map((row) => html`<div key=${row[0]}><dt>${row[0]}</dt><dd>${row[1]}</dd></div>`)}</dl>`;
}

function WaveStory({ data, board }) {
  const now = board.now();
  const carts = useTicked();
  const orders = useTicked();
  const going = data.status === 'released' || data.status === 'planned';
  const walk = data.saving === null ? '' : t('board.wave.walk_of', { walk: count(data.walk_m), baseline: count(data.baseline_m), n: Math.round(data.saving) });
  return html`
    <${Pairs} rows=${[[t('board.wave.status'), say('board.wave_status', data.status)], [t('board.wave.built'), clock(data.created_at, now) + (data.created_by ? ' · ' + data.created_by : '')],
    [t('board.wave.released'), data.released_at && clock(data.released_at, now)], [t('board.wave.finished'), data.finished_at && clock(data.finished_at, now)], [t('board.wave.walk'), walk]]} />
    ${data.carts.length > 0 && html`<div class="acts"><${Act} id="replay" icon="again" label=${t('replay.open')} onTap=${() => board.replay(data.id)} /></div>`}
    ${data.status === 'released' && html`<${WavePeople} data=${data} board=${board} />`}
    <${TickedActs} data=${data} board=${board} carts=${carts} orders=${orders} />
    ${data.carts.length > 0 && html`<h3>${t('board.wave.carts')}</h3>`}
    <ul class="rows">${data.carts.map((cart, at) => html`<${CartRow} key=${cart.task_id} cart=${cart} number=${at + 1} board=${board} choice=${carts} />`)}</ul>
    <h3>${t('board.wave.orders', { n: data.orders.length })}</h3>
    <ul class="rows">${data.orders.map((order) => html`<li key=${order.id} class=${going && order.active ? 'row-ticked' : ''}>${going && order.active && html`<${Tick} name="order-" id=${order.id} label=${t('life.board.choose', { n: order.number })} choice=${orders} />`}<button type="button" class="row" onClick=${() => board.openOrder(order.id)}>
      <b>${order.number}</b><span>${order.shop}</span><span class=${'tag tag-' + order.step}>${t('board.step.' + (order.step === 'short' ? 'short_one' : order.step === 'new' ? 'new_one' : order.step))}</span><time>${clock(order.promised_at, now)}</time></button></li>`)}</ul>`;
}

function CartRow({ cart, number, board, choice }) {
  const show = () => board.show(cart.path);
  const hide = () => board.show(null);
  const waits = (cart.status === 'open' || cart.status === 'assigned') && !cart.cart;
  return html`<li class=${waits ? 'row-ticked' : ''}>${waits && html`<${Tick} name="cart-" id=${cart.task_id} label=${t('life.board.choose', { n: t('board.wave.cart', { n: number }) })} choice=${choice} />`}<button type="button" class="row row-cart" onMouseEnter=${show} onMouseLeave=${hide} onFocus=${show} onBlur=${hide}>
    <i class=${'cart cart-' + cart.status}></i><b>${cart.cart || t('board.wave.cart', { n: number })}</b>
    <span>${[cart.zone, cart.person || t('board.cart_status.' + cart.status)].filter(Boolean).join(' · ')}</span><span>${cart.done}/${cart.total}</span><small>${t('board.wave.metres', { n: count(cart.walk_m) })}</small>
    <i class="row-bar" style=${{ transform: 'scaleX(' + (cart.total ? cart.done / cart.total : 0) + ')' }}></i></button><${CartActs} cart=${cart} board=${board} /></li>`;
}

function OrderStory({ data, board }) {
  const now = board.now();
  const place = [data.province, data.city, data.district, data.address].filter(Boolean).join(' ');
  const step = data.step === 'short' ? 'short_one' : data.step === 'new' ? 'new_one' : data.step;
  return html`
    <p class="order-state"><span class=${'tag tag-' + data.step}>${say('board.step', step)}</span>${data.hold_reason && html`<span>${data.hold_text || say('board.reason.held', data.hold_reason)}</span>`}</p>
    <${OrderActs} data=${data} board=${board} />
    <${Pairs} rows=${[[t('board.order.shop'), data.shop], [t('board.order.promised'), clock(data.promised_at, now)], [t('board.order.carrier'), data.carrier],
    [t('board.order.recipient'), [data.recipient, data.phone].filter(Boolean).join(' · ')], [t('board.order.address'), place], [t('board.order.amount'), data.total + ' ' + data.currency], [t('board.order.remark'), data.remark]]} />
    <h3>${t('board.order.lines')}</h3>
    <ul class="goods">${data.lines.map((line) => html`<li key=${line.id}><${ItemCard} sku=${line.sku}><p class="goods-counts">${counts(line)}</p><//></li>`)}</ul>
    ${data.parcels.map((parcel) => html`<div key=${parcel.id} class="parcel"><${Icon} name="item" size=${20} /><b>${parcel.number}${data.parcels.length > 1 ? ' · ' + t('station.ordinal', { n: parcel.ordinal }) : ''}</b><span>${parcel.waybill || t('board.order.no_waybill')}</span>
      <small>${[parcel.carrier, parcel.weight_g && count(parcel.weight_g) + ' g', parcel.station].filter(Boolean).join(' · ')}</small>
      ${parcel.put_in.map((one) => html`<small key=${one.text}>${t('board.order.put_in', { what: one.text })}</small>`)}
      ${parcel.photos.length > 0 && html`<small class="parcel-photos">${parcel.photos.map((file) => html`<${Photo} key=${file} file=${file} label=${parcel.number} board=${board} />`)}</small>`}
      ${parcel.pieces.map((piece) => html`<small key=${piece.sku + piece.lot + piece.serial}>${pieceWords(piece)}</small>`)}</div>`)}
    <h3>${t('board.order.story')}</h3>
    <ol class="story">${data.events.map((event, at) => html`<li key=${at} class=${'story-' + event.what}><time>${clock(event.at, now)}</time><p>${tell(event)}${event.who && html` <em>${event.who}</em>`}</p></li>`)}</ol>
    ${data.moves.length > 0 && html`<details class="moves"><summary>${t('board.order.moves', { n: data.moves.length })}</summary>
      <ul>${data.moves.map((move, at) => html`<li key=${at}><time>${clock(move.at, now)}</time> ${move.qty} × ${move.sku}<br />${move.from} → ${move.to}</li>`)}</ul></details>`}`;
}

/** A photograph of a parcel; a tap opens it by itself. */
function Photo({ file, label, board }) {
  const source = usePicture('/api/v1/parcel-photos/' + encodeURIComponent(file), board.shell.session.token);
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

function tell(event) {
  const detail = Object.assign({}, event.detail);
  if (event.what === 'short') detail.reason = say('board.reason.short', detail.reason || 'unknown');
  if (event.what === 'label') {
    detail.document = say('job', detail.document === 'packing_slip' ? 'slip' : detail.document);
    detail.status = say('job', detail.status);
  }
  return t('board.event.' + event.what, detail);
}
