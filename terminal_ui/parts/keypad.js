import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Digits under the thumb. `onKey` gets '0'…'9'; `okLabel` names what OK does; while `empty` there is nothing to say OK to. */
export function Keypad({ onKey, onErase, onOk, okLabel, disabled, empty }) {
  const key = (digit) => html`<button type="button" key=${digit} class="key" data-key=${digit} disabled=${disabled}
    onClick=${() => onKey(digit)}>${digit}</button>`;
  return html`<div class="keypad">
    ${KEYS.map(key)}
    <button type="button" class="key key-erase" data-key="erase" aria-label=${t('keypad.erase')} onClick=${onErase}>
      <${Icon} name="erase" size=${30} /></button>
    ${key('0')}
    <button type="button" class="key key-ok" data-key="ok" aria-label=${okLabel} disabled=${disabled || empty} onClick=${onOk}>
      <${Icon} name="check" size=${32} /></button>
  </div>`;
}
