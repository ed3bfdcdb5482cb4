// What can be done with stock from the desk: move, adjust, set aside, block a bin, have it counted. With a way back.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { Field } from './office_parts.js';
import { Act } from './parts.js';

export const MOVERS = ['receiver', 'supervisor'];
export const COUNTERS = ['supervisor', 'clerk'];
const BY_HAND = ['pick', 'bulk', 'quarantine', 'receive'];
const REASONS = ['count', 'damaged', 'lost', 'found', 'wrong_book'];

/** A balance as the interface names goods. */
export function goodsOf(row, qty) {
  return { sku: row.sku.code, bin: row.bin.code, qty: qty, lot: row.lot ? row.lot.code : '', container: row.container ? row.container.code : '', owner: row.owner.id === 1 ? '' : row.owner.code, condition: row.condition };
}

/** The buttons of a balance, those that the person's posts allow. */
export function BalanceActs({ office, row }) {
  const movable = BY_HAND.indexOf(row.bin.kind) >= 0;
  return html`<div class="acts stock-acts">
    ${movable && office.may(MOVERS) && html`<${Act} id="act-move" icon="next" label=${t('stock_act.move')} onTap=${() => askMove(office, row)} /><${Act} id="act-adjust" icon="many" label=${t('stock_act.adjust')} onTap=${() => askAdjust(office, row)} />`}
    ${movable && office.may(['supervisor']) && html`<${Act} id="act-hold" icon="tote" label=${t('stock_act.hold')} onTap=${() => askHold(office, row)} />`}
    <${BinActs} office=${office} bin=${row.bin} /></div>`;
}

/** The buttons of a bin. */
export function BinActs({ office, bin }) {
  if (BY_HAND.indexOf(bin.kind) < 0) return '';
  const blocked = bin.blocked || bin.blocked_reason;
  return html`${office.may(COUNTERS) && html`<${Act} id="act-count" icon="barcode" label=${t('stock_act.count')} busy=${office.working['count' + bin.code]} onTap=${() => haveCounted(office, bin.code)} />`}
    ${office.may(['supervisor']) && (blocked ? html`<${Act} id="act-open" icon="check" label=${t('stock_act.open')} busy=${office.working['block' + bin.code]} onTap=${() => setBlocked(office, bin, null)} />` : html`<${Act} id="act-block" icon="cross" label=${t('stock_act.block')} onTap=${() => askBlock(office, bin)} />`)}`;
}

/** A panel with a form: `fields(form)` draws it, `ready(form)` says whether it is complete, `act(form)` does it. */
function form(office, panel) {
  const state = Object.assign({}, panel.start);
  const set = (name) => (event) => { state[name] = event.target.value; office.changed(); };
  const submit = async (event) => {
    if (event) event.preventDefault();
    if (!panel.ready(state)) return;
    const envelope = await panel.act(state);
    if (envelope.ok) {
      office.panel = office.drawer = null;
      office.refresh();
    }
  };
  office.openPanel({
    id: panel.id,
    title: panel.title,
    body: () => html`<form class="office-form" id="act-form" onSubmit=${submit}>${panel.fields(state, set)}<button type="submit" class="unseen" tabindex="-1"></button></form>`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="act-do" kind="primary" label=${panel.label} busy=${!panel.ready(state) || Object.keys(office.working).length > 0} onTap=${submit} />`,
  });
}

/** Serial numbers as they are typed, pasted or scanned into a field. */
const numbered = (text) => text.split(/[\n,;，；]/).map((one) => one.trim()).filter(Boolean);

const whole = (text) => (/^\d+$/.test(String(text).trim()) ? Number(text) : NaN);

function askMove(office, row) {
  const free = row.on_hand - row.held;
  form(office, {
    id: 'move', title: t('stock_act.move_title', { sku: row.sku.code, bin: row.bin.code }), label: t('stock_act.move'), start: { qty: String(free), to: '', box: '' },
    ready: (state) => whole(state.qty) > 0 && state.to.trim() !== '',
    fields: (state, set) => html`<div class="office-form-pair"><${Field} label=${t('stock.pieces')} hint=${t('stock_act.free', { n: count(free) })}><input id="move-qty" inputmode="numeric" value=${state.qty} onInput=${set('qty')} /><//>
      <${Field} label=${t('stock_act.to_bin')}><input id="move-to" autofocus autocomplete="off" value=${state.to} onInput=${set('to')} /><//></div>
      <${Field} label=${t('stock_act.to_box')} hint=${t('stock_act.to_box_hint')}><input id="move-box" autocomplete="off" value=${state.box} onInput=${set('box')} /><//>`,
    act: (state) => move(office, goodsOf(row, whole(state.qty)), state.to.trim(), state.box.trim()),
  });
}

function move(office, goods, to, box) {
  const send = (one, target, into) => office.http.change('POST', '/api/v1/stock/moves', { goods: [one], to_bin: target, to_container: into });
  const back = () => office.act('undo', () => send(Object.assign({}, goods, { bin: to, container: box }), goods.bin, goods.container), () => ({ text: t('stock_act.undone') })).then(() => office.refresh());
  return office.act('move', () => send(goods, to, box), () => ({ text: t('stock_act.moved', { n: count(goods.qty), sku: goods.sku, bin: to }), undo: { act: back } }));
}

function askAdjust(office, row) {
  form(office, {
    id: 'adjust', title: t('stock_act.adjust_title', { sku: row.sku.code, bin: row.bin.code }), label: t('stock_act.adjust'), start: { qty: String(row.on_hand), reason: '', note: '', numbers: '' },
    ready: (state) => whole(state.qty) >= 0 && whole(state.qty) !== row.on_hand && state.reason !== '' && (!row.sku.serials || numbered(state.numbers).length === Math.abs(whole(state.qty) - row.on_hand)),
    fields: (state, set) => html`<div class="office-form-pair"><${Field} label=${t('stock_act.really')} hint=${t('stock_act.books', { n: count(row.on_hand), change: written(whole(state.qty) - row.on_hand) })}><input id="adjust-qty" autofocus inputmode="numeric" value=${state.qty} onInput=${set('qty')} /><//>
      <${Field} label=${t('stock.reason')}><select id="adjust-reason" value=${state.reason} onChange=${set('reason')}><option value="">${t('stock_act.choose')}</option>${REASONS.map((one) => html`<option key=${one} value=${one}>${say('stock_reason', one)}</option>`)}</select><//></div>
      ${row.sku.serials && html`<${Field} label=${t('stock_act.numbers')} hint=${t('stock_act.numbers_hint', { named: numbered(state.numbers).length, n: Math.abs(whole(state.qty) - row.on_hand) || 0 })}><textarea id="adjust-numbers" rows="3" value=${state.numbers} onInput=${set('numbers')}></textarea><//>`}
      <${Field} label=${t('stock_act.note')}><textarea id="adjust-note" rows="2" maxlength="500" value=${state.note} onInput=${set('note')}></textarea><//>`,
    act: (state) => adjust(office, row, whole(state.qty) - row.on_hand, say('stock_reason', state.reason), state.note.trim(), numbered(state.numbers)),
  });
}

function written(change) {
  return isNaN(change) ? '–' : change > 0 ? '+' + count(change) : change < 0 ? '−' + count(-change) : '0';
}

function adjust(office, row, change, reason, note, serials) {
  const send = (qty, why, more) => office.http.change('POST', '/api/v1/stock/adjustments', Object.assign(goodsOf(row, qty), { reason: why, note: more, serials: row.sku.serials ? serials : [] }));
  const back = () => office.act('undo', () => send(-change, t('stock_act.undo_reason'), reason), () => ({ text: t('stock_act.undone') })).then(() => office.refresh());
  return office.act('adjust', () => send(change, reason, note), (envelope) => (envelope.data.status === 'done'
    ? { text: t('stock_act.adjusted', { change: written(change), sku: row.sku.code, bin: row.bin.code }), undo: { act: back } }
    : { kind: 'warning', text: t('stock_act.waits') }));
}

function askHold(office, row) {
  const free = row.on_hand - row.held;
  form(office, {
    id: 'hold', title: t('stock_act.hold_title', { sku: row.sku.code, bin: row.bin.code }), label: t('stock_act.hold'), start: { qty: String(free), reference: '' },
    ready: (state) => whole(state.qty) > 0 && state.reference.trim() !== '',
    fields: (state, set) => html`<div class="office-form-pair"><${Field} label=${t('stock.pieces')} hint=${t('stock_act.free', { n: count(free) })}><input id="hold-qty" autofocus inputmode="numeric" value=${state.qty} onInput=${set('qty')} /><//>
      <${Field} label=${t('stock_act.what_for')}><input id="hold-reference" maxlength="60" value=${state.reference} onInput=${set('reference')} /><//></div>`,
    act: (state) => {
      const reference = state.reference.trim();
      const back = () => office.act('undo', () => office.http.change('POST', '/api/v1/stock/holds/release', { reference: reference }), () => ({ text: t('stock_act.undone') })).then(() => office.refresh());
      return office.act('hold', () => office.http.change('POST', '/api/v1/stock/holds', { goods: [goodsOf(row, whole(state.qty))], reference: reference }), () => ({ text: t('stock_act.held', { n: state.qty, sku: row.sku.code, reference: reference }), undo: { act: back } }));
    },
  });
}

function askBlock(office, bin) {
  form(office, {
    id: 'block', title: t('stock_act.block_title', { bin: bin.code }), label: t('stock_act.block'), start: { reason: '' },
    ready: (state) => state.reason.trim() !== '',
    fields: (state, set) => html`<${Field} label=${t('stock.reason')} hint=${t('stock_act.block_hint')}><input id="block-reason" autofocus maxlength="200" value=${state.reason} onInput=${set('reason')} /><//>`,
    act: (state) => setBlocked(office, bin, state.reason.trim()),
  });
}

/** Block a bin for a reason, or open it (null). */
async function setBlocked(office, bin, reason) {
  const send = (edits) => office.http.change('POST', '/api/v1/bins/edit', { edits: edits });
  const back = (undo) => () => office.act('undo', () => send(undo.map((one) => ({ which: { ids: one.ids }, set: one.set }))), () => ({ text: t('stock_act.undone') })).then(() => office.refresh());
  const envelope = await office.act('block' + bin.code, () => send([{ which: { ids: [bin.id] }, set: { blocked_reason: reason } }]), (answer) => ({ text: reason ? t('stock_act.blocked', { bin: bin.code }) : t('stock_act.opened', { bin: bin.code }), undo: { act: back(answer.data.undo) } }));
  if (envelope.ok && reason === null) {
    office.drawer = null;
    office.refresh();
  }
  return envelope;
}

/** Have a bin or SKU counted by whoever counts next. */
export function haveCounted(office, code) {
  const cancel = (ids) => async () => {
    for (const id of ids) await office.act('undo', () => office.http.change('POST', '/api/v1/counts/' + id + '/cancel'), () => ({ text: t('stock_act.undone') }));
  };
  return office.act('count' + code, () => office.http.change('POST', '/api/v1/counts', { code: code }), (envelope) => ({ text: t('stock_act.counting', { code: code, n: count(envelope.data.tasks.length) }), undo: office.may(['supervisor']) ? { act: cancel(envelope.data.tasks) } : undefined }));
}
