// Small pictures that the whole desk uses.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { count } from './format.js';

/** A ring that fills up. `shares`: [[share 0…1, class], …] drawn one after another; words go inside. */
export function Ring({ size, shares, children, label }) {
  const radius = 42;
  const round = 2 * Math.PI * radius;
  let from = 0;
  const arcs = shares.map(([share, kind]) => {
    const arc = { kind: kind, length: round * share, start: from };
    from += round * share;
    return arc;
  });
  return html`<div class="ring" style=${{ width: size + 'px', height: size + 'px' }} role=${label ? 'img' : undefined} aria-label=${label || undefined}>
    <svg viewBox="0 0 100 100" aria-hidden="true">
      <circle class="ring-track" cx="50" cy="50" r=${radius} />
      ${arcs.map((arc) => html`<circle key=${arc.kind} class=${'ring-arc ' + arc.kind} cx="50" cy="50" r=${radius}
        stroke-dasharray=${arc.length + ' ' + (round - arc.length)} stroke-dashoffset=${-arc.start} />`)}
    </svg>
    <div class="ring-words">${children}</div>
  </div>`;
}

/** A count that lights up for a moment when it changes. */
export function Live({ value }) {
  return html`<span class="live" key=${value}>${typeof value === 'number' ? count(value) : value}</span>`;
}

/** A button of the desk. `sure`: pressed once, wants the second press. */
export function Act({ label, icon, kind, onTap, busy, sure, id, title }) {
  return html`<button type="button" id=${id} title=${title} class=${'act ' + (kind || '') + (sure ? ' act-sure' : '')} disabled=${busy} aria-busy=${busy ? 'true' : undefined}
    onClick=${(event) => { event.stopPropagation(); onTap(); }}>
    ${icon && html`<${Icon} name=${icon} size=${16} />`}<span>${label}</span></button>`;
}

/** Lines picked over the last two hours, a bar for each five minutes. */
export function Spark({ values, label }) {
  const most = Math.max(4, ...values);
  const width = 100 / values.length;
  return html`<svg class="spark" viewBox="0 0 100 28" preserveAspectRatio="none" role="img" aria-label=${label}>
    <title>${label}</title>
    ${values.map((value, at) => html`<rect key=${at} class=${at === values.length - 1 ? 'spark-now' : ''} x=${at * width + width * 0.12}
      width=${width * 0.76} y=${27 - (26 * value) / most} height=${1 + (26 * value) / most} />`)}
  </svg>`;
}
