// Cart picking, where answers cross each other.
import assert from 'node:assert/strict';
import test from 'node:test';
import { need } from '../core/fetched.js';
import { begin } from '../flows/pick_state.js';

globalThis.navigator ??= {};
globalThis.window = {};
globalThis.document = { documentElement: { dataset: {}, style: { setProperty() {} } }, querySelector: () => null };
await import('../flows/pick.js');

test('where to bring a cart that is done stays on screen, also when the task was asked for just before', async () => {
  const went = [];
  let answer;
  const shell = {
    link: { waiting: 0, ask: () => new Promise((done) => { answer = done; }) },
    hand: { keep() {}, recall: () => null },
    say() {}, tell() {}, changed() {}, go: (flow) => went.push(flow),
  };
  const flow = (await need('pick'))(shell);
  flow.state = begin({ id: 7, slots: [], lines: [{ id: 11, slot: 1, bin: { code: 'A-01' }, qty: 1, picked: 0, status: 'open' }] });
  const asked = flow.connected();
  flow.settled({ name: 'pick.confirm', body: { task_id: 7, line_id: 11, qty: 1 } }, { ok: true, next: 'pick_done', data: { zone: 'PACK', line: { id: 11, picked: 1, qty: 1, status: 'picked' } }, message: null });
  answer({ ok: true, next: 'home', data: {}, message: null });
  await asked;
  assert.deepEqual([flow.screen, went], ['pick_done', []]);
});
