// What a packer seldom wants: another carton, to put a parcel aside, a photograph, a label again, a tote that is empty.
// Fetched when it is first opened.
import { html } from '../core/html.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { PhotoButton, sendPhoto } from '../parts/photo.js';
import { jobDocument } from '../parts/printers.js';
import { Sheet } from '../parts/sheet.js';

const REASONS = ['damaged', 'missing', 'wrong', 'unreadable'];
const MOST_LETTERS = 200;

class More {
  constructor(station) {
    this.station = station;
    this.shell = station.shell;
    this.note = '';
  }

  sheet(name) {
    if (name === 'lost' && this.station.batch) return lostSheet(this.station);
    if (name === 'reprint' && this.station.job) return reprintSheet(this.station);
    if (!this.station.parcel) return null;
    if (name === 'carton') return this._cartons();
    return name === 'trouble' ? this._trouble() : null;
  }

  _cartons() {
    const now = this.station.parcel.carton;
    return html`<${Sheet} id="carton" title=${t('station.carton_title')} onClose=${() => this.shell.closeSheet()}>
      <p>${t('station.carton_hint')}</p>
      ${this.station.cartons.map((one) => html`<${Button} key=${one.code} id=${'carton-' + one.code} label=${one.code + ' · ' + one.sides_mm.join(' × ') + ' mm'}
        kind=${now && now.code === one.code ? 'chosen' : 'plain'} pressed=${Boolean(now && now.code === one.code)} onTap=${() => this.station.takeCarton(one.code)} />`)}
    <//>`;
  }

  /** What is wrong: the item that was scanned last is named with it. */
  _trouble() {
    const line = this.station.parcel.lines.find((one) => one.order_line_id === this.station.now);
    return html`<${Sheet} id="trouble" title=${t('station.trouble_title')} onClose=${() => this.shell.closeSheet()}>
      <p>${line ? line.sku.name + ' · ' + line.sku.code : t('station.trouble_hint')}</p>
      ${REASONS.map((reason) => html`<${Button} key=${reason} id=${'trouble-' + reason} label=${t('board.reason.pack.' + reason)} onTap=${() => this._putOff(reason, line)} />`)}
      <input type="text" id="trouble-note" class="asked-text" maxlength=${MOST_LETTERS} placeholder=${t('station.trouble_other')} value=${this.note}
        onInput=${(event) => this._write(event.target.value)} />
      <${Button} id="trouble-other" kind="primary" label=${t('board.reason.pack.other')} disabled=${!this.note.trim()} onTap=${() => this._putOff('other', line)} />
      <${PhotoButton} id="parcel-photo" label=${t('station.photo')} onPhoto=${(blob) => this._photo(blob)} />
    <//>`;
  }

  /** The picture is kept with the parcel, whatever becomes of it. */
  async _photo(blob) {
    const where = '/api/v1/parcel-photos?parcel=' + encodeURIComponent(this.station.parcel.number);
    const sent = blob && (await this.shell.work(() => sendPhoto(this.shell.session.token, where, blob).catch(() => false)));
    this.shell.tell(sent ? 'station.photo_kept' : 'station.photo_failed', sent ? 'ok' : 'warning');
  }

  _write(text) {
    this.note = text;
    this.shell.changed();
  }

  async _putOff(reason, line) {
    this.shell.closeSheet();
    const body = { parcel_id: this.station.parcel.id, reason: reason, note: this.note.trim() };
    if (line) body.order_line_id = line.order_line_id;
    this.note = '';
    const envelope = await this.station._send('pack.put_off', body);
    if (envelope.ok) this.station.now = null;
    this.shell.changed();
  }
}

function lostSheet(flow) {
  return html`<${Sheet} id="lost" title=${t('wall.empty_title', { n: flow.batch.pieces })} onClose=${() => flow.shell.closeSheet()}>
    <p>${t('wall.empty_hint')}</p>
    <${Button} id="lost-yes" kind="danger" icon="short" label=${t('wall.empty_yes', { n: flow.batch.pieces })} onTap=${() => flow.batchEmpty(true)} />
    <${Button} id="lost-no" label=${t('wall.empty_no')} onTap=${() => flow.shell.closeSheet()} />
  <//>`;
}

function reprintSheet(flow) {
  const reasons = [['damaged', t('station.reprint_damaged')], ['lost', t('station.reprint_lost')], ['unreadable', t('station.reprint_unreadable')], ['other', t('station.reprint_other')]];
  return html`<${Sheet} id="reprint" title=${t('station.reprint_title', { document: jobDocument(flow.job), parcel: flow.job.parcel })} onClose=${() => flow.shell.closeSheet()}>
    <p>${t('station.reprint_hint')}</p>
    ${reasons.map(([reason, label]) => html`<${Button} key=${reason} id=${'reason-' + reason} label=${label} kind=${flow.reason === reason ? 'chosen' : 'plain'}
      pressed=${flow.reason === reason} onTap=${() => flow.chooseReason(reason)} />`)}
    <${Button} id="reprint-confirm" kind="primary" icon="printer" label=${t('station.reprint')} disabled=${!flow.reason} onTap=${() => flow.reprint()} />
  <//>`;
}

offer('station_more', (station) => new More(station));
