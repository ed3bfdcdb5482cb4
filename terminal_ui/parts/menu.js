import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { Button } from './button.js';
import { Languages, Segments, Sheet } from './sheet.js';

const Row = ({ icon, children }) => html`<div class="menu-row"><${Icon} name=${icon} size=${28} />${children}</div>`;

/** How loud a device may be, from silent on. */
export const VOLUMES = [0, 0.1, 0.25, 0.8];

/** Language, look, sound, and what the flow adds (`flow.menu()`: vnodes). */
export function menuSheet(shell) {
  const themes = [['auto', t('menu.theme_auto')], ['light', t('menu.theme_light')], ['dark', t('menu.theme_dark')]];
  const words = [t('menu.sound_off'), t('menu.sound_low'), t('menu.sound_middle'), t('menu.sound_high')];
  const volumes = VOLUMES.map((one, at) => [one, words[at]]);
  return html`<${Sheet} id="menu" title=${t('menu.title')} onClose=${() => shell.closeSheet()}>
    ${shell.flow.menu ? shell.flow.menu() : ''}
    <${Row} icon="world"><${Languages} onChoose=${(code) => shell.useLocale(code)} /><//>
    <${Row} icon="light"><${Segments} id="theme" label=${t('menu.theme')} choices=${themes} value=${recall('theme', 'auto')} onChoose=${(one) => shell.useTheme(one)} /><//>
    <${Row} icon="sound"><${Segments} id="sound" label=${t('menu.sound')} choices=${volumes} value=${recall('loudness', 0.25)} onChoose=${(one) => shell.useLoudness(one)} /><//>
    <${Button} id="scanner" label=${t('menu.scanner')} icon="barcode" onTap=${() => shell.learnScanner()} />
    ${shell.session.token && html`<${Button} id="sign-out" label=${t('menu.sign_out')} icon="out" onTap=${() => shell.signOut()} />`}
  <//>`;
}

/** What was scanned without a link and then refused: a person must see it. */
export function troublesSheet(shell) {
  const rows = shell.outbox.refused(shell.session.person.id);
  return html`<${Sheet} id="troubles" title=${t('troubles.title')} onClose=${() => shell.closeSheet()}>
    <p>${t('troubles.hint')}</p>
    <ul class="list">${rows.map((row) => html`<li key=${row.id} class="list-row"><span>${row.refused.message.text}
      <small>${[row.body.bin, row.body.item, row.body.qty && '× ' + row.body.qty, row.body.tote].filter(Boolean).join(' · ')}</small></span></li>`)}</ul>
    <${Button} id="troubles-read" kind="primary" icon="check" label=${t('troubles.read')} onTap=${() => shell.clearTroubles()} />
  <//>`;
}
