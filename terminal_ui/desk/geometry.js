// The floor in drawing units of 100 mm; y runs down the screen, the front cross aisle is at the bottom.
const UNIT = 100;
const CORRIDOR = 0.42; // share of the spacing between two aisles that people walk in
const CROSS = 18; // units for each cross aisle

/** Turns places of the warehouse (mm) into places of the drawing. */
export function projection(floor) {
  const spacing = floor.aisle_spacing_mm / UNIT;
  const length = floor.aisle_length_mm / UNIT;
  const y = (mm) => CROSS + length - mm / UNIT;
  return {
    spacing: spacing,
    length: length,
    width: spacing * floor.aisles,
    height: length + 2 * CROSS,
    x: (mm) => mm / UNIT + spacing / 2,
    y: y,
    rows: [0].concat(floor.cross_aisles_mm || [], [floor.aisle_length_mm]).map(y), // the cross aisles, the front one first
    aisleX: (aisle) => aisle * spacing + spacing / 2,
    front: CROSS + length,
    back: CROSS,
    depot: [floor.depot_aisle * spacing + spacing / 2, floor.depot_side === 'back' ? CROSS / 2 : length + CROSS * 1.5],
  };
}

/** How deep one bay is along its aisle, in units: the least distance between two neighbours. */
export function bayLength(faces, length) {
  const byAisle = {};
  faces.forEach((face) => (byAisle[face[0] + face[1]] = byAisle[face[0] + face[1]] || []).push(face[2]));
  let least = Infinity;
  Object.keys(byAisle).forEach((key) => {
    const ys = byAisle[key].sort((a, b) => a - b);
    for (let at = 1; at < ys.length; at += 1) if (ys[at] > ys[at - 1]) least = Math.min(least, ys[at] - ys[at - 1]);
  });
  return Math.min(isFinite(least) ? least / UNIT : length / 8, length / 4);
}

/** The rectangle of a face: {x, y, width, height}. */
export function faceBox(project, bay, aisle, side, yMm) {
  const depth = (project.spacing * (1 - CORRIDOR)) / 2;
  const edge = (project.spacing * CORRIDOR) / 2;
  const x = project.aisleX(aisle) + (side === 'L' ? -edge - depth : edge);
  return { x: x + depth * 0.06, y: project.y(yMm) - bay * 0.44, width: depth * 0.88, height: bay * 0.88 };
}

/** All boxes as one path, so that a thousand bins are one element. */
export function boxesPath(boxes) {
  const r = (n) => Math.round(n * 10) / 10;
  return boxes.map((box) => 'M' + r(box.x) + ' ' + r(box.y) + 'h' + r(box.width) + 'v' + r(box.height) + 'h' + r(-box.width) + 'z').join('');
}

/** Runs of neighbouring aisles that belong mostly to one zone: [{zone, from, to}]. */
export function zoneRuns(faces, aisles) {
  const votes = Array.from({ length: aisles }, () => ({}));
  faces.forEach((face) => {
    if (face[3] !== null && votes[face[0]]) votes[face[0]][face[3]] = (votes[face[0]][face[3]] || 0) + face[4];
  });
  const runs = [];
  votes.forEach((vote, aisle) => {
    const zone = Object.keys(vote).sort((a, b) => vote[b] - vote[a])[0];
    const last = runs[runs.length - 1];
    if (zone === undefined) return;
    if (last && last.zone === Number(zone) && last.to === aisle - 1) last.to = aisle;
    else runs.push({ zone: Number(zone), from: aisle, to: aisle });
  });
  return runs;
}

/** How hot a face is, 1 to 5, on a scale that ends at `most` lines. */
export function heat(lines, most) {
  return Math.max(1, Math.min(5, Math.ceil((5 * lines) / Math.max(5, most))));
}

/**
 * A walk cut where its walker stands: {done, ahead} as lists of points. A walk may pass a place twice;
 * then the pass nearest to `share` (0 to 1) of the way counts.
 */
export function cutWalk(path, at, share) {
  if (!at || path.length < 2) return { done: [], ahead: path };
  const lengths = path.map((point, index) => (index ? distance(path[index - 1], point) : 0));
  const total = lengths.reduce((sum, one) => sum + one, 0);
  let walked = 0;
  let best = null;
  for (let index = 1; index < path.length; index += 1) {
    const spot = onSegment(path[index - 1], path[index], at);
    const way = walked + distance(path[index - 1], spot);
    const miss = distance(spot, at) * 20 + Math.abs(way - share * total);
    if (!best || miss < best.miss) best = { miss: miss, index: index, spot: spot };
    walked += lengths[index];
  }
  return { done: path.slice(0, best.index).concat([best.spot]), ahead: [best.spot].concat(path.slice(best.index)) };
}

function distance(a, b) {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);
}

/** The point of a segment that runs along an axis which is nearest to `at`. */
function onSegment(a, b, at) {
  const within = (low, high, value) => Math.min(Math.max(value, Math.min(low, high)), Math.max(low, high));
  return [within(a[0], b[0], at[0]), within(a[1], b[1], at[1])];
}

/** The corners of the way between two places (units), along aisles and the nearest cross aisle. */
export function wayBetween(project, from, to) {
  if (Math.abs(from[0] - to[0]) < 0.5) return [from, to];
  const by = (y) => Math.abs(from[1] - y) + Math.abs(to[1] - y);
  const cross = project.rows.reduce((best, row) => (by(row) < by(best) ? row : best));
  return [from, [from[0], cross], [to[0], cross], to];
}
