// What desk pages are made of: states, tables, figures, fields.
import { html, useEffect, useRef } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { safeUrl } from '../parts/goods.js';
import { count } from './format.js';
import { Act } from './parts.js';

/** What was asked for (an Asked of ask.js): its answer drawn by the one child, a function of the data; else why not. */
export function Shown({ asked, onRetry, children }) {
  const draw = [].concat(children)[0];
  if (asked.data) return html`<div class=${'office-shown' + (asked.busy ? ' office-asking' : '')}>${draw(asked.data)}</div>`;
  if (asked.error) return html`<${Failed} message=${asked.error} onRetry=${onRetry} />`;
  return html`<${Loading} />`;
}

export function Loading() {
  return html`<div class="office-state"><span class="spinner" aria-hidden="true"></span><p role="status">${t('office.loading')}</p></div>`;
}

export function Failed({ message, onRetry }) {
  return html`<div class="office-state office-failed"><${Icon} name="warning" size=${40} /><p role="alert">${message.text}</p>
    ${onRetry && html`<${Act} id="retry" kind="strong" icon="again" label=${t('office.retry')} onTap=${onRetry} />`}</div>`;
}

/** Nothing to show: `text` says why, and what to do about it. */
export function Empty({ text, icon, children }) {
  return html`<div class="office-state office-empty"><${Icon} name=${icon || 'item'} size=${40} /><p>${text}</p>${children}</div>`;
}

/**
 * A table with a head that stays. `columns`: [{key, label, render(row), number?, sort?, title?, width?}], `rows` an
 * array or a Rows of ask.js (which is then asked for more as its end comes into sight), `keyOf(row)`.
 * `sort`: {by, down} with `onSort(by)`; `onOpen(row)`: by click or Enter; `total`: {key: vnode} of a last row.
 */
export function Table({ columns, rows, keyOf, sort, onSort, onOpen, total, label, none, id, marked }) {
  const list = Array.isArray(rows) ? { items: rows, next: null, busy: false, error: null } : rows;
  const open = (event, row) => onOpen && !event.target.closest('a, button, input') && onOpen(row);
  // Where no row takes the focus, the table does, so that keys can scroll it.
  return html`<div class="office-table" id=${id} tabindex=${onOpen ? undefined : 0} onKeyDown=${walkRows}>
    <table aria-label=${label} aria-busy=${list.busy ? 'true' : 'false'}>
      <thead><tr>${columns.map((one) => html`<${Head} key=${one.key} column=${one} sort=${sort} onSort=${onSort} />`)}</tr></thead>
      <tbody>${list.items.map((row, at) => html`<tr key=${keyOf(row)} data-key=${keyOf(row)} tabindex=${onOpen ? (at ? -1 : 0) : undefined}
        class=${(onOpen ? 'office-opens' : '') + (marked && marked(row) ? ' office-marked' : '')}
        onClick=${(event) => open(event, row)} onKeyDown=${(event) => event.key === 'Enter' && event.target.tagName === 'TR' && onOpen && onOpen(row)}>
        ${columns.map((one) => html`<td key=${one.key} class=${one.number ? 'number' : ''}>${one.render(row)}</td>`)}</tr>`)}</tbody>
      ${total && html`<tfoot><tr>${columns.map((one) => html`<td key=${one.key} class=${one.number ? 'number' : ''}>${total[one.key] === undefined ? '' : total[one.key]}</td>`)}</tr></tfoot>`}
    </table>
    <${End} list=${list} none=${none} />
  </div>`;
}

function Head({ column, sort, onSort }) {
  const by = column.sort === true ? column.key : column.sort;
  const on = sort && by && sort.by === by;
  const order = on ? (sort.down ? 'descending' : 'ascending') : undefined;
  const style = column.width ? { width: column.width } : undefined;
  if (!by || !onSort) return html`<th scope="col" title=${column.title} class=${column.number ? 'number' : ''} style=${style}>${column.label}</th>`;
  return html`<th scope="col" title=${column.title} aria-sort=${order} class=${column.number ? 'number' : ''} style=${style}>
    <button type="button" class=${'office-sort' + (on ? ' office-sorted' : '')} data-sort=${by} onClick=${() => onSort(by)}>${column.label}${on && html`<i aria-hidden="true">${sort.down ? '▼' : '▲'}</i>`}</button></th>`;
}

/** What stands below the last row: more to come, why not, or that there is nothing. */
function End({ list, none }) {
  const place = useRef(null);
  useEffect(() => {
    if (!place.current || list.next === null || list.error) return undefined;
    const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && list.more(), { rootMargin: '400px' });
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [list, list.items.length, list.error]);
  if (list.error) return html`<${Failed} message=${list.error} onRetry=${() => list.again()} />`;
  if (list.busy && !list.items.length) return html`<${Loading} />`;
  if (!list.busy && !list.items.length) return none || html`<${Empty} text=${t('office.nothing')} />`;
  return html`<div class="office-more" ref=${place}>${list.next !== null && html`<span class="spinner spinner-small" aria-hidden="true"></span>`}</div>`;
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity };

/** Arrows walk from row to row; the focus is what Enter opens. */
function walkRows(event) {
  const step = STEPS[event.key];
  const row = event.target.closest('tr');
  if (step === undefined || event.target.tagName !== 'TR' || !row) return;
  event.preventDefault();
  event.stopPropagation();
  const all = Array.from(row.parentNode.children);
  const to = all[Math.max(0, Math.min(all.length - 1, all.indexOf(row) + step))];
  row.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}

/** Large numbers in a line: [{key, label, value, hint?, kind?}]; kind: bad, warn or good. `children` are buttons at the end. */
export function Figures({ rows, children }) {
  return html`<div class="office-line"><dl class="office-figures">${rows.filter((one) => one && one.value !== null && one.value !== undefined).map((one) => html`<div key=${one.key} data-figure=${one.key} class=${'office-figure ' + (one.kind ? 'office-' + one.kind : '')} title=${one.title}>
    <dt>${one.label}</dt><dd>${typeof one.value === 'number' ? count(one.value) : one.value}</dd>${one.hint && html`<small>${one.hint}</small>`}</div>`)}</dl>${children && html`<div class="office-acts">${children}</div>`}</div>`;
}

/** Facts as pairs of name and value; those without a value are left out. */
export function Facts({ rows }) {
  return html`<dl class="office-facts">${rows.filter((row) => row && row[1] !== null && row[1] !== undefined && row[1] !== '').map((row) => html`<div key=${row[0]}><dt>${row[0]}</dt><dd>${row[1]}</dd></div>`)}</dl>`;
}

/** A word in a coloured field. `kind`: good, warn, bad, act, or none. */
export function Tag({ kind, children, title }) {
  return html`<span class=${'office-tag' + (kind ? ' office-tag-' + kind : '')} title=${title}>${children}</span>`;
}

/** A bar that is filled to `share` (0 to 1, more is over-full). */
export function Fill({ share, label }) {
  const kind = share > 1 ? ' office-fill-over' : share > 0.9 ? ' office-fill-full' : '';
  return html`<span class=${'office-fill' + kind} role="img" aria-label=${label} title=${label}><i style=${{ width: Math.min(100, Math.round(share * 100)) + '%' }}></i></span>`;
}

/** The picture of a SKU, small; its place stays when there is none. */
export function Picture({ src, size }) {
  const hide = (event) => { event.target.style.display = 'none'; };
  return html`<span class="office-picture" style=${{ width: (size || 36) + 'px', height: (size || 36) + 'px' }}>${src ? html`<img src=${safeUrl(src)} alt="" loading="lazy" onError=${hide} />` : ''}<${Icon} name="item" size=${Math.round((size || 36) * 0.6)} /></span>`;
}

/** A labelled field; `children` is the input. */
export function Field({ label, hint, error, children }) {
  return html`<label class="office-field"><span>${label}</span>${children}${hint && html`<small>${hint}</small>`}${error && html`<em role="alert">${error}</em>`}</label>`;
}

/** A choice of one: `choices`: [[value, label], …]. */
export function Choose({ id, label, value, choices, onChoose }) {
  return html`<label class="office-choose"><span>${label}</span><select id=${id} value=${value} onChange=${(event) => onChoose(event.target.value)}>
    ${choices.map(([one, name]) => html`<option key=${one} value=${one} selected=${String(one) === String(value)}>${name}</option>`)}</select></label>`;
}

/** Tabs of one page: `choices`: [[value, label, href], …]. */
export function Tabs({ label, value, choices }) {
  return html`<nav class="office-tabs" aria-label=${label}>${choices.map(([one, name, href]) => html`<a key=${one} href=${href} id=${'tab-' + one} class=${one === value ? 'office-here' : ''} aria-current=${one === value ? 'page' : undefined}>${name}</a>`)}</nav>`;
}
