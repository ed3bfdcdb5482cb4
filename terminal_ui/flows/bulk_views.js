// Packing out of bulk totes at the packing table: orders of one piece, and orders with the same content with the run of
// waybills that is printed for them.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { safeUrl } from '../parts/goods.js';

const A_FEW = 10;

/** A tote with orders of one piece: the next scan is the next parcel. */
function singleWork(flow, closed) {
  const batch = flow.batch;
  const lot = flow.asks && flow.asks.what === 'lot';
  return {
    step: flow.asks ? flow.asks.what : 'item',
    prompt: flow.asks ? t(lot ? 'tracking.scan_lot' : 'tracking.scan_serial') : t('single.scan_item'),
    actions: [
      flow.asks ? { id: 'not-now', label: t('tracking.not_now'), icon: 'back', hotkey: 'F4', onTap: () => flow.notNow() } : { id: 'put-off', label: t('single.put_off'), icon: 'back', hotkey: 'F4', onTap: () => flow.putOff() },
      { id: 'empty', label: t('single.empty'), icon: 'tote', hotkey: 'F8', onTap: () => flow.batchEmpty(false) },
    ],
    body: html`${closed || html`<div class="station-invite">
        <${Icon} name="item" size=${72} /><div><h1>${t('single.scan_item')}</h1><p>${t('single.hint')}</p></div></div>`}
      <div class="station-cards">
        <div class="panel"><h2>${t('single.tote', { tote: batch.tote })}<b class="count" id="left">${batch.left}</b></h2>
          <ul class="list tote-list" tabindex="0" id="inside">${batch.items.map((one) => html`<li key=${one.code} class="list-row"><${Icon} name="item" />
            <span>${one.name}<small>${one.code}</small></span><em>${one.qty}</em></li>`)}</ul></div>
        <div class="panel panel-today"><h2>${t('station.today')}</h2><p class="big-number" id="today">${flow.today ? flow.today.parcels : '–'}</p>
          <p>${t('station.parcels')}</p></div>
      </div>`,
  };
}

/** `closed` shows the parcel that was closed last. */
function sameWork(flow, closed) {
  const batch = flow.batch;
  const group = flow.group();
  const rest = batch.groups.length === 0;
  return {
    step: rest ? 'rest' : 'item',
    prompt: t(rest ? 'same.scan_rest' : 'same.scan_item'),
    actions: flow.run && flow.run.open ? runActions(flow) : batchActions(flow, group),
    body: html`${flow.run ? html`<${Run} run=${flow.run} />` : closed}
      ${rest && html`<div class="station-invite"><${Icon} name="short" size=${72} /><div><h1>${t('same.rest', { n: batch.pieces })}</h1><p>${t('same.rest_hint')}</p></div></div>`}
      <ul class="contents" id="contents">${batch.groups.map((one) => html`<${Content} key=${one.content} one=${one} chosen=${one === group} onTap=${() => flow.choose(one.content)} />`)}</ul>
      <p class="same-totes"><${Icon} name="tote" size=${24} /><span id="totes">${t('same.totes', { totes: batch.totes.join(', '), n: batch.pieces })}</span>
        <${Button} id="empty" label=${t('same.empty')} disabled=${flow.shell.busy} onTap=${() => flow.batchEmpty(false)} /></p>
      ${batch.others.length > 0 && html`<p class="remark" id="others"><${Icon} name="warning" /><span>${t('same.others', { totes: batch.others.join(', ') })}</span></p>`}`,
  };
}

function batchActions(flow, group) {
  const may = group && group.proved && !group.tracked && group.ready > 0;
  const print = may ? [
    group.ready > A_FEW && { id: 'print-few', label: t('same.print', { n: A_FEW }), icon: 'printer', hotkey: 'F2', onTap: () => flow.print(A_FEW) },
    { id: 'print-all', label: t('same.print_all', { n: group.ready }), icon: 'printer', kind: 'primary', hotkey: 'F9', onTap: () => flow.print(null) },
  ].filter(Boolean) : [];
  return [
    { id: 'put-off', label: t('same.put_off'), icon: 'back', hotkey: 'F4', onTap: () => flow.putOff() },
    ...print,
  ];
}

function runActions(flow) {
  return [
    { id: 'stop-run', label: t('same.stop'), icon: 'cross', hotkey: 'F4', onTap: () => flow.stopRun() },
    { id: 'go-on', label: t('same.go_on'), icon: 'next', kind: 'primary', hotkey: 'F2', onTap: () => flow.goOn() },
  ];
}

/** How far the run is: waybills made, and how many of them are on paper. */
function Run({ run }) {
  const share = (n) => Math.round((100 * n) / run.asked) + '%';
  const stuck = run.doubt + run.failed;
  return html`<div class=${'run' + (stuck ? ' run-stuck' : '')} id="run" data-made=${run.made} data-asked=${run.asked} data-out=${run.out} data-open=${run.open ? 'yes' : 'no'}>
    <div class="run-head"><${Icon} name=${stuck ? 'warning' : 'printer'} size=${44} /><h1>${t('same.run', { made: run.made, asked: run.asked })}</h1></div>
    <div class="run-bar"><i class="run-out" style=${{ width: share(run.out) }}></i><i class="run-made" style=${{ width: share(run.made - run.out) }}></i></div>
    <p>${t('same.out', { n: run.out })}${run.waiting > 0 && ' · ' + t('same.waiting', { n: run.waiting })}${run.doubt > 0 && ' · ' + t('same.doubt', { n: run.doubt })}${run.failed > 0 && ' · ' + t('same.failed', { n: run.failed })}</p>
  </div>`;
}

function Content({ one, chosen, onTap }) {
  return html`<li data-content=${one.content} data-proved=${one.proved ? 'yes' : 'no'}><button type="button" class=${'content' + (chosen ? ' content-now' : '')} aria-pressed=${chosen} onClick=${onTap}>
    <div class="content-goods">${one.items.map((item) => html`<div key=${item.code} class="content-good">${item.picture ? html`<img src=${safeUrl(item.picture)} alt="" />` : html`<${Icon} name="item" size=${48} />`}
      <span>${item.name}<small>${item.code}</small></span><b>×${item.qty}</b></div>`)}</div>
    <div class="content-count"><b>${one.left}</b><small>${t('same.orders')}</small>${one.ready < one.left && html`<small>${t('same.ready', { n: one.ready })}</small>`}</div>
    <div class="content-state"><${Icon} name=${one.tracked ? 'barcode' : one.proved ? 'check' : 'info'} size=${24} />${t(one.tracked ? 'same.tracked' : one.proved ? 'same.proved' : 'same.unproved', { g: one.weight_g })}</div>
  </button></li>`;
}

offer('bulk_views', () => ({ single: singleWork, same: sameWork, Run: Run }));
