// Where every bin is drawn, and which one lies under a finger. Levels of one place stand beside each other, the
// lowest at the aisle, so that each bin has its own field. Pure: no page, no server.
import { projection } from './geometry.js';

const CORRIDOR = 0.34; // share of the spacing between two aisles that people walk in
const WIDEST_MM = 4000; // a lone bin is not drawn wider along its aisle
const SNAP_MM = 100;
const BAY_MM = 1000; // a bay is about so wide unless told otherwise

/** A column is one side of one aisle, counted across the floor. */
export function columnOf(aisle, side) {
  return aisle * 2 + (side === 'R' ? 1 : 0);
}

/** The rows of `GET /layout` as objects, sorted as people count. */
export function binsOf(plan) {
  const collator = new Intl.Collator('en', { numeric: true });
  return plan.bins
    .map((row) => { const bin = {}; plan.columns.forEach((name, at) => { bin[name] = row[at]; }); return bin; })
    .sort((a, b) => collator.compare(a.code, b.code));
}

/** The strip of a column: {x, depth, edge}: from x to x + depth, the aisle at `edge`. */
export function strip(project, aisle, side) {
  const depth = (project.spacing * (1 - CORRIDOR)) / 2 - 0.8;
  const aisleEdge = (project.spacing * CORRIDOR) / 2;
  const x = side === 'L' ? project.aisleX(aisle) - aisleEdge - depth : project.aisleX(aisle) + aisleEdge;
  return { x: x, depth: depth };
}

/**
 * A field for each bin: [{bin, x, y, width, height}], and fields by column for finding them.
 * `level` null shows all levels beside each other, else only that one.
 */
export function fields(floor, bins, level) {
  const project = projection(floor);
  const columns = {};
  bins.forEach((bin) => {
    if (level !== null && bin.level !== level) return;
    const column = (columns[columnOf(bin.aisle, bin.side)] = columns[columnOf(bin.aisle, bin.side)] || {});
    (column[bin.y_mm] = column[bin.y_mm] || []).push(bin);
  });
  const all = [];
  const found = {};
  Object.keys(columns).forEach((key) => {
    const places = Object.keys(columns[key]).map(Number).sort((a, b) => a - b);
    found[key] = [].concat(...places.map((y, at) => placeFields(project, columns[key][y], y, roomOf(places, at, floor))));
    all.push(...found[key]);
  });
  return { project: project, all: all, columns: found };
}

/** How long a place is along its aisle: to the nearer neighbour, or to the end of the aisle. */
function roomOf(places, at, floor) {
  const before = at ? places[at] - places[at - 1] : Infinity;
  const after = at < places.length - 1 ? places[at + 1] - places[at] : Infinity;
  const ends = Math.max(200, 2 * Math.min(places[at], floor.aisle_length_mm - places[at]));
  return Math.min(before, after, WIDEST_MM, isFinite(Math.min(before, after)) ? Infinity : Math.max(ends, BAY_MM));
}

function placeFields(project, bins, y, room) {
  const { x, depth } = strip(project, bins[0].aisle, bins[0].side);
  const height = (room / 100) * 0.92;
  const top = project.y(y) - height / 2;
  const each = depth / bins.length;
  const sorted = bins.slice().sort((a, b) => a.level - b.level || (a.code < b.code ? -1 : 1));
  return sorted.map((bin, at) => {
    const slot = bin.side === 'L' ? bins.length - 1 - at : at; // the lowest at the aisle
    return { bin: bin, x: x + slot * each + each * 0.04, y: top, width: each * 0.92, height: height };
  });
}

/** The field at a point of the drawing, null where there is none; `slack` units around it count. */
export function fieldAt(drawn, x, y, slack) {
  const near = slack || 0;
  return drawn.all.find((field) => x >= field.x - near && x <= field.x + field.width + near && y >= field.y - near && y <= field.y + field.height + near) || null;
}

/** The bins whose fields touch a rectangle given by two corners. */
export function fieldsIn(drawn, a, b) {
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
  return drawn.all.filter((field) => field.x < right && field.x + field.width > left && field.y < bottom && field.y + field.height > top).map((field) => field.bin);
}

/** All bins of the block that two bins span: columns between, places between, levels between. */
export function blockBetween(bins, a, b) {
  const within = (value, one, other) => value >= Math.min(one, other) && value <= Math.max(one, other);
  const columns = [columnOf(a.aisle, a.side), columnOf(b.aisle, b.side)];
  return bins.filter((bin) => within(columnOf(bin.aisle, bin.side), columns[0], columns[1]) && within(bin.y_mm, a.y_mm, b.y_mm) && within(bin.level, a.level, b.level));
}

/** The bin one step away: `across` columns, `along` places, `up` levels; null at the edge. */
export function neighbour(bins, bin, across, along, up) {
  if (up) return bins.find((each) => sameFace(each, bin) && each.level === bin.level + up) || null;
  if (along) {
    const onward = bins.filter((each) => each.aisle === bin.aisle && each.side === bin.side && (each.y_mm - bin.y_mm) * along > 0);
    return nearest(onward, (each) => Math.abs(each.y_mm - bin.y_mm) * 1000 + Math.abs(each.level - bin.level));
  }
  const here = columnOf(bin.aisle, bin.side);
  const beside = bins.filter((each) => (columnOf(each.aisle, each.side) - here) * across > 0);
  return nearest(beside, (each) => Math.abs(columnOf(each.aisle, each.side) - here) * 1e9 + Math.abs(each.y_mm - bin.y_mm) * 100 + Math.abs(each.level - bin.level));
}

function sameFace(a, b) {
  return a.aisle === b.aisle && a.side === b.side && a.y_mm === b.y_mm;
}

function nearest(bins, far) {
  return bins.reduce((best, each) => (best === null || far(each) < far(best) ? each : best), null);
}

/** The aisle, side and place (mm) nearest to a point of the drawing. */
export function spotAt(floor, project, x, y) {
  const aisle = Math.max(0, Math.min(floor.aisles - 1, Math.floor(x / project.spacing)));
  const mm = (project.front - y) * 100;
  const on = Math.max(0, Math.min(floor.aisle_length_mm, Math.round(mm / SNAP_MM) * SNAP_MM));
  return { aisle: aisle, side: x < project.aisleX(aisle) ? 'L' : 'R', mm: on };
}

/**
 * What a drag from one spot to another means as a rack: its stretch, its sides, and what stands there already.
 * Over bins that are there it takes their places and the level above them.
 */
export function rackFrom(floor, bins, from, to) {
  const sides = to.side === from.side || to.aisle !== from.aisle ? from.side : 'LR';
  let [low, high] = [Math.min(from.mm, to.mm), Math.max(from.mm, to.mm)];
  const beside = bins.filter((bin) => bin.aisle === from.aisle && sides.indexOf(bin.side) >= 0);
  const pitch = leastGap(beside);
  const there = beside.filter((bin) => bin.y_mm > low - pitch / 2 && bin.y_mm < high + pitch / 2); // touched is meant
  const places = Array.from(new Set(there.map((bin) => bin.y_mm))).sort((a, b) => a - b);
  const rack = { aisle: from.aisle, sides: sides, first_bay: 1, first_level: 1, bays: Math.max(1, Math.round((high - low) / BAY_MM)) };
  if (places.length > 1) {
    low = Math.max(0, Math.round(places[0] - pitch / 2));
    high = Math.min(floor.aisle_length_mm, Math.round(places[places.length - 1] + pitch / 2));
    rack.bays = Math.max(1, Math.round((high - low) / pitch));
    rack.first_bay = Math.min(...there.filter((bin) => bin.y_mm === places[0]).map((bin) => bin.bay || 1));
    rack.first_level = Math.max(...there.map((bin) => bin.level)) + 1;
  }
  return Object.assign(rack, { from_mm: low, to_mm: high });
}

/** The distance of the two nearest places. */
function leastGap(bins) {
  const places = Array.from(new Set(bins.map((bin) => bin.y_mm))).sort((a, b) => a - b);
  return places.length > 1 ? Math.min(...places.slice(1).map((y, at) => y - places[at])) : 0;
}

/** The outlines of a rack that is being drawn: [{x, y, width, height}], one for each place. */
export function rackBoxes(project, rack) {
  const places = Math.max(1, rack.bays * rack.places);
  const step = (rack.to_mm - rack.from_mm) / places;
  if (!(step > 0) || places > 2000) return [];
  return [].concat(...rack.sides.split('').map((side) => {
    const { x, depth } = strip(project, rack.aisle, side);
    return Array.from({ length: places }, (none, at) => ({
      x: x, width: depth, y: project.y(rack.from_mm + (at + 1) * step), height: (step / 100) * 0.94, first: at % rack.places === 0,
    }));
  }));
}

/** The value that all these bins share for a field; undefined when they differ. */
export function shared(bins, name) {
  return bins.every((bin) => bin[name] === bins[0][name]) ? bins[0][name] : undefined;
}

/** Bins meant by typed words: one code, the beginning of codes, or `first … last`. */
export function typed(bins, words) {
  const [first, last] = words.split(/\s*(?:…|\.\.+|~|至|到)\s*/).map((part) => part.trim().toUpperCase());
  const collator = new Intl.Collator('en', { numeric: true });
  if (!first) return [];
  if (!last) {
    const exact = bins.filter((bin) => bin.code.toUpperCase() === first);
    return exact.length ? exact : bins.filter((bin) => bin.code.toUpperCase().startsWith(first));
  }
  return bins.filter((bin) => { const code = bin.code.toUpperCase(); return collator.compare(code, first) >= 0 && (collator.compare(code, last) <= 0 || code.startsWith(last)); });
}
