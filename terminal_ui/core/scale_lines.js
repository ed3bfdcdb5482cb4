// What scales send over a serial line, as pure functions: bytes to lines, lines to weights, weights that have settled.
//
// Understood: Mettler SICS (`S S  1.234 kg`), A&D, CAS and their like (`ST,GS,+  1.234kg`), Sartorius and plain lines
// (`+ 1.234 kg`), and Toledo's continuous frames (STX, three status bytes, six digits). Kilograms, grams, pounds, ounces.
const LONGEST_LINE = 64;
const STX = 2;
const HEAVIEST_G = 100000; // as the server has it
/** @type {Record<string, number>} */
const GRAMS = { g: 1, kg: 1000, lb: 453.59237, lbs: 453.59237, oz: 28.349523125 };
const NUMBER = '([+-]?)\\s*(\\d{1,9}(?:[.,]\\d{1,6})?|[.,]\\d{1,6})';
const SICS = new RegExp('^S ([SD])\\s+' + NUMBER + '\\s*([A-Za-z%]+)$');
/** @type {Record<string, string>} */
const SICS_NO = { '+': 'overload', '-': 'underload', I: 'busy' };
const HEADED = new RegExp('^(ST|US|OL|UL|QT)\\s*,(?:\\s*(?:GS|NT)\\s*,)?\\s*' + NUMBER + '?\\s*([A-Za-z%]*)$');
const PLAIN = new RegExp('^(?:[GN]\\s+)?' + NUMBER + '\\s*([A-Za-z%]*)(?:\\s+[GN])?$');
const POUNDS = /^(?:[GN]\s+)?([+-]?)\s*(\d{1,6})\s*lbs?\s+(\d{1,2}(?:\.\d{1,4})?)\s*oz$/;

/** Bytes as they come, cut into lines. A line that is too long to be one is thrown away with its end. */
export class Lines {
  constructor() {
    this._text = '';
    this._lost = false;
  }

  /**
   * The lines that these bytes complete.
   * @param {Uint8Array} bytes
   */
  push(bytes) {
    /** @type {string[]} */
    const found = [];
    bytes.forEach((byte) => {
      const seven = byte & 127; // the eighth bit may be a parity
      if (seven === STX) this._begin();
      if (seven === 13 || seven === 10) this._end(found);
      else if (seven !== 0) this._take(seven);
    });
    return found;
  }

  /** @param {number} code */
  _take(code) {
    if (this._text.length >= LONGEST_LINE) this._lost = true;
    else this._text += String.fromCharCode(code);
  }

  _begin() {
    this._text = '';
    this._lost = false;
  }

  /** @param {string[]} found */
  _end(found) {
    if (this._text.trim() && !this._lost) found.push(this._text);
    this._begin();
  }
}

/**
 * What a line says: {grams, stable} (`stable` null where the scale does not tell), or {fault}: overload, underload,
 * negative, unit (pieces, per cent, or none at all), busy. Null for a line that is no weight.
 * @typedef {{ grams?: number, stable?: boolean | null, fault?: string }} Reading
 * @param {string} line @returns {Reading | null}
 */
export function parse(line) {
  if (line.charCodeAt(0) === STX) return toledo(line);
  const text = line.replace(/[^\x20-\x7e]/g, '').trim();
  const refused = /^S\s*([+\-I])$/.exec(text);
  if (refused) return { fault: SICS_NO[refused[1]] };
  const sics = SICS.exec(text);
  if (sics) return weight(sics[2], sics[3], sics[4], sics[1] === 'S');
  const headed = HEADED.exec(text);
  if (headed) return ofHeaded(headed);
  const pounds = POUNDS.exec(text);
  if (pounds) return inGrams(pounds[1], Number(pounds[2]) * GRAMS.lb + Number(pounds[3]) * GRAMS.oz, null);
  const plain = PLAIN.exec(text);
  return plain ? weight(plain[1], plain[2], plain[3], null) : null;
}

/** @param {RegExpExecArray} found @returns {Reading | null} */
function ofHeaded(found) {
  if (found[1] === 'OL') return { fault: found[2] === '-' ? 'underload' : 'overload' };
  if (found[1] === 'UL') return { fault: 'underload' };
  if (found[1] === 'QT') return { fault: 'unit' };
  return found[3] ? weight(found[2], found[3], found[4], found[1] === 'ST') : null;
}

/** @param {string} sign @param {string} digits @param {string} unit @param {boolean | null} stable @returns {Reading} */
function weight(sign, digits, unit, stable) {
  const factor = Object.prototype.hasOwnProperty.call(GRAMS, unit.toLowerCase()) ? GRAMS[unit.toLowerCase()] : 0;
  return factor ? inGrams(sign, Number(digits.replace(',', '.')) * factor, stable) : { fault: 'unit' };
}

/** @param {string} sign @param {number} grams @param {boolean | null} stable @returns {Reading} */
function inGrams(sign, grams, stable) {
  const whole = Math.round(grams);
  if (sign === '-' && whole > 0) return { fault: 'negative' };
  return whole > HEAVIEST_G ? { fault: 'overload' } : { grams: whole, stable: stable };
}

/**
 * STX, status A (where the point is), B (sign, overload, motion, kg or lb), C (other units), six digits, six of the tare.
 * @param {string} frame @returns {Reading | null}
 */
function toledo(frame) {
  if (!/^[^]{4}[ \d]{6}/.test(frame)) return null;
  const [a, b, c] = [1, 2, 3].map((at) => frame.charCodeAt(at));
  if (b & 4) return { fault: 'overload' };
  const unit = [b & 16 ? 'kg' : 'lb', 'g', '', 'oz'][c & 7] || '';
  const digits = Number(frame.slice(4, 10)) * Math.pow(10, 2 - (a & 7));
  return unit ? inGrams(b & 2 ? '-' : '', digits * GRAMS[unit], !(b & 8)) : { fault: 'unit' };
}

/** When a weight stands still: the scale says so, or does not tell and shows the same for a while. */
export class Settled {
  /** @param {number} [ms] */
  constructor(ms) {
    this._ms = ms === undefined ? 600 : ms;
    /** @type {number | null} */
    this._grams = null;
    this._since = 0;
  }

  /**
   * The weight that has settled with this reading at this time (ms), or null. Nothing on the scale is no weight.
   * @param {Reading | null} reading @param {number} at
   */
  take(reading, at) {
    const grams = (reading && !reading.fault && reading.stable !== false && reading.grams) || null;
    if (!grams || grams !== this._grams) {
      this._grams = grams;
      this._since = at;
    }
    if (!this._grams || !reading) return null;
    return reading.stable || at - this._since >= this._ms ? this._grams : null;
  }
}
