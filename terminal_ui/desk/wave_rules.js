// The page of waves: rules that make them, the waves themselves, when carriers come, and why an order is in none.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { count, say } from './format.js';
import { Empty, Shown, Table, Tabs, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { When } from './stock_cells.js';
import { CartForm } from './wave_carts.js';
import { CutoffForm, CutoffTable } from './wave_cutoffs.js';
import { waveList } from './wave_list.js';
import { RuleEditor, RuleForm } from './wave_rule.js';
import { Why, WhyBox } from './wave_why.js';
import { clockOf, daysOf } from './wave_words.js';

const TABS = ['rules', 'waves', 'cutoffs', 'carts'];
const AGAIN_MS = 5000;

export class WavesPage {
  constructor(office) {
    this.office = office;
    this.tab = 'rules';
    const draw = () => office.changed();
    this.rules = new Asked(draw);
    this.presets = new Asked(draw);
    this.cutoffs = new Asked(draw);
    this.carts = new Asked(draw);
    this.why = new Asked(draw);
    this.waves = waveList(this);
    this.editor = null;
    // Rules run by themselves: what they did is looked at again as long as the list is open.
    this._watch = setInterval(() => this._again(), AGAIN_MS);
  }

  get list() {
    return this.tab === 'waves' ? this.waves : null;
  }

  _again() {
    if (this.office.shell.flow !== this.office) return clearInterval(this._watch);
    if (document.hidden || this.office.panel || !this.boss) return undefined;
    if (this.tab === 'rules') return this.rules.renew(this.office.http.ask('wave.rules'));
    return undefined;
  }

  get keys() {
    return (this.boss ? [['n', 'new_rule']] : []).concat([['w', 'why']]);
  }

  get boss() {
    return this.office.may(['supervisor']);
  }

  routed(route) {
    const asked = route.path[0] || (this.boss ? 'rules' : 'why');
    this.tab = asked === 'why' || asked === 'rule' || TABS.indexOf(asked) >= 0 ? asked : 'rules';
    if (!this.boss) this.tab = 'why';
    if (this.tab === 'why') return this._whyNot(route.path[1] || '');
    if (this.tab === 'rule') return this._edit(route.path[1]);
    this.editor = null;
    return this.list ? this.list.enter(route.query) : this.load();
  }

  load() {
    const http = this.office.http;
    if (this.tab === 'rules') {
      this.presets.take(http.ask('wave.presets'));
      return this.rules.take(http.ask('wave.rules'));
    }
    if (this.tab === 'carts') return this.carts.take(http.ask('wave.carts'));
    return this.tab === 'cutoffs' ? this.cutoffs.take(http.ask('wave.cutoffs')) : this.waves.load();
  }

  _whyNot(number) {
    this.number = number;
    if (number) return this.why.take(this.office.http.ask('wave.why_not', { number: number }), true);
    this.why.data = this.why.error = null;
    return this.office.changed();
  }

  /** Open the editor of a rule, or of a new one; what was typed into it stays until it is kept or left. */
  async _edit(id) {
    if (this.editor && String(this.editor.id || 'new') === id) {
      this.editor.preview(); // perhaps in another language
      return;
    }
    const data = (await this.rules.take(this.office.http.ask('wave.rules'))) || { items: [], options: {} };
    const rule = data.items.find((one) => String(one.id) === id);
    if (!rule && id !== 'new') this.office.go('#/rules', true);
    else this.editor = new RuleEditor(this, rule || null, data.options);
    this.office.changed();
  }

  /** Carry out a command about rules, waves or cut-offs and look again. */
  async act(key, name, body, done) {
    const envelope = await this.office.act(key, () => this.office.http.send(name, body), done);
    if (envelope.ok && this.tab !== 'rule') this.load();
    return envelope;
  }

  key(event) {
    if (event.key === 'Escape' && this.tab === 'rule') this.office.go('#/rules');
    else if (event.key === 'n' && this.boss && this.tab !== 'rule') this.office.go('#/rule/new');
    else if (event.key === 'w') {
      event.preventDefault();
      document.getElementById('why-number').focus();
    }
  }

  body() {
    const choices = this.boss ? TABS.map((one) => [one, say('waves_tab', one), '#/' + one]) : [];
    const shown = this.tab === 'rule' ? 'rules' : this.tab;
    return html`<div class="stock waves-page"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${shown} choices=${choices} /><div class="stock-tools">${this.list ? this.list.tools() : ''}<${WhyBox} page=${this} />
      ${this.boss && this.tab === 'rules' && html`<${Act} id="new-rule" kind="primary" icon="many" label=${t('waves.new_rule')} title=${t('waves.new_hint')} onTap=${() => this.office.go('#/rule/new')} />`}</div></div>
      ${this[this.tab === 'rule' ? '_rule' : '_' + this.tab + 'Body']()}</div>`;
  }

  _rule() {
    return this.editor ? html`<${RuleForm} editor=${this.editor} />` : '';
  }

  _rulesBody() {
    return html`<${Shown} asked=${this.rules} onRetry=${() => this.load()}>${(data) => html`<${RuleTable} page=${this} rules=${data.items} /><${Presets} page=${this} />`}<//>`;
  }

  _wavesBody() {
    return this.waves.body();
  }

  _cutoffsBody() {
    return html`<${Shown} asked=${this.cutoffs} onRetry=${() => this.load()}>${(data) => html`<${CutoffForm} page=${this} data=${data} /><${CutoffTable} page=${this} items=${data.items} />`}<//>`;
  }

  _cartsBody() {
    return html`<${Shown} asked=${this.carts} onRetry=${() => this.load()}>${(data) => html`<${CartForm} page=${this} data=${data} />`}<//>`;
  }

  _whyBody() {
    return html`<${Why} page=${this} />`;
  }
}

/** What starts a rule, in a few words. */
export function startOf(rule) {
  const trigger = rule.trigger;
  if (trigger.kind === 'times') return trigger.times.slice(0, 4).map(clockOf).join(' ') + (trigger.times.length > 4 ? ' …' : '') + ' · ' + daysOf(trigger.weekdays);
  if (trigger.kind === 'cutoff') return t('waves.before_cutoff', { n: trigger.minutes_before });
  if (trigger.kind === 'hand') return say('waves_trigger', 'hand');
  const parts = [];
  if (trigger.orders) parts.push(t('waves.when_orders', { n: count(trigger.orders) }));
  if (trigger.oldest_minutes) parts.push(t('waves.when_oldest', { n: count(trigger.oldest_minutes) }));
  return parts.join(' ' + t(trigger.both ? 'waves.and' : 'waves.or') + ' ');
}

function RuleTable({ page, rules }) {
  const office = page.office;
  const toggle = (one) => page.act('switch' + one.id, 'wave.rule_switch', { rule_id: one.id, active: !one.active });
  const run = (one) => page.act('run' + one.id, 'wave.rule_run', { rule_id: one.id });
  const columns = [
    { key: 'active', label: t('waves.state'), width: '110px', render: (one) => html`<button type="button" id=${'switch-' + one.id} class=${'choice waves-switch' + (one.active ? ' choice-on' : '')} role="switch" aria-checked=${one.active ? 'true' : 'false'} aria-label=${one.name} disabled=${Boolean(office.working['switch' + one.id])} onClick=${() => toggle(one)}>${t(one.active ? 'waves.works' : 'waves.rests')}</button>` },
    { key: 'name', label: t('waves.rule'), render: (one) => html`<span class="office-two"><b>${one.name}</b><small>${startOf(one)}</small></span>` },
    { key: 'method', label: t('waves.method'), render: (one) => html`<span class="office-two"><span>${say('waves_method', one.method)}</span><small>${say('waves_principle', one.principle)}</small></span>` },
    { key: 'next', label: t('waves.next_due'), render: (one) => (one.next_due_at ? html`<${When} at=${one.next_due_at} />` : html`<span class="soft">${one.active && one.trigger.kind === 'count' ? t('waves.every_minute') : '–'}</span>`) },
    { key: 'last', label: t('waves.last_run'), render: (one) => (one.last_run_at ? html`<span class="office-two waves-outcome" title=${one.last_outcome.text}><${When} at=${one.last_run_at} /><small>${one.last_outcome.text}</small></span>` : html`<span class="soft">${t('waves.never')}</span>`) },
    { key: 'act', label: '', render: (one) => html`<${Act} id=${'run-' + one.id} icon="next" label=${t('waves.run')} title=${t(one.release ? 'waves.run_hint' : 'waves.run_only_hint')} busy=${Boolean(office.working['run' + one.id])} onTap=${() => run(one)} />` },
  ];
  const none = html`<${Empty} icon="many" text=${t('waves.no_rules')} />`;
  return html`<${Table} id="rules" label=${say('waves_tab', 'rules')} columns=${columns} rows=${rules} keyOf=${(one) => one.id} onOpen=${(one) => office.go('#/rule/' + one.id)} none=${none} />`;
}

/** Rules as merchants usually have them, each added with one press. */
function Presets({ page }) {
  const items = page.presets.data ? page.presets.data.items : [];
  const add = (one) => page.act('preset', 'wave.rule_add', { preset: one.preset });
  return html`<section class="waves-presets" aria-label=${t('waves.presets')}><h2>${t('waves.presets')}</h2><div>${items.map((one) => html`<button type="button" key=${one.preset} id=${'preset-' + one.preset} class="waves-preset" disabled=${Boolean(page.office.working.preset)} onClick=${() => add(one)}>
    <b><${Icon} name="many" size=${16} />${one.name}</b><small>${one.hint}</small></button>`)}</div></section>`;
}
