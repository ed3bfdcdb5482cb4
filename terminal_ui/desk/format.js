// How the desk writes times, spans, counts and names.
import { locale, t } from '../core/texts.js';

const MINUTE = 60000;
const tag = () => locale().replace('_', '-');

/** '14:05'; on another day '+1 09:30' (days from `now`, ms). */
export function clock(iso, now) {
  if (!iso) return '–';
  const at = new Date(iso);
  const pad = (n) => String(n).padStart(2, '0');
  const time = pad(at.getHours()) + ':' + pad(at.getMinutes());
  const days = Math.round((midnight(at) - midnight(new Date(now))) / (24 * 60 * MINUTE));
  return days ? (days > 0 ? '+' : '−') + Math.abs(days) + ' ' + time : time;
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** A length of time in words: '< 1 min', '45 min', '2 h 05', '3 d'. */
export function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / MINUTE);
  if (minutes < 1) return t('board.time.moment');
  if (minutes < 60) return t('board.time.minutes', { n: minutes });
  if (minutes < 48 * 60) return t('board.time.hours', { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, '0') });
  return t('board.time.days', { n: Math.floor(minutes / 1440) });
}

/** How long ago, at `now` (ms). */
export function since(iso, now) {
  return iso ? span(Math.max(0, now - Date.parse(iso))) : '–';
}

export function count(n) {
  return new Intl.NumberFormat(tag()).format(n);
}

/** Two letters for a face: 'AB' of Anna Berg, the given name of 王小芳. */
export function initials(name) {
  const words = String(name).trim().split(/\s+/);
  if (/[\u3400-\u9fff]/.test(words[0])) return words[0].slice(-2);
  const last = words.length > 1 ? words[words.length - 1][0] : words[0][1] || '';
  return (words[0][0] + last).toUpperCase();
}

/** The text of a code that may be new to this page; then the code itself, made readable. */
export function say(prefix, code, params) {
  const key = prefix + '.' + code;
  const text = t(key, params);
  return text === key ? String(code).replace(/[_.]/g, ' ') : text;
}
