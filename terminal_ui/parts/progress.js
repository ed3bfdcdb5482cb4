import { html } from '../core/html.js';
import { t } from '../core/texts.js';

/**
 * The cart as a row of totes that fill up: green what the server has, striped amber what is not yet sent,
 * crossed out what went to the supervisor. `slots`: [{slot, total, picked, unsent, short}].
 */
export function CartProgress({ slots, current, done, total }) {
  return html`<div class="cart-progress" aria-label=${t('pick.progress', { done: done, total: total })}>
    <div class=${'cart-slots' + (slots.length > 8 ? ' cart-slots-many' : '')}>${slots.map((one) => html`<${Slot} key=${one.slot} one=${one} current=${one.slot === current} />`)}</div>
    <div class="cart-count" id="progress" data-done=${done} data-total=${total}>${done}<small>/${total}</small></div>
  </div>`;
}

function Slot({ one, current }) {
  const share = (pieces) => (one.total ? Math.round((100 * pieces) / one.total) : 0) + '%';
  const full = one.total > 0 && one.picked >= one.total;
  return html`<div class=${'slot' + (current ? ' slot-current' : '') + (one.short ? ' slot-short' : '') + (full ? ' slot-full' : '')} data-slot=${one.slot}>
    <i class="slot-fill" style=${{ height: share(one.picked) }}></i>
    <i class="slot-unsent" style=${{ bottom: share(one.picked), height: share(one.unsent) }}></i>
    <b>${one.slot}</b>
  </div>`;
}
