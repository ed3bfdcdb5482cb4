// Lists beside the audit's rules: held orders that wait for a person's word, the blacklist, and the least prices.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { List } from './list.js';
import { Field, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { Ago, When, money } from './stock_cells.js';

const REASONS = ['rule_hold', 'finance_review', 'finance_refused', 'overpaid', 'address_incomplete'];
const KIND = { rule_hold: 'warn', finance_review: 'act', finance_refused: 'bad', overpaid: 'warn', address_incomplete: 'warn' };
const BLACK = ['phone', 'buyer', 'address'];

export function waitingList(page) {
  const { office } = page;
  return new List(office, {
    id: 'audit-waiting', at: '#/waiting', path: '/api/v1/audit/waiting', icon: 'check', usual: { sort: 'id', down: 'true' },
    label: () => say('audit_tab', 'waiting'), none: () => t('audit.none_waits'), open: (one) => openOrder(page, one),
    filters: () => [{ name: 'reason', label: t('audit.waits_for'), choices: [['', t('stock.any')]].concat(REASONS.map((one) => [one, say('audit_wait', one)])) }],
    columns: () => [
      { key: 'number', label: t('orders.number'), render: (one) => html`<span class="office-two"><b class="office-code">${one.number}</b><small>${one.shop}</small></span>` },
      { key: 'reason', label: t('audit.waits_for'), render: (one) => html`<${Tag} kind=${KIND[one.hold.reason]}>${say('audit_wait', one.hold.reason)}<//>` },
      { key: 'why', label: t('orders.why'), render: (one) => one.hold.text },
      { key: 'total', label: t('orders.total'), number: true, render: (one) => html`<span class="nowrap">${money(one.total)} ${one.currency}</span>` },
      { key: 'placed', label: t('orders.placed'), render: (one) => html`<span class="nowrap"><${Ago} at=${one.placed_at} /></span>` },
    ],
  });
}

function openOrder(page, one) {
  page.office.openDrawer({ id: 'audit-order', wide: true, title: one.number, body: () => html`<${Decide} page=${page} one=${one} />` });
}

/** What a person may say of a held order; each with a reason that is kept. */
function Decide({ page, one }) {
  const [why, setWhy] = useState('');
  const path = '/api/v1/orders/' + one.id;
  const busy = Boolean(page.office.working.decide);
  const send = async (way, body, said) => {
    const envelope = await page.act('decide', 'POST', path + way, body, said);
    if (envelope.ok) page.office.drawer = null;
    page.office.changed();
  };
  const { reason, params } = one.hold;
  const finance = reason === 'finance_review';
  return html`<p class="order-state"><${Tag} kind=${KIND[reason]}>${say('audit_wait', reason)}<//><span>${one.shop} · ${money(one.total)} ${one.currency} · <${When} at=${one.placed_at} /></span></p><p>${one.hold.text}</p>
    <p><a id="audit-whole" href=${'/orders#/order/' + one.id}>${t('audit.whole_order')}</a></p>
    ${reason === 'address_incomplete' && html`<p class="audit-read">${params.read}</p><div class="acts"><${Act} id="accept-read" kind="primary" icon="check" label=${t('audit.accept_read')} busy=${busy} onTap=${() => send('/address-read', { read: params.read }, t('audit.read_taken', { read: params.read }))} /></div>`}
    ${(finance || reason === 'rule_hold' || reason === 'overpaid') && html`<${Field} label=${t('audit.why')} hint=${finance ? t('audit.why_refuse') : ''}><input id="decide-why" value=${why} maxlength="300" autocomplete="off" autofocus onInput=${(event) => setWhy(event.target.value)} /><//>`}
    ${(reason === 'rule_hold' || reason === 'overpaid') && html`<div class="acts"><${Act} id="let-pass" kind="primary" icon="check" label=${t('audit.let_pass')} busy=${busy} onTap=${() => send('/let-pass', { why: why.trim() }, t('audit.passed', { order: one.number }))} /></div>`}
    ${finance && (page.finance ? html`<div class="acts"><${Act} id="finance-approve" kind="primary" icon="check" label=${t('audit.approve')} busy=${busy} onTap=${() => send('/finance-review', { approve: true, why: why.trim() }, t('audit.approved', { order: one.number }))} />
      <${Act} id="finance-refuse" icon="cross" label=${t('audit.refuse')} busy=${busy || !why.trim()} onTap=${() => send('/finance-review', { approve: false, why: why.trim() }, t('audit.refused', { order: one.number }))} /></div>` : html`<p class="soft">${t('audit.finance_only')}</p>`)}
    ${reason === 'finance_refused' && html`<div class="acts"><${Act} id="audit-again" icon="again" label=${t('audit.again')} busy=${busy} onTap=${() => send('/audit', {}, t('audit.audited', { order: one.number }))} /></div>`}`;
}

export function blacklist(page) {
  const { office } = page;
  return new List(office, {
    id: 'blacklist', at: '#/blacklist', path: '/api/v1/audit/blacklist', icon: 'person', usual: { sort: 'id', down: 'true' },
    label: () => say('audit_tab', 'blacklist'), none: () => t('audit.black_none'),
    filters: () => [{ kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('audit.black_narrow') }, { name: 'kind', label: t('audit.kind'), choices: [['', t('stock.any')]].concat(BLACK.map((one) => [one, say('audit_black', one)])) }],
    columns: () => [
      { key: 'kind', label: t('audit.kind'), render: (one) => say('audit_black', one.kind) },
      { key: 'shown', label: t('audit.shown'), render: (one) => html`<b class="office-code">${one.shown}</b>` },
      { key: 'reason', label: t('audit.reason'), render: (one) => one.reason },
      { key: 'person', label: t('audit.person'), render: (one) => html`<span class="office-two"><span>${one.person || ''}</span><small><${Ago} at=${one.at} /></small></span>` },
      { key: 'act', label: '', render: (one) => html`<${Act} id=${'off-' + one.id} icon="cross" label=${t('audit.take_off')} busy=${office.working['off' + one.id]} onTap=${() => page.act('off' + one.id, 'DELETE', '/api/v1/audit/blacklist/' + one.id, {}, t('audit.taken_off', { who: one.shown }))} />` },
    ],
  });
}

/** Somebody is put on the blacklist. */
export function Black({ page }) {
  const empty = { kind: 'phone', phone: '', buyer: '', recipient: '', address: '', reason: '' };
  const [draft, setDraft] = useState(empty);
  const set = (name) => (event) => setDraft(Object.assign({}, draft, { [name]: event.target.value }));
  const field = (name, label, most) => html`<${Field} label=${label}><input id=${'black-' + name} required maxlength=${most} value=${draft[name]} autocomplete="off" onInput=${set(name)} /><//>`;
  const add = async (event) => {
    event.preventDefault();
    const envelope = await page.act('black', 'POST', '/api/v1/audit/blacklist', Object.assign({}, draft, { reason: draft.reason.trim() }), t('audit.black_added'));
    if (envelope.ok) setDraft(Object.assign({}, empty, { kind: draft.kind }));
  };
  return html`<form class="office-tools" id="black-form" onSubmit=${add}>
    <${Field} label=${t('audit.kind')}><select id="black-kind" value=${draft.kind} onChange=${set('kind')}>${BLACK.map((one) => html`<option key=${one} value=${one}>${say('audit_black', one)}</option>`)}</select><//>
    ${draft.kind === 'phone' && field('phone', t('audit.phone'), 40)}${draft.kind === 'buyer' && field('buyer', t('audit.buyer'), 200)}
    ${draft.kind === 'address' && html`${field('recipient', t('orders.recipient'), 100)}${field('address', t('audit.address'), 300)}`}
    ${field('reason', t('audit.reason'), 200)}
    <button type="submit" class="act primary" id="black-add" disabled=${!draft.reason.trim() || Boolean(page.office.working.black)}>${t('audit.put_on')}</button></form><p class="soft">${t('audit.black_hint')}</p>`;
}

export function floorList(page) {
  const { office } = page;
  const off = (one) => page.act('floor', 'PUT', '/api/v1/audit/price-floors', { sku: one.sku, currency: one.currency, price: null }, t('audit.floor_off', { sku: one.sku }), () => page.act('floor', 'PUT', '/api/v1/audit/price-floors', { sku: one.sku, currency: one.currency, price: one.price }, t('audit.floor_set', { sku: one.sku })));
  return new List(office, {
    id: 'price-floors', at: '#/floors', path: '/api/v1/audit/price-floors', icon: 'item', usual: { sort: 'id', down: 'false' },
    label: () => say('audit_tab', 'floors'), none: () => t('audit.floors_none'),
    filters: () => [{ kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('audit.sku') }],
    columns: () => [
      { key: 'sku', label: t('audit.sku'), render: (one) => html`<span class="office-two"><b class="office-code">${one.sku}</b><small>${one.name}</small></span>` },
      { key: 'price', label: t('audit.price'), number: true, render: (one) => html`<span class="nowrap">${money(one.price)} ${one.currency}</span>` },
      { key: 'person', label: t('audit.person'), render: (one) => html`<span class="office-two"><span>${one.person || ''}</span><small><${Ago} at=${one.at} /></small></span>` },
      { key: 'act', label: '', render: (one) => page.finance && html`<${Act} id=${'floor-off-' + one.id} icon="cross" label=${t('audit.take_off')} busy=${office.working.floor} onTap=${() => off(one)} />` },
    ],
  });
}

/** The least price of a SKU is set. */
export function Floors({ page }) {
  const [draft, setDraft] = useState({ sku: '', currency: 'CNY', price: '' });
  const set = (name) => (event) => setDraft(Object.assign({}, draft, { [name]: event.target.value }));
  const add = async (event) => {
    event.preventDefault();
    const body = { sku: draft.sku.trim(), currency: draft.currency.trim().toUpperCase(), price: draft.price };
    const envelope = await page.act('floor', 'PUT', '/api/v1/audit/price-floors', body, t('audit.floor_set', { sku: body.sku }));
    if (envelope.ok) setDraft({ sku: '', currency: draft.currency, price: '' });
  };
  return html`<form class="office-tools" id="floor-form" onSubmit=${add}>
    <${Field} label=${t('audit.sku')}><input id="floor-sku" required maxlength="100" value=${draft.sku} autocomplete="off" onInput=${set('sku')} /><//>
    <${Field} label=${t('audit.price')}><input id="floor-price" required type="number" min="0.0001" step="any" value=${draft.price} onInput=${set('price')} /><//>
    <${Field} label=${t('orders.currency')}><input id="floor-currency" required maxlength="3" size="4" value=${draft.currency} autocomplete="off" onInput=${set('currency')} /><//>
    <button type="submit" class="act primary" id="floor-add" disabled=${!draft.sku.trim() || !draft.price || Boolean(page.office.working.floor)}>${t('audit.set')}</button></form>`;
}
