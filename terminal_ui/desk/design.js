// A label that is being arranged: its elements, which of them is chosen, and the way back. Measures are millimetres.
const MOST_STEPS = 200;
const LEAST = 0.1; // of a side
const STEP = 10; // tenths: places are kept to a tenth of a millimetre
const KEPT = { text: ['field', 'words', 'size', 'smallest', 'bold', 'align', 'middle', 'inverted', 'rule'], barcode: ['field', 'words'], qr: ['field', 'words'], datamatrix: ['field', 'words'], line: ['dashed'], box: ['thickness'], picture: ['picture'] };
const FRESH = {
  text: { w: 40, h: 6, size: 4, words: '', rule: 'shrink' }, barcode: { w: 60, h: 15 }, qr: { w: 25, h: 25 }, datamatrix: { w: 20, h: 20 },
  line: { w: 60, h: 0.3 }, box: { w: 40, h: 15, thickness: 0.3 }, picture: { w: 30, h: 15 },
};

export const round = (mm) => Math.round(mm * STEP) / STEP;

/** '100x150' → {width: 100, height: 150}; null for what is no stock. */
export function stockOf(media) {
  const found = /^(\d{2,3})x(\d{2,3})$/.exec(media);
  return found && { width: Number(found[1]), height: Number(found[2]) };
}

/** An element kept inside the label: its size first, then its place. */
export function inside(element, stock) {
  const w = Math.min(Math.max(LEAST, round(element.w)), stock.width);
  const h = Math.min(Math.max(LEAST, round(element.h)), stock.height);
  return Object.assign({}, element, { w: w, h: h, x: round(Math.min(Math.max(0, element.x), stock.width - w)), y: round(Math.min(Math.max(0, element.y), stock.height - h)) });
}

/** `element` with the edges named in `edges` ('n', 'se', …) moved by (dx, dy); the others stay where they are. */
export function stretched(element, edges, dx, dy, stock) {
  const box = { left: element.x, top: element.y, right: element.x + element.w, bottom: element.y + element.h };
  if (edges.indexOf('w') >= 0) box.left = Math.min(Math.max(0, box.left + dx), box.right - LEAST);
  if (edges.indexOf('e') >= 0) box.right = Math.max(Math.min(stock.width, box.right + dx), box.left + LEAST);
  if (edges.indexOf('n') >= 0) box.top = Math.min(Math.max(0, box.top + dy), box.bottom - LEAST);
  if (edges.indexOf('s') >= 0) box.bottom = Math.max(Math.min(stock.height, box.bottom + dy), box.top + LEAST);
  return inside(Object.assign({}, element, { x: box.left, y: box.top, w: box.right - box.left, h: box.bottom - box.top }), stock);
}

/** Whether two bodies hold the same, in whatever order the properties of their elements stand. */
export function alike(one, other) {
  const told = (body) => JSON.stringify(body.elements.map((each) => Object.keys(each).sort().map((name) => [name, each[name]])));
  return told(one) === told(other);
}

export class Design {
  /** @param {any[]} elements @param {{width: number, height: number}} stock @param {() => void} changed */
  constructor(elements, stock, changed) {
    this.stock = stock;
    this.elements = elements;
    this.saved = elements;
    this.chosen = '';
    this._changed = changed;
    this._past = [];
    this._future = [];
    this._tag = '';
  }

  get one() {
    return this.elements.find((each) => each.id === this.chosen) || null;
  }

  get dirty() {
    return JSON.stringify(this.elements) !== JSON.stringify(this.saved);
  }

  get undoable() {
    return this._past.length > 0;
  }

  get redoable() {
    return this._future.length > 0;
  }

  choose(id) {
    this.chosen = id;
    this._tag = '';
    this._changed();
  }

  /** These elements instead. Changes of the same `tag` one after the other (typing, nudging) are one step back. */
  set(elements, tag) {
    if (!tag || tag !== this._tag) {
      this._past = this._past.slice(1 - MOST_STEPS).concat([this.elements]);
      this._future = [];
    }
    this._tag = tag || '';
    this.elements = elements;
    this._changed();
  }

  undo() {
    this._step(this._past, this._future);
  }

  redo() {
    this._step(this._future, this._past);
  }

  _step(from, to) {
    if (!from.length) return;
    to.push(this.elements);
    this.elements = from.pop();
    this._tag = '';
    if (!this.one) this.chosen = '';
    this._changed();
  }

  /** Change one element; what is undefined in `patch` is taken out of it. */
  update(id, patch, tag) {
    const changed = (each) => {
      const next = inside(Object.assign({}, each, patch), this.stock);
      Object.keys(next).forEach((name) => next[name] === undefined && delete next[name]);
      return next;
    };
    this.set(this.elements.map((each) => (each.id === id ? changed(each) : each)), tag);
  }

  move(dx, dy) {
    const one = this.one;
    if (one) this.update(one.id, { x: one.x + dx, y: one.y + dy }, 'move ' + one.id);
  }

  resize(dw, dh) {
    const one = this.one;
    if (one) this.set(this.elements.map((each) => (each === one ? stretched(one, 'se', dw, dh, this.stock) : each)), 'size ' + one.id);
  }

  /** A new element in the middle of the label, chosen. */
  add(kind, more) {
    const fresh = Object.assign({ id: this._name(), kind: kind }, FRESH[kind], more);
    const fits = Object.assign(fresh, { w: Math.min(fresh.w, this.stock.width - 4), h: Math.min(fresh.h, this.stock.height - 4) });
    this._put(Object.assign({ x: (this.stock.width - fits.w) / 2, y: (this.stock.height - fits.h) / 2 }, fits));
  }

  duplicate() {
    const one = this.one;
    if (one) this._put(Object.assign({}, one, { id: this._name(), x: one.x + 2, y: one.y + 2 }));
  }

  _put(element) {
    this.chosen = element.id;
    this.set(this.elements.concat(inside(element, this.stock)));
  }

  /** The chosen element is taken away; the one drawn after it is chosen. */
  remove() {
    const at = this.elements.findIndex((each) => each.id === this.chosen);
    if (at < 0) return;
    const left = this.elements.filter((each) => each.id !== this.chosen);
    this.chosen = left.length ? left[Math.min(at, left.length - 1)].id : '';
    this.set(left);
  }

  /** Another kind of rule or content belongs to it: what is not of its kind is left out. */
  get body() {
    return { elements: this.elements.map((each) => {
      const kept = { id: each.id, kind: each.kind, x: each.x, y: each.y, w: each.w, h: each.h };
      KEPT[each.kind].forEach((name) => { if (each[name] !== undefined) kept[name] = each[name]; });
      return kept;
    }) };
  }

  _name() {
    const numbers = this.elements.map((each) => Number((/^e(\d+)$/.exec(each.id) || [0, 0])[1]));
    return 'e' + (Math.max(0, ...numbers) + 1);
  }
}
