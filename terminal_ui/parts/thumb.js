import { html } from '../core/html.js';
import { Picture } from './goods.js';

/** The picture of goods in a row of a list; its place stays when there is none. */
export function Thumb({ sku }) {
  return html`<i class="item-picture thumb"><${Picture} sku=${sku} size=${26} /></i>`;
}
