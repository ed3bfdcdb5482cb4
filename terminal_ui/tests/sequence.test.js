import assert from 'node:assert/strict';
import test from 'node:test';
import { Sequencer } from '../core/sequence.js';

const rows = (...numbers) => numbers.map((seq) => ({ seq }));
const numbers = (result) => result.rows.map((row) => row.seq);

test('a device that has seen nothing starts from now', () => {
  const s = new Sequencer(0);
  assert.deepEqual(numbers(s.sync([], 41)), []);
  assert.deepEqual(numbers(s.take(rows(42))), [42]);
});

test('missed rows come first, in order, and live ones that were faster wait for them', () => {
  const s = new Sequencer(5);
  assert.deepEqual(s.take(rows(8)), { rows: [], gap: false });
  assert.deepEqual(numbers(s.sync(rows(6, 7), 7)), [6, 7, 8]);
  assert.equal(s.last, 8);
});

test('a gap holds later rows back until it is filled', () => {
  const s = new Sequencer(5);
  s.sync([], 5);
  const held = s.take(rows(7));
  assert.deepEqual([numbers(held), held.gap], [[], true]);
  const filled = s.resume(rows(6, 7));
  assert.deepEqual([numbers(filled), filled.gap], [[6, 7], false]);
});

test('a hint has no data: it counts as a gap', () => {
  const s = new Sequencer(5);
  s.sync([], 5);
  assert.equal(s.take([{ seq: 6, hint: true }]).gap, true);
  assert.deepEqual(numbers(s.resume(rows(6))), [6]);
});

test('rows seen before are not repeated', () => {
  const s = new Sequencer(5);
  s.sync(rows(5), 5);
  assert.deepEqual(numbers(s.take(rows(4, 5, 6))), [6]);
  assert.deepEqual(numbers(s.take(rows(6))), []);
});

test('a server that began anew, or has forgotten old rows, does not hold us up for ever', () => {
  const s = new Sequencer(900);
  s.sync([], 3);
  assert.deepEqual(numbers(s.take(rows(4))), [4]);
  s.take(rows(9));
  assert.deepEqual(numbers(s.resume([])), [9]);
});
