// The floor to scale: zones, every bin as a field, what is chosen, what is being drawn. Wheel zooms, drag chooses.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { safeColour } from '../parts/goods.js';
import { FloorWays } from './floor_ways.js';
import { boxesPath, zoneRuns } from './geometry.js';
import { fieldAt, fieldsIn, rackBoxes, spotAt } from './layout_geometry.js';
import { RackDraft } from './layout_rack.js';

const CLASSES = { A: '#b0304f', B: '#b35c00', C: '#2a6fbb', '': '#8b949e' };
const KINDS = { pick: '#2a6fbb', bulk: '#5b7f2b', quarantine: '#8a3fa0' };
const CLICK = 4; // pixels a hand may shake
const CLOSEST = 40; // units across at the closest view
const NAMED = 260; // fields in sight at which their codes are written

/** Fields by colour, each colour one path: a floor of ten thousand bins is a dozen elements. */
function groups(flow) {
  const key = flow.colouring + '/' + flow.level;
  const drawn = flow.drawn();
  if (drawn.groups && drawn.key === key) return drawn.groups;
  const found = new Map();
  drawn.all.forEach((field) => {
    const [name, colour] = colourOf(flow, field.bin);
    if (!found.has(name)) found.set(name, { name: name, colour: colour, boxes: [] });
    found.get(name).boxes.push(field);
  });
  drawn.key = key;
  drawn.groups = Array.from(found.values()).map((group) => ({ name: group.name, colour: group.colour, bins: group.boxes.length, path: boxesPath(group.boxes) }));
  drawn.blocked = boxesPath(drawn.all.filter((field) => field.bin.blocked_reason !== null));
  drawn.runs = zoneRuns(flow.bins.map((bin) => [bin.aisle, bin.side, bin.y_mm, zoneIndex(flow, bin.zone), 1]), flow.plan.floor.aisles);
  return drawn.groups;
}

function zoneIndex(flow, code) {
  const at = flow.zones.findIndex((zone) => zone.code === code);
  return at < 0 ? null : at;
}

function colourOf(flow, bin) {
  if (flow.colouring === 'velocity') return [bin.velocity || t('layout.any'), CLASSES[bin.velocity]];
  if (flow.colouring === 'kind') return [t('layout.kind.' + bin.kind), KINDS[bin.kind]];
  const zone = flow.zoneOf(bin.zone);
  return [zone ? zone.code + ' · ' + zone.name : t('layout.no_zone'), zone ? safeColour(zone.colour) : '#8b949e'];
}

function whole(flow) {
  const project = flow.drawn().project;
  const margin = project.spacing * 0.3;
  const buttons = project.width * 0.06; // which lie over the right edge
  return [-margin, -18, project.width + 2 * margin + buttons, project.height + 24];
}

export function LayoutMap({ flow }) {
  const svg = useRef(null);
  const [view, look] = useState(null);
  const [over, hover] = useState(null);
  const [lasso, draw] = useState(null);
  const hand = useRef(null);
  const [, measure] = useState('');
  const box = filled(view || whole(flow), svg.current);
  const drawn = flow.drawn();
  const shown = groups(flow);
  const at = (event) => pointOf(svg.current, event);
  const zoom = (by, centre) => look(zoomed(whole(flow), view || whole(flow), by, centre));

  useLayoutEffect(() => {
    if (!flow.seek) return;
    const wanted = flow.seek;
    flow.seek = null;
    look(wanted.length ? around(flow, wanted, view) : null);
  });
  useEffect(() => {
    const watcher = new ResizeObserver(() => svg.current && measure(svg.current.clientWidth + ' ' + svg.current.clientHeight));
    watcher.observe(svg.current);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    const wheel = (event) => {
      event.preventDefault();
      if (event.shiftKey) return look(moved(whole(flow), view || whole(flow), event.deltaY || event.deltaX, 0));
      return zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, at(event));
    };
    svg.current.addEventListener('wheel', wheel, { passive: false });
    return () => svg.current && svg.current.removeEventListener('wheel', wheel);
  });

  const down = (event) => {
    if (event.button > 1) return;
    svg.current.setPointerCapture(event.pointerId);
    hand.current = { at: at(event), x: event.clientX, y: event.clientY, pan: event.button === 1 || event.altKey, view: box, moved: false };
  };
  const move = (event) => {
    const held = hand.current;
    if (!held) return hover(fieldAt(drawn, ...at(event), 0));
    if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < CLICK) return undefined;
    held.moved = true;
    hover(null);
    const now = at(event);
    if (held.pan) return look([held.view[0] - scaleOf(svg.current) * (event.clientX - held.x), held.view[1] - scaleOf(svg.current) * (event.clientY - held.y), held.view[2], held.view[3]]);
    if (flow.tool === 'rack') {
      const spots = [held.at, now].map((point) => spotAt(flow.plan.floor, drawn.project, ...point));
      flow.rack = RackDraft.drag(flow, ...spots);
      return flow.shell.changed();
    }
    return draw([held.at, now]);
  };
  const up = (event) => {
    const held = hand.current;
    hand.current = null;
    draw(null);
    if (!held || held.pan) return;
    svg.current.focus({ preventScroll: true });
    if (flow.tool === 'rack') {
      if (held.moved) flow.rack.preview();
      return;
    }
    if (held.moved) return flow.choose(fieldsIn(drawn, held.at, at(event)), event.shiftKey || event.ctrlKey || event.metaKey ? 'add' : 'only');
    const field = fieldAt(drawn, ...held.at, 1);
    if (field) flow.pick(field.bin, event);
    else if (!event.shiftKey && !event.ctrlKey) flow.clear();
  };

  return html`<div class="floor layout-floor" data-tool=${flow.tool}>
    <svg class="plan" ref=${svg} viewBox=${box.join(' ')} preserveAspectRatio="xMidYMid meet" tabindex="0" role="application" aria-label=${t('layout.map', { n: flow.bins.length })} aria-describedby="layout-keys"
      onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${() => { hand.current = null; draw(null); }} onPointerLeave=${() => hover(null)}>
      <defs><pattern id="blocked" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform=${'rotate(45) scale(' + box[2] / 700 + ')'}><rect width="4" height="4" class="blocked-ground" /><rect width="1.6" height="4" class="blocked-line" /></pattern></defs>
      <${Ground} flow=${flow} drawn=${drawn} />
      ${shown.map((group) => html`<path key=${group.name} class="cells" d=${group.path} fill=${group.colour} />`)}
      <${FloorWays} project=${drawn.project} floor=${flow.floor()} />
      <path class="cells-blocked" d=${drawn.blocked} fill="url(#blocked)" />
      <path class="cells-chosen" d=${boxesPath(drawn.all.filter((field) => flow.chosen.has(field.bin.id)))} />
      <${Names} drawn=${drawn} box=${box} />
      ${flow.anchor && flow.chosen.has(flow.anchor.id) && html`<${Anchor} drawn=${drawn} bin=${flow.anchor} />`}
      ${flow.rack && html`<g class="rack-draft">${rackBoxes(drawn.project, flow.rack.plan).map((one, index) => html`<rect key=${index} class=${one.first ? 'rack-first' : ''} x=${one.x} y=${one.y} width=${one.width} height=${one.height} />`)}</g>`}
      ${over && html`<rect class="cell-over" x=${over.x} y=${over.y} width=${over.width} height=${over.height} />`}
      ${lasso && html`<rect class="lasso" x=${Math.min(lasso[0][0], lasso[1][0])} y=${Math.min(lasso[0][1], lasso[1][1])} width=${Math.abs(lasso[1][0] - lasso[0][0])} height=${Math.abs(lasso[1][1] - lasso[0][1])} />`}
    </svg>
    ${over && !hand.current && html`<${Tip} bin=${over.bin} />`}
    <div class="zoom" role="group" aria-label=${t('layout.zoom')}>
      <button type="button" id="zoom-in" aria-label=${t('layout.zoom_in')} onClick=${() => zoom(1 / 1.5)}>+</button>
      <button type="button" id="zoom-out" aria-label=${t('layout.zoom_out')} onClick=${() => zoom(1.5)}>−</button>
      <button type="button" id="zoom-fit" aria-label=${t('layout.zoom_fit')} title=${t('layout.zoom_fit')} onClick=${() => look(null)}><${Icon} name="again" size=${16} /></button>
    </div>
    <${Legend} flow=${flow} shown=${shown} />
    <p class="unseen" id="layout-keys">${t('layout.keys')}</p>
  </div>`;
}

function Ground({ flow, drawn }) {
  const { project, runs } = drawn;
  const floor = flow.plan.floor;
  const numbers = floor.depot_side === 'back' ? project.front + 12 : project.back - 6;
  return html`<g class="shelves" style=${{ fontSize: '8px' }}>
    <rect class="plan-floor" x="0" y="0" width=${project.width} height=${project.height} rx="6" />
    ${runs.map((run) => { const zone = flow.zones[run.zone]; const wide = (run.to - run.from + 1) * project.spacing - 4; return html`<g key=${run.from} class="plan-zone">
      <rect x=${project.aisleX(run.from) - project.spacing / 2 + 2} y="-4" width=${wide} height="4" rx="2" fill=${safeColour(zone.colour)} />
      <text x=${(project.aisleX(run.from) + project.aisleX(run.to)) / 2} y="-7">${zone.name.length * 5 > wide ? zone.code : zone.name}</text></g>`; })}
    ${Array.from({ length: floor.aisles }, (none, aisle) => html`<text key=${aisle} class="plan-aisle" x=${project.aisleX(aisle)} y=${numbers}>${aisle + 1}</text>`)}
    ${Array.from({ length: floor.aisles }, (none, aisle) => html`<line key=${'l' + aisle} class="aisle-line" x1=${project.aisleX(aisle)} x2=${project.aisleX(aisle)} y1=${project.back} y2=${project.front} />`)}
    <g class="plan-depot" transform=${'translate(' + project.depot.join(',') + ')'}><rect x="-9" y="-6" width="18" height="12" rx="2" /><path d="M-4 1 L0 -3 L4 1 M0 -3 V4" /><title>${t('board.floor.depot')}</title></g>
  </g>`;
}

/** Codes are written once there is room to read them. */
function Names({ drawn, box }) {
  const seen = drawn.all.filter((field) => field.x < box[0] + box[2] && field.x + field.width > box[0] && field.y < box[1] + box[3] && field.y + field.height > box[1]);
  if (seen.length > NAMED || box[2] > 170) return '';
  return html`<g class="names">${seen.map((field) => {
    const upright = field.height > field.width;
    const room = upright ? field.height : field.width;
    const size = Math.min(3.4, (room / field.bin.code.length) * 1.5, (upright ? field.width : field.height) * 0.8);
    const x = field.x + field.width / 2;
    const y = field.y + field.height / 2;
    return size < 1 ? '' : html`<text key=${field.bin.id} x=${x} y=${y} dy="0.36em" font-size=${size} transform=${upright ? 'rotate(-90 ' + x + ' ' + y + ')' : ''}>${field.bin.code}</text>`;
  })}</g>`;
}

function Anchor({ drawn, bin }) {
  const field = drawn.all.find((each) => each.bin.id === bin.id);
  return field ? html`<rect class="cell-anchor" x=${field.x} y=${field.y} width=${field.width} height=${field.height} />` : '';
}

function Tip({ bin }) {
  return html`<div class="tip"><b>${bin.code}</b><span>${t('layout.tip', { zone: bin.zone || '–', level: bin.level, kind: t('layout.kind.' + bin.kind) })}</span>
    ${bin.blocked_reason !== null && html`<span class="tip-blocked"><${Icon} name="warning" size=${14} />${bin.blocked_reason}</span>`}</div>`;
}

function Legend({ flow, shown }) {
  const blocked = flow.visible().filter((bin) => bin.blocked_reason !== null).length;
  return html`<div class="legend">
    ${shown.map((group) => html`<span key=${group.name}><b class="legend-cell" style=${{ background: group.colour }}></b>${group.name} <em>${group.bins}</em></span>`)}
    ${blocked > 0 && html`<span><b class="legend-cell legend-blocked"></b>${t('layout.blocked')} <em>${blocked}</em></span>`}
    <span class="legend-hint">${t(flow.tool === 'rack' ? 'layout.hint_rack' : 'layout.hint_select')}</span>
  </div>`;
}

// ---- looking closer

function pointOf(svg, event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
}

/** The part of the floor that the page has room for: a view grown to the shape of its window. */
function filled(box, svg) {
  const shape = svg && svg.clientWidth ? svg.clientHeight / svg.clientWidth : box[3] / box[2];
  if (shape > box[3] / box[2]) return [box[0], box[1] - (shape * box[2] - box[3]) / 2, box[2], shape * box[2]];
  return [box[0] - (box[3] / shape - box[2]) / 2, box[1], box[3] / shape, box[3]];
}

function scaleOf(svg) {
  return 1 / svg.getScreenCTM().a;
}

function zoomed(all, box, by, centre) {
  const width = Math.max(CLOSEST, box[2] * by);
  if (width >= all[2]) return null;
  const ratio = width / box[2];
  const [x, y] = centre || [box[0] + box[2] / 2, box[1] + box[3] / 2];
  return [x - (x - box[0]) * ratio, y - (y - box[1]) * ratio, width, box[3] * ratio];
}

function moved(all, box, across, down) {
  return [box[0] + (across / 900) * box[2], box[1] + (down / 900) * box[3], box[2], box[3]];
}

/** A view that shows these bins, unless the present one does. */
function around(flow, bins, view) {
  const ids = new Set(bins.map((bin) => bin.id));
  const seen = flow.drawn().all.filter((field) => ids.has(field.bin.id));
  if (!seen.length) return view;
  const left = Math.min(...seen.map((field) => field.x));
  const top = Math.min(...seen.map((field) => field.y));
  const right = Math.max(...seen.map((field) => field.x + field.width));
  const bottom = Math.max(...seen.map((field) => field.y + field.height));
  const all = whole(flow);
  const width = Math.max(140, (right - left) * 1.3, ((bottom - top) * 1.3 * all[2]) / all[3]);
  if (width >= all[2]) return null;
  const height = (width * all[3]) / all[2];
  return [(left + right - width) / 2, (top + bottom - height) / 2, width, height];
}
