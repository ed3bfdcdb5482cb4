// What colours the picture of the floor: for each way of looking, a number of every bin, its steps and their words.
import { t } from '../core/texts.js';
import { count } from './format.js';

// Places in a row of `bins`, as /api/v1/inventory/floor names them in `columns`.
/** @type {Record<string, number>} */
export const AT = ['id', 'code', 'aisle', 'side', 'y_mm', 'level', 'zone', 'blocked', 'pieces', 'volume_ml', 'capacity_ml', 'weight_g', 'max_weight_g', 'expires_days', 'idle_days', 'lying_days', 'lines', 'picked']
  .reduce((all, name, at) => Object.assign(all, { [name]: at }), {});

export const STEPS = 6; // colours of a scale, from none to most

const EMPTY = -1; // nothing lies there: drawn as shelf
const DAYS = [1, 7, 30, 90, 180];

/**
 * The ways of looking. `value(bin)` is a number, EMPTY for a bin with nothing in it, null when nothing is known.
 * `steps(values)` are the upper ends of all colours but the last, which has no end.
 */
export const WAYS = {
  fill: { value: fillOf, steps: () => [10, 25, 50, 75, 95], unit: (n) => n + ' %' },
  pieces: { value: (bin) => (bin[AT.pieces] ? bin[AT.pieces] : EMPTY), steps: spread, unit: count },
  age: { value: (bin) => (bin[AT.pieces] ? bin[AT.idle_days] : EMPTY), steps: () => DAYS, unit: (n) => t('stock.days', { n: n }) },
  lying: { value: (bin) => (bin[AT.pieces] ? bin[AT.lying_days] : EMPTY), steps: () => DAYS, unit: (n) => t('stock.days', { n: n }) },
  velocity: { value: (bin) => (bin[AT.lines] || !bin[AT.pieces] ? bin[AT.lines] || EMPTY : 0), steps: spread, unit: count },
  expiry: { value: (bin) => (bin[AT.pieces] ? bin[AT.expires_days] : EMPTY), steps: () => [-1, 7, 30, 90, 180], unit: (n) => t('stock.days', { n: n }), down: true },
};

/** Per cent of the tighter of two limits, volume and weight; null where neither is set. */
function fillOf(bin) {
  const shares = [[bin[AT.volume_ml], bin[AT.capacity_ml]], [bin[AT.weight_g], bin[AT.max_weight_g]]].filter(([, most]) => most).map(([now, most]) => (100 * now) / most);
  if (!bin[AT.pieces]) return EMPTY;
  return shares.length ? Math.round(Math.max(...shares)) : null;
}

/** Steps that part the values into about equal numbers of bins; never two the same. */
export function spread(values) {
  const sorted = values.filter((n) => n > 0).sort((a, b) => a - b);
  if (!sorted.length) return [1, 2, 3, 4, 5];
  const steps = [];
  for (let at = 1; at < STEPS; at += 1) {
    const cut = nice(sorted[Math.min(sorted.length - 1, Math.floor((at * sorted.length) / STEPS))]);
    steps.push(steps.length ? Math.max(cut, steps[steps.length - 1] + 1) : cut);
  }
  return steps;
}

/** A number that a person remembers: two leading figures at most. */
function nice(n) {
  const grain = Math.pow(10, Math.max(0, String(Math.floor(n)).length - 2));
  return Math.max(1, Math.round(n / grain) * grain);
}

/** The colour of a value: 0 to STEPS - 1, 'empty', or 'unknown'. */
export function colourOf(value, steps) {
  if (value === null || value === undefined) return 'unknown';
  if (value === EMPTY && steps[0] !== EMPTY) return 'empty';
  const at = steps.findIndex((end) => value <= end);
  return at < 0 ? steps.length : at;
}

/** Whether nothing lies in a bin, whatever way it is looked at. */
export function emptyBin(bin) {
  return !bin[AT.pieces];
}

/** The words of a scale: [[colour, '8–25 %'], …]. */
export function legendOf(steps, unit) {
  const words = steps.map((end, at) => {
    const from = at ? steps[at - 1] + 1 : null;
    if (from === null) return '≤ ' + unit(end);
    return from >= end ? unit(end) : from + '–' + unit(end);
  });
  return words.concat(['> ' + unit(steps[steps.length - 1])]).map((text, at) => [at, text]);
}

/** Which ways say anything about these bins. */
export function waysFor(bins) {
  const known = { fill: bins.some((bin) => bin[AT.capacity_ml] || bin[AT.max_weight_g]), expiry: bins.some((bin) => bin[AT.expires_days] !== null) };
  return Object.keys(WAYS).filter((name) => known[name] !== false);
}
