// A parcel to try: which carrier would take it, and why no other.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Field, Table, Tag } from './office_parts.js';

export function TryIt({ page, data }) {
  const office = page.office;
  const [draft, put] = useState({ province: '', city: '', district: '', country: '', kg: '1', cm3: '', value: '', shop: '', cod: false, masked: false });
  const [found, show] = useState(null);
  if (!data.terms.length) return html`<p class="soft">${t('choice.none')}</p>`;
  const typed = (name) => (event) => put(Object.assign({}, draft, { [name]: event.target.value }));
  const ticked = (name) => (event) => put(Object.assign({}, draft, { [name]: event.target.checked }));
  const ask = async (event) => {
    event.preventDefault();
    const body = { province: draft.province.trim(), city: draft.city.trim(), district: draft.district.trim(), country: draft.country.trim(), weight_g: Math.max(1, Math.round(Number(draft.kg) * 1000) || 1), cm3: Math.round(Number(draft.cm3)) || 0, value: draft.value === '' ? '0' : draft.value, shop: draft.shop, cod: draft.cod, masked: draft.masked };
    const envelope = await office.act('try', () => office.http.change('POST', '/api/v1/carrier-choice/try', body));
    if (envelope.ok) show(envelope.data);
  };
  const field = (id, label, number) => html`<${Field} label=${label}><input id=${'try-' + id} autocomplete="off" inputmode=${number ? 'decimal' : undefined} value=${draft[id]} onInput=${typed(id)} /><//>`;
  const tick = (id, label) => html`<label class="choosing-tick"><input id=${'try-' + id} type="checkbox" checked=${draft[id]} onChange=${ticked(id)} /> ${label}</label>`;
  return html`<form class="orders-card choosing-try" onSubmit=${ask}>
    ${field('province', t('choice.province'))}${field('city', t('choice.city'))}${field('district', t('choice.district'))}${field('country', t('choice.country'))}${field('kg', t('choice.weight'), true)}${field('cm3', t('choice.volume'), true)}${field('value', t('choice.value'), true)}
    <${Field} label=${t('choice.shop')}><select id="try-shop" value=${draft.shop} onChange=${typed('shop')}><option value="" selected=${!draft.shop}>–</option>${(page.shops || []).map((one) => html`<option key=${one.code} value=${one.code} selected=${one.code === draft.shop}>${one.name}</option>`)}</select><//>
    <div class="choosing-ticks">${tick('cod', t('choice.cod'))}${tick('masked', t('choice.masked'))}</div>
    <button type="submit" id="try-ask" class="act primary" disabled=${Boolean(office.working.try)}>${t('choice.ask')}</button></form>
    ${found && html`<${Ranking} why=${found} currency=${data.currency} id="tried" />`}`;
}

/** Every carrier with what it would cost, or why it does not take the parcel; the first is the chosen one. */
export function Ranking({ why, currency, id, bare }) {
  const columns = [
    { key: 'carrier', label: t('carriers.carrier'), render: (one) => html`<b>${one.name}</b>` },
    { key: 'price', label: t('choice.price'), number: true, render: (one) => (one.price ? one.price + ' ' + currency : '–') },
    { key: 'billed', label: t('choice.billed'), number: true, render: (one) => (one.no ? '–' : one.billed_g / 1000 + ' kg') },
    { key: 'hours', label: t('choice.hours'), number: true, render: (one) => one.hours || '–' },
    { key: 'why', label: t('choice.why'), render: (one) => (one.no ? html`<span class="soft">${one.text}</span>` : one.at === 0 ? html`<${Tag} kind="good">${t('choice.took')}<//>` : html`<${Tag}>${one.late ? t('choice.late') : t('choice.can')}<//>`) },
  ];
  const taken = why.ranking.length > 0 && !why.ranking[0].no;
  return html`${!bare && html`<p class="choosing-line" id=${id + '-how'}>${taken ? why.how : t('choice.nobody')} ${why.warning}</p>`}
    <${Table} id=${id} label=${t('choice.try')} columns=${columns} rows=${why.ranking.map((one, at) => Object.assign({ at: at }, one))} keyOf=${(one) => one.carrier} />`;
}
