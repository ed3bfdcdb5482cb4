// What the picker sees: one thing to do at a time, the largest first.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { FloorMap } from '../parts/floor_map.js';
import { ItemCard, Location, Quantity } from '../parts/goods.js';
import { Keypad } from '../parts/keypad.js';
import { CartProgress } from '../parts/progress.js';
import { Sheet } from '../parts/sheet.js';
import { sideText } from '../parts/side.js';
import { currentLine, freeSlot, left, progress, todo, toteOf } from './pick_state.js';

export const SCREENS = { pick_wait: waitView, pick_start: startView, pick_totes: totesView, pick_line: lineView, pick_done: doneView };

export function pickView(flow) {
  const ready = flow.screen === 'pick_wait' || flow.state;
  return Object.assign({ screen: flow.screen, actions: [], facts: facts(flow) }, (ready ? SCREENS[flow.screen] || waitView : waitView)(flow));
}

/** What a voice says of the line in hand, and a supervisor sees. */
function facts(flow) {
  const state = flow.state;
  const line = state && currentLine(state);
  return state ? { cart: state.task.cart, line: line, left: line && left(line), qty: state.qty, free: freeSlot(state) } : {};
}

const homeAction = (flow) => ({ id: 'home', label: t('home.title'), icon: 'back', onTap: () => flow.shell.go('home') });

function waitView(flow) {
  return {
    prompt: t('pick.waiting_prompt'),
    body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name="cart" size=${72} /></div>
      <h1>${t('pick.waiting')}</h1><p>${t('pick.waiting_hint')}</p></div>`,
    actions: [homeAction(flow)],
  };
}

function startView(flow) {
  const task = flow.state.task;
  const pieces = task.lines.reduce((sum, line) => sum + line.qty, 0);
  // A task that was handed back lies on its cart already.
  const cart = task.cart && { cart: task.cart.code, zone: task.from_zone };
  const words = t(cart ? 'pick.scan_this_cart' : 'pick.scan_cart', cart);
  return {
    prompt: words,
    body: html`<div class="start">
      <h1 class="do"><${Icon} name="cart" size=${36} />${task.from_zone ? t('pick.scan_zone_cart', cart) : words}</h1>
      <dl class="facts">
        <div><dt>${t('pick.wave')}</dt><dd>${task.wave.number}</dd></div>
        <div><dt>${t('pick.stops')}</dt><dd>${task.lines.length}</dd></div>
        <div><dt>${t('pick.pieces')}</dt><dd>${pieces}</dd></div>
        <div><dt>${t('pick.walk')}</dt><dd>${t('pick.metres', { n: Math.round(task.walk_m) })}</dd></div>
      </dl>
      <${FloorMap} task=${task} currentId=${null} />
    </div>`,
    actions: [letGoAction(flow)],
  };
}

const letGoAction = (flow) => ({ id: 'let-go', label: t('pick.let_go'), icon: 'out', onTap: () => flow.shell.openSheet('let_go') });

function totesView(flow) {
  const slots = flow.state.task.slots;
  const free = freeSlot(flow.state);
  return {
    step: free ? String(free.slot) : '',
    progress: { done: slots.filter((one) => one.tote).length, total: slots.length },
    prompt: t('pick.scan_tote_slot', { slot: free ? free.slot : '' }),
    body: html`<div class="totes">
      <h1 class="do"><${Icon} name="tote" size=${36} />${t('pick.scan_tote_slot', { slot: free ? free.slot : '' })}</h1>
      <ol class="tote-grid">${slots.map((one) => html`<li key=${one.slot} data-slot=${one.slot}
        class=${'tote-cell' + (one === free ? ' tote-now' : '') + (one.tote ? ' tote-set' : '')}>
        <b>${one.slot}</b><span>${one.tote || html`<i>–</i>`}</span></li>`)}</ol>
    </div>`,
    actions: [letGoAction(flow)],
  };
}

function lineView(flow) {
  const line = currentLine(flow.state);
  const far = progress(flow.state);
  const head = html`<${CartProgress} slots=${far.slots} current=${line ? line.slot : null} done=${far.done} total=${far.total} />`;
  if (!line) return unsentView(flow, head);
  const step = { bin: binStep, item: itemStep, lot: lotStep, serial: serialStep, tote: toteStep }[flow.state.step](flow, line);
  return Object.assign({ step: flow.state.step, head: head, progress: far, actions: lineActions(flow) }, step);
}

function lineActions(flow) {
  const short = { id: 'short', label: t('pick.short'), icon: 'short', onTap: () => flow.openShort() };
  const later = { id: 'later', label: t('pick.later'), icon: 'next', onTap: () => flow.later(), disabled: todo(flow.state).length < 2 };
  const qty = { id: 'qty', label: t('pick.quantity'), icon: 'many', onTap: () => flow.openQty() };
  return flow.state.step === 'tote' && !currentLine(flow.state).asks_serials ? [short, qty] : [short, later];
}

// A location is made anew when the picker is there (`key`): an element that moves and changes its class in one
// step keeps old styles of its children in some Chromium versions.
function binStep(flow, line) {
  return {
    prompt: t('pick.scan_bin'),
    body: html`<div class="line step-bin">
      <h1 class="do"><${Icon} name=${line.awaits ? 'clock' : 'place'} size=${30} />${line.awaits ? t('life.awaits') : t('pick.go_to')}</h1>
      <${Location} key="go" bin=${line.bin} sideText=${sideText(line.bin)} />
      <div class="line-map"><${FloorMap} task=${flow.state.task} currentId=${line.id} /></div>
      <div class="line-next"><${ItemCard} sku=${line.sku} size="small" /><${Quantity} qty=${left(line)} /></div>
    </div>`,
  };
}

function itemStep(flow, line) {
  return {
    prompt: t('pick.scan_item'),
    body: html`<div class="line step-item">
      <${Location} key="there" bin=${line.bin} done=${true} sideText=${sideText(line.bin)} />
      <h1 class="do"><${Icon} name="item" size=${30} />${t('pick.take', { n: left(line) })}</h1>
      <${ItemCard} sku=${line.sku} size="large"><${LotOf} line=${line} /><${Quantity} qty=${left(line)} /><//>
    </div>`,
  };
}

/** The lot to take, and its last day. */
function LotOf({ line }) {
  if (!line.lot && !line.expires_on) return '';
  return html`<p class="lot-of" id="lot">${line.lot && html`<span>${t('tracking.lot', { lot: line.lot })}</span>`} ${line.expires_on && html`<small>${t('tracking.until', { day: line.expires_on })}</small>`}</p>`;
}

function lotStep(flow, line) {
  return {
    prompt: t('tracking.scan_lot'),
    body: html`<div class="line step-lot">
      <${Location} key="there" bin=${line.bin} done=${true} sideText=${sideText(line.bin)} />
      <h1 class="do"><${Icon} name="item" size=${30} />${t('tracking.which_lot')}</h1>
      <${ItemCard} sku=${line.sku} size="large"><${LotOf} line=${line} /><//>
    </div>`,
  };
}

function serialStep(flow, line) {
  const serials = flow.state.serials;
  return {
    prompt: t('tracking.scan_serial'),
    body: html`<div class="line step-serial">
      <${Location} key="there" bin=${line.bin} done=${true} sideText=${sideText(line.bin)} />
      <h1 class="do"><${Icon} name="item" size=${30} />${t('tracking.each_serial', { n: serials.length, of: left(line) })}</h1>
      <${ItemCard} sku=${line.sku} size="large" />
      <ol class="serials" id="serials">${serials.slice(-3).map((one) => html`<li key=${one}>${one}</li>`)}</ol>
      ${serials.length > 0 && html`<p>${t('tracking.or_tote', { n: serials.length, tote: toteOf(flow.state, line) || '' })}</p>`}
    </div>`,
  };
}

function toteStep(flow, line) {
  const tote = toteOf(flow.state, line);
  return {
    prompt: t('pick.scan_tote', { tote: tote || '' }),
    body: html`<div class="line step-tote">
      <${Location} key="there" bin=${line.bin} done=${true} sideText=${sideText(line.bin)} />
      <div class="line-next line-have"><${ItemCard} sku=${line.sku} size="small" /><${Quantity} qty=${flow.state.qty} of=${left(line)} /></div>
      <h1 class="do"><${Icon} name="tote" size=${30} />${t('pick.put_into')}</h1>
      <div class="target"><b class="target-slot" id="slot">${line.slot}</b>
        <span class="target-tote" id="tote">${tote}<small>${orderOf(flow, line)}</small></span></div>
    </div>`,
  };
}

function orderOf(flow, line) {
  const slot = flow.state.task.slots.find((one) => one.slot === line.slot);
  return slot ? slot.order : '';
}

function unsentView(flow, head) {
  return {
    step: 'unsent',
    head: head,
    progress: progress(flow.state),
    prompt: t('pick.unsent_prompt'),
    body: html`<div class="waiting"><div class="waiting-mark mark-queued"><${Icon} name="clock" size=${72} /></div>
      <h1>${t('pick.unsent_title')}</h1><p>${t('pick.unsent_hint', { n: flow.shell.link.waiting })}</p></div>`,
    actions: [],
  };
}

function doneView(flow) {
  const far = progress(flow.state);
  const cart = flow.state.task.cart;
  const words = { cart: cart ? cart.code : '', zone: flow.zone };
  const row = (one) => html`<li key=${one.slot} class=${'list-row' + (one.short ? ' row-short' : '')}><b class="row-slot">${one.slot}</b>
    <span>${one.tote}<small>${one.order}</small></span>
    <${Icon} name=${one.short ? 'warning' : 'check'} /><em>${one.short ? t('pick.to_supervisor') : flow.zone ? '' : t('pick.complete')}</em></li>`;
  return {
    prompt: t(flow.zone ? 'pick.done_zone' : 'pick.done_prompt', words),
    body: html`<div class="done">
      <h1 class="do do-done"><${Icon} name="check" size=${40} />${t('pick.done')}</h1>
      <p class="bring" id="bring">${t(flow.zone ? 'pick.bring_zone' : 'pick.bring', words)}</p>
      <ul class="list" tabindex="0">${far.slots.map(row)}</ul>
    </div>`,
    actions: [homeAction(flow), { id: 'next', label: t('pick.next'), icon: 'next', kind: 'primary', onTap: () => flow.next() }],
  };
}

export function pickMenu(flow) {
  if (!flow.state || flow.screen === 'pick_done') return '';
  return html`<${Button} id="menu-let-go" label=${t('pick.let_go')} icon="out" onTap=${() => flow.shell.openSheet('let_go')} />`;
}

/** Sheets that are seldom needed come in a script of their own, fetched when a task begins. */
export function pickSheet(flow, name) {
  const draw = { qty: qtySheet, let_go: letGoSheet }[name];
  return draw ? draw(flow) : flow.carts.sheet(name) || flow.more.sheet();
}

function qtySheet(flow) {
  const ok = () => flow.takeQty(Number(flow.qtyTyped));
  return html`<${Sheet} id="qty" title=${t('pick.how_many')} onClose=${() => flow.shell.closeSheet()}>
    <div class="typed">${flow.qtyTyped || html`<i>${flow.state.qty}</i>`}<small>${t('pick.of', { n: left(currentLine(flow.state)) })}</small></div>
    <${Keypad} onKey=${(digit) => flow.typeQty(flow.qtyTyped + digit)} onErase=${() => flow.typeQty(flow.qtyTyped.slice(0, -1))}
      onOk=${ok} okLabel=${t('keypad.ok')} />
  <//>`;
}

function letGoSheet(flow) {
  return html`<${Sheet} id="let-go" title=${t('pick.let_go')} onClose=${() => flow.shell.closeSheet()}>
    <p>${t('pick.let_go_hint')}</p>
    <${Button} id="let-go-confirm" kind="danger" icon="out" label=${t('pick.let_go_confirm')} onTap=${() => flow.letGo()} />
  <//>`;
}
