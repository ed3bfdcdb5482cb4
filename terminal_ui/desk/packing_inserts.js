// What shops put into their parcels besides the goods: a leaflet, a sample.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Empty, Field, Shown, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { money } from './stock_cells.js';

export function Inserts({ page }) {
  return html`${page.mayChange && html`<${New} page=${page} />`}<p class="soft packing-hint">${t('packing.gift_hint')}</p>
    <${Shown} asked=${page.lists.inserts} onRetry=${() => page.load()}>${(data) => html`<${List} page=${page} rows=${data.items} />`}<//>`;
}

function List({ page, rows }) {
  const put = (one) => page.act('insert', '/api/v1/insert-rules', Object.assign({}, one, { active: !one.active }), t(one.active ? 'packing.insert_off' : 'packing.insert_on', { name: one.name }));
  const columns = [
    { key: 'shop', label: t('packing.shop'), render: (one) => one.shop },
    { key: 'name', label: t('packing.insert'), render: (one) => html`<b>${one.name}</b>` },
    { key: 'from', label: t('packing.from'), number: true, render: (one) => (Number(one.min_total) ? money(one.min_total) : html`<span class="soft">${t('packing.every_order')}</span>`) },
    { key: 'state', label: t('packing.status'), render: (one) => html`<${Tag} kind=${one.active ? 'good' : ''}>${t(one.active ? 'packing.active' : 'packing.inactive')}<//>` },
    { key: 'act', label: '', render: (one) => page.mayChange && html`<span class="office-acts"><${Act} icon=${one.active ? 'cross' : 'check'} label=${t(one.active ? 'packing.stop' : 'packing.again')} busy=${page.office.working.insert} onTap=${() => put(one)} /></span>` },
  ];
  return html`<${Table} id="inserts" label=${t('packing.insert')} columns=${columns} rows=${rows} keyOf=${(one) => one.shop + one.name} none=${html`<${Empty} icon="receive" text=${t('packing.no_inserts')} />`} />`;
}

function New({ page }) {
  const [draft, setDraft] = useState({ shop: '', name: '', min_total: '' });
  const set = (name) => (event) => setDraft(Object.assign({}, draft, { [name]: event.target.value }));
  const shop = draft.shop || (page.shops[0] ? page.shops[0].code : '');
  const add = async (event) => {
    event.preventDefault();
    const body = { shop: shop, name: draft.name.trim(), min_total: draft.min_total || '0', active: true };
    const envelope = await page.act('insert', '/api/v1/insert-rules', body, t('packing.insert_on', { name: body.name }));
    if (envelope.ok) setDraft({ shop: draft.shop, name: '', min_total: '' });
  };
  return html`<form class="office-tools" onSubmit=${add}>
    <${Field} label=${t('packing.shop')}><select id="insert-shop" value=${shop} onChange=${set('shop')}>${page.shops.map((one) => html`<option key=${one.code} value=${one.code}>${one.name || one.code}</option>`)}</select><//>
    <${Field} label=${t('packing.insert')}><input id="insert-name" required maxlength="100" value=${draft.name} autocomplete="off" onInput=${set('name')} /><//>
    <${Field} label=${t('packing.from')}><input id="insert-from" type="number" min="0" step="0.01" value=${draft.min_total} placeholder="0" onInput=${set('min_total')} /><//>
    <button type="submit" class="act primary" id="insert-add" disabled=${!draft.name.trim() || !shop}>${t('packing.add')}</button></form>`;
}
