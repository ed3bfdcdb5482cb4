// A flow that the server leads shows what is newest, in whatever order its answers come.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Guided } from '../flows/guided.js';

globalThis.document = { documentElement: { dataset: {} } }; // where the last tone is noted
globalThis.navigator ??= {};
globalThis.window = {};

/** A flow whose questions and commands are answered when the test says so. */
function flow() {
  const waiting = [];
  const wait = (name) => new Promise((done) => waiting.push({ name: name, answer: (data) => done({ ok: true, next: data.next, data: data }) }));
  const none = () => undefined;
  const shell = { link: { ask: wait, send: wait }, work: (act) => act(), say: none, fade: none, changed: none };
  const found = new Guided(shell, { name: 'receive', state: 'receive.state', screens: {} });
  return { flow: found, waiting: waiting };
}

const settle = () => new Promise((done) => setTimeout(done, 0));

test('an answer that is older than a scan since is asked for again', async () => {
  const { flow: guided, waiting } = flow();
  guided.refresh();
  guided.send('receive.scan', { code: 'X' });
  const [state, scan] = waiting;
  scan.answer({ next: 'receive_item' });
  await settle();
  state.answer({ next: 'receive_scan' });
  await settle();
  assert.equal(guided.screen, 'receive_item');
  assert.deepEqual(waiting.map((one) => one.name), ['receive.state', 'receive.scan', 'receive.state']);
  waiting[2].answer({ next: 'receive_item' });
  await settle();
  assert.equal(guided.screen, 'receive_item');
  assert.equal(waiting.length, 3);
});

test('an answer that nothing has overtaken is shown', async () => {
  const { flow: guided, waiting } = flow();
  guided.refresh();
  waiting[0].answer({ next: 'receive_choose' });
  await settle();
  assert.equal(guided.screen, 'receive_choose');
  assert.equal(waiting.length, 1);
});
