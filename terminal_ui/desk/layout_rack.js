// A rack that is being drawn: its measures and pattern, and what the server says it would be.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { count } from './format.js';
import { rackFrom } from './layout_geometry.js';
import { Choices, Field, Limits, Mixing, Number_ } from './layout_parts.js';
import { Act } from './parts.js';

const PAUSE_MS = 200;
const PATTERN = '{zone}{aisle:02}-{bay:02}{side}{level}';
const PARTS = ['zone', 'aisle', 'bay', 'position', 'place', 'side', 'level'];
const WITHOUT_WIDTH = ['zone', 'side', 'level'];
const COLOURS = ['#2a6fbb', '#b35c00', '#5b7f2b', '#8a3fa0', '#00808a', '#b0304f', '#6a6a00', '#555f6b'];

export class RackDraft {
  constructor(flow, measures) {
    this.flow = flow;
    this.found = null;
    this.error = null;
    const kept = recall('layout.rack', {});
    const zone = flow.bins.filter((bin) => bin.aisle === measures.aisle && bin.zone).map((bin) => bin.zone)[0] || (flow.zones[0] || {}).code || 'A';
    this.plan = Object.assign(
      { zone: zone, zone_name: '', zone_colour: COLOURS[flow.zones.length % COLOURS.length], places: 1, levels: 1, kind: 'pick', velocity: '', digits: 3, capacity_ml: null, max_weight_g: null, max_skus: null, mix_lots: true, mix_owners: true },
      { pattern: kept.pattern || PATTERN, places: kept.places || 1, levels: kept.levels || 1 }, measures,
    );
  }

  /** A rack to begin with when nothing is drawn: beside the chosen bin, else in the first aisle that has room. */
  static beside(flow) {
    const floor = flow.plan.floor;
    const bare = Array.from({ length: floor.aisles }, (none, aisle) => aisle).find((aisle) => !flow.bins.some((bin) => bin.aisle === aisle));
    const aisle = flow.anchor ? flow.anchor.aisle : bare === undefined ? 0 : bare;
    const to = Math.min(floor.aisle_length_mm, 6000);
    const draft = new RackDraft(flow, rackFrom(floor, flow.bins, { aisle: aisle, side: 'L', mm: 0 }, { aisle: aisle, side: 'R', mm: to }));
    draft.preview();
    return draft;
  }

  /** Drawn on the floor from one spot to another. */
  static drag(flow, from, to) {
    return new RackDraft(flow, rackFrom(flow.plan.floor, flow.bins, from, to));
  }

  set(name, value) {
    this.plan[name] = value;
    this.error = null;
    this.flow.sure = '';
    keep('layout.rack', { pattern: this.plan.pattern, places: this.plan.places, levels: this.plan.levels });
    this.flow.shell.changed();
    clearTimeout(this._soon);
    this._soon = setTimeout(() => this.preview(), PAUSE_MS);
  }

  get bins() {
    const plan = this.plan;
    return plan.sides.length * plan.bays * plan.places * plan.levels;
  }

  /** Ask what it would be; an answer to an older question is dropped. */
  async preview() {
    const asked = (this._asked = JSON.stringify(this.plan));
    const envelope = await this.flow.ask('POST', '/racks/preview', this.plan);
    if (asked !== this._asked) return;
    this.found = envelope.ok ? envelope.data : null;
    this.error = envelope.ok ? null : envelope.message;
    this.flow.shell.changed();
  }

  async make() {
    const flow = this.flow;
    const envelope = await flow.change('POST', '/racks', this.plan);
    if (!envelope.ok) return;
    const ids = envelope.data.ids;
    flow.undo = { label: () => t('layout.undo_rack', { n: ids.length }), act: () => flow.change('POST', '/bins/remove', { ids: ids }) };
    flow.useTool('select');
    await flow.load();
    flow.choose(flow.bins.filter((bin) => ids.indexOf(bin.id) >= 0), 'only');
    flow.shell.tell('layout.made', 'ok', { n: ids.length });
  }
}

export function RackPanel({ flow }) {
  const draft = flow.rack;
  const plan = draft.plan;
  const known = flow.zones.some((zone) => zone.code === plan.zone);
  const whole = (name, label, least, most, unit) => html`<${Number_} id=${'rack-' + name} label=${label} unit=${unit} value=${plan[name]} least=${least} most=${most} onSet=${(value) => draft.set(name, value)} />`;
  return html`<section class="side" aria-label=${t('layout.rack.title')}>
    <header class="side-head"><h2>${t('layout.rack.title')}</h2><p>${t('layout.rack.hint')}</p></header>
    <div class="side-body">
      <div class="fieldset fieldset-3">
        <${Field} id="rack-zone" label=${t('layout.field.zone')}><input id="rack-zone" list="zones" maxlength="40" value=${plan.zone} onInput=${(event) => draft.set('zone', event.target.value.trim())} />
          <datalist id="zones">${flow.zones.map((zone) => html`<option key=${zone.code} value=${zone.code}>${zone.name}</option>`)}</datalist><//>
        <${Number_} id="rack-aisle" label=${t('layout.field.aisle')} value=${plan.aisle + 1} least=${1} most=${flow.plan.floor.aisles} onSet=${(value) => draft.set('aisle', value - 1)} />
        <${Field} id="rack-kind" label=${t('layout.field.kind')}><select id="rack-kind" onChange=${(event) => draft.set('kind', event.target.value)}>
          ${['pick', 'bulk', 'quarantine'].map((kind) => html`<option key=${kind} value=${kind} selected=${kind === plan.kind}>${t('layout.kind.' + kind)}</option>`)}</select><//>
        <${Choices} id="rack-sides" label=${t('layout.rack.sides')} value=${plan.sides} choices=${[['L', 'L'], ['LR', 'L+R'], ['R', 'R']]} onSet=${(value) => draft.set('sides', value)} />
        ${whole('from_mm', t('layout.rack.from'), 0, flow.plan.floor.aisle_length_mm, 'mm')}
        ${whole('to_mm', t('layout.rack.to'), 0, flow.plan.floor.aisle_length_mm, 'mm')}
        ${whole('bays', t('layout.rack.bays'), 1, 500)}
        ${whole('places', t('layout.rack.places'), 1, 50)}
        ${whole('levels', t('layout.rack.levels'), 1, 30)}
        ${whole('first_bay', t('layout.rack.first_bay'), 0, 9999)}
        ${whole('first_level', t('layout.rack.first_level'), 0, 60)}
        <${Choices} id="rack-digits" label=${t('layout.field.digits')} value=${plan.digits} choices=${[[0, '–'], [2, '2'], [3, '3']]} onSet=${(value) => draft.set('digits', value)} />
      </div>
      ${!known && html`<${Field} id="rack-zone-name" label=${t('layout.rack.zone_name')}><span class="with-swatch"><input id="rack-zone-name" maxlength="100" value=${plan.zone_name} placeholder=${plan.zone} onInput=${(event) => draft.set('zone_name', event.target.value)} />
        <input type="color" class="swatch" aria-label=${t('layout.rack.zone_colour')} value=${plan.zone_colour} onInput=${(event) => draft.set('zone_colour', event.target.value)} /></span><//>`}
      <${Field} id="rack-pattern" label=${t('layout.rack.pattern')} wide=${true}><input id="rack-pattern" class="digits" spellcheck=${false} maxlength="100" value=${plan.pattern} onInput=${(event) => draft.set('pattern', event.target.value)} /><//>
      <div class="parts" role="group" aria-label=${t('layout.rack.parts')}>${PARTS.map((part) => html`<button type="button" key=${part} class="part" onClick=${() => draft.set('pattern', plan.pattern + (WITHOUT_WIDTH.indexOf(part) >= 0 ? '{' + part + '}' : '{' + part + ':02}'))}>${t('layout.part.' + part)}</button>`)}</div>
      <${Preview} draft=${draft} />
      <details class="more"><summary>${t('layout.limits')}</summary>
        <${Limits} prefix="rack" of=${(name) => plan[name]} onSet=${(name, value) => draft.set(name, value)} />
        <${Mixing} prefix="rack" of=${(name) => plan[name]} onSet=${(name, value) => draft.set(name, value)} />
        <${Choices} id="rack-velocity" label=${t('layout.field.velocity')} value=${plan.velocity} choices=${[['', t('layout.any')], ['A', 'A'], ['B', 'B'], ['C', 'C']]} onSet=${(value) => draft.set('velocity', value)} />
      </details>
    </div>
    <footer class="side-foot">
      <${Act} id="rack-cancel" label=${t('layout.cancel')} onTap=${() => flow.useTool('select')} />
      <${Act} id="rack-make" kind="primary" icon="check" busy=${flow.shell.busy || !draft.found || draft.found.taken.length > 0} label=${t('layout.rack.make', { n: count(draft.bins) })} onTap=${() => draft.make()} />
    </footer>
  </section>`;
}

function Preview({ draft }) {
  const { found, error } = draft;
  if (error) return html`<p class="warn warn-stop" role="alert" id="rack-error"><${Icon} name="warning" size=${18} /><span>${error.text}</span></p>`;
  if (!found) return html`<p class="preview-wait">${t('layout.rack.asking')}</p>`;
  const taken = new Set(found.taken);
  return html`<div class="preview" id="rack-preview" data-bins=${found.bins} aria-live="polite">
    <p class="preview-head"><b>${t('layout.bins', { n: count(found.bins) })}</b><span>${found.codes[0]} … ${found.codes[found.codes.length - 1]}</span></p>
    ${taken.size > 0 && html`<p class="warn warn-stop" role="alert"><${Icon} name="warning" size=${18} /><span>${t('layout.rack.taken', { n: taken.size, code: found.taken[0] })}</span></p>`}
    ${taken.size === 0 && found.in_the_way > 0 && html`<p class="warn"><${Icon} name="info" size=${18} /><span>${t('layout.rack.in_the_way', { n: found.in_the_way })}</span></p>`}
    <ul class="codes">${found.codes.map((code, at) => html`<li key=${code} class=${(taken.has(code) ? 'code-taken' : '') + (at === 100 && found.bins > 200 ? ' code-gap' : '')}>${code}</li>`)}</ul>
  </div>`;
}
