// Weights at the station beyond the usual: typing one, connecting a scale, why one is doubted, and a supervisor who agrees.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { request } from '../core/session.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { Button } from '../parts/button.js';
import { Keypad } from '../parts/keypad.js';
import { Sheet } from '../parts/sheet.js';

const MOST_LETTERS = 200;
const LINES = ['9600 8N1', '9600 7E1', '4800 8N1', '4800 7E1', '2400 8N1', '2400 7E1', '19200 8N1', '115200 8N1'];

class Weighing {
  constructor(station) {
    this.station = station;
    this.shell = station.shell;
    this.badge = this.pin = this.reason = '';
    this.line = LINES[0];
  }

  sheet(name) {
    if (name === 'weight') return this._weight();
    return name === 'agree' && this.station.doubt ? this._agree() : null;
  }

  /** A badge that is scanned while the supervisor's is asked for. */
  scan(code) {
    this.badge = code;
    play('step');
    this.shell.changed();
  }

  _weight() {
    const flow = this.station;
    return html`<${Sheet} id="weight" title=${t('station.type_weight')} onClose=${() => this.shell.closeSheet()}>
      <div class="typed">${flow.typed || html`<i>0</i>`}<small>g</small></div>
      <${Keypad} onKey=${(digit) => flow.typeWeight(flow.typed + digit)} onErase=${() => flow.typeWeight(flow.typed.slice(0, -1))}
        onOk=${() => this.shell.scan(flow.typed)} okLabel=${t('keypad.ok')} disabled=${false} />
      ${navigator.serial ? this._scale() : html`<p><small id="no-serial">${t('weigh.no_serial')}</small></p>`}
    <//>`;
  }

  _scale() {
    const on = Boolean(this.station.scale && this.station.scale.on);
    return html`<label class="scale-line"><span>${t('weigh.line')}</span><select id="scale-line" onChange=${(event) => { this.line = event.target.value; }}>
        ${LINES.map((one) => html`<option key=${one} selected=${one === (this.station.scale ? this.station.scale.line : this.line)}>${one}</option>`)}</select><small>${t('weigh.line_hint')}</small></label>
      <${Button} id="scale-connect" icon="scale" label=${t(on ? 'weigh.other' : 'weigh.connect')} onTap=${() => this._connect()} />
      ${on && html`<${Button} id="scale-forget" icon="cross" label=${t('weigh.forget')} onTap=${() => this.station.scale.forget().then(() => this.shell.changed())} />`}`;
  }

  async _connect() {
    const scale = await this.station._withScale();
    if (!scale) return;
    const there = await scale.choose(this.line);
    this.shell.closeSheet();
    this.shell.tell(there ? 'weigh.connected' : 'weigh.not_connected', there ? 'ok' : 'warning');
  }

  /** Expected, measured, difference, and what would explain it. */
  doubt() {
    const found = this.station.doubt;
    if (!found) return '';
    const cause = found.cause;
    const signed = (found.difference_g > 0 ? '+' : '−') + Math.abs(found.difference_g);
    return html`<div class="doubt" id="doubt" data-cause=${cause ? cause.kind : 'none'}><dl>
        <div><dt>${t('weigh.expected')}</dt><dd>${found.expected_g} g</dd></div><div><dt>${t('weigh.measured')}</dt><dd>${found.weight_g} g</dd></div>
        <div><dt>${t('weigh.difference')}</dt><dd>${signed} g<small>${t('weigh.allowed', { n: found.allowed_g })}</small></dd></div></dl>
      <p class="doubt-cause"><${Icon} name="warning" size=${30} /><span>${cause ? html`${t('weigh.likely')}: <b>${t('weigh.cause.' + cause.kind, { n: cause.qty, what: cause.what })}</b>` : t('weigh.no_cause')}</span></p></div>`;
  }

  /** A supervisor who packs only says why; another one shows badge and PIN at this table. */
  _agree() {
    const own = this.shell.session.may(['supervisor', 'admin']);
    const ready = this.reason.trim() && (own || (this.badge && this.pin));
    const field = (name, label, type) => html`<label class="agree-field"><span>${label}</span><input type=${type} id=${'agree-' + name} class="asked-text" maxlength=${MOST_LETTERS} autocomplete="off" value=${this[name]}
      onInput=${(event) => { this[name] = event.target.value; this.shell.changed(); }} /></label>`;
    return html`<${Sheet} id="agree" title=${t('weigh.agree_title')} onClose=${() => this.shell.closeSheet()}>
      ${this.doubt()}
      ${!own && field('badge', t('weigh.badge'), 'text')}${!own && field('pin', t('weigh.pin'), 'password')}
      ${field('reason', t('weigh.reason'), 'text')}<p><small>${t('weigh.agree_hint')}</small></p>
      <${Button} id="agree-close" kind="primary" icon="check" label=${t('weigh.agree')} disabled=${!ready || this.shell.busy} onTap=${() => this._close(own)} />
    <//>`;
  }

  async _close(own) {
    const reason = this.reason.trim();
    if (!own && !(await this._agreed(reason))) return;
    this.shell.closeSheet();
    this.badge = this.pin = this.reason = '';
    await this.station.close(own ? { weight_confirmed: true, reason: reason } : undefined);
  }

  async _agreed(reason) {
    const body = { badge: this.badge, pin: this.pin, weight_g: this.station.doubt.weight_g, reason: reason };
    this.pin = '';
    const path = '/api/v1/parcels/' + this.station.parcel.id + '/agreement';
    const envelope = await this.shell.work(() => request('POST', path, this.shell.session.token, body));
    if (!envelope.ok) this.shell.say(envelope.message);
    return envelope.ok;
  }
}

offer('station_weigh', (station) => new Weighing(station));
