import assert from 'node:assert/strict';
import test from 'node:test';
import { drawing, extent } from '../parts/floor_map.js';

const floor = { aisles: 20, aisle_spacing_mm: 3200, aisle_length_mm: 27000, depot_aisle: 0, depot_side: 'front' };
const line = (id, aisle, y_mm, picked) => ({ id, bin: { aisle, y_mm }, qty: 1, picked, status: 'open' });

test('stops are drawn in metres, the front at the bottom', () => {
  const map = drawing({ floor, path: [[0, 0], [3200, 27000]], lines: [line(1, 1, 2000, 0), line(2, 1, 26000, 1)] }, 1);
  assert.deepEqual(map.stops.map((one) => [one.x, one.y, one.left, one.now]), [[3.2, 25, true, true], [3.2, 1, false, false]]);
  assert.deepEqual(map.depot, [0, 27]);
  assert.deepEqual(map.walk, [[0, 27], [3.2, 0]]);
});

test('the picture shows the part of the floor that the task needs, never less than a few aisles', () => {
  const small = extent(drawing({ floor, path: [], lines: [line(1, 0, 1000, 0)] }, 1));
  assert.ok(small[2] >= 8 && small[2] < 15);
  const wide = extent(drawing({ floor, path: [], lines: [line(1, 19, 1000, 0)] }, 1));
  assert.ok(wide[2] > 60);
});

test('a bin without a depth is drawn in the middle of its aisle', () => {
  assert.equal(drawing({ floor, lines: [{ id: 1, bin: { aisle: 0 }, qty: 1, picked: 0, status: 'open' }] }, 1).stops[0].y, 13.5);
});

test('cross aisles and obstacles are drawn on the terminal too', () => {
  const crossed = Object.assign({}, floor, { cross_aisles_mm: [7000], obstacles: [{ aisle: 2, from_mm: 1000, to_mm: 2000 }] });
  const map = drawing({ floor: crossed, path: [], lines: [] }, 1);
  assert.deepEqual(map.bars.slice(20), [{ kind: 'cross', points: '-3.2,20 64,20' }, { kind: 'shut', points: '6.4,26 6.4,25' }]);
});
