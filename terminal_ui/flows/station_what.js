// What was scanned at the station though nothing like it is wanted now: a parcel with all its evidence, or an order.
import { html } from '../core/html.js';
import { offer } from '../core/fetched.js';
import { request } from '../core/session.js';
import { t } from '../core/texts.js';
import { Evidence } from '../parts/evidence.js';
import { PhotoButton, sendPhoto } from '../parts/photo.js';
import { Sheet } from '../parts/sheet.js';

class What {
  constructor(station) {
    this.station = station;
    this.shell = station.shell;
  }

  sheet(name) {
    const what = this.station.what;
    if (name !== 'what' || !what) return null;
    return html`<${Sheet} id="what" title=${t('what.title')} onClose=${() => this.shell.closeSheet()}>
      <link rel="stylesheet" href="/ui/style/evidence.css" />
      ${what.kind === 'parcel' ? this._parcel(what) : this._order(what)}<//>`;
  }

  _parcel(parcel) {
    return html`<${Evidence} parcel=${parcel} token=${this.shell.session.token} />
      <${PhotoButton} id="add-photo" label=${t('what.photo')} onPhoto=${(blob) => this._photo(parcel, blob)} />`;
  }

  _order(order) {
    const rows = [[t('what.order'), order.number], [t('what.totes'), order.totes.join(', ')], [t('what.parcels'), order.parcels.map((one) => [one.number, t('evidence.status.' + one.status), one.waybill].filter(Boolean).join(' · ')).join('; ')], [t('what.gift'), order.gift_note]];
    return html`<div class="evidence"><dl id="what-order">${rows.filter(([, value]) => value).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></div>`;
  }

  /** Kept with a parcel that is closed already: how it left. */
  async _photo(parcel, blob) {
    const token = this.shell.session.token;
    const sent = blob && (await this.shell.work(() => sendPhoto(token, '/api/v1/parcel-photos?parcel=' + encodeURIComponent(parcel.number), blob).catch(() => false)));
    this.shell.tell(sent ? 'station.photo_kept' : 'station.photo_failed', sent ? 'ok' : 'warning');
    if (!sent) return;
    const envelope = await request('GET', '/api/v1/parcel-evidence?code=' + encodeURIComponent(parcel.number), token);
    if (envelope.ok) this.station.what = Object.assign({}, parcel, envelope.data);
    this.shell.changed();
  }
}

offer('station_what', (station) => new What(station));
