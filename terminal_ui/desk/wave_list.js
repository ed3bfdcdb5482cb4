// The waves of a warehouse, and what can be done with one from the list.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { List } from './list.js';
import { Tag } from './office_parts.js';
import { askPaper, placesOf } from './paper.js';
import { Act } from './parts.js';
import { askWaybills } from './printers_runs.js';
import { When } from './stock_cells.js';

const STATUS = { planned: 'act', released: 'warn', done: 'good', cancelled: '' };
const METHODS = ['order', 'cart', 'wall', 'relay', 'consolidate', 'single', 'same', 'prepack'];
const AT_THE_TABLE = ['single', 'same', 'prepack']; // their labels come out as their parcels are closed

export function waveList(page) {
  const any = () => ['', t('stock.any')];
  return new List(page.office, {
    id: 'waves', at: '#/waves', path: '/api/v1/waves', icon: 'many', usual: { sort: 'number', down: 'true' },
    label: () => say('waves_tab', 'waves'), none: () => t('waves.no_waves'), columns: () => columns(page),
    filters: () => [{ name: 'status', label: t('waves.state'), choices: [any()].concat(Object.keys(STATUS).map((one) => [one, say('waves_status', one)])) },
      { name: 'method', label: t('waves.method'), choices: [any()].concat(METHODS.map((one) => [one, say('waves_method', one)])) }],
  });
}

/** Ask for the paper lists of a wave's carts: where, and why again where they are out. */
async function askLists(page, wave) {
  const places = await placesOf(page.office, 'pick_list');
  if (!Array.isArray(places)) return;
  askPaper(page.office, {
    id: 'lists', title: t('paper.lists_of', { wave: wave.number }), hint: t('paper.lists_long'), document: 'pick_list', places: places,
    send: (state) => page.act('wave' + wave.id, 'pick.lists', { wave_id: wave.id, station: state.station, reason: state.reason }),
  });
}

function columns(page) {
  const office = page.office;
  const named = (one) => (one.filter.rule ? one.filter.rule : t('waves.by_hand'));
  const hold = (one) => one.status === 'released' && html`<${Act} id=${(one.paused_at ? 'resume-' : 'pause-') + one.id} icon=${one.paused_at ? 'next' : 'clock'} label=${t(one.paused_at ? 'waves.resume' : 'waves.pause')} busy=${Boolean(office.working['wave' + one.id])} onTap=${() => page.act('wave' + one.id, one.paused_at ? 'wave.resume' : 'wave.pause', { wave_id: one.id })} />`;
  const labels = (one) => (one.status === 'released' || one.status === 'done') && AT_THE_TABLE.indexOf(one.method) < 0 && html`<${Act} id=${'waybills-' + one.id} icon="printer" label=${t('printers.waybills')} onTap=${() => askWaybills(office, one)} />`;
  const lists = (one) => one.status === 'released' && one.method !== 'prepack' && html`<${Act} id=${'lists-' + one.id} icon="many" label=${t('paper.lists')} title=${t('paper.lists_hint')} onTap=${() => askLists(page, one)} />`;
  const acts = (one) => one.status !== 'planned' ? html`<span class="office-acts">${lists(one)}${labels(one)}${hold(one)}</span>` : html`<span class="office-acts"><${Act} id=${'release-' + one.id} kind="primary" icon="next" label=${t('board.waves.release')} busy=${Boolean(office.working['wave' + one.id])} onTap=${() => page.act('wave' + one.id, 'wave.release', { wave_id: one.id })} />
    <${Act} id=${'cancel-' + one.id} icon="cross" label=${t('board.waves.cancel')} busy=${Boolean(office.working['wave' + one.id])} onTap=${() => page.act('wave' + one.id, 'wave.cancel', { wave_id: one.id })} /></span>`;
  return [
    { key: 'number', label: t('waves.wave'), sort: true, render: (one) => html`<b class="office-code">${one.number}</b>` },
    { key: 'status', label: t('waves.state'), render: (one) => html`<${Tag} kind=${STATUS[one.status]}>${say('waves_status', one.status)}<//>${one.paused_at ? html` <${Tag} kind="bad">${t('waves.paused')}<//>` : ''}${one.release_wanted && one.status === 'planned' ? html` <${Tag}>${t('waves.releasing')}<//>` : ''}${one.release_refused ? html`<small class="waves-refused" title=${one.release_refused.text}>${t('waves.refused')}: ${one.release_refused.text}</small>` : ''}` },
    { key: 'rule', label: t('waves.rule'), render: (one) => html`<span class="office-two"><span>${named(one)}</span><small>${say('waves_method', one.method)}</small></span>` },
    { key: 'orders', label: t('waves.orders'), number: true, render: (one) => count(one.orders) }, { key: 'units', label: t('stock.pieces'), number: true, render: (one) => count(one.units) },
    { key: 'carts', label: t('waves.carts'), number: true, render: (one) => (one.carts ? count(one.carts) : html`<span class="soft">–</span>`) },
    { key: 'saving', label: t('waves.saving'), number: true, render: (one) => (one.baseline_m ? html`<span title=${t('waves.walk_of', { walk: count(one.walk_m), of: count(one.baseline_m) })}>${Math.round(one.saving * 100)} %</span>` : html`<span class="soft">–</span>`) },
    { key: 'cutoff', label: t('waves.cutoff'), render: (one) => (one.cutoff_at ? html`<${When} at=${one.cutoff_at} />` : html`<span class="soft">–</span>`) },
    { key: 'built', label: t('waves.built'), render: (one) => html`<${When} at=${one.created_at} />` }, { key: 'act', label: '', render: acts },
  ];
}
