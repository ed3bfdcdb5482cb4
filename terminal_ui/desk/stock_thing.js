// One thing of the stock: found by the address, told with what lies there and what happened.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked, Rows } from './ask.js';
import { say } from './format.js';
import { Shown } from './office_parts.js';
import { Moves } from './stock_moves.js';
import { BinStory } from './stock_bin.js';
import { MoveStory } from './stock_move.js';
import { ContainerStory, LotStory, PersonStory, SerialStory } from './stock_others.js';
import { SkuStory } from './stock_sku.js';

const CURVE_DAYS = 60;

// Kind → where it is asked for, how it is drawn, its own title, and what of the ledger and the balances is about it.
export const THINGS = {
  sku: { path: 'skus', story: SkuStory, title: (data) => data.sku.code, moves: (data) => ({ sku: data.sku.id }), balances: (data) => ({ sku: data.sku.id, place: 'all' }) },
  bin: { path: 'bins', story: BinStory, title: (data) => data.bin.code, moves: (data) => ({ bin: data.bin.id }), balances: (data) => ({ bin: data.bin.id }) },
  move: { path: 'moves', story: MoveStory, title: (data) => t('stock.move_number', { n: data.id }) },
  lot: { path: 'lots', story: LotStory, title: (data) => data.code, moves: (data) => ({ sku: data.sku_id, lot: data.code }), balances: (data) => ({ sku: data.sku_id, lot: data.code, place: 'all' }) },
  serial: { path: 'serials', story: SerialStory, title: (data) => data.code, moves: (data) => ({ sku: data.sku_id, serial: data.code }) },
  container: { path: 'containers', story: ContainerStory, title: (data) => data.code, moves: (data) => ({ container: data.id }), balances: (data) => ({ container: data.id }) },
  person: { path: 'people', story: PersonStory, title: (data) => data.name, moves: (data) => ({ person: data.id }) },
};

export class StockThing {
  constructor(page, kind, id) {
    this.name = kind;
    this.page = page;
    this.office = page.office;
    this.kind = kind;
    this.id = id;
    const draw = () => this.office.changed();
    this.asked = new Asked(draw);
    this.curve = new Asked(draw);
    this.moves = null;
    this.balances = null;
  }

  async enter() {
    const about = THINGS[this.kind];
    const data = await this.asked.take(this.office.http.get('/api/v1/inventory/' + about.path + '/' + encodeURIComponent(this.id)), true);
    if (!data) return;
    document.title = this.title() + ' · ' + this.office.house;
    if (about.balances) this.balances = new Rows(() => this.office.changed(), (cursor) => this.office.http.get('/api/v1/inventory/balances', Object.assign({ cursor: cursor, limit: 100 }, about.balances(data))));
    if (about.moves) this.moves = new Moves(this.page, about.moves(data));
    if (this.kind === 'sku') this.curve.take(this.office.http.get('/api/v1/inventory/skus/' + data.sku.id + '/curve', { days: CURVE_DAYS }));
    await Promise.all([this.balances && this.balances.first(), this.moves && this.moves.rows.first()]);
  }

  title() {
    return this.asked.data ? THINGS[this.kind].title(this.asked.data) : say('office.kind', this.kind);
  }

  body() {
    const story = THINGS[this.kind].story;
    return html`<div class="stock-thing" data-thing=${this.kind} data-id=${this.id}><${Shown} asked=${this.asked} onRetry=${() => this.enter()}>${(data) => html`<${story} view=${this} data=${data} />`}<//></div>`;
  }
}
