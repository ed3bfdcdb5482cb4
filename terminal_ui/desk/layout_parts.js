// Fields of the layout's side panel. Litres and kilograms on the screen, millilitres and grams beneath.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';

/** A label above an input. `note` stands beside the label. */
export function Field({ id, label, note, wide, changed, children }) {
  return html`<div class=${'field' + (wide ? ' field-wide' : '') + (changed ? ' field-changed' : '')}><label for=${id}>${label}${note && html`<em>${note}</em>`}</label>${children}</div>`;
}

/** A whole number. Nothing is set while what is typed is none. */
export function Number_({ id, label, unit, value, least, most, onSet, placeholder, changed }) {
  const typed = (event) => { const n = Number(event.target.value); if (event.target.value !== '' && Number.isInteger(n) && n >= least && n <= most) onSet(n); };
  return html`<${Field} id=${id} label=${label} note=${unit} changed=${changed}>
    <input id=${id} type="number" inputmode="numeric" min=${least} max=${most} value=${value === undefined ? '' : value} placeholder=${placeholder || ''} onInput=${typed} /><//>`;
}

/** One of a few, as a row of buttons. `value` undefined: they differ. */
export function Choices({ id, label, value, choices, onSet, changed }) {
  return html`<div class=${'field' + (changed ? ' field-changed' : '')} role="group" aria-label=${label}><span class="field-name">${label}${value === undefined && html`<em>${t('layout.mixed')}</em>`}</span>
    <div class="segs" id=${id}>${choices.map(([one, name]) => html`<button type="button" key=${String(one)} class=${'seg' + (one === value ? ' seg-on' : '')} data-value=${String(one)} aria-pressed=${one === value ? 'true' : 'false'} onClick=${() => onSet(one)}>${name}</button>`)}</div></div>`;
}

const SCALES = { capacity_ml: 1000, max_weight_g: 1000, max_skus: 1 };

/** Volume, weight and number of SKUs; empty: no limit. `of(name)` gives a value, undefined where bins differ. */
export function Limits({ of, onSet, prefix, changed }) {
  const units = { capacity_ml: 'L', max_weight_g: 'kg', max_skus: '' };
  const field = (name) => {
    const value = of(name);
    const scale = SCALES[name];
    const typed = (event) => {
      const text = event.target.value.trim();
      const n = Math.round(Number(text) * scale);
      if (text === '') onSet(name, null);
      else if (Number.isFinite(n) && n >= (name === 'max_skus' ? 1 : 0) && n <= 1e9) onSet(name, n);
    };
    const id = prefix + '-' + name;
    return html`<${Field} id=${id} label=${t('layout.field.' + name)} note=${units[name]} changed=${changed && changed(name)}>
      <input id=${id} type="number" min="0" step=${scale === 1 ? 1 : 'any'} value=${value === null || value === undefined ? '' : value / scale}
        placeholder=${value === undefined ? t('layout.mixed') : t('layout.no_limit')} onInput=${typed} /><//>`;
  };
  return html`<div class="fieldset fieldset-3">${Object.keys(SCALES).map(field)}</div>`;
}

/** What may lie side by side in one bin. */
export function Mixing({ of, onSet, prefix, changed }) {
  const yesNo = (name) => html`<${Choices} id=${prefix + '-' + name} label=${t('layout.field.' + name)} value=${of(name)} changed=${changed && changed(name)}
    choices=${[[true, t('layout.allowed')], [false, t('layout.forbidden')]]} onSet=${(value) => onSet(name, value)} />`;
  return html`<div class="fieldset">${yesNo('mix_lots')}${yesNo('mix_owners')}</div>`;
}
