// The story of a SKU: how much there is, where it lies, who has a claim on it, how it came to this.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { Figures, Picture, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { COUNTERS, haveCounted } from './stock_actions.js';
import { money } from './stock_cells.js';
import { Curve, Head, History, Holds, Lying } from './stock_parts.js';

export function SkuStory({ view, data }) {
  const { sku, totals, velocity, cost } = data;
  const size = [sku.length_mm, sku.width_mm, sku.height_mm].every(Boolean) ? [sku.length_mm, sku.width_mm, sku.height_mm].join(' × ') + ' mm' : '';
  const facts = [sku.weight_g ? count(sku.weight_g) + ' g' : '', size, data.packs.map((one) => one.code + ' = ' + count(one.qty)).join(', '), data.barcodes.map((one) => one.code).slice(0, 3).join(', ')];
  return html`<${Head} kind="sku" picture=${html`<${Picture} src=${sku.picture} size=${84} />`} name=${sku.code} line=${html`${sku.name}<small>${facts.filter(Boolean).join(' · ')}</small>`}
      marks=${html`<${Marks} sku=${sku} velocity=${velocity} />`} aside=${html`<${Curve} asked=${view.curve} />`} />
    <${Figures} rows=${figures(totals, cost)}>${view.office.may(COUNTERS) && html`<${Act} id="act-count" icon="barcode" label=${t('stock_act.count')} busy=${view.office.working['count' + sku.code]} onTap=${() => haveCounted(view.office, sku.code)} />`}<//>
    <div class="stock-columns"><div class="stock-column"><${Lying} view=${view} title=${t('stock.where')} without=${['sku', 'value', 'velocity', 'free']} /><${Holds} holds=${data.holds} promises=${data.promises} bins=${true} /></div>
      <div class="stock-column"><${History} view=${view} about=${{ sku: sku.id }} sku=${false} /></div></div>`;
}

function figures(totals, cost) {
  const some = (key, kind) => (totals[key] ? { key: key, label: say('stock_total', key), value: totals[key], kind: kind } : null);
  return [
    { key: 'on_hand', label: t('stock.on_hand'), value: totals.on_hand },
    { key: 'available', label: t('stock.available'), value: totals.available, kind: totals.available > 0 ? 'good' : 'bad', title: t('stock.available_hint') },
    { key: 'promised', label: t('stock.promised'), value: totals.promised, title: t('stock.promised_hint') },
    { key: 'held', label: t('stock.held'), value: totals.held, title: t('stock.held_hint') },
    some('damaged', 'bad'), some('quarantine', 'warn'), some('returned'), some('arriving'), some('leaving'), some('transit'), some('coming'),
    cost && { key: 'value', label: t('stock.value'), value: money(cost.value), title: cost.average ? t('stock.average', { n: money(cost.average) }) : '' },
  ];
}

function Marks({ sku, velocity }) {
  const tracked = [['lot_tracking', t('stock.lots_tracked')], ['serial_tracking', t('stock.serials_tracked')]].filter(([key]) => sku[key] !== 'none');
  return html`${velocity && html`<${Tag} kind="act" title=${t('stock.class_hint', { n: velocity.pieces_a_day.toFixed(1) })}>${t('stock.class_of', { n: velocity.class })}<//>`}
    ${sku.handling.map((one) => html`<${Tag} key=${one} kind="warn">${say('stock_handling', one)}<//>`)}
    ${tracked.map(([key, label]) => html`<${Tag} key=${key}>${label}<//>`)}${sku.expiry_tracked && html`<${Tag}>${t('stock.expiry_tracked')}<//>`}${!sku.active && html`<${Tag} kind="bad">${t('stock.inactive')}<//>`}`;
}
