// The settings of whoever works here: six large fields, each tap the next choice. Made for gloves.
import { offer } from '../core/fetched.js';
import { html } from '../core/html.js';
import { Icon, PATHS } from '../core/icons.js';
import { recall } from '../core/storage.js';
import { locale, t } from '../core/texts.js';
import { canSpeak, speak, spellQuantity } from '../core/voice.js';
import { wish } from '../core/wishes.js';
import { VOLUMES } from '../parts/menu.js';
import { Sheet } from '../parts/sheet.js';

const CHOICES = { hand: ['right', 'left'], theme: ['auto', 'light', 'dark'], contrast: ['normal', 'high'], voice: ['off', 'on'], pace: ['slow', 'normal', 'fast'] };
const ICONS = { hand: 'hand', theme: 'light', contrast: 'contrast', voice: 'voice', pace: 'clock', sound: 'sound' };

PATHS.hand = 'M8 12.5V6a1.5 1.5 0 013 0v5V4.5a1.5 1.5 0 013 0V11V6a1.5 1.5 0 013 0v9c0 4-2.5 6-5.5 6s-4.5-2-7-6.5a1.6 1.6 0 012.5-2z';
PATHS.contrast = 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 3v18M12 7h6M12 11h8.5M12 15h8M12 19h5';

const next = (all, one) => all[(all.indexOf(one) + 1) % all.length];

function choose(shell, name, value) {
  shell.prefer({ [name]: name === 'voice' ? value === 'on' : value });
  if (name === 'pace' || value === 'on') speak(t('voice.take', { n: spellQuantity(2, locale()) }), shell.session.settings.pace);
}

function settingsSheet(shell) {
  const now = shell.session.settings;
  const speaks = canSpeak(() => shell.changed());
  const field = (name, value, label, onTap, off) => html`<button type="button" key=${name} id=${'set-' + name} class=${'setting' + (off ? ' setting-off' : '')} data-value=${value} onClick=${onTap}>
    <${Icon} name=${ICONS[name]} size=${30} /><span>${t('settings.' + name)}</span><b>${label}</b></button>`;
  const fields = Object.keys(CHOICES).map((name) => {
    const value = name === 'voice' ? (now.voice ? 'on' : 'off') : now[name];
    const none = name === 'voice' && !speaks;
    return field(name, value, none && value === 'off' ? t('settings.voice_none') : t('settings.' + name + '_' + value), () => choose(shell, name, next(CHOICES[name], value)), none);
  });
  const volume = VOLUMES.indexOf(recall('loudness', 0.25));
  fields.push(field('sound', volume, t('settings.sound_' + volume), () => shell.useLoudness(next(VOLUMES, VOLUMES[volume]))));
  return html`<${Sheet} id="settings" title=${t('settings.title')} onClose=${() => shell.closeSheet()}>
    <div class="settings">${fields}</div>
    <p class="sub" id="settings-note">${speaks ? t('settings.follow') : t('settings.no_voice')}</p>
  <//>`;
}

offer('settings', { sheet: settingsSheet, wish: wish });
