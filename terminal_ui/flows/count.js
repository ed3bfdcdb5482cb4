// Counting, blind: to the bin, scan what lies in it, declare it done. Scans without a link are kept with their time.
import { html } from '../core/html.js';
import { sameCode } from '../core/codes.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { ItemCard, Location, Quantity } from '../parts/goods.js';
import { Thumb } from '../parts/thumb.js';
import { Button } from '../parts/button.js';
import { sideText } from '../parts/side.js';
import { Steps } from '../parts/steps.js';
import { Guided } from './guided.js';

export class Count extends Guided {
  constructor(shell) {
    super(shell, {
      name: 'count',
      screens: { count_none: noneScreen, count_bin: binScreen, count_items: itemsScreen, count_lot: lotScreen, count_serial: serialScreen, count_kept: keptScreen },
    });
    this.ahead = 0; // milliseconds that the server's clock is ahead of ours
    this._awaited = null; // the body of the step whose answer is waited for
  }

  _show(name, data) {
    super._show(name, data);
    if (this.data.now) this.ahead = Date.parse(this.data.now) - Date.now();
    this._remember();
  }

  /** What is being counted outlives a reload without a link. */
  _remember() {
    const hand = this.shell.hand;
    if (this.data.task) hand.keep('flow', { flow: 'count', screen: this.screen, data: this.data });
    else if ((hand.recall('flow') || {}).flow === 'count') hand.keep('flow', null);
  }

  resume(kept) {
    this._show(kept.screen, kept.data);
  }

  /**
   * A step of the count, with the moment at which it was made; kept on the device until it is answered. The answer leads
   * on, unless it does not come for a while: then the person counts on, and what was kept is sent in its order.
   */
  async step(name, body) {
    const link = this.shell.link;
    const row = Object.assign({ scanned_at: new Date(Date.now() + this.ahead).toISOString() }, body);
    if (link.online && !link.waiting) {
      this._awaited = row;
      const envelope = await this.shell.work(() => new Promise((done) => { link.keep(name, row, () => done(null)).then(done); }));
      this._awaited = null;
      if (envelope) return this._answered(envelope);
      this.shell.tell('count.kept', 'queued');
    } else link.keep(name, row, () => this.shell.tell('count.kept', 'queued'));
    if (name === 'count.done' || name === 'count.empty') this.screen = 'count_kept';
    if (name === 'count.bin' && this.data.task && sameCode(body.code, this.data.task.bin.code)) this._show('count_items', Object.assign({ seen: [] }, this.data));
    this._remember();
    return this.shell.changed();
  }

  settled(row, envelope) {
    return row.body === this._awaited ? undefined : super.settled(row, envelope);
  }

  see(code, more) {
    return this.step('count.scan', Object.assign({ task_id: this.data.task.id, code: code }, more));
  }

  end(name) {
    return this.step(name, { task_id: this.data.task.id });
  }

  askHowMany(line) {
    this.askNumber({
      title: t('count.how_many'), hint: line.sku.name, value: line.counted,
      onOk: (qty) => this.step('count.correct', { task_id: this.data.task.id, tally_id: line.id, qty: qty }),
    });
  }
}

function noneScreen(flow, data) {
  return {
    scan: (code) => flow.step('count.bin', { code: code }),
    body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name="many" size=${72} /></div>
      <h1 id="waiting" data-count=${data.waiting}>${data.waiting ? t('count.waiting', { n: data.waiting }) : t('count.nothing')}</h1>
      <p>${t('count.hint')}</p></div>`,
    actions: [flow.home(), { id: 'next', label: t('count.next'), icon: 'next', kind: 'primary', onTap: () => flow.send('count.next') }],
  };
}

const letGo = (flow) => ({ id: 'let-go', label: t('count.let_go'), icon: 'out', onTap: () => flow.send('count.let_go') });

function binScreen(flow, data) {
  const task = data.task;
  return {
    step: 'bin',
    scan: (code) => flow.step('count.bin', { code: code }),
    body: html`<div class="line count-bin">
      <h1 class="do"><${Icon} name="place" size=${30} />${t('count.go_to')}</h1>
      <${Location} key="go" bin=${task.bin} sideText=${sideText(task.bin)} />
      <p class="count-why count-why-${task.again ? 'again' : task.kind}">${t('count.why.' + (task.again ? 'again' : task.kind))}</p>
      ${task.sku && html`<div class="line-next"><${ItemCard} sku=${task.sku} size="small" /></div>`}
    </div>`,
    actions: [flow.home(), letGo(flow)],
  };
}

function itemsScreen(flow, data) {
  const task = data.task;
  const [last, ...others] = data.seen;
  const pieces = data.seen.reduce((sum, line) => sum + line.counted, 0);
  const end = pieces
    ? { id: 'done', label: t('count.done'), icon: 'check', kind: 'primary', onTap: () => flow.end('count.done') }
    : { id: 'empty', label: t('count.empty'), icon: 'erase', kind: 'primary', onTap: () => flow.end('count.empty') };
  return {
    step: 'items',
    scan: (code) => flow.see(code),
    head: html`${data.progress && html`<${Steps} ...${data.progress} />`}<div class="count-head"><b id="location">${task.container || task.bin.code}</b>
      <span>${task.container ? t('count.inside', { bin: task.bin.code }) : ''}</span><em id="pieces">${pieces}</em></div>`,
    body: html`<div class="line count-items">
      ${last ? lastSeen(last, others.length) : nothingSeen(task)}
      ${others.length > 0 && html`<ul class="list list-scroll" tabindex="0">${others.map((line) => seenRow(flow, line))}</ul>`}
    </div>`,
    actions: [
      letGo(flow),
      { id: 'qty', label: t('count.quantity'), icon: 'keyboard', disabled: !last, onTap: () => flow.askHowMany(last) },
      end,
    ],
  };
}

function nothingSeen(task) {
  return html`<div class="count-first">
    <h1 class="do"><${Icon} name="barcode" size=${34} />${task.sku ? t('count.scan_only') : t('count.scan_all')}</h1>
    ${task.sku ? html`<div class="line-next"><${ItemCard} sku=${task.sku} size="small" /></div>` : ''}
    <p class="sub">${t('count.scan_hint')}</p></div>`;
}

function lastSeen(line, others) {
  const number = html`<${Quantity} qty=${line.counted} />`;
  const words = about(line) && html`<p class="sub">${about(line)}</p>`;
  if (!others) return html`<div class="count-last count-only" data-sku=${line.sku.code}><${ItemCard} sku=${line.sku} size="large">${words}${number}<//></div>`;
  return html`<div class="count-last" data-sku=${line.sku.code}><${ItemCard} sku=${line.sku} size="small" />
    <div class="count-last-line"><span>${words}</span>${number}</div></div>`;
}

function seenRow(flow, line) {
  return html`<li key=${line.id} class="list-row" data-sku=${line.sku.code} onClick=${() => flow.askHowMany(line)}>
    <${Thumb} sku=${line.sku} /><span>${line.sku.name}<small>${[line.sku.code, about(line)].filter(Boolean).join(' · ')}</small></span><em class="number">${line.counted}</em></li>`;
}

const about = (line) => [line.lot && t('count.lot', { lot: line.lot }), line.container].filter(Boolean).join(' · ');

function lotScreen(flow, data) {
  const say = (told) => flow.see(data.asked.code, Object.assign({ qty: data.asked.qty, condition: data.asked.condition, serial: data.asked.serial }, told));
  const choose = (lot) => say({ lot: lot });
  const other = () => flow.askText({ title: t('count.which_lot'), hint: data.sku.name, onOk: (lot) => lot && choose(lot) });
  return {
    step: 'lot',
    scan: choose,
    body: html`<div class="line"><h1 class="do"><${Icon} name="barcode" size=${30} />${t('count.which_lot')}</h1>
      <div class="line-next"><${ItemCard} sku=${data.sku} size="small" /></div>
      <div class="list-scroll list count-lots">${data.lots.map((lot) => html`<${Button} key=${lot} id=${'lot-' + lot} label=${lot} onTap=${() => choose(lot)} />`)}
        ${data.no_lot && html`<${Button} id="no-lot" label=${t('count.no_lot')} onTap=${() => say({ no_lot: true })} />`}</div></div>`,
    actions: [{ id: 'back', label: t('sheet.back'), icon: 'back', onTap: () => flow.refresh() }, { id: 'other-lot', label: t('count.other_lot'), icon: 'keyboard', onTap: other }],
  };
}

function serialScreen(flow, data) {
  return {
    step: 'serial',
    scan: (code) => flow.see(data.asked.code, { condition: data.asked.condition, lot: data.asked.lot, serial: code }),
    body: html`<div class="line"><h1 class="do"><${Icon} name="barcode" size=${30} />${t('tracking.serial_of')}</h1>
      <div class="line-next"><${ItemCard} sku=${data.sku} size="small" /></div></div>`,
    actions: [{ id: 'back', label: t('sheet.back'), icon: 'back', onTap: () => flow.refresh() }],
  };
}

function keptScreen(flow) {
  return {
    body: html`<div class="waiting"><div class="waiting-mark mark-queued"><${Icon} name="clock" size=${72} /></div>
      <h1>${t('count.kept_title')}</h1><p>${t('count.kept_hint')}</p></div>`,
    actions: [flow.home()],
  };
}

offer('count', (shell) => new Count(shell));
