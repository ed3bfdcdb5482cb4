// What a desk chooses of its look and sound in the menu; devices have their settings for it.
import { html } from '../core/html.js';
import { recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { Row, VOLUMES } from '../parts/menu.js';
import { Segments } from '../parts/sheet.js';

export function deskLook(shell) {
  const themes = [['auto', t('menu.theme_auto')], ['light', t('menu.theme_light')], ['dark', t('menu.theme_dark')]];
  const words = [t('menu.sound_off'), t('menu.sound_low'), t('menu.sound_middle'), t('menu.sound_high')];
  const volumes = VOLUMES.map((one, at) => [one, words[at]]);
  return html`<${Row} icon="light"><${Segments} id="theme" label=${t('menu.theme')} choices=${themes} value=${shell.session.settings.theme} onChoose=${(one) => shell.prefer({ theme: one })} /><//>
    <${Row} icon="sound"><${Segments} id="sound" label=${t('menu.sound')} choices=${volumes} value=${recall('loudness', 0.25)} onChoose=${(one) => shell.useLoudness(one)} /><//>`;
}
