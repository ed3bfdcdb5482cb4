// The way of all orders, from held to shipped, as one strip of live counts.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Live } from './parts.js';

const STEPS = ['held', 'ready', 'waved', 'picking', 'picked', 'packed', 'shipped'];
const ICONS = { held: 'warning', ready: 'clock', waved: 'many', picking: 'cart', picked: 'tote', packed: 'item', shipped: 'truck' };

export function Pipeline({ board }) {
  const steps = board.data.orders.steps;
  const most = Math.max(1, ...STEPS.map((step) => steps[step]));
  const taps = { held: () => board.filterStuck('held'), ready: () => board.newWave() };
  return html`<nav class="pipeline" aria-label=${t('board.pipeline')}><ol>
    ${STEPS.map((step) => html`<${Segment} key=${step} step=${step} value=${steps[step]} share=${steps[step] / most} aside=${aside(step, steps)} onTap=${taps[step]} />`)}
  </ol></nav>`;
}

/** What stands beside a step: not yet audited orders beside held ones, short ones beside picking. */
function aside(step, steps) {
  if (step === 'held' && steps.new) return { text: t('board.step.new', { n: steps.new }), kind: '' };
  if (step === 'picking' && steps.short) return { text: t('board.step.short', { n: steps.short }), kind: 'bad' };
  if (step === 'shipped') return { text: t('board.step.in_a_day'), kind: '' };
  return null;
}

function Segment({ step, value, share, aside: beside, onTap }) {
  const bad = step === 'held' && value > 0;
  const inner = html`<${Icon} name=${ICONS[step]} size=${20} />
    <span class="segment-name">${t('board.step.' + step)}</span>
    <span class="segment-count" data-step=${step} data-count=${value}><${Live} value=${value} /></span>
    <span class=${'segment-aside ' + (beside ? beside.kind : '')}>${beside ? beside.text : ''}</span>
    <i class="segment-bar" style=${{ transform: 'scaleX(' + share + ')' }}></i>`;
  const kind = 'pipe' + (bad ? ' pipe-bad' : '');
  return html`<li class=${kind}>${onTap ? html`<button type="button" onClick=${onTap} title=${t('board.step.' + step + '_hint')}>${inner}</button>` : html`<div>${inner}</div>`}</li>`;
}
