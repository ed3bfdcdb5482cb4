// Signing in: badge, then PIN, by scan or by thumb; and the way to enrol the device.
import { sameCode } from '../core/codes.js';
import { need } from '../core/fetched.js';
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { request } from '../core/session.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { Button } from '../parts/button.js';
import { Keypad } from '../parts/keypad.js';
import { Languages } from '../parts/sheet.js';

const SHORTEST_PIN = 4;
const LONGEST_PIN = 12;
const ENROL = /#enrol=([\w-]+)/i; // at the end of the address that an administrator shows

/** Which station this device stands at: from the address (?station=PACK-01), else as scanned earlier. */
export function stationOfDevice() {
  const named = new URLSearchParams(location.search).get('station');
  if (named) keep('station', named);
  return { get: () => recall('station', ''), set: (code) => keep('station', code) };
}

/** `station`: {get(), set(code)} on pages that belong to a station; its code is asked for first. */
export class Login {
  constructor(shell, station) {
    this.shell = shell;
    this.station = station || null;
    this.badge = '';
    this.pin = '';
    this.enrolling = null;
    const opened = ENROL.exec(location.hash);
    if (!opened) return;
    history.replaceState(null, '', location.pathname + location.search); // spent once, and not kept
    this._enrol(opened[1]);
  }

  async scan(code) {
    const shown = ENROL.exec(code);
    if (shown || this.enrolling) return this._enrol(shown ? shown[1] : code);
    if (this._asksStation()) return this._atStation(code);
    if (this.badge && sameCode(this.badge, code)) return play('step'); // the badge once more: no PIN, no harm
    if (this.badge) return this._enter(code);
    this.badge = code;
    this.pin = '';
    play('step');
    this._speakTo(code);
    return undefined;
  }

  /** Ask for the PIN in the language of whoever wears this badge; the answer is in nobody's way. */
  async _speakTo(badge) {
    const chosen = this.shell.chosen;
    const envelope = await request('POST', '/api/v1/sessions/language', '', { badge: badge });
    if (envelope.ok && this.badge === badge && this.shell.chosen === chosen) await this.shell.speak(envelope.data.locale);
  }

  /** Enrol this device with a code; without one, ask for it. */
  async _enrol(code) {
    try {
      if (!this.enrolling) this.enrolling = (await need('enrol'))(this.shell, () => this._leave());
    } catch (error) {
      return this.shell.tell('link.needed', 'warning');
    }
    this.shell.changed();
    return code ? this.enrolling.spend(code) : undefined;
  }

  _leave() {
    this.enrolling = null;
    this.shell.changed();
  }

  _asksStation() {
    return this.station !== null && !this.station.get();
  }

  _atStation(code) {
    this.station.set(code);
    play('step');
  }

  async _enter(pin) {
    if (pin.length < SHORTEST_PIN || pin.length > LONGEST_PIN) return this.shell.tell('login.type_pin', 'warning');
    const envelope = await this.shell.signIn(this.badge, pin, this.station && this.station.get());
    this.pin = '';
    if (envelope.ok) return undefined;
    this.shell.say(envelope.message);
    if (/badge|locked|posting|station|device/.test(envelope.message.code)) this._restart();
    if (/station/.test(envelope.message.code)) this.station.set('');
    return undefined;
  }

  _key(digit) {
    this.shell.acknowledge();
    if (this.pin.length < 12) this.pin += digit;
    this.shell.changed();
  }

  view() {
    if (this.enrolling) return this.enrolling.view();
    if (this._asksStation()) return this._stationView();
    const toPin = Boolean(this.badge);
    return {
      screen: 'login',
      step: toPin ? 'pin' : 'badge',
      prompt: toPin ? t('login.type_pin') : t('login.scan_badge'),
      secret: toPin,
      body: toPin ? this._pinBody() : this._badgeBody(),
      actions: toPin ? [{ id: 'back', label: t('login.other_badge'), icon: 'back', onTap: () => this._restart() }] : this._enrolActions(),
    };
  }

  _stationView() {
    return {
      screen: 'login',
      step: 'station',
      prompt: t('login.scan_station'),
      body: this._welcome('printer', t('login.scan_station'), t('login.station_hint')),
      actions: [],
    };
  }

  _enrolActions() {
    return recall('device.secret', null) ? [] : [{ id: 'enrol', label: t('login.enrol'), icon: 'receive', onTap: () => this._enrol() }];
  }

  menu() {
    const again = () => {
      this.shell.closeSheet();
      this._enrol();
    };
    return html`${this._stationMenu()}${recall('device.secret', null) && html`<${Button} id="enrol-again" label=${t('login.enrol_again')} icon="receive" onTap=${again} />`}`;
  }

  _stationMenu() {
    const forget = () => {
      this.station.set('');
      this.shell.closeSheet();
    };
    return this.station && this.station.get() ? html`<${Button} id="other-station" label=${t('login.other_station')} icon="again" onTap=${forget} />` : '';
  }

  _restart() {
    this.badge = this.pin = '';
    this.shell.changed();
    this.shell.speak(this.shell.session.language);
  }

  _badgeBody() {
    return this._welcome('person', t('login.title'), t('login.hint'));
  }

  _welcome(icon, title, hint) {
    const unsent = this.shell.outbox.waiting().length;
    const station = this.station && this.station.get();
    const device = recall('device.name', '');
    return html`<div class="welcome">
      <div class="welcome-mark"><${Icon} name=${icon} size=${72} /></div>
      <h1>${title}</h1><p>${hint}</p>
      ${station && html`<p class="chip">${t('login.station', { code: station })}</p>`}
      ${device && html`<p class="chip" id="device-name">${t('login.device', { name: device })}</p>`}
      ${unsent > 0 && html`<p class="chip chip-queued">${t('login.unsent', { n: unsent })}</p>`}
      <${Languages} onChoose=${(code) => this.shell.useLocale(code)} />
      <p class="links"><button type="button" class="link" id="set-up-scanner" onClick=${() => this.shell.learnScanner()}>${t('menu.scanner')}</button>
        <a class="link" id="guide" href="/guide">${t('menu.guide')}</a></p>
    </div>`;
  }

  _pinBody() {
    return html`<div class="pin">
      <h1>${t('login.pin')}</h1>
      <div class="pin-dots" role="img" aria-label=${t('login.digits', { n: this.pin.length })}>${[0, 1, 2, 3, 4, 5].map((at) =>
        html`<i class=${at < this.pin.length ? 'filled' : ''}></i>`)}</div>
      <${Keypad} onKey=${(digit) => this._key(digit)} onErase=${() => { this.pin = this.pin.slice(0, -1); this.shell.changed(); }}
        onOk=${() => this.pin && this._enter(this.pin)} okLabel=${t('login.sign_in')} disabled=${this.shell.busy} />
    </div>`;
  }
}
