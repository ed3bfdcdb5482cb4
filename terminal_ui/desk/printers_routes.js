// What is printed where: each document of each station on which printers, and which takes over from which.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Empty, Field } from './office_parts.js';
import { Act } from './parts.js';

export function Routes({ page, setup }) {
  if (!setup.stations.length) return html`<${Empty} icon="place" text=${t('printers.no_stations')} />`;
  return html`<p class="soft printers-lead">${t('printers.routes_hint')}</p><div id="routes" class="printers-stations" tabindex="0" aria-label=${say('printers_tab', 'routes')}>
    ${setup.stations.map((station) => html`<section key=${station.code} class="orders-card"><h2><b class="office-code">${station.code}</b> <small>${station.name}</small></h2>
      <ul class="printers-places">${setup.documents.map((one) => html`<li key=${one.name}><${Cell} page=${page} setup=${setup} station=${station} document=${one} /></li>`)}</ul></section>`)}</div>`;
}

function waysOf(setup, station, document) {
  const route = setup.routes.find((one) => one.station === station.code && one.document === document.name);
  return route ? route.ways : [];
}

function Cell({ page, setup, station, document }) {
  const ways = waysOf(setup, station, document);
  const stands = (code) => setup.printers.find((one) => one.code === code) || { active: false, status: 'unknown' };
  const drawn = ways.length ? html`<ol class="printers-ways">${ways.map((way) => html`<li key=${way.printer} class=${!stands(way.printer).active ? 'printers-off' : stands(way.printer).status === 'blocked' ? 'printers-bad' : ''}><b>${way.printer}</b><small>${way.media}</small></li>`)}</ol>` : html`<span class="soft">–</span>`;
  const named = html`<span class="printers-document">${say('printers_document', document.name)}</span>${drawn}`;
  if (!page.boss) return html`<div class="printers-cell">${named}</div>`;
  return html`<button type="button" class="printers-cell" id=${'route-' + station.code + '-' + document.name} onClick=${() => openRoute(page, station, document)}><span class="unseen">${station.code + ' · '}</span>${named}</button>`;
}

function openRoute(page, station, document) {
  const office = page.office;
  const setup = page.setup.data;
  const was = waysOf(setup, station, document).map((one) => Object.assign({}, one));
  const state = { ways: was.map((one) => Object.assign({}, one)) };
  const change = (ways) => { state.ways = ways; office.changed(); };
  const put = (ways) => page.change('route', 'PUT', '/printer-setup/routes', { station: station.code, document: document.name, ways: ways });
  const keep = async () => {
    const said = () => ({ text: t('printers.route_kept', { station: station.code, document: say('printers_document', document.name) }), undo: { act: () => put(was) } });
    const envelope = await page.change('route', 'PUT', '/printer-setup/routes', { station: station.code, document: document.name, ways: state.ways }, said);
    if (envelope.ok) office.close();
  };
  office.openPanel({
    id: 'route', title: station.code + ' · ' + say('printers_document', document.name),
    body: () => html`<${Ways} setup=${setup} document=${document} ways=${state.ways} onChange=${change} />`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="route-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${Boolean(office.working.route)} onTap=${keep} />`,
  });
}

function Ways({ setup, document, ways, onChange }) {
  const others = setup.printers.filter((one) => one.active && !ways.some((way) => way.printer === one.code));
  const usual = ways.length ? ways[0].media : document.usual;
  const swap = (at, by) => {
    const moved = ways.slice();
    moved.splice(at + by, 0, moved.splice(at, 1)[0]);
    onChange(moved);
  };
  const media = (way) => (document.media.indexOf(way.media) >= 0 ? document.media : [way.media].concat(document.media));
  const choose = (at) => (event) => onChange(ways.map((way, index) => (index === at ? { printer: way.printer, media: event.target.value } : way)));
  const add = (event) => { if (event.target.value) onChange(ways.concat({ printer: event.target.value, media: usual })); };
  return html`<div class="office-form"><p class="soft">${t(ways.length ? 'printers.ways_hint' : 'printers.ways_none')}</p>
    <ol class="printers-order">${ways.map((way, at) => html`<li key=${way.printer} data-printer=${way.printer}><b class="office-code">${at + 1}. ${way.printer}</b>
      <select aria-label=${t('printers.media') + ' ' + way.printer} value=${way.media} onChange=${choose(at)}>${media(way).map((one) => html`<option key=${one} value=${one} selected=${one === way.media}>${one}</option>`)}</select>
      <span class="office-acts"><button type="button" class="act" aria-label=${t('printers.earlier', { name: way.printer })} title=${t('printers.earlier', { name: way.printer })} disabled=${at === 0} onClick=${() => swap(at, -1)}>↑</button>
      <button type="button" class="act" aria-label=${t('printers.later', { name: way.printer })} title=${t('printers.later', { name: way.printer })} disabled=${at === ways.length - 1} onClick=${() => swap(at, 1)}>↓</button>
      <button type="button" class="act" aria-label=${t('printers.take_out', { name: way.printer })} title=${t('printers.take_out', { name: way.printer })} onClick=${() => onChange(ways.filter((one) => one !== way))}>×</button></span></li>`)}</ol>
    ${others.length > 0 && html`<${Field} label=${t(ways.length ? 'printers.next_printer' : 'printers.first_printer')}><select id="route-add" value="" onChange=${add}><option value="">${t('printers.choose')}</option>${others.map((one) => html`<option key=${one.code} value=${one.code}>${one.code} · ${one.name}</option>`)}</select><//>`}</div>`;
}
