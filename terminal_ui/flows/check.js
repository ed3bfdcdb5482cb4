// Quality check: what waits in quarantine at the dock, how many to look at, how many of them are bad.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { ItemCard } from '../parts/goods.js';
import { Thumb } from '../parts/thumb.js';
import { Guided } from './guided.js';

export class Check extends Guided {
  constructor(shell) {
    super(shell, { name: 'check', screens: { check_list: listScreen, check_one: oneScreen } });
    this.bad = [];
  }

  _show(name, data) {
    super._show(name, data);
    this.bad = [];
  }

  /** With numbered pieces the bad ones are scanned, else they are counted. */
  scanned(code) {
    const check = this.data.check;
    if (!check.serials.length) return this.look('check.open', { code: code });
    if (check.serials.indexOf(code) < 0) return this.shell.tell('check.not_of_these', 'warning');
    if (this.bad.indexOf(code) < 0) this.bad = this.bad.concat([code]);
    return this.shell.changed();
  }

  decide(defects) {
    return this.send('check.decide', { check_id: this.data.check.id, defects: defects, bad_serials: this.bad });
  }

  askBad() {
    this.askNumber({ title: t('check.how_many_bad'), hint: this.data.check.sku.name, value: 0, onOk: (count) => this.decide(count) });
  }
}

function listScreen(flow, data) {
  const checks = data.checks || [];
  return {
    step: 'list',
    scan: (code) => flow.look('check.open', { code: code }),
    body: html`<div class="line"><h1 class="do"><${Icon} name="barcode" size=${34} />${t('check.scan')}</h1>
      ${checks.length ? html`<ul class="list list-scroll" tabindex="0">${checks.map((one) => row(flow, one))}</ul>` : html`<p class="empty">${t('check.nothing')}</p>`}</div>`,
    actions: [flow.home()],
  };
}

function row(flow, one) {
  return html`<li key=${one.id} class="list-row" data-check=${one.id} onClick=${() => flow.look('check.look', { check_id: one.id })}>
    <${Thumb} sku=${one.sku} /><span>${one.sku.name}<small>${[one.receipt, one.bin, one.lpn, one.lot].filter(Boolean).join(' · ')}</small></span><em class="number">${one.sample}/${one.qty}</em></li>`;
}

function oneScreen(flow, data) {
  const one = data.check;
  const bad = flow.bad.length;
  return {
    step: 'look',
    prompt: t(one.serials.length ? 'check.scan_bad' : 'check.scan'),
    scan: (code) => flow.scanned(code),
    body: html`<div class="line in-item"><${ItemCard} sku=${one.sku} />
      <div class="in-figures"><div class="in-now"><span class="in-now-number" id="sample">${one.sample}</span><small>${t('check.of', { n: one.qty })}</small></div>
        <dl><dt>${t('check.accept')}</dt><dd id="accept">${one.accept}</dd>${one.serials.length ? html`<dt>${t('check.bad')}</dt>` : ''}${one.serials.length ? html`<dd id="bad">${bad}</dd>` : ''}</dl></div>
      <p class="put-why">${t('check.why.' + one.why)}</p>
      <p class="in-facts">${[one.lot && t('receive.lot', { lot: one.lot }), one.expires_on && t('receive.expires', { day: one.expires_on }), one.bin, one.lpn].filter(Boolean).map((text) => html`<span class="chip" key=${text}>${text}</span>`)}</p></div>`,
    actions: [
      { id: 'list', label: t('sheet.back'), icon: 'back', onTap: () => flow.refresh() },
      one.serials.length
        ? { id: 'bad-done', label: t('check.some_bad', { n: bad }), icon: 'cross', kind: 'danger', disabled: !bad, onTap: () => flow.decide(bad) }
        : { id: 'some-bad', label: t('check.count_bad'), icon: 'cross', kind: 'danger', onTap: () => flow.askBad() },
      { id: 'all-good', label: t('check.all_good'), icon: 'check', kind: 'primary', disabled: bad > 0, onTap: () => flow.decide(0) },
    ],
  };
}

offer('check', (shell) => new Check(shell));
