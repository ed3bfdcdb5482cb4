// Putting back what was picked of orders that were taken out or stopped: tote, item, bin.
import { sameCode } from '../core/codes.js';
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { ItemCard, Location, Quantity } from '../parts/goods.js';
import { Thumb } from '../parts/thumb.js';
import { sideText } from '../parts/side.js';
import { Guided } from './guided.js';

export class PutBack extends Guided {
  constructor(shell) {
    super(shell, { name: 'putback', screens: { putback_none: noneScreen, putback_item: itemScreen } });
    this.item = null; // the item in hand: {code, lot} as scanned
    this.serials = [];
    this.qty = null;
    this.otherBin = false;
  }

  _show(name, data) {
    super._show(name, data);
    this.item = null;
    this.serials = [];
    this.qty = null;
    this.otherBin = false;
  }

  /** The goods of the tote whose turn it is: those in hand, else the first. */
  get piece() {
    const items = this.data.task.items;
    return (this.item && items.find((one) => one.sku.code === this.item.sku && (!this.item.lot || one.lot === this.item.lot))) || items[0];
  }

  async scanItem(code) {
    const known = this.data.task.items.find((one) => one.sku.barcodes.some((each) => sameCode(each, code)));
    if (known) return this._take({ sku: known.sku.code, code: code, lot: known.lot });
    const envelope = await this.shell.link.ask('putback.item', { code: code });
    if (!envelope.ok) return this.shell.say(envelope.message);
    return this._take({ sku: envelope.data.sku, code: code, lot: envelope.data.lot });
  }

  _take(item) {
    this.item = item;
    play('step');
    this.shell.changed();
  }

  /** With the item in hand a bin's code puts it down. Of numbered pieces every other code is a piece's. */
  putDown(code) {
    const piece = this.piece;
    if (this.otherBin || !piece.asks_serials || (piece.bin && sameCode(piece.bin.code, code))) return this._put(code);
    if (this.serials.indexOf(code) >= 0) return this.shell.tell('tracking.twice', 'warning', { serial: code });
    this.serials.push(code);
    play('step');
    return this.shell.changed();
  }

  /** Numbered pieces go into another bin than the one that is shown: the next scan is its code. */
  other() {
    this.otherBin = true;
    this.shell.tell('putback.now_bin', 'info');
  }

  _put(code) {
    const piece = this.piece;
    const qty = this.serials.length || this.qty || piece.qty;
    return this.send('putback.put', { item: this.item.code, bin: code, qty: qty, lot: piece.lot, serials: this.serials });
  }

  askQty() {
    const piece = this.piece;
    this.askNumber({ title: t('putback.how_many'), hint: piece.sku.name, value: piece.qty, onOk: (qty) => { this.qty = qty > 0 && qty <= piece.qty ? qty : null; this.shell.changed(); } });
  }
}

function noneScreen(flow, data) {
  return {
    step: 'tote',
    scan: (code) => flow.send('putback.take', { code: code }),
    body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name="again" size=${64} /></div>
      <h1 id="waiting" data-count=${data.waiting}>${data.waiting ? t('putback.waiting', { n: data.waiting }) : t('putback.nothing')}</h1>
      <ul class="list list-scroll" tabindex="0" id="totes">${(data.totes || []).map((one) => html`<li key=${one.tote} class="list-row"><b>${one.tote}</b>
        <span>${one.order}<small>${one.person || t('putback.why.' + one.why)}</small></span></li>`)}</ul></div>`,
    actions: [flow.home()],
  };
}

const letGo = (flow) => ({ id: 'let-go', label: t('putback.let_go'), icon: 'out', onTap: () => flow.send('putback.let_go') });

function itemScreen(flow, data) {
  return flow.item ? binStep(flow) : goodsStep(flow, data.task);
}

const lotOf = (piece) => (piece.lot ? html`<p class="lot-of" id="lot">${t('tracking.lot', { lot: piece.lot })}</p>` : '');

function goodsStep(flow, task) {
  const [piece, ...others] = task.items;
  return {
    step: 'item',
    facts: { task: task, piece: piece },
    prompt: t('putback.scan_item'),
    scan: (code) => flow.scanItem(code),
    body: html`<div class="line step-item">
      <p class="count-why" id="tote">${t('putback.from', { tote: task.tote, order: task.order })}</p>
      <h1 class="do"><${Icon} name="item" size=${30} />${t('putback.take_out')}</h1>
      <${ItemCard} sku=${piece.sku} size="large">${lotOf(piece)}<${Quantity} qty=${piece.qty} /><//>
      <ul class="list list-scroll" tabindex="0">${others.map((one) => html`<li key=${one.sku.code + one.lot} class="list-row"><${Thumb} sku=${one.sku} /><span>${one.sku.name}<small>${one.bin ? one.bin.code : ''}</small></span><em class="number">${one.qty}</em></li>`)}</ul>
    </div>`,
    actions: [flow.home(), letGo(flow)],
  };
}

function binStep(flow) {
  const piece = flow.piece;
  const qty = flow.serials.length || flow.qty || piece.qty;
  return {
    step: 'bin',
    facts: { piece: piece },
    prompt: t('putback.scan_bin'),
    scan: (code) => flow.putDown(code),
    body: html`<div class="line replenish-put">
      <h1 class="do"><${Icon} name="place" size=${30} />${piece.bin ? t('putback.bring_to') : t('putback.any_bin')}</h1>
      ${piece.bin && html`<${Location} key="go" bin=${piece.bin} sideText=${sideText(piece.bin)} />`}
      <div class="line-next line-have"><${ItemCard} sku=${piece.sku} size="small">${lotOf(piece)}<//><${Quantity} qty=${qty} of=${piece.qty} /></div>
    </div>`,
    actions: [letGo(flow), piece.asks_serials
      ? { id: 'other', label: t('putback.other_bin'), icon: 'place', onTap: () => flow.other() }
      : { id: 'qty', label: t('pick.quantity'), icon: 'many', onTap: () => flow.askQty() }],
  };
}

offer('putback', (shell) => new PutBack(shell));
