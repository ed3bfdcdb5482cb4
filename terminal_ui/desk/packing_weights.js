// How far a parcel may be from what it should weigh, and who decides beyond that.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Field, Shown } from './office_parts.js';

const EXAMPLES = [300, 1000, 5000];

export function WeightRule({ page }) {
  return html`<${Shown} asked=${page.lists.weights} onRetry=${() => page.load()}>${(data) => html`<${Form} page=${page} rule=${data} key=${JSON.stringify(data)} />`}<//>`;
}

function Form({ page, rule }) {
  const [draft, setDraft] = useState(Object.assign({}, rule, { percent: String(Number(rule.percent)) }));
  const set = (name) => (event) => setDraft(Object.assign({}, draft, { [name]: event.target.value }));
  const allowed = (grams) => Math.max(Number(draft.grams) || 0, Math.round((grams * (Number(draft.percent) || 0)) / 100));
  const save = (event) => {
    event.preventDefault();
    return page.act('rule', '/api/v1/weight-rule', { percent: draft.percent, grams: Number(draft.grams), decided_by: draft.decided_by }, t('packing.rule_kept'));
  };
  return html`<form class="packing-form packing-card" onSubmit=${save}>
    <p>${t('packing.rule')}</p>
    <div class="packing-three"><${Field} label=${t('packing.percent')}><input id="rule-percent" type="number" min="0" max="100" step="0.1" required value=${draft.percent} onInput=${set('percent')} /><//>
      <${Field} label=${t('packing.least')}><input id="rule-grams" type="number" min="0" max="100000" step="1" required value=${draft.grams} onInput=${set('grams')} /><//>
      <${Field} label=${t('packing.decides')}><select id="rule-decides" value=${draft.decided_by} onChange=${set('decided_by')}>${['packer', 'supervisor'].map((one) => html`<option key=${one} value=${one} selected=${one === draft.decided_by}>${t('packing.decided_by.' + one)}</option>`)}</select><//></div>
    <p class="soft">${t('packing.decides_hint.' + draft.decided_by)}</p>
    <ul class="packing-examples">${EXAMPLES.map((grams) => html`<li key=${grams}>${t('packing.example', { n: grams, least: grams - allowed(grams), most: grams + allowed(grams) })}</li>`)}</ul>
    ${page.mayChange && html`<button type="submit" class="act primary" id="rule-save" disabled=${Boolean(page.office.working.rule)}>${t('packing.save')}</button>`}</form>`;
}
