// The pure part of the label designer: what a change does, and the way back.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Design, alike, inside, stockOf, stretched } from '../desk/design.js';

const STOCK = { width: 100, height: 50 };
const BOX = { id: 'e1', kind: 'box', x: 10, y: 10, w: 20, h: 10, thickness: 0.3 };
const design = (...elements) => new Design(elements.length ? elements : [BOX], STOCK, () => undefined);

test('a stock is read from its name', () => {
  assert.deepEqual(stockOf('100x150'), { width: 100, height: 150 });
  assert.deepEqual(['A4', '100', '100x', '1x1', 'receipt-80'].map(stockOf), [null, null, null, null, null]);
});

test('nothing leaves the label', () => {
  assert.deepEqual(inside(Object.assign({}, BOX, { x: -5, y: 99, w: 500, h: 0 }), STOCK), Object.assign({}, BOX, { x: 0, y: 49.9, w: 100, h: 0.1 }));
});

test('an edge that is drawn leaves the opposite one where it is', () => {
  const wider = stretched(BOX, 'nw', -100, 3, STOCK);
  assert.deepEqual([wider.x, wider.y, wider.w, wider.h], [0, 13, 30, 7]);
  const least = stretched(BOX, 'se', -100, -100, STOCK);
  assert.deepEqual([least.x, least.y, least.w, least.h], [10, 10, 0.1, 0.1]);
});

test('each change is a step back, nudges of the same kind are one', () => {
  const one = design();
  one.choose('e1');
  [1, 1, 1].forEach((mm) => one.move(mm, 0));
  one.resize(2, 0);
  assert.deepEqual([one.one.x, one.one.w, one.dirty], [13, 22, true]);
  one.undo();
  assert.deepEqual([one.one.x, one.one.w], [13, 20]);
  one.undo();
  assert.deepEqual([one.one.x, one.dirty, one.undoable], [10, false, false]);
  one.redo();
  one.redo();
  assert.deepEqual([one.one.x, one.one.w, one.redoable], [13, 22, false]);
  one.undo();
  one.add('line');
  assert.ok(!one.redoable, 'a new change ends what could be done again');
});

test('what is added or doubled has a name of its own and is chosen', () => {
  const one = design(BOX, Object.assign({}, BOX, { id: 'logo' }), Object.assign({}, BOX, { id: 'e7' }));
  one.add('qr', { field: 'code' });
  assert.deepEqual([one.chosen, one.one.field, one.one.w], ['e8', 'code', 25]);
  one.duplicate();
  assert.deepEqual([one.chosen, one.one.x], ['e9', 39.5]);
  one.remove();
  assert.deepEqual([one.chosen, one.elements.length], ['e8', 4]);
});

test('what is sent holds only what belongs to the kind', () => {
  const one = design(Object.assign({}, BOX, { words: 'x', bold: true, size: undefined }));
  assert.deepEqual(one.body, { elements: [BOX] });
  assert.ok(alike(one.body, { elements: [{ h: 10, w: 20, y: 10, x: 10, thickness: 0.3, kind: 'box', id: 'e1' }] }));
  assert.ok(!alike(one.body, { elements: [Object.assign({}, BOX, { x: 11 })] }));
});
