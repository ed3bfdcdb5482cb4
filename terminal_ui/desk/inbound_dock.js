// What the dock left to the office: goods put aside, and goods that wait for a look. Of one receipt or of the house.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { askIdentify, askVerdict, refuse } from './inbound_acts.js';
import { address } from './inbound_list.js';
import { Photo, openPhoto } from './inbound_parts.js';
import { Empty, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { When } from './stock_cells.js';

const CHECK = { open: 'act', released: 'good', rejected: 'bad', withdrawn: '' };

export function AsideTable({ page, rows, house }) {
  const office = page.office;
  const columns = [
    house && { key: 'receipt', label: t('inbound.receipt'), render: (one) => html`<a class="office-code" href=${address(one.receipt, 'aside')}>${one.receipt}</a>` },
    { key: 'what', label: t('inbound.what'), render: (one) => html`<span class="office-two"><b class="office-code">${one.sku || one.code || t('inbound.no_code')}</b>${one.name && html`<small>${one.name}</small>`}</span>` },
    { key: 'reason', label: t('inbound.why_aside'), render: (one) => html`<span class="office-two"><span>${say('inbound_aside', one.reason)}</span>${one.note && html`<small title=${one.note}>${one.note}</small>`}</span>` },
    { key: 'qty', label: t('stock.pieces'), number: true, render: (one) => count(one.qty) },
    { key: 'photos', label: t('inbound.photos'), render: (one) => html`<span class="inbound-thumbs">${one.photos.map((file) => html`<${Photo} key=${file} office=${office} file=${file} label=${t('inbound.photo_of', { what: one.code || one.sku || one.id })} onTap=${() => openPhoto(office, file, one.code || one.sku || '')} />`)}</span>` },
    { key: 'who', label: t('inbound.who'), render: (one) => html`<span class="office-two"><span>${one.person || ''}</span><small><${When} at=${one.at} /></small></span>` },
    { key: 'status', label: t('counts.status'), render: (one) => (one.status === 'open' ? html`<${Tag} kind="bad">${t('inbound.aside_open')}<//>` : html`<span class="office-two"><${Tag} kind="good">${say('inbound_outcome', one.outcome)}<//><small>${one.settled_by || ''}</small></span>`) },
    page.mayKeep && { key: 'act', label: '', render: (one) => one.status === 'open' && html`<span class="office-acts"><${Act} id=${'identify-' + one.id} kind="strong" icon="barcode" label=${t('inbound.identify')} busy=${office.working['aside' + one.id]} onTap=${() => askIdentify(page, one)} />
      <${Act} id=${'refuse-' + one.id} icon="cross" label=${t('inbound.refuse')} busy=${office.working['aside' + one.id]} onTap=${() => refuse(page, one)} /></span>` },
  ].filter(Boolean);
  return html`<${Table} id="asides" label=${say('inbound_tab', 'asides')} columns=${columns} rows=${rows} keyOf=${(one) => one.id} none=${html`<${Empty} icon="check" text=${t('inbound.no_asides')} />`} />`;
}

/** A check's goods stand in its row, or (of the house) in an object of their own. */
function goodsOf(one) {
  return one.sku && one.sku.code ? one.sku : { code: one.sku, name: one.name };
}

export function CheckTable({ page, rows, house }) {
  const office = page.office;
  const decides = office.may(['receiver', 'supervisor']);
  const columns = [
    house && { key: 'receipt', label: t('inbound.receipt'), render: (one) => html`<a class="office-code" href=${address(one.receipt, 'checks')}>${one.receipt}</a>` },
    { key: 'sku', label: t('stock.sku'), render: (one) => html`<span class="office-two"><b class="office-code">${goodsOf(one).code}</b><small>${goodsOf(one).name}</small></span>` },
    { key: 'lot', label: t('stock.lot'), render: (one) => one.lot },
    { key: 'why', label: t('inbound.why_check'), render: (one) => t('check.why.' + one.why) },
    { key: 'qty', label: t('stock.pieces'), number: true, render: (one) => count(one.qty) },
    { key: 'sample', label: t('inbound.sample'), number: true, render: (one) => count(one.sample) },
    { key: 'accept', label: t('inbound.accept'), number: true, render: (one) => count(one.accept) },
    !house && { key: 'defects', label: t('inbound.defects'), number: true, render: (one) => (one.status === 'open' ? '–' : count(one.defects)) },
    { key: 'status', label: t('counts.status'), render: (one) => html`<${Tag} kind=${CHECK[one.status || 'open']}>${say('inbound_check', one.status || 'open')}<//>${one.note && html` <small title=${one.note}>${one.note}</small>`}` },
    { key: 'who', label: t('inbound.who'), render: (one) => html`<span class="office-two"><span>${one.person || ''}</span><small><${When} at=${one.decided_at || one.asked_at} /></small></span>` },
    decides && { key: 'act', label: '', render: (one) => (one.status || 'open') === 'open' && html`<${Act} id=${'decide-' + one.id} kind="strong" icon="check" label=${t('inbound.decide')} busy=${office.working['check' + one.id]} onTap=${() => askVerdict(page, one, goodsOf(one).code)} />` },
  ].filter(Boolean);
  return html`<${Table} id="checks" label=${say('inbound_tab', 'checks')} columns=${columns} rows=${rows} keyOf=${(one) => one.id} none=${html`<${Empty} icon="check" text=${t('inbound.no_checks')} />`} />`;
}
