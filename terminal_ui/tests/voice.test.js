// What a voice says: the declared words of a screen, figures and codes that can be heard, and a voice of the language.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setWords } from '../core/texts.js';
import { canSpeak, speak, spellCode, spellQuantity, voiceFor } from '../core/voice.js';
import { need } from '../core/fetched.js';
import { aboutOf } from '../flows/floor.js';
import { FLOWS } from '../flows/declared.js';
import { wordsOf, wordsOfMessage } from '../flows/spoken.js';

globalThis.document = { documentElement: { dataset: {} } };
const said = [];
const synthesis = { voices: [], getVoices: () => synthesis.voices, cancel: () => undefined, speak: (words) => said.push([words.text, words.voice.lang, words.rate]) };
globalThis.window = { speechSynthesis: synthesis, SpeechSynthesisUtterance: class { constructor(text) { this.text = text; } } };

const WORDS = { 'ui.voice.go': 'Go to {bin}', 'ui.voice.take': 'Take {n}', 'ui.voice.put': 'Put {n} into slot {slot}', 'ui.voice.slot': 'Slot {slot}', 'ui.voice.pieces': '{n} pieces', 'ui.spoken.picking.wrong_bin': 'Wrong bin', 'ui.spoken.picking.wall_complete': 'Slot {slot} complete' };
setWords('en', WORDS);

test('quantities are spelled so that fifteen is not fifty, and two is 两', () => {
  assert.deepEqual([0, 7, 10, 15, 50, 125].map((n) => spellQuantity(n, 'en')), ['zero', 'seven', '10, one zero', '15, one five', '50, five zero', '125, one two five']);
  assert.deepEqual([1, 2, 7, 12].map((n) => spellQuantity(n, 'zh_Hans')), ['一', '两', '七', '12，幺二']);
  assert.deepEqual([1, 2, 7, 12].map((n) => spellQuantity(n, 'zh_Hant')), ['一', '兩', '七', '12，一二']);
});

test('codes are spelled letter by letter, with pauses at the dashes', () => {
  assert.equal(spellCode('A-01-03b', 'en'), 'A, zero one, zero three B');
  assert.equal(spellCode('AB-17', 'zh_Hans'), 'A B，幺七');
  assert.equal(spellCode('A-17', 'zh_Hant'), 'A，一七');
  assert.equal(spellCode('东-2', 'zh_Hans'), '东，二');
});

test('a screen says what its flow declares, and again only when something is another', () => {
  const view = (step, facts) => wordsOf({ screen: 'pick_line', step: step, facts: facts });
  const line = { id: 1, bin: { code: 'A-02' }, slot: 3 };
  assert.equal(view('bin', { line: line, left: 2 }).words, 'Go to A, zero two');
  assert.equal(view('item', { line: line, left: 2 }).words, 'Take two');
  assert.equal(view('tote', { line: line, qty: 12 }).words, 'Put 12, one two into slot 3');
  assert.equal(view('item', { line: line, left: 2 }).key, view('item', { line: line, left: 2, more: 1 }).key);
  assert.notEqual(view('item', { line: line, left: 2 }).key, view('item', { line: Object.assign({}, line, { id: 2 }), left: 2 }).key);
  assert.equal(view('unsent', {}).words, '');
  const put = (qty) => wordsOf({ screen: 'wall_put', step: 'slot', facts: { put: { slot: 4, code: 'W-4', qty: qty } } });
  assert.deepEqual([put(1).words, put(2).words, put(1).wall], ['Slot 4', 'Slot 4. two pieces', true]);
  assert.equal(wordsOf({ screen: 'move_hand', step: 'item', facts: null }).words, 'voice.scan_item');
});

test('every word that is declared says something for what its screen shows', () => {
  const steps = Object.values(FLOWS).flatMap((flow) => Object.values(flow.screens)).flatMap((screen) => Object.keys(screen.say || {}));
  assert.ok(steps.length > 30);
});

test('mishaps are said, short where there are words for ears; what went well is not', () => {
  const message = (kind, code, text, params) => wordsOfMessage({ kind: kind, code: code, text: text, params: params });
  assert.equal(message('error', 'picking.wrong_bin', 'This is bin A. Go to B.'), 'Wrong bin');
  assert.equal(message('stop', 'x.y', 'Only 1.5 left. Ask.'), 'Only 1.5 left');
  assert.equal(message('stop', 'x.y', '数量不符。请联系主管。'), '数量不符');
  assert.equal(message('ok', 'x.y', 'Good.'), '');
  assert.equal(message('ok', 'picking.wall_complete', '', { slot: 4 }), 'Slot 4 complete');
});

test('the voice is one of the language; where there is none it stays silent', () => {
  const tags = (...all) => all.map((lang) => ({ lang: lang }));
  assert.equal(voiceFor('en', tags('zh-CN', 'en_US', 'en-GB')).lang, 'en-GB');
  assert.equal(voiceFor('zh_Hans', tags('zh-HK', 'zh-TW', 'cmn-Hans-CN')).lang, 'cmn-Hans-CN');
  assert.equal(voiceFor('zh_Hans', tags('zh-HK', 'zh-TW')).lang, 'zh-TW');
  assert.equal(voiceFor('zh_Hant', tags('zh_CN', 'zh_TW')).lang, 'zh_TW');
  assert.equal(voiceFor('zh_Hant', tags('zh-HK', 'yue-HK', 'en-US')), null);
  synthesis.voices = tags('fr-FR');
  speak('Take two', 'slow');
  assert.deepEqual([said, canSpeak()], [[], false]);
  synthesis.voices = tags('fr-FR', 'en-US');
  speak('Take two', 'slow');
  assert.deepEqual([said, canSpeak()], [[['Take two', 'en-US', 0.8]], true]);
});

test('a screen is spoken once; after a mishap the words come when it is acknowledged', async () => {
  synthesis.voices = [{ lang: 'en-US' }];
  const eye = (await need('spoken'))();
  const shell = { session: { settings: { voice: true, pace: 'normal' } }, banner: null };
  const view = { screen: 'pick_line', step: 'item', facts: { line: { id: 1 }, left: 3 } };
  const heard = (act) => { said.length = 0; act(); return said.map(([text]) => text); };
  assert.deepEqual(heard(() => { eye.drawn(shell, view); eye.drawn(shell, view); }), ['Take three']);
  shell.banner = { kind: 'error', code: 'picking.wrong_bin', text: 'No.' };
  assert.deepEqual(heard(() => { eye.drawn(shell, view); eye.drawn(shell, view); }), ['Wrong bin']);
  const next = { screen: 'pick_line', step: 'item', facts: { line: { id: 2 }, left: 3 } };
  assert.deepEqual(heard(() => eye.drawn(shell, next)), []);
  shell.banner = null;
  assert.deepEqual(heard(() => { eye.drawn(shell, next); eye.drawn(shell, next); }), ['Take three']);
  shell.session.settings.voice = undefined;
  const wall = { screen: 'wall_put', step: 'slot', facts: { put: { slot: 4, code: 'W', qty: 1 } } };
  assert.deepEqual(heard(() => { eye.drawn(shell, view); eye.drawn(shell, wall); }), ['Slot 4']);
  shell.session.settings.voice = false;
  assert.deepEqual(heard(() => eye.drawn(shell, Object.assign({}, wall, { facts: { put: { slot: 5, code: 'V', qty: 1 } } }))), []);
});

test('a supervisor reads what a screen is about', () => {
  assert.equal(aboutOf({ cart: { code: 'CART-1' }, line: { bin: { code: 'A-02' } } }), 'CART-1 · A-02');
  assert.equal(aboutOf({ receipt: { number: 'R1' }, item: { sku: { code: 'S1' } } }), 'R1 · S1');
  assert.equal(aboutOf({ cart: null, line: null, task: { bin: { code: 'B' } } }), 'B');
  assert.equal(aboutOf(undefined), '');
});
