// The floor: shelves to scale, remaining work as heat, people where they scanned last, and their walks.
import { html, useLayoutEffect, useRef } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { safeColour } from '../parts/goods.js';
import { FloorWays } from './floor_ways.js';
import { bayLength, boxesPath, cutWalk, faceBox, heat, projection, wayBetween, zoneRuns } from './geometry.js';
import { initials } from './format.js';

const LEVELS = [1, 2, 3, 4, 5];
const MOVE_MS = 900;
let kept = { plan: null };

/** What does not move is worked out once for a plan. */
function drawingOf(plan) {
  if (kept.plan === plan) return kept;
  const project = projection(plan.floor);
  const bay = bayLength(plan.faces, project.length);
  const zones = plan.zones.map((zone, at) => boxesPath(plan.faces.filter((face) => face[3] === at).map((face) => faceBox(project, bay, face[0], face[1], face[2]))));
  const none = boxesPath(plan.faces.filter((face) => face[3] === null).map((face) => faceBox(project, bay, face[0], face[1], face[2])));
  kept = { plan: plan, project: project, bay: bay, zones: zones, none: none, runs: zoneRuns(plan.faces, plan.floor.aisles) };
  return kept;
}

export function FloorPlan({ board }) {
  const plan = board.plan;
  if (!plan || !plan.floor.aisles) return html`<div class="floor floor-none"><p class="nothing">${t('board.floor.none')}</p></div>`;
  const drawing = drawingOf(plan);
  const work = board.data.work;
  const most = Math.max(5, ...work.map((cell) => cell[3]));
  const letter = letterOf(drawing.project);
  return html`<div class=${'floor' + (board.chosen !== null || board.drawn ? ' floor-focus' : '')}>
    <svg class="plan" viewBox=${viewOf(drawing.project, letter)} preserveAspectRatio="xMidYMid meet" role="img" aria-label=${t('board.floor.label', { n: board.data.lines.left })}>
      <${Shelves} drawing=${drawing} letter=${letter} />
      <g class="work">${work.map((cell) => html`<${Heat} key=${cell.slice(0, 3).join(' ')} drawing=${drawing} cell=${cell} most=${most} />`)}</g>
      ${board.drawn && html`<polyline class="walk walk-drawn" points=${points(drawing, board.drawn)} />`}
      <g class="walks">${board.data.walks.map((walk) => html`<${Walk} key=${walk.task_id} walk=${walk} drawing=${drawing} board=${board} />`)}</g>
      <g class="pickers">${spread(drawing, board).map((spot) => html`<${Picker} key=${spot.walk.person_id} spot=${spot} drawing=${drawing} board=${board} />`)}</g>
    </svg>
    <${Legend} most=${most} walks=${board.data.walks.length} />
  </div>`;
}

/** The floor without what goes on there; `children(project)` draws over it. */
export function PlainFloor({ plan, label, children }) {
  const drawing = drawingOf(plan);
  const letter = letterOf(drawing.project);
  return html`<svg class="plan" viewBox=${viewOf(drawing.project, letter)} preserveAspectRatio="xMidYMid meet" role="img" aria-label=${label}>
    <${Shelves} drawing=${drawing} letter=${letter} />${children(drawing.project)}</svg>`;
}

function viewOf(project, letter) {
  const margin = project.spacing * 0.25;
  const above = 8 + letter * 1.3;
  return [-margin, -above, project.width + 2 * margin, project.height + above + 3].join(' ');
}

/** The size of letters that are read as well on a wide floor as on a small one. */
function letterOf(project) {
  return Math.max(8, Math.min(15, Math.max(project.width / 58, project.height / 40)));
}

/** Aisles, zones and bins. */
function Shelves({ drawing, letter }) {
  const { project, plan } = drawing;
  const labels = plan.floor.depot_side === 'back' ? project.front + 12 : project.back - 6; // away from the depot
  return html`<g class="shelves" style=${{ fontSize: letter + 'px' }}>
    <rect class="plan-floor" x="0" y="0" width=${project.width} height=${project.height} rx="6" />
    ${drawing.runs.map((run) => html`<g key=${run.from} class="plan-zone">
      <rect x=${project.aisleX(run.from) - project.spacing / 2 + 2} y=${-4} width=${(run.to - run.from + 1) * project.spacing - 4} height="4" rx="2" fill=${safeColour(plan.zones[run.zone].colour)} />
      <text x=${(project.aisleX(run.from) + project.aisleX(run.to)) / 2} y="-7.5">${plan.zones[run.zone].name || plan.zones[run.zone].code}</text></g>`)}
    ${drawing.zones.map((path, at) => html`<path key=${at} class="plan-bins" d=${path} />`)}
    <path class="plan-bins" d=${drawing.none} />
    <${FloorWays} project=${project} floor=${plan.floor} />
    ${Array.from({ length: plan.floor.aisles }, (none, aisle) => html`<text key=${aisle} class="plan-aisle" x=${project.aisleX(aisle)} y=${labels}>${aisle + 1}</text>`)}
    <g class="plan-depot" transform=${'translate(' + project.depot.join(',') + ')'}><rect x="-9" y="-6" width="18" height="12" rx="2" /><path d="M-4 1 L0 -3 L4 1 M0 -3 V4" /><title>${t('board.floor.depot')}</title></g>
  </g>`;
}

function Heat({ drawing, cell, most }) {
  const box = faceBox(drawing.project, drawing.bay, cell[0], cell[1], cell[2]);
  return html`<rect class=${'heat heat-' + heat(cell[3], most)} x=${box.x} y=${box.y} width=${box.width} height=${box.height} rx="1">
    <title>${t('board.floor.cell', { aisle: cell[0] + 1, lines: cell[3], units: cell[4] })}</title></rect>`;
}

function points(drawing, path) {
  return path.map((point) => drawing.project.x(point[0]) + ',' + drawing.project.y(point[1])).join(' ');
}

function mmOf(floor, place) {
  return place ? [place.aisle * floor.aisle_spacing_mm, place.y_mm] : null;
}

function Walk({ walk, drawing, board }) {
  const floor = drawing.plan.floor;
  const person = board.data.people.find((one) => one.id === walk.person_id);
  const share = person && person.task && person.task.total ? person.task.done / person.task.total : 0;
  const cut = cutWalk(walk.path, mmOf(floor, walk.at), share);
  const next = walk.next && [drawing.project.aisleX(walk.next.aisle), drawing.project.y(walk.next.y_mm)];
  const own = board.chosen === walk.person_id;
  return html`<g class=${'walk-of' + (own ? ' walk-chosen' : '')}>
    ${own && html`<polyline class="walk walk-done" points=${points(drawing, cut.done)} />`}
    <polyline class="walk" points=${points(drawing, cut.ahead)} />
    ${next && html`<circle class="walk-next" cx=${next[0]} cy=${next[1]} r="3.4" />`}
  </g>`;
}

/** Where each picker stands; people at one place stand side by side. */
function spread(drawing, board) {
  const taken = {};
  return board.data.walks.map((walk) => {
    const at = walk.at ? [drawing.project.aisleX(walk.at.aisle), drawing.project.y(walk.at.y_mm)] : drawing.project.depot.slice();
    const key = Math.round(at[0]) + ' ' + Math.round(at[1] / 12);
    const beside = taken[key] || 0;
    taken[key] = beside + 1;
    return { walk: walk, at: at, beside: beside % 2 ? -Math.ceil(beside / 2) : Math.ceil(beside / 2) };
  });
}

function Picker({ spot, drawing, board }) {
  const place = useRef(null);
  const before = useRef(null);
  const radius = Math.min(10, drawing.project.spacing * 0.3);
  const x = spot.at[0] + spot.beside * radius * 1.7;
  const y = spot.at[1];
  useLayoutEffect(() => {
    if (before.current) glide(place.current, wayBetween(drawing.project, before.current, [x, y]));
    before.current = [x, y];
  }, [Math.round(x), Math.round(y)]);
  const person = board.data.people.find((one) => one.id === spot.walk.person_id);
  if (!person) return '';
  const own = board.chosen === person.id;
  const letters = initials(person.name);
  const kind = 'picker' + (own ? ' picker-chosen' : '') + (person.connected ? '' : ' picker-away');
  return html`<g class=${kind} ref=${place} transform=${'translate(' + x + ',' + y + ')'} onClick=${() => board.choose(person.id)}>
    <circle r=${radius} /><text y="0.36em" style=${{ fontSize: radius * (/[A-Z]/.test(letters) ? 0.92 : 0.76) + 'px' }}>${letters}</text>
    <title>${t('board.floor.person', { name: person.name, wave: person.wave, done: person.task ? person.task.done : 0, total: person.task ? person.task.total : 0 })}</title>
  </g>`;
}

/** Move along the aisles, not through the shelves. */
function glide(element, way) {
  if (!element || !element.animate || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const far = way.map((point, at) => (at ? Math.abs(point[0] - way[at - 1][0]) + Math.abs(point[1] - way[at - 1][1]) : 0));
  const total = far.reduce((sum, one) => sum + one, 0);
  if (total < 1) return;
  let so = 0;
  const frames = way.map((point, at) => {
    so += far[at];
    return { transform: 'translate(' + point[0] + 'px,' + point[1] + 'px)', offset: Math.min(1, so / total) };
  });
  element.animate(frames, { duration: MOVE_MS, easing: 'ease-in-out' });
}

function Legend({ most, walks }) {
  const top = (level) => Math.ceil((level * most) / 5);
  const words = (level) => { const low = level === 1 ? 1 : top(level - 1) + 1; return low >= top(level) ? String(top(level)) : low + '–' + top(level); };
  return html`<div class="legend">
    <span class="legend-heat"><span>${t('board.floor.lines_left')}</span>${LEVELS.map((level) => html`<i key=${level} class=${'heat-' + level}>${words(level)}</i>`)}</span>
    ${walks > 0 && html`<span><b class="legend-picker"></b>${t('board.floor.picker')}</span><span><b class="legend-next"></b>${t('board.floor.next')}</span><span><b class="legend-walk"></b>${t('board.floor.walk')}</span>`}
    <span><b class="legend-depot"><${Icon} name="next" size=${11} /></b>${t('board.floor.depot')}</span>
  </div>`;
}
