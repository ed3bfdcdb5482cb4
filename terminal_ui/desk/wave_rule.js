// The editor of a wave rule; beside it stands what the rule would take and save, as it is now.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { say } from './format.js';
import { Field } from './office_parts.js';
import { Act } from './parts.js';
import { Amount, Many, One, Weekdays } from './wave_fields.js';
import { RulePreview } from './wave_preview.js';
import { clockOf, minuteOf, minutesOf } from './wave_words.js';

const PAUSE_MS = 250;
const PARTS = ['name', 'active', 'trigger', 'filter', 'limits', 'method', 'principle', 'people', 'release'];
const TRIGGERS = ['hand', 'times', 'cutoff', 'count'];
const METHODS = ['cart', 'order', 'wall', 'relay', 'consolidate', 'single', 'same', 'prepack'];
const CRITERIA = ['densest_aisles', 'most_an_hour'];
const PRINCIPLES = ['promise_first', 'first_come', 'simple_first', 'same_sku', 'same_carrier'].concat(CRITERIA);
const KINDS = ['normal', 'live', 'urgent', 'gift', 'presale'];
const HANDLING = ['fragile', 'cold', 'liquid', 'dangerous', 'oversize'];
const PIECES = ['any', 'single', 'several'];
const kinds = () => KINDS.map((one) => [one, say('waves_kind', one)]);
const handling = () => HANDLING.map((one) => [one, say('waves_handling', one)]);
const pieces = () => PIECES.map((one) => [one, say('waves_pieces', one)]);
const FRESH = {
  name: '', active: true, method: 'cart', principle: 'promise_first', release: true,
  trigger: { kind: 'count', times: [], weekdays: [1, 2, 3, 4, 5, 6, 7], minutes_before: 60, orders: 40, oldest_minutes: 30, both: false },
  filter: { carriers: [], shops: [], kinds: [], first_kinds: [], promised_within_min: null, promised_until: null, zones: [], needs: [], never: [], pieces: 'any', alike: null },
  limits: { min_orders: 1, max_orders: 200, max_lines: null, max_units: null, max_carts: null, max_volume_ml: null, max_weight_g: null, max_waves: 10, totes_per_cart: 12 },
  people: { persons: [], zones: [] },
};

/** What is typed of one rule, and what it would do. */
export class RuleEditor {
  constructor(page, rule, options) {
    this.page = page;
    this.id = rule ? rule.id : null;
    this.options = Object.assign({ carriers: [], shops: [], zones: [], persons: [] }, options);
    this.rule = {};
    PARTS.forEach((part) => { this.rule[part] = JSON.parse(JSON.stringify((rule || FRESH)[part])); });
    this.times = this.rule.trigger.times.map(clockOf).join(', ');
    this.until = this.rule.filter.promised_until === null ? '' : clockOf(this.rule.filter.promised_until);
    this.found = new Asked(() => page.office.changed());
    this.preview();
  }

  /** Change one thing: `part` is one of the rule's, `name` a field of it, or null where the part is the value. */
  set(part, name, value) {
    if (name === null) this.rule[part] = value;
    else this.rule[part][name] = value;
    this.page.office.changed();
    clearTimeout(this._soon);
    this._soon = setTimeout(() => this.preview(), PAUSE_MS);
  }

  setTimes(text) {
    this.times = text;
    this.set('trigger', 'times', minutesOf(text));
  }

  setUntil(text) {
    this.until = text;
    this.set('filter', 'promised_until', minuteOf(text));
  }

  body() {
    return Object.assign({}, this.rule, { name: this.rule.name.trim() });
  }

  /** What it takes comes at once, what it saves when its walks are planned. */
  async preview() {
    const http = this.page.office.http;
    const body = Object.assign(this.body(), { name: this.rule.name.trim() || '–' });
    const asked = (this._asked = {});
    const data = await this.found.take(http.ask('wave.rule_preview', Object.assign({ saving: false }, body)));
    if (!data || !data.orders || asked !== this._asked) return;
    const planned = await http.ask('wave.rule_preview', body);
    if (asked !== this._asked || !planned.ok) return;
    this.found.data = planned.data;
    this.page.office.changed();
  }

  ready() {
    const trigger = this.rule.trigger;
    const starts = trigger.kind === 'times' ? trigger.times.length : trigger.kind !== 'count' || trigger.orders || trigger.oldest_minutes;
    return Boolean(this.rule.name.trim() && starts);
  }

  async keep(run) {
    const page = this.page;
    const kept = await page.act('rule', 'wave.rule_keep', Object.assign(this.body(), { rule_id: this.id }));
    if (!kept.ok) return;
    if (run) await page.act('rule', 'wave.rule_run', { rule_id: kept.data.rule.id });
    page.office.go('#/rules');
  }

  async drop() {
    const dropped = await this.page.act('rule', 'wave.rule_drop', { rule_id: this.id });
    if (dropped.ok) this.page.office.go('#/rules');
  }

  /** Delete: the first press asks, the second within four seconds acts. */
  askDrop() {
    if (this.sure) return this.drop();
    this.sure = true;
    setTimeout(() => { this.sure = false; this.page.office.changed(); }, 4000);
    return this.page.office.changed();
  }
}

export function RuleForm({ editor }) {
  const submit = (event) => {
    event.preventDefault();
    if (editor.ready()) editor.keep(false);
  };
  return html`<div class="waves-edit"><form class="waves-form" id="rule-form" onSubmit=${submit}>
      <${Start} editor=${editor} /><${Takes} editor=${editor} /><${Makes} editor=${editor} /><${People} editor=${editor} />
      <button type="submit" hidden></button></form>
    <aside class="waves-aside"><${RulePreview} editor=${editor} /><${Foot} editor=${editor} /></aside></div>`;
}

function Part({ title, children }) {
  return html`<section class="waves-part"><h2>${title}</h2>${children}</section>`;
}

function Start({ editor }) {
  const { rule } = editor;
  const trigger = rule.trigger;
  const set = (name) => (value) => editor.set('trigger', name, value);
  return html`<${Part} title=${t('waves.part_start')}>
    <${Field} label=${t('waves.name')}><input id="rule-name" autofocus value=${rule.name} maxlength="80" autocomplete="off" onInput=${(event) => editor.set('name', null, event.target.value)} /><//>
    <${One} id="trigger" label=${t('waves.started_by')} value=${trigger.kind} choices=${TRIGGERS.map((one) => [one, say('waves_trigger', one)])} onChoose=${set('kind')} />
    ${trigger.kind === 'times' && html`<${Field} label=${t('waves.times')} hint=${t('waves.times_hint')}><input id="times" value=${editor.times} placeholder="9:00, 14:30" autocomplete="off" onInput=${(event) => editor.setTimes(event.target.value)} /><//><${Weekdays} id="weekdays" label=${t('waves.weekdays')} value=${trigger.weekdays} onChoose=${set('weekdays')} />`}
    ${trigger.kind === 'cutoff' && html`<${Amount} id="minutes-before" label=${t('waves.minutes_before')} value=${trigger.minutes_before} least=${1} most=${1440} onChange=${set('minutes_before')} />`}
    ${trigger.kind === 'count' && html`<div class="waves-row"><${Amount} id="count-orders" label=${t('waves.count_orders')} value=${trigger.orders} onChange=${set('orders')} /><${Amount} id="count-minutes" label=${t('waves.count_minutes')} value=${trigger.oldest_minutes} onChange=${set('oldest_minutes')} /></div>
      ${trigger.orders && trigger.oldest_minutes && html`<${One} id="both" label=${t('waves.starts_when')} value=${trigger.both ? 'both' : 'either'} choices=${['either', 'both'].map((one) => [one, say('waves_when', one)])} onChoose=${(one) => editor.set('trigger', 'both', one === 'both')} />`}`}
  <//>`;
}

function Takes({ editor }) {
  const { rule, options } = editor;
  const told = rule.filter;
  const set = (name) => (value) => editor.set('filter', name, value);
  const many = (name, label, choices) => html`<${Many} id=${name} label=${label} value=${told[name]} choices=${choices} onChoose=${set(name)} none=${t('waves.none_known')} />`;
  return html`<${Part} title=${t('waves.part_takes')}><p class="soft">${t('waves.takes_hint')}</p>
    ${many('carriers', t('waves.carriers'), options.carriers)}${many('shops', t('waves.shops'), options.shops)}
    ${many('kinds', t('waves.kinds'), kinds())}${many('first_kinds', t('waves.first_kinds'), kinds())}
    <div class="waves-row"><${Amount} id="within" label=${t('waves.within')} value=${told.promised_within_min} times=${60} onChange=${set('promised_within_min')} />
      <${Field} label=${t('waves.until')}><input id="until" value=${editor.until} placeholder="18:00" autocomplete="off" onInput=${(event) => editor.setUntil(event.target.value)} /><//>
      <${Amount} id="alike" label=${t('waves.alike')} value=${told.alike} most=${5000} onChange=${(n) => (n === null || n > 1) && editor.set('filter', 'alike', n)} /></div>
    <${One} id="pieces" label=${t('waves.pieces')} value=${told.pieces} choices=${pieces()} onChoose=${set('pieces')} />
    ${many('zones', t('waves.zones'), options.zones)}
    ${many('needs', t('waves.needs'), handling())}${many('never', t('waves.not_with'), handling())}
  <//>`;
}

function Makes({ editor }) {
  const { rule } = editor;
  const amount = (name, label, more) => html`<${Amount} id=${name} label=${label} value=${rule.limits[name]} onChange=${(value) => editor.set('limits', name, value)} ...${more || {}} />`;
  return html`<${Part} title=${t('waves.part_makes')}>
    <${One} id="principle" label=${t('waves.principle')} value=${rule.principle} choices=${PRINCIPLES.map((one) => [one, say('waves_principle', one)])} onChoose=${(one) => editor.set('principle', null, one)} />
    ${CRITERIA.indexOf(rule.principle) >= 0 && html`<p class="soft" id="criterion-hint">${t('waves.criterion_hint')}</p>`}
    <${One} id="method" label=${t('waves.method')} value=${rule.method} choices=${METHODS.map((one) => [one, say('waves_method', one)])} onChoose=${(one) => editor.set('method', null, one)} />
    <div class="waves-row">${amount('max_orders', t('waves.max_orders'), { most: 5000 })}${amount('min_orders', t('waves.min_orders'), { least: 1, most: 5000 })}${amount('max_waves', t('waves.max_waves'), { least: 1, most: 50 })}</div>
    <div class="waves-row">${amount('totes_per_cart', t('waves.totes'), { least: 1, most: 100 })}${amount('max_carts', t('waves.max_carts'), { most: 5000 })}${amount('max_lines', t('waves.max_lines'))}</div>
    <div class="waves-row">${amount('max_units', t('waves.max_units'))}${amount('max_volume_ml', t('waves.max_volume'), { times: 1000 })}${amount('max_weight_g', t('waves.max_weight'), { times: 1000 })}</div>
    <${One} id="release" label=${t('waves.then')} value=${rule.release ? 'release' : 'plan'} choices=${['release', 'plan'].map((one) => [one, say('waves_then', one)])} onChoose=${(one) => editor.set('release', null, one === 'release')} />
  <//>`;
}

function People({ editor }) {
  const { rule, options } = editor;
  const many = (name, label, choices) => html`<${Many} id=${'people-' + name} label=${label} value=${rule.people[name]} choices=${choices} onChoose=${(value) => editor.set('people', name, value)} none=${t('waves.none_known')} />`;
  return html`<${Part} title=${t('waves.part_people')}><p class="soft">${t('waves.people_hint')}</p>
    ${many('persons', t('waves.persons'), options.persons)}${many('zones', t('waves.people_zones'), options.zones)}<//>`;
}

function Foot({ editor }) {
  const busy = Boolean(editor.page.office.working.rule);
  const orders = editor.found.data ? editor.found.data.orders : 0;
  return html`<div class="waves-foot">
    <${Act} id="rule-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${busy || !editor.ready()} onTap=${() => editor.keep(false)} />
    <${Act} id="rule-keep-run" icon="next" label=${t('waves.keep_run')} busy=${busy || !editor.ready() || !orders} onTap=${() => editor.keep(true)} />
    <${Act} id="rule-leave" icon="back" label=${t('office.cancel')} onTap=${() => editor.page.office.go('#/rules')} />
    ${editor.id && html`<${Act} id="rule-drop" icon="cross" label=${editor.sure ? t('board.sure') : t('waves.drop')} sure=${editor.sure} busy=${busy} onTap=${() => editor.askDrop()} />`}
  </div>`;
}
