// Enrolling a device: an administrator's code is spent, once, on a secret that this device makes and keeps.
import { offer } from '../core/fetched.js';
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { request } from '../core/session.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';

const SECRET_BYTES = 32;

/** A secret for this code; the same when the code is sent again because the answer was lost. */
function secretFor(code) {
  const begun = recall('device.begun', null);
  if (begun && begun.code === code) return begun.secret;
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
  const secret = bytes.map((byte) => (byte + 0x100).toString(16).slice(1)).join('');
  keep('device.begun', { code: code, secret: secret });
  return secret;
}

/** `done()` leaves this screen. */
class Enrol {
  constructor(shell, done) {
    this.shell = shell;
    this.done = done;
  }

  async spend(code) {
    const secret = secretFor(code);
    const envelope = await this.shell.work(() => request('POST', '/api/v1/devices/enrol', '', { code: code, secret: secret }));
    this.shell.say(envelope.message);
    if (!envelope.ok) return;
    keep('device.secret', secret);
    keep('device.name', envelope.data.name);
    keep('device.begun', null);
    this.done();
  }

  view() {
    return {
      screen: 'login',
      step: 'enrol',
      prompt: t('login.enrol_prompt'),
      body: html`<div class="welcome"><div class="welcome-mark"><${Icon} name="receive" size=${72} /></div>
        <h1>${t('login.enrol')}</h1><p>${t('login.enrol_hint')}</p></div>`,
      actions: [{ id: 'back', label: t('sheet.back'), icon: 'back', onTap: this.done }],
    };
  }
}

offer('enrol', (shell, done) => new Enrol(shell, done));
