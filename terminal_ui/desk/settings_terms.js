// What one carrier takes from this warehouse, and its price table as a grid.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Field } from './office_parts.js';
import { Act } from './parts.js';
import { HANDLING, Head } from './settings_choice.js';
import { Many, One } from './wave_fields.js';

const ROW = { zone: '', places: [], min_g: 0, max_g: 0, first_g: 1000, first_price: '', step_g: 1000, step_price: '', surcharge: '', hours: null };
const NEW = { active: true, place: null, goes_to: [], not_to: [], refuses: [], cod: false, min_g: 0, max_g: 0, max_cm3: 0, max_value: '0', divisor: 0, cut_off: null, prices: [] };

/** ['浙江', '江苏/苏州'] as one line; back by `placesOf`. */
export function placesText(places) {
  return places.join(' ');
}

export function placesOf(text) {
  const found = text.split(/[\s,，、;；]+/).map((one) => one.trim()).filter(Boolean);
  return found.filter((one, at) => found.indexOf(one) === at);
}

const kg = (grams) => (grams ? String(grams / 1000) : '');
const grams = (text) => Math.max(0, Math.round(Number(text) * 1000)) || 0;
const amount = (text) => (text === '' || text === null ? '0' : String(text));

function drafted(one) {
  const rows = one.prices.map((row) => Object.assign({}, row, { places: placesText(row.places), min_g: kg(row.min_g), max_g: kg(row.max_g), first_g: kg(row.first_g), step_g: kg(row.step_g), surcharge: Number(row.surcharge) ? row.surcharge : '', hours: row.hours || '' }));
  return Object.assign({}, one, { goes_to: placesText(one.goes_to), not_to: placesText(one.not_to), min_g: kg(one.min_g), max_g: kg(one.max_g), max_cm3: one.max_cm3 || '', max_value: Number(one.max_value) ? one.max_value : '', divisor: one.divisor || '', cut_off: one.cut_off || '', prices: rows });
}

function written(draft) {
  const prices = draft.prices.map((row) => ({ zone: row.zone.trim(), places: placesOf(row.places), min_g: grams(row.min_g), max_g: grams(row.max_g), first_g: grams(row.first_g), first_price: amount(row.first_price), step_g: grams(row.step_g), step_price: amount(row.step_price), surcharge: amount(row.surcharge), hours: Number(row.hours) || null }));
  const body = { active: draft.active, goes_to: placesOf(draft.goes_to), not_to: placesOf(draft.not_to), refuses: draft.refuses, cod: draft.cod, min_g: grams(draft.min_g), max_g: grams(draft.max_g), max_cm3: Number(draft.max_cm3) || 0, max_value: amount(draft.max_value), divisor: Number(draft.divisor) || 0, cut_off: draft.cut_off || null, prices: prices };
  if (Number(draft.place)) body.place = Number(draft.place);
  return body;
}

export function Terms({ page, data, code, onKept }) {
  const office = page.office;
  const known = data.terms.find((one) => one.carrier === code);
  const account = (page.known || []).find((one) => one.code === code);
  const name = known ? known.name : account ? account.name : code;
  const [draft, put] = useState(() => drafted(known || NEW));
  const set = (change) => put(Object.assign({}, draft, change));
  const typed = (field) => (event) => set({ [field]: event.target.value });
  const back = () => office.go('#/choice');
  const path = '/api/v1/carrier-choice/terms/' + encodeURIComponent(code);
  const keep = async (event) => {
    event.preventDefault();
    const envelope = await office.act('terms', () => office.http.change('PUT', path, written(draft)), () => ({ text: t('choice.kept', { carrier: name }) }));
    if (!envelope.ok) return;
    back();
    onKept();
  };
  const remove = async () => {
    const envelope = await office.act('terms', () => office.http.change('DELETE', path));
    if (!envelope.ok) return;
    back();
    onKept();
  };
  const field = (id, label, more) => html`<${Field} label=${label} hint=${more && more.hint}><input id=${'terms-' + id} autocomplete="off" type=${(more && more.type) || 'text'} inputmode=${more && more.number ? 'decimal' : undefined} placeholder=${(more && more.none) || ''} value=${draft[id] === null ? '' : draft[id]} onInput=${typed(id)} /><//>`;
  return html`<form class="choosing" onSubmit=${keep}>
    <${Head} title=${name}><${Act} icon="back" label=${t('office.cancel')} onTap=${back} />${known && html`<${Act} id="terms-remove" icon="erase" label=${t('choice.remove')} busy=${Boolean(office.working.terms)} onTap=${remove} />`}<button type="submit" id="terms-keep" class="act primary" disabled=${Boolean(office.working.terms)}>${t('waves.keep')}</button><//>
    <div class="orders-card choosing-facts">
      <${One} id="terms-active" label=${t('choice.active')} value=${draft.active} choices=${[[true, t('choice.yes')], [false, t('choice.no')]]} onChoose=${(active) => set({ active: active })} />
      <${One} id="terms-cod" label=${t('choice.cod')} value=${draft.cod} choices=${[[true, t('choice.yes')], [false, t('choice.no')]]} onChoose=${(cod) => set({ cod: cod })} />
      <${Many} id="terms-refuses" label=${t('choice.refuses')} value=${draft.refuses} choices=${HANDLING.map((one) => [one, say('waves_handling', one)])} onChoose=${(refuses) => set({ refuses: refuses })} />
      <div class="choosing-wide"><${Field} label=${t('choice.goes_to')} hint=${t('choice.places_hint')}><textarea id="terms-goes" rows="2" value=${draft.goes_to} onInput=${typed('goes_to')}></textarea><//></div>
      <div class="choosing-wide"><${Field} label=${t('choice.not_to')}><textarea id="terms-not" rows="2" value=${draft.not_to} onInput=${typed('not_to')}></textarea><//></div>
      ${field('place', t('choice.place'), { number: true })}${field('cut_off', t('choice.cut_off'), { type: 'time' })}${field('min_g', t('choice.min_kg'), { number: true })}${field('max_g', t('choice.max_kg'), { number: true, hint: t('choice.empty_free') })}
      ${field('max_cm3', t('choice.max_cm3'), { number: true })}${field('max_value', t('choice.max_value'), { number: true })}${field('divisor', t('choice.divisor'), { number: true, hint: t('choice.divisor_hint') })}</div>
    <${Head} title=${t('choice.prices') + ' (' + data.currency + ')'}><${Act} id="add-price" icon="many" label=${t('choice.add_row')} onTap=${() => set({ prices: draft.prices.concat([drafted({ prices: [ROW], goes_to: [], not_to: [] }).prices[0]]) })} /><//>
    <${Grid} rows=${draft.prices} onChange=${(prices) => set({ prices: prices })} /></form>`;
}

const CELLS = [
  ['zone', 'zone', ''], ['places', 'to', 'wide'], ['min_g', 'above', 'n'], ['max_g', 'until', 'n'], ['first_g', 'first_kg', 'n'], ['first_price', 'first_price', 'n'],
  ['step_g', 'step_kg', 'n'], ['step_price', 'step_price', 'n'], ['surcharge', 'surcharge', 'n'], ['hours', 'hours', 'n'],
];

function Grid({ rows, onChange }) {
  if (!rows.length) return html`<p class="soft">${t('choice.no_prices')}</p>`;
  const typed = (at, name) => (event) => onChange(rows.map((row, nr) => (nr === at ? Object.assign({}, row, { [name]: event.target.value }) : row)));
  return html`<div class="office-table choosing-grid"><table aria-label=${t('choice.prices')}><thead><tr>${CELLS.map(([name, word]) => html`<th key=${name} scope="col">${t('choice.' + word)}</th>`)}<th></th></tr></thead>
    <tbody>${rows.map((row, at) => html`<tr key=${at}>${CELLS.map(([name, word, kind]) => html`<td key=${name} data-label=${t('choice.' + word)} class=${'choosing-cell-' + (kind || 'text')}><input id=${'price-' + at + '-' + name} aria-label=${t('choice.' + word)} inputmode=${kind === 'n' ? 'decimal' : undefined} autocomplete="off" value=${row[name]} onInput=${typed(at, name)} /></td>`)}
      <td><button type="button" class="choosing-drop" aria-label=${t('choice.drop_row')} title=${t('choice.drop_row')} onClick=${() => onChange(rows.filter((_, nr) => nr !== at))}>✕</button></td></tr>`)}</tbody></table></div>`;
}
