import assert from 'node:assert/strict';
import test from 'node:test';
import { lampOf } from '../core/lamp.js';
import { MemoryStore, Outbox } from '../core/outbox.js';
import { formatUuid, uuid4 } from '../core/uuid.js';

const row = (id, person = 1, durable = true) => ({ id, name: 'pick.confirm', body: {}, person, durable });

test('first in, first out; what was acknowledged is gone', async () => {
  const box = await new Outbox(new MemoryStore()).load();
  box.add(row('a'));
  box.add(row('b'));
  assert.equal(box.head(1).id, 'a');
  box.remove('a');
  assert.deepEqual(box.waiting(1).map((one) => one.id), ['b']);
});

test('a new page finds what the old one left, in order; what needs the link is not left behind', async () => {
  const store = new MemoryStore();
  const old = await new Outbox(store).load();
  ['a', 'b', 'c'].forEach((id) => old.add(row(id)));
  old.add(row('online only', 1, false));
  old.remove('b');
  await old.saved();
  const young = await new Outbox(store).load();
  young.add(row('d'));
  assert.deepEqual(young.waiting().map((one) => one.id), ['a', 'c', 'd']);
  assert.ok(young.waiting()[2].order > young.waiting()[1].order);
});

test('people do not send each other\'s scans', async () => {
  const box = await new Outbox(new MemoryStore()).load();
  box.add(row('a', 1));
  box.add(row('b', 2));
  assert.equal(box.head(2).id, 'b');
  assert.equal(box.head(3), null);
  assert.equal(box.waiting().length, 2);
});

test('a refused scan stays on a list until a person has read it', async () => {
  const store = new MemoryStore();
  const box = await new Outbox(store).load();
  box.add(row('a'));
  box.refuse('a', { ok: false });
  await box.saved();
  const young = await new Outbox(store).load();
  assert.equal(young.head(1), null);
  assert.deepEqual(young.refused(1).map((one) => one.id), ['a']);
});

test('a disk that fails does not stop the work', async () => {
  const broken = { all: async () => [], put: async () => { throw new Error('full'); }, remove: async () => undefined };
  const box = await new Outbox(broken).load();
  box.add(row('a'));
  await box.saved();
  assert.equal(box.head(1).id, 'a');
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
