// The printers with how they stand; one of them named, moved, switched off or on, and tested.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { whatToDo } from '../parts/printers.js';
import { count, say } from './format.js';
import { Empty, Field, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { Ago } from './stock_cells.js';
import { openTest } from './printers_test.js';

const KIND = { ready: 'good', blocked: 'bad', unknown: 'warn' };
export const LANGUAGES = [['zpl', 'ZPL'], ['escpos', 'ESC/POS']];
const RESOLUTIONS = [203, 300, 600];
const WAYS = ['tcp', 'os_queue']; // what hangs on an agent is set up there
const CODE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;

export function Printers({ page, setup }) {
  const columns = [
    { key: 'code', label: t('printers.printer'), render: (one) => html`<span class="office-two"><b class="office-code">${one.code}${one.virtual && html` <${Tag}>${t('printers.virtual')}<//>`}</b><small>${one.name}</small></span>` },
    { key: 'status', label: t('printers.state'), render: (one) => html`<${State} one=${one} />` },
    { key: 'since', label: t('printers.since'), render: (one) => (one.active ? html`<span class="nowrap"><${Ago} at=${one.since} /></span>` : '') },
    { key: 'waiting', label: t('printers.waiting'), number: true, render: (one) => (one.waiting ? html`<b>${count(one.waiting)}</b>` : html`<span class="soft">–</span>`) },
    { key: 'address', label: t('printers.address'), render: (one) => html`<span class="office-two"><span class="office-code">${one.address}</span><small>${[one.transport === 'tcp' ? 'TCP' : t('printers.' + one.transport), one.language === 'zpl' ? 'ZPL' : 'ESC/POS', one.dpi + ' dpi'].join(' · ')}</small></span>` },
    { key: 'used', label: t('printers.used'), render: (one) => used(setup, one) },
    { key: 'act', label: '', render: (one) => html`<span class="office-acts">${one.active && html`<${Act} id=${'test-' + one.code} icon="check" label=${t('printers.test')} onTap=${() => openTest(page, one)} />`}
      ${page.boss && html`<${Act} id=${(one.active ? 'off-' : 'on-') + one.code} icon="power" label=${t(one.active ? 'printers.off' : 'printers.on')} busy=${page.office.working['printer-' + one.code]} onTap=${() => turn(page, one, !one.active)} />`}</span>` },
  ];
  return html`<${Table} id="printers" label=${say('printers_tab', 'printers')} columns=${columns} rows=${setup.printers} keyOf=${(one) => one.code} onOpen=${page.boss ? (one) => openPrinter(page, one) : undefined} marked=${(one) => one.active && one.status === 'blocked'}
    none=${html`<${Empty} icon="printer" text=${t('printers.none')} />`} />`;
}

function State({ one }) {
  if (!one.active) return html`<${Tag}>${t('printers.is_off')}<//>`;
  return html`<span class="office-two printers-state" data-status=${one.status}><${Tag} kind=${KIND[one.status]}>${t('printer.' + one.status)}<//>${one.reasons.length > 0 && html`<small>${one.reasons.map(whatToDo).join(' ')}</small>`}</span>`;
}

/** At how many stations it prints something; the names in the title. */
function used(setup, one) {
  const at = setup.routes.filter((route) => route.ways.some((way) => way.printer === one.code)).map((route) => route.station);
  const stations = at.filter((code, index) => at.indexOf(code) === index);
  return stations.length ? html`<span title=${stations.join(', ')}>${stations.slice(0, 3).join(', ')}${stations.length > 3 ? ' +' + (stations.length - 3) : ''}</span>` : html`<span class="soft">${t('printers.nowhere')}</span>`;
}

function path(one) {
  return '/printer-setup/printers/' + encodeURIComponent(one.code);
}

function turn(page, one, on) {
  const back = () => page.change('printer-' + one.code, 'PATCH', path(one), { active: !on });
  return page.change('printer-' + one.code, 'PATCH', path(one), { active: on }, () => ({ text: t(on ? 'printers.turned_on' : 'printers.turned_off', { name: one.name }), undo: { act: back } }));
}

const FACTS = ['name', 'language', 'transport', 'address', 'dpi', 'must_answer', 'rate', 'profile'];
const FASTEST = 600; // labels a minute, as wms/printing/rules.py

/** A printer to be changed, or (null) a new one; `found`: what is known of the new one already. */
export function openPrinter(page, one, found) {
  const office = page.office;
  const was = Object.assign({ code: '', name: '', language: 'zpl', transport: 'tcp', address: '', dpi: 203, must_answer: true, rate: null, profile: '' }, found, one);
  const state = Object.assign({}, was);
  const set = (name, read) => (event) => { state[name] = read ? read(event.target) : event.target.value; office.changed(); };
  const ready = () => CODE.test(state.code.trim()) && state.name.trim() && state.address.trim() && rateFits(state.rate);
  const keep = async (event) => {
    if (event) event.preventDefault();
    if (!ready() || office.working.printer) return;
    /** @type {any} */
    const facts = FACTS.reduce((all, name) => Object.assign(all, { [name]: typeof state[name] === 'string' ? state[name].trim() : state[name] }), {});
    const envelope = one ? await save(page, one, was, facts) : await page.change('printer', 'POST', '/printer-setup/printers', Object.assign({ code: state.code.trim() }, facts), () => ({ text: t('printers.added', { name: facts.name }) }));
    if (!envelope.ok) return;
    office.close();
    if (!one) openTest(page, envelope.data);
  };
  office.openPanel({
    id: 'printer', title: one ? one.code : t('printers.add'), body: () => html`<form class="office-form printers-form" onSubmit=${keep}>${form(state, set, Boolean(one), page.setup.data ? page.setup.data.models : [])}<button type="submit" class="unseen" tabindex="-1" aria-hidden="true"></button></form>`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="printer-keep" kind="primary" icon="check" label=${t(one ? 'waves.keep' : 'printers.add_and_test')} busy=${!ready() || Boolean(office.working.printer)} onTap=${keep} />`,
  });
}

function save(page, one, was, facts) {
  const changed = FACTS.filter((name) => facts[name] !== was[name]);
  const put = (from) => changed.reduce((all, name) => Object.assign(all, { [name]: from[name] }), {});
  const back = () => page.change('printer', 'PATCH', path(one), put(was));
  return page.change('printer', 'PATCH', path(one), put(facts), () => ({ text: t('printers.kept', { name: facts.name }), undo: changed.length ? { act: back } : undefined }));
}

function rateFits(rate) {
  return rate === null || (Number.isInteger(rate) && rate >= 1 && rate <= FASTEST);
}

function form(state, set, known, models) {
  const choice = (id, label, name, choices, read) => html`<${Field} label=${label}><select id=${'printer-' + id} value=${state[name]} onChange=${set(name, read)}>${choices.map(([value, words]) => html`<option key=${value} value=${value} selected=${value === state[name]}>${words}</option>`)}</select><//>`;
  const queue = state.transport === 'os_queue';
  return html`<div class="office-form-pair"><${Field} label=${t('printers.code')} hint=${known ? '' : t('printers.code_hint')}><input id="printer-code" maxlength="40" autocomplete="off" disabled=${known} value=${state.code} onInput=${set('code')} /><//>
      <${Field} label=${t('printers.name')} hint=${t('printers.name_hint')}><input id="printer-name" maxlength="80" autocomplete="off" value=${state.name} onInput=${set('name')} /><//></div>
    <div class="office-form-pair">${choice('transport', t('printers.reached'), 'transport', WAYS.indexOf(state.transport) < 0 ? [[state.transport, t('printers.' + state.transport)]] : WAYS.map((way) => [way, t('printers.' + way)]))}
      <${Field} label=${t(queue ? 'printers.queue' : 'printers.address')} hint=${t(queue ? 'printers.queue_hint' : 'printers.address_hint')}><input id="printer-address" maxlength="200" autocomplete="off" spellcheck=${false} value=${state.address} onInput=${set('address')} /><//></div>
    <div class="office-form-pair">${choice('language', t('printers.language'), 'language', LANGUAGES, (field) => speaks(state, models, field.value))}${choice('dpi', t('printers.dpi'), 'dpi', RESOLUTIONS.map((one) => [one, one + ' dpi']), (field) => Number(field.value))}</div>
    <div class="office-form-pair"><${Field} label=${t('printers.model')} hint=${t('printers.model_hint')}><select id="printer-profile" value=${state.profile} onChange=${set('profile')}>${[['', t('printers.any_model')]].concat(models.filter((one) => one.language === state.language).map((one) => [one.key, one.name])).map(([value, words]) => html`<option key=${value} value=${value} selected=${value === state.profile}>${words}</option>`)}</select><//>
      <${Field} label=${t('printers.rate')} hint=${t('printers.rate_hint')} error=${rateFits(state.rate) ? '' : t('printers.rate_bounds', { most: FASTEST })}><input id="printer-rate" type="number" min="1" max=${FASTEST} step="1" inputmode="numeric" value=${state.rate === null ? '' : state.rate} onInput=${set('rate', (field) => (field.value.trim() || field.validity.badInput ? Number(field.value || NaN) : null))} /><//></div>
    <label class="printers-answers"><input type="checkbox" id="printer-answers" checked=${state.must_answer} onChange=${set('must_answer', (field) => field.checked)} /><span>${t('printers.answers')}<small class="soft printers-hint">${t('printers.answers_hint')}</small></span></label>`;
}

/** Another language is another model. */
function speaks(state, models, language) {
  if (!models.some((one) => one.key === state.profile && one.language === language)) state.profile = '';
  return language;
}
