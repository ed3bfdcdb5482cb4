// Beside the label: what can be put on it, what is on it, and everything about the chosen element.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { nameOf } from './design_label.js';
import { toLogo } from './design_logo.js';
import { Field } from './office_parts.js';
import { Act } from './parts.js';

const KINDS = ['text', 'barcode', 'qr', 'datamatrix', 'line', 'box'];
const SAYS = ['text', 'barcode', 'qr', 'datamatrix'];

export function Palette({ desk }) {
  const add = (kind) => {
    const field = SAYS.includes(kind) ? { field: kind === 'text' ? desk.kind.fields[0] : desk.kind.code } : {};
    desk.focusChosen = true;
    desk.design.add(kind, field);
  };
  const pick = async (event) => {
    const file = event.target.files[0];
    event.target.value = '';
    const logo = file && (await toLogo(file));
    if (logo) desk.design.add('picture', { picture: logo.text, w: 30, h: Math.max(2, Math.round((30 * logo.height) / logo.width)) });
    else if (file) desk.office.toast({ kind: 'stop', code: 'ui.template.bad_logo', text: t('template.bad_logo') });
  };
  return html`<div class="design-palette" role="group" aria-label=${t('template.add')}>
    ${KINDS.map((kind) => html`<${Act} key=${kind} id=${'add-' + kind} label=${say('template_kind', kind)} onTap=${() => add(kind)} />`)}
    <label class="act design-file"><span>${say('template_kind', 'picture')}</span><input type="file" id="add-picture" accept="image/*" onChange=${pick} /></label></div>`;
}

export function Parts({ desk }) {
  const design = desk.design;
  const problems = (id) => desk.problems.filter((one) => one.element === id);
  const lost = desk.problems.filter((one) => !design.elements.some((each) => each.id === one.element));
  return html`<div class="design-parts">
    ${lost.map((one) => html`<p key=${one.code} class="design-problem" role="alert" data-problem=${one.code}><${Icon} name="warning" size=${16} />${problemOf(one)}</p>`)}
    <ol id="parts" aria-label=${t('template.parts')}>${design.elements.map((one) => html`<li key=${one.id}>
      <button type="button" id=${'row-' + one.id} class=${one.id === design.chosen ? 'design-row design-row-chosen' : 'design-row'} aria-pressed=${one.id === design.chosen} onClick=${() => { desk.focusChosen = true; design.choose(one.id); }}><b>${one.id}</b><span>${nameOf(one)}</span></button>
      ${problems(one.id).map((wrong) => html`<p key=${wrong.code} class="design-problem" role="alert" data-problem=${wrong.code} data-element=${one.id}><${Icon} name="warning" size=${16} />${problemOf(wrong)}</p>`)}</li>`)}</ol></div>`;
}

export function problemOf(one) {
  if (one.text) return one.text; // the server's own words
  const isField = one.detail && t('template_field.' + one.detail) !== 'template_field.' + one.detail;
  return say('template_problem', one.code, { detail: isField ? say('template_field', one.detail) : one.detail });
}

export function Properties({ desk }) {
  const design = desk.design;
  const one = design.one;
  if (!one) return html`<p class="nothing">${t('template.choose')}</p>`;
  const set = (name, value) => design.update(one.id, { [name]: value }, name + ' ' + one.id);
  const number = (name, least, step) => html`<${Field} label=${t('template.' + name)}><input type="number" id=${'el-' + name} value=${one[name] === undefined ? '' : one[name]} min=${least} step=${step || 0.5}
    onInput=${(event) => { const mm = parseFloat(event.target.value); if (isFinite(mm)) set(name, mm); }} /><//>`;
  const tick = (name) => html`<label class="design-tick"><input type="checkbox" id=${'el-' + name} checked=${Boolean(one[name])} onChange=${(event) => set(name, event.target.checked)} />${t('template.' + name)}</label>`;
  const choice = (name, values, usual, told) => html`<${Field} label=${t('template.' + name)}><select id=${'el-' + name} value=${one[name] || usual} onChange=${(event) => set(name, event.target.value)}>
    ${values.map((value) => html`<option key=${value} value=${value} selected=${value === (one[name] || usual)}>${told(value)}</option>`)}</select><//>`;
  return html`<form class="design-form" key=${one.id} onSubmit=${(event) => event.preventDefault()} aria-label=${nameOf(one)}>
    <h3>${nameOf(one)} <small>${one.id}</small></h3>
    ${SAYS.indexOf(one.kind) >= 0 && html`<${Field} label=${t('template.field')}><select id="el-field" value=${one.field || ''} onChange=${(event) => set('field', event.target.value)}>
        <option value="" selected=${!one.field}>${t('template.words_only')}</option>
        ${desk.kind.fields.map((name) => html`<option key=${name} value=${name} selected=${name === one.field}>${say('template_field', name)}</option>`)}</select><//>
      <${Field} label=${one.field ? t('template.words_before') : t('template.words')}><input id="el-words" maxlength="200" value=${one.words || ''} autocomplete="off" onInput=${(event) => set('words', event.target.value)} /><//>`}
    ${one.kind === 'text' && html`${choice('rule', ['shrink', 'wrap', 'refuse'], 'shrink', (rule) => say('template_rule', rule))}
      <div class="design-pair">${number('size', 1.2, 0.2)}${one.rule !== 'refuse' && number('smallest', 0, 0.2)}</div>
      ${choice('align', ['left', 'centre', 'right'], 'left', (side) => say('template_align', side))}
      <div class="design-ticks">${tick('bold')}${tick('middle')}${tick('inverted')}</div>`}
    ${one.kind === 'line' && tick('dashed')}
    ${one.kind === 'box' && number('thickness', 0.1, 0.1)}
    <div class="design-four">${number('x', 0)}${number('y', 0)}${number('w', 0.1)}${number('h', 0.1)}</div>
    <div class="office-acts"><${Act} id="el-duplicate" label=${t('template.duplicate')} onTap=${() => { desk.focusChosen = true; design.duplicate(); }} /><${Act} id="el-remove" icon="cross" label=${t('template.remove')} onTap=${() => design.remove()} /></div>
  </form>`;
}
