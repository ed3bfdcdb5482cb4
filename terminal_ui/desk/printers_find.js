// Looking for printers: in a network where printers may be, address by address, and among the queues of the server.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Field, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { LANGUAGES, openPrinter } from './printers_list.js';

const TURNS = { zpl: 'good', escpos: 'good', none: 'warn' };

export function openFind(page) {
  const office = page.office;
  const setup = page.setup.data;
  const state = { network: setup.suggested[0] || '', looked: 0, of: 0, found: [], going: false, over: false, queues: undefined, error: '' };
  const known = (address) => page.setup.data && page.setup.data.printers.find((one) => one.address === address);
  const go = async (event) => {
    if (event) event.preventDefault();
    if (state.going) return;
    Object.assign(state, { going: true, over: false, looked: 0, of: 0, found: [], error: '' });
    for (let start = 0; start !== null && state.going;) {
      office.changed();
      const envelope = await office.http.get('/api/v1/printer-setup/find', { network: state.network.trim(), start: start });
      if (!envelope.ok) {
        state.error = envelope.message.text;
        break;
      }
      Object.assign(state, { looked: envelope.data.looked, of: envelope.data.of, found: state.found.concat(envelope.data.found) });
      start = envelope.data.next;
    }
    state.over = !state.error;
    state.going = false;
    office.changed();
  };
  const stop = () => { state.going = false; };
  const add = (found) => {
    stop();
    office.close();
    openPrinter(page, null, found);
  };
  office.http.get('/api/v1/printer-setup/queues').then((envelope) => {
    state.queues = envelope.ok ? envelope.data.queues : null;
    office.changed();
  });
  office.openPanel({
    id: 'find', title: t('printers.find'), closed: stop,
    body: () => html`<form class="office-form" onSubmit=${go}><${Field} label=${t('printers.network')} hint=${t('printers.network_hint', { networks: setup.networks.join(', ') })} error=${state.error}>
        <input id="find-network" list="find-networks" autocomplete="off" spellcheck=${false} value=${state.network} onInput=${(event) => { state.network = event.target.value; office.changed(); }} /><datalist id="find-networks">${setup.suggested.map((one) => html`<option key=${one} value=${one}></option>`)}</datalist><//></form>
      <${Progress} state=${state} />
      <ul class="printers-found" id="found-printers">${state.found.map((one) => html`<${Hit} key=${one.address} address=${one.address} words=${one.model || t('printers.unnamed')} kind=${one.language} known=${known(one.address)} onAdd=${() => add(facts(one))} />`)}</ul>
      <h3>${t('printers.queues')}</h3>
      ${state.queues === null && html`<p class="soft">${t('printers.no_lpr')}</p>`}${state.queues && !state.queues.length && html`<p class="soft">${t('printers.no_queues')}</p>`}
      <ul class="printers-found">${(state.queues || []).map((name) => html`<${Hit} key=${name} address=${name} words=${t('printers.os_queue')} known=${known(name)} onAdd=${() => add({ transport: 'os_queue', address: name, name: name, must_answer: false })} />`)}</ul>`,
    foot: () => (state.going ? html`<${Act} id="find-stop" icon="cross" label=${t('printers.stop')} onTap=${stop} />` : html`<${Act} label=${t('board.close')} onTap=${() => office.close()} /><${Act} id="find-go" kind="primary" icon="search" label=${t('printers.look')} busy=${!state.network.trim()} onTap=${go} />`),
  });
}

function facts(found) {
  return { transport: 'tcp', address: found.address, name: found.model, language: found.language === 'escpos' ? 'escpos' : 'zpl', dpi: found.dpi || 203, must_answer: found.language !== 'none', profile: found.profile };
}

function Progress({ state }) {
  if (!state.going && !state.over) return '';
  const words = state.going ? t('printers.looking', { n: state.looked, of: state.of || '…' }) : t(state.found.length ? 'printers.found' : 'printers.found_none', { n: state.found.length, of: state.looked });
  return html`<div class="printers-progress"><div class="run-bar" role="progressbar" aria-valuemin="0" aria-valuemax=${state.of || 1} aria-valuenow=${state.looked} aria-label=${t('printers.find')}><i class="run-done" style=${{ width: (state.of ? (100 * state.looked) / state.of : 0) + '%' }}></i></div><p role="status">${words}</p></div>`;
}

function Hit({ address, words, kind, known, onAdd }) {
  const named = LANGUAGES.find(([value]) => value === kind);
  return html`<li data-address=${address}><span class="office-two"><b class="office-code">${address}</b><small>${words}</small></span>${kind && html`<${Tag} kind=${TURNS[kind]}>${named ? named[1] : t('printers.silent')}<//>`}
    ${known ? html`<${Tag}>${known.code}<//>` : html`<${Act} kind="strong" icon="printer" label=${t('printers.add_it')} onTap=${onAdd} />`}</li>`;
}
