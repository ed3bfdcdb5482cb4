// The stories of lots, serial numbers, containers and people.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { Facts, Figures, Picture, Tag } from './office_parts.js';
import { Condition, Expiry, Sku, When, day } from './stock_cells.js';
import { Head, History, Lying } from './stock_parts.js';

const skuOf = (data) => ({ id: data.sku_id, code: data.sku, name: data.name, picture: data.picture });

function Columns({ left, right }) {
  return html`<div class="stock-columns"><div class="stock-column">${left}</div><div class="stock-column">${right}</div></div>`;
}

export function LotStory({ view, data }) {
  const rows = [[t('stock.produced'), day(data.produced_on)], [t('stock.expires'), day(data.expires_on)], [t('stock.received'), html`<${When} at=${data.received_at} />`]];
  return html`<${Head} kind="lot" picture=${html`<${Picture} src=${data.picture} size=${84} />`} name=${data.code} line=${html`<a href=${'#/sku/' + data.sku_id}>${data.sku}</a> · ${data.name}`}
      marks=${data.expires_on && html`<${Expiry} on=${data.expires_on} days=${data.days_left} />`} aside=${html`<${Facts} rows=${rows} />`} />
    <${Figures} rows=${[{ key: 'on_hand', label: t('stock.on_hand'), value: data.on_hand }, { key: 'held', label: t('stock.held'), value: data.held }, { key: 'places', label: t('stock.places'), value: data.places }]} />
    <${Columns} left=${html`<${Lying} view=${view} title=${t('stock.where')} without=${['sku', 'lot', 'expires', 'value', 'velocity', 'free']} />`} right=${html`<${History} view=${view} about=${{}} sku=${false} />`} />`;
}

export function SerialStory({ view, data }) {
  const rows = [[t('stock.sku'), html`<${Sku} sku=${skuOf(data)} />`], [t('stock.bin'), data.bin ? html`<a class="office-code" href=${'#/bin/' + data.bin_id}>${data.bin}</a>` : t('stock.not_here')],
    [t('stock.container'), data.container && html`<a href=${'#/container/' + data.container_id}>${data.container}</a>`], [t('stock.lot'), data.lot], [t('stock.condition'), html`<${Condition} code=${data.condition} />`], [t('stock.owner'), data.owner], [t('stock.seen'), html`<${When} at=${data.seen_at} />`]];
  return html`<${Head} kind="serial" icon="barcode" name=${data.code} line=${data.name} />
    <${Columns} left=${html`<div class="stock-card"><${Facts} rows=${rows} /></div>`} right=${html`<${History} view=${view} about=${{}} sku=${false} />`} />`;
}

export function ContainerStory({ view, data }) {
  const rows = [[t('stock.bin'), data.bin ? html`<a class="office-code" href=${'#/bin/' + data.bin_id}>${data.bin}</a>` : t('stock.nowhere')], [t('stock.inside_of'), data.parent && html`<a href=${'#/container/' + data.parent_id}>${data.parent}</a>`],
    [t('stock.holds_boxes'), data.children.length > 0 && data.children.map((one) => html`<a key=${one.id} class="stock-child" href=${'#/container/' + one.id}>${one.code}</a> `)]];
  return html`<${Head} kind="container" icon="tote" name=${data.code} marks=${html`<${Tag}>${say('stock_box', data.kind)}<//>`} aside=${html`<${Facts} rows=${rows} />`} />
    <${Columns} left=${html`<${Lying} view=${view} title=${t('stock.contents')} without=${['container', 'value', 'velocity', 'free']} />`} right=${html`<${History} view=${view} about=${{ container: data.code }} />`} />`;
}

export function PersonStory({ view, data }) {
  const reasons = view.page.known.reasons;
  const word = (code) => (reasons.find((one) => one.code === code) || { name: code }).name;
  return html`<${Head} kind="person" icon="person" name=${data.name} line=${data.posts.map((one) => say('stock_post', one)).join(' · ')} marks=${!data.active && html`<${Tag} kind="bad">${t('stock.gone')}<//>`} />
    <${Figures} rows=${data.done.map((one) => ({ key: one.reason, label: word(one.reason), value: one.moves, hint: t('stock.pieces_moved', { n: count(one.pieces) }) }))} />
    ${data.done.length > 0 && html`<p class="soft stock-note">${t('stock.last_day')}</p>`}
    <div class="stock-column"><${History} view=${view} about=${{}} /></div>`;
}
