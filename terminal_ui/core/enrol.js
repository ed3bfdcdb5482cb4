// What this device's scanner sends, learnt from readings of the test code or of any code: pure functions.
import { AIM, GS, GS_WRITTEN } from './codes.js';

/** The test code is GS1: (10)Yz-1 (21)Test. Its letters tell a wrong keyboard layout and a Caps Lock. */
export const TEST = '10Yz-1' + GS + '21Test';
const READ = /^([^]*?)10(.{4})([^]*?)21(.{4})([^]*)$/;
const BODY = 'Yz-1Test';
const OFTEN = 3; // readings of another code that must agree
const SLOW_MS = 60; // a key

/**
 * One reading: what stood in the field, 'Enter' or 'Tab' or '' as its end, when each key came (ms), and the names of
 * keys that are no text. Returns {scanner} when all is known, {count} when `before` and this are so many equal readings
 * of a code of one's own, or {fault, key?}: no_end, nothing, caps, layout, uneven, key, separator.
 *
 * `scanner`: {end, aim, prefix, suffix, separator, gs, ms}. `gs`: whether the separator of GS1 arrives, null when that is
 * not known. `ms`: between two keys, in the middle.
 * @param {import('../types').Reading} reading
 * @param {import('../types').Reading[]} [before]
 * @returns {{ scanner?: import('../types').Scanner, count?: number, fault?: string, key?: string }}
 */
export function learn(reading, before) {
  if (!reading.text) return { fault: 'nothing' };
  if (!reading.end) return { fault: 'no_end' };
  const found = reading.text.replace(GS_WRITTEN, GS).match(READ);
  const body = found ? found[2] + found[4] : '';
  if (found && body === BODY) return ofTest(reading, found[1], found[3], found[5]);
  if (body.toLowerCase() === BODY.toLowerCase()) return { fault: 'caps' };
  if (/^[yz]{2}.1test$/i.test(body)) return { fault: 'layout' };
  return ofAny(reading, before || []);
}

/** @param {import('../types').Reading} reading @param {string} prefix @param {string} between @param {string} suffix */
function ofTest(reading, prefix, between, suffix) {
  const odd = reading.odd[0];
  if (!between && odd) return { fault: 'key', key: odd };
  if (between.length > 1 || /[A-Za-z0-9\-./+$% ]/.test(between)) return { fault: 'separator', key: between };
  const known = { separator: between === GS ? '' : between, gs: between !== '' };
  return { scanner: Object.assign(facts(reading, prefix), { suffix: suffix }, known) };
}

/** @param {import('../types').Reading} reading @param {import('../types').Reading[]} before */
function ofAny(reading, before) {
  if (before.some((one) => one.text !== reading.text || one.end !== reading.end)) return { fault: 'uneven' };
  if (before.length + 1 < OFTEN) return { count: before.length + 1 };
  return { scanner: Object.assign(facts(reading, (reading.text.match(AIM) || [''])[0]), { suffix: '', separator: '', gs: null }) };
}

/** @param {import('../types').Reading} reading @param {string} prefix */
function facts(reading, prefix) {
  const aim = prefix.match(/\][A-Za-z][0-9A-Fa-f]/); // before or after what else stands there
  return { end: reading.end, aim: Boolean(aim), prefix: aim ? prefix.replace(aim[0], '') : prefix, ms: middle(reading.at) };
}

/** @param {number[]} times */
function middle(times) {
  const gaps = times.slice(1).map((at, n) => at - times[n]).sort((a, b) => a - b);
  return gaps.length ? Math.round(gaps[Math.floor(gaps.length / 2)]) : 0;
}

/** @param {import('../types').Scanner} scanner */
export const isSlow = (scanner) => scanner.ms > SLOW_MS;
