// What is picked, where, how many: the three things a picker reads from an arm's length.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';

/** A bin in letters of at least 40 px, with its zone as a coloured, named edge. */
export function Location({ bin, done, sideText }) {
  const size = bin.code.length > 11 ? ' location-long' : '';
  return html`<div class=${'location' + (done ? ' location-done' : '')} style=${{ borderColor: safeColour(bin.zone_colour) }}>
    <div class="location-code${size}"><span id="location">${spaced(bin.code)}</span>${done && html`<${Icon} name="check" size=${30} />`}</div>
    <div class="location-more">
      ${bin.zone && html`<span class="zone" style=${{ background: safeColour(bin.zone_colour) }}></span>`}
      ${bin.zone && html`<b>${bin.zone}</b>`} ${sideText}
    </div>
  </div>`;
}

/** The parts of a code may wrap after its dashes, nowhere else. */
function spaced(code) {
  return code.split('-').map((part, at, all) => html`${part}${at < all.length - 1 ? '-' : ''}<wbr />`);
}

// Colours come from the database; anything but a plain hex colour is ignored.
export function safeColour(colour) {
  return /^#[0-9a-f]{3,8}$/i.test(colour || '') ? colour : '#4477aa';
}

/** What stands in the place of a picture: the picture, over a mark for where there is none. */
export const Picture = ({ sku, size }) => html`${sku.picture ? html`<img src=${safeUrl(sku.picture)} alt="" onError=${hide} />` : ''}<${Icon} name="item" size=${size} />`;

/** Picture, name and code of a SKU. `size`: '' or 'large'. */
export function ItemCard({ sku, size, children }) {
  return html`<div class=${'item ' + (size ? 'item-' + size : '')}>
    <div class="item-picture"><${Picture} sku=${sku} size=${40} /></div>
    <div class="item-words"><div class="item-name">${sku.name}</div><div class="item-code">${sku.code}</div>${children}</div>
  </div>`;
}

function hide(event) {
  event.target.style.display = 'none';
}

// Pictures may come from a merchant's file: only pictures, never scripts.
export function safeUrl(url) {
  return /^(https?:\/\/|\/|data:image\/)/i.test(url) ? url : '';
}

/** How many, in figures of at least 48 px. `of`: how many are wanted, when that differs. */
export function Quantity({ qty, of }) {
  return html`<div class="quantity"><span class="quantity-times" aria-hidden="true">×</span>
    <span class="quantity-number" id="quantity">${qty}</span>
    ${of !== undefined && of !== qty && html`<span class="quantity-of">${t('pick.of', { n: of })}</span>`}</div>`;
}
