// A canvas with every bin of the floor: drawn fast, zoomed by wheel, dragged, walked by arrows.
import { waysOf } from './floor_ways.js';
import { bayLength, faceBox, projection, zoneRuns } from './geometry.js';
import { AT } from './floor_scale.js';
import { safeColour } from '../parts/goods.js';

const CLOSEST = 12;
const DRAG_PX = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class CellMap {
  /** `data` of /api/v1/inventory/floor; `told`: {hover(index or null), open(index)}. */
  constructor(canvas, data, told) {
    this._canvas = canvas;
    this._told = told;
    this._data = data;
    this._project = projection(data.floor);
    this._over = null;
    this._view = { scale: 1, x: 0, y: 0 };
    this._lay();
    this._listeners = [];
    this._listen();
    this._watch = new ResizeObserver(() => this.fit());
    this._watch.observe(canvas.parentNode);
    this._dark = matchMedia('(prefers-color-scheme: dark)');
    this._on(this._dark, 'change', () => this.draw());
    this.fit();
  }

  end() {
    this._watch.disconnect();
    this._listeners.forEach(([thing, event, act]) => thing.removeEventListener(event, act));
  }

  _on(thing, event, act, how) {
    thing.addEventListener(event, act, how);
    this._listeners.push([thing, event, act]);
  }

  /** Where each bin stands: faces as on the board, a face parted among its levels. */
  _lay() {
    const bins = this._data.bins;
    const faces = bins.map((bin) => [bin[AT.aisle], bin[AT.side], bin[AT.y_mm], bin[AT.zone], 1]);
    this._bay = bayLength(faces, this._project.length);
    this._runs = zoneRuns(faces, this._data.floor.aisles);
    this._faces = {};
    bins.forEach((bin, at) => {
      const key = bin[AT.aisle] + bin[AT.side] + bin[AT.y_mm];
      (this._faces[key] = this._faces[key] || []).push(at);
    });
  }

  /** Boxes of the bins of one level, or of all levels (0) beside each other, the lowest at the aisle. */
  boxes(level) {
    const all = this._data.bins;
    const found = [];
    Object.keys(this._faces).forEach((key) => {
      const shown = this._faces[key].filter((at) => !level || all[at][AT.level] === level);
      const first = all[this._faces[key][0]];
      const face = faceBox(this._project, this._bay, first[AT.aisle], first[AT.side], first[AT.y_mm]);
      const width = face.width / Math.max(1, shown.length);
      shown.forEach((at, nth) => {
        const place = first[AT.side] === 'R' ? nth : shown.length - 1 - nth;
        found.push({ at: at, x: face.x + place * width, y: face.y, width: width, height: face.height });
      });
    });
    return found;
  }

  show(colours, level, way) {
    if (this._colours === colours && this._level === level) return;
    this._colours = colours;
    this._boxes = this.boxes(level);
    this._level = level;
    this._way = way;
    this.draw();
  }

  /** The whole floor in the middle of the canvas. */
  fit() {
    const box = this._canvas.parentNode.getBoundingClientRect();
    const foot = this._canvas.parentNode.querySelector('.stock-floor-foot').getBoundingClientRect().height;
    const ratio = devicePixelRatio || 1;
    this._size = { width: Math.max(10, box.width), height: Math.max(10, box.height - foot) };
    this._canvas.style.width = this._size.width + 'px';
    this._canvas.style.height = this._size.height + 'px';
    this._canvas.width = Math.round(this._size.width * ratio);
    this._canvas.height = Math.round(this._size.height * ratio);
    const margin = 26;
    this._fitted = Math.min((this._size.width - 2 * margin) / this._project.width, (this._size.height - 2 * margin - 14) / this._project.height);
    this._view = { scale: this._fitted, x: (this._size.width - this._project.width * this._fitted) / 2, y: (this._size.height - this._project.height * this._fitted) / 2 + 12 };
    this.draw();
  }

  zoom(by, at) {
    const [x, y] = at || [this._size.width / 2, this._size.height / 2];
    const view = this._view;
    const scale = Math.max(this._fitted * 0.8, Math.min(this._fitted * CLOSEST, view.scale * by));
    this._view = { scale: scale, x: x - ((x - view.x) * scale) / view.scale, y: y - ((y - view.y) * scale) / view.scale };
    this.draw();
  }

  draw() {
    if (!this._boxes || !this._size) return;
    const pen = this._canvas.getContext('2d');
    const ratio = devicePixelRatio || 1;
    const style = getComputedStyle(this._canvas);
    const ink = (name) => style.getPropertyValue(name).trim();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this._size.width, this._size.height);
    pen.setTransform(ratio * this._view.scale, 0, 0, ratio * this._view.scale, ratio * this._view.x, ratio * this._view.y);
    this._drawGround(pen, ink);
    this._drawCells(pen, ink);
    this._drawOver(pen, ink);
    this._canvas.dataset.drawn = String(this._boxes.length);
  }

  _drawGround(pen, ink) {
    const project = this._project;
    pen.fillStyle = ink('--ground');
    pen.fillRect(0, 0, project.width, project.height);
    const letter = Math.max(9 / this._view.scale, Math.min(13 / this._view.scale, project.spacing * 0.5));
    pen.font = '600 ' + letter + 'px ' + ink('--face');
    pen.textAlign = 'center';
    this._runs.forEach((run) => {
      const zone = this._data.zones[run.zone];
      const width = (run.to - run.from + 1) * project.spacing;
      pen.fillStyle = safeColour(zone.colour);
      pen.fillRect(project.aisleX(run.from) - project.spacing / 2 + 2, -5, width - 4, 4);
      pen.fillStyle = ink('--ink');
      pen.fillText(zone.name || zone.code, (project.aisleX(run.from) + project.aisleX(run.to)) / 2, -8, width);
    });
    pen.fillStyle = ink('--soft');
    const y = this._data.floor.depot_side === 'back' ? project.front + letter * 1.3 : project.back - letter * 0.4;
    for (let aisle = 0; aisle < this._data.floor.aisles; aisle += 1) pen.fillText(String(aisle + 1), project.aisleX(aisle), y);
    this._drawWays(pen, ink);
    pen.fillStyle = ink('--ink');
    pen.fillRect(project.depot[0] - 9, project.depot[1] - 5, 18, 10);
  }

  _drawWays(pen, ink) {
    const ways = waysOf(this._project, this._data.floor);
    pen.strokeStyle = ink('--soft');
    pen.lineWidth = 1;
    pen.setLineDash([4, 4]);
    ways.crosses.forEach((y) => { pen.beginPath(); pen.moveTo(0, y); pen.lineTo(this._project.width, y); pen.stroke(); });
    pen.setLineDash([]);
    pen.fillStyle = ink('--stop');
    ways.obstacles.forEach((box) => pen.fillRect(box.x, box.y, box.width, box.height));
  }

  _drawCells(pen, ink) {
    const colours = {};
    const colour = (name) => (colours[name] = colours[name] || ink('--cell-' + name));
    const gap = Math.min(0.5, this._boxes.length ? this._boxes[0].width * 0.08 : 0);
    this._boxes.forEach((box) => {
      pen.fillStyle = colour(this._colours[box.at]);
      pen.fillRect(box.x, box.y, box.width - gap, box.height);
    });
    pen.strokeStyle = ink('--stop');
    pen.lineWidth = 1.2;
    this._boxes.filter((box) => this._data.bins[box.at][AT.blocked]).forEach((box) => {
      pen.beginPath();
      pen.moveTo(box.x, box.y);
      pen.lineTo(box.x + box.width, box.y + box.height);
      pen.moveTo(box.x + box.width, box.y);
      pen.lineTo(box.x, box.y + box.height);
      pen.stroke();
    });
  }

  _drawOver(pen, ink) {
    const box = this._over === null ? null : this._boxes.find((one) => one.at === this._over);
    if (!box) return;
    pen.strokeStyle = ink('--ink');
    pen.lineWidth = Math.max(1.4, 2.5 / this._view.scale);
    pen.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
  }

  /** The bin at a place of the canvas (px), or null. */
  at(x, y) {
    const u = (x - this._view.x) / this._view.scale;
    const v = (y - this._view.y) / this._view.scale;
    const hit = (this._boxes || []).find((box) => u >= box.x && u <= box.x + box.width && v >= box.y && v <= box.y + box.height);
    return hit ? hit.at : null;
  }

  /** Where a bin is drawn: the middle of its cell in px of the canvas. */
  middle(at) {
    const box = this._boxes.find((one) => one.at === at);
    return box && [(box.x + box.width / 2) * this._view.scale + this._view.x, (box.y + box.height / 2) * this._view.scale + this._view.y];
  }

  _point(at) {
    if (at === this._over) return;
    this._over = at;
    this._canvas.style.cursor = at === null ? '' : 'pointer';
    this._told.hover(at);
    this.draw();
  }

  _listen() {
    const canvas = this._canvas;
    const place = (event) => [event.offsetX, event.offsetY];
    let from = null;
    this._on(canvas, 'pointerdown', (event) => { from = { at: place(event), view: this._view, moved: false }; canvas.setPointerCapture(event.pointerId); });
    this._on(canvas, 'pointermove', (event) => {
      const [x, y] = place(event);
      if (!from) return this._point(this.at(x, y));
      const far = [x - from.at[0], y - from.at[1]];
      if (Math.abs(far[0]) + Math.abs(far[1]) > DRAG_PX) from.moved = true;
      if (!from.moved) return undefined;
      this._view = { scale: from.view.scale, x: from.view.x + far[0], y: from.view.y + far[1] };
      return this.draw();
    });
    this._on(canvas, 'pointerup', (event) => {
      const hit = from && !from.moved ? this.at(...place(event)) : null;
      from = null;
      if (hit !== null) this._told.open(hit);
    });
    this._on(canvas, 'pointerleave', () => !from && document.activeElement !== canvas && this._point(null));
    this._on(canvas, 'wheel', (event) => { event.preventDefault(); this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, place(event)); }, { passive: false });
    this._on(canvas, 'dblclick', () => this.fit());
    this._on(canvas, 'focus', () => this._over === null && this._boxes && this._boxes.length && this._point(this._boxes[0].at));
  }

  /** Arrows go to the next bin that way, Enter opens it, + − 0 zoom. */
  key(event) {
    if (event.key === '+' || event.key === '=') this.zoom(1.5);
    else if (event.key === '-') this.zoom(1 / 1.5);
    else if (event.key === '0') this.fit();
    else if (document.activeElement !== this._canvas) return;
    else if (event.key === 'Enter' && this._over !== null) this._told.open(this._over);
    else if (ARROWS[event.key]) {
      event.preventDefault();
      const next = nearest(this._boxes, this._over, ARROWS[event.key]);
      if (next !== null) this._point(next);
    }
  }
}

/** The box that lies next in a direction, those straight ahead before those aside; null when there is none. */
export function nearest(boxes, from, [dx, dy]) {
  const here = boxes.find((box) => box.at === from);
  if (!here) return boxes.length ? boxes[0].at : null;
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const [x, y] = middle(here);
  let best = null;
  boxes.forEach((box) => {
    const [u, v] = middle(box);
    const ahead = (u - x) * dx + (v - y) * dy;
    const aside = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
    if (ahead > 0.01 && (!best || ahead + 3 * aside < best.way)) best = { at: box.at, way: ahead + 3 * aside };
  });
  return best ? best.at : null;
}
