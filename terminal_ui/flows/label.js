// Printing a label that is missing or cannot be read: the thing, the printer, how many.
import { sameCode } from '../core/codes.js';
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { ItemCard } from '../parts/goods.js';
import { whatToDo } from '../parts/printers.js';
import { Guided } from './guided.js';

const LAST = 'label.station'; // where this device printed last: its person stands near
const LOOK_MS = 2000; // within 3 s of the change it is seen that a printer has stopped

export class Label extends Guided {
  constructor(shell) {
    super(shell, { name: 'label', screens: { label_scan: scanScreen, label_choose: chooseScreen } });
    this.copies = 1;
    this.station = '';
  }

  _show(name, data) {
    super._show(name, data);
    this.copies = 1;
    clearTimeout(this._watch);
    if (name !== 'label_choose') return;
    this.station = this._usual(this.data.places.map((one) => one.code));
    this._watch = setTimeout(() => this._look(), LOOK_MS);
  }

  /** How the printers stand now, as long as somebody chooses among them. */
  async _look() {
    const { shell, data } = this;
    if (shell.flow !== this || !shell.link || this.screen !== 'label_choose') return;
    const envelope = document.hidden ? { ok: false } : await shell.link.ask('label.scan', { code: data.code });
    if (this.data !== data || shell.flow !== this) return;
    if (envelope.ok) data.places = envelope.data.places;
    shell.changed();
    this._watch = setTimeout(() => this._look(), LOOK_MS);
  }

  /** The device's own station, else the one of last time, else the first. */
  _usual(codes) {
    const own = this.shell.session.current.station;
    return [own && own.code, recall(LAST, ''), codes[0] || ''].find((code) => codes.indexOf(code) >= 0) || '';
  }

  choose(code) {
    this.station = code;
    play('step');
    this.shell.changed();
  }

  scanned(code) {
    const place = this.data.places.find((one) => sameCode(one.code, code));
    return place ? this.choose(place.code) : this.look('label.scan', { code: code });
  }

  askCopies() {
    this.askNumber({
      title: t('label.how_many'), hint: t('label.most', { n: this.data.most }), value: this.copies,
      onOk: (count) => { this.copies = Math.max(1, Math.min(this.data.most, count)); this.shell.changed(); },
    });
  }

  print() {
    keep(LAST, this.station);
    return this.send('label.print', { code: this.data.code, station: this.station, copies: this.copies });
  }
}

function scanScreen(flow) {
  return {
    scan: (code) => flow.look('label.scan', { code: code }),
    body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name="printer" size=${72} /></div>
      <h1>${t('label.title')}</h1><p>${t('label.hint')}</p></div>`,
  };
}

const ICONS = { bin: 'place', container: 'tote' };

function chooseScreen(flow, data) {
  return {
    scan: (code) => flow.scanned(code),
    body: html`<div class="line label-choose"><${Thing} one=${data.thing} />
      <h1 class="do"><${Icon} name="printer" size=${30} />${t(data.places.length ? 'label.where' : 'label.none')}</h1>
      <div class="choices list-scroll" role="group" aria-label=${t('label.where')}>${data.places.map((one) => html`<${Place} key=${one.code} one=${one} chosen=${one.code === flow.station} onTap=${() => flow.choose(one.code)} />`)}</div></div>`,
    actions: [
      flow.home(),
      { id: 'copies', label: t('label.copies', { n: flow.copies }), icon: 'many', onTap: () => flow.askCopies() },
      { id: 'print', label: t('label.print', { n: flow.copies }), icon: 'printer', kind: 'primary', disabled: !flow.station, onTap: () => flow.print() },
    ],
  };
}

function Thing({ one }) {
  const about = [one.lot && t('move.lot', { lot: one.lot }), one.qty > 1 && '× ' + one.qty].filter(Boolean).join(' · ');
  if (one.kind === 'sku') return html`<${ItemCard} sku=${{ code: one.code, name: one.title, picture: one.picture }} size="small"><div class="item-code">${about}</div><//>`;
  return html`<div class="item item-small"><div class="item-picture"><${Icon} name=${ICONS[one.kind]} size=${40} /></div>
    <div class="item-words"><div class="item-name" id="thing">${one.title}</div></div></div>`;
}

/** A station and its printer; what keeps it from printing is said before it is chosen. */
function Place({ one, chosen, onTap }) {
  const reason = one.printer.status === 'blocked' ? one.printer.reasons[0] : '';
  return html`<button type="button" class=${'button ' + (chosen ? 'chosen' : 'plain')} id=${'station-' + one.code} aria-pressed=${chosen} onClick=${onTap}>
    <${Icon} name=${reason ? 'warning' : 'printer'} /><span>${one.name}<small>${reason ? whatToDo(reason) : one.printer.code}</small></span></button>`;
}

offer('label', (shell) => new Label(shell));
