// What a receiver sees: the truck's papers, the progress, the goods in hand with one question at a time.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { ItemCard } from '../parts/goods.js';
import { Thumb } from '../parts/thumb.js';
import { PhotoButton } from '../parts/photo.js';

const percent = (part, whole) => (whole ? Math.min(100, Math.round((100 * part) / whole)) : 0) + '%';

/** How far: green what is in, blue what is in hand; red when it is more than expected. */
export function Bar({ done, now, all, over }) {
  return html`<div class=${'in-bar' + (over ? ' in-bar-over' : '')} aria-hidden="true">
    <i class="in-bar-done" style=${{ width: percent(done, all) }}></i><i class="in-bar-now" style=${{ width: percent(now || 0, all) }}></i></div>`;
}

// ---- choosing

export function chooseScreen(flow, data) {
  const receipts = data.receipts || [];
  return {
    scan: (code) => flow.send('receive.open', { code: code }),
    body: html`<div class="line">
      <h1 class="do"><${Icon} name="barcode" size=${32} />${t('receive.choose')}</h1>
      ${receipts.length ? html`<ul class="list list-scroll in-list" tabindex="0">${receipts.map((one) => paper(flow, one))}</ul>` : html`<p class="empty">${t('receive.none')}</p>`}
    </div>`,
    actions: [flow.home(), { id: 'blind', label: t('receive.blind'), icon: 'item', onTap: () => flow.askBlind() }],
  };
}

function paper(flow, one) {
  const all = one.expected;
  return html`<li key=${one.id}><button type="button" class="in-paper" data-receipt=${one.number} onClick=${() => flow.send('receive.open', { receipt_id: one.id })}>
    <span class="in-paper-words"><b>${one.number}</b><small>${[t('receive.kind.' + one.kind), one.supplier, one.people ? t('receive.people', { n: one.people }) : ''].filter(Boolean).join(' · ')}</small></span>
    <em class="number">${all === null ? one.received : one.received + '/' + all}</em>
    ${all !== null && html`<${Bar} done=${one.received} all=${all} />`}</button></li>`;
}

// ---- between two goods

function head(data) {
  const one = data.receipt;
  return html`<div class="in-head"><div class="in-head-line"><b id="receipt">${one.number}</b>
      ${data.lpn && html`<span class="chip in-lpn" id="lpn"><${Icon} name="tote" size=${18} />${data.lpn}</span>`}
      <em id="progress" data-received=${one.received}>${one.received}${one.expected !== null && html`<small>/${one.expected}</small>`}</em></div>
    ${one.expected !== null && html`<${Bar} done=${one.received} all=${one.expected} />`}</div>`;
}

export function scanScreen(flow, data) {
  const last = data.last || [];
  return {
    step: 'scan',
    scan: (code) => flow.send('receive.scan', { code: code }),
    head: head(data),
    body: html`<div class="line">
      <h1 class="do"><${Icon} name="barcode" size=${34} />${t('receive.scan')}</h1>
      ${last.length ? html`<ul class="list list-scroll in-last" tabindex="0">${last.map((one) => entry(flow, one))}</ul>` : html`<p class="sub">${t('receive.scan_hint')}</p>`}
      <${PhotoButton} id="photo" label=${t(data.aside_id ? 'receive.photo_aside' : 'receive.photo')} onPhoto=${(blob) => flow.photo(blob)} />
    </div>`,
    actions: [
      { id: 'leave', label: t('receive.leave_short'), icon: 'back', onTap: () => flow.send('receive.leave') },
      { id: 'more', label: t('receive.more'), icon: 'menu', onTap: () => flow.askMore() },
      { id: 'done', label: t('receive.done'), icon: 'check', kind: 'primary', onTap: () => flow.send('receive.done') },
    ],
  };
}

function entry(flow, one) {
  const mine = flow.shell.session.person && one.person_id === flow.shell.session.person.id;
  const about = [one.lot && t('receive.lot', { lot: one.lot }), one.lpn, mine ? '' : one.person].filter(Boolean).join(' · ');
  return html`<li key=${one.batch} class=${'list-row in-entry in-entry-' + one.condition} data-sku=${one.sku}>
    <${Icon} name=${one.condition === 'quarantine' ? 'warning' : 'check'} /><${Thumb} sku=${one} /><span>${one.name}<small>${about || one.sku}</small></span><em class="number">${one.qty}</em></li>`;
}

// ---- goods in hand

const TITLES = { lot: 'receive.which_lot', expiry: 'receive.which_expiry', serials: 'receive.scan_serials' };

export function itemScreen(flow, data) {
  const item = data.item;
  const asked = item.needs[0];
  const stranger = item.expected === 0 && !item.unexpected;
  return {
    step: stranger ? 'stranger' : asked || 'count',
    prompt: asked ? t(TITLES[asked]) : t('receive.scan_again'),
    scan: (code) => flow.send('receive.scan', { code: code }),
    head: head(data),
    body: html`<div class=${'line in-item' + (asked ? ' in-asking' : '')}>
      <div class="in-card"><${ItemCard} sku=${item.sku} />${!item.by_serial && labelButton(flow)}</div>
      ${figures(item)}
      ${stranger ? strangerPart(flow, item) : questions(flow, item, asked)}
    </div>`,
    actions: itemActions(flow, item, asked, stranger),
  };
}

function itemActions(flow, item, asked, stranger) {
  const drop = { id: 'drop', label: t('receive.drop'), icon: 'back', onTap: () => flow.send('receive.drop') };
  if (stranger) return [drop, { id: 'aside', label: t('receive.aside'), icon: 'short', kind: 'primary', onTap: () => flow.askAside('unknown', item.qty) }];
  const more = item.by_serial
    ? { id: 'label', label: t('receive.label'), icon: 'printer', onTap: () => flow.send('receive.label', { what: 'sku' }) }
    : { id: 'qty', label: t('receive.quantity'), icon: 'keyboard', onTap: () => flow.askQuantity(item) };
  return [drop, more, { id: 'take', label: t('receive.take'), icon: 'check', kind: 'primary', disabled: Boolean(asked) || !item.qty, onTap: () => flow.send('receive.take') }];
}

/** A label for goods that have none, beside their picture. */
function labelButton(flow) {
  return html`<button type="button" class="button plain in-print" id="label" aria-label=${t('receive.label')} title=${t('receive.label')} onClick=${() => flow.send('receive.label', { what: 'sku' })}><${Icon} name="printer" /></button>`;
}

/** What is in hand, in figures of at least 48 px, beside what was announced and what came. */
function figures(item) {
  const over = item.most !== null && item.most > 0 && item.received + item.qty > item.most;
  return html`<div class=${'in-figures' + (over ? ' in-figures-over' : '')}>
    <div class="in-now"><span id="quantity" class="in-now-number">${item.qty}</span>
      ${item.pack && item.pack_qty > 1 && item.qty % item.pack_qty === 0 && html`<small>${item.qty / item.pack_qty} × ${item.pack} (${item.pack_qty})</small>`}</div>
    <dl><dt>${t('receive.in')}</dt><dd id="received">${item.received}</dd>
      ${item.expected !== null && html`<dt>${t('receive.expected')}</dt>`}${item.expected !== null && html`<dd id="expected">${item.expected}</dd>`}</dl>
    ${item.expected ? html`<${Bar} done=${item.received} now=${item.qty} all=${Math.max(item.expected, item.received + item.qty)} over=${over} />` : ''}
  </div>`;
}

function strangerPart(flow, item) {
  return html`<div class="in-stranger"><p><${Icon} name="warning" size=${32} /><b>${t('receive.not_announced')}</b></p>
    <${Button} id="unexpected" label=${t('receive.take_for_check')} icon="check" onTap=${() => flow.tell({ unexpected: true })} /></div>`;
}

function questions(flow, item, asked) {
  if (asked === 'lot') return lotPart(flow, item);
  if (asked === 'expiry') return expiryPart(flow, item);
  if (asked === 'serials') return html`<p class="in-ask"><${Icon} name="barcode" size=${30} />${t('receive.scan_serials')}</p>`;
  return html`<div class="in-more">${item.by_serial ? serials(item) : packs(flow, item)}${facts(flow, item)}</div>`;
}

function lotPart(flow, item) {
  return html`<div class="in-questions"><p class="in-ask"><${Icon} name="barcode" size=${30} />${t(item.lot_guess ? 'receive.lot_doubt' : 'receive.which_lot')}</p>
    ${item.lot_guess && html`<p class="in-doubt" id="doubt">${item.lot_guess}</p>`}
    <div class="in-choices">${item.lots.map((one) => html`<${Button} key=${one.lot} id=${'lot-' + one.lot} label=${one.lot} onTap=${() => flow.tell({ lot: one.lot, expires_on: one.expires_on })} />`)}
      <${Button} id="type-lot" label=${t('receive.type_lot')} icon="keyboard" onTap=${() => flow.askLot(item)} />
      ${item.expires_on && html`<${Button} id="no-lot" label=${t('receive.no_lot')} onTap=${() => flow.tell({ no_lot: true })} />`}</div></div>`;
}

function expiryPart(flow, item) {
  return html`<div class="in-questions"><p class="in-ask"><${Icon} name="clock" size=${30} />${t('receive.which_expiry')}</p>
    <div class="in-choices"><${Button} id="type-expiry" label=${t('receive.type_expiry')} icon="keyboard" onTap=${() => flow.askExpiry(item)} />
      <${Button} id="type-produced" label=${t('receive.type_produced')} onTap=${() => flow.askProduced(item)} /></div></div>`;
}

function packs(flow, item) {
  const more = (pack, qty) => flow.tell({ qty: item.qty + qty, pack: item.pack === pack ? pack : '', pack_qty: item.pack === pack ? qty : 1 });
  return html`<div class="in-packs"><${Button} id="plus-1" label="+1" onTap=${() => more('', 1)} />
    ${item.packs.slice(0, 2).map((one) => html`<${Button} key=${one.code} id=${'plus-' + one.code} label=${'+' + one.qty + ' ' + one.code} onTap=${() => more(one.code, one.qty)} />`)}
    ${item.expected > item.received && html`<${Button} id="rest" label=${t('receive.rest', { n: item.expected - item.received })} onTap=${() => flow.tell({ qty: item.expected - item.received })} />`}</div>`;
}

function serials(item) {
  return html`<ul class="in-serials">${item.serials.slice().reverse().slice(0, 6).map((one) => html`<li key=${one}>${one}</li>`)}</ul>`;
}

function facts(flow, item) {
  const fact = (id, icon, text, onTap) => html`<button type="button" class="chip in-fact" id=${id} onClick=${onTap}><${Icon} name=${icon} size=${18} />${text}</button>`;
  return html`<p class="in-facts">${item.lot && fact('lot', 'item', t('receive.lot', { lot: item.lot }), () => flow.askLot(item))}
    ${item.expires_on && fact('expires', 'clock', t('receive.expires', { day: item.expires_on }), () => flow.askExpiry(item))}</p>`;
}

// ---- what nobody knows, and what is missing

export function unknownScreen(flow, data) {
  return {
    step: 'unknown',
    scan: (code) => flow.send('receive.drop').then(() => flow.send('receive.scan', { code: code })),
    head: head(data),
    body: html`<div class="line"><h1 class="do do-warn"><${Icon} name="warning" size=${34} />${t('receive.unknown')}</h1>
      <p class="in-code" id="unknown">${data.code}</p><p class="sub">${t('receive.unknown_hint')}</p></div>`,
    actions: [
      { id: 'drop', label: t('receive.drop'), icon: 'back', onTap: () => flow.send('receive.drop') },
      { id: 'aside', label: t('receive.aside'), icon: 'short', kind: 'primary', onTap: () => flow.askAside('unknown', 1) },
    ],
  };
}

export function shortScreen(flow, data) {
  const missing = data.missing || [];
  return {
    step: 'short',
    scan: (code) => flow.send('receive.scan', { code: code }),
    head: head(data),
    body: html`<div class="line"><h1 class="do do-warn"><${Icon} name="short" size=${34} />${t('receive.missing')}</h1>
      <ul class="list list-scroll in-last" tabindex="0">${missing.map((one) => html`<li key=${one.sku.code} class="list-row" data-sku=${one.sku.code}>
        <${Thumb} sku=${one.sku} /><span>${one.sku.name}<small>${one.sku.code}</small></span><em class="number in-missing">${data.receipt.blind ? one.received : '−' + (one.expected - one.received)}</em></li>`)}</ul></div>`,
    actions: [
      { id: 'go-on', label: t('receive.go_on'), icon: 'back', onTap: () => flow.refresh() },
      { id: 'short-confirm', label: t('receive.is_short'), icon: 'short', kind: 'danger', onTap: () => flow.askWhyShort() },
    ],
  };
}
