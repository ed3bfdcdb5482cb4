// A page just large enough for Preact and the scan field: elements, focus, and keys and taps as a browser does them.
class Node {
  constructor(page) {
    this.ownerDocument = page;
    this.parentNode = null;
  }

  get nextSibling() {
    const all = this.parentNode ? this.parentNode.childNodes : [];
    return all[all.indexOf(this) + 1] || null;
  }

  remove() {
    if (!this.parentNode) return;
    this.parentNode.childNodes.splice(this.parentNode.childNodes.indexOf(this), 1);
    this.parentNode = null;
  }
}

class Text extends Node {
  constructor(page, data) {
    super(page);
    this.nodeType = 3;
    this.data = data;
  }
}

class Element extends Node {
  constructor(page, namespace, name) {
    super(page);
    Object.assign(this, { nodeType: 1, namespaceURI: namespace, localName: name, tagName: name.toUpperCase(), childNodes: [], style: {}, focused: 0 });
    this.given = new Map(); // attributes
    this.heard = []; // [type, act]
    if (name === 'input') Object.assign(this, { value: '', selectionStart: 0, selectionEnd: 0 });
  }

  get firstChild() {
    return this.childNodes[0] || null;
  }

  insertBefore(node, before) {
    node.remove();
    const at = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(at, 0, node);
    node.parentNode = this;
  }

  setAttribute(name, value) {
    this.given.set(name, String(value));
  }

  removeAttribute(name) {
    this.given.delete(name);
  }

  addEventListener(type, act) {
    this.heard.push([type, act]);
  }

  removeEventListener(type, act) {
    this.heard = this.heard.filter((one) => one[0] !== type || one[1] !== act);
  }

  /** Only lists of names and of one attribute each. */
  closest(selectors) {
    const fits = (one) => selectors.split(',').some((each) => (each[0] === '[' ? one.given.has(each.slice(1, -1)) : one.localName === each));
    for (let one = this; one && one.given; one = one.parentNode) if (fits(one)) return one;
    return null;
  }

  find(id) {
    if (this.given.get('id') === id) return this;
    return this.childNodes.reduce((found, one) => found || (one.find ? one.find(id) : null), null);
  }

  focus() {
    this.focused += 1;
    this.ownerDocument.activeElement = this;
  }

  blur() {
    if (this.ownerDocument.activeElement === this) this.ownerDocument.activeElement = this.ownerDocument.body;
  }

  setRangeText(text, start, end) {
    this.value = this.value.slice(0, start) + text + this.value.slice(end);
    this.selectionStart = this.selectionEnd = start + text.length;
  }
}

/** A page with an empty body. */
export function makePage() {
  const page = {
    heard: [], // [type, act, capture]
    createElementNS: (namespace, name) => new Element(page, namespace, name),
    createTextNode: (data) => new Text(page, data),
    addEventListener: (type, act, capture) => page.heard.push([type, act, Boolean(capture)]),
    removeEventListener: (type, act, capture) => { page.heard = page.heard.filter((one) => one[0] !== type || one[1] !== act || one[2] !== Boolean(capture)); },
  };
  page.body = new Element(page, null, 'body');
  page.activeElement = page.body;
  return page;
}

/** Capturing listeners of the page, then those of the target and its parents, then the page's others. */
function fire(page, type, target, more) {
  const event = Object.assign({ type, target, defaultPrevented: false, preventDefault() { this.defaultPrevented = true; } }, more);
  const hear = (all) => all.filter((one) => one[0] === type).forEach((one) => one[1].call(event.currentTarget, event));
  hear(page.heard.filter((one) => one[2]));
  for (let one = target; one && one.heard; one = one.parentNode) {
    event.currentTarget = one;
    hear(one.heard.slice());
  }
  hear(page.heard.filter((one) => !one[2]));
  return event;
}

/** A key goes down and up: text goes into the field that has the focus by then, Enter presses a button that has it. */
export function press(page, key, more) {
  const keys = Object.assign({ key, code: '', altKey: false, ctrlKey: false, metaKey: false, isComposing: false }, more);
  const event = fire(page, 'keydown', page.activeElement, keys);
  const at = page.activeElement;
  if (!event.defaultPrevented && key.length === 1 && !keys.ctrlKey && at.localName === 'input') at.setRangeText(key, at.value.length, at.value.length);
  if (!event.defaultPrevented && key === 'Enter' && at.localName === 'button') fire(page, 'click', at);
  fire(page, 'keyup', page.activeElement, keys);
  return event;
}

export function type(page, text) {
  Array.from(text).forEach((key) => press(page, key));
}

/** A finger gives a button the focus and presses it; anything else takes the focus away. */
export function tap(page, element) {
  page.activeElement = ['button', 'input'].includes(element.localName) ? element : page.body;
  fire(page, 'click', element);
}
