// What a packer seldom wants: another carton. Fetched when it is first opened.
import { html } from '../core/html.js';
import { offer } from '../core/later.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { Sheet } from '../parts/sheet.js';

class More {
  constructor(station) {
    this.station = station;
    this.shell = station.shell;
  }

  sheet(name) {
    return name === 'carton' && this.station.parcel ? this._cartons() : null;
  }

  _cartons() {
    const now = this.station.parcel.carton;
    return html`<${Sheet} id="carton" title=${t('station.carton_title')} onClose=${() => this.shell.closeSheet()}>
      <p>${t('station.carton_hint')}</p>
      ${this.station.cartons.map((one) => html`<${Button} key=${one.code} id=${'carton-' + one.code} label=${one.code + ' · ' + one.sides_mm.join(' × ') + ' mm'}
        kind=${now && now.code === one.code ? 'chosen' : 'plain'} pressed=${Boolean(now && now.code === one.code)} onTap=${() => this.station.takeCarton(one.code)} />`)}
    <//>`;
  }
}

offer('station_more', (station) => new More(station));
