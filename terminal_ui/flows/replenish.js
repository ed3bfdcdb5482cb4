// Filling pick faces: to the source, onto the cart, to the face. Several may lie on the cart.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { ItemCard, Location, Quantity } from '../parts/goods.js';
import { Thumb } from '../parts/thumb.js';
import { sideText } from '../parts/side.js';
import { Guided } from './guided.js';

export class Replenish extends Guided {
  constructor(shell) {
    super(shell, {
      name: 'replenish',
      screens: { replenish_none: noneScreen, replenish_go: goScreen, replenish_take: takeScreen, replenish_put: putScreen },
    });
    this.item = null; // the item on the cart that was scanned before its bin
    this.serials = []; // the numbers of pieces taken, of goods whose numbers are scanned at every move
  }

  _show(name, data) {
    super._show(name, data);
    this.item = null;
    this.serials = [];
  }

  /** The goods are scanned and taken; piece by piece where each has a number. */
  take(code) {
    const task = this.data.task;
    if (!task.asks_serials) return this.send('replenish.take', { code: code, qty: task.qty });
    if (task.sku.code === code || task.sku.barcodes.indexOf(code) >= 0) return this.shell.tell('tracking.scan_serial', 'info');
    if (this.serials.indexOf(code) >= 0) return this.shell.tell('tracking.twice', 'warning', { serial: code });
    this.serials.push(code);
    if (this.serials.length < task.qty) return this.shell.changed();
    const serials = this.serials;
    this.serials = [];
    return this.send('replenish.take', { code: task.sku.code, qty: task.qty, serials: serials });
  }

  askShort(task) {
    if (task.asks_serials) return this.send('replenish.short', { qty: this.serials.length, serials: this.serials });
    return this.askNumber({ title: t('replenish.how_many_there'), hint: task.sku.name, onOk: (qty) => this.send('replenish.short', { qty: qty }) });
  }

  /** On the way to the faces: an item's code says which goods, a bin's code puts them down. */
  putDown(code) {
    const named = this.data.carried.find((task) => task.sku.code === code || task.sku.barcodes.indexOf(code) >= 0);
    if (!named) return this.send('replenish.put', { code: code, item: this.item });
    this.item = named.sku.code;
    return this.shell.changed();
  }

  askPart(task) {
    this.askNumber({
      title: t('replenish.how_many_down'), hint: t('replenish.then_scan', { bin: task.to.code }), value: task.left,
      onOk: (qty) => qty > 0 && this.send('replenish.put', { code: task.to.code, item: task.sku.code, qty: qty }),
    });
  }
}

const next = (flow, kind) => ({ id: 'next', label: t('replenish.next'), icon: 'next', kind: kind, onTap: () => flow.send('replenish.next') });
const howMany = (flow) => Object.keys(flow.data.waiting).reduce((sum, key) => sum + flow.data.waiting[key], 0);

/** How urgent, in colour and words. */
const Urgency = ({ task }) => html`<p class="urgency urgency-${task.urgency}" id="urgency" data-urgency=${task.urgency}>
  <${Icon} name=${task.urgency === 'minimum' ? 'clock' : 'warning'} size=${22} />${t('replenish.urgency.' + task.urgency)}</p>`;

function noneScreen(flow, data) {
  const urgent = data.waiting.emergency;
  return {
    body: html`<div class="waiting"><div class=${'waiting-mark' + (urgent ? ' mark-queued' : '')}><${Icon} name="item" size=${72} /></div>
      <h1 id="waiting" data-count=${howMany(flow)}>${howMany(flow) ? t('replenish.waiting', { n: howMany(flow) }) : t('replenish.nothing')}</h1>
      <p>${urgent ? t('replenish.some_urgent', { n: urgent }) : t('replenish.hint')}</p></div>`,
    actions: [flow.home(), next(flow, 'primary')],
  };
}

function goScreen(flow, data) {
  const task = data.task;
  return {
    step: 'source',
    scan: (code) => flow.send('replenish.source', { code: code }),
    body: html`<div class="line replenish-go">
      <${Urgency} task=${task} />
      <h1 class="do"><${Icon} name="place" size=${30} />${t('replenish.fetch_from')}</h1>
      <${Location} key="go" bin=${task.from} sideText=${sideText(task.from)} />
      <div class="line-next"><${ItemCard} sku=${task.sku} size="small" /><${Quantity} qty=${task.qty} /></div>
    </div>`,
    actions: [flow.home(), { id: 'let-go', label: t('replenish.let_go'), icon: 'out', onTap: () => flow.send('replenish.let_go') }],
  };
}

const packs = (task) => (task.pack_qty > 1 ? t('replenish.packs', { n: task.qty / task.pack_qty, of: task.pack_qty }) : '');
const lotOf = (task) => [task.container, task.lot && t('count.lot', { lot: task.lot }), task.expires_on].filter(Boolean).join(' · ');

function takeScreen(flow, data) {
  const task = data.task;
  return {
    step: 'item',
    prompt: task.asks_serials ? t('tracking.scan_serial') : t('replenish.scan_item'),
    scan: (code) => flow.take(code),
    body: html`<div class="line step-item replenish-take">
      <${Location} key="there" bin=${task.from} done=${true} sideText="" />
      <h1 class="do"><${Icon} name="item" size=${30} />${task.asks_serials ? t('tracking.each_serial', { n: flow.serials.length, of: task.qty }) : packs(task) || t('replenish.take', { n: task.qty })}</h1>
      ${lotOf(task) && html`<p class="count-why" id="lot">${lotOf(task)}</p>`}
      <${ItemCard} sku=${task.sku} size="large"><${Quantity} qty=${task.qty} /><//>
    </div>`,
    actions: [flow.home(), { id: 'short', label: t('replenish.short'), icon: 'short', onTap: () => flow.askShort(task) }],
  };
}

function putScreen(flow, data) {
  const chosen = data.carried.find((task) => task.sku.code === flow.item) || data.carried[0];
  const others = data.carried.filter((task) => task !== chosen);
  return {
    step: 'face',
    facts: { chosen: chosen },
    scan: (code) => flow.putDown(code),
    body: html`<div class="line replenish-put">
      <h1 class="do"><${Icon} name="place" size=${30} />${t('replenish.bring_to')}</h1>
      <${Location} key="face" bin=${chosen.to} sideText=${sideText(chosen.to)} />
      <div class="line-next"><${ItemCard} sku=${chosen.sku} size="small" /><${Quantity} qty=${chosen.left} /></div>
      <ul class="list list-scroll" tabindex="0" id="carried" data-count=${data.carried.length}>${others.map((task) => html`<li key=${task.id} class="list-row"><${Thumb} sku=${task.sku} />
        <span>${task.to.code}<small>${task.sku.code}</small></span><em class="number">${task.left}</em></li>`)}</ul>
    </div>`,
    actions: [flow.home(), { id: 'part', label: t('replenish.part'), icon: 'many', disabled: chosen.asks_serials, onTap: () => flow.askPart(chosen) }, next(flow, 'plain')],
  };
}

offer('replenish', (shell) => new Replenish(shell));
