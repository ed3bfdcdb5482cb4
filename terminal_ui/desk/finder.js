// One search box finds anything: answers while one types, grouped by kind, the newest answer wins.
import { html } from '../core/html.js';
import { normalise } from '../core/codes.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Newest } from './ask.js';
import { say } from './format.js';
import { Picture } from './office_parts.js';

const WAIT_MS = 140;
const PLACES = { receipt: 'inbound', order: 'orders' }; // on which page a kind of thing is told, unless with the stock
const ICONS = { bin: 'place', lot: 'many', serial: 'barcode', container: 'tote', order: 'cart', receipt: 'truck', person: 'person', move: 'again' };

export class Finder {
  constructor(office) {
    this.office = office;
    this.text = '';
    this.groups = null;
    this.error = null;
    this.at = 0;
    this.opened = false;
    this.busy = false;
    this._newest = new Newest();
  }

  get flat() {
    return this.groups ? [].concat(...this.groups.map((group) => group.items.map((item) => Object.assign({ kind: group.kind }, item)))) : [];
  }

  focus() {
    const field = /** @type {HTMLInputElement} */ (document.getElementById('find'));
    field.focus();
    field.select();
  }

  /** Close the list; says whether there was one. The second Escape leaves the field. */
  close() {
    const field = document.getElementById('find');
    const was = this.opened;
    this.opened = false;
    this.office.changed();
    if (was) return true;
    if (document.activeElement !== field) return false;
    field.blur();
    return true;
  }

  type(text) {
    this.text = text;
    clearTimeout(this._later);
    const wanted = normalise(text);
    if (!wanted) {
      this.groups = null;
      this.opened = false;
      this._newest.of(Promise.resolve(null));
      return this.office.changed();
    }
    this._later = setTimeout(() => this.ask(wanted), WAIT_MS);
    return undefined;
  }

  async ask(wanted) {
    clearTimeout(this._later);
    this.busy = true;
    this.opened = true;
    this.office.changed();
    const envelope = await this._newest.of(this.office.http.get('/api/v1/inventory/search', { q: wanted }));
    if (envelope === null) return;
    this.busy = false;
    this.error = envelope.ok ? null : envelope.message;
    this.groups = envelope.ok ? envelope.data.groups.filter((group) => this.office.opens(PLACES[group.kind] || 'stock')) : null;
    this.answered = wanted;
    this.at = 0;
    this.office.changed();
  }

  async key(event) {
    const all = this.flat;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      this.opened = all.length > 0;
      this.at = (this.at + (event.key === 'ArrowDown' ? 1 : all.length - 1)) % Math.max(1, all.length);
      this.office.changed();
      const shown = document.getElementById('find-' + this.at);
      if (shown) shown.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const wanted = normalise(this.text);
      if (wanted && (this.answered !== wanted || this.busy)) await this.ask(wanted); // a scanner is faster than the wait
      const chosen = this.flat[this.at];
      if (chosen) this.choose(chosen);
    }
  }

  choose(item) {
    this.opened = false;
    this.office.drawer = null;
    const page = PLACES[item.kind] || 'stock';
    const address = '#/' + item.kind + '/' + encodeURIComponent(item.id);
    this.office.go(this.office.name === page ? address : '/' + page + address);
    this.office.changed();
  }
}

export function FinderBox({ finder }) {
  const office = finder.office;
  const leave = (event) => {
    if (event.relatedTarget && event.currentTarget.contains(event.relatedTarget)) return;
    finder.opened = false;
    office.changed();
  };
  return html`<div class="finder office-finder" role="search" onFocusOut=${leave}>
    <label class="unseen" for="find">${t('office.find')}</label>
    <${Icon} name="barcode" size=${18} />
    <input id="find" type="search" autocomplete="off" spellcheck=${false} placeholder=${t('office.find')} title=${t('office.find_hint')} maxlength="200"
      role="combobox" aria-expanded=${finder.opened ? 'true' : 'false'} aria-controls="found" aria-activedescendant=${finder.opened ? 'find-' + finder.at : undefined}
      value=${finder.text} onInput=${(event) => finder.type(event.target.value)} onKeyDown=${(event) => finder.key(event)}
      onFocus=${() => { if (finder.groups) { finder.opened = true; office.changed(); } }} />
    <kbd aria-hidden="true">g</kbd>
    ${finder.opened && html`<${Found} finder=${finder} />`}
  </div>`;
}

function Found({ finder }) {
  if (finder.error) return html`<div class="found" id="found"><p class="nothing" role="alert">${finder.error.text}</p></div>`;
  if (!finder.groups) return html`<div class="found" id="found"><p class="nothing" role="status">${t('office.loading')}</p></div>`;
  if (!finder.groups.length) return html`<div class="found" id="found" data-for=${finder.answered}><p class="nothing" role="status">${t('office.found_nothing', { q: finder.answered })}</p></div>`;
  let number = -1;
  return html`<div class="found" id="found" role="listbox" data-for=${finder.answered}>${finder.groups.map((group) => html`<section key=${group.kind} data-kind=${group.kind}>
    <h3>${say('office.kind', group.kind)}${group.more && html`<small>${t('office.found_more')}</small>`}</h3>
    ${group.items.map((item) => { number += 1; return html`<${Hit} key=${item.id} item=${item} kind=${group.kind} number=${number} finder=${finder} />`; })}
  </section>`)}</div>`;
}

function Hit({ item, kind, number, finder }) {
  const chosen = Object.assign({ kind: kind }, item);
  return html`<div id=${'find-' + number} role="option" aria-selected=${number === finder.at ? 'true' : 'false'} class=${'hit' + (number === finder.at ? ' hit-at' : '')}
    tabindex="-1" onMouseDown=${(event) => { event.preventDefault(); finder.choose(chosen); }}>
    ${kind === 'sku' ? html`<${Picture} src=${item.picture} size=${34} />` : html`<span class="hit-icon"><${Icon} name=${ICONS[kind] || 'info'} size=${18} /></span>`}
    <span class="hit-words"><b>${item.code}</b><span>${item.label}</span></span>
    ${item.note && html`<small>${item.note}</small>`}</div>`;
}
