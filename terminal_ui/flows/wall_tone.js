// A tone of its own for each slot of a wall.
import { TONES, play } from '../core/tones.js';

const LOWEST_HZ = 392;
const STEPS = 12; // of an octave; then the melody repeats with one note more

/** The tone of slot `nr`: its pitch climbs from slot to slot, a note more for every twelve. */
export function slotTone(nr) {
  const pitch = LOWEST_HZ * Math.pow(2, ((nr - 1) % STEPS) / STEPS);
  const notes = [];
  for (let at = 0; at <= Math.floor((nr - 1) / STEPS) % 4; at += 1) notes.push([pitch, at * 130, 100]);
  TONES.slot = { notes: notes, wave: 'sine', buzz: [40] };
  play('slot');
}
