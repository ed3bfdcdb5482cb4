// What the shell around all flows makes of quick hands.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Shell } from '../core/shell.js';

globalThis.navigator ??= {};
globalThis.window = {};
globalThis.document = { documentElement: { dataset: {}, style: { setProperty() {} } } };

test('a scan that comes before a flow knows where the person stands waits for that, and is not lost', async () => {
  const did = [];
  let known;
  const slow = {
    enter: () => new Promise((done) => { known = done; }).then(() => did.push('entered')),
    scan: async (code) => did.push(code),
    view: () => ({ screen: 'load', prompt: '', body: '', actions: [] }),
  };
  const shell = new Shell({ kind: 'terminal', flows: { load: () => slow } });
  shell.go('load');
  const scanned = shell.scan('X-1');
  await new Promise((done) => setTimeout(done, 0));
  assert.deepEqual(did, []);
  known();
  await scanned;
  assert.deepEqual(did, ['entered', 'X-1']);
});

/** A shell whose person waits for an answer over a link that the test holds. */
function working() {
  const removed = [];
  const shell = new Shell({ kind: 'terminal', signIn: 'login', flows: { login: () => ({ view: () => ({}) }) } });
  shell.link = { online: true, stop: () => undefined };
  shell.outbox = { remove: (id) => removed.push(id) };
  shell.flow = {
    settled: (row, envelope) => shell.say(envelope.message),
    view: () => ({}),
  };
  return { shell, removed };
}

const answer = (id, ok, code) => [{ id: id, durable: true, at: Date.now() + 1 }, { ok: ok, message: { code: code, tone: ok ? 'ok' : 'error', text: code } }];

test('a scan is refused while the answer to the last step is waited for without a link', () => {
  const { shell } = working();
  assert.equal(shell.refuses(), false);
  shell.work(() => new Promise(() => undefined));
  assert.equal(shell.refuses(), false, 'the answer comes at once: a quick hand is not held up');
  shell.link.online = false;
  assert.equal(shell.refuses(), true);
  assert.equal(shell.banner.code, 'ui.link.waits');
});

test('whoever is signed out while an answer is waited for can sign in again', () => {
  const { shell } = working();
  shell.work(() => new Promise(() => undefined));
  shell.session.speak = shell.session.lend = async () => undefined;
  shell._over();
  assert.equal(shell.busy, false);
});

test('a late refusal is not painted over: not by a good answer, and a second one waits on the list', () => {
  const { shell, removed } = working();
  shell._settled(...answer('a', false, 'picking.wrong_bin'));
  assert.equal(shell.banner.code, 'picking.wrong_bin');
  shell._settled(...answer('b', true, 'picking.confirmed'));
  shell._settled(...answer('c', false, 'picking.wrong_tote'));
  assert.equal(shell.banner.code, 'picking.wrong_bin');
  assert.deepEqual(removed, ['a'], 'what a person has not read stays on the list');
  shell.acknowledge();
  shell._settled(...answer('d', true, 'picking.confirmed'));
  assert.equal(shell.banner.code, 'picking.confirmed');
});

test('a late refusal is shown over what was said of a newer scan', () => {
  const { shell } = working();
  shell.tell('pick.wrong_bin', 'error');
  shell._settled(...answer('a', true, 'picking.confirmed'));
  assert.equal(shell.banner.code, 'ui.pick.wrong_bin');
  shell._settled(...answer('b', false, 'picking.too_many'));
  assert.equal(shell.banner.code, 'picking.too_many');
});
