// The words of the pages: /texts/<locale>.json, kept on the device so that a page without link speaks too.
import { ofThisVersion } from './shelf.js';
import { keep, recall } from './storage.js';

export const LOCALES = [['en', 'English'], ['zh_Hans', '简体中文'], ['zh_Hant', '繁體中文']];
/** @type {Record<string, string>} */
let words = {};
let current = 'en';
let wanted = 'en';

/** The locale that fits this browser.
 * @param {string | undefined} language */
export function guessLocale(language) {
  const tag = String(language || '').toLowerCase();
  if (!tag.startsWith('zh')) return 'en';
  return /hant|tw|hk|mo/.test(tag) ? 'zh_Hant' : 'zh_Hans';
}

export function locale() {
  return current;
}

/** The locale that was asked for last: its words may be under way yet. */
export function nextLocale() {
  return wanted;
}

/** Use these words (tests, and the copy kept on the device).
 * @param {string} code @param {Record<string, string>} catalogue */
export function setWords(code, catalogue) {
  current = wanted = code;
  words = catalogue;
}

/** Load a locale; on failure the kept copy serves. Rejects only when there is none. Of several asked for, the last counts.
 * @param {string} code */
export async function loadTexts(code) {
  const kept = recall('texts.' + code, null);
  wanted = code;
  const found = (await fetchTexts(code).catch(() => null)) || kept;
  if (wanted !== code) return;
  if (!found) {
    wanted = current;
    throw new Error('no texts ' + code);
  }
  setWords(code, found);
  keep('texts.' + code, found);
  if (typeof document !== 'undefined') document.documentElement.lang = code.replace('_', '-');
}

/** @param {string} code @returns {Promise<Record<string, string>>} */
async function fetchTexts(code) {
  const answer = await fetch(ofThisVersion('/texts/' + code + '.json'));
  if (!answer.ok) throw new Error('texts ' + answer.status);
  return answer.json();
}

/** The text of `ui.<code>` with its {params} filled in; the code itself when there is none.
 * @param {string} code @param {Record<string, any>} [params] */
export function t(code, params) {
  const text = words['ui.' + code];
  if (text === undefined) return code;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (params && params[name] !== undefined ? String(params[name]) : whole));
}
