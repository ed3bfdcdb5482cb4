// The stock page: what its address names, a list, the floor, the moves, or one thing with its history.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { Tabs } from './office_parts.js';
import { StockFloor } from './stock_floor.js';
import { StockList } from './stock_list.js';
import { StockMoves } from './stock_moves.js';
import { StockThing, THINGS } from './stock_thing.js';

export class StockPage {
  constructor(office) {
    this.office = office;
    this.choices = new Asked(() => office.changed());
    this.views = { list: new StockList(this), floor: new StockFloor(this), moves: new StockMoves(this) };
    this.tab = 'list';
    /** @type {any} */
    this.view = this.views.list;
  }

  async routed(route) {
    if (!this.choices.busy) this.choices.take(this.office.http.get('/api/v1/inventory/choices'));
    const kind = route.path[0] || 'list';
    if (THINGS[kind]) {
      this.tab = '';
      this.view = new StockThing(this, kind, route.path[1]);
    } else if (kind === 'reference') {
      this.tab = 'moves';
      this.view = this.views.moves;
      route.query.reference = route.path[1];
    } else {
      this.tab = this.views[kind] ? kind : 'list';
      this.view = this.views[this.tab];
    }
    await this.view.enter(route);
  }

  title() {
    return this.view.title ? this.view.title() : t('stock.' + this.tab);
  }

  key(event) {
    if (this.view.key) this.view.key(event);
  }

  /** The list in sight, which hears keys first. */
  get list() {
    return this.tab === 'list' ? this.views.list : null;
  }

  /** The owners, zones, reasons and people that lists may be narrowed to. */
  get known() {
    return this.choices.data || { zones: [], owners: [], reasons: [], people: [] };
  }

  body() {
    const tabs = [['list', t('stock.list'), '#/list'], ['floor', t('stock.floor'), '#/floor'], ['moves', t('stock.moves'), '#/moves']];
    return html`<div class="stock" data-view=${this.view.name}>
      <div class="stock-bar"><${Tabs} label=${t('stock.views')} value=${this.tab} choices=${tabs} />${this.view.tools ? this.view.tools() : ''}</div>
      ${this.view.body()}</div>`;
  }
}
