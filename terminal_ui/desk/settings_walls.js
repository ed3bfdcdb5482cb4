// Put walls: how many orders each gathers, a new one, and the labels of their slots.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Empty, Field, Shown, Table } from './office_parts.js';
import { Act } from './parts.js';

const MOST_SLOTS = 999;

export function loadWalls(page) {
  return page.walls.take(page.office.http.get('/api/v1/walls'));
}

export function Walls({ page }) {
  const columns = [
    { key: 'code', label: t('settings.wall'), render: (one) => html`<span class="office-two"><b class="office-code">${one.code}</b><small>${one.name}</small></span>` },
    { key: 'slots', label: t('settings.slots'), number: true, render: (one) => one.slots },
    { key: 'codes', label: t('settings.labels'), render: (one) => one.codes[0] + ' … ' + one.codes[one.codes.length - 1] },
    { key: 'act', label: '', render: (one) => html`<${Act} id=${'labels-' + one.code} icon="printer" label=${t('settings.print_labels')} onTap=${() => askLabels(page, one)} />` },
  ];
  const add = html`<${Act} id="new-wall" kind="primary" icon="many" label=${t('settings.new_wall')} onTap=${() => askWall(page)} />`;
  return html`<div class="stock-tools settings-tools">${add}</div><${Shown} asked=${page.walls} onRetry=${() => loadWalls(page)}>${(data) => html`<${Table} id="walls" label=${t('settings_tab.walls')} columns=${columns} rows=${data.items} keyOf=${(one) => one.code} onOpen=${(one) => askWall(page, one)} none=${html`<${Empty} icon="many" text=${t('settings.no_walls')} />`} />`}<//>`;
}

function askWall(page, one) {
  const office = page.office;
  const state = one ? { code: one.code, name: one.name, slots: one.slots } : { code: '', name: '', slots: 24 };
  const set = (name) => (event) => { state[name] = event.target.value; office.changed(); };
  const least = one ? one.slots : 1; // slots are only added: goods may lie in them
  const ready = () => state.code.trim() && Number(state.slots) >= least && Number(state.slots) <= MOST_SLOTS;
  const keep = async (event) => {
    if (event) event.preventDefault();
    if (!ready()) return;
    const body = { code: state.code.trim(), name: state.name.trim(), slots: Number(state.slots) };
    const envelope = await office.act('wall', () => office.http.send('wall.add', body));
    if (!envelope.ok) return;
    office.close();
    loadWalls(page);
  };
  office.openPanel({
    id: 'wall', title: one ? one.code : t('settings.new_wall'),
    body: () => html`<form class="office-form" onSubmit=${keep}><div class="office-form-pair"><${Field} label=${t('settings.code')}><input id="wall-code" maxlength="40" disabled=${Boolean(one)} autocomplete="off" value=${state.code} onInput=${set('code')} /><//>
      <${Field} label=${t('settings.slots')}><input id="wall-slots" type="number" min=${least} max=${MOST_SLOTS} value=${state.slots} onInput=${set('slots')} /><//></div><${Field} label=${t('stock.name')}><input id="wall-name" maxlength="80" value=${state.name} onInput=${set('name')} /><//></form>`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="wall-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${!ready() || Boolean(office.working.wall)} onTap=${keep} />`,
  });
}

/** Which slots, and where their labels come out: the printers that take such labels say so themselves. */
async function askLabels(page, wall) {
  const office = page.office;
  const envelope = await office.http.ask('label.scan', { code: wall.codes[0] });
  if (!envelope.ok) return office.toast({ kind: 'stop', code: envelope.message.code, text: envelope.message.text });
  const places = envelope.data.places;
  const state = { from: 0, to: wall.codes.length - 1, station: places.length ? places[0].code : '', done: 0 };
  const set = (name, number) => (event) => { state[name] = number ? Number(event.target.value) : event.target.value; office.changed(); };
  const print = async () => {
    office.working.labels = true;
    for (state.done = 0; state.from + state.done <= state.to; state.done += 1) {
      office.changed();
      const answer = await office.http.send('label.print', { code: wall.codes[state.from + state.done], station: state.station, copies: 1 });
      if (!answer.ok) {
        office.toast({ kind: 'stop', code: answer.message.code, text: answer.message.text });
        break;
      }
    }
    delete office.working.labels;
    if (state.done) office.toast({ kind: 'ok', code: 'ui.settings.labels_asked', text: t('settings.labels_asked', { n: state.done, station: state.station }) });
    office.close();
    office.changed();
  };
  const slot = (name) => html`<select id=${'labels-' + name} value=${state[name]} onChange=${set(name, true)}>${wall.codes.map((code, at) => html`<option key=${code} value=${at} selected=${at === state[name]}>${code}</option>`)}</select>`;
  return office.openPanel({
    id: 'wall-labels', title: t('settings.labels_of', { code: wall.code }),
    body: () => (places.length ? html`<div class="office-form"><div class="office-form-pair"><${Field} label=${t('settings.from_slot')}>${slot('from')}<//><${Field} label=${t('settings.to_slot')}>${slot('to')}<//></div>
      <${Field} label=${t('settings.station')}><select id="labels-station" value=${state.station} onChange=${set('station')}>${places.map((one) => html`<option key=${one.code} value=${one.code} selected=${one.code === state.station}>${one.name}</option>`)}</select><//></div>` : html`<${Empty} icon="printer" text=${t('settings.no_printer')} />`),
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="labels-print" kind="primary" icon="printer" label=${office.working.labels ? state.done + ' / ' + (state.to - state.from + 1) : t('settings.print_labels')} busy=${!places.length || state.to < state.from || Boolean(office.working.labels)} onTap=${print} />`,
  });
}
