// What a rule would take and save if it ran now, and what it would leave and why.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { Failed, Loading } from './office_parts.js';
import { Live } from './parts.js';
import { When } from './stock_cells.js';

export function RulePreview({ editor }) {
  const found = editor.found;
  if (found.error) return html`<${Failed} message=${found.error} onRetry=${() => editor.preview()} />`;
  if (!found.data) return html`<${Loading} />`;
  const data = found.data;
  const big = (name, value) => html`<div class="big"><b data-figure=${name}><${Live} value=${value} /></b><span>${say('waves_figure', name)}</span></div>`;
  return html`<div class=${'waves-ahead' + (found.busy ? ' office-asking' : '')} aria-live="polite" data-busy=${found.busy ? 'yes' : 'no'}>
    <h2>${t('waves.would_take')}</h2>
    <div class="bigs">${big('orders', data.orders)}${big('waves', data.waves.length)}${big('lines', data.lines)}${big('carts', data.carts)}</div>
    <${Saving} saving=${data.saving} />
    ${data.compared && html`<${Compared} compared=${data.compared} />`}
    <ul class="waves-facts">
      ${data.must_ship > 0 && html`<li><b>${count(data.must_ship)}</b>${t('waves.must_ship')}</li>`}
      ${data.cutoff_at && html`<li>${t('waves.cutoff')} <${When} at=${data.cutoff_at} /></li>`}
      ${data.next_due_at && html`<li>${t('waves.next_due')} <${When} at=${data.next_due_at} /></li>`}
      ${editor.rule.trigger.kind === 'count' && html`<li>${t(data.starts ? 'waves.starts_now' : 'waves.starts_later', { n: count(data.fitting), of: count(editor.rule.trigger.orders || 0) })}</li>`}
      ${data.saving && data.saving.short > 0 && html`<li class="waves-warn"><b>${count(data.saving.short)}</b>${t('waves.in_no_bin')}</li>`}
    </ul>
    ${data.left_out.length > 0 && html`<h3>${t('waves.left_out')}</h3><ul class="waves-left" id="left-out">${data.left_out.map((one) => html`<li key=${one.reason} data-reason=${one.reason}><b>${count(one.count)}</b><span>${one.text}</span></li>`)}</ul>`}
  </div>`;
}

/** The walk beside that of first-come carts in S-shape. */
function Saving({ saving }) {
  if (!saving || !saving.baseline_m) return html`<p class="waves-saving soft">${t('waves.no_saving')}</p>`;
  const share = Math.max(0, Math.min(1, saving.walk_m / saving.baseline_m));
  return html`<div class="waves-saving" title=${t('waves.saving_hint', { n: count(saving.orders) })}><p><b data-figure="saving">${Math.round(saving.saving * 100)} %</b> ${t('waves.less_walking')}</p>
    <span class="office-fill"><i style=${{ width: Math.round(share * 100) + '%' }}></i></span><small>${t('waves.walk_of', { walk: count(saving.walk_m), of: count(saving.baseline_m) })} · ${t('waves.labour_of', { n: count(saving.minutes), of: count(saving.baseline_minutes) })}</small></div>`;
}

/** The criterion's figure beside that of as many orders first come. */
function Compared({ compared }) {
  const text = compared.criterion === 'most_an_hour' ? 'waves.compared_hour' : 'waves.compared_aisles';
  return html`<p class="waves-saving"><b data-figure="compared">${round(compared.value)}</b> ${t(text, { of: round(compared.first_come) })}</p>`;
}

const round = (value) => count(Math.round(value * (value < 100 ? 10 : 1)) / (value < 100 ? 10 : 1));
