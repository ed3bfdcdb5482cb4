// One list of the desk: its filters and order stand in the address, pages come from the server as the end comes into
// sight, a file is of exactly this list, and hands may stay on the keyboard.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Asked, Rows, asQuery } from './ask.js';
import { Download } from './download.js';
import { Choose, Empty, Table } from './office_parts.js';
import { Act } from './parts.js';

const WAIT_MS = 250;
const LIMIT = 60;

/**
 * `about`: {id, at: its address ('#/list'), path: what is asked, fixed?: query that always goes with it, usual: {sort,
 * down} where the address names none, downFirst?: [columns that begin with the largest], filters?: () => [{name, label,
 * kind: 'words' | 'switch' or a choice with `choices` [[value, label]], hint?, usual?, asked?(value): what is asked of the
 * server for it}], columns: () => those of Table, keyOf?, open?(row), marked?(row), label: () => text, none: () => text, icon?, sums?: {path, row(data)},
 * tools?: () => vnode, file?: false where it has none}.
 */
export class List {
  constructor(office, about) {
    this.office = office;
    this.about = about;
    this.wanted = {};
    this.typed = {};
    this.rows = new Rows(() => office.changed(), (cursor) => office.http.get(about.path, Object.assign({ cursor: cursor, limit: LIMIT }, this.query)));
    this.total = new Asked(() => office.changed());
    this.download = new Download(office);
  }

  /** What is asked of the server, without the page: what the address says, or what is usual. */
  get query() {
    const query = Object.assign({}, this.about.usual, filled(this.wanted), this.about.fixed);
    this.filters.filter((one) => one.asked && query[one.name]).forEach((one) => (query[one.name] = one.asked(query[one.name])));
    return query;
  }

  get sort() {
    return { by: this.query.sort, down: String(this.query.down) === 'true' };
  }

  get filters() {
    return this.about.filters ? this.about.filters() : [];
  }

  get narrowed() {
    return this.filters.some((one) => this.wanted[one.name]);
  }

  /** The page has come to an address: `query` is its own. */
  enter(query) {
    this.wanted = Object.assign({}, query);
    if (!this._later) this.typed = {};
    return this.load();
  }

  load() {
    if (this.about.sums) this.total.take(this.office.http.get(this.about.sums.path, this.query));
    return this.rows.first();
  }

  /** Look again at what changes by itself, unless somebody has gone further down. */
  look() {
    if (this.rows.items.length <= LIMIT && !this.rows.busy) this.load();
  }

  /** Narrow the list; the address follows, so that it can be sent to somebody. */
  set(name, value) {
    this._go(Object.assign({}, this.wanted, { [name]: value }));
  }

  type(name, text) {
    this.typed[name] = text;
    clearTimeout(this._later);
    this._later = setTimeout(() => {
      this._later = null;
      this.set(name, text.trim());
    }, WAIT_MS);
    this.office.changed();
  }

  sortBy(by) {
    const now = this.sort;
    const down = now.by === by ? !now.down : (this.about.downFirst || []).indexOf(by) >= 0;
    this._go(Object.assign({}, this.wanted, { sort: by, down: String(down) }));
  }

  clear() {
    this.typed = {};
    this._go({ sort: this.wanted.sort, down: this.wanted.down });
  }

  _go(wanted) {
    this.office.go(this.about.at + asQuery(wanted), true);
  }

  file(kind) {
    if (this.about.file === false || this.download.busy) return undefined;
    return this.download.fetch(this.about.path + '.' + kind, Object.assign({}, this.query, { progress: 'true' }), this.about.id + '.' + kind);
  }

  /** Keys while nobody types: says whether it took this one. */
  key(event) {
    /** @type {any} */
    const words = event.key === '/' && document.getElementById(this._idOf('words'));
    if (words) {
      event.preventDefault();
      words.focus();
      words.select();
    } else if (event.key === 'e') this.file('csv');
    else if (event.key === 'x') this.file('xlsx');
    else return false;
    return true;
  }

  _idOf(kind) {
    return kind === 'words' ? 'narrow' : 'by-' + kind;
  }

  tools() {
    return html`<div class="stock-tools">${this.download.shown()}${this.about.tools && this.about.tools()}
      ${this.about.file !== false && ['csv', 'xlsx'].map((kind) => html`<${Act} key=${kind} id=${'export-' + kind} icon="receive" label=${kind.toUpperCase()} title=${t('stock.export_hint')} busy=${this.download.busy} onTap=${() => this.file(kind)} />`)}</div>`;
  }

  body() {
    const about = this.about;
    const sums = about.sums && this.total.data ? about.sums.row(this.total.data) : undefined;
    return html`${this.filters.length > 0 && html`<${Filters} list=${this} />`}
      <${Table} id=${about.id} label=${about.label()} columns=${about.columns()} rows=${this.rows} keyOf=${about.keyOf || ((row) => row.id)} sort=${this.sort} onSort=${(by) => this.sortBy(by)}
        onOpen=${about.open} total=${sums} none=${this._none()} marked=${about.marked} />`;
  }

  _none() {
    return html`<${Empty} icon=${this.about.icon} text=${this.narrowed ? t('stock.none_fits') : this.about.none()}>
      ${this.narrowed && html`<${Act} id="clear-none" kind="strong" label=${t('stock.clear')} onTap=${() => this.clear()} />`}<//>`;
  }

  field(one) {
    const value = this.wanted[one.name] || one.usual || '';
    const set = (given) => this.set(one.name, given === one.usual ? '' : given);
    if (one.kind === 'words') {
      const first = one.name === 'q'; // where the key leads to
      const typed = this.typed[one.name] === undefined ? value : this.typed[one.name];
      return html`<label key=${one.name} class="office-choose stock-narrow"><span>${one.label}${first && html` <kbd aria-hidden="true">/</kbd>`}</span><input id=${first ? 'narrow' : 'by-' + one.name} type="search" class="office-input" autocomplete="off" spellcheck=${false} maxlength="80" placeholder=${one.hint}
        value=${typed} onInput=${(event) => this.type(one.name, event.target.value)} onKeyDown=${(event) => leave(event)} /></label>`;
    }
    if (one.kind === 'switch') return html`<button key=${one.name} type="button" id=${this._idOf(one.name)} class=${'choice stock-toggle' + (value === 'true' ? ' choice-on' : '')} aria-pressed=${value === 'true'} title=${one.hint} onClick=${() => set(value === 'true' ? '' : 'true')}>${one.label}</button>`;
    return html`<${Choose} key=${one.name} id=${this._idOf(one.name)} label=${one.label} value=${value} choices=${one.choices} onChoose=${set} />`;
  }
}

function filled(query) {
  const names = Object.keys(query).filter((name) => query[name] !== '');
  return names.reduce((all, name) => Object.assign(all, { [name]: query[name] }), {});
}

function Filters({ list }) {
  return html`<div class="office-tools stock-filters">${list.filters.map((one) => list.field(one))}
    ${list.narrowed && html`<button type="button" id="clear" class="act" onClick=${() => list.clear()}><${Icon} name="cross" size=${14} /><span>${t('stock.clear')}</span></button>`}</div>`;
}

/** From the words down into the list. */
function leave(event) {
  if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
  if (focusRow()) event.preventDefault();
}

/** Put the focus on the row that has it when somebody walks; says whether there is one. */
export function focusRow() {
  const row = document.querySelector('.office-main .office-table tr[tabindex="0"]');
  if (row instanceof HTMLElement) row.focus();
  return Boolean(row);
}
