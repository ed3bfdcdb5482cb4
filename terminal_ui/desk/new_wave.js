// A new wave: choose, see at once what it would take, build and release.
import { html, useEffect, useRef } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { clock, count, say } from './format.js';
import { Act, Live } from './parts.js';

const SIZES = [20, 50, 100, 200, 400];
const TOTES = [4, 6, 8, 12, 16];
const ALIKE = [2, 5, 10, 20, 50];
const METHODS = ['cart', 'order', 'wall', 'relay', 'consolidate', 'single', 'same', 'prepack'];
const PAUSE_MS = 180;

/** The choices of one new wave and what they come to. */
export class NewWave {
  constructor(board) {
    this.board = board;
    const last = recall('board.wave', {});
    this.choice = { carrier: null, shop: null, promised_before: null, method: last.method || 'cart', max_orders: last.max_orders || 100, totes_per_cart: last.totes_per_cart || 8, alike: last.alike || 10 };
    this.found = null;
    this.step = 'choose';
  }

  set(name, value) {
    this.choice[name] = value;
    this.step = 'choose';
    const kept = this.choice;
    keep('board.wave', { method: kept.method, max_orders: kept.max_orders, totes_per_cart: kept.totes_per_cart, alike: kept.alike });
    this.board.shell.changed();
    clearTimeout(this._soon);
    this._soon = setTimeout(() => this.preview(), PAUSE_MS);
  }

  body() {
    const body = { method: this.choice.method, max_orders: this.choice.max_orders, totes_per_cart: this.choice.totes_per_cart };
    if (this.choice.method === 'same') body.alike = this.choice.alike;
    ['carrier', 'shop', 'promised_before'].forEach((name) => { if (this.choice[name]) body[name] = this.choice[name]; });
    return body;
  }

  /** Ask what the choice would take; an answer to an older question is dropped. */
  async preview() {
    const asked = (this._asked = JSON.stringify(this.body()));
    const envelope = await this.board.shell.link.ask('wave.preview', this.body());
    if (asked !== this._asked || this.step === 'working') return;
    this.found = envelope.ok ? envelope.data : null;
    this.error = envelope.ok ? null : envelope.message;
    this.board.shell.changed();
  }

  /** The warehouse changed: so may the answer. */
  heard() {
    if (this.step !== 'working') this.preview();
  }

  to(step) {
    this.step = step;
    this.board.shell.changed();
  }

  /** Build, and release at once if asked. A wave whose release is refused stays planned on the board. */
  async build(release) {
    this.to('working');
    const built = await this.board.act('new-wave', 'wave.build', this.body());
    if (built.ok && release) await this.board.act('new-wave', 'wave.release', { wave_id: built.data.wave.id });
    if (built.ok) return this.board.panel === this && this.board.close();
    this.to('choose');
    return this.preview();
  }

  page() {
    return html`<${NewWavePanel} panel=${this} />`;
  }
}

function NewWavePanel({ panel }) {
  const board = panel.board;
  const first = useRef(null);
  useEffect(() => first.current.focus(), []);
  return html`<div class="over" onClick=${(event) => event.target.className === 'over' && board.close()}>
    <section class="panel" role="dialog" aria-modal="true" aria-labelledby="new-wave-title" onKeyDown=${(event) => keepInside(event)}>
      <div class="panel-head"><h2 id="new-wave-title" tabindex="-1" ref=${first}>${t('board.new.title')}</h2>
        <button type="button" class="plain-icon" aria-label=${t('board.close')} onClick=${() => board.close()}><${Icon} name="cross" size=${20} /></button></div>
      <div class="panel-body">
        <div class="panel-choices"><${Choices} panel=${panel} /></div>
        <${Outcome} panel=${panel} />
      </div>
      <${Foot} panel=${panel} />
    </section>
  </div>`;
}

/** Tab goes round inside the dialog. */
export function keepInside(event) {
  if (event.key !== 'Tab') return;
  const inside = Array.from(event.currentTarget.querySelectorAll('button:not([disabled]),input,select'));
  const at = inside.indexOf(document.activeElement);
  const leaves = event.shiftKey ? at <= 0 : at === inside.length - 1;
  if (!leaves) return;
  event.preventDefault();
  inside[event.shiftKey ? inside.length - 1 : 0].focus();
}

function Choices({ panel }) {
  const ready = panel.board.data.ready;
  const now = panel.board.now();
  const promises = ready.promises.slice(0, 7).map((one) => [one.before, t('board.new.before', { at: clock(one.before, now) }), one.orders]);
  const named = (list) => list.map((one) => [one.code, one.name, one.orders]);
  return html`
    <${Chips} label=${t('board.new.promise')} name="promised_before" all=${t('board.new.any_time')} total=${ready.orders} options=${promises} panel=${panel} />
    <${Chips} label=${t('board.new.carrier')} name="carrier" all=${t('board.new.all_carriers')} total=${ready.orders} options=${named(ready.carriers)} panel=${panel} />
    <${Chips} label=${t('board.new.shop')} name="shop" all=${t('board.new.all_shops')} total=${ready.orders} options=${named(ready.shops)} panel=${panel} />
    <fieldset class="chips" data-choice="method"><legend>${t('waves.method')}</legend>${METHODS.map((one) => html`<button type="button" key=${one} class=${'choice' + (panel.choice.method === one ? ' choice-on' : '')} data-value=${one} aria-pressed=${panel.choice.method === one} onClick=${() => panel.set('method', one)}>${say('waves_method', one)}</button>`)}</fieldset>
    <div class="panel-pair"><${Amount} label=${t('board.new.max_orders')} name="max_orders" sizes=${SIZES} most=${5000} panel=${panel} />
      <${Amount} label=${t(panel.choice.method === 'cart' ? 'board.new.totes' : 'board.new.a_walk')} name="totes_per_cart" sizes=${TOTES} most=${100} panel=${panel} /></div>
    ${panel.choice.method === 'same' && html`<${Amount} label=${t('waves.alike')} name="alike" sizes=${ALIKE} least=${2} most=${5000} panel=${panel} />`}`;
}

function Chips({ label, name, all, total, options, panel }) {
  const chip = (value, text, orders) => html`<button type="button" key=${value || '*'} class=${'choice' + (panel.choice[name] === value ? ' choice-on' : '')} data-value=${value || ''}
    aria-pressed=${panel.choice[name] === value} onClick=${() => panel.set(name, value)}>${text}<small>${count(orders)}</small></button>`;
  return html`<fieldset class="chips" data-choice=${name}><legend>${label}</legend>${chip(null, all, total)}${options.map((one) => chip(one[0], one[1], one[2]))}</fieldset>`;
}

function Amount({ label, name, sizes, least, most, panel }) {
  const typed = (event) => {
    const n = Math.round(Number(event.target.value));
    if (n >= (least || 1) && n <= most) panel.set(name, n);
  };
  return html`<fieldset class="chips" data-choice=${name}><legend>${label}</legend>
    ${sizes.map((size) => html`<button type="button" key=${size} class=${'choice' + (panel.choice[name] === size ? ' choice-on' : '')} aria-pressed=${panel.choice[name] === size} onClick=${() => panel.set(name, size)}>${size}</button>`)}
    <input class="choice-typed" type="number" min=${least || 1} max=${most} aria-label=${label} value=${panel.choice[name]} onInput=${typed} /></fieldset>`;
}

function Outcome({ panel }) {
  const found = panel.found;
  const carts = found ? Math.ceil(found.orders / (panel.choice.method === 'order' ? 1 : panel.choice.totes_per_cart)) : 0;
  const waiting = panel.board.data.people.filter((one) => one.doing === 'ready').length;
  const big = (name, value) => html`<div class="big"><b data-figure=${name}>${found ? html`<${Live} value=${value} />` : '–'}</b><span>${t('board.new.' + name)}</span></div>`;
  return html`<div class="panel-outcome" aria-live="polite">
    <h3>${t('board.new.would_take')}</h3>
    <div class="bigs">${big('orders', found && found.orders)}${big('lines', found && found.lines)}${big('units', found && found.units)}${big('carts', carts)}</div>
    <p class="panel-note"><${Icon} name="person" size=${18} />${t(waiting ? 'board.new.waiting' : 'board.new.nobody_waits', { n: waiting })}</p>
    <div class="left-out">${found && found.left_out.length > 0 && html`<h3>${t('board.new.left_out')}</h3>
      <ul>${found.left_out.map((one) => html`<li key=${one.reason}><b>${count(one.count)}</b>${say('board.left_out', one.reason)}</li>`)}</ul>`}
      ${panel.error && html`<p role="alert" class="panel-error">${panel.error.text}</p>`}</div>
  </div>`;
}

function Foot({ panel }) {
  const orders = panel.found ? panel.found.orders : 0;
  const busy = panel.step === 'working';
  if (panel.step === 'confirm') return html`<${Confirm} panel=${panel} orders=${orders} />`;
  return html`<div class="panel-foot">
    <${Act} id="build-only" label=${t('board.new.build')} title=${t('board.new.build_hint')} busy=${busy || !orders} onTap=${() => panel.build(false)} />
    <${Act} id="build-release" kind="primary" icon=${busy ? 'clock' : 'next'} label=${busy ? t('board.new.planning') : t('board.new.build_release', { n: count(orders) })} busy=${busy || !orders} onTap=${() => panel.to('confirm')} />
  </div>`;
}

function Confirm({ panel, orders }) {
  const place = useRef(null);
  useEffect(() => place.current.querySelector('#confirm-release').focus(), []);
  return html`<div class="panel-foot panel-confirm" role="alert" ref=${place}>
    <p><b>${t('board.new.confirm', { n: count(orders) })}</b><span>${t('board.new.confirm_hint')}</span></p>
    <${Act} id="confirm-back" label=${t('sheet.back')} icon="back" onTap=${() => panel.to('choose')} />
    <${Act} id="confirm-release" kind="primary" icon="check" label=${t('board.new.yes')} onTap=${() => panel.build(true)} />
  </div>`;
}
