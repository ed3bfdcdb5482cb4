// Signing in: badge, then PIN, by scan or by thumb.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { Keypad } from '../parts/keypad.js';
import { Languages } from '../parts/sheet.js';

/** `station`: code of the station this page belongs to, if any. */
export class Login {
  constructor(shell, station) {
    this.shell = shell;
    this.station = station || (() => null);
    this.badge = '';
    this.pin = '';
  }

  async scan(code) {
    if (this.badge) return this._enter(code);
    this.badge = code;
    this.pin = '';
    play('step');
    return undefined;
  }

  async _enter(pin) {
    const envelope = await this.shell.signIn(this.badge, pin, this.station());
    this.pin = '';
    if (envelope.ok) return;
    this.shell.say(envelope.message);
    if (/badge|locked|posting|station/.test(envelope.message.code)) this.badge = '';
  }

  _key(digit) {
    this.shell.acknowledge();
    if (this.pin.length < 12) this.pin += digit;
    this.shell.changed();
  }

  view() {
    const toPin = Boolean(this.badge);
    return {
      screen: 'login',
      step: toPin ? 'pin' : 'badge',
      prompt: toPin ? t('login.type_pin') : t('login.scan_badge'),
      secret: toPin,
      body: toPin ? this._pinBody() : this._badgeBody(),
      actions: toPin ? [{ id: 'back', label: t('login.other_badge'), icon: 'back', onTap: () => this._restart() }] : [],
    };
  }

  _restart() {
    this.badge = this.pin = '';
    this.shell.changed();
  }

  _badgeBody() {
    const unsent = this.shell.outbox.waiting().length;
    return html`<div class="welcome">
      <div class="welcome-mark"><${Icon} name="person" size=${72} /></div>
      <h1>${t('login.title')}</h1><p>${t('login.hint')}</p>
      ${this.station() && html`<p class="chip">${t('login.station', { code: this.station() })}</p>`}
      ${unsent > 0 && html`<p class="chip chip-queued">${t('login.unsent', { n: unsent })}</p>`}
      <${Languages} onChoose=${(code) => this.shell.useLocale(code)} />
    </div>`;
  }

  _pinBody() {
    return html`<div class="pin">
      <h1>${t('login.pin')}</h1>
      <div class="pin-dots" aria-label=${t('login.digits', { n: this.pin.length })}>${[0, 1, 2, 3, 4, 5].map((at) =>
        html`<i class=${at < this.pin.length ? 'filled' : ''}></i>`)}</div>
      <${Keypad} onKey=${(digit) => this._key(digit)} onErase=${() => { this.pin = this.pin.slice(0, -1); this.shell.changed(); }}
        onOk=${() => this.pin && this._enter(this.pin)} okLabel=${t('login.sign_in')} disabled=${this.shell.busy} />
    </div>`;
  }
}
