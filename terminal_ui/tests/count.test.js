// Counting where the link goes: nobody waits for it, and what is counted outlives the page.
import assert from 'node:assert/strict';
import test from 'node:test';
import { need } from '../core/fetched.js';
import { Hand } from '../core/hand.js';
import { Link } from '../core/link.js';
import { Outbox } from '../core/outbox.js';
import { MemoryBase, Store } from '../core/store.js';

globalThis.navigator ??= {};
globalThis.window = {};
globalThis.document = { documentElement: { dataset: {}, style: { setProperty() {} } } };
await import('../flows/count.js');

const person = 7;
const task = { id: 5, bin: { code: 'A-01' }, sku: null, container: null };

/** A page on this disk, whose server hears and does not answer until the test does. */
async function page(disk) {
  const store = new Store(disk);
  const outbox = await new Outbox(store, 'terminal').load();
  const hand = await new Hand(store, 'terminal').load();
  hand.belongTo(person);
  const link = new Link({ namespace: '/terminal', outbox, auth: () => ({ token: 't', person }) });
  link.lamp = 'ok';
  const said = [];
  const shell = { link, hand, said, busy: false, changed() {}, fade() {}, say(message) { said.push(message && message.code); }, tell(code) { said.push(code); } };
  shell.work = async (act) => { shell.busy = true; const done = await act(); shell.busy = false; return done; };
  const flow = (await need('count'))(shell);
  link.on('settled', (row, envelope) => flow.settled(row, envelope));
  return { flow, link, outbox, hand, said, shell };
}

class Disk extends MemoryBase {
  constructor() {
    super();
    this.lasting = true;
  }
}

test('a count goes on in a dead spot that the lamp does not know of yet, and after a reload', async () => {
  const disk = new Disk();
  const { flow, outbox, said, shell } = await page(disk);
  flow._show('count_bin', { task });
  await flow.step('count.bin', { code: 'A-01' }); // a second, then it counts as kept
  assert.deepEqual([shell.busy, flow.screen, said], [false, 'count_items', ['count.kept']]);
  flow.see('X-1');
  flow.end('count.done');
  await outbox.saved();
  const young = await page(disk);
  young.flow.resume(young.hand.recall('flow'));
  assert.equal(young.flow.screen, 'count_kept');
  assert.deepEqual(young.outbox.waiting(person).map((row) => row.name), ['count.bin', 'count.scan', 'count.done']);
});

test('an answer leads on, once', async () => {
  const { flow, link, outbox, hand, said } = await page(new Disk());
  flow._show('count_items', { task, seen: [] });
  const step = flow.see('X-1');
  link._settle(outbox.waiting(person)[0], { ok: true, next: 'count_items', data: { task, seen: [{ id: 1 }] }, message: null });
  await step;
  assert.deepEqual([flow.data.seen.length, said.filter(Boolean), outbox.waiting(person)], [1, [], []]);
  flow._follow({ ok: true, next: 'count_none', data: { waiting: 0 }, message: null });
  assert.equal(hand.recall('flow'), null);
});
