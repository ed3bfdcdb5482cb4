// One list of the desk without a page: what it asks for, what stands in the address, which keys it takes.
import assert from 'node:assert/strict';
import test from 'node:test';
import { List } from '../desk/list.js';
import { PAGES } from '../desk/pages.js';
import { listed } from '../desk/settings.js';

globalThis.document = { getElementById: () => null };

function desk(about) {
  const asked = [];
  const gone = [];
  const answer = (path, query) => { asked.push([path, query]); return Promise.resolve({ ok: true, data: { items: [], next: null } }); };
  const office = { changed: () => undefined, http: { get: answer }, go: (address, quietly) => gone.push([address, quietly]) };
  const list = new List(office, Object.assign({ id: 'things', at: '#/list', path: '/api/v1/things', usual: { sort: 'id', down: 'true' }, columns: () => [], label: () => '', none: () => '' }, about));
  return { list: list, asked: asked, gone: gone };
}

test('what the address says is asked for, and what is usual where it says nothing', async () => {
  const { list, asked } = desk({ fixed: { status: 'open' } });
  await list.enter({ q: 'a', shop: '', status: 'done' });
  assert.deepEqual(asked, [['/api/v1/things', { cursor: null, limit: 60, sort: 'id', down: 'true', q: 'a', status: 'open' }]]);
  assert.deepEqual(list.sort, { by: 'id', down: true });
  await list.enter({ sort: 'name', down: 'false' });
  assert.deepEqual(list.sort, { by: 'name', down: false });
});

test('narrowing and sorting stand in the address, and sorting twice turns round', () => {
  const { list, gone } = desk({ downFirst: ['size'], filters: () => [{ name: 'shop' }] });
  list.enter({ q: 'x y' });
  list.set('shop', 'A&B');
  assert.deepEqual(gone.pop(), ['#/list?q=x%20y&shop=A%26B', true]);
  list.sortBy('size');
  assert.deepEqual(gone.pop(), ['#/list?q=x%20y&sort=size&down=true', true]);
  list.enter({ sort: 'size', down: 'true' });
  list.sortBy('size');
  assert.deepEqual(gone.pop(), ['#/list?sort=size&down=false', true]);
  list.sortBy('name');
  assert.deepEqual(gone.pop(), ['#/list?sort=name&down=false', true]);
});

test('a filter may be asked in other words than those in the address', () => {
  const { list } = desk({ filters: () => [{ name: 'until', asked: (one) => one + '!' }, { name: 'status', usual: 'open', asked: (one) => (one === 'all' ? '' : one) }] });
  list.wanted = { until: 'today' };
  assert.equal(list.query.until, 'today!');
  assert.ok(list.narrowed);
  list.wanted = { status: 'all' };
  assert.equal(list.query.status, '');
  list.wanted = {};
  assert.ok(!list.narrowed);
});

test('typing waits for a pause, and what is typed stays while answers come', async () => {
  const { list, gone } = desk({});
  list.type('q', 'a');
  list.type('q', 'ab ');
  assert.equal(list.typed.q, 'ab ');
  await new Promise((done) => setTimeout(done, 400));
  assert.deepEqual(gone, [['#/list?q=ab', true]]);
  await list.enter({ q: 'ab' });
  assert.deepEqual(list.typed, {});
});

test('keys: files by e and x, the rest is left to others', () => {
  const { list } = desk({});
  const files = [];
  list.file = (kind) => files.push(kind);
  assert.deepEqual(['e', 'x', 'j', '/'].map((key) => list.key({ key: key, preventDefault: () => undefined })), [true, true, false, false]);
  assert.deepEqual(files, ['csv', 'xlsx']);
});

test('every page of the desk is named once and starts somehow', () => {
  assert.equal(new Set(PAGES.map((page) => page.name)).size, PAGES.length);
  PAGES.forEach((page) => assert.ok((page.page || page.start) && page.posts.length, page.name));
});

test('skills are typed with commas of any script', () => {
  assert.deepEqual(listed(' cold, reach truck，cold、高位叉车 '), ['cold', 'reach truck', '高位叉车']);
});
