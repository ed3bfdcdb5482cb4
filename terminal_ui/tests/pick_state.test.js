import assert from 'node:assert/strict';
import test from 'node:test';
import { accept, answered, begin, closed, currentLine, freeSlot, left, memory, progress, putOff, scan, setQty, todo, told } from '../flows/pick_state.js';

const bin = (code) => ({ code, aisle: 0, side: 'L', level: 1 });
const sku = (code, ...barcodes) => ({ code, name: `Item ${code}`, picture: null, barcodes });
const MUG = sku('MUG', '690001', '690001-CASE');
const BOX = sku('BOX', '690002');

function task() {
  const line = (id, seq, slot, where, what, qty) => ({ id, seq, slot, bin: bin(where), sku: what, qty, picked: 0, status: 'open' });
  return {
    id: 7, wave: { id: 1, number: 'W1' }, cart: { code: 'CART-1' }, walk_m: 10, path: [], floor: null,
    slots: [{ slot: 1, order: 'SO-1', tote: 'T-1' }, { slot: 2, order: 'SO-2', tote: 'T-2' }],
    lines: [line(11, 1, 1, 'A-01', MUG, 3), line(12, 2, 2, 'A-01', MUG, 1), line(13, 3, 2, 'B-02', BOX, 2)],
  };
}

/** Scan codes one after another; returns {state, effects}. */
function run(state, ...codes) {
  const effects = [];
  for (const code of codes) {
    const result = scan(state, code);
    state = result.state;
    effects.push(result.effect);
  }
  return { state, effects, last: effects[effects.length - 1] };
}

const ok = (id, picked, qty) => ({ ok: true, data: { line: { id, picked, qty, status: picked === qty ? 'picked' : 'open' } } });

test('bin, item, tote: all pieces at once', () => {
  const { state, last } = run(begin(task()), 'A-01', '690001', 'T-1');
  assert.deepEqual(last.body, { task_id: 7, line_id: 11, bin: 'A-01', item: '690001', qty: 3, tote: 'T-1' });
  assert.equal(state.lineId, 12);
  assert.equal(state.step, 'item', 'still at the same bin: no need to scan it again');
});

test('lower case and full width are the same code, sent as the label has it', () => {
  const { last } = run(begin(task()), 'ａ-01', 'mug', 't-1');
  assert.deepEqual([last.body.bin, last.body.tote], ['A-01', 'T-1']);
});

test('wrong bin, item and tote are refused, name what to ask the server, and change nothing', () => {
  for (const [path, code, reason, expect] of [
    [[], 'B-02', 'wrong_bin', 'bin'],
    [['A-01'], '690002', 'wrong_item', 'item'],
    [['A-01', '690001'], 'T-2', 'wrong_tote', 'tote'],
    [[], 'whatever', 'wrong_bin', 'bin'],
  ]) {
    const before = run(begin(task()), ...path).state;
    const { state, last } = run(before, code);
    assert.deepEqual([last.kind, last.reason, last.expect], ['refuse', reason, expect]);
    assert.equal(state, before);
  }
});

test('scanning the item again counts; one more than wanted is too many', () => {
  const two = run(begin(task()), 'A-01', '690001', '690001');
  assert.equal(two.state.qty, 2);
  const { state, last } = run(two.state, '690001', '690001');
  assert.equal(state.qty, 3);
  assert.deepEqual([last.reason, last.params.wanted, last.params.qty], ['too_many', 3, 4]);
});

test('a typed quantity is taken, too many is refused, a scan then adds to it', () => {
  const at = run(begin(task()), 'A-01', '690001').state;
  assert.equal(setQty(at, 4).effect.reason, 'too_many');
  const typed = setQty(at, 2).state;
  assert.equal(typed.qty, 2);
  assert.equal(run(typed, '690001').state.qty, 3);
});

test('fewer pieces leave the rest of the line to do, at the same bin', () => {
  const at = run(begin(task()), 'A-01', '690001').state;
  const { state, last } = run(setQty(at, 2).state, 'T-1');
  assert.equal(last.body.qty, 2);
  assert.deepEqual([state.lineId, state.step, left(currentLine(state))], [11, 'item', 1]);
});

test('what is done is said to be done, not wrong', () => {
  let state = run(begin(task()), 'A-01', '690001', 'T-1', '690001', 'T-2').state;
  assert.equal(currentLine(state).id, 13);
  assert.equal(run(state, 'A-01').last.reason, 'already_done');
  state = run(state, 'B-02').state;
  assert.equal(run(state, '690001').last.reason, 'already_done');
});

test('the bin once more at the item step does no harm', () => {
  const { state, last } = run(begin(task()), 'A-01', 'A-01');
  assert.deepEqual([state.step, last.kind], ['item', 'step']);
});

test('a confirm is not done before the server says so', () => {
  const sent = run(begin(task()), 'A-01', '690001', 'T-1');
  assert.equal(progress(sent.state).done, 0);
  assert.deepEqual([progress(sent.state).slots[0].picked, progress(sent.state).slots[0].unsent], [0, 3]);
  const after = answered(sent.state, sent.last.body, ok(11, 3, 3));
  assert.deepEqual([progress(after).done, progress(after).slots[0].picked, progress(after).slots[0].unsent], [1, 3, 0]);
});

test('a refused confirm leads back to its line, from the bin on, with the pieces still to pick', () => {
  const sent = run(begin(task()), 'A-01', '690001', 'T-1', '690001');
  const after = answered(sent.state, { task_id: 7, line_id: 11, qty: 3 }, { ok: false, data: {} });
  assert.deepEqual([after.lineId, after.step, left(currentLine(after))], [11, 'bin', 3]);
});

test('answers may come while the picker is lines ahead', () => {
  const first = run(begin(task()), 'A-01', '690001', 'T-1');
  const ahead = run(first.state, '690001', 'T-2', 'B-02');
  const after = answered(ahead.state, first.last.body, ok(11, 3, 3));
  assert.deepEqual([after.lineId, after.step], [13, 'item']);
});

test('a reload resumes at the exact line, step and count, with unsent confirms on top', () => {
  const sent = run(begin(task()), 'A-01', '690001', 'T-1');
  const counted = run(sent.state, '690001').state;
  const resumed = begin(task(), JSON.parse(JSON.stringify(memory(counted))), [sent.last.body]);
  assert.deepEqual([resumed.lineId, resumed.step, resumed.qty, resumed.bin], [12, 'tote', 1, 'A-01']);
  assert.equal(progress(resumed).slots[0].unsent, 3);
});

test('a line that others closed meanwhile is not resumed', () => {
  const changed = task();
  changed.lines[0].status = 'withdrawn';
  const resumed = begin(changed, { taskId: 7, lineId: 11, later: [], hands: { step: 'tote', bin: 'A-01', item: '690001', qty: 3, scans: 1 } }, []);
  assert.equal(resumed.lineId, 12);
  assert.equal(begin(task(), { taskId: 8, lineId: 13, later: [], hands: { step: 'tote' } }, []).lineId, 11);
});

test('a short pick closes the rest of its order', () => {
  const state = run(begin(task()), 'A-01', '690001', 'T-1').state;
  const after = closed(state, [{ id: 12, status: 'short', picked: 0 }, { id: 13, status: 'withdrawn', picked: 0 }]);
  assert.equal(currentLine(after), null);
  assert.ok(progress(after).slots[1].short);
  assert.equal(progress(after).done, 2);
});

test('a line put off comes last', () => {
  const state = putOff(begin(task()));
  assert.deepEqual(todo(state).map((line) => line.id), [12, 13, 11]);
  assert.equal(state.lineId, 12);
});

test('what only the server can read counts as scanned', () => {
  const at = begin(task());
  const there = accept(at, 'bin', '01-A').state;
  assert.equal(there.step, 'item');
  assert.equal(accept(there, 'item', '(01)00690001').state.item, '(01)00690001');
  assert.equal(accept(there, 'bin', 'late answer').state, there);
});

test('totes are asked for only where something is still to pick', () => {
  const some = task();
  some.slots[0].tote = null;
  some.slots[1].tote = null;
  some.lines[0].status = 'withdrawn';
  assert.equal(freeSlot(begin(some)).slot, 2);
});

test('thousands of scans leave no trace in the state', () => {
  let state = begin(task());
  for (let n = 0; n < 5000; n += 1) state = run(state, 'B-02').state;
  assert.equal(JSON.stringify(state), JSON.stringify(begin(task())));
});

// ---- goods that are tracked at every move

function tracked(asks) {
  const one = task();
  Object.assign(one.lines[0], { lot: 'L1' }, asks);
  return begin(one);
}

/** Scan, and let the server answer each question with what `said` has for it. */
function walk(state, said, ...codes) {
  let last = null;
  for (const code of codes) {
    const result = scan(state, code);
    state = result.state;
    last = result.effect;
    if (last.kind === 'ask') state = told(state, last.expect, code, Object.assign({ lot: '', serial: '' }, said[code])).state;
  }
  return { state, last };
}

test('tracked goods: the server reads the item, then lot and each number are asked', () => {
  const said = { L1: { lot: 'L1' }, N1: { serial: 'N1' }, N2: { serial: 'N2' }, N3: { serial: 'N3' } };
  const start = tracked({ asks_lot: true, asks_serials: true });
  const steps = ['A-01', '690001', 'L1', 'N1', 'N2', 'N3'].map((code, at, all) => walk(start, said, ...all.slice(0, at + 1)).state.step);
  assert.deepEqual(steps, ['item', 'lot', 'serial', 'serial', 'serial', 'tote']);
  const { last } = walk(start, said, 'A-01', '690001', 'L1', 'N1', 'N2', 'N3', 'T-1');
  assert.deepEqual(last.body, { task_id: 7, line_id: 11, bin: 'A-01', item: '690001', qty: 3, tote: 'T-1', lot: 'L1', serials: ['N1', 'N2', 'N3'] });
});

test('a label that says lot and number leaves less to ask', () => {
  const { state } = walk(tracked({ asks_lot: true, asks_serials: true }), { LABEL: { lot: 'L1', serial: 'N1' } }, 'A-01', 'LABEL');
  assert.deepEqual([state.step, state.lot, state.serials, state.item], ['serial', 'L1', ['N1'], 'LABEL']);
});

test('the tote takes the pieces that are in hand, and the line goes on with empty hands', () => {
  const { state, last } = walk(tracked({ asks_serials: true }), { N1: { serial: 'N1' } }, 'A-01', '690001', 'N1', 'T-1');
  assert.deepEqual([last.kind, last.body.qty, last.body.serials], ['confirm', 1, ['N1']]);
  assert.deepEqual([state.lineId, state.step, state.serials, left(currentLine(state))], [11, 'item', [], 2]);
});

test('the tote before any number is asked about like any code', () => {
  const { last } = walk(tracked({ asks_serials: true }), {}, 'A-01', '690001', 'T-1');
  assert.deepEqual([last.kind, last.expect], ['ask', 'serial']);
});

test('numbered pieces are not counted by typing or by the item barcode', () => {
  const said = { N1: { serial: 'N1' }, N2: { serial: 'N2' }, N3: { serial: 'N3' } };
  const { state } = walk(tracked({ asks_serials: true }), said, 'A-01', '690001', 'N1', 'N2', 'N3');
  assert.equal(setQty(state, 1).state.qty, 3);
  assert.equal(scan(state, '690001').effect.reason, 'wrong_tote');
});

test('numbers in hand are there again after a reload', () => {
  const { state } = walk(tracked({ asks_serials: true }), { N1: { serial: 'N1' } }, 'A-01', '690001', 'N1');
  const resumed = begin(state.task, JSON.parse(JSON.stringify(memory(state))), []);
  assert.deepEqual([resumed.step, resumed.serials], ['serial', ['N1']]);
});
