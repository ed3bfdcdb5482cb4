// What stands behind a number: one wave with its carts, or one order with its whole story.
import { html, useEffect, useRef } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { clock, count, say } from './format.js';
import { OrderEvents, OrderFacts, OrderGoods, OrderMoves, OrderParcels, OrderState, Pairs, stepWord } from './order_story.js';
import { Act } from './parts.js';
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
      <b>${order.number}</b><span>${order.shop}</span><span class=${'tag tag-' + order.step}>${stepWord(order.step)}</span><time>${clock(order.promised_at, now)}</time></button></li>`)}</ul>`;
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
  return html`<${OrderState} data=${data} />
    <${OrderActs} data=${data} board=${board} />
    <${OrderFacts} data=${data} now=${now} />
    <h3>${t('board.order.lines')}</h3><${OrderGoods} data=${data} />
    <${OrderParcels} data=${data} host=${board} />
    <h3>${t('board.order.story')}</h3><${OrderEvents} data=${data} now=${now} /><${OrderMoves} data=${data} now=${now} />`;
}
