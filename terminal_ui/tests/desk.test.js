// The pure parts of the supervisor's desk: the floor's geometry, and how times and names are written.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { parse } from 'acorn';
import { setWords } from '../core/texts.js';
import { clock, initials, say, since, span } from '../desk/format.js';
import { waysOf } from '../desk/floor_ways.js';
import { bayLength, cutWalk, faceBox, heat, projection, wayBetween, zoneRuns } from '../desk/geometry.js';

const FLOOR = { aisles: 3, aisle_spacing_mm: 3000, aisle_length_mm: 20000, depot_aisle: 0, depot_side: 'front' };
const project = projection(FLOOR);

test('the front of the floor is at the bottom, the shelves stand beside their aisle', () => {
  assert.ok(project.y(0) > project.y(20000));
  const left = faceBox(project, 10, 1, 'L', 5000);
  const right = faceBox(project, 10, 1, 'R', 5000);
  assert.ok(left.x + left.width < project.aisleX(1));
  assert.ok(right.x > project.aisleX(1));
  assert.ok(left.x > faceBox(project, 10, 0, 'R', 5000).x + left.width, 'backs of two aisles do not overlap');
  assert.equal(left.y + left.height / 2, project.y(5000));
});

test('a bay is as long as the nearest neighbours are apart, and never longer than a quarter aisle', () => {
  assert.equal(bayLength([[0, 'L', 1000, 0, 1], [0, 'L', 2200, 0, 1], [0, 'R', 1100, 0, 1]], 200), 12);
  assert.equal(bayLength([[0, 'L', 1000, 0, 1]], 200), 25);
  assert.equal(bayLength([], 200), 25);
});

test('neighbouring aisles of one zone are one run; aisles without bins belong to none', () => {
  const faces = [[0, 'L', 1, 0, 2], [1, 'L', 1, 0, 2], [1, 'R', 1, 1, 1], [2, 'L', 1, 1, 1], [4, 'L', 1, 1, 1], [5, 'L', 1, null, 1]];
  assert.deepEqual(zoneRuns(faces, 6), [{ zone: 0, from: 0, to: 1 }, { zone: 1, from: 2, to: 2 }, { zone: 1, from: 4, to: 4 }]);
});

test('heat has five levels, the busiest face the hottest', () => {
  assert.deepEqual([1, 2, 5].map((lines) => heat(lines, 3)), [1, 2, 5]);
  assert.deepEqual([1, 10, 50].map((lines) => heat(lines, 50)), [1, 1, 5]);
});

const PATH = [[0, 0], [0, 20000], [3000, 20000], [3000, 0], [0, 0]];

test('a walk is cut where its walker stands', () => {
  const cut = cutWalk(PATH, [3000, 15000], 0.5);
  assert.deepEqual(cut.done, [[0, 0], [0, 20000], [3000, 20000], [3000, 15000]]);
  assert.deepEqual(cut.ahead, [[3000, 15000], [3000, 0], [0, 0]]);
});

test('of two passes of one place the one that fits the progress counts', () => {
  const path = [[0, 0], [0, 9000], [0, 0]];
  assert.deepEqual(cutWalk(path, [0, 4000], 0.2).ahead, [[0, 4000], [0, 9000], [0, 0]]);
  assert.deepEqual(cutWalk(path, [0, 4000], 0.8).ahead, [[0, 4000], [0, 0]]);
});

test('before the first scan all of a walk lies ahead', () => {
  assert.deepEqual(cutWalk(PATH, null, 0), { done: [], ahead: PATH });
});

test('people move along aisles and the nearer cross aisle', () => {
  const way = wayBetween(project, [15, project.front - 10], [45, project.front - 20]);
  assert.deepEqual(way[1], [15, project.front]);
  assert.equal(wayBetween(project, [15, 100], [15, 50]).length, 2);
  const crossed = projection(Object.assign({}, FLOOR, { cross_aisles_mm: [8000] }));
  assert.deepEqual(wayBetween(crossed, [15, crossed.front - 70], [45, crossed.front - 75])[1], [15, crossed.front - 80]);
});

test('cross aisles, one-way arrows and obstacles are drawn where they are', () => {
  const floor = Object.assign({}, FLOOR, { cross_aisles_mm: [8000], one_way: [{ aisle: 1, towards: 'front' }], obstacles: [{ aisle: 2, from_mm: 1000, to_mm: 3000 }] });
  const ways = waysOf(projection(floor), floor);
  assert.deepEqual(ways.crosses, [project.front - 80]);
  assert.ok(ways.arrows.length >= 2 && ways.arrows.every((one) => one.x === 45 && !one.up && one.y > project.back && one.y < project.front));
  assert.deepEqual([ways.obstacles[0].y, ways.obstacles[0].height], [project.front - 30, 20]);
  assert.ok(ways.obstacles[0].x < 75 && ways.obstacles[0].x + ways.obstacles[0].width > 75);
  assert.deepEqual(waysOf(project, FLOOR), { crosses: [], arrows: [], obstacles: [] });
});

test('times, spans and names', () => {
  setWords('en', { 'ui.board.time.moment': 'now', 'ui.board.time.minutes': '{n} min', 'ui.board.time.hours': '{h} h {m}', 'ui.board.time.days': '{n} d', 'ui.x.known': 'Known {n}' });
  const now = new Date(2026, 10, 23, 12, 0).getTime();
  assert.equal(clock(new Date(2026, 10, 23, 9, 5).toISOString(), now), '09:05');
  assert.equal(clock(new Date(2026, 10, 24, 9, 5).toISOString(), now), '+1 09:05');
  assert.equal(clock(null, now), '–');
  assert.deepEqual([20e3, 5 * 60e3, 125 * 60e3, 72 * 3600e3].map(span), ['now', '5 min', '2 h 05', '3 d']);
  assert.equal(since(new Date(now + 60e3).toISOString(), now), 'now', 'clocks that disagree do not count backwards');
  assert.deepEqual(['Anna Berg', 'Li Wei Chen', 'Bo', 'X', '王小芳', '李娜'].map(initials), ['AB', 'LC', 'BO', 'X', '小芳', '李娜']);
  assert.equal(say('x', 'known', { n: 2 }), 'Known 2');
  assert.equal(say('x', 'never_heard'), 'never heard');
});

const folder = new URL('../messages/', import.meta.url);
const texts = readdirSync(folder).map((name) => '\n' + readFileSync(new URL(name, folder), 'utf8')).join('');

for (const name of readdirSync(new URL('../desk', import.meta.url)).filter((each) => each.endsWith('.js'))) {
  const source = readFileSync(new URL(`../desk/${name}`, import.meta.url), 'utf8');
  test(`desk/${name} is ES2017 and says only texts that exist`, () => {
    parse(source, { ecmaVersion: name === 'pages.js' ? 2020 : 2017, sourceType: 'module' }); // which fetches pages by import()
    for (const [, table, key] of source.matchAll(/\bt\('((?:board\.)?[a-z_]+)\.([a-z_]+)'[,)]/g)) {
      const section = texts.split(`\n[${table}]\n`)[1];
      assert.ok(section && new RegExp(`^${key} = `, 'm').test(section.split('\n[')[0]), `${table}.${key}`);
    }
  });
}
