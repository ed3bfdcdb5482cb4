// The ledger: moves of anything, newest first, narrowed by reason, person, day and reference.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Rows, asQuery } from './ask.js';
import { Choose, Empty, Picture, Table, Tag } from './office_parts.js';
import { End, Pieces, When } from './stock_cells.js';

const WAIT_MS = 300;
const FIELDS = ['reason', 'person', 'since', 'until', 'reference'];

/** A list of moves about `about` (query of /inventory/moves), narrowed further by a person at the desk. */
export class Moves {
  constructor(page, about, changed) {
    this.page = page;
    this.office = page.office;
    this.about = about;
    this.narrow = {};
    this._changed = changed || (() => undefined);
    this.rows = new Rows(() => this.office.changed(), (cursor) => this.office.http.get('/api/v1/inventory/moves', Object.assign({ cursor: cursor, limit: 60 }, this.asked())));
  }

  asked() {
    const midnight = (day, days) => {
      const [year, month, date] = day.split('-').map(Number);
      return new Date(year, month - 1, date + days).toISOString();
    };
    /** @type {any} */
    const narrow = Object.assign({}, this.narrow);
    if (narrow.since) narrow.since = midnight(narrow.since, 0);
    if (narrow.until) narrow.until = midnight(narrow.until, 1); // the last day is meant whole
    return Object.assign(narrow, this.about);
  }

  set(name, value) {
    this.narrow[name] = value;
    this._changed(this.narrow);
    return this.rows.first();
  }

  type(name, value) {
    clearTimeout(this._later);
    this._later = setTimeout(() => this.set(name, value.trim()), WAIT_MS);
  }

  get narrowed() {
    return FIELDS.some((name) => this.narrow[name]);
  }
}

export class StockMoves {
  constructor(page) {
    this.name = 'moves';
    this.office = page.office;
    this.moves = new Moves(page, {}, (narrow) => history.replaceState(null, '', '#/moves' + asQuery(narrow)));
  }

  enter(route) {
    this.moves.narrow = Object.assign({}, route.query);
    return this.moves.rows.first();
  }

  body() {
    return html`<div class="office-tools stock-filters"><${Narrow} moves=${this.moves} reference=${true} /></div><${MoveTable} moves=${this.moves} wide=${true} />`;
  }
}

/** Filters of a history. */
export function Narrow({ moves, reference, short }) {
  const known = moves.page.known;
  const narrow = moves.narrow;
  const any = (label) => ['', short ? label : t('stock.any')];
  const date = (name, label) => html`<label class="office-choose"><span>${label}</span><input type="date" id=${'moves-' + name} class="office-input" value=${narrow[name] || ''} onChange=${(event) => moves.set(name, event.target.value)} /></label>`;
  return html`<${Choose} id="moves-reason" label=${t('stock.reason')} value=${narrow.reason || ''} choices=${[any(t('stock.any_reason'))].concat(known.reasons.map((one) => [one.code, one.name]))} onChoose=${(one) => moves.set('reason', one)} />
    ${moves.about.person === undefined && html`<${Choose} id="moves-person" label=${t('stock.person')} value=${narrow.person || ''} choices=${[any(t('stock.anybody'))].concat(known.people.map((one) => [String(one.id), one.name]))} onChoose=${(one) => moves.set('person', one)} />`}
    ${date('since', t('stock.from_day'))}${date('until', t('stock.to_day'))}
    ${reference && html`<label class="office-choose"><span>${t('stock.reference')}</span><input id="moves-reference" class="office-input" value=${narrow.reference || ''} onInput=${(event) => moves.type('reference', event.target.value)} /></label>`}`;
}

/** The moves themselves. `about`: what is looked at, so that pieces have a sign. */
export function MoveTable({ moves, wide, about, sku }) {
  const open = (row) => moves.office.go('#/move/' + row.id);
  const none = html`<${Empty} icon="again" text=${moves.narrowed ? t('stock.no_move_fits') : t('stock.no_moves')} />`;
  return html`<${Table} id="moves" label=${t('stock.moves')} columns=${moveColumns(about || {}, wide, sku !== false)} rows=${moves.rows} keyOf=${(row) => row.id} onOpen=${open} none=${none} />`;
}

function moveColumns(about, wide, sku) {
  return [
    { key: 'at', label: t('stock.when'), render: (row) => html`<span class="nowrap"><${When} at=${row.at} /></span>` },
    { key: 'reason', label: t('stock.reason'), render: (row) => html`<${Tag} kind=${row.reason === 'adjust' || row.reason === 'scrap' ? 'warn' : ''}>${row.reason_text}<//>` },
    { key: 'qty', label: t('stock.pieces'), number: true, render: (row) => html`<${Pieces} move=${row} about=${about} />` },
    sku && { key: 'sku', label: t('stock.sku'), render: (row) => html`<span class="office-with">${wide && html`<${Picture} src=${row.picture} size=${30} />`}<span class="office-two"><a href=${'#/sku/' + row.sku.id} title=${row.sku.name}>${row.sku.code}</a>${wide && html`<small>${row.sku.name}</small>`}</span></span>` },
    { key: 'ends', label: t('stock.from_to'), render: (row) => html`<span class="stock-ends"><${End} end=${row.from} /><i aria-hidden="true">→</i><${End} end=${row.to} /></span>` },
    { key: 'lot', label: t('stock.lot'), render: (row) => row.lot || row.serial },
    { key: 'reference', label: t('stock.reference'), render: (row) => (row.reference ? html`<a class="stock-reference" href=${'#/moves?reference=' + encodeURIComponent(row.reference)}>${row.reference}</a>` : '') },
    { key: 'person', label: t('stock.person'), render: (row) => (row.person ? html`<a class="nowrap" href=${'#/person/' + row.person.id}>${row.person.name}</a>` : html`<span class="soft">${t('stock.system')}</span>`) },
  ].filter((one) => one && (wide || one.key !== 'lot'));
}
