// The floor to scale, every bin a cell: coloured by how full it is, how old its goods are, how often it is picked.
import { html, useEffect, useRef } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked, asQuery } from './ask.js';
import { CellMap } from './cell_map.js';
import { AT, STEPS, WAYS, colourOf, emptyBin, legendOf, waysFor } from './floor_scale.js';
import { count, say } from './format.js';
import { Choose, Empty, Shown } from './office_parts.js';
import { Act } from './parts.js';

const DAYS = [1, 7, 30, 90];
const DEFAULT_DAYS = 30;

export class StockFloor {
  constructor(page) {
    this.name = 'floor';
    this.page = page;
    this.office = page.office;
    this.asked = new Asked(() => this.office.changed());
    this.over = null;
    this.map = null;
    this.query = {};
  }

  async enter(route) {
    const days = Number(route.query.days) || DEFAULT_DAYS;
    const again = this.asked.data && this.days === days;
    this.query = route.query;
    this.days = days;
    if (!again) await this.asked.take(this.office.http.get('/api/v1/inventory/floor', { days: days }));
    this._colour();
    this.office.changed();
  }

  get ways() {
    return this.asked.data ? waysFor(this.asked.data.bins) : [];
  }

  get way() {
    return this.ways.indexOf(this.query.by) >= 0 ? this.query.by : this.ways[0] || 'pieces';
  }

  get levels() {
    return this.asked.data ? Array.from(new Set(this.asked.data.bins.map((bin) => bin[AT.level]))).sort((a, b) => a - b) : [];
  }

  /** The level that is shown; 0 for all of them, side by side. */
  get level() {
    return Number(this.query.level) || 0;
  }

  /** The value and colour of every bin, for the way of looking. */
  _colour() {
    if (!this.asked.data) return;
    const bins = this.asked.data.bins;
    const way = WAYS[this.way];
    const values = bins.map((bin) => (emptyBin(bin) && this.way !== 'velocity' ? 'empty' : way.value(bin)));
    this.steps = way.steps(values.filter((one) => typeof one === 'number'));
    this.colours = values.map((value) => (value === 'empty' ? value : way.down ? turned(colourOf(value, this.steps)) : colourOf(value, this.steps)));
    this.values = values;
  }

  set(name, value) {
    this.office.go('#/floor' + asQuery(Object.assign({}, this.query, { [name]: value })), true);
  }

  open(at) {
    this.office.go('#/bin/' + this.asked.data.bins[at][AT.id]);
  }

  hover(at) {
    if (this.over === at) return;
    this.over = at;
    this.office.changed();
  }

  key(event) {
    if (this.map) this.map.key(event);
  }

  tools() {
    if (!this.asked.data) return '';
    const levels = [['', t('stock.all_levels')]].concat(this.levels.map((one) => [String(one), t('stock.level', { n: one })]));
    return html`<div class="stock-tools">
      <div class="stock-ways" role="group" aria-label=${t('stock.look_by')}>${this.ways.map((one) => html`<button type="button" key=${one} id=${'way-' + one} class=${'choice' + (one === this.way ? ' choice-on' : '')} aria-pressed=${one === this.way} onClick=${() => this.set('by', one)}>${say('stock_way', one)}</button>`)}</div>
      ${this.levels.length > 1 && html`<${Choose} id="floor-level" label=${t('stock.levels')} value=${this.query.level || ''} choices=${levels} onChoose=${(one) => this.set('level', one)} />`}
      ${this.way === 'velocity' && html`<${Choose} id="floor-days" label=${t('stock.window')} value=${String(this.days)} choices=${DAYS.map((n) => [String(n), t('stock.last_days', { n: n })])} onChoose=${(one) => this.set('days', one)} />`}
    </div>`;
  }

  body() {
    return html`<${Shown} asked=${this.asked} onRetry=${() => this.enter(this.office.route)}>${(data) => (data.bins.length && data.floor.aisles && this.colours ? html`<${Plan} view=${this} data=${data} />` : html`<${Empty} icon="place" text=${t('stock.no_floor')} />`)}<//>`;
  }
}

/** A scale that is worst at its low end, such as days to expiry: the low end gets the strongest colour. */
function turned(colour) {
  return typeof colour === 'number' ? STEPS - 1 - colour : colour;
}

function Plan({ view, data }) {
  const place = useRef(null);
  useEffect(() => {
    view.map = new CellMap(place.current, data, { hover: (at) => view.hover(at), open: (at) => view.open(at) });
    return () => { view.map.end(); view.map = null; };
  }, [data]);
  useEffect(() => { if (view.map) view.map.show(view.colours, view.level, view.way); });
  const bin = view.over === null ? null : data.bins[view.over];
  return html`<div class="floor stock-floor">
    <canvas ref=${place} id="floor" tabindex="0" role="application" aria-label=${t('stock.floor_label', { n: count(data.bins.length) })} aria-describedby="floor-bin" data-bins=${data.bins.length} data-way=${view.way}></canvas>
    <div class="stock-zoom"><${Act} id="zoom-in" label="+" title=${t('stock.zoom_in')} onTap=${() => view.map.zoom(1.5)} /><${Act} id="zoom-out" label="−" title=${t('stock.zoom_out')} onTap=${() => view.map.zoom(1 / 1.5)} /></div>
    <div class="stock-floor-foot"><${Legend} view=${view} /><div id="floor-bin" class="stock-over" aria-live="polite">${bin ? html`<${Told} bin=${bin} data=${data} days=${view.days} />` : html`<span class="soft">${t('stock.floor_hint')}</span>`}</div></div>
  </div>`;
}

function Legend({ view }) {
  const way = WAYS[view.way];
  const rows = legendOf(view.steps, way.unit);
  const words = way.down ? [[0, t('stock.expired_already')]].concat(rows.slice(1)) : rows;
  const some = (kind) => view.colours.indexOf(kind) >= 0;
  return html`<div class="stock-legend"><b>${view.way === 'velocity' ? t('stock.lines_in', { n: view.days }) : say('stock_way_long', view.way)}</b>
    ${words.map(([colour, text]) => html`<span key=${colour}><i class=${'cell-' + (way.down ? turned(colour) : colour)}></i>${text}</span>`)}
    <span><i class="cell-empty"></i>${view.way === 'velocity' ? t('stock.never_picked') : t('stock.empty')}</span>${some('unknown') && html`<span><i class="cell-unknown"></i>${t('stock.unknown')}</span>`}
    <span><i class="cell-blocked"></i>${t('stock.blocked')}</span></div>`;
}

function Told({ bin, data, days }) {
  const share = bin[AT.capacity_ml] ? Math.round((100 * bin[AT.volume_ml]) / bin[AT.capacity_ml]) + ' %' : '';
  const parts = [bin[AT.zone] !== null && data.zones[bin[AT.zone]].name, bin[AT.pieces] ? t('stock.floor_pieces', { n: count(bin[AT.pieces]) }) : t('stock.empty'), share && t('stock.filled', { n: share }),
    bin[AT.idle_days] !== null && t('stock.idle_for', { n: bin[AT.idle_days] }), t('stock.picked_in', { n: count(bin[AT.lines]), days: days }), bin[AT.expires_days] !== null && (bin[AT.expires_days] < 0 ? t('stock.expired', { n: -bin[AT.expires_days] }) : t('stock.days_left', { n: bin[AT.expires_days] })), bin[AT.blocked] && t('stock.blocked_for', { reason: bin[AT.blocked] })];
  return html`<b data-bin=${bin[AT.code]}>${bin[AT.code]}</b> ${parts.filter(Boolean).join(' · ')}`;
}
