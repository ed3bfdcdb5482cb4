// What the packer sees: work on the left, printers and their labels on the right.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { safeUrl } from '../parts/goods.js';
import { Printers } from '../parts/printers.js';

const PARTS_SHOWN = 4;

export function stationView(flow) {
  if (flow.pattern) return around(flow, 'pack_ahead', flow.pattern.view());
  const work = !flow.parcel ? (flow.batch ? bulkWork : homeWork) : flow.parcel.complete ? weighWork : verifyWork;
  return around(flow, flow.parcel ? 'pack_verify' : flow.batch ? 'pack_' + flow.batch.method : 'pack_home', work(flow));
}

function around(flow, screen, view) {
  return {
    screen: screen,
    step: view.step,
    prompt: view.prompt,
    actions: view.actions,
    keys: flow.parcel ? [flow.cartons.length > 0 && { hotkey: 'F7', onTap: () => flow.openMore('carton') }, { hotkey: 'F9', onTap: () => flow.openMore('trouble') }].filter(Boolean) : [],
    body: html`<div class="desk"><section class="desk-work">${view.body}</section>
      <${Printers} printers=${flow.printers} jobs=${flow.jobs} onAgain=${(job) => flow.openReprint(job)}
        onResolve=${(job, out) => flow.resolve(job, out)} busy=${flow.shell.busy} /></div>`,
  };
}

function homeWork(flow) {
  return {
    step: 'tote',
    prompt: t('station.scan_tote'),
    actions: [{ id: 'ahead', label: t('ahead.title'), icon: 'many', hotkey: 'F6', onTap: () => flow.packAhead() },
      { id: 'mode', label: t(flow.closesItself ? 'station.speed_is_on' : 'station.speed'), icon: 'next', kind: flow.closesItself ? 'chosen' : 'plain', pressed: flow.closesItself, hotkey: 'F7', onTap: () => flow.switchMode() }],
    body: html`${flow.run && flow.bulk ? html`<${flow.bulk.Run} run=${flow.run} />` : flow.last ? html`<${Closed} last=${flow.last} />` : html`<div class="station-invite">
        <${Icon} name="tote" size=${72} /><div><h1>${t('station.scan_tote')}</h1><p>${stationTitle(flow.shell)}</p></div></div>`}
      <div class="station-cards">
        <div class="panel"><h2>${t('station.waiting_totes')}<b class="count">${flow.totes.length + flow.batches.length}</b></h2>
          ${flow.totes.length + flow.batches.length === 0 && html`<p class="empty">${t('station.no_totes')}</p>`}
          <ul class="list tote-list" tabindex="0">${flow.batches.map((one) => html`<li key=${one.tote} class="list-row"><${Icon} name="many" />
            <span>${one.tote}<small>${t(one.method === 'same' ? 'same.batch' : 'single.batch', { wave: one.wave })}</small></span></li>`)}${flow.totes.map((one) => html`<li key=${one.tote} class="list-row"><${Icon} name="tote" />
            <span>${one.tote}<small>${one.order}</small></span><em>${since(one.since)}</em></li>`)}</ul>
          ${flow.aside.length > 0 && html`<h2>${t('station.aside')}<b class="count">${flow.aside.length}</b></h2>
            <ul class="list" id="aside">${flow.aside.map((one) => html`<li key=${one.parcel} class="list-row"><${Icon} name="warning" />
              <span>${(one.totes.join(' + ') || one.parcel) + ' · ' + one.order}<small>${[t('board.reason.pack.' + one.reason), one.item, one.note].filter(Boolean).join(' · ')}</small></span><em>${since(one.since)}</em></li>`)}</ul>`}
          ${flow.gathering.length > 0 && html`<h2>${t('station.gathering')}<b class="count">${flow.gathering.length}</b></h2>
            <ul class="list" id="gathering">${flow.gathering.map((one) => html`<li key=${one.order} class="list-row"><${Icon} name="clock" />
              <span>${one.totes.join(' + ')} · ${one.order}<small>${one.missing}</small></span></li>`)}</ul>`}</div>
        ${flow.ahead.some((one) => one.orders > 0) && html`<div class="panel panel-ahead"><h2>${t('ahead.serve')}<b class="count">${flow.ahead.reduce((sum, one) => sum + one.orders, 0)}</b></h2><${Boxes} ahead=${flow.ahead.filter((one) => one.orders > 0)} /></div>`}
        <div class="panel panel-today"><h2>${t('station.today')}</h2><p class="big-number" id="today">${flow.today ? flow.today.parcels : '–'}</p>
          <p>${t('station.parcels')}</p></div>
      </div>`,
  };
}

/** How bulk totes look comes in a script of its own when the first stands on the table. */
function bulkWork(flow) {
  if (!flow.bulk) return { step: 'item', prompt: '', actions: [], body: html`<p class="empty">${t('guided.loading')}</p>` };
  return flow.bulk[flow.batch.method](flow, flow.last && html`<${Closed} last=${flow.last} />`);
}

/** What is in boxes, how many there are and where, and how many orders wait for them. */
export function Boxes({ ahead }) {
  if (ahead.length === 0) return html`<p class="empty">${t('ahead.none')}</p>`;
  return html`<ul class="list tote-list" tabindex="0" id="boxes-there">${ahead.map((one) => html`<li key=${one.content} class="list-row" data-boxes=${one.boxes} data-orders=${one.orders}><${Icon} name="many" />
    <span>${one.items.map((item) => item.name + ' ×' + item.qty).join(' + ')}<small>${one.bins.join(', ')}</small></span>
    <em>${t('ahead.boxes', { n: one.boxes })}${one.orders > 0 && html`<br />${t('ahead.orders', { n: one.orders })}`}</em></li>`)}</ul>`;
}

/** What goes in besides the goods. */
function PutIn({ things, done }) {
  return things.length > 0 && html`<ul class=${'put-in' + (done ? ' put-in-done' : '')} id="put-in-list">${things.map((one) => html`<li key=${one.text}>
    <${Icon} name=${done ? 'check' : 'receive'} size=${40} /><span><b>${t(one.kind === 'gift' ? 'station.gift' : 'station.insert')}</b>${one.text}</span></li>`)}</ul>`;
}

function Closed({ last, small }) {
  return html`<div class=${'closed' + (last.waybill ? ' closed-ready' : '') + (small ? ' closed-small' : '')}>
    <${Icon} name=${last.waybill ? 'check' : 'clock'} size=${56} />
    <div><p>${t('station.parcel_closed', { number: last.number })}</p>
      <p class="waybill" id="waybill">${last.waybill || t('station.waybill_coming')}</p>
      <p>${last.waybill ? t('station.stick') : t('station.next_anyway')}</p></div></div>
    <${PutIn} things=${last.put_in || []} />`;
}

function since(moment) {
  const minutes = Math.max(0, Math.round((Date.now() - Date.parse(moment)) / 60000));
  if (!isFinite(minutes)) return '';
  return minutes < 120 ? t('station.minutes', { n: minutes }) : t('station.hours', { n: Math.round(minutes / 60) });
}

function OrderHead({ flow }) {
  const parcel = flow.parcel;
  const order = parcel.order;
  const done = parcel.lines.reduce((sum, line) => sum + line.verified, 0);
  const all = parcel.lines.reduce((sum, line) => sum + line.qty, 0);
  return html`<div class="order-head">
    <div class="order-words"><h1>${order.number}${(parcel.ordinal > 1 || parcel.rest > 0) && html`<span class="chip" id="ordinal">${t('station.ordinal', { n: parcel.ordinal })}</span>`}</h1><p>${[parcel.tote, order.shop, order.recipient].filter(Boolean).join(' · ')}</p></div>
    ${flow.cartons.length > 0 && html`<button type="button" class="station-tool" id="its-carton" onClick=${() => flow.openMore('carton')}><b>${parcel.carton ? parcel.carton.code : '–'}</b>
      <small><span class="station-sides">${parcel.carton ? parcel.carton.sides_mm.join(' × ') : t('station.carton')} </span><kbd>F7</kbd></small></button>`}
    <button type="button" class="station-tool" id="trouble" onClick=${() => flow.openMore('trouble')}><${Icon} name="warning" size=${30} /><small>${t('station.trouble')} <kbd>F9</kbd></small></button>
    <div class="order-count" id="verified" data-done=${done} data-total=${all}>${done}<small>/${all}</small></div>
  </div>
  ${parcel.parts.length > 1 && html`<p class="remark" id="parts"><${Icon} name="item" /><span>${t('station.parts', { n: parcel.parts.length })}
    ${parcel.parts.slice(0, PARTS_SHOWN).map((part) => t('station.part', { carton: part.carton || t('station.as_it_is'), n: part.lines.reduce((sum, line) => sum + line.qty, 0) })).join(' + ')}${parcel.parts.length > PARTS_SHOWN ? ' …' : ''}</span></p>`}
  ${parcel.rest > 0 && html`<p class="remark" id="rest"><${Icon} name="item" /><span>${t('station.rest', { n: parcel.rest })}</span></p>`}
  ${parcel.waybill && html`<p class="remark" id="has-waybill"><${Icon} name="printer" /><span>${t('station.has_waybill', { waybill: parcel.waybill })}</span></p>`}
  ${order.remark && html`<p class="remark"><${Icon} name="info" /><span>${order.remark}</span></p>`}`;
}

// The key changes when a line is done: see pick_views.js about elements that move and change class at once.
function Goods({ flow }) {
  const order = (line) => (line.verified >= line.qty ? 1 : 0);
  const lines = flow.parcel.lines.slice().sort((a, b) => order(a) - order(b));
  return html`<ul tabindex="0" class=${'goods ' + (lines.length <= 3 ? 'goods-few' : 'goods-many')}>${lines.map((line) => html`<li key=${line.order_line_id + (order(line) ? '-done' : '')} data-line=${line.order_line_id}
      class=${'good' + (order(line) ? ' good-done' : '') + (flow.now === line.order_line_id ? ' good-now' : '')}>
    <div class="good-picture">${line.sku.picture && html`<img src=${safeUrl(line.sku.picture)} alt="" />`}
      ${order(line) === 1 && html`<i class="good-check"><${Icon} name="check" size=${44} /></i>`}</div>
    <div class="good-words"><div class="good-name">${line.sku.name}</div><small>${line.sku.code}${line.asks_serial && ' · ' + t('tracking.numbered')}</small></div>
    <div class="good-count"><b>${line.verified}</b><small>/ ${line.qty}</small></div></li>`)}</ul>`;
}

/** Nothing was counted yet: the lot or serial number of the item that was scanned. */
function askWork(flow) {
  const line = flow.parcel.lines.find((one) => one.order_line_id === flow.now);
  const lot = flow.asks.what === 'lot';
  return {
    step: flow.asks.what,
    prompt: lot ? t('tracking.scan_lot') : t('tracking.scan_serial'),
    actions: [{ id: 'not-now', label: t('tracking.not_now'), icon: 'back', hotkey: 'F4', onTap: () => flow.notNow() }],
    body: html`<${OrderHead} flow=${flow} />
      <div class="station-asks" id="asks"><${Icon} name="item" size=${56} /><div><h1>${lot ? t('tracking.lot_of') : t('tracking.serial_of')}</h1>
        <p>${line ? line.sku.name + ' · ' + line.sku.code : flow.asks.code}${flow.asks.lot && ' · ' + t('tracking.lot', { lot: flow.asks.lot })}</p></div></div>
      ${line && line.sku.picture && html`<div class="station-asked"><img src=${safeUrl(line.sku.picture)} alt="" /></div>`}`,
  };
}

function verifyWork(flow) {
  if (flow.asks) return askWork(flow);
  const begun = flow.parcel.lines.some((line) => line.verified > 0);
  return {
    step: 'verify',
    prompt: flow.times > 1 ? t('station.scan_items_times', { n: flow.times }) : t('station.scan_items'),
    actions: [
      { id: 'restart', label: t('station.restart'), icon: 'again', hotkey: 'F4', onTap: () => flow.restart() },
      flow.batch && flow.batch.method === 'same' && { id: 'drop', label: t('same.drop'), icon: 'back', hotkey: 'F2', onTap: () => flow.drop() },
      begun && !(flow.batch && flow.batch.method === 'same') && { id: 'split', label: t('station.split'), icon: 'next', hotkey: 'F8', onTap: () => flow.split() },
    ].filter(Boolean),
    body: html`${flow.last && !begun && flow.parcel.ordinal > 1 && html`<${Closed} last=${flow.last} small=${true} />`}<${OrderHead} flow=${flow} /><${Goods} flow=${flow} />`,
  };
}

function weighWork(flow) {
  const parcel = flow.parcel;
  const off = flow.weight && parcel.expected_g > 0 ? flow.weight.grams - parcel.expected_g : null;
  const doubted = flow.weight && flow.doubted === flow.weight.grams;
  const besides = parcel.put_in.length > 0 && !flow.putIn;
  const strange = off !== null && Math.abs(off) > parcel.allowed_g;
  const call = doubted && parcel.decided_by === 'supervisor';
  return {
    step: 'weigh',
    prompt: besides ? t('station.put_in_first') : t('station.type_weight'),
    actions: [
      { id: 'restart', label: t('station.restart'), icon: 'again', hotkey: 'F4', onTap: () => flow.restart() },
      { id: 'scale', label: t('station.scale'), icon: 'scale', hotkey: 'F2', onTap: () => flow.weigh() },
      besides ? { id: 'put-in', label: t('station.put_in'), icon: 'check', kind: 'primary', hotkey: 'F8', onTap: () => flow.putAllIn() }
        : call ? { id: 'call', label: t('weigh.call'), icon: 'person', kind: 'danger', hotkey: 'F8', onTap: () => flow.openMore('agree') }
          : { id: 'close', label: doubted ? t('station.close_anyway') : t('station.close'), icon: doubted ? 'warning' : 'check', kind: doubted ? 'danger' : 'primary', hotkey: 'F8', disabled: !flow.weight, onTap: () => flow.close() },
    ],
    body: html`<${OrderHead} flow=${flow} /><${PutIn} things=${parcel.put_in} done=${flow.putIn} />
      <div class=${'weight' + (strange ? ' weight-strange' : '')}>
        <${Icon} name="scale" size=${64} />
        <button type="button" class="weight-number" id="weight" onClick=${() => flow.openWeight()}>${flow.weight ? flow.weight.grams : '–'}<small>g</small></button>
        <div class="weight-words"><p>${t('station.expected', { n: parcel.expected_g })}</p>
          ${off !== null && html`<p class="weight-off">${strange ? html`<${Icon} name="warning" />` : html`<${Icon} name="check" />`}
            ${strange ? t('station.weight_strange', { n: (off > 0 ? '+' : '') + off }) : t('station.weight_fits')}</p>`}
          ${flow.weight && html`<p>${flow.weight.source === 'scale' ? t('station.from_scale') : t('station.from_hand')}</p>`}
          ${flow.onScale && html`<p id="live">${flow.onScale}</p>`}</div>
      </div>
      ${doubted && flow.weighing && flow.weighing.doubt()}<${Goods} flow=${flow} />`,
  };
}

export function stationSheet(flow, name) {
  if (flow.pattern) return flow.pattern.sheet(name);
  return flow.sheets.reduce((found, one) => found || one.sheet(name), null);
}

function stationTitle(shell) {
  const station = shell.session.current && shell.session.current.station;
  return station ? station.name || station.code : t('station.none');
}
