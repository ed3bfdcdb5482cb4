import { html } from '../core/html.js';
import { LOCALES, locale, t } from '../core/texts.js';
import { Button } from './button.js';

/**
 * A panel over the screen: menus, reasons, keypads. Closes by its own button.
 * @param {{ title: string, onClose: () => any, children?: any, id: string }} props
 */
export function Sheet({ title, onClose, children, id }) {
  return html`<div class="sheet-back" data-sheet=${id}>
    <section class="sheet" role="dialog" aria-modal="true" aria-label=${title}>
      <h2 class="sheet-title">${title}</h2>
      <div class="sheet-body">${children}</div>
      <${Button} id="sheet-close" label=${t('sheet.back')} icon="back" onTap=${onClose} />
    </section>
  </div>`;
}

/**
 * Three languages, each in its own script.
 * @param {{ onChoose: (code: string) => any }} props
 */
export function Languages({ onChoose }) {
  return html`<div class="segments" role="group" aria-label=${t('menu.language')}>
    ${LOCALES.map(([code, name]) => html`<button type="button" key=${code} lang=${code.replace('_', '-')} data-locale=${code}
      class=${'segment' + (code === locale() ? ' chosen' : '')} aria-pressed=${code === locale()}
      onClick=${() => onChoose(code)}>${name}</button>`)}
  </div>`;
}

/**
 * One of a few values. `choices`: [[value, label], …].
 * @param {{ label: string, choices: [any, string][], value: any, onChoose: (value: any) => any, id?: string }} props
 */
export function Segments({ label, choices, value, onChoose, id }) {
  return html`<div class="segments" role="group" aria-label=${label} id=${id}>
    ${choices.map(([one, name]) => html`<button type="button" key=${one} class=${'segment' + (one === value ? ' chosen' : '')}
      aria-pressed=${one === value} data-value=${one} onClick=${() => onChoose(one)}>${name}</button>`)}
  </div>`;
}
