// The stock page: what its address names, a list, the floor, or one thing with its history.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Empty, Tabs } from './office_parts.js';

export class StockPage {
  constructor(office) {
    this.office = office;
    this.tab = 'list';
  }

  routed(route) {
    this.tab = route.path[0] || 'list';
  }

  body() {
    return html`<div class="stock"><${Tabs} label=${t('stock.views')} value=${this.tab} choices=${[['list', t('stock.list'), '#/list'], ['floor', t('stock.floor'), '#/floor']]} />
      <${Empty} text=${t('office.nothing')} /></div>`;
  }
}
