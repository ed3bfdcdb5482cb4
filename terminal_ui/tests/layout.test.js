// The pure parts of the layout page: where bins are drawn, which are meant, what a drag means.
import assert from 'node:assert/strict';
import test from 'node:test';
import { binsOf, blockBetween, fieldAt, fields, fieldsIn, neighbour, rackBoxes, rackFrom, shared, spotAt, typed } from '../desk/layout_geometry.js';

const FLOOR = { aisles: 3, aisle_spacing_mm: 3000, aisle_length_mm: 10000, depot_aisle: 0, depot_side: 'front' };
const BINS = [];
for (let aisle = 0; aisle < 2; aisle += 1) {
  for (let place = 1; place <= 5; place += 1) {
    ['L', 'R'].forEach((side) => [1, 2].forEach((level) => BINS.push({ id: BINS.length + 1, code: 'A' + (aisle + 1) + '-' + place + side + level, aisle: aisle, side: side, level: level, y_mm: place * 2000 - 1000, bay: place, zone: 'A' })));
  }
}
const bin = (code) => BINS.find((one) => one.code === code);
const codes = (bins) => bins.map((one) => one.code);
const drawn = fields(FLOOR, BINS, null);

test('every bin has a field of its own, the lowest at the aisle', () => {
  assert.equal(drawn.all.length, BINS.length);
  drawn.all.forEach((field) => assert.equal(fieldAt(drawn, field.x + field.width / 2, field.y + field.height / 2, 0).bin.code, field.bin.code));
  const at = (code) => drawn.all.find((field) => field.bin.code === code);
  assert.ok(at('A1-1L1').x > at('A1-1L2').x, 'left of the aisle the lowest is the rightmost');
  assert.ok(at('A1-1R1').x < at('A1-1R2').x);
  assert.equal(fields(FLOOR, BINS, 2).all.length, BINS.length / 2);
});

test('fields lie on the floor and do not overlap', () => {
  drawn.all.forEach((a, at) => drawn.all.slice(at + 1).forEach((b) => {
    const apart = a.x + a.width <= b.x + 1e-9 || b.x + b.width <= a.x + 1e-9 || a.y + a.height <= b.y + 1e-9 || b.y + b.height <= a.y + 1e-9;
    assert.ok(apart, a.bin.code + ' ' + b.bin.code);
  }));
});

test('a frame chooses what it touches', () => {
  const field = drawn.all.find((one) => one.bin.code === 'A2-3R1');
  assert.deepEqual(codes(fieldsIn(drawn, [field.x + 0.2, field.y + 0.2], [field.x + 0.1, field.y + 0.1])), ['A2-3R1']);
  assert.equal(fieldsIn(drawn, [-50, -50], [900, 900]).length, BINS.length);
});

test('a range is the block between two bins', () => {
  assert.deepEqual(codes(blockBetween(BINS, bin('A1-2L1'), bin('A1-4L1'))), ['A1-2L1', 'A1-3L1', 'A1-4L1']);
  assert.equal(blockBetween(BINS, bin('A1-5L2'), bin('A2-4R1')).length, 2 * 2 * 2 * 2);
});

test('arrow keys find the next bin, and stop at the edge', () => {
  assert.equal(neighbour(BINS, bin('A1-1L1'), 1, 0, 0).code, 'A1-1R1');
  assert.equal(neighbour(BINS, bin('A1-1R1'), 1, 0, 0).code, 'A2-1L1');
  assert.equal(neighbour(BINS, bin('A1-1L1'), 0, 1, 0).code, 'A1-2L1');
  assert.equal(neighbour(BINS, bin('A1-1L1'), 0, 0, 1).code, 'A1-1L2');
  assert.equal(neighbour(BINS, bin('A1-1L1'), -1, 0, 0), null);
  assert.equal(neighbour(BINS, bin('A1-1L1'), 0, -1, 0), null);
});

test('typed words mean a code, a beginning or a range', () => {
  assert.deepEqual(codes(typed(BINS, 'a1-2l1')), ['A1-2L1']);
  assert.equal(typed(BINS, 'A2-3').length, 4);
  assert.equal(typed(BINS, 'A1-2 … A1-4').length, 12);
  assert.equal(typed(BINS, 'A1-2..A1-2L1').length, 1);
  assert.deepEqual(typed(BINS, 'Z'), []);
  assert.deepEqual(typed(BINS, ' '), []);
});

test('rows of the server become bins, in the order in which people count', () => {
  assert.deepEqual(binsOf({ columns: ['id', 'code'], bins: [[1, 'A10'], [2, 'A2']] }), [{ id: 2, code: 'A2' }, { id: 1, code: 'A10' }]);
  assert.equal(shared(BINS, 'zone'), 'A');
  assert.equal(shared(BINS, 'level'), undefined);
});

test('a drag along a bare aisle is a new rack of bays of a metre', () => {
  const rack = rackFrom(FLOOR, BINS, { aisle: 2, side: 'L', mm: 7000 }, { aisle: 2, side: 'L', mm: 1000 });
  assert.deepEqual(rack, { aisle: 2, sides: 'L', first_bay: 1, first_level: 1, bays: 6, from_mm: 1000, to_mm: 7000 });
  assert.equal(rackFrom(FLOOR, BINS, { aisle: 2, side: 'L', mm: 0 }, { aisle: 2, side: 'R', mm: 900 }).sides, 'LR');
});

test('a drag over bins builds the level above them, bay by bay', () => {
  const rack = rackFrom(FLOOR, BINS, { aisle: 0, side: 'R', mm: 2900 }, { aisle: 0, side: 'R', mm: 7100 });
  assert.deepEqual(rack, { aisle: 0, sides: 'R', first_bay: 2, first_level: 3, bays: 3, from_mm: 2000, to_mm: 8000 });
  const boxes = rackBoxes(drawn.project, Object.assign({ places: 2 }, rack));
  assert.equal(boxes.length, 6);
  assert.deepEqual(boxes.map((box) => box.first), [true, false, true, false, true, false]);
});

test('a point of the drawing is the nearest side and decimetre', () => {
  assert.deepEqual(spotAt(FLOOR, drawn.project, drawn.project.aisleX(1) + 3, drawn.project.y(4321)), { aisle: 1, side: 'R', mm: 4300 });
  assert.deepEqual(spotAt(FLOOR, drawn.project, -5, drawn.project.y(99999)), { aisle: 0, side: 'L', mm: 10000 });
});
