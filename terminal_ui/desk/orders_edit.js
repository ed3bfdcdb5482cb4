// The dialog in which a clerk changes an order, and says why: every field and its goods while nobody has begun it,
// afterwards who gets it.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Field } from './office_parts.js';

// Who gets it, and where: masked here, and only what is written anew is sent.
const PERSONAL = ['recipient', 'phone', 'address', 'postcode'];
const NARROW = ['recipient', 'phone', 'country', 'province', 'city', 'district', 'postcode', 'carrier'];

export function openEdit(travel, data) {
  travel.office.openPanel({ id: 'edit', title: t('orders_travel.edit_title', { order: data.number }), body: () => html`<${Edit} travel=${travel} data=${data} />` });
}

/** A moment as the field of the browser has it, of the clock here. */
function local(moment) {
  const at = new Date(moment);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** What was changed: only that is sent. */
function changesOf(first, draft, lines, firstLines) {
  const changes = {};
  Object.keys(draft).forEach((name) => {
    if (draft[name] !== first[name]) changes[name] = name === 'promised_at' ? new Date(draft[name]).toISOString() : draft[name];
  });
  const wanted = lines.filter((line) => line.sku.trim() && line.qty > 0);
  if (JSON.stringify(wanted) !== JSON.stringify(firstLines)) changes.lines = wanted.map((line) => (line.key ? line : { sku: line.sku.trim(), qty: line.qty }));
  return changes;
}

function Edit({ travel, data }) {
  const first = Object.assign({}, data.values, { promised_at: local(data.values.promised_at) });
  PERSONAL.forEach((name) => { first[name] = ''; });
  const [draft, setDraft] = useState(first);
  const [lines, setLines] = useState(data.lines);
  const [reason, setReason] = useState('');
  const [error, setError] = useState('');
  const changes = changesOf(first, draft, lines, data.lines);
  const set = (name) => (event) => setDraft(Object.assign({}, draft, { [name]: event.target.value }));
  const save = async (event) => {
    event.preventDefault();
    const back = { path: travel.path('undo-edit'), said: t('orders_travel.undone_said') };
    const envelope = await travel.act(travel.path('edit'), { changes: changes, reason: reason.trim() }, t('orders_travel.changed'), back);
    if (envelope.ok) travel.office.close();
    else setError(envelope.message.text);
  };
  const goods = data.editable; // of one in work only who gets it
  const narrow = goods ? NARROW : NARROW.filter((name) => name !== 'carrier');
  const field = (name) => html`<${Field} key=${name} label=${t('orders_field.' + name)}><input id=${'edit-' + name} maxlength="300" autocomplete="off" placeholder=${PERSONAL.indexOf(name) >= 0 ? data.values[name] : ''} value=${draft[name]} onInput=${set(name)} /><//>`;
  return html`<form class="packing-form" onSubmit=${save}>
    <div class="orders-three">${narrow.map(field)}</div>${field('address')}
    ${goods ? html`<div class="orders-two"><${Field} label=${t('orders_field.promised_at')}><input id="edit-promised" type="datetime-local" required value=${draft.promised_at} onInput=${set('promised_at')} /><//>${field('remark')}</div>
    <${Lines} lines=${lines} onChange=${setLines} />` : html`<p class="soft" id="edit-in-work">${t('orders_travel.in_work')}</p>`}
    <${Field} label=${t('orders_travel.reason')}><input id="edit-reason" required maxlength="200" autocomplete="off" value=${reason} onInput=${(event) => setReason(event.target.value)} /><//>
    <p class="soft">${t('orders_travel.masked')}</p>
    ${error && html`<p class="packing-error" role="alert">${error}</p>`}
    <button type="submit" class="act primary" id="edit-save" disabled=${travel.busy || !reason.trim() || !Object.keys(changes).length}>${t(goods ? 'orders_travel.edit_save' : 'orders_travel.readdress_save')}</button></form>`;
}

/** The goods: another SKU, other pieces, one more line, one less. */
function Lines({ lines, onChange }) {
  const put = (at, change) => onChange(lines.map((line, nr) => (nr === at ? Object.assign({}, line, change) : line)));
  return html`<fieldset class="orders-lines"><legend>${t('orders_field.lines')}</legend>${lines.map((line, at) => html`<div key=${at}>
      <input id=${'line-sku-' + at} maxlength="100" aria-label=${t('orders_travel.sku')} value=${line.sku} autocomplete="off" onInput=${(event) => put(at, { sku: event.target.value })} />
      <input id=${'line-qty-' + at} class="orders-qty" type="number" min="1" max="10000000" aria-label=${t('orders_travel.pieces')} value=${line.qty} onInput=${(event) => put(at, { qty: Number(event.target.value) })} />
      <button type="button" class="plain-icon" aria-label=${t('orders_travel.line_away', { sku: line.sku })} onClick=${() => onChange(lines.filter((_, nr) => nr !== at))}>×</button></div>`)}
    <button type="button" class="plain" id="line-more" onClick=${() => onChange(lines.concat([{ key: '', sku: '', qty: 1 }]))}>${t('orders_travel.line_more')}</button></fieldset>`;
}
