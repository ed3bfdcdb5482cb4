// What a scanner types, as pure functions: cleaning a code, and telling its end from its middle.
export const GS = '\x1d';
export const GS_WRITTEN = /<GS>|\{GS\}|\\x1d|\u241d/gi;
const CONTROLS = /[\u0000-\u001c\u001e\u001f\u007f\u200b-\u200f\u2060\ufeff]/g;

/** How a scanner names the kind of barcode before its content, where it is set to: `]C1`, `]d2`. */
export const AIM = /^\][A-Za-z][0-9A-Fa-f]/;

/**
 * A scan as the server expects it: NFKC (full-width digits of Chinese input methods become plain),
 * every form of the GS1 separator as U+001D, no other control characters, no outer blanks.
 * `scanner` is what this device was found to send besides (core/enrol.js), if anything.
 * @param {string} raw @param {import('../types').Scanner | null} [scanner]
 */
export function normalise(raw, scanner) {
  let text = scanner ? bare(String(raw), scanner) : String(raw);
  text = text.normalize('NFKC').replace(GS_WRITTEN, GS).replace(CONTROLS, '').trim();
  return text.replace(/^\x1d+|\x1d+$/g, '');
}

/**
 * Without what the scanner puts before and after, and with GS for what it sends in its place.
 * @param {string} raw @param {import('../types').Scanner} scanner
 */
function bare(raw, scanner) {
  /** @param {string} text */
  const named = (text) => (scanner.aim ? text.replace(AIM, '') : text);
  let text = named(raw);
  if (scanner.prefix && text.startsWith(scanner.prefix)) text = named(text.slice(scanner.prefix.length));
  if (scanner.suffix && text.endsWith(scanner.suffix)) text = text.slice(0, -scanner.suffix.length);
  return scanner.separator ? text.split(scanner.separator).join(GS) : text;
}

/**
 * Whether two codes name the same thing: labels are upper case, hands type lower case.
 * @param {string} a @param {string} b
 */
export function sameCode(a, b) {
  return normalise(a).toUpperCase() === normalise(b).toUpperCase();
}

const GS_BY_ALT = ['029', '0029', '29'];

/**
 * One key event. `state.alt` collects keys that come with Alt held (some scanners send GS as Alt+029,
 * others hold Alt on every printable key). `filled`: whether the field has text.
 * Returns {alt, insert, end, prevent}: text to put in, whether the scan ends, whether to stop the key.
 * @param {{ alt?: string }} state
 * @param {{ type: string, key: string, alt?: boolean, ctrl?: boolean }} key
 * @param {boolean} filled
 * @returns {import('../types').Step}
 */
export function keyStep(state, key, filled) {
  const alt = state.alt || '';
  const still = { alt: alt, insert: '', end: false, prevent: false };
  if (key.type === 'up') return key.key === 'Alt' && alt ? flushed(alt, still) : still;
  if (key.ctrl && key.key === ']') return Object.assign(still, { insert: GS, prevent: true });
  if (key.alt && !key.ctrl && key.key.length === 1) return Object.assign(still, { alt: alt + key.key, prevent: true });
  if (key.key === 'Enter') return Object.assign(flushed(alt, still), { end: true, prevent: true });
  // Tab ends a scan; on an empty field it moves the focus as everywhere.
  if (key.key === 'Tab' && (filled || alt)) return Object.assign(flushed(alt, still), { end: true, prevent: true });
  return alt && key.key.length === 1 ? flushed(alt, still) : still;
}

/** @param {string} alt @param {import('../types').Step} step */
function flushed(alt, step) {
  return Object.assign(step, { alt: '', insert: GS_BY_ALT.indexOf(alt) >= 0 ? GS : alt });
}

/**
 * The guard against a trigger that bounces: the same code again within `windowMs`, typed by a machine,
 * is one scan. Hands cannot trigger twice that fast, so counting by scanning still works.
 */
export class DoubleScanGuard {
  /** @param {number} [windowMs] */
  constructor(windowMs) {
    this._window = windowMs === undefined ? 150 : windowMs;
    /** @type {{ code: string, at: number } | null} */
    this._last = null;
  }

  /**
   * Whether this scan, ended at `at` (ms), is to be passed on.
   * @param {string} code @param {number} at
   */
  passes(code, at) {
    const bounced = this._last !== null && this._last.code === code && at - this._last.at < this._window;
    this._last = { code: code, at: at };
    return !bounced;
  }
}
