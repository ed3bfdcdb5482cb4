// The story of one move: which command, who, when, for what, and what it left at either end.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { count } from './format.js';
import { Facts, Picture, Table, Tag } from './office_parts.js';
import { End, When, money } from './stock_cells.js';
import { Condition } from './stock_cells.js';
import { Head, Part } from './stock_parts.js';

export function MoveStory({ view, data }) {
  const open = (row) => view.office.go('#/move/' + row.id);
  return html`<${Head} kind="move" icon="again" name=${t('stock.move_number', { n: data.id })} line=${html`<${When} at=${data.at} /> · ${data.reason_text}`} />
    <div class="stock-journey"><${Stop} end=${data.from} left=${data.ends.from} title=${t('stock.from')} />
      <div class="stock-goods"><${Picture} src=${data.picture} size=${72} /><b>${count(data.qty)} ×</b><a class="office-code" href=${'#/sku/' + data.sku.id}>${data.sku.code}</a><small>${data.sku.name}</small><${Icon} name="next" size=${28} /></div>
      <${Stop} end=${data.to} left=${data.ends.to} title=${t('stock.to')} /></div>
    <${Part} title=${t('stock.why')}><div class="stock-card"><${Facts} rows=${[[t('stock.reason'), html`<${Tag}>${data.reason_text}<//>`], [t('stock.reference'), data.reference && html`<a href=${'#/moves?reference=' + encodeURIComponent(data.reference)}>${data.reference}</a>`],
    [t('stock.person'), data.person ? html`<a href=${'#/person/' + data.person.id}>${data.person.name}</a>` : t('stock.system')], [t('stock.command'), data.command ? html`<code>${data.command.name || t('stock.command_gone')}</code> <small>${data.command.id}</small>` : t('stock.no_command')],
    [t('stock.when'), new Date(data.at).toLocaleString()], [t('stock.lot'), data.lot], [t('stock.serial'), data.serial], [t('stock.condition'), html`<${Condition} code=${data.condition} />`], [t('stock.owner'), data.owner], [t('stock.unit_cost'), money(data.unit_cost)]]} /></div><//>
    ${data.together.length > 0 && html`<${Part} title=${t('stock.together')} note=${count(data.together.length)}><${Table} label=${t('stock.together')} rows=${data.together} keyOf=${(row) => row.id} onOpen=${open} columns=${[
    { key: 'id', label: t('stock.move_id'), render: (row) => row.id }, { key: 'qty', label: t('stock.pieces'), number: true, render: (row) => count(row.qty) }, { key: 'sku', label: t('stock.sku'), render: (row) => row.sku.code },
    { key: 'ends', label: t('stock.from_to'), render: (row) => html`<span class="stock-ends"><${End} end=${row.from} /><i>→</i><${End} end=${row.to} /></span>` }]} /><//>`}`;
}

function Stop({ end, left, title }) {
  return html`<div class="stock-stop"><small>${title}</small><${End} end=${end} />
    ${left ? html`<p><span>${t('stock.before')}</span><b>${count(left.before)}</b><i>→</i><b>${count(left.after)}</b><span>${t('stock.after')}</span></p>` : html`<p class="soft">${t('stock.outside')}</p>`}</div>`;
}
