// The flows that pages draw are the flows that the rooms declare (flows.toml, as declared.js).
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { need } from '../core/fetched.js';
import { setWords } from '../core/texts.js';
import { FLOWS } from '../flows/declared.js';
import { Guided } from '../flows/guided.js';
import { Home, TILES } from '../flows/home.js';
import { SCREENS as PICK } from '../flows/pick_views.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../flows');
const NO_FLOWS = ['camera', 'floor', 'settings', 'spoken']; // beside every flow
const sources = new Map(readdirSync(folder).filter((name) => name !== 'declared.js').map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const offered = [...sources].filter(([, source]) => /^offer\(/m.test(source)).map(([name]) => name.replace('.js', '')).filter((name) => !NO_FLOWS.includes(name));
const shell = { said: [], hand: { keep() {}, recall: () => null }, changed() {}, tell(code) { this.said.push(code); } };

await Promise.all(offered.map((name) => import(`../flows/${name}.js`)));
const made = await Promise.all(offered.map(async (name) => (await need(name))(shell)));
const guided = made.filter((flow) => flow instanceof Guided);

for (const flow of guided) {
  test(`${flow.story.name} draws the screens that are declared, all and no others`, () => {
    assert.deepEqual(Object.keys(flow.story.screens).sort(), Object.keys(FLOWS[flow.story.name].screens).sort());
  });
}

test('picking draws its declared screens', () => {
  assert.deepEqual(Object.keys(PICK).sort(), Object.keys(FLOWS.pick.screens).sort());
});

test('station, home, sign-in and scanner name no other screen than their declared ones', () => {
  for (const [script, name] of [['home.js', 'home'], ['login.js', 'login'], ['scanner.js', 'scanner']]) {
    const named = [...sources.get(script).matchAll(/\bscreen: '(\w+)'/g)].map((found) => found[1]);
    assert.deepEqual([...new Set(named)], Object.keys(FLOWS[name].screens), script);
  }
  const station = sources.get('station_views.js');
  const bulk = [...sources.get('bulk_views.js').match(/^offer\((.*)\);/m)[1].matchAll(/(\w+): \w+Work/g)].map((found) => 'pack_' + found[1]);
  const named = [...station.matchAll(/'(pack_[a-z]+)'/g)].map((found) => found[1]);
  assert.deepEqual([...new Set(named.concat(bulk))].sort(), Object.keys(FLOWS.pack.screens).sort());
});

test('every flow that is declared is a script that somebody can reach', () => {
  const drawn = guided.map((flow) => flow.story.name).concat('pick', 'home', 'login', 'pack', 'scanner');
  assert.deepEqual(drawn.sort(), Object.keys(FLOWS).sort());
});

test('a tile is shown to the posts that may use its flow', () => {
  const shown = (post) => {
    const home = new Home({ session: { current: { heard: true, warehouse: { name: '' } }, may: (posts) => posts.includes(post) } });
    return JSON.stringify(home.view().body);
  };
  setWords('en', Object.fromEntries(TILES.flatMap(([flow]) => [[`ui.tile.${flow}.label`, `=${flow}=`], [`ui.tile.${flow}.hint`, '-']])));
  for (const [flow] of TILES) {
    const posts = ['picker', 'packer', 'receiver', 'supervisor', 'clerk'].filter((post) => shown(post).includes(`=${flow}=`));
    assert.deepEqual(posts.sort(), FLOWS[flow].posts, flow);
  }
});

test('a screen shows its declared prompt, and where nothing is expected a scan is refused', () => {
  setWords('en', { 'ui.count.kept_prompt': 'No connection' });
  const count = guided.find((flow) => flow.story.name === 'count');
  count._show('count_kept', {});
  assert.equal(count.view().prompt, 'No connection');
  count.scan('A-01');
  assert.deepEqual(shell.said, ['guided.no_scan']);
});
