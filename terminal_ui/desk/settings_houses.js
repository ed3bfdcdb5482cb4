// From which warehouses each shop sends, and how one of them is chosen.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Empty, Field, Shown, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { placesOf, placesText } from './settings_terms.js';
import { Many, One } from './wave_fields.js';

const WAYS = ['nearest', 'preferred', 'cheapest'];
const ELSE = ['wait', 'split', 'transfer'];

export async function loadHouses(page) {
  const http = page.office.http;
  return page.houses.take(http.get('/api/v1/shops').then(async (envelope) => {
    if (!envelope.ok) return envelope;
    const all = await Promise.all(envelope.data.items.map((shop) => http.get('/api/v1/shops/' + encodeURIComponent(shop.code) + '/warehouses')));
    const wrong = all.find((one) => !one.ok);
    return wrong || Object.assign({}, envelope, { data: { items: all.map((one, at) => Object.assign({ name: envelope.data.items[at].name }, one.data)) } });
  }));
}

export function Houses({ page }) {
  const boss = page.office.may(['supervisor']);
  const columns = [
    { key: 'shop', label: t('choice.shop'), render: (one) => html`<span class="office-two"><b>${one.name}</b><small class="office-code">${one.shop}</small></span>` },
    { key: 'houses', label: t('choice.house'), render: (one) => (one.warehouses.length ? html`<span class="people-posts">${one.warehouses.map((each, at) => html`<${Tag} key=${each.warehouse}>${at + 1 + '. ' + each.name}<//>`)}</span>` : html`<span class="soft">${t('choice.where_it_is')}</span>`) },
    { key: 'way', label: t('choice.house_way'), render: (one) => (one.warehouses.length > 1 ? say('choice_house', one.way) : html`<span class="soft">–</span>`) },
    { key: 'else', label: t('choice.house_else'), render: (one) => (one.warehouses.length > 1 ? say('choice_else', one.otherwise) : html`<span class="soft">–</span>`) },
  ];
  return html`<p class="soft">${t('choice.houses_hint')}</p><${Shown} asked=${page.houses} onRetry=${() => loadHouses(page)}>${(data) => html`<${Table} id="houses" label=${say('settings_tab', 'houses')} columns=${columns} rows=${data.items} keyOf=${(one) => one.shop} onOpen=${boss ? (one) => askHouses(page, one) : undefined} none=${html`<${Empty} icon="place" text=${t('choice.no_shops')} />`} />`}<//>`;
}

function askHouses(page, one) {
  const office = page.office;
  const places = {};
  one.known.forEach((each) => { places[each.warehouse] = ''; });
  one.warehouses.forEach((each) => { places[each.warehouse] = placesText(each.places); });
  const state = { way: one.way, otherwise: one.otherwise, list: one.warehouses.map((each) => each.warehouse) };
  const nameOf = (code) => (one.known.find((each) => each.warehouse === code) || { name: code }).name;
  const set = (name) => (value) => { state[name] = value; office.changed(); };
  const keep = async (event) => {
    if (event) event.preventDefault();
    const body = { way: state.way, otherwise: state.otherwise, warehouses: state.list.map((code) => ({ warehouse: code, places: placesOf(places[code]) })) };
    const envelope = await office.act('houses', () => office.http.change('PUT', '/api/v1/shops/' + encodeURIComponent(one.shop) + '/warehouses', body));
    if (!envelope.ok) return;
    office.close();
    loadHouses(page);
  };
  office.openPanel({
    id: 'houses', title: t('choice.houses_of', { shop: one.name }),
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="houses-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${Boolean(office.working.houses)} onTap=${keep} />`,
    body: () => html`<form class="office-form settings" onSubmit=${keep}>
      <${Many} id="houses-list" label=${t('choice.house_order')} value=${state.list} choices=${one.known.map((each) => [each.warehouse, (state.list.indexOf(each.warehouse) >= 0 ? state.list.indexOf(each.warehouse) + 1 + '. ' : '') + each.name])} onChoose=${set('list')} />
      ${state.list.length > 1 && html`<${One} id="houses-way" label=${t('choice.house_way')} value=${state.way} choices=${WAYS.map((way) => [way, say('choice_house', way)])} onChoose=${set('way')} />
        <${One} id="houses-else" label=${t('choice.house_else')} value=${state.otherwise} choices=${ELSE.map((way) => [way, say('choice_else', way)])} onChoose=${set('otherwise')} />
        ${state.list.map((code, at) => html`<${Field} key=${code} label=${t('choice.house_places', { house: nameOf(code) })} hint=${at ? '' : t('choice.places_hint')}><input id=${'places-' + code} autocomplete="off" value=${places[code]} onInput=${(event) => { places[code] = event.target.value; office.changed(); }} /><//>`)}`}</form>`,
  });
}
