// The walk on the floor: aisles, the line to walk, the stops that are left, and where to go now.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';

const LEAST_METRES = 8;

/** Where a bin is, in mm. A bin without a depth is drawn in the middle of its aisle. */
export function spot(bin, floor) {
  const y = typeof bin.y_mm === 'number' ? bin.y_mm : floor.aisle_length_mm / 2;
  return [bin.aisle * floor.aisle_spacing_mm, y];
}

/** The drawing in metres, y upward from the front, with room for the cross aisles. */
export function drawing(task, currentId) {
  const floor = task.floor;
  const metre = (mm) => Math.round(mm / 100) / 10;
  const place = ([x, y]) => [metre(x), metre(floor.aisle_length_mm - y)];
  const stops = task.lines.map((line) => {
    const [x, y] = place(spot(line.bin, floor));
    return { id: line.id, x: x, y: y, now: line.id === currentId, left: line.status === 'open' && line.picked + (line.unsent || 0) < line.qty };
  });
  return {
    width: metre(floor.aisle_spacing_mm * Math.max(1, floor.aisles - 1)),
    height: metre(floor.aisle_length_mm),
    aisles: Array.from({ length: floor.aisles }, (none, at) => metre(at * floor.aisle_spacing_mm)),
    walk: (task.path || []).map((point) => place(point).join(',')).join(' '),
    stops: stops,
    depot: place([floor.depot_aisle * floor.aisle_spacing_mm, floor.depot_side === 'back' ? floor.aisle_length_mm : 0]),
  };
}

/** The part of the floor that this task needs, as [x, y, width, height]: all of it would be too small to read. */
export function extent(map) {
  const walk = map.walk ? map.walk.split(' ').map((point) => point.split(',').map(Number)) : [];
  const points = walk.concat(map.stops.map((one) => [one.x, one.y]), [map.depot]);
  const spread = (at, least) => {
    const all = points.map((point) => point[at]);
    const low = Math.min(...all);
    const size = Math.max(...all) - low;
    const room = Math.max(size, least) * 1.24;
    return [low + size / 2 - room / 2, room];
  };
  const [x, width] = spread(0, LEAST_METRES);
  const [y, height] = spread(1, LEAST_METRES);
  return [x, y, width, height].map((metres) => Math.round(metres * 10) / 10);
}

export function FloorMap({ task, currentId }) {
  if (!task.floor || !task.floor.aisles) return '';
  const map = drawing(task, currentId);
  const box = extent(map);
  const unit = (box[2] + box[3]) / 60;
  const shelf = Math.min(unit * 1.8, (task.floor.aisle_spacing_mm / 1000) * 0.5); // aisles keep a gap between them
  const now = map.stops.find((one) => one.now);
  return html`<svg class="floor-map" viewBox=${box.join(' ')} role="img" aria-label=${t('pick.map')} preserveAspectRatio="xMidYMid meet">
    ${map.aisles.map((x) => html`<line class="map-aisle" x1=${x} x2=${x} y1="0" y2=${map.height} stroke-width=${shelf} />`)}
    <polyline class="map-walk" points=${map.walk} stroke-width=${unit * 0.4} />
    <rect class="map-depot" x=${map.depot[0] - unit} y=${map.depot[1] - unit} width=${unit * 2} height=${unit * 2} rx=${unit * 0.4} />
    ${map.stops.map((one) => html`<circle key=${one.id} class=${one.left ? 'map-stop' : 'map-stop map-stop-done'} cx=${one.x} cy=${one.y} r=${one.left ? unit * 0.8 : unit * 0.5} />`)}
    ${now && html`<g class="map-now"><circle class="map-halo" cx=${now.x} cy=${now.y} r=${unit * 2.6} /><circle class="map-here" cx=${now.x} cy=${now.y} r=${unit * 1.4} stroke-width=${unit * 0.4} /></g>`}
  </svg>`;
}
