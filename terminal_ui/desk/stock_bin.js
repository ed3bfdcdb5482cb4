// The story of a bin: what lies in it against what may, and what went in and out.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { safeColour } from '../parts/goods.js';
import { count, say } from './format.js';
import { Facts, Figures, Fill, Tag } from './office_parts.js';
import { BinActs } from './stock_actions.js';
import { Ago } from './stock_cells.js';
import { Head, History, Holds, Lying } from './stock_parts.js';

export function BinStory({ view, data }) {
  const { bin, totals } = data;
  const place = bin.zone ? t('stock.bin_place', { aisle: bin.aisle + 1, metres: (bin.y_mm / 1000).toFixed(1), level: bin.level }) : '';
  const zone = bin.zone && html`<span class="stock-zone" style=${{ background: safeColour(bin.zone_colour) }}></span>${bin.zone_name} · ${place}`;
  return html`<${Head} kind="bin" icon="place" name=${bin.code} line=${zone}
      marks=${html`<${Tag}>${say('stock_place', bin.kind)}<//>${bin.velocity && html`<${Tag} kind="act">${t('stock.class_of', { n: bin.velocity })}<//>`}${bin.blocked_reason && html`<${Tag} kind="bad">${t('stock.blocked_for', { reason: bin.blocked_reason })}<//>`}`}
      aside=${html`<${Limits} bin=${bin} totals=${totals} />`} />
    <${Figures} rows=${[{ key: 'on_hand', label: t('stock.pieces'), value: totals.on_hand }, { key: 'skus', label: t('stock.skus'), value: totals.skus }, { key: 'held', label: t('stock.held'), value: totals.held },
    { key: 'moved', label: t('stock.moved'), value: totals.moved_at ? html`<${Ago} at=${totals.moved_at} />` : '–' }]}><${BinActs} office=${view.office} bin=${bin} /><//>
    <div class="stock-columns"><div class="stock-column"><${Lying} view=${view} title=${t('stock.contents')} without=${['bin', 'value', 'free', 'velocity']} /><${Holds} holds=${data.holds} /></div>
      <div class="stock-column"><${History} view=${view} about=${{ bin: bin.id }} /></div></div>`;
}

/** How full the bin is by volume, weight and number of SKUs, where a limit is set. */
function Limits({ bin, totals }) {
  const litres = (ml) => count(Math.round(ml / 100) / 10) + ' l';
  const kilos = (g) => count(Math.round(g / 100) / 10) + ' kg';
  const row = (name, now, most, write) => [name, most ? html`<span class="stock-limit"><${Fill} share=${now / most} label=${Math.round((100 * now) / most) + ' %'} /><span>${write(now)} / ${write(most)}</span></span>` : now ? write(now) : null];
  const mixing = [bin.mix_lots ? '' : t('stock.one_lot'), bin.mix_owners ? '' : t('stock.one_owner')].filter(Boolean).join(', ');
  return html`<${Facts} rows=${[row(t('stock.volume'), totals.volume_ml, bin.capacity_ml, litres), row(t('stock.weight'), totals.weight_g, bin.max_weight_g, kilos), bin.max_skus && row(t('stock.skus'), totals.skus, bin.max_skus, count),
  [t('stock.mixing'), mixing], totals.unmeasured ? [t('stock.unmeasured'), count(totals.unmeasured)] : null]} />`;
}
