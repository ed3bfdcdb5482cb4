// What a tote and a cart hold: litres and kilograms on the screen, millilitres and grams beneath.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Field } from './office_parts.js';
import { Act } from './parts.js';

const LIMITS = ['tote_volume_ml', 'tote_weight_g', 'cart_volume_ml', 'cart_weight_g'];
const MOST = 1e6; // litres, kilograms

/** What is typed as ml or g: null for nothing, undefined for what is no amount. */
export function amountOf(typed) {
  const text = String(typed).trim().replace(',', '.');
  if (!text) return null;
  const n = Number(text);
  return n > 0 && n <= MOST ? Math.max(1, Math.round(n * 1000)) : undefined;
}

export function CartForm({ page, data }) {
  const [typed, type] = useState(null);
  const shown = typed || LIMITS.reduce((all, name) => Object.assign(all, { [name]: data[name] === null ? '' : String(data[name] / 1000) }), {});
  const amounts = LIMITS.reduce((all, name) => Object.assign(all, { [name]: amountOf(shown[name]) }), {});
  const wrong = LIMITS.some((name) => amounts[name] === undefined);
  const same = LIMITS.every((name) => amounts[name] === data[name]);
  const busy = Boolean(page.office.working.carts);
  const keep = async (event) => {
    if (event) event.preventDefault();
    if (wrong || same) return;
    const kept = await page.act('carts', 'wave.carts_keep', amounts);
    if (kept.ok) type(null);
  };
  const field = (name) => html`<${Field} label=${t('waves.' + name)}><input id=${name} inputmode="decimal" autocomplete="off" placeholder=${t('layout.no_limit')} value=${shown[name]} aria-invalid=${amounts[name] === undefined ? 'true' : 'false'} onInput=${(event) => type(Object.assign({}, shown, { [name]: event.target.value }))} /><//>`;
  return html`<div class="waves-cutoffs"><form id="cart-room" onSubmit=${keep}>${LIMITS.map(field)}
    <${Act} id="carts-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${busy || wrong || same} onTap=${keep} /></form><p class="soft">${t('waves.carts_hint')}</p></div>`;
}
