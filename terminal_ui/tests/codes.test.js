import assert from 'node:assert/strict';
import test from 'node:test';
import { DoubleScanGuard, GS, keyStep, normalise, sameCode } from '../core/codes.js';

/** Feed keys as the scan field does; returns {text, ended}. A key is 'x', or {key, alt, ctrl, up}. */
function typed(keys) {
  let text = '';
  let alt = '';
  for (const one of keys) {
    const key = typeof one === 'string' ? { key: one } : one;
    const step = keyStep({ alt }, { type: key.up ? 'up' : 'down', key: key.key, alt: !!key.alt, ctrl: !!key.ctrl }, text !== '');
    alt = step.alt;
    text += step.insert;
    if (step.end) return { text, ended: true };
    if (!step.prevent && !key.up && key.key.length === 1) text += key.key;
  }
  return { text, ended: false };
}

test('full-width digits of a Chinese input method become plain', () => {
  assert.equal(normalise('６９０１２３４５６７８９２'), '6901234567892');
  assert.equal(normalise('Ａ－０１'), 'A-01');
});

test('every written form of the separator becomes GS, at the edges it goes', () => {
  for (const form of ['<GS>', '<gs>', '{GS}', '\u241d', '\\x1d', GS]) assert.equal(normalise(`0112${form}10LOT`), `0112${GS}10LOT`);
  assert.equal(normalise(`${GS}0112${GS}`), '0112');
});

test('what this scanner was found to send besides the code goes, and its separator becomes GS', () => {
  assert.equal(normalise('0112|10LOT', { separator: '|' }), `0112${GS}10LOT`);
  assert.equal(normalise(']d2$0112|10LOT#', { aim: true, prefix: '', suffix: '#', separator: '|' }), `$0112${GS}10LOT`);
  assert.equal(normalise('$]C1T-1', { prefix: '$', aim: true }), 'T-1');
  assert.equal(normalise(']C1T-1', { prefix: '' }), ']C1T-1');
});

test('blanks, controls and invisible marks around a code go', () => {
  assert.equal(normalise(' \ufeffT-1\u200b\u0000\r'), 'T-1');
  assert.equal(normalise('\u0003'), '');
});

test('labels and hands agree on case and width', () => {
  assert.ok(sameCode('a-01', 'Ａ-01'));
  assert.ok(!sameCode('A-01', 'A-010'));
});

test('Enter and Tab end a scan; Tab on an empty field does not', () => {
  assert.deepEqual(typed(['A', '1', { key: 'Enter' }]), { text: 'A1', ended: true });
  assert.deepEqual(typed(['A', '1', { key: 'Tab' }]), { text: 'A1', ended: true });
  assert.deepEqual(typed([{ key: 'Tab' }]), { text: '', ended: false });
});

test('GS arrives as Ctrl+] and as Alt+029', () => {
  assert.equal(typed(['1', { key: ']', ctrl: true }, '2']).text, `1${GS}2`);
  const alt = [..."029"].map((key) => ({ key, alt: true }));
  assert.equal(typed(['1', ...alt, { key: 'Alt', up: true }, '2']).text, `1${GS}2`);
});

test('scanners that hold Alt on every key lose nothing', () => {
  const keys = [...'T-42'].map((key) => ({ key, alt: true }));
  assert.deepEqual(typed([...keys, { key: 'Enter' }]), { text: 'T-42', ended: true });
  assert.equal(typed([...keys, 'X']).text, 'T-42X');
});

test('a bounce is one scan, two quick different codes are two, and counting works', () => {
  const guard = new DoubleScanGuard();
  assert.ok(guard.passes('A', 1000));
  assert.ok(!guard.passes('A', 1100));
  assert.ok(guard.passes('B', 1110));
  assert.ok(guard.passes('A', 1120));
  assert.ok(guard.passes('A', 1400));
});
