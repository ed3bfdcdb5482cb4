// Speech where the device can: a voice of the page's language, or none.
import { recall } from './storage.js';
import { locale } from './texts.js';

// Language tags of voices, the best first. Old voices write zh_CN or cmn-Hans-CN. Cantonese is another language.
/** @type {Record<string, RegExp[]>} */
const TAGS = {
  en: [/^en-GB/i, /^en/i],
  zh_Hans: [/^(zh|cmn)\b.*(CN|Hans)/i, /^(zh|cmn)(?!.*(HK|MO))/i],
  zh_Hant: [/^(zh|cmn)\b.*(TW|Hant(?!.*HK))/i, /^(zh|cmn)(?!.*(HK|MO))/i],
};
/** @type {Record<string, string>} */
const LANGUAGES = { en: 'en-GB', zh_Hans: 'zh-CN', zh_Hant: 'zh-TW' };
/** @type {Record<string, number>} */
const RATES = { slow: 0.8, normal: 1, fast: 1.3 };
/** @type {Record<string, string[]>} */
const DIGITS = {
  en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  zh_Hans: Array.from('零幺二三四五六七八九'), // 幺: yī and qī sound alike in a noisy hall
  zh_Hant: Array.from('零一二三四五六七八九'),
};

/**
 * The voice that fits a language best, of those that the device has; null: it cannot speak it.
 * @param {string} code @param {SpeechSynthesisVoice[]} voices @returns {SpeechSynthesisVoice | null}
 */
export function voiceFor(code, voices) {
  /** @param {RegExp} tag */
  const rank = (tag) => (voices || []).find((one) => tag.test(String(one.lang).replace(/_/g, '-')));
  return TAGS[code].map(rank).find(Boolean) || null;
}

const voices = () => (window.speechSynthesis && window.SpeechSynthesisUtterance ? window.speechSynthesis.getVoices() : []);

/**
 * Whether the device can speak the page's language. `changed` is called when it has found (more) voices.
 * @param {() => void} [changed]
 */
export function canSpeak(changed) {
  if (changed && window.speechSynthesis) window.speechSynthesis.onvoiceschanged = changed;
  return Boolean(voiceFor(locale(), voices()));
}

/**
 * Say a text aloud over whatever is being said. `pace`: 'slow', 'normal' or 'fast'.
 * @param {string} text @param {string} [pace]
 */
export function speak(text, pace) {
  const loudness = recall('loudness', 0.25);
  document.documentElement.dataset.said = text; // the last words, also for tests
  const voice = voiceFor(locale(), voices());
  if (!voice || loudness === 0) return;
  const words = new window.SpeechSynthesisUtterance(text);
  words.voice = voice;
  words.lang = voice.lang || LANGUAGES[locale()];
  words.rate = RATES[pace || 'normal'] || 1;
  words.volume = Math.min(1, loudness * 4);
  window.speechSynthesis.cancel();
  window.speechSynthesis.speak(words);
}

/**
 * A code letter by letter and digit by digit, with pauses at its dashes.
 * @param {string} code @param {string} language
 */
export function spellCode(code, language) {
  const digits = DIGITS[language];
  const pause = language === 'en' ? ', ' : '，';
  /** @param {string} part */
  const spelt = (part) => Array.from(part, (each) => (/\d/.test(each) ? digits[Number(each)] : language === 'en' ? each : each + ' '));
  const parts = String(code).toUpperCase().split(/[^A-Z0-9\u00c0-\uffff]+/).filter(Boolean);
  return parts.map((part) => spelt(part).join(language === 'en' ? ' ' : '').trim()).join(pause);
}

/**
 * How many, so that fifteen is not fifty: from ten on the figures follow. Two pieces are 两, not 二.
 * @param {number} qty @param {string} language
 */
export function spellQuantity(qty, language) {
  const digits = DIGITS[language];
  if (qty === 2 && language !== 'en') return language === 'zh_Hans' ? '两' : '兩';
  if (qty === 1 && language !== 'en') return '一';
  if (qty >= 0 && qty < 10) return digits[qty];
  const figures = Array.from(String(qty), (each) => digits[Number(each)] || each);
  return qty + (language === 'en' ? ', ' + figures.join(' ') : '，' + figures.join(''));
}
