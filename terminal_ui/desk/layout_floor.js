// The floor's measures, its cross aisles, one-way aisles and obstacles. The map shows what is typed at once.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Field } from './layout_parts.js';
import { Act } from './parts.js';

/** A row that is added begins in the middle of what there is room for. */
const FRESH = {
  cross_aisles_mm: (floor) => Math.round(floor.aisle_length_mm / 2 / (floor.cross_aisles_mm.length + 1) / 100) * 100,
  one_way: (floor) => ({ aisle: freeAisle(floor), towards: 'back' }),
  obstacles: (floor) => ({ aisle: 0, from_mm: Math.round(floor.aisle_length_mm / 3), to_mm: Math.round(floor.aisle_length_mm / 3) + 1000 }),
};

function freeAisle(floor) {
  const taken = floor.one_way.map((one) => one.aisle);
  return Array.from({ length: floor.aisles }, (none, at) => at).find((aisle) => !taken.includes(aisle)) || 0;
}

export function FloorForm({ flow }) {
  const floor = flow.floor();
  const dirty = floor !== flow.plan.floor;
  const save = (event) => {
    event.preventDefault();
    flow.putFloor(floor);
  };
  const set = (change) => flow.draftFloor(Object.assign({}, floor, change));
  const whole = (id, label, name, unit, shift) => html`<${Field} id=${id} label=${label} note=${unit}><${Whole} id=${id} least=${1} value=${floor[name] + (shift || 0)} onSet=${(n) => set({ [name]: n - (shift || 0) })} /><//>`;
  return html`<details class="more" id="floor-more" open=${dirty}><summary>${t('layout.floor')}</summary><form onSubmit=${save}>
    <div class="fieldset">${whole('floor-aisles', t('layout.floor_aisles'), 'aisles')}${whole('floor-spacing', t('layout.floor_spacing'), 'aisle_spacing_mm', 'mm')}
      ${whole('floor-length_mm', t('layout.floor_length'), 'aisle_length_mm', 'mm')}${whole('floor-depot', t('layout.floor_depot'), 'depot_aisle', '', 1)}
      <${Field} id="floor-side" label=${t('layout.floor_side')}><${Ends} id="floor-side" value=${floor.depot_side} onSet=${(side) => set({ depot_side: side })} /><//>
    </div>
    <${Rows} floor=${floor} name="cross_aisles_mm" set=${set} row=${(mm, put, id) => html`<${Whole} id=${id} label=${t('layout.cross_aisles_mm')} value=${mm} onSet=${put} /><em>mm</em>`} />
    <${Rows} floor=${floor} name="one_way" set=${set} row=${(one, put, id) => html`<${Aisle} id=${id} one=${one} put=${put} /><i aria-hidden="true">→</i>
      <${Ends} id=${id + '-towards'} label=${t('layout.towards')} value=${one.towards} onSet=${(side) => put(Object.assign({}, one, { towards: side }))} />`} />
    <${Rows} floor=${floor} name="obstacles" set=${set} row=${(one, put, id) => html`<${Aisle} id=${id} one=${one} put=${put} />
      <${Whole} id=${id + '-from'} label=${t('layout.rack.from')} value=${one.from_mm} onSet=${(n) => put(Object.assign({}, one, { from_mm: n }))} /><i aria-hidden="true">–</i>
      <${Whole} id=${id + '-to'} label=${t('layout.rack.to')} value=${one.to_mm} onSet=${(n) => put(Object.assign({}, one, { to_mm: n }))} /><em>mm</em>`} />
    <div class="acts"><button type="submit" class=${'act' + (dirty ? ' primary' : '')} id="floor-save" disabled=${flow.shell.busy}>${t('layout.floor_save')}</button>
      ${dirty && html`<${Act} id="floor-drop" label=${t('layout.drop')} onTap=${() => flow.draftFloor(null)} />`}</div></form></details>`;
}

/** A list of the floor, with a button for one more. */
function Rows({ floor, name, set, row }) {
  const rows = floor[name];
  const put = (at) => (value) => set({ [name]: rows.map((one, index) => (index === at ? value : one)) });
  return html`<div class="floor-rows" role="group" aria-label=${t('layout.' + name)}><div class="floor-rows-head"><b>${t('layout.' + name)}</b>
      <button type="button" class="link" id=${'add-' + name} onClick=${() => set({ [name]: rows.concat([FRESH[name](floor)]) })}>${t('layout.add')}</button></div>
    ${rows.map((one, at) => html`<div key=${at} class="floor-row">${row(one, put(at), 'floor-' + name + '-' + at)}
      <button type="button" class="plain-icon" aria-label=${t('layout.take_away')} onClick=${() => set({ [name]: rows.filter((each) => each !== one) })}><${Icon} name="cross" size=${16} /></button></div>`)}
  </div>`;
}

function Aisle({ id, one, put }) {
  return html`<em>${t('layout.field.aisle')}</em><${Whole} id=${id} label=${t('layout.field.aisle')} least=${1} value=${one.aisle + 1} onSet=${(n) => put(Object.assign({}, one, { aisle: n - 1 }))} />`;
}

/** A whole number; what is none yet changes nothing. */
function Whole({ id, label, least, value, onSet }) {
  const typed = (event) => { const n = Number(event.target.value); if (event.target.value !== '' && Number.isInteger(n)) onSet(n); };
  return html`<input id=${id} aria-label=${label} type="number" inputmode="numeric" required min=${least || 0} value=${value} onInput=${typed} />`;
}

function Ends({ id, label, value, onSet }) {
  return html`<select id=${id} aria-label=${label} onChange=${(event) => onSet(event.target.value)}>
    ${['front', 'back'].map((side) => html`<option key=${side} value=${side} selected=${value === side}>${t('layout.' + side)}</option>`)}</select>`;
}
