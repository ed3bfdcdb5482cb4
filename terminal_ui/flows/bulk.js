// Picking in bulk: the goods of many orders at one stop, into the totes on the cart.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { sameCode } from '../core/codes.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { ItemCard, Location, Quantity } from '../parts/goods.js';
import { sideText } from '../parts/side.js';
import { Guided } from './guided.js';
import { HandOver } from './hand_over.js';
import { wayWords } from './pick_sheets.js';

const REASONS = ['missing', 'damaged', 'unreadable', 'expired'];

export class Bulk extends Guided {
  constructor(shell) {
    super(shell, {
      name: 'bulk',
      screens: { bulk_start: startScreen, bulk_stop: stopScreen, bulk_done: doneScreen },
    });
    this.carts = new HandOver(shell, {
      bulk: true, taskId: () => (this.data.bulk ? this.data.bulk.id : null), refresh: () => this.refresh(), send: (name, body) => this.carry(name, body),
    });
    this._begin();
  }

  /** Whoever is given another task instead, such as a cart that they asked for, sees that one. */
  event(row) {
    if (row.name === 'pick.assigned') this.refresh();
    else this.carts.event(row);
  }

  sheet(name) {
    return this.carts.sheet(name) || super.sheet(name);
  }

  _begin() {
    this.step = 'bin';
    this.bin = '';
    this.item = '';
    this.lot = '';
    /** @type {string[]} */
    this.serials = [];
    this.qty = null;
  }

  /** Where to bring the totes stays on screen until the picker goes on: the server has no task any more. */
  connected() {
    return this.screen === 'bulk_done' ? undefined : super.connected();
  }

  _show(name, data) {
    const before = this.data.bulk && this.data.bulk.stop;
    super._show(name, data);
    const stop = this.data.bulk && this.data.bulk.stop;
    const same = before && stop && before.seq === stop.seq && before.picked === stop.picked;
    if (!same) this._begin();
    else if (this.qty > this.left) this.qty = null; // an order that wanted these pieces was taken out
    if (name === 'bulk_done') play('done');
  }

  get stop() {
    return this.data.bulk.stop;
  }

  get left() {
    return this.stop.qty - this.stop.picked;
  }

  /** How many pieces the picker has: all that are wanted, or the number that was typed. */
  get taken() {
    return this.qty === null ? this.left : this.qty;
  }

  /** A cart for the totes; one that carries a colleague's may be taken over. */
  async scanCart(code) {
    this.carts.refused(await this.carry('bulk.cart', { task_id: this.data.bulk.id, code: code }), code);
  }

  take(code) {
    if (this.step === 'tote') return this._confirm(code);
    if (this.step === 'bin' && sameCode(this.stop.bin.code, code)) return this._accept(code, {});
    if (this.step === 'item' && !this.stop.asks_lot && !this.stop.asks_serials && this.stop.sku.barcodes.some((one) => sameCode(one, code))) return this._accept(code, {});
    return this._check(code);
  }

  async _check(code) {
    const body = { task_id: this.data.bulk.id, line_id: this.stop.line_id, expect: this.step, code: code, serials: this.serials };
    const envelope = await this.shell.work(() => this.shell.link.ask('pick.check', body));
    if (!envelope.ok) return this.shell.say(envelope.message, envelope.message.code === 'picking.wrong_item' ? 'item' : undefined);
    return this._accept(code, envelope.data);
  }

  _accept(code, told) {
    if (this.step === 'bin') this.bin = code;
    if (this.step === 'item') this.item = code;
    if (told.lot) this.lot = told.lot;
    if (told.serial) this.serials.push(told.serial);
    this.step = this._next();
    play('step');
    return this.shell.changed();
  }

  _next() {
    if (this.step === 'bin') return 'item';
    if (this.stop.asks_lot && !this.lot) return 'lot';
    return this.stop.asks_serials && this.serials.length < this.taken ? 'serial' : 'tote';
  }

  _confirm(code) {
    const body = { task_id: this.data.bulk.id, seq: this.stop.seq, bin: this.bin, item: this.item, tote: code, qty: this.taken };
    return this.send('bulk.stop', Object.assign(body, { lot: this.lot, serials: this.serials }));
  }

  askQty() {
    this.askNumber({
      title: t('bulk.how_many'), hint: t('bulk.fewer_hint'), value: this.taken,
      onOk: (qty) => {
        this.qty = qty > 0 && qty <= this.left ? qty : null;
        if (this.step === 'serial' || this.step === 'tote') this.step = this._next();
        if (qty > this.left) this.shell.tell('bulk.too_many', 'warning', { n: this.left });
        this.shell.changed();
      },
    });
  }

  askShort() {
    this.askChoice({
      title: t('bulk.short_title'), hint: t('bulk.short_hint', { n: this.left }),
      choices: REASONS.map((reason) => [reason, t('bulk.reason.' + reason)]),
      onOk: (reason) => this._askWay(reason),
    });
  }

  /** What can be done about it right now, the best first; where that is only the supervisor, nothing is asked. */
  async _askWay(reason) {
    const about = { task_id: this.data.bulk.id, seq: this.stop.seq };
    const choose = (how) => this.send('bulk.short_choose', Object.assign({ reason: reason, how: how }, about));
    const envelope = await this.shell.work(() => this.shell.link.ask('bulk.short_ways', about));
    if (!envelope.ok) return this.shell.say(envelope.message);
    const ways = envelope.data.ways;
    if (ways.length === 1) return choose(ways[0].how);
    return this.askChoice({
      title: t('life.short_title', { n: envelope.data.missing }),
      choices: ways.map((way) => [way.how, bulkWay(way), way.how === 'order' ? 'danger' : undefined]),
      onOk: choose,
    });
  }
}

function bulkWay(way) {
  return way.how === 'order' ? t('bulk.way_order') : wayWords(way);
}

function startScreen(flow, data) {
  const task = data.bulk;
  return {
    step: 'cart',
    progress: task.progress,
    prompt: task.cart ? t('bulk.scan_that_cart', { cart: task.cart.code }) : t('bulk.scan_cart'),
    scan: (code) => flow.scanCart(code),
    body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name="cart" size=${72} /></div>
      <h1>${t('bulk.title')}</h1><p>${t('bulk.about', { orders: task.orders, stops: task.progress.total, m: task.walk_m })}</p></div>`,
    actions: [{ id: 'let-go', label: t('bulk.let_go'), icon: 'out', onTap: () => flow.send('pick.let_go', { task_id: task.id }) }],
  };
}

const PROMPT = { bin: 'bulk.scan_bin', item: 'bulk.scan_item', lot: 'tracking.scan_lot', serial: 'tracking.scan_serial', tote: 'bulk.scan_tote' };

function stopScreen(flow, data) {
  const stop = data.bulk.stop;
  const there = flow.step !== 'bin';
  const totes = data.bulk.totes.map((one) => one.code);
  return {
    step: flow.step,
    facts: { bulk: data.bulk, left: flow.left, taken: flow.taken },
    progress: Object.assign({ title: t('bulk.orders', { n: data.bulk.orders }) }, data.bulk.progress),
    prompt: t(PROMPT[flow.step], { tote: totes[0] || '' }),
    scan: (code) => flow.take(code),
    body: html`<div class=${'line bulk-stop' + (there ? ' step-' + flow.step : '')}>
      <${Location} key=${stop.seq} bin=${stop.bin} done=${there} sideText=${there ? '' : sideText(stop.bin)} />
      ${(stop.lot || stop.expires_on) && html`<p class="count-why" id="lot">${[stop.lot && t('count.lot', { lot: stop.lot }), stop.expires_on].filter(Boolean).join(' · ')}</p>`}
      ${there ? html`<${ItemCard} sku=${stop.sku} size="large"><${Quantity} qty=${flow.taken} of=${flow.left} /><//>`
        : html`<div class="line-next"><${ItemCard} sku=${stop.sku} size="small" /><${Quantity} qty=${flow.taken} of=${flow.left} /></div>`}
      ${flow.step === 'serial' && html`<p class="count-why">${t('tracking.each_serial', { n: flow.serials.length, of: flow.taken })}</p>`}
      ${flow.step === 'tote' && html`<h1 class="do" id="totes"><${Icon} name="tote" size=${30} />${totes.length ? t('bulk.into', { tote: totes[0] }) : t('bulk.into_any')}</h1>`}
    </div>`,
    actions: [
      { id: 'short', label: t('bulk.short'), icon: 'short', onTap: () => flow.askShort() },
      { id: 'qty', label: t('bulk.qty'), icon: 'many', onTap: () => flow.askQty() },
      { id: 'let-go', label: t('bulk.let_go'), icon: 'out', onTap: () => flow.send('pick.let_go', { task_id: data.bulk.id }) },
    ],
  };
}

function doneScreen(flow, data) {
  const task = data.bulk;
  return {
    prompt: '',
    scanless: true,
    body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name="done" size=${72} /></div>
      <h1>${task.method === 'wall' ? t('bulk.to_wall') : t('bulk.to_station')}</h1>
      <p id="totes">${task.totes.map((one) => one.code).join(', ')}</p></div>`,
    actions: [flow.home(), { id: 'next', label: t('bulk.next'), icon: 'next', kind: 'primary', onTap: () => flow.shell.go('pick', { ready: true }) }],
  };
}

offer('bulk', (shell) => new Bulk(shell));
