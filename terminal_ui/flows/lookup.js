// Looking up: anything is scanned, and the page tells what it is and what lies where. Nothing changes.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { safeUrl } from '../parts/goods.js';
import { Guided } from './guided.js';
import { about } from './move.js';

offer('lookup', (shell) => new Guided(shell, {
  name: 'lookup',
  screens: { lookup_scan: scanScreen, lookup_show: showScreen },
}));

const ICONS = { bin: 'place', sku: 'item', lot: 'item', serial: 'barcode', container: 'tote', cart: 'cart', person: 'person', order: 'many', waybill: 'truck' };

const look = (flow) => (code) => flow.look('lookup.scan', { code: code });

function scanScreen(flow) {
  return {
    body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name="search" size=${72} /></div>
      <h1>${t('lookup.scan')}</h1><p>${t('lookup.hint')}</p></div>`,
    scan: look(flow),
  };
}

function showScreen(flow, data) {
  return {
    step: data.kind,
    body: html`<div class="line looked">
      <div class="item item-small"><div class="item-picture">${data.picture ? html`<img src=${safeUrl(data.picture)} alt="" />` : ''}
        <${Icon} name=${ICONS[data.kind] || 'info'} size=${40} /></div>
        <div class="item-words"><div class="item-name" id="looked">${data.title}</div><div class="item-code">${data.sub}</div></div></div>
      <dl class="facts">${facts(data).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <ul class="list list-scroll" tabindex="0" id="places">${data.places.map((one) => place(data, one))}</ul>
    </div>`,
    scan: look(flow),
  };
}

const TOLD = {
  stands: () => t('lookup.stands'), parent: () => t('lookup.parent'), lot: () => t('lookup.lot'), expires: () => t('lookup.expires'),
  blocked: () => t('lookup.blocked'), pack: () => t('lookup.pack'),
};

function facts(data) {
  const known = Object.keys(TOLD).filter((name) => data.facts[name]).map((name) => [TOLD[name](), data.facts[name]]);
  const counted = ['bin', 'sku', 'lot', 'container'].indexOf(data.kind) >= 0;
  return (counted ? [[t('lookup.pieces'), data.pieces], [t('lookup.held'), data.held]] : []).concat(known);
}

/** A place of goods: of a bin or container its goods, of goods their bins. */
function place(data, one) {
  const inside = data.kind === 'bin' || data.kind === 'container';
  return html`<li class="list-row" key=${one.bin + one.sku.code + one.lot + one.container + one.condition}><${Icon} name=${inside ? 'item' : 'place'} />
    <span>${inside ? one.sku.name : one.bin}<small>${inside ? one.sku.code : ''} ${about(one)}</small></span>
    <em class="number">${one.qty}</em></li>`;
}
