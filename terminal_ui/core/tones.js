// What ears and hands are told. Each outcome has its own melody and its own vibration.
// A note is [frequency Hz, start ms, length ms].
/** @type {Record<string, { notes: number[][], wave: OscillatorType, buzz: number[] }>} */
export const TONES = {
  step: { notes: [[1320, 0, 40]], wave: 'sine', buzz: [20] },
  ok: { notes: [[880, 0, 80], [1320, 90, 120]], wave: 'sine', buzz: [50] },
  done: { notes: [[880, 0, 90], [1110, 100, 90], [1320, 200, 220]], wave: 'sine', buzz: [60, 40, 60] },
  queued: { notes: [[660, 0, 90], [660, 160, 90]], wave: 'triangle', buzz: [30, 60, 30] },
  warning: { notes: [[520, 0, 160], [440, 180, 200]], wave: 'triangle', buzz: [120, 60, 120] },
  already: { notes: [[740, 0, 70], [740, 100, 70], [740, 200, 70]], wave: 'triangle', buzz: [40, 40, 40, 40, 40] },
  many: { notes: [[330, 0, 120], [440, 140, 120], [550, 280, 160]], wave: 'square', buzz: [90, 50, 90, 50, 90] },
  item: { notes: [[240, 0, 170], [180, 190, 260]], wave: 'square', buzz: [250, 80, 120] },
  error: { notes: [[150, 0, 420]], wave: 'sawtooth', buzz: [400] },
};

/** @type {AudioContext | null} */
let context = null;
let loudness = 0.25;

function audio() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!context && Context) context = new Context();
  if (context && context.state === 'suspended') context.resume();
  return context;
}

/** @param {AudioContext} ctx @param {OscillatorType} wave @param {number[]} note */
function note(ctx, wave, [frequency, start, length]) {
  const oscillator = ctx.createOscillator();
  const gain = ctx.createGain();
  const from = ctx.currentTime + start / 1000;
  const until = from + length / 1000;
  oscillator.type = wave;
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0.0001, from);
  gain.gain.linearRampToValueAtTime(loudness, from + 0.008); // without a ramp the speaker clicks
  gain.gain.setValueAtTime(loudness, until - 0.01);
  gain.gain.linearRampToValueAtTime(0.0001, until);
  oscillator.connect(gain);
  gain.connect(ctx.destination);
  oscillator.start(from);
  oscillator.stop(until);
}

/**
 * 0 is silent, 1 as loud as the device goes. Vibration stays.
 * @param {number} value
 */
export function setLoudness(value) {
  loudness = value;
}

/**
 * Play one of TONES. A device that cannot sound or vibrate stays quiet.
 * @param {string} name
 */
export function play(name) {
  const tone = TONES[name] || TONES.warning;
  document.documentElement.dataset.tone = name; // the last outcome, also for tests and screen recordings
  // A browser shakes, and complains otherwise, only after somebody has touched the page.
  const touched = !navigator.userActivation || navigator.userActivation.hasBeenActive;
  if (touched && navigator.vibrate) navigator.vibrate(tone.buzz);
  const ctx = touched && loudness > 0 ? audio() : null;
  if (ctx) tone.notes.forEach((one) => note(ctx, tone.wave, one));
}
