import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Button } from './button.js';
import { Languages, Sheet } from './sheet.js';

/** @param {{ icon: string, children?: any }} props */
export const Row = ({ icon, children }) => html`<div class="menu-row"><${Icon} name=${icon} size=${28} />${children}</div>`;

/** How loud a device may be, from silent on. */
export const VOLUMES = [0, 0.1, 0.25, 0.8];

/**
 * Language, what the flow adds (`flow.menu()`: vnodes), and the way to the settings, or a `look` in place of it.
 * @param {any} shell @param {any} [look]
 */
export function menuSheet(shell, look) {
  return html`<${Sheet} id="menu" title=${t('menu.title')} onClose=${() => shell.closeSheet()}>
    ${shell.flow.menu ? shell.flow.menu() : ''}
    <${Row} icon="world"><${Languages} onChoose=${(/** @type {string} */ code) => shell.useLocale(code)} /><//>
    ${look || html`<${Button} id="open-settings" label=${t('settings.title')} icon="settings" onTap=${() => shell.openSettings()} />`}
    <${Button} id="scanner" label=${t('menu.scanner')} icon="barcode" onTap=${() => shell.learnScanner()} />
    ${shell.session.token && html`<${Button} id="sign-out" label=${t('menu.sign_out')} icon="out" onTap=${() => shell.signOut()} />`}
  <//>`;
}

/**
 * What was scanned without a link and then refused: a person must see to each, one by one.
 * @param {any} shell
 */
export function troublesSheet(shell) {
  const rows = shell.outbox.refused(shell.session.person.id);
  const when = (/** @type {any} */ row) => new Date(row.at).toTimeString().slice(0, 5);
  return html`<${Sheet} id="troubles" title=${t('troubles.title')} onClose=${() => shell.closeSheet()}>
    <p>${t('troubles.hint')}</p>
    <ul class="list">${rows.map((/** @type {any} */ row) => html`<li key=${row.id} class="list-row" data-reason=${row.refused.message.code}><span>${row.refused.message.text}
      <small>${[when(row), row.body.bin, row.body.item, row.body.code, row.body.qty && '× ' + row.body.qty, row.body.tote].filter(Boolean).join(' · ')}</small></span>
      <button type="button" class="link trouble-clear" onClick=${() => shell.clearTrouble(row)}>${t('troubles.clear')}</button></li>`)}</ul>
  <//>`;
}
