// The label on the screen: the dots as they burn, and over them every element to take hold of, by mouse or by keys.
import { html, useEffect, useRef, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { inside, stretched } from './design.js';

const GRID = 0.5; // mm; with Alt held, a tenth
const EDGES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

export function LabelSheet({ desk }) {
  const design = desk.design;
  const place = useRef(null);
  const [room, setRoom] = useState({ width: 400, height: 500 });
  useEffect(() => {
    const measure = () => place.current && setRoom({ width: place.current.clientWidth - 32, height: place.current.clientHeight - 32 });
    const watch = new ResizeObserver(measure);
    watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  const fit = Math.min(room.width / design.stock.width, room.height / design.stock.height);
  const scale = desk.zoom ? (desk.zoom * desk.dots) / window.devicePixelRatio : fit; // pixels a millimetre
  const size = { width: design.stock.width * scale + 'px', height: design.stock.height * scale + 'px' };
  const off = (event) => { if (event.target.classList.contains('design-room') || event.target.classList.contains('design-paper')) design.choose(''); };
  return html`<div class="design-room" ref=${place} onPointerDown=${off}>
    <div class=${'design-paper' + (desk.waiting ? ' design-waiting' : '')} id="paper" style=${size} role="group" aria-label=${t('template.label')} data-drawn=${desk.drawn}>
      ${desk.picture && html`<img src=${desk.picture} alt="" draggable=${false} />`}
      ${design.elements.map((one) => html`<${Handle} key=${one.id} desk=${desk} element=${one} scale=${scale} />`)}
    </div></div>`;
}

/** One element. While it is dragged only its outline moves; letting go is one step, which can be undone. */
function Handle({ desk, element, scale }) {
  const design = desk.design;
  const [draft, setDraft] = useState(null);
  const drag = useRef(null);
  const shown = draft || element;
  const chosen = design.chosen === element.id;
  const node = useRef(null);
  useEffect(() => { if (chosen && desk.focusChosen && node.current) { desk.focusChosen = false; node.current.focus(); } });
  const begin = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    node.current.focus();
    if (!chosen) design.choose(element.id);
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, y: event.clientY, edges: event.target.dataset.edge || '' };
  };
  const moved = (event) => {
    if (!drag.current) return;
    const grid = event.altKey ? 0.1 : GRID;
    const snap = (pixels) => Math.round(pixels / scale / grid) * grid;
    const [dx, dy] = [snap(event.clientX - drag.current.x), snap(event.clientY - drag.current.y)];
    setDraft(drag.current.edges ? stretched(element, drag.current.edges, dx, dy, design.stock) : inside(Object.assign({}, element, { x: element.x + dx, y: element.y + dy }), design.stock));
  };
  const end = () => {
    drag.current = null;
    if (draft && ['x', 'y', 'w', 'h'].some((name) => draft[name] !== element[name])) design.update(element.id, draft);
    setDraft(null);
  };
  const mm = (value) => value * scale + 'px';
  const wrong = desk.problems.some((one) => one.element === element.id);
  return html`<div class=${'design-part' + (chosen ? ' design-chosen' : '') + (wrong ? ' design-wrong' : '')} id=${'part-' + element.id} data-kind=${element.kind} ref=${node} tabindex="0" role="button" aria-pressed=${chosen}
    aria-label=${nameOf(element)} style=${{ left: mm(shown.x), top: mm(shown.y), width: mm(shown.w), height: mm(shown.h) }}
    onFocus=${() => !chosen && design.choose(element.id)} onPointerDown=${begin} onPointerMove=${moved} onPointerUp=${end} onPointerCancel=${() => { drag.current = null; setDraft(null); }}>
    ${draft && html`<small class="design-measure">${[shown.x, shown.y].join(' / ')} · ${[shown.w, shown.h].join(' × ')}</small>`}
    ${chosen && EDGES.map((edge) => html`<i key=${edge} data-edge=${edge} class=${'design-edge design-' + edge}></i>`)}</div>`;
}

/** 'Text: Recipient, name' – how people call an element. */
export function nameOf(element) {
  const what = element.field ? say('template_field', element.field) : element.words || '';
  return say('template_kind', element.kind) + (what ? ': ' + what : '');
}
