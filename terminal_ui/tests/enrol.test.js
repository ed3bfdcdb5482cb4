import assert from 'node:assert/strict';
import test from 'node:test';
import { GS, normalise } from '../core/codes.js';
import { TEST, isSlow, learn } from '../core/enrol.js';

const reading = (text, more) => Object.assign({ text, end: 'Enter', at: Array.from(text, (_, n) => n * 12), odd: [] }, more);
const learnt = (text, more) => learn(reading(text, more)).scanner;

test('a scanner that sends everything right', () => {
  assert.deepEqual(learnt(TEST), { end: 'Enter', aim: false, prefix: '', suffix: '', separator: '', gs: true, ms: 12 });
});

test('Tab as the end, what stands before and after, and how fast it types', () => {
  const scanner = learnt('$' + TEST + '#', { end: 'Tab', at: [0, 80, 160, 400] });
  assert.deepEqual([scanner.end, scanner.prefix, scanner.suffix, scanner.ms], ['Tab', '$', '#', 80]);
  assert.ok(isSlow(scanner));
  assert.ok(!isSlow(learnt(TEST)));
});

test('the kind of barcode is known by its form, for it differs from code to code', () => {
  for (const [before, prefix] of [[']d2', ''], [']d2$', '$'], ['$]d2', '$']]) {
    const scanner = learnt(before + TEST);
    assert.deepEqual([scanner.aim, scanner.prefix], [true, prefix]);
    assert.equal(normalise(before.replace('d2', 'E0') + '6901', scanner), '6901');
  }
});

test('what arrives in place of GS becomes GS from now on', () => {
  for (const mark of ['|', '~', '^', '#']) {
    const scanner = learnt(TEST.replace(GS, mark));
    assert.deepEqual([scanner.separator, scanner.gs], [mark, true]);
    assert.equal(normalise('10LOT' + mark + '21X', scanner), `10LOT${GS}21X`);
  }
});

test('a separator that is lost, that is a key, or that codes contain is told', () => {
  assert.deepEqual([learnt(TEST.replace(GS, '<GS>')).gs, learnt(TEST.replace(GS, '<GS>')).separator], [true, '']);
  assert.equal(learnt(TEST.replace(GS, '')).gs, false);
  assert.deepEqual(learn(reading(TEST.replace(GS, ''), { odd: ['F8'] })), { fault: 'key', key: 'F8' });
  for (const mark of ['A', '0', '-', '/', ' ', '||']) assert.equal(learn(reading(TEST.replace(GS, mark))).fault, 'separator');
});

test('no end, nothing, swapped capitals and another keyboard layout are told', () => {
  assert.equal(learn(reading(TEST, { end: '' })).fault, 'no_end');
  assert.equal(learn(reading('')).fault, 'nothing');
  assert.equal(learn(reading('10yZ-1' + GS + '21tEST')).fault, 'caps');
  assert.equal(learn(reading('10Zyß1' + GS + '21Test')).fault, 'layout');
});

test('any code three times tells all but the separator; readings that differ tell nothing', () => {
  const one = reading(']E06901234567892');
  assert.deepEqual(learn(one, []), { count: 1 });
  assert.deepEqual(learn(one, [one]), { count: 2 });
  assert.deepEqual(learn(one, [one, one]).scanner, { end: 'Enter', aim: true, prefix: '', suffix: '', separator: '', gs: null, ms: 12 });
  assert.equal(learn(one, [reading(']E0690123456792')]).fault, 'uneven');
});
