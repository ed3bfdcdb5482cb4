// Scales: what they send, and what only looks like it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Lines, Settled, parse } from '../core/scale_lines.js';

const weighs = (line, grams, stable) => assert.deepEqual(parse(line), { grams: grams, stable: stable }, line);
const fault = (line, what) => assert.deepEqual(parse(line), { fault: what }, line);
const bytes = (text) => Uint8Array.from(text, (one) => one.charCodeAt(0));

test('SICS tells stable, moving, and why there is no weight', () => {
  weighs('S S      1.234 kg', 1234, true);
  weighs('S D    100.00 g', 100, false);
  fault('S +', 'overload');
  fault('S -', 'underload');
  fault('S I', 'busy');
  fault('S S  -5.0 g', 'negative');
  assert.equal(parse('ES'), null);
});

test('lines with a head: A&D, CAS and their like', () => {
  weighs('ST,GS,+  1.234kg', 1234, true);
  weighs('US,NT,+   0.2 kg', 200, false);
  weighs('ST,+001234.5  g', 1235, true);
  weighs('ST,GS,   18.000kg', 18000, true);
  fault('US,NT,-   0.200kg', 'negative');
  fault('OL,+999999.9  g', 'overload');
  fault('OL,-999999.9  g', 'underload');
  fault('QT,+00012345 PC', 'unit');
  fault('ST,+000123.4  %', 'unit');
});

test('a tare is not what lies on the scale', () => {
  for (const line of ['ST,TR,+  0.250kg', 'T      0.250 kg', 'T  2 lb 3.5 oz', '0.250 kg T']) assert.equal(parse(line), null, line);
});

test('plain lines leave it open whether they stand still', () => {
  weighs('+  1.234 kg', 1234, null);
  weighs('N      12.5 g', 13, null);
  weighs('1,234 kg', 1234, null);
  weighs('  0.00 g', 0, null);
  weighs('-0.0 g', 0, null);
  fault('-1.2 kg', 'negative');
  fault('+ 150.11', 'unit'); // Sartorius leaves the unit out until it stands still
  fault('12 pcs', 'unit');
  fault('3.2 ozt', 'unit');
});

test('pounds and ounces', () => {
  weighs('ST,GS,+  2.5 lb', 1134, true);
  weighs('S S 10.00 oz', 283, true);
  weighs('2 lb 3.5 oz', 1006, null);
});

test('Toledo sends three status bytes and digits without a point', () => {
  const frame = (a, b, c, digits) => '\x02' + String.fromCharCode(a, b, c) + digits + '000000';
  weighs(frame(0x2d, 0x30, 0x20, '001234'), 1234, true); // kg, three places
  weighs(frame(0x2d, 0x38, 0x20, '001234'), 1234, false); // in motion
  weighs(frame(0x2c, 0x20, 0x20, '000250'), 1134, true); // lb, two places
  weighs(frame(0x2a, 0x30, 0x21, '  1500'), 1500, true); // g
  fault(frame(0x2d, 0x32, 0x20, '001234'), 'negative');
  fault(frame(0x2d, 0x34, 0x20, '001234'), 'overload');
  assert.equal(parse('\x02-0'), null);
});

test('more than any parcel weighs is no weight', () => {
  fault('100.001 kg', 'overload');
  fault('999999999 kg', 'overload');
  weighs('100 kg', 100000, null);
});

test('bytes come in any pieces, with parity and noise', () => {
  const lines = new Lines();
  assert.deepEqual(lines.push(bytes('ST,GS,+  1.2')), []);
  assert.deepEqual(lines.push(bytes('34kg\r\nUS,GS')), ['ST,GS,+  1.234kg']);
  assert.deepEqual(lines.push(bytes(',+ 2 kg\r')), ['US,GS,+ 2 kg']);
  assert.deepEqual(lines.push(bytes('\n\r\n \r\n\0\0')), []);
  assert.deepEqual(lines.push(Uint8Array.from('12 g\r', (one) => one.charCodeAt(0) | 128)), ['12 g']);
  assert.deepEqual(lines.push(bytes('checksum\x02--- 001234000000\r')), ['\x02--- 001234000000']);
});

test('hostile bytes neither grow nor pass for a weight', () => {
  const lines = new Lines();
  for (let n = 0; n < 2000; n += 1) lines.push(bytes('1'.repeat(100)));
  assert.ok(JSON.stringify(lines).length < 200);
  assert.deepEqual(lines.push(bytes(' kg\r')), []);
  assert.deepEqual(lines.push(bytes('5 g\r')), ['5 g']);
  for (const line of ['', ' ', 'kg', '1', 'S S', 'S S kg', 'ST,', 'ST,GS,', '1e9 kg', '0x10 g', '1.2.3 kg', '--1 kg', '１２ kg', 'constructor', '1 constructor', '1 __proto__', 'NaN kg', 'Infinity g', '<script>', '\x1b[2J5 kg\x1b', '\x02', '9'.repeat(64)]) {
    const found = parse(line);
    assert.ok(found === null || found.fault || (Number.isInteger(found.grams) && found.grams >= 0 && found.grams <= 100000), line);
    assert.ok(found === null || found.fault || /5 kg/.test(line), line);
  }
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648);
  const noise = Uint8Array.from({ length: 20000 }, () => random() % 256);
  lines.push(noise).map(parse).forEach((found) => assert.ok(found === null || found.fault || (found.grams >= 0 && found.grams <= 100000)));
});

test('a weight has settled when the scale says so, or shows the same for a while', () => {
  const settled = new Settled(600);
  assert.equal(settled.take({ grams: 500, stable: false }, 0), null);
  assert.equal(settled.take({ grams: 512, stable: true }, 100), 512);
  assert.equal(settled.take({ grams: 700, stable: null }, 200), null);
  assert.equal(settled.take({ grams: 700, stable: null }, 700), null);
  assert.equal(settled.take({ grams: 700, stable: null }, 800), 700);
  assert.equal(settled.take({ fault: 'overload' }, 900), null);
  assert.equal(settled.take({ grams: 700, stable: null }, 1000), null);
  assert.equal(settled.take({ grams: 0, stable: true }, 1100), null);
  assert.equal(settled.take(null, 1200), null);
});
