// The form of an audit rule, read as a sentence: when … and …, then … and …; beside it past orders it would have met.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { count, say } from './format.js';
import { Empty, Field, Shown, Table } from './office_parts.js';
import { Act } from './parts.js';
import { When, money } from './stock_cells.js';
import { ACTIONS, CONDITIONS, actionBody, conditionBody, ruleWords, wordsOf } from './audit_words.js';
import { Many } from './wave_fields.js';

const SPANS = [['last', 500], ['last', 3000], ['days', 7], ['days', 30]];
const KINDS = ['normal', 'live', 'presale', 'gift', 'urgent'];
const PAYMENTS = ['unpaid', 'part', 'paid', 'cod'];
const FRESH = { names: [], typed: '', least: '', most: '', hours: 24, of: 'either', not: false };
const DRAFT = { text: '', sku: '', qty: 1, per: 'order', each: '', limit: null, carrier: '' };

/** What is typed of one rule, and which past orders it would have met. */
export class RuleEditor {
  constructor(page, rule, options) {
    this.page = page;
    this.id = rule && rule.id ? rule.id : null;
    this.version = rule ? rule.version : 0;
    this.options = Object.assign({ shops: [], platforms: [], carriers: [], tags: [] }, options);
    this.name = rule ? rule.name : '';
    this.enabled = rule && rule.id ? rule.enabled : true;
    this.conditions = (rule ? rule.conditions : []).map((one) => Object.assign({}, FRESH, one, { typed: (one.names || []).join(', ') }));
    this.actions = (rule ? rule.actions : [{ what: 'hold' }]).map((one) => Object.assign({}, DRAFT, one));
    this.span = SPANS[1];
    this.tried = new Asked(() => page.office.changed());
  }

  changed() {
    this.page.office.changed();
  }

  set(list, at, values) {
    Object.assign(list[at], values);
    this.changed();
  }

  add(list, fresh) {
    list.push(Object.assign({}, fresh));
    this.changed();
  }

  take(list, at) {
    list.splice(at, 1);
    this.changed();
  }

  body() {
    return { name: this.name.trim(), enabled: this.enabled, conditions: this.conditions.map(conditionBody), actions: this.actions.map(actionBody) };
  }

  /** What is still to be filled in, as a text; nothing when the rule can be kept. */
  lacking() {
    if (!this.name.trim()) return t('audit.lacks_name');
    if (!this.actions.length) return t('audit.lacks_action');
    const body = this.body();
    const half = body.conditions.some((one) => CONDITIONS[one.what].some((want) => lacks(one, want))) || body.actions.some((one) => ACTIONS[one.what].some((want) => lacks(one, want)));
    return half ? t('audit.lacks_part') : '';
  }

  try(span) {
    this.span = span || this.span;
    const asked = Object.assign(this.body(), { name: this.name.trim() || '–', [this.span[0]]: this.span[1] });
    return this.tried.take(this.page.office.http.change('POST', '/api/v1/audit/trials', asked));
  }

  async keep() {
    const page = this.page;
    const path = '/api/v1/audit/rules' + (this.id ? '/' + this.id : '');
    const body = this.id ? Object.assign(this.body(), { version: this.version }) : this.body();
    const kept = await page.act('rule', this.id ? 'PATCH' : 'POST', path, body, t('audit.kept', { name: body.name }));
    if (kept.ok) page.office.go('#/rules');
  }
}

function lacks(one, want) {
  if (want === 'range') return !one.least && !one.most;
  if (want === 'words') return one.what !== 'remark' && !(one.names || []).length;
  if (want === 'gift') return !one.sku || !one.qty || (one.per && !one.each);
  if (want === 'of' || (want === 'least' && one.what === 'sku')) return false;
  if (['shops', 'platforms', 'kinds', 'payments'].indexOf(want) >= 0) return !(one.names || []).length;
  return !one[want];
}

export function RuleForm({ editor }) {
  const lacking = editor.lacking();
  const submit = (event) => {
    event.preventDefault();
    if (!lacking) editor.keep();
  };
  const words = lacking ? null : ruleWords(editor.body());
  return html`<div class="waves-edit"><form class="waves-form audit-form" id="rule-form" onSubmit=${submit}>
      <section class="waves-part"><${Field} label=${t('audit.rule_name')}><input id="rule-name" autofocus value=${editor.name} maxlength="100" autocomplete="off" onInput=${(event) => { editor.name = event.target.value; editor.changed(); }} /><//></section>
      <${Part} editor=${editor} list=${editor.conditions} fresh=${Object.assign({ what: 'remark' }, FRESH)} title=${t('audit.when')} none=${t('audit.always_hint')} add=${t('audit.and_when')} id="when" row=${ConditionRow} />
      <${Part} editor=${editor} list=${editor.actions} fresh=${Object.assign({ what: 'tag' }, DRAFT)} title=${t('audit.then')} none=${t('audit.lacks_action')} add=${t('audit.and_then')} id="then" row=${ActionRow} />
      <section class="waves-part audit-says" id="rule-says" role="status">${words ? html`<p><b>${t('audit.when')}</b> ${words.when}<br /><b>${t('audit.then')}</b> ${words.then}</p>` : html`<p class="soft">${lacking}</p>`}</section>
      <div class="waves-foot"><button type="submit" class="act primary" id="rule-keep" disabled=${Boolean(lacking) || Boolean(editor.page.office.working.rule)}>${t('audit.keep')}</button>
        <${Act} id="rule-leave" icon="back" label=${t('office.cancel')} onTap=${() => editor.page.office.go('#/rules')} />
        ${editor.id && html`<${Act} id="rule-versions" icon="clock" label=${t('audit.versions')} onTap=${() => editor.page.openVersions(editor.id, editor.name)} />
          <${Act} id="rule-drop" icon="cross" label=${t('audit.drop')} onTap=${() => editor.page.drop(editor)} />`}</div></form>
    <aside class="waves-aside"><${Trial} editor=${editor} /></aside></div>`;
}

function Part({ editor, list, fresh, title, none, add, id, row }) {
  return html`<section class="waves-part"><h2>${title}</h2>${!list.length && html`<p class="soft">${none}</p>`}
    ${list.map((one, at) => html`<div class="audit-row" key=${at} id=${id + '-' + at}>${at > 0 && html`<span class="audit-and">${t('audit.and').trim()}</span>`}<${row} editor=${editor} one=${one} at=${at} />
      <${Act} id=${id + '-' + at + '-away'} icon="cross" label="" title=${t('audit.away')} onTap=${() => editor.take(list, at)} /></div>`)}
    <${Act} id=${id + '-add'} icon="many" label=${add} onTap=${() => editor.add(list, fresh)} /></section>`;
}

function ConditionRow({ editor, one, at }) {
  const set = (values) => editor.set(editor.conditions, at, values);
  const wants = CONDITIONS[one.what];
  const id = 'when-' + at;
  const chosen = { shops: editor.options.shops.map((code) => [code, code]), platforms: editor.options.platforms.map((code) => [code, say('shops_platform', code)]), kinds: KINDS.map((kind) => [kind, say('waves_kind', kind)]), payments: PAYMENTS.map((each) => [each, say('audit_pay', each)]) };
  const pick = wants.find((want) => chosen[want]);
  return html`<select id=${id + '-what'} class="office-input" aria-label=${t('audit.when')} value=${one.what} onChange=${(event) => set({ what: event.target.value, names: [], typed: '' })}>${Object.keys(CONDITIONS).map((what) => html`<option key=${what} value=${what}>${say('audit_cond', what)}</option>`)}</select>
    <select id=${id + '-not'} class="office-input" aria-label=${t('audit.is_or_not')} value=${one.not ? 'not' : 'is'} onChange=${(event) => set({ not: event.target.value === 'not' })}><option value="is">${t('audit.is')}</option><option value="not">${t('audit.is_not')}</option></select>
    ${wants.indexOf('of') >= 0 && html`<select id=${id + '-of'} class="office-input" aria-label=${t('audit.whose')} value=${one.of} onChange=${(event) => set({ of: event.target.value })}>${['either', 'buyer', 'seller'].map((whose) => html`<option key=${whose} value=${whose}>${say('audit_of', whose)}</option>`)}</select>`}
    ${wants.indexOf('words') >= 0 && html`<input id=${id + '-words'} class="office-input audit-words" autocomplete="off" value=${one.typed} aria-label=${say('audit_cond', one.what)} placeholder=${say('audit_hint', one.what)} onInput=${(event) => set({ typed: event.target.value, names: wordsOf(event.target.value) })} />`}
    ${pick && html`<${Many} id=${id + '-names'} label="" value=${one.names} choices=${chosen[pick]} onChoose=${(names) => set({ names: names })} none=${t('audit.none_known')} />`}
    ${(wants.indexOf('range') >= 0 || wants.indexOf('least') >= 0) && html`<${Amount} id=${id + '-least'} label=${t('audit.least')} value=${one.least} onSet=${(value) => set({ least: value })} />`}
    ${wants.indexOf('range') >= 0 && html`<${Amount} id=${id + '-most'} label=${t('audit.most')} value=${one.most} onSet=${(value) => set({ most: value })} />`}
    ${wants.indexOf('hours') >= 0 && html`<${Amount} id=${id + '-hours'} label=${t('audit.hours')} value=${one.hours} onSet=${(value) => set({ hours: value ? Math.round(Number(value)) : '' })} />`}`;
}

function Amount({ id, label, value, onSet }) {
  return html`<label class="audit-amount"><span>${label}</span><input id=${id} class="office-input" type="number" inputmode="decimal" min="0" step="any" value=${value === null ? '' : value} onInput=${(event) => onSet(event.target.value)} /></label>`;
}

function ActionRow({ editor, one, at }) {
  const set = (values) => editor.set(editor.actions, at, values);
  const wants = ACTIONS[one.what];
  const id = 'then-' + at;
  const words = (name, hint, list) => html`<input id=${id + '-' + name} class="office-input audit-words" autocomplete="off" maxlength="200" value=${one[name]} list=${list && id + '-known'} aria-label=${hint} placeholder=${hint} onInput=${(event) => set({ [name]: event.target.value })} />${list && html`<datalist id=${id + '-known'}>${list.map((each) => html`<option key=${each} value=${each}></option>`)}</datalist>`}`;
  const whole = (name) => (value) => set({ [name]: value ? Math.round(Number(value)) : null });
  return html`<select id=${id + '-what'} class="office-input" aria-label=${t('audit.then')} value=${one.what} onChange=${(event) => set({ what: event.target.value })}>${Object.keys(ACTIONS).map((what) => html`<option key=${what} value=${what}>${say('audit_act', what)}</option>`)}</select>
    ${wants.indexOf('text') >= 0 && words('text', say('audit_hint', one.what), one.what === 'tag' ? editor.options.tags : null)}
    ${wants.indexOf('carrier') >= 0 && words('carrier', t('orders.carrier'), editor.options.carriers)}
    ${wants.indexOf('gift') >= 0 && html`${words('sku', t('audit.gift_sku'))}<${Amount} id=${id + '-qty'} label=${t('audit.pieces')} value=${one.qty} onSet=${whole('qty')} />
      <select id=${id + '-per'} class="office-input" aria-label=${t('audit.per')} value=${one.per || 'order'} onChange=${(event) => set({ per: event.target.value })}>${['order', 'total', 'pieces'].map((per) => html`<option key=${per} value=${per}>${say('audit_per', per)}</option>`)}</select>
      ${one.per && one.per !== 'order' && html`<${Amount} id=${id + '-each'} label=${t('audit.each')} value=${one.each} onSet=${(value) => set({ each: value })} />`}
      <${Amount} id=${id + '-limit'} label=${t('audit.limit')} value=${one.limit} onSet=${whole('limit')} />`}`;
}

function Trial({ editor }) {
  const tried = editor.tried;
  return html`<section class="waves-part audit-trial" id="trial"><h2>${t('audit.try_title')}</h2><p class="soft">${t('audit.try_hint')}</p>
    <div class="chips">${SPANS.map((span) => html`<button type="button" key=${span.join()} id=${'try-' + span.join('-')} class=${'choice' + (editor.span === span && tried.data ? ' choice-on' : '')} disabled=${tried.busy} onClick=${() => editor.try(span)}>${t(span[0] === 'last' ? 'audit.try_last' : 'audit.try_days', { n: count(span[1]) })}</button>`)}</div>
    ${(tried.data || tried.error || tried.busy) && html`<${Shown} asked=${tried} onRetry=${() => editor.try()}>${(data) => html`<p class="audit-met" id="trial-said" role="status">${t(data.holds ? 'audit.would_hold' : 'audit.would_meet', { n: count(data.met), of: count(data.looked) })}</p>
      <${Met} rows=${data.items} of=${data.met} />`}<//>`}</section>`;
}

function Met({ rows, of }) {
  const columns = [
    { key: 'number', label: t('orders.number'), render: (one) => html`<span class="office-two"><a href=${'/orders#/order/' + one.id} target="_blank" rel="noopener">${one.number}</a><small>${one.shop} · <${When} at=${one.placed_at} /></small>${one.found && html`<small class="audit-found">${t('audit.found', { found: one.found })}</small>`}</span>` },
    { key: 'total', label: t('orders.total'), number: true, render: (one) => html`<span class="nowrap">${money(one.total)} ${one.currency}</span>` },
  ];
  return html`${of > rows.length && html`<p class="soft">${t('audit.newest', { n: rows.length })}</p>`}<${Table} id="trial-orders" label=${t('audit.try_title')} columns=${columns} rows=${rows} keyOf=${(one) => one.id} none=${html`<${Empty} icon="check" text=${t('audit.met_none')} />`} />`;
}
