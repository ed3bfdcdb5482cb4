// Putaway: load the truck at the dock, walk past the bins in the planned order, put down, say why when elsewhere.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { ItemCard, Location, Quantity } from '../parts/goods.js';
import { Thumb } from '../parts/thumb.js';
import { sideText } from '../parts/side.js';
import { Guided } from './guided.js';

const WALK = ['putaway_walk', 'putaway_put', 'putaway_other'];
const OVERRULES = ['full', 'blocked', 'not_reachable', 'better'];

export class Putaway extends Guided {
  constructor(shell) {
    super(shell, {
      name: 'putaway',
      screens: { putaway_load: loadScreen, putaway_walk: walkScreen, putaway_other: otherScreen, putaway_put: putScreen },
    });
  }

  /** Whoever is on the walk stays on it when the link comes back. */
  async refresh() {
    const walking = WALK.indexOf(this.screen) >= 0;
    const envelope = walking ? await this.shell.link.ask('putaway.go', {}) : null;
    if (envelope && envelope.ok) this._follow(envelope);
    else await super.refresh();
  }

  stand(code, reason) {
    return this.send('putaway.bin', { code: code, why: reason || '' });
  }

  put(task, qty) {
    return this.send('putaway.put', { task_id: task.id, qty: qty });
  }

  askPut(task) {
    this.askNumber({ title: t('putaway.how_many'), hint: task.sku.name, value: task.qty, onOk: (qty) => this.put(task, qty) });
  }

  askTask(task) {
    this.askChoice({ title: task.lpn || task.sku.name, choices: [['drop', t('putaway.drop'), 'danger']], onOk: () => this.send('putaway.drop', { task_id: task.id }) });
  }
}

function loadScreen(flow, data) {
  const tasks = data.tasks || [];
  return {
    step: 'load',
    scan: (code) => flow.send('putaway.load', { code: code }),
    body: html`<div class="line"><h1 class="do"><${Icon} name="barcode" size=${34} />${t('putaway.scan_dock')}</h1>
      ${tasks.length ? html`<p class="put-sum" id="truck" data-count=${tasks.length}>${t('putaway.truck', { n: tasks.length, m: data.walk_m })}</p>
        <ul class="list list-scroll" tabindex="0">${tasks.map((task) => truckRow(flow, task))}</ul>`
        : html`<div class="waiting"><div class="waiting-mark"><${Icon} name="truck" size=${72} /></div>
          <p id="waiting" data-count=${data.waiting}>${data.waiting ? t('putaway.waiting', { n: data.waiting }) : t('putaway.nothing')}</p></div>`}
    </div>`,
    actions: [flow.home(), { id: 'go', label: t('putaway.go'), icon: 'next', kind: 'primary', disabled: !tasks.length, onTap: () => flow.look('putaway.go') }],
  };
}

function truckRow(flow, task) {
  return html`<li key=${task.id} class="list-row" data-task=${task.id} onClick=${() => flow.askTask(task)}>
    ${task.skus > 1 ? html`<${Icon} name="tote" size=${40} />` : html`<${Thumb} sku=${task.sku} />`}<b class="put-bin">${task.bin ? task.bin.code : '?'}</b><span>${task.lpn || task.sku.name}<small>${[task.lpn ? '' : task.sku.code, task.lot].filter(Boolean).join(' · ')}</small></span><em class="number">${task.qty}</em></li>`;
}

/** Picture, name, how many; a mixed pallet by its number. */
function Load({ task }) {
  return html`<div class="line-next">${task.skus > 1
    ? html`<div class="item"><div class="item-picture"><${Icon} name="tote" size=${40} /></div><div class="item-words"><div class="item-name">${task.lpn}</div><div class="item-code">${t('putaway.skus', { n: task.skus })}</div></div></div>`
    : html`<${ItemCard} sku=${task.sku} size="small"><span class="item-code">${[task.lpn, task.lot && t('receive.lot', { lot: task.lot })].filter(Boolean).join(' · ')}</span><//>`}
    <${Quantity} qty=${task.qty} /></div>`;
}

function walkScreen(flow, data) {
  const task = data.task;
  return {
    step: 'bin',
    scan: (code) => flow.stand(code),
    body: html`<div class="line put-walk"><h1 class="do"><${Icon} name="place" size=${30} />${t(task.bin ? 'putaway.go_to' : 'putaway.find_bin')}</h1>
      ${task.bin && html`<${Location} bin=${task.bin} sideText=${sideText(task.bin)} />`}
      ${task.why && html`<p class=${'put-why put-why-' + task.why} id="why" data-why=${task.why}>${t('putaway.why.' + task.why)}</p>`}
      <${Load} task=${task} /></div>`,
    actions: [
      { id: 'load', label: t('putaway.load_more'), icon: 'back', onTap: () => flow.look('putaway.state') },
      { id: 'drop', label: t('putaway.drop_short'), icon: 'out', onTap: () => flow.askTask(task) },
      ...(task.bin && task.bin.typed ? [{ id: 'digits', label: t('putaway.digits'), icon: 'keyboard', onTap: () => askDigits(flow) }] : []),
    ],
  };
}

function askDigits(flow) {
  flow.askText({ title: t('putaway.which_digits'), hint: t('putaway.digits_hint'), onOk: (digits) => digits && flow.stand(digits) });
}

function putScreen(flow, data) {
  const task = data.task;
  return {
    step: 'put',
    scan: (code) => flow.stand(code),
    body: html`<div class="line put-walk"><h1 class="do do-done"><${Icon} name="check" size=${34} />${t('putaway.put_here')}</h1>
      <${Location} bin=${task.actual} done=${true} sideText=${sideText(task.actual)} /><${Load} task=${task} /></div>`,
    actions: [
      { id: 'qty', label: t('putaway.part'), icon: 'keyboard', disabled: task.whole, onTap: () => flow.askPut(task) },
      { id: 'put', label: t('putaway.put', { n: task.qty }), icon: 'check', kind: 'primary', onTap: () => flow.put(task, task.qty) },
    ],
  };
}

function otherScreen(flow, data) {
  return {
    step: 'other',
    scan: (code) => flow.stand(code),
    body: html`<div class="line"><h1 class="do do-warn"><${Icon} name="warning" size=${30} />${t('putaway.other', { bin: data.other.code })}</h1>
      <div class="in-choices put-reasons">${OVERRULES.map((reason) => html`<${Button} key=${reason} id=${'reason-' + reason} label=${t('putaway.reason.' + reason)} onTap=${() => flow.stand(data.other.code, reason)} />`)}</div></div>`,
    actions: [{ id: 'back', label: t('putaway.back_to', { bin: data.task.bin ? data.task.bin.code : '' }), icon: 'back', onTap: () => flow.look('putaway.go') }],
  };
}

offer('putaway', (shell) => new Putaway(shell));
