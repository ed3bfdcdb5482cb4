// The pure parts of the desk's frame and of the stock page: addresses, queries, newest answers, scales, files.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setWords } from '../core/texts.js';
import { Asked, Newest, Rows, asQuery } from '../desk/ask.js';
import { nearest } from '../desk/cell_map.js';
import { Split } from '../desk/download.js';
import { AT, STEPS, WAYS, colourOf, legendOf, spread, waysFor } from '../desk/floor_scale.js';
import { readRoute } from '../desk/office.js';
import { mayOpen, PAGES } from '../desk/pages.js';
import { freshness, signed } from '../desk/stock_cells.js';
import { stair } from '../desk/stock_parts.js';

setWords('en', { 'ui.stock.days': '{n} d' });
const later = (value, ms) => new Promise((done) => setTimeout(() => done(value), ms));

test('an address names a path and a query', () => {
  assert.deepEqual(readRoute('#/sku/12?by=age&q=a%20b'), { path: ['sku', '12'], query: { by: 'age', q: 'a b' } });
  assert.deepEqual(readRoute(''), { path: [], query: {} });
  assert.deepEqual(readRoute('#/reference/A%2F1').path, ['reference', 'A/1']);
});

test('a query holds what is filled in', () => {
  assert.equal(asQuery({ a: 1, b: '', c: null, d: undefined, e: false, f: 0, g: 'x y' }), '?a=1&f=0&g=x%20y');
  assert.equal(asQuery({}), '');
  assert.equal(asQuery(undefined), '');
});

test('pages are for those who have the post, and all of them for an admin', () => {
  const stock = PAGES.find((page) => page.name === 'stock');
  assert.ok(mayOpen({ posts: ['clerk'] }, stock));
  assert.ok(mayOpen({ posts: ['admin'] }, stock));
  assert.ok(!mayOpen({ posts: ['picker'] }, stock));
  assert.ok(!mayOpen(null, stock));
});

test('of several questions only the last is answered', async () => {
  const newest = new Newest();
  const [slow, quick] = await Promise.all([newest.of(later('old', 30)), newest.of(later('new', 1))]);
  assert.deepEqual([slow, quick], [null, 'new']);
});

test('an answer that comes late does not cover a newer one', async () => {
  const asked = new Asked(() => undefined);
  const first = asked.take(later({ ok: true, data: 'old' }, 30));
  await asked.take(later({ ok: true, data: 'new' }, 1));
  await first;
  assert.deepEqual([asked.data, asked.busy, asked.error], ['new', false, null]);
  await asked.take(Promise.resolve({ ok: false, message: { text: 'no' } }));
  assert.deepEqual([asked.data, asked.error.text], [null, 'no']);
});

test('a list goes on from its cursor, once at a time, and begins anew', async () => {
  const asked = [];
  const rows = new Rows(() => undefined, (cursor) => { asked.push(cursor); return later({ ok: true, data: { items: [cursor], next: cursor === null ? 7 : null } }, 1); });
  await rows.first();
  const [more, same] = [rows.more(), rows.more()];
  assert.equal(same, null, 'while a page is on its way, no other is asked for');
  await more;
  assert.deepEqual([rows.items, rows.next], [[null, 7], null]);
  assert.equal(rows.more(), null);
  await rows.first();
  assert.deepEqual([rows.items, asked], [[null], [null, 7, null]]);
});

test('progress is told apart from the file, wherever the stream is cut', () => {
  const bytes = new TextEncoder().encode('0/9\n9/9\n\nPK\n\nrest');
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const told = [];
    const split = new Split((done, of) => told.push([done, of]));
    split.take(bytes.slice(0, cut));
    split.take(bytes.slice(cut));
    assert.deepEqual(told, [[0, 9], [9, 9]]);
    assert.equal(split.body.map((part) => new TextDecoder().decode(part)).join(''), 'PK\n\nrest');
  }
});

const bin = (facts) => { const row = []; Object.keys(AT).forEach((name) => (row[AT[name]] = null)); Object.keys(facts).forEach((name) => (row[AT[name]] = facts[name])); return row; };

test('fill is the tighter of volume and weight, unknown without limits, nothing when empty', () => {
  assert.equal(WAYS.fill.value(bin({ pieces: 1, volume_ml: 50, capacity_ml: 100, weight_g: 90, max_weight_g: 100 })), 90);
  assert.equal(WAYS.fill.value(bin({ pieces: 1, volume_ml: 50 })), null);
  assert.equal(WAYS.fill.value(bin({ pieces: 0, capacity_ml: 100 })), -1);
});

test('every value has one colour, the largest the strongest', () => {
  const steps = [10, 25, 50, 75, 95];
  assert.deepEqual([0, 10, 11, 95, 96, 400].map((n) => colourOf(n, steps)), [0, 0, 1, 4, 5, 5]);
  assert.equal(colourOf(-1, steps), 'empty');
  assert.equal(colourOf(null, steps), 'unknown');
  assert.equal(colourOf(-1, [-1, 7, 30, 90, 180]), 0, 'what has expired is a value of its own');
});

test('steps grow, part the bins evenly, and are read in the legend without a gap', () => {
  const steps = spread([0, 1, 1, 1, 2, 3, 5, 8, 13, 400]);
  assert.equal(steps.length, STEPS - 1);
  for (let at = 1; at < steps.length; at += 1) assert.ok(steps[at] > steps[at - 1]);
  assert.deepEqual(legendOf([1, 7, 30, 90, 180], (n) => n + ' d').map((row) => row[1]), ['≤ 1 d', '2–7 d', '8–30 d', '31–90 d', '91–180 d', '> 180 d']);
  assert.equal(spread([]).length, STEPS - 1);
});

test('only ways that say something are offered', () => {
  assert.deepEqual(waysFor([bin({ pieces: 1 })]), ['pieces', 'age', 'lying', 'velocity']);
  assert.ok(waysFor([bin({ capacity_ml: 5 })]).indexOf('fill') >= 0);
  assert.ok(waysFor([bin({ expires_days: -2 })]).indexOf('expiry') >= 0);
});

test('arrows go to the bin ahead, not to a nearer one aside', () => {
  const box = (at, x, y) => ({ at: at, x: x, y: y, width: 8, height: 8 });
  const boxes = [box(0, 0, 0), box(1, 10, 0), box(2, 10, 10), box(3, 0, 10)];
  assert.equal(nearest(boxes, 0, [1, 0]), 1);
  assert.equal(nearest(boxes, 0, [0, 1]), 3);
  assert.equal(nearest(boxes, 1, [1, 0]), null);
  assert.equal(nearest(boxes, null, [1, 0]), 0);
});

test('pieces have the sign of what is looked at', () => {
  const move = { qty: 3, from: { id: 1, kind: 'pick', container: null }, to: { id: 2, kind: 'stage', container: 'T1' } };
  assert.equal(signed(move, { bin: 1 }), -3);
  assert.equal(signed(move, { bin: 2 }), 3);
  assert.equal(signed(move, {}), 0, 'within the house nothing is gained or lost');
  assert.equal(signed(move, { container: 'T1' }), 3);
  assert.equal(signed(Object.assign({}, move, { to: { id: 9, kind: 'customer', container: null } }), {}), -3);
});

test('days left are marked before it is too late', () => {
  assert.deepEqual([-1, 0, 30, 31, null].map(freshness), ['bad', 'warn', 'warn', 'good', '']);
});

test('a curve is a stair from 0 to its most', () => {
  assert.deepEqual(stair([{ on_hand: 0 }, { on_hand: 10 }, { on_hand: 5 }], 30, 20), [[0, 20], [10, 20], [10, 0], [20, 0], [20, 10], [30, 10]]);
});
