// What a wall tells who sorts: the number of a slot by voice, and a tone of its own for each slot.
import { recall } from './storage.js';
import { locale } from './texts.js';
import { TONES, play } from './tones.js';

const LANGUAGES = { en: 'en-GB', zh_Hans: 'zh-CN', zh_Hant: 'zh-TW' };
const LOWEST_HZ = 392;
const STEPS = 12; // of an octave; then the melody repeats with one note more

/** Say a text aloud in the language of the page, over whatever is being said. Silent where nothing can speak. */
export function speak(text) {
  const loudness = recall('loudness', 0.25);
  document.documentElement.dataset.said = text; // the last words, also for tests
  if (!window.speechSynthesis || !window.SpeechSynthesisUtterance || loudness === 0) return;
  const words = new SpeechSynthesisUtterance(text);
  words.lang = LANGUAGES[locale()] || 'en-GB';
  words.volume = Math.min(1, loudness * 4);
  window.speechSynthesis.cancel();
  window.speechSynthesis.speak(words);
}

/** The tone of slot `nr`: its pitch climbs from slot to slot, a note more for every twelve. */
export function slotTone(nr) {
  const pitch = LOWEST_HZ * Math.pow(2, ((nr - 1) % STEPS) / STEPS);
  const notes = [];
  for (let at = 0; at <= Math.floor((nr - 1) / STEPS) % 4; at += 1) notes.push([pitch, at * 130, 100]);
  TONES.slot = { notes: notes, wave: 'sine', buzz: [40] };
  play('slot');
}
