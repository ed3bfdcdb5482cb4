// What a device keeps when the link, the page or the battery goes: the store, what is in hand, and who sends it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Hand } from '../core/hand.js';
import { Link } from '../core/link.js';
import { Outbox } from '../core/outbox.js';
import { MemoryBase, Store } from '../core/store.js';
import { Tabs } from '../core/tabs.js';

/** A disk that counts its transactions, and is full when told so. */
class Disk extends MemoryBase {
  constructor() {
    super();
    this.lasting = true;
    this.full = false;
    this.transactions = [];
  }

  async write(changes) {
    if (this.full) throw new Error('QuotaExceededError');
    this.transactions.push(changes.map((one) => one.table));
    return super.write(changes);
  }
}

const person = 7;
const turn = () => new Promise((done) => setTimeout(done, 0));

async function page(disk) {
  const store = new Store(disk);
  const outbox = await new Outbox(store, 'terminal').load();
  const hand = await new Hand(store, 'terminal').load();
  hand.belongTo(person);
  const link = new Link({ namespace: '/terminal', outbox, auth: () => ({ token: 't', person }) }); // never started: there is no link
  const settled = [];
  link.on('settled', (row, envelope) => settled.push(envelope.message.code));
  return { store, outbox, hand, link, settled };
}

test('a scan that waits and the place after it are one transaction; a new page finds both', async () => {
  const disk = new Disk();
  const { outbox, hand, link } = await page(disk);
  const said = [];
  hand.keep('steps', { line: 2 });
  link.keep('pick.confirm', { qty: 1 }, () => said.push('queued'));
  assert.deepEqual([said, outbox.safe], [[], 'soon'], 'nothing is said before it is on the disk');
  await outbox.saved();
  await turn();
  assert.equal(outbox.safe, 'yes');
  assert.deepEqual(said, ['queued']);
  assert.deepEqual(disk.transactions, [['hand', 'commands']]);
  const young = await page(disk);
  assert.deepEqual(young.hand.recall('steps'), { line: 2 });
  assert.equal(young.outbox.waiting(person).length, 1);
});

test('a device that cannot keep a scan refuses it while there is no link, and says so', async () => {
  const disk = new Disk();
  const { outbox, link, settled } = await page(disk);
  disk.full = true;
  const said = [];
  link.keep('pick.confirm', { qty: 1 }, () => said.push('queued')); // found out by trying
  await outbox.saved();
  await turn();
  assert.equal(outbox.safe, 'no');
  link.keep('pick.confirm', { qty: 2 }, () => said.push('queued')); // known beforehand
  await turn();
  assert.deepEqual([settled, said, outbox.waiting(person)], [['ui.link.not_kept', 'ui.link.not_kept'], [], []]);
  disk.full = false;
  outbox.add({ id: 'x', name: 'pick.confirm', body: {}, person, durable: true });
  assert.equal(await outbox.saved(), true, 'a disk that has room again is used again');
});

test('what could not be written is written with the next change', async () => {
  const disk = new Disk();
  const store = new Store(disk);
  disk.full = true;
  store.put('hand', { id: 'a', kind: 'terminal', name: 'a', person, value: 1 });
  assert.equal(await store.saved(), false);
  disk.full = false;
  store.put('hand', { id: 'b', kind: 'terminal', name: 'b', person, value: 2 });
  assert.equal(await store.saved(), true);
  assert.deepEqual((await disk.all('hand')).map((row) => row.value), [1, 2]);
});

test('a browser without a database keeps nothing, and a broken one neither', async () => {
  assert.equal(new Store(new MemoryBase()).sound, false);
  const broken = new Store({ lasting: true, all: async () => { throw new Error('corrupt'); }, write: async () => undefined });
  assert.deepEqual([await broken.all('commands'), broken.sound], [[], false]);
});

test('what is in hand goes with its person', async () => {
  const disk = new Disk();
  const first = await page(disk);
  first.hand.keep('flow', { flow: 'pick' });
  await first.store.saved();
  const other = await new Hand(new Store(disk), 'terminal').load();
  other.belongTo(8);
  assert.equal(other.recall('flow'), null);
  await other._store.saved();
  assert.deepEqual(await disk.all('hand'), []);
});

test('a screen that fails does not hold up what waits', async (told) => {
  const { outbox, link } = await page(new Disk());
  const thrown = [];
  told.mock.method(global, 'setTimeout', (act) => thrown.push(act));
  link.on('settled', () => { throw new Error('a screen'); });
  outbox.add({ id: 'x', name: 'a', body: {}, person, durable: true });
  link._settle(outbox.head(person), { ok: true, message: { code: 'x' } });
  assert.equal(outbox.head(person), null);
  assert.throws(thrown.pop(), /a screen/);
});

/** Pages that hear each other, each in its own time. */
function air() {
  const ears = [];
  return () => {
    const own = [];
    return {
      listen(act) { own.push(act); ears.push(act); },
      post(message) { ears.filter((ear) => !own.includes(ear)).forEach((ear) => setTimeout(() => ear(message), 1)); },
    };
  };
}

test('a second tab is told, takes over when its person says so, and only one sends', async () => {
  const channel = air();
  const [one, two] = [new Tabs('two-tabs', channel()), new Tabs('two-tabs', channel())];
  one.on('lost', () => one.isDown());
  assert.equal(await one.open(), true);
  assert.equal(await two.open(), false);
  assert.deepEqual([one.holds(), two.holds()], [true, false]);
  assert.equal(await two.take(), true, 'the first has put its things down');
  assert.deepEqual([one.holds(), two.holds()], [false, true]);
  two.close();
  assert.equal(await new Tabs('two-tabs', channel()).open(), true, 'a tab that closed in order is not asked');
});

test('a tab that sleeps or died does not stop the next one, and does not send when it wakes', async () => {
  const asleep = new Tabs('sleep', { listen() {}, post() {} });
  assert.equal(await asleep.open(), true);
  const next = new Tabs('sleep', air()());
  assert.equal(await next.open(), true);
  assert.deepEqual([asleep.holds(), next.holds()], [false, true]);
});

test('two tabs that open in the same moment agree on one', async () => {
  const channel = air();
  const tabs = [new Tabs('same', channel()), new Tabs('same', channel())];
  await Promise.all(tabs.map((tab) => tab.open()));
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(tabs.filter((tab) => tab.mine).length, 1);
  assert.equal(tabs.filter((tab) => tab.holds()).length, 1);
});

test('a step that needs the link is not kept for whoever comes after the person who waited for it', async () => {
  const { outbox, link } = await page(new Disk());
  link.lamp = 'ok';
  link.send('count.next', {});
  link.keep('count.scan', { code: 'X' });
  assert.deepEqual([link.waiting, link.kept], [2, 1]);
  link.stop();
  assert.deepEqual(outbox.waiting(person).map((row) => row.name), ['count.scan']);
});
