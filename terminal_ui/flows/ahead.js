// Packing before there are orders: a bin, the pieces of one box as the pattern, and how many boxes like it.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { play } from '../core/tones.js';
import { t } from '../core/texts.js';
import { Keypad } from '../parts/keypad.js';
import { Sheet } from '../parts/sheet.js';
import { Boxes } from './station_views.js';

const MOST_DIGITS = 2;

class Ahead {
  constructor(station) {
    this.station = station;
    this.shell = station.shell;
    this.bin = null;
    this.lines = [];
    this.cutting = false;
    this.typed = '';
  }

  async scan(code) {
    if (this.cutting) return this._cut(code);
    if (!this.bin) return this._bin(code);
    const envelope = await this.shell.link.ask('ahead.piece', { code: code });
    if (!envelope.ok) return this.shell.say(envelope.message);
    this._add(envelope.data.piece);
    play('ok');
    return this.shell.changed();
  }

  async _bin(code) {
    const envelope = await this.shell.link.ask('ahead.bin', { code: code });
    if (!envelope.ok) return this.shell.say(envelope.message);
    this.bin = envelope.data.bin;
    play('step');
    return this.shell.changed();
  }

  _add(piece) {
    const known = this.lines.find((line) => line.code === piece.code);
    if (known) known.qty += piece.qty;
    else this.lines = this.lines.concat(Object.assign({}, piece));
  }

  restart() {
    this.bin = null;
    this.lines = [];
    this.cutting = false;
    this.shell.changed();
  }

  leave() {
    this.station.pattern = null;
    return this.station.connected();
  }

  cut() {
    this.cutting = !this.cutting;
    this.shell.changed();
  }

  async _cut(code) {
    const envelope = await this.station._send('ahead.open', { code: code });
    if (envelope.ok) this.cutting = false;
    this.shell.changed();
  }

  ask() {
    this.typed = '';
    this.shell.openSheet('boxes');
  }

  type(text) {
    this.typed = text.slice(0, MOST_DIGITS);
    this.shell.changed();
  }

  async seal() {
    const boxes = Number(this.typed);
    this.shell.closeSheet();
    if (!boxes) return;
    const content = this.lines.map((line) => ({ sku: line.code, qty: line.qty }));
    const envelope = await this.station._send('ahead.seal', { bin: this.bin, content: content, boxes: boxes });
    if (envelope.ok) this.restart();
  }

  view() {
    const step = this.cutting ? 'cut' : this.bin ? 'piece' : 'bin';
    const prompt = { cut: 'ahead.scan_cut', bin: 'ahead.scan_bin', piece: 'ahead.scan_piece' }[step];
    return {
      step: step,
      prompt: t(prompt),
      actions: [
        { id: 'back', label: t('ahead.back'), icon: 'back', hotkey: 'F4', onTap: () => this.leave() },
        this.bin
          ? { id: 'again', label: t('ahead.again'), icon: 'again', hotkey: 'F2', onTap: () => this.restart() }
          : { id: 'cut', label: t('ahead.cut'), icon: 'short', hotkey: 'F8', onTap: () => this.cut() },
        { id: 'seal', label: t('ahead.seal'), icon: 'many', kind: 'primary', hotkey: 'F9', disabled: this.lines.length === 0 || this.cutting, onTap: () => this.ask() },
      ],
      body: html`<div class="station-invite"><${Icon} name=${step === 'bin' ? 'place' : step === 'cut' ? 'short' : 'item'} size=${72} /><div><h1>${t(prompt)}</h1>
        <p>${this.bin ? t('ahead.out_of', { bin: this.bin }) : t('ahead.about')}</p></div></div>
        <div class="station-cards">
          <div class="panel"><h2>${t('ahead.pattern')}<b class="count" id="pieces">${this.lines.reduce((sum, line) => sum + line.qty, 0)}</b></h2>
            <ul class="list tote-list" tabindex="0" id="pattern">${this.lines.map((line) => html`<li key=${line.code} class="list-row"><${Icon} name="item" /><span>${line.name}<small>${line.code}</small></span><em>${line.qty}</em></li>`)}</ul></div>
          <div class="panel"><h2>${t('ahead.there')}</h2><${Boxes} ahead=${this.station.ahead} /></div>
        </div>`,
    };
  }

  sheet(name) {
    return name === 'boxes' && html`<${Sheet} id="boxes" title=${t('ahead.seal')} onClose=${() => this.shell.closeSheet()}>
      <div class="typed">${this.typed || html`<i>0</i>`}</div>
      <${Keypad} onKey=${(digit) => this.type(this.typed + digit)} onErase=${() => this.type(this.typed.slice(0, -1))} onOk=${() => this.seal()} okLabel=${t('keypad.ok')} empty=${!Number(this.typed)} />
    <//>`;
  }
}

offer('ahead', (station) => new Ahead(station));
