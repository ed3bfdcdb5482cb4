// What the office does with receipts: say why goods are missing, close, call off, identify, decide, print.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { SkuField } from './inbound_sku.js';
import { lacking } from './inbound_parts.js';
import { Field } from './office_parts.js';
import { Act } from './parts.js';

const SHORT_REASONS = ['not_delivered', 'backorder', 'damaged', 'wrong_announcement', 'other'];
const REFUSALS = ['returned', 'scrapped', 'other'];
const whole = (text) => (/^\d+$/.test(String(text).trim()) ? Number(text) : NaN);

/** A panel with fields: `fields(state, set)` draws them, `ready(state)` allows `act(state)`, an envelope to come. */
function ask(page, panel) {
  const office = page.office;
  const state = Object.assign({}, panel.start);
  const set = (name) => (event) => { state[name] = event.target.value; office.changed(); };
  const submit = async (event) => {
    if (event) event.preventDefault();
    if (!panel.ready(state)) return;
    const envelope = await panel.act(state);
    if (envelope.ok) {
      office.panel = null;
      page.load();
    }
  };
  office.openPanel({
    id: panel.id, title: panel.title,
    body: () => html`<form class="office-form" onSubmit=${submit}>${panel.fields(state, set)}<button type="submit" class="unseen" tabindex="-1"></button></form>`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="act-do" kind="primary" label=${panel.label} busy=${!panel.ready(state) || Object.keys(office.working).length > 0} onTap=${submit} />`,
  });
}

const post = (page, path, body) => page.office.http.change('POST', '/api/v1/' + path, body);
const of = (receipt, action) => 'receipts/' + encodeURIComponent(receipt.number) + '/' + action;

/** Nothing more will come; with less than was announced a reason is asked for. */
export function askFinish(page, receipt) {
  const short = lacking(receipt);
  const act = (state) => page.office.act('receipt', () => post(page, of(receipt, 'finish'), { reason: short ? state.reason : '' }), () => ({ text: t('inbound.finished', { receipt: receipt.number }), undo: { label: t('inbound.reopen'), act: () => reopen(page, receipt) } }));
  ask(page, {
    id: 'finish', title: t('inbound.finish_title', { receipt: receipt.number }), label: t('inbound.finish'), start: { reason: '' }, act: act,
    ready: (state) => !short || state.reason !== '',
    fields: (state, set) => (short ? html`<p>${t('inbound.lacks', { n: count(short), lines: count(receipt.lines - receipt.lines_done) })}</p><${Field} label=${t('inbound.why_short')}><select id="short-reason" autofocus value=${state.reason} onChange=${set('reason')}><option value="">${t('stock_act.choose')}</option>${SHORT_REASONS.map((one) => html`<option key=${one} value=${one}>${t('receive.short.' + one)}</option>`)}</select><//>` : html`<p>${t('inbound.complete')}</p>`),
  });
}

export async function reopen(page, receipt) {
  await page.office.act('receipt', () => post(page, of(receipt, 'reopen')), () => ({ text: t('inbound.reopened', { receipt: receipt.number }) }));
  page.load();
}

export async function close(page, receipt) {
  await page.office.act('receipt', () => post(page, of(receipt, 'close')), () => ({ text: t('inbound.closed', { receipt: receipt.number }) }));
  page.load();
}

export function askCancel(page, receipt) {
  ask(page, {
    id: 'cancel', title: t('inbound.cancel_title', { receipt: receipt.number }), label: t('inbound.cancel'), start: {}, ready: () => true,
    fields: () => html`<p>${t('inbound.cancel_sure')}</p>`,
    act: () => page.office.act('receipt', () => post(page, of(receipt, 'cancel')), () => ({ text: t('inbound.cancelled', { receipt: receipt.number }) })),
  });
}

/** Everything that was announced has come as announced. */
export function askAll(page, receipt) {
  ask(page, {
    id: 'all', title: t('inbound.all_title', { receipt: receipt.number }), label: t('inbound.all'), start: {}, ready: () => true,
    fields: () => html`<p>${t('inbound.all_sure', { n: count(lacking(receipt)) })}</p>`,
    act: () => page.office.act('receipt', () => post(page, of(receipt, 'receive-all')), () => ({ text: t('inbound.all_done', { receipt: receipt.number }) })),
  });
}

/** What one scan brought in goes out again. */
export async function takeBack(page, receipt, entry) {
  await page.office.act('entry' + entry.id, () => post(page, of(receipt, 'undo'), { batch: entry.batch }), () => ({ text: t('inbound.taken_back', { n: count(entry.qty), sku: entry.sku }) }));
  page.load();
}

export function askIdentify(page, aside) {
  const start = { sku: aside.sku || '', remember: Boolean(aside.code) && !aside.sku, lot: '', expires_on: '', serials: '' };
  const remember = (state) => (event) => { state.remember = event.target.checked; page.office.changed(); };
  const body = (state) => ({ sku: state.sku, remember: state.remember, lot: state.lot.trim(), expires_on: state.expires_on || null, serials: state.serials.split(/[\s,;]+/).filter(Boolean) });
  ask(page, {
    id: 'identify', title: t('inbound.identify_title', { what: aside.code || aside.sku || t('inbound.no_code'), n: count(aside.qty) }), label: t('inbound.identify_do'), start: start,
    ready: (state) => state.sku.trim() !== '',
    fields: (state, set) => html`<${SkuField} id="identify-sku" office=${page.office} label=${t('inbound.which_sku')} value=${state.sku} onChoose=${(sku) => { state.sku = sku; page.office.changed(); }} autofocus=${true} />
      ${aside.code && html`<label class="inbound-tick"><input type="checkbox" id="identify-remember" checked=${state.remember} onChange=${remember(state)} /><span>${t('inbound.remember', { code: aside.code })}</span></label>`}
      <div class="office-form-pair"><${Field} label=${t('stock.lot')} hint=${t('inbound.if_asked')}><input id="identify-lot" maxlength="60" autocomplete="off" value=${state.lot} onInput=${set('lot')} /><//>
      <${Field} label=${t('stock.expires')}><input id="identify-expires" type="date" value=${state.expires_on} onInput=${set('expires_on')} /><//></div>
      <${Field} label=${t('inbound.serials')} hint=${t('inbound.serials_hint')}><textarea id="identify-serials" rows="2" value=${state.serials} onInput=${set('serials')}></textarea><//>`,
    act: (state) => page.office.act('aside' + aside.id, () => post(page, 'receipt-asides/' + aside.id + '/identify', body(state)), () => ({ text: t('inbound.identified', { n: count(aside.qty), sku: state.sku }) })),
  });
}

/** Goods put aside are not taken. */
export function refuse(page, aside) {
  ask(page, {
    id: 'refuse', title: t('inbound.refuse_title', { what: aside.code || aside.sku || t('inbound.no_code') }), label: t('inbound.refuse'), start: { outcome: 'returned' }, ready: () => true,
    fields: (state, set) => html`<${Field} label=${t('inbound.what_became')}><select id="outcome" autofocus value=${state.outcome} onChange=${set('outcome')}>${REFUSALS.map((one) => html`<option key=${one} value=${one}>${say('inbound_outcome', one)}</option>`)}</select><//>`,
    act: (state) => page.office.act('aside' + aside.id, () => post(page, 'receipt-asides/' + aside.id + '/settle', { outcome: state.outcome }), () => ({ text: t('inbound.refused', { what: aside.code || aside.sku || '' }) })),
  });
}

export function askVerdict(page, check, sku) {
  ask(page, {
    id: 'verdict', title: t('inbound.verdict_title', { sku: sku }), label: t('inbound.decide'), start: { defects: '0', note: '', serials: '' },
    ready: (state) => whole(state.defects) >= 0 && whole(state.defects) <= check.qty,
    fields: (state, set) => html`<p>${t('inbound.verdict_rule', { sample: count(check.sample), qty: count(check.qty), accept: count(check.accept) })}</p>
      <div class="office-form-pair"><${Field} label=${t('inbound.defects')}><input id="defects" autofocus inputmode="numeric" value=${state.defects} onInput=${set('defects')} /><//>
      <${Field} label=${t('inbound.bad_serials')} hint=${t('inbound.if_asked')}><input id="bad-serials" autocomplete="off" value=${state.serials} onInput=${set('serials')} /><//></div>
      <${Field} label=${t('stock_act.note')}><textarea id="verdict-note" rows="2" maxlength="500" value=${state.note} onInput=${set('note')}></textarea><//>`,
    act: (state) => page.office.act('check' + check.id, () => post(page, 'quality-checks/' + check.id + '/decide', { defects: whole(state.defects), bad_serials: state.serials.split(/[\s,;]+/).filter(Boolean), note: state.note.trim() }), (envelope) => ({ text: t('inbound.decided', { good: count(envelope.data.good), bad: count(envelope.data.bad) }) })),
  });
}

/** Print a label at the dock: of a pallet ('' makes a new one), or of goods {sku, qty, lot, expires_on}. */
export function print(page, receipt, what) {
  return page.office.act('label', () => post(page, of(receipt, 'labels'), what), (envelope) => ({ text: t('inbound.label_sent', { label: envelope.data.reference }) }));
}

/** The receipt of goods on paper, as it stands; a place of last time that prints it no more is nobody's choice. */
export function printPaper(page, receipt, body, places) {
  const station = places.some((one) => one.code === body.station) ? body.station : null;
  return page.office.act('paper', () => post(page, of(receipt, 'paper'), { station: station, reason: body.reason }), (envelope) => ({ text: t('paper.asked', envelope.data) }));
}
