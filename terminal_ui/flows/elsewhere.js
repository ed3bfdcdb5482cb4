// What covers a page whose person is at work elsewhere: in another tab of this browser, or at another device.
import { offer } from '../core/fetched.js';
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';

class Elsewhere {
  constructor(shell, why, take, device) {
    this.shell = shell;
    this.why = why;
    this.take = take;
    this.device = device || '';
  }

  /** Nothing that is scanned here counts. */
  scan() {
    play('error');
  }

  view() {
    return {
      screen: 'elsewhere',
      step: this.why,
      prompt: t('elsewhere.prompt'),
      body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name=${this.why === 'tab' ? 'many' : 'person'} size=${72} /></div>
        <h1>${t('elsewhere.' + this.why, { device: this.device })}</h1><p>${t('elsewhere.hint')}</p></div>`,
      actions: [{ id: 'take-over-here', label: t('elsewhere.take'), icon: 'next', kind: 'primary', onTap: this.take }],
    };
  }
}

offer('elsewhere', (shell, why, take, device) => new Elsewhere(shell, why, take, device));
