import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';

/**
 * A touch target of at least 56 px. After a tap the focus goes back to the scan field (core/scanner.js),
 * so that the Enter of the next scan cannot press it again.
 * @param {Partial<import('../types').Action>} props
 */
export function Button({ label, icon, kind, onTap, id, disabled, pressed, hotkey }) {
  /** @param {any} event */
  const tap = (event) => {
    event.currentTarget.blur();
    if (!disabled && onTap) onTap();
  };
  return html`<button type="button" id=${id} class=${'button ' + (kind || 'plain')} disabled=${disabled}
    aria-pressed=${pressed} onClick=${tap}>
    ${icon && html`<${Icon} name=${icon} />`}<span>${label}</span>
    ${hotkey && html`<kbd>${hotkey}</kbd>`}
  </button>`;
}

/**
 * A large choice on a home screen.
 * @param {{ label: string, hint?: string, icon: string, onTap: () => any, id: string }} props
 */
export function Tile({ label, hint, icon, onTap, id }) {
  return html`<button type="button" id=${id} class="tile" onClick=${onTap}>
    <${Icon} name=${icon} size=${40} /><span class="tile-label">${label}</span>
    ${hint && html`<span class="tile-hint">${hint}</span>`}
  </button>`;
}
