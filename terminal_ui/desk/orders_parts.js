// The small dialogs in which orders are merged into one parcel, or one is sent in parts: each shows what would happen.
import { html, useEffect, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Field } from './office_parts.js';
import { When } from './stock_cells.js';

export function openMerge(travel, data) {
  travel.office.openPanel({ id: 'merge', title: t('orders_travel.merge'), body: () => html`<${Merge} travel=${travel} data=${data} />` });
}

export function openSplit(travel, data) {
  travel.office.openPanel({ id: 'split', title: t('orders_travel.split_title', { order: data.number }), body: () => html`<${Split} travel=${travel} data=${data} />` });
}

/** Ask what would happen whenever `body` is another one; null: there is nothing to ask. */
function usePreview(travel, path, body) {
  const [found, setFound] = useState(null);
  const key = JSON.stringify(body);
  useEffect(() => {
    let gone = false;
    setFound(null);
    if (body) travel.preview(path, body).then((envelope) => !gone && setFound(envelope.ok ? envelope.data : { why: { text: envelope.message.text }, parts: [] }));
    return () => { gone = true; };
  }, [key]);
  return found;
}

function Merge({ travel, data }) {
  const own = Number(travel.id);
  const [ticked, setTicked] = useState(data.could_join.map((one) => one.id));
  const ids = [own].concat(ticked);
  const preview = usePreview(travel, '/api/v1/orders/merge-preview', ticked.length ? { order_ids: ids } : null);
  const toggle = (id) => setTicked(ticked.indexOf(id) >= 0 ? ticked.filter((one) => one !== id) : ticked.concat([id]));
  const save = async (event) => {
    event.preventDefault();
    const back = { path: travel.path('unmerge'), said: t('orders_travel.parted') };
    const envelope = await travel.act('/api/v1/orders/merge', { order_ids: ids }, t('orders_travel.merged', { n: ids.length }), back);
    if (envelope.ok) travel.office.close();
  };
  const fits = preview && !preview.why;
  return html`<form class="packing-form" onSubmit=${save}><p>${t('orders_travel.merge_hint')}</p>
    <ul class="orders-ticks">${data.could_join.map((one) => html`<li key=${one.id}><label><input type="checkbox" id=${'tick-' + one.id} checked=${ticked.indexOf(one.id) >= 0} onChange=${() => toggle(one.id)} /> <b>${one.number}</b> <small>${t('orders.placed')} <${When} at=${one.placed_at} /> · ${t('orders.promised')} <${When} at=${one.promised_at} /></small></label></li>`)}</ul>
    <${Would} preview=${preview}>${fits && html`<p id="merge-would">${t('orders_travel.would_merge', { n: preview.orders.length, order: preview.number })}</p>`}<//>
    <button type="submit" class="act primary" id="merge-save" disabled=${travel.busy || !fits}>${t('orders_travel.merge')}</button></form>`;
}

/** What stands against it, or what would happen. */
function Would({ preview, children }) {
  return preview && preview.why ? html`<p class="packing-error" role="alert">${preview.why.text}</p>` : children;
}

const RULES = ['hand', 'stock', 'weight', 'handling'];

function Split({ travel, data }) {
  const [rule, setRule] = useState('hand');
  const [limit, setLimit] = useState(20);
  const [moved, setMoved] = useState({});
  const lines = data.lines.filter((line) => data.line_ids[line.key]);
  const body = rule === 'hand' ? byHand(lines, data, moved) : { rule: rule, limit_g: rule === 'weight' ? Math.round(limit * 1000) : 0 };
  const preview = usePreview(travel, travel.path('split-preview'), body);
  const save = async (event) => {
    event.preventDefault();
    const back = { path: travel.path('unsplit'), said: t('orders_travel.joined') };
    const envelope = await travel.act(travel.path('split'), body, t('orders_travel.was_split', { n: preview.parts.length }), back);
    if (envelope.ok) travel.office.close();
  };
  const fits = preview && !preview.why;
  return html`<form class="packing-form" onSubmit=${save}>
    <${Field} label=${t('orders_travel.by')}><select id="split-rule" value=${rule} onChange=${(event) => setRule(event.target.value)}>${RULES.map((one) => html`<option key=${one} value=${one} selected=${one === rule}>${t('orders_split.' + one)}</option>`)}</select><//>
    ${rule === 'weight' && html`<${Field} label=${t('orders_split.limit')}><input id="split-limit" type="number" min="0.1" step="0.1" max="10000" required value=${limit} onInput=${(event) => setLimit(Number(event.target.value))} /><//>`}
    ${rule === 'hand' && html`<p>${t('orders_split.hand_hint')}</p><ul class="orders-ticks">${lines.map((line) => html`<li key=${line.key}><label><b>${line.sku}</b> <input type="number" class="orders-qty" id=${'move-' + data.line_ids[line.key]} min="0" max=${line.qty} value=${moved[line.key] || 0} aria-label=${line.sku}
      onInput=${(event) => setMoved(Object.assign({}, moved, { [line.key]: Number(event.target.value) }))} /> <small>${t('orders_split.of', { n: line.qty })}</small></label></li>`)}</ul>`}
    <${Would} preview=${preview}>${fits && html`<${Parts} parts=${preview.parts} data=${data} />`}<//>
    <button type="submit" class="act primary" id="split-save" disabled=${travel.busy || !fits}>${t('orders_travel.split_now')}</button></form>`;
}

function byHand(lines, data, moved) {
  const part = lines.filter((line) => moved[line.key] > 0).map((line) => ({ line_id: data.line_ids[line.key], qty: moved[line.key] }));
  return part.length ? { parts: [part] } : null;
}

function Parts({ parts, data }) {
  const skus = {};
  data.lines.forEach((line) => { skus[data.line_ids[line.key]] = line.sku; });
  return html`<table class="orders-parts" id="split-would"><tbody>${parts.map((part) => html`<tr key=${part.number}><th>${part.number}</th><td>${Object.keys(part.lines).map((id) => skus[id] + ' × ' + part.lines[id]).join(', ')}</td><td>${part.total}</td></tr>`)}</tbody></table>`;
}
