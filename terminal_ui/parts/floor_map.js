// The walk on the floor: aisles, the line to walk, the stops that are left, and where to go now.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';

const LEAST_METRES = 8;

/** Where a bin is, in mm. A bin without a depth is drawn in the middle of its aisle. */
export function spot(bin, floor) {
  const y = typeof bin.y_mm === 'number' ? bin.y_mm : floor.aisle_length_mm / 2;
  return [bin.aisle * floor.aisle_spacing_mm, y];
}

/** The drawing in metres, the front at the bottom. */
export function drawing(task, currentId) {
  const floor = task.floor;
  const metre = (mm) => Math.round(mm / 100) / 10;
  /** @type {(at: number[]) => number[]} */
  const place = ([x, y]) => [metre(x), metre(floor.aisle_length_mm - y)];
  const across = floor.aisle_spacing_mm;
  /** @param {string} kind @param {number[][]} ends */
  const bar = (kind, ...ends) => ({ kind: kind, points: ends.map(place).join(' ') });
  const stops = task.lines.map((line) => {
    const [x, y] = place(spot(line.bin, floor));
    return { id: line.id, x: x, y: y, now: line.id === currentId, left: line.status === 'open' && line.picked + (line.unsent || 0) < line.qty };
  });
  return {
    bars: Array.from({ length: floor.aisles }, (none, at) => bar('aisle', [at * across, 0], [at * across, floor.aisle_length_mm])).concat(
      (floor.cross_aisles_mm || []).map((mm) => bar('cross', [-across, mm], [across * floor.aisles, mm])),
      (floor.obstacles || []).map((one) => bar('shut', [one.aisle * across, one.from_mm], [one.aisle * across, one.to_mm])),
    ),
    walk: (task.path || []).map(place),
    stops: stops,
    depot: place([floor.depot_aisle * across, floor.depot_side === 'back' ? floor.aisle_length_mm : 0]),
  };
}

/** The part of the floor that this task needs, as [x, y, width, height]: all of it would be too small to read. */
export function extent(map) {
  const points = map.walk.concat(map.stops.map((one) => [one.x, one.y]), [map.depot]);
  const spread = (at) => {
    const all = points.map((point) => point[at]);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const room = Math.max(high - low, LEAST_METRES) * 1.24;
    return [(low + high - room) / 2, room];
  };
  const [x, width] = spread(0);
  const [y, height] = spread(1);
  return [x, y, width, height].map((metres) => Math.round(metres * 10) / 10);
}

export function FloorMap({ task, currentId }) {
  if (!task.floor || !task.floor.aisles) return '';
  const map = drawing(task, currentId);
  const box = extent(map);
  const unit = (box[2] + box[3]) / 60;
  const shelf = Math.min(unit * 1.8, (task.floor.aisle_spacing_mm / 1000) * 0.5); // aisles keep a gap between them
  const now = map.stops.find((one) => one.now);
  return html`<svg class="floor-map" viewBox=${box.join(' ')} role="img" aria-label=${t('pick.map')}>
    ${map.bars.map((one) => html`<polyline class=${'map-' + one.kind} points=${one.points} stroke-width=${shelf} />`)}
    <polyline class="map-walk" points=${map.walk.join(' ')} stroke-width=${unit * 0.4} />
    <rect class="map-depot" x=${map.depot[0] - unit} y=${map.depot[1] - unit} width=${unit * 2} height=${unit * 2} rx=${unit * 0.4} />
    ${map.stops.map((one) => html`<circle key=${one.id} class=${'map-stop' + (one.left ? '' : ' map-stop-done')} cx=${one.x} cy=${one.y} r=${unit * (one.left ? 0.8 : 0.5)} />`)}
    ${now && html`<g class="map-now"><circle class="map-halo" cx=${now.x} cy=${now.y} r=${unit * 2.6} /><circle class="map-here" cx=${now.x} cy=${now.y} r=${unit * 1.4} stroke-width=${unit * 0.4} /></g>`}
  </svg>`;
}
