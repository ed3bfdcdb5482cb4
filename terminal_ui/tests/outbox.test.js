import assert from 'node:assert/strict';
import test from 'node:test';
import { lampOf } from '../core/lamp.js';
import { Outbox } from '../core/outbox.js';
import { MemoryBase, Store } from '../core/store.js';
import { formatUuid, uuid4 } from '../core/uuid.js';

/** A store whose rows outlive it in `base`. */
const open = (base) => new Outbox(new Store(base || new MemoryBase())).load();
const row = (id, person = 1, durable = true) => ({ id, name: 'pick.confirm', body: {}, person, durable });

test('first in, first out; what was acknowledged is gone', async () => {
  const box = await open();
  box.add(row('a'));
  box.add(row('b'));
  assert.equal(box.head(1).id, 'a');
  box.remove('a');
  assert.deepEqual(box.waiting(1).map((one) => one.id), ['b']);
});

test('a new page finds what the old one left, in order; what needs the link is not left behind', async () => {
  const base = new MemoryBase();
  const old = await open(base);
  ['a', 'b', 'c'].forEach((id) => old.add(row(id)));
  old.add(row('online only', 1, false));
  old.remove('b');
  await old.saved();
  const young = await open(base);
  young.add(row('d'));
  assert.deepEqual(young.waiting().map((one) => one.id), ['a', 'c', 'd']);
  assert.ok(young.waiting()[2].order > young.waiting()[1].order);
});

test('people do not send each other\'s scans', async () => {
  const box = await open();
  box.add(row('a', 1));
  box.add(row('b', 2));
  assert.equal(box.head(2).id, 'b');
  assert.equal(box.head(3), null);
  assert.equal(box.waiting().length, 2);
});

test('pages of another kind have a queue of their own', async () => {
  const base = new MemoryBase();
  const terminal = await open(base);
  terminal.add(row('a'));
  await terminal.saved();
  const station = await new Outbox(new Store(base), 'station').load();
  assert.equal(station.waiting().length, 0);
  station.add(row('b'));
  await station.saved();
  assert.deepEqual((await open(base)).waiting().map((one) => one.id), ['a']);
});

test('a refused scan stays on a list until a person has read it', async () => {
  const base = new MemoryBase();
  const box = await open(base);
  box.add(row('a'));
  box.refuse('a', { ok: false });
  await box.saved();
  const young = await open(base);
  assert.equal(young.head(1), null);
  assert.deepEqual(young.refused(1).map((one) => one.id), ['a']);
});

test('the lamp believes answers, not the socket', () => {
  const good = { connected: true, waitingSince: null, failing: false, lastMs: 80 };
  assert.equal(lampOf(good, 10000), 'ok');
  assert.equal(lampOf({ ...good, lastMs: 3000 }, 10000), 'slow');
  assert.equal(lampOf({ ...good, waitingSince: 8500 }, 10000), 'slow');
  assert.equal(lampOf({ ...good, waitingSince: 3000 }, 10000), 'offline');
  assert.equal(lampOf({ ...good, waitingSince: 3000 }, 10000, 60000), 'slow');
  assert.equal(lampOf({ ...good, failing: true }, 10000), 'offline');
  assert.equal(lampOf({ ...good, connected: false }, 10000), 'offline');
});

test('command ids are version 4 UUIDs', () => {
  assert.match(uuid4(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(formatUuid(new Uint8Array(16)), '00000000-0000-4000-8000-000000000000');
  assert.notEqual(uuid4(), uuid4());
});
