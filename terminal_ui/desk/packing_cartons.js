// The kinds of cartons: sizes, what they weigh empty, and whether they are in stock.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Empty, Field, Shown, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';

const NUMBERS = ['length_mm', 'width_mm', 'height_mm', 'tare_g', 'max_g'];
const FRESH = { code: '', length_mm: '', width_mm: '', height_mm: '', tare_g: '', max_g: '', active: true };

export function Cartons({ page }) {
  return html`${page.mayChange && html`<div class="office-tools"><${Act} id="carton-new" kind="primary" icon="item" label=${t('packing.carton_new')} onTap=${() => open(page, FRESH, true)} /></div>`}
    <${Shown} asked=${page.lists.cartons} onRetry=${() => page.load()}>${(data) => html`<${List} page=${page} rows=${data.items} />`}<//>`;
}

function List({ page, rows }) {
  const put = (one, active) => page.act('carton-' + one.code, '/api/v1/cartons', Object.assign({}, one, { active: active }), t(active ? 'packing.in_stock_again' : 'packing.out_of_stock', { code: one.code }));
  const columns = [
    { key: 'code', label: t('packing.carton'), render: (one) => html`<b>${one.code}</b>` },
    { key: 'sides', label: t('packing.sides'), number: true, render: (one) => [one.length_mm, one.width_mm, one.height_mm].join(' × ') },
    { key: 'tare', label: t('packing.tare'), number: true, render: (one) => one.tare_g },
    { key: 'max', label: t('packing.max'), number: true, render: (one) => one.max_g || html`<span class="soft">${t('packing.no_limit')}</span>` },
    { key: 'active', label: t('packing.stock'), render: (one) => html`<${Tag} kind=${one.active ? 'good' : 'bad'}>${t(one.active ? 'packing.in_stock' : 'packing.no_stock')}<//>` },
    { key: 'act', label: '', render: (one) => page.mayChange && html`<span class="office-acts"><${Act} id=${'flip-' + one.code} icon=${one.active ? 'cross' : 'check'} label=${t(one.active ? 'packing.take_out' : 'packing.bring_back')} busy=${page.office.working['carton-' + one.code]} onTap=${() => put(one, !one.active)} />
      <${Act} id=${'edit-' + one.code} label=${t('packing.edit')} onTap=${() => open(page, one, false)} /></span>` },
  ];
  return html`<${Table} id="cartons" label=${t('packing.carton')} columns=${columns} rows=${rows} keyOf=${(one) => one.code} none=${html`<${Empty} icon="item" text=${t('packing.no_cartons')} />`} />`;
}

function open(page, carton, fresh) {
  page.office.openPanel({ id: 'carton', title: fresh ? t('packing.carton_new') : carton.code, body: () => html`<${Form} page=${page} carton=${carton} fresh=${fresh} />` });
}

function Form({ page, carton, fresh }) {
  const [draft, setDraft] = useState(Object.assign({}, carton));
  const [error, setError] = useState('');
  const set = (name) => (event) => setDraft(Object.assign({}, draft, { [name]: event.target.value }));
  const save = async (event) => {
    event.preventDefault();
    const body = { code: String(draft.code).trim(), active: draft.active };
    NUMBERS.forEach((name) => { body[name] = Number(draft[name] || 0); });
    const envelope = await page.act('carton', '/api/v1/cartons', body, t('packing.carton_kept', { code: body.code }));
    if (envelope.ok) page.office.close();
    else setError(envelope.message.text);
  };
  return html`<form class="packing-form" onSubmit=${save}>
    <${Field} label=${t('packing.code')} hint=${t('packing.code_hint')}><input id="carton-code" required maxlength="60" readonly=${!fresh} value=${draft.code} autocomplete="off" onInput=${set('code')} /><//>
    <div class="packing-three">${NUMBERS.map((name) => html`<${Field} key=${name} label=${t('packing.' + name)}><input id=${name} type="number" min=${name.endsWith('mm') ? 1 : 0} max="1000000" required=${name.endsWith('mm')} value=${draft[name]} onInput=${set(name)} /><//>`)}</div>
    ${error && html`<p class="packing-error" role="alert">${error}</p>`}
    <button type="submit" class="act primary" id="carton-save" disabled=${Boolean(page.office.working.carton)}>${t('packing.save')}</button></form>`;
}
