// The walk through one pick task as a pure state machine: no screen, no link, no clock.
// A line goes bin → item → tote; one of goods that are tracked at every move goes bin → item → lot → serial (each
// piece) → tote, and there the server is asked what a label says. `unsent` pieces were confirmed here but not yet answered by the server.
import { sameCode } from '../core/codes.js';

export const EMPTY_HANDS = { step: 'bin', bin: '', item: '', lot: '', serials: [], qty: 0, scans: 0 };

/**
 * Begin or resume. `saved`: what `memory()` gave earlier, or null. `waiting`: bodies of confirms that are
 * still in the outbox.
 */
export function begin(task, saved, waiting) {
  const unsent = {};
  (waiting || []).filter((body) => body.task_id === task.id && body.qty).forEach((body) => {
    unsent[body.line_id] = (unsent[body.line_id] || 0) + body.qty;
  });
  const lines = task.lines.map((line) => Object.assign({}, line, { unsent: unsent[line.id] || 0 }));
  const fresh = Object.assign({ task: Object.assign({}, task, { lines: lines }), later: [], lineId: null }, EMPTY_HANDS);
  const resumed = saved && saved.taskId === task.id ? Object.assign(fresh, saved.hands, { lineId: saved.lineId, later: saved.later }) : fresh;
  return chooseLine(resumed);
}

/** What a device keeps to go on at the same line and step after a reload. */
export function memory(state) {
  const hands = { step: state.step, bin: state.bin, item: state.item, lot: state.lot, serials: state.serials, qty: state.qty, scans: state.scans };
  return { taskId: state.task.id, lineId: state.lineId, later: state.later, hands: hands };
}

export function left(line) {
  return Math.max(0, line.qty - line.picked - (line.unsent || 0));
}

export function isTodo(line) {
  return line.status === 'open' && left(line) > 0;
}

/** Lines to do, in walking order; those put off come last. */
export function todo(state) {
  const rank = (line) => state.later.indexOf(line.id);
  return state.task.lines.filter(isTodo).sort((a, b) => rank(a) - rank(b) || a.seq - b.seq);
}

export function currentLine(state) {
  return state.task.lines.find((line) => line.id === state.lineId) || null;
}

/** Stay on a line that still needs work, with hands as they are; else take the next one. */
function chooseLine(state) {
  const now = currentLine(state);
  if (now && isTodo(now)) return Object.assign({}, state, { qty: Math.min(state.qty, left(now)) });
  const next = todo(state)[0];
  if (!next) return Object.assign({}, state, EMPTY_HANDS, { lineId: null });
  // Whoever stands at the bin already has scanned it.
  const here = state.bin && sameCode(state.bin, next.bin.code);
  const hands = here ? { step: 'item', bin: state.bin } : {};
  return Object.assign({}, state, EMPTY_HANDS, hands, { lineId: next.id });
}

/** Whether the lot or the number of each piece is scanned for a line. */
export const isTracked = (line) => Boolean(line.asks_lot || line.asks_serials);

const isBin = (line, code) => sameCode(line.bin.code, code);
const isItem = (line, code) => sameCode(line.sku.code, code) || (line.sku.barcodes || []).some((one) => sameCode(one, code));

export function toteOf(state, line) {
  const slot = state.task.slots.find((one) => one.slot === line.slot);
  return slot ? slot.tote : null;
}

/** The next slot that needs a tote: one without, for which there is still something to pick. */
export function freeSlot(state) {
  const needed = (one) => state.task.lines.some((line) => line.slot === one.slot && isTodo(line));
  return state.task.slots.find((one) => !one.tote && needed(one)) || null;
}

/**
 * One scan. Returns {state, effect}; effect is
 * {kind: 'step'} · {kind: 'confirm', body} · {kind: 'ask', expect} · {kind: 'refuse', reason, params, expect}:
 * `expect` ('bin', 'item', 'lot', 'serial', 'tote') asks the server to say precisely what was scanned, null when all
 * is said. What the server says to an 'ask' goes to `told`.
 */
export function scan(state, code) {
  const line = currentLine(state);
  if (!line) return { state: state, effect: { kind: 'none' } };
  return { bin: scanBin, item: scanItem, lot: ask, serial: scanSerial, tote: scanTote }[state.step](state, line, code);
}

const step = (state, change) => ({ state: Object.assign({}, state, change), effect: { kind: 'step' } });
const refuse = (state, reason, expect, params) =>
  ({ state: state, effect: { kind: 'refuse', reason: reason, expect: expect, params: params } });

function allDone(state, matches) {
  const lines = state.task.lines.filter(matches);
  return lines.length > 0 && !lines.some(isTodo);
}

function scanBin(state, line, code) {
  if (isBin(line, code)) return acceptBin(state, line);
  const params = { scanned: code, wanted: line.bin.code };
  if (allDone(state, (one) => isBin(one, code))) return refuse(state, 'already_done', null, params);
  return refuse(state, 'wrong_bin', 'bin', params);
}

const ask = (state) => ({ state: state, effect: { kind: 'ask', expect: state.step } });

/** A tote scanned before all pieces are in hand takes those that are. */
function scanSerial(state, line, code) {
  const tote = toteOf(state, line);
  return state.serials.length && tote && sameCode(tote, code) ? confirm(state, line, tote) : ask(state);
}

function scanItem(state, line, code) {
  if (isTracked(line)) return isBin(line, code) ? step(state, {}) : ask(state);
  if (isItem(line, code)) return acceptItem(state, line, code);
  if (isBin(line, code)) return step(state, {}); // the bin once more: no harm, still here
  const params = { scanned: code, wanted: line.sku.name };
  if (allDone(state, (one) => isItem(one, code))) return refuse(state, 'already_done', null, params);
  return refuse(state, 'wrong_item', 'item', params);
}

function scanTote(state, line, code) {
  const tote = toteOf(state, line);
  if (tote && sameCode(tote, code)) return confirm(state, line, tote);
  if (isItem(line, code) && !line.asks_serials) return setQty(state, state.scans + 1);
  const params = { scanned: code, wanted: tote || '', slot: line.slot };
  return refuse(state, 'wrong_tote', 'tote', params);
}

/** The bin is right; also when only the server could tell. */
export function acceptBin(state, line) {
  return step(state, { step: 'item', bin: line.bin.code });
}

/** The item is right: all pieces at once unless counted by scanning. */
export function acceptItem(state, line, code) {
  return step(state, { step: 'tote', item: code, qty: left(line), scans: 1 });
}

/** What the server read off an item, a lot label or a piece: {lot, serial}, right as far as they are asked for. */
export function told(state, expect, code, data) {
  const line = currentLine(state);
  if (!line || state.step !== expect) return { state: state, effect: { kind: 'none' } };
  const serials = data.serial && line.asks_serials ? state.serials.concat([data.serial]) : state.serials;
  const hands = { item: expect === 'item' ? code : state.item, lot: data.lot || state.lot, serials: serials };
  return step(state, Object.assign(hands, { step: nextStep(line, hands), qty: line.asks_serials ? serials.length : left(line), scans: 1 }));
}

function nextStep(line, hands) {
  if (line.asks_lot && !hands.lot) return 'lot';
  return line.asks_serials && hands.serials.length < left(line) ? 'serial' : 'tote';
}

/** The server knows the code as what was expected; for a tote that is a confirm. */
export function accept(state, expect, code) {
  const line = currentLine(state);
  if (!line || state.step !== expect) return { state: state, effect: { kind: 'none' } };
  if (expect === 'bin') return acceptBin(state, line);
  return expect === 'item' ? acceptItem(state, line, code) : confirm(state, line, code);
}

/** Take `qty` pieces: typed, or counted by scanning the item again. */
export function setQty(state, qty) {
  const line = currentLine(state);
  if (!line || state.step !== 'tote' || line.asks_serials) return { state: state, effect: { kind: 'none' } };
  if (qty > left(line)) return refuse(state, 'too_many', null, { wanted: left(line), qty: qty });
  return step(state, { qty: Math.max(1, qty), scans: Math.max(1, qty) });
}

function confirm(state, line, tote) {
  const body = { task_id: state.task.id, line_id: line.id, bin: state.bin, item: state.item, qty: state.qty, tote: tote };
  if (isTracked(line)) Object.assign(body, { lot: state.lot, serials: state.serials });
  const sent = withLine(state, line.id, (one) => Object.assign({}, one, { unsent: (one.unsent || 0) + body.qty }));
  // A line that is not complete goes on at the same bin with the item.
  const hands = Object.assign({}, sent, { step: 'item', item: '', lot: '', serials: [], qty: 0, scans: 0 });
  return { state: chooseLine(hands), effect: { kind: 'confirm', body: body } };
}

function withLine(state, lineId, change) {
  const lines = state.task.lines.map((line) => (line.id === lineId ? change(line) : line));
  return Object.assign({}, state, { task: Object.assign({}, state.task, { lines: lines }) });
}

/** The server's answer to a confirm. A refusal leads back to that line, from its bin on. */
export function answered(state, body, envelope) {
  const news = envelope.ok && envelope.data.line ? { picked: envelope.data.line.picked, status: envelope.data.line.status } : {};
  const settled = withLine(state, body.line_id, (line) =>
    Object.assign({}, line, news, { unsent: Math.max(0, (line.unsent || 0) - body.qty) }));
  if (envelope.ok) return chooseLine(settled);
  return chooseLine(Object.assign({}, settled, EMPTY_HANDS, { lineId: body.line_id }));
}

/** Lines that a short pick closed: rows {id, status, picked}. */
export function closed(state, rows) {
  const after = rows.reduce((now, row) => withLine(now, row.id, (line) => Object.assign({}, line, row)), state);
  return chooseLine(after);
}

/** The slots as the server has them now. */
export function withSlots(state, slots) {
  return Object.assign({}, state, { task: Object.assign({}, state.task, { slots: slots }) });
}

/** Put the current line off until the others are done. */
export function putOff(state) {
  const later = state.later.filter((id) => id !== state.lineId).concat([state.lineId]);
  const hands = Object.assign({}, state, EMPTY_HANDS, { bin: '', later: later, lineId: null });
  return chooseLine(hands);
}

/** How far: lines closed and in all, and each slot's pieces {slot, total, picked, unsent, short}. */
export function progress(state) {
  const lines = state.task.lines;
  const slots = state.task.slots.map((one) => {
    const mine = lines.filter((line) => line.slot === one.slot);
    const sum = (pieces) => mine.reduce((total, line) => total + pieces(line), 0);
    const short = mine.some((line) => line.status === 'short' || line.status === 'withdrawn');
    return { slot: one.slot, order: one.order, tote: one.tote, total: sum((l) => l.qty), picked: sum((l) => l.picked), unsent: sum((l) => l.unsent || 0), short: short };
  });
  const done = lines.filter((line) => line.status !== 'open').length;
  return { done: done, total: lines.length, slots: slots };
}
