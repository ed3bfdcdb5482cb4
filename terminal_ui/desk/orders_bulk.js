// What is done to many orders at once: ticked, or a whole list. What it would come to is shown first, then it is done,
// with the way back. The server tells which actions there are, what each asks, and what becomes of the orders.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked, asQuery } from './ask.js';
import { count, say } from './format.js';
import { Choose, Empty, Field } from './office_parts.js';
import { Act } from './parts.js';
import { When } from './stock_cells.js';

const LOOK_MS = 700;
const UNDER_WAY = ['looking', 'doing', 'undoing'];

export class Bulk {
  /** `page`: {office, list: the List whose rows are ticked, known: {carriers, shops, stations}}. */
  constructor(page) {
    this.page = page;
    this.office = page.office;
    this.ticked = [];
    this.whole = false;
    this.actions = new Asked(() => this.office.changed());
  }

  get any() {
    return this.whole || this.ticked.length > 0;
  }

  enter() {
    if (!this.actions.data && this.office.may(['clerk', 'supervisor'])) this.actions.take(this.office.http.get('/api/v1/orders/actions'));
  }

  has(id) {
    return this.whole || this.ticked.indexOf(id) >= 0;
  }

  toggle(id) {
    if (this.whole) this.ticked = this.page.list.rows.items.map((row) => row.id);
    this.whole = false;
    this.ticked = this.ticked.indexOf(id) >= 0 ? this.ticked.filter((one) => one !== id) : this.ticked.concat([id]);
    this.office.changed();
  }

  /** All that is loaded, or none of it when all of it is ticked. */
  shown() {
    const ids = this.page.list.rows.items.map((row) => row.id);
    const all = ids.length > 0 && ids.every((id) => this.has(id));
    this.whole = false;
    this.ticked = all ? [] : ids;
    this.office.changed();
  }

  none() {
    this.whole = false;
    this.ticked = [];
    this.office.changed();
  }

  takeWhole() {
    this.whole = true;
    this.ticked = [];
    this.office.changed();
  }

  /** Keys while nobody types: says whether it took this one. */
  key(event) {
    const row = event.target.closest ? event.target.closest('#orders tr[data-key]') : null;
    if (event.key === ' ' && row) {
      event.preventDefault();
      this.toggle(Number(row.dataset.key));
    } else if (event.key === 'a') this.shown();
    else if (event.key === 'A') this.takeWhole();
    else if (event.key === 'Escape' && this.any) this.none();
    else if (event.key === 'b' && this.any) {
      const first = document.querySelector('#bulk button');
      if (first instanceof HTMLElement) first.focus();
    } else return false;
    return true;
  }

  column() {
    const ids = this.page.list.rows.items.map((row) => row.id);
    const all = ids.length > 0 && ids.every((id) => this.has(id));
    return {
      key: 'tick', width: '34px', label: html`<input type="checkbox" class="tick" id="tick-all" aria-label=${t('bulk.tick_shown')} title=${t('bulk.tick_shown')} checked=${all} onChange=${() => this.shown()} />`,
      render: (one) => html`<input type="checkbox" class="tick" id=${'tick-' + one.id} tabindex="-1" aria-label=${t('bulk.tick', { n: one.number })} checked=${this.has(one.id)} onChange=${() => this.toggle(one.id)} />`,
    };
  }

  bar() {
    if (!this.any || !this.actions.data) return '';
    const words = this.whole ? t('bulk.whole') : t('bulk.ticked', { n: count(this.ticked.length) });
    return html`<div class="bulk" id="bulk" role="toolbar" aria-label=${t('bulk.label')}><b>${words}</b>
      ${!this.whole && html`<button type="button" class="bulk-whole" id="bulk-whole" onClick=${() => this.takeWhole()}>${t('bulk.take_whole')}</button>`}
      <span class="bulk-acts">${this.actions.data.items.map((one) => html`<${Act} key=${one.name} id=${'bulk-' + one.name} icon=${one.icon} label=${one.title} onTap=${() => ask(this, one)} />`)}</span>
      <button type="button" class="plain-icon" id="bulk-none" aria-label=${t('bulk.none')} title=${t('bulk.none')} onClick=${() => this.none()}>✕</button></div>`;
  }

  tools() {
    return html`${!this.any && this.actions.data && html`<${Act} id="bulk-all" icon="many" label=${t('bulk.act_on_whole')} title=${t('bulk.act_on_whole_hint')} onTap=${() => this.takeWhole()} />`}
      ${this.actions.data && html`<${Act} id="bulk-recent" icon="back" label=${t('bulk.recent')} title=${t('bulk.recent_hint')} onTap=${() => openRecent(this)} />`}`;
  }

  get which() {
    return this.whole ? { query: this.page.list.query } : { order_ids: this.ticked };
  }
}

/** Ask for what the action needs to know; without that it is looked at straight away. */
function ask(bulk, action) {
  const state = { options: {}, told: null };
  const run = new Run(bulk, action, state);
  if (!action.fields.length) return run.look();
  return bulk.office.openPanel({
    id: 'bulk', title: action.title,
    body: () => html`<form class="office-form" id="bulk-form" onSubmit=${(event) => { event.preventDefault(); if (ready(action, state)) run.look(); }}>
      ${action.fields.map((one) => html`<${Option} key=${one.name} field=${one} state=${state} bulk=${bulk} />`)}<button type="submit" class="unseen" tabindex="-1"></button></form>`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => bulk.office.close()} /><${Act} id="bulk-look" kind="primary" icon="search" label=${t('bulk.look')} busy=${!ready(action, state) || Boolean(bulk.office.working.bulk)} onTap=${() => run.look()} />`,
  });
}

function ready(action, state) {
  return action.fields.every((one) => one.kind === 'switch' || String(state.options[one.name] || '').trim() !== '');
}

function Option({ field, state, bulk }) {
  const set = (value) => { state.options[field.name] = value; bulk.office.changed(); };
  const value = state.options[field.name] || '';
  const known = { carriers: bulk.page.known.carriers, shops: bulk.page.known.shops, stations: bulk.page.known.stations }[field.kind];
  const choices = field.kind === 'choice' ? field.choices : known && known.map((one) => [one.code, one.name]);
  if (choices) return html`<${Choose} id=${'option-' + field.name} label=${field.label} value=${value} choices=${[['', t('stock_act.choose')]].concat(choices)} onChoose=${set} />`;
  if (field.kind === 'switch') return html`<label class="office-check"><input type="checkbox" id=${'option-' + field.name} checked=${Boolean(value)} onChange=${(event) => set(event.target.checked)} /> ${field.label}</label>`;
  return html`<${Field} label=${field.label}><input id=${'option-' + field.name} type=${field.kind === 'moment' ? 'datetime-local' : 'text'} maxlength=${field.most || undefined} autocomplete="off" value=${value} onInput=${(event) => set(event.target.value)} /><//>`;
}

/** One action on its way: looked at, done, taken back. */
class Run {
  constructor(bulk, action, state) {
    this.bulk = bulk;
    this.office = bulk.office;
    this.action = action;
    this.state = state;
  }

  get options() {
    const told = Object.assign({}, this.state.options);
    this.action.fields.forEach((one) => {
      if (one.kind === 'moment') told[one.name] = new Date(told[one.name]).toISOString();
      else if (one.kind === 'text') told[one.name] = told[one.name].trim();
    });
    return told;
  }

  async look() {
    const body = Object.assign({ action: this.action.name, options: this.options }, this.bulk.which);
    const envelope = await this.office.act('bulk', () => this.office.http.change('POST', '/api/v1/orders/bulk', body));
    if (envelope.ok) this.show(envelope.data);
  }

  /** Carry it out, or take it back. */
  async go(way) {
    const envelope = await this.office.act('bulk', () => this.office.http.change('POST', '/api/v1/orders/bulk/' + this.told.id + '/' + way));
    if (!envelope.ok) return;
    this.bulk.none();
    this.show(envelope.data);
  }

  show(told) {
    this.told = told;
    if (!this.office.panel || this.office.panel.run !== this) {
      this.office.openPanel({ id: 'bulk', run: this, title: told.title, body: () => html`<${Told} told=${this.told} />`, foot: () => this.foot(), closed: () => (this.closed = true) });
    }
    this.office.changed();
    if (UNDER_WAY.indexOf(told.status) >= 0) setTimeout(() => this.again(), LOOK_MS);
    else if (told.status === 'done' || told.status === 'undone') this.over();
  }

  async again() {
    const envelope = await this.office.http.get('/api/v1/orders/bulk/' + this.told.id);
    if (!envelope.ok) setTimeout(() => this.again(), 4 * LOOK_MS);
    else if (this.closed && envelope.data.status === 'looked') return;
    else if (this.closed) this.quietly(envelope.data);
    else this.show(envelope.data);
  }

  /** Its panel is closed: it goes on, and says so when it is through. */
  quietly(told) {
    this.told = told;
    if (UNDER_WAY.indexOf(told.status) >= 0) setTimeout(() => this.again(), 4 * LOOK_MS);
    else this.over();
  }

  over() {
    const told = this.told;
    const words = t(told.status === 'undone' ? 'bulk.was_undone' : 'bulk.was_done', { what: told.title, done: count(told.done), n: count(told.through) });
    // All of it done: nothing to read. Else the panel stays, with what could not be done.
    if (!told.refused && this.office.panel && this.office.panel.run === this) this.office.close();
    this.office.toast({ kind: told.refused ? 'warning' : 'ok', text: words, undo: told.undo ? { act: () => this.go('undo') } : undefined });
    this.office.refresh();
  }

  foot() {
    const told = this.told;
    const busy = Boolean(this.office.working.bulk);
    const close = html`<${Act} label=${t(told.status === 'looked' ? 'bulk.leave' : 'board.close')} onTap=${() => this.office.close()} />`;
    if (told.status === 'looked' && told.done) return html`${close}<${Act} id="bulk-go" kind=${this.action.danger ? 'act-sure' : 'primary'} icon="check" label=${t('bulk.go', { what: told.title, n: count(told.done) })} busy=${busy} onTap=${() => this.go('go')} />`;
    if (told.undo) return html`${close}<${Act} id="bulk-undo" icon="back" label=${t('office.undo')} busy=${busy} onTap=${() => this.go('undo')} />`;
    return close;
  }
}

/** What would become, or became, of the orders. */
function Told({ told }) {
  if (UNDER_WAY.indexOf(told.status) >= 0) {
    return html`<div class="bulk-told" data-status=${told.status}><p role="status">${t('bulk.' + told.status, { done: count(told.through), n: count(told.orders) })}</p>
      <progress max=${told.orders || 1} value=${told.through} aria-label=${t('bulk.' + told.status, { done: told.through, n: told.orders })}></progress>
      ${told.status !== 'looking' && html`<p class="soft">${t('bulk.may_close')}</p>`}</div>`;
  }
  const line = { looked: 'bulk.would', done: 'bulk.did', undone: 'bulk.undid' }[told.status];
  return html`<div class="bulk-told" data-status=${told.status} data-done=${told.done} data-refused=${told.refused}>
    <p class="bulk-line"><b>${t(line, { done: count(told.done), n: count(told.through) })}</b></p>
    ${told.outcomes.length === 0 && html`<${Empty} icon="info" text=${t('bulk.nothing')} />`}
    ${told.outcomes.map((one) => html`<${Outcome} key=${one.code + one.reason} one=${one} open=${!one.done} />`)}</div>`;
}

function Outcome({ one, open }) {
  const reason = one.reason ? say('orders_held', one.reason) : '';
  const same = one.listed.every((each) => each.text === one.text);
  return html`<details class=${'bulk-outcome' + (one.done ? '' : ' bulk-refused')} data-code=${one.code} open=${open && one.orders <= 12}>
    <summary><i aria-hidden="true">${one.done ? '✓' : '–'}</i><b>${count(one.orders)}</b> <span>${same ? one.text : reason || one.text}</span></summary>
    <ul>${one.listed.map((each) => html`<li key=${each.id}><a class="office-code" href=${'#/order/' + each.id} dir="auto">${each.number}</a> <small>${each.shop}</small>${!same && html` <span dir="auto">${each.text}</span>`}</li>`)}
      ${one.orders > one.listed.length && html`<li class="soft">${t('bulk.more', { n: count(one.orders - one.listed.length) })}</li>`}</ul></details>`;
}

/** What this person did to many orders lately. */
async function openRecent(bulk) {
  const recent = new Asked(() => bulk.office.changed());
  bulk.office.openPanel({
    id: 'recent', title: t('bulk.recent'),
    body: () => (recent.data ? recent.data.items.length ? html`<ul class="bulk-recent">${recent.data.items.map((one) => html`<li key=${one.id}><button type="button" class="row" onClick=${() => openOne(bulk, one.id)}><b>${one.title}</b><${When} at=${one.at} />${one.undo && html`<small>${t('bulk.can_undo')}</small>`}</button></li>`)}</ul>` : html`<${Empty} icon="back" text=${t('bulk.no_recent')} />` : ''),
  });
  await recent.take(bulk.office.http.get('/api/v1/orders/bulk'));
}

async function openOne(bulk, id) {
  const envelope = await bulk.office.http.get('/api/v1/orders/bulk/' + id);
  if (!envelope.ok) return;
  const action = bulk.actions.data.items.find((one) => one.name === envelope.data.action) || { name: envelope.data.action, fields: [] };
  const run = new Run(bulk, action, { options: {} });
  run.told = envelope.data;
  bulk.office.openPanel({ id: 'bulk', run: run, title: envelope.data.title, body: () => html`<${Told} told=${run.told} />`, foot: () => run.foot(), closed: () => (run.closed = true) });
}

/** The address of a list with this narrowed. */
export function narrowed(wanted, change) {
  return '#/list' + asQuery(Object.assign({}, wanted, change));
}
