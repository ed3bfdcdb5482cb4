// What the shell around all flows makes of quick hands.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Shell } from '../core/shell.js';

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
