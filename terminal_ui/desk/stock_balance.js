// One balance beside the list: what it is, what happened to it last, and what can be done with it.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Rows } from './ask.js';
import { count } from './format.js';
import { Facts, Table } from './office_parts.js';
import { BalanceActs } from './stock_actions.js';
import { Ago, Bin, Box, Condition, Expiry, Lot, Pieces, Sku, When, money } from './stock_cells.js';

/** Open the drawer of a balance. */
export function openBalance(office, row) {
  const query = { sku: row.sku.id, bin: row.bin.id, limit: 20 };
  const moves = new Rows(() => office.changed(), (cursor) => office.http.get('/api/v1/inventory/moves', Object.assign({ cursor: cursor }, query)));
  office.openDrawer({ id: 'balance', title: t('stock.balance', { sku: row.sku.code, bin: row.bin.code }), body: () => html`<${Balance} office=${office} row=${row} moves=${moves} />` });
  moves.first();
}

function Balance({ office, row, moves }) {
  const columns = [
    { key: 'at', label: t('stock.when'), render: (move) => html`<span class="nowrap"><${When} at=${move.at} /></span>` },
    { key: 'reason', label: t('stock.reason'), render: (move) => move.reason_text },
    { key: 'qty', label: t('stock.pieces'), number: true, render: (move) => html`<${Pieces} move=${move} about=${{ bin: row.bin.id }} />` },
    { key: 'person', label: t('stock.person'), render: (move) => (move.person ? move.person.name : html`<span class="soft">${t('stock.system')}</span>`) },
  ];
  return html`<${Sku} sku=${row.sku} size=${56} />
    <div class="stock-balance"><b>${count(row.on_hand)}</b><span>${t('stock.on_hand')}</span><b>${count(row.held)}</b><span>${t('stock.held')}</span><b>${count(row.on_hand - row.held)}</b><span>${t('stock.free')}</span></div>
    <${Facts} rows=${[[t('stock.bin'), html`<${Bin} bin=${row.bin} />`], [t('stock.zone'), row.zone_name], [t('stock.lot'), row.lot && html`<${Lot} lot=${row.lot} />`], [t('stock.expires'), row.expires_on && html`<${Expiry} on=${row.expires_on} days=${row.days_left} />`],
    [t('stock.condition'), html`<${Condition} code=${row.condition} />`], [t('stock.container'), row.container && html`<${Box} container=${row.container} />`], [t('stock.owner'), row.owner.code], [t('stock.value'), row.value && money(row.value)], [t('stock.moved'), row.moved_at && html`<${Ago} at=${row.moved_at} />`]]} />
    <${BalanceActs} office=${office} row=${row} />
    <h3>${t('stock.last_moves')}</h3>
    <${Table} id="balance-moves" label=${t('stock.last_moves')} columns=${columns} rows=${moves} keyOf=${(move) => move.id} onOpen=${(move) => { office.close(); office.go('#/move/' + move.id); }} />`;
}
