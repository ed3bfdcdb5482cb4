// How a warehouse handles orders, and each of its shops: what may share a parcel, and by when what is to be done.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say, span } from './format.js';
import { Empty, Field, Shown, Table } from './office_parts.js';
import { Act } from './parts.js';
import { One } from './wave_fields.js';

const MINUTE_MS = 60000;
const MODES = ['off', 'suggest', 'automatic'];
const WITH = ['no', 'own', 'shops'];
/** Numbers by name, as the server takes them, for the words beside a field: {least, most, empty?: may be left out}. */
const HOUSE = { merge_minutes: { least: 0, most: 14400 } };
const SHOP = {
  pay_days: { least: 0, most: 365 }, ship_days: { least: 0, most: 365 },
  remind_unpaid_minutes: { least: 1, most: 527040, empty: true }, cancel_unpaid_minutes: { least: 1, most: 527040, empty: true },
  min_days_shipping: { least: 0, most: 36500 },
};

export function loadOrderSettings(page) {
  const http = page.office.http;
  return page.orders.take(Promise.all([http.get('/api/v1/order-settings'), http.get('/api/v1/shops')]).then(([house, shops]) => {
    if (!house.ok) return house;
    return shops.ok ? Object.assign({}, house, { data: { house: house.data, shops: shops.data.items } }) : shops;
  }));
}

export function OrderSettings({ page }) {
  return html`<${Shown} asked=${page.orders} onRetry=${() => loadOrderSettings(page)}>${(data) => html`<div class="settings-both"><${House} page=${page} known=${data.house} /><${Shops} page=${page} shops=${data.shops} /></div>`}<//>`;
}

/** What is typed, as it is sent: numbers that are none are sent as they are, for the server to refuse. */
function read(draft, numbers) {
  const body = Object.assign({}, draft);
  Object.keys(numbers).forEach((name) => {
    const typed = String(draft[name] === null ? '' : draft[name]).trim();
    body[name] = typed === '' ? (numbers[name].empty ? null : '') : Number.isFinite(Number(typed)) ? Number(typed) : typed;
  });
  return body;
}

/** Send what is changed; a refusal is said beside the fields that it names. `state`: {draft, wrong}. Returns it as it is kept, or null. */
async function send(page, state, known, numbers, path, said) {
  const body = read(state.draft, numbers);
  const changes = {};
  Object.keys(body).filter((name) => body[name] !== known[name]).forEach((name) => { changes[name] = body[name]; });
  const office = page.office;
  office.working.orders = true;
  office.changed();
  const envelope = await office.http.change('PATCH', path, changes);
  delete office.working.orders;
  state.wrong = envelope.ok ? {} : refused(envelope.message, Object.keys(changes), numbers);
  const beside = Object.keys(state.wrong).length > 0; // said there, and not once more below
  if (!beside) office.toast({ kind: envelope.ok ? 'ok' : 'stop', code: envelope.ok ? '' : envelope.message.code, text: envelope.ok ? said : envelope.message.text });
  office.changed();
  if (beside) focusFirst();
  return envelope.ok ? envelope.data : null;
}

/** Of a refusal 'json.pay_days: …; json.merging: …' what to say beside each of these fields: what would be right. */
function refused(message, names, numbers) {
  const told = String((message.params && message.params.fields) || '').split('; ');
  return names.reduce((found, name) => {
    const its = told.find((one) => one.split(':')[0].split('.').indexOf(name) >= 0);
    return its ? Object.assign(found, { [name]: right(name, numbers) || its.slice(its.indexOf(':') + 1).trim() }) : found;
  }, {});
}

function right(name, numbers) {
  if (name === 'day_ends') return t('settings_orders.time');
  const of = numbers[name];
  return of && t(of.empty ? 'settings_orders.range_or_empty' : 'settings_orders.range', { least: count(of.least), most: count(of.most) });
}

/** Show what was kept; what is typed elsewhere on the page stays. */
function shown(page, change) {
  page.orders.data = Object.assign({}, page.orders.data, change);
  page.office.changed();
}

function focusFirst() {
  setTimeout(() => {
    const first = document.querySelector('.settings [aria-invalid="true"], .office-panel [aria-invalid="true"]');
    if (first instanceof HTMLElement) first.focus();
  });
}

/** A field of a number with the sentence that says what it does; minutes are told in hours and days as well. */
function Num({ page, state, name, of, locked }) {
  const typed = state.draft[name] === null ? '' : state.draft[name];
  const minutes = /minutes$/.test(name) && Number(typed) >= 60 ? ' = ' + span(Number(typed) * MINUTE_MS) : '';
  const set = (event) => { state.draft[name] = event.target.value; page.office.changed(); };
  return html`<${Field} label=${t('settings_orders.' + name) + minutes} hint=${t('settings_orders.' + name + '_hint')} error=${state.wrong[name]}>
    <input id=${'set-' + name} type="number" inputmode="numeric" min=${of[name].least} max=${of[name].most} step="1" disabled=${locked} aria-invalid=${state.wrong[name] ? 'true' : undefined} placeholder=${of[name].empty ? t('settings_orders.never') : ''} value=${typed} onInput=${set} /><//>`;
}

/** A choice of one, each with the sentence that says what it does below. */
function Way({ page, state, name, ways, locked }) {
  const set = (value) => { if (!locked) Object.assign(state.draft, { [name]: value }); page.office.changed(); };
  const told = (code) => (ways === MODES ? say('settings_orders_mode', code) : say('settings_orders_with', code));
  return html`<div class="settings-way"><${One} id=${'set-' + name} label=${t('settings_orders.' + name)} value=${state.draft[name]} choices=${ways.map((one) => [one, told(one)])} onChoose=${set} />
    <small class="soft">${told(state.draft[name] + '_hint')}</small>${state.wrong[name] && html`<em role="alert">${state.wrong[name]}</em>`}</div>`;
}

function House({ page, known }) {
  if (!page.orderDraft || page.orderDraft.known !== known) page.orderDraft = { known: known, draft: Object.assign({}, known), wrong: {} };
  const state = page.orderDraft;
  const locked = !page.office.may(['supervisor']);
  const changed = Object.keys(known).some((name) => String(known[name]) !== String(state.draft[name]));
  const keep = async (event) => {
    if (event) event.preventDefault();
    if (locked || !changed) return;
    const kept = await send(page, state, known, HOUSE, '/api/v1/order-settings', t('settings_orders.kept_house'));
    if (kept) shown(page, { house: kept });
  };
  const ends = (event) => { state.draft.day_ends = event.target.value; page.office.changed(); };
  return html`<form class="settings-form orders-card" id="order-settings" novalidate onSubmit=${keep}><h2>${t('settings_orders.house')}</h2>
    <${Way} page=${page} state=${state} name="merging" ways=${MODES} locked=${locked} />
    ${state.draft.merging === 'automatic' && html`<${Num} page=${page} state=${state} name="merge_minutes" of=${HOUSE} locked=${locked} />`}
    <${Field} label=${t('settings_orders.day_ends')} hint=${t('settings_orders.day_ends_hint')} error=${state.wrong.day_ends}><input id="set-day_ends" type="time" disabled=${locked} aria-invalid=${state.wrong.day_ends ? 'true' : undefined} value=${state.draft.day_ends} onInput=${ends} /><//>
    ${!locked && html`<div class="acts"><${Act} id="order-settings-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${!changed || Boolean(page.office.working.orders)} onTap=${keep} /></div>`}</form>`;
}

const after = (minutes) => (minutes === null ? t('settings_orders.never') : span(minutes * MINUTE_MS));

function Shops({ page, shops }) {
  const days = (n) => t('settings_orders.days', { n: count(n) });
  const columns = [
    { key: 'shop', label: t('choice.shop'), render: (one) => html`<span class="office-two"><b>${one.name}</b><small class="office-code">${one.code}</small></span>` },
    { key: 'merging', label: t('settings_orders.merging'), render: (one) => say('settings_orders_with', one.merging) },
    { key: 'pay', label: t('settings_orders.pay_days'), render: (one) => days(one.pay_days) },
    { key: 'ship', label: t('settings_orders.ship_days'), render: (one) => days(one.ship_days) },
    { key: 'unpaid', label: t('settings_orders.unpaid'), render: (one) => html`<span class="office-two"><span>${t('settings_orders.remind', { after: after(one.remind_unpaid_minutes) })}</span><span>${t('settings_orders.cancel', { after: after(one.cancel_unpaid_minutes) })}</span></span>` },
    { key: 'presale', label: t('settings_orders.presale_ahead'), render: (one) => t(one.presale_ahead ? 'choice.yes' : 'choice.no') },
    { key: 'fresh', label: t('settings_orders.min_days_shipping'), render: (one) => days(one.min_days_shipping) },
  ];
  const open = page.office.may(['supervisor']) ? (one) => askShop(page, one) : undefined;
  return html`<section class="settings-shops"><h2>${t('settings_orders.shops')}</h2><${Table} id="shop-settings" label=${t('settings_orders.shops')} columns=${columns} rows=${shops} keyOf=${(one) => one.code} onOpen=${open} none=${html`<${Empty} icon="place" text=${t('choice.no_shops')} />`} /></section>`;
}

function askShop(page, one) {
  const office = page.office;
  const names = Object.keys(SHOP).concat(['merging', 'presale_ahead']);
  /** @type {Record<string, any>} */
  const known = names.reduce((all, name) => Object.assign(all, { [name]: one[name] }), {});
  /** @type {{draft: Record<string, any>, wrong: Record<string, string>}} */
  const state = { draft: Object.assign({}, known), wrong: {} };
  const keep = async (event) => {
    if (event) event.preventDefault();
    const kept = await send(page, state, known, SHOP, '/api/v1/shops/' + encodeURIComponent(one.code), t('settings_orders.kept_shop', { shop: one.name }));
    if (!kept) return;
    office.close();
    shown(page, { shops: page.orders.data.shops.map((each) => (each.code === kept.code ? kept : each)) });
  };
  const ahead = (value) => { state.draft.presale_ahead = value; office.changed(); };
  const num = (name) => html`<${Num} key=${name} page=${page} state=${state} name=${name} of=${SHOP} />`;
  office.openPanel({
    id: 'shop-settings', title: t('settings_orders.of', { shop: one.name }),
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="shop-settings-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${Boolean(office.working.orders)} onTap=${keep} />`,
    body: () => html`<form class="office-form settings settings-one" novalidate onSubmit=${keep}>
      <${Way} page=${page} state=${state} name="merging" ways=${WITH} />
      <div class="office-form-pair">${num('pay_days')}${num('ship_days')}</div>
      <div class="office-form-pair">${num('remind_unpaid_minutes')}${num('cancel_unpaid_minutes')}</div>
      <div class="settings-way"><${One} id="set-presale" label=${t('settings_orders.presale_ahead')} value=${state.draft.presale_ahead} choices=${[[true, t('choice.yes')], [false, t('choice.no')]]} onChoose=${ahead} /><small class="soft">${t('settings_orders.presale_ahead_hint')}</small></div>
      ${num('min_days_shipping')}<button type="submit" class="unseen" tabindex="-1" aria-label=${t('waves.keep')}></button></form>`,
  });
}
