// A plan played again: who walks when, where they are, when each stop is come to.
import assert from 'node:assert/strict';
import test from 'node:test';
import { colourOf, inTurn, pointAt, stopsAlong } from '../desk/replay_path.js';

const PATH = [[0, 0], [0, 4000], [3000, 4000], [3000, 0], [0, 0]];

test('pickers take the walks in turn, each as soon as they are free', () => {
  const walks = [5, 3, 4, 1].map((far) => ({ walk_mm: far }));
  assert.deepEqual(inTurn(walks, 2), { times: [[0, 5], [0, 3], [3, 7], [5, 6]], until: 7 });
  assert.deepEqual(inTurn(walks, 1).times, [[0, 5], [5, 8], [8, 12], [12, 13]]);
  assert.deepEqual(inTurn([], 4), { times: [], until: 0 });
});

test('a walker is on the path at every moment', () => {
  assert.deepEqual(pointAt(PATH, 0), [0, 0]);
  assert.deepEqual(pointAt(PATH, 5500), [1500, 4000]);
  assert.deepEqual(pointAt(PATH, 14000), [0, 0]);
  assert.deepEqual(pointAt(PATH, 99000), [0, 0]);
});

test('stops are come to in their order, also where the path passes twice', () => {
  assert.deepEqual(stopsAlong(PATH, [[0, 1000], [1000, 4000], [3000, 500]]), [1000, 5000, 10500]);
  const back = [[0, 0], [0, 4000], [0, 0]];
  assert.deepEqual(stopsAlong(back, [[0, 1000], [0, 4000], [0, 2000]]), [1000, 4000, 6000]);
  assert.deepEqual(stopsAlong(back, [[0, 3000], [0, 1000]]), [3000, 7000]);
});

test('a stop beside the path lights up where it is passed nearest', () => {
  assert.deepEqual(stopsAlong(PATH, [[500, 2000]]), [2000]);
  assert.deepEqual(stopsAlong([], [[0, 0]]), [0]);
});

test('neighbours have different colours', () => {
  assert.equal(new Set(Array.from({ length: 40 }, (none, at) => colourOf(at))).size, 40);
});
