import { html } from '../core/html.js';
import { t } from '../core/texts.js';

/**
 * How far the work is: a bar and n of m.
 * @param {{ done: number, total: number, title?: string }} props
 */
export function Steps({ done, total, title }) {
  return html`<div class="steps" role="img" aria-label=${t('pick.progress', { done: done, total: total })}>
    ${title && html`<b class="steps-title">${title}</b>`}
    <span class="steps-bar"><i style=${{ width: (total ? Math.min(100, (100 * done) / total) : 0) + '%' }}></i></span>
    <em id="progress" data-done=${done} data-total=${total}>${done}<small>/${total}</small></em></div>`;
}
