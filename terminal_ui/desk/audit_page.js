// The page of audit rules (审单规则): the rules in their sequence, orders that wait for a person's word, the blacklist,
// the least prices, and what happens to orders that nobody pays.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { RuleEditor, RuleForm } from './audit_form.js';
import { Black, Floors, blacklist, floorList, waitingList } from './audit_lists.js';
import { Unpaid } from './audit_unpaid.js';
import { presets, ruleWords } from './audit_words.js';
import { say } from './format.js';
import { Empty, Shown, Table, Tabs, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { Ago } from './stock_cells.js';

const TABS = ['rules', 'waiting', 'blacklist', 'floors', 'unpaid'];

export class AuditPage {
  constructor(office) {
    const draw = () => office.changed();
    this.office = office;
    this.tab = 'rules';
    this.rules = new Asked(draw);
    this.versions = new Asked(draw);
    this.shops = new Asked(draw);
    this.editor = null;
    this.lists = { waiting: waitingList(this), blacklist: blacklist(this), floors: floorList(this) };
  }

  get list() {
    return this.lists[this.tab] || null;
  }

  get keys() {
    return [['n', 'new_rule']];
  }

  get finance() {
    return this.office.may(['supervisor']);
  }

  routed(route) {
    const asked = route.path[0] || 'rules';
    this.tab = asked === 'rule' || TABS.indexOf(asked) >= 0 ? asked : 'rules';
    if (this.tab === 'rule') return this._edit(route.path[1]);
    this.editor = null;
    if (this.list) return this.list.enter(route.query);
    return this.load();
  }

  load() {
    if (this.list) return this.list.load();
    if (this.tab === 'unpaid') return this.shops.take(this.office.http.get('/api/v1/shops'));
    return this.rules.take(this.office.http.get('/api/v1/audit/rules'));
  }

  /** Open the editor of a rule, of a new one, or of one as most shops have it; what was typed stays until it is left. */
  async _edit(id) {
    if (this.editor && this.editor.route === id) return this.office.changed();
    const data = (await this.rules.take(this.office.http.get('/api/v1/audit/rules'))) || { items: [], options: {} };
    const rule = data.items.find((one) => String(one.id) === id) || presets().find((one) => one.preset === id) || null;
    if (!rule && id !== 'new') return this.office.go('#/rules', true);
    this.editor = Object.assign(new RuleEditor(this, rule, data.options), { route: id });
    return this.office.changed();
  }

  /** Carry out a change and look again. Returns the envelope. */
  async act(key, method, path, body, said, undo) {
    const envelope = await this.office.act(key, () => this.office.http.change(method, path, body), (done) => ({ text: said, undo: undo && { act: () => undo(done.data) } }));
    if (envelope.ok && this.tab !== 'rule') this.load();
    return envelope;
  }

  _path(rule, more) {
    return '/api/v1/audit/rules/' + (rule.id || rule) + (more || '');
  }

  toggle(rule) {
    return this.act('rule' + rule.id, 'PATCH', this._path(rule), { version: rule.version, enabled: !rule.enabled }, t(rule.enabled ? 'audit.rests_now' : 'audit.works_now', { name: rule.name }), () => this.restore(rule.id, rule.version));
  }

  move(rule, step) {
    return this.act('move', 'POST', this._path(rule, '/move'), { step: step }, t('audit.moved', { name: rule.name }), () => this.act('move', 'POST', this._path(rule, '/move'), { step: -step }, t('audit.moved', { name: rule.name })));
  }

  /** Make a rule again what it was in a version. */
  async restore(id, version) {
    const envelope = await this.act('restore', 'POST', this._path(id, '/versions'), { version: version }, t('audit.restored', { n: version }));
    if (!envelope.ok) return;
    this.office.drawer = null;
    this.editor = null;
    this.office.refresh();
  }

  async drop(editor) {
    const gone = await this.act('rule', 'PATCH', this._path(editor.id), { version: editor.version, removed: true }, t('audit.dropped', { name: editor.name }), () => this.restore(editor.id, editor.version));
    if (gone.ok) this.office.go('#/rules');
  }

  openVersions(id, name) {
    this.versions.take(this.office.http.get(this._path(id, '/versions')), true);
    this.office.openDrawer({ id: 'versions', wide: true, title: name, body: () => html`<${Versions} page=${this} id=${id} />` });
  }

  key(event) {
    if (event.key === 'Escape' && this.tab === 'rule') this.office.go('#/rules');
    else if (event.key === 'n' && this.tab === 'rules') this.office.go('#/rule/new');
  }

  body() {
    const shown = this.tab === 'rule' ? 'rules' : this.tab;
    return html`<div class="stock audit-page"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${shown} choices=${TABS.map((one) => [one, say('audit_tab', one), '#/' + one])} />
      ${this.list && this.list.tools()}${this.tab === 'rules' && html`<div class="stock-tools"><${Act} id="new-rule" kind="primary" icon="many" label=${t('audit.new_rule')} title=${t('waves.new_hint')} onTap=${() => this.office.go('#/rule/new')} /></div>`}</div>
      ${this._body()}</div>`;
  }

  _body() {
    if (this.tab === 'rule') return this.editor ? html`<${RuleForm} editor=${this.editor} />` : '';
    if (this.tab === 'unpaid') return html`<${Shown} asked=${this.shops} onRetry=${() => this.load()}>${(data) => html`<${Unpaid} page=${this} shops=${data.items} />`}<//>`;
    if (this.tab === 'blacklist') return html`<${Black} page=${this} />${this.list.body()}`;
    if (this.tab === 'floors') return html`${this.finance && html`<${Floors} page=${this} />`}${this.list.body()}`;
    if (this.list) return html`<p class="soft">${t('audit.waiting_hint')}</p>${this.list.body()}`;
    return html`<${Shown} asked=${this.rules} onRetry=${() => this.load()}>${(data) => html`<${Rules} page=${this} rules=${data.items} /><${Presets} page=${this} />`}<//>`;
  }
}

function Rules({ page, rules }) {
  const { office } = page;
  const step = (one, by, icon, label, off) => html`<button type="button" id=${(by < 0 ? 'up-' : 'down-') + one.id} class="act audit-step" aria-label=${label + ': ' + one.name} title=${label} disabled=${off || Boolean(office.working.move)} onClick=${() => page.move(one, by)}>${icon}</button>`;
  const columns = [
    { key: 'at', label: '', width: '118px', render: (one) => html`<span class="audit-place"><b>${rules.indexOf(one) + 1}</b>${step(one, -1, '↑', t('audit.up'), one === rules[0])}${step(one, 1, '↓', t('audit.down'), one === rules[rules.length - 1])}</span>` },
    { key: 'enabled', label: t('waves.state'), width: '110px', render: (one) => html`<button type="button" id=${'switch-' + one.id} class=${'choice waves-switch' + (one.enabled ? ' choice-on' : '')} role="switch" aria-checked=${one.enabled ? 'true' : 'false'} aria-label=${one.name} disabled=${Boolean(office.working['rule' + one.id])} onClick=${() => page.toggle(one)}>${t(one.enabled ? 'waves.works' : 'waves.rests')}</button>` },
    { key: 'rule', label: t('waves.rule'), render: (one) => html`<${Sentence} rule=${one} />` },
    { key: 'changed', label: t('audit.changed'), render: (one) => html`<span class="office-two"><span>${one.person || t('audit.program')}</span><small><${Ago} at=${one.changed_at} /></small></span>` },
    { key: 'act', label: '', render: (one) => html`<${Act} id=${'versions-' + one.id} icon="clock" label=${t('audit.versions')} onTap=${() => page.openVersions(one.id, one.name)} />` },
  ];
  return html`<p class="soft">${t('audit.sequence_hint')}</p><${Table} id="rules" label=${say('audit_tab', 'rules')} columns=${columns} rows=${rules} keyOf=${(one) => one.id} onOpen=${(one) => office.go('#/rule/' + one.id)} none=${html`<${Empty} icon="check" text=${t('audit.no_rules')} />`} />`;
}

function Sentence({ rule }) {
  const words = ruleWords(rule);
  return html`<span class="office-two audit-sentence"><b>${rule.name}</b><span>${t('audit.when')} ${words.when} → ${words.then}</span></span>`;
}

/** Rules as most shops have them; each opens as a draft, to be tried before it is kept. */
function Presets({ page }) {
  return html`<section class="waves-presets" aria-label=${t('waves.presets')}><h2>${t('waves.presets')}</h2><div>${presets().map((one) => html`<button type="button" key=${one.preset} id=${'preset-' + one.preset} class="waves-preset" onClick=${() => page.office.go('#/rule/' + one.preset)}>
    <b><${Icon} name="many" size=${16} />${one.name}</b><small>${say('audit_preset_hint', one.preset)}</small></button>`)}</div></section>`;
}

function Versions({ page, id }) {
  return html`<${Shown} asked=${page.versions} onRetry=${() => page.openVersions(id)}>${(data) => html`<ol class="audit-versions">${data.items.map((one, at) => html`<li key=${one.version} data-version=${one.version}>
    <p><b>${t('audit.version', { n: one.version })}</b> ${one.removed ? html`<${Tag} kind="bad">${t('audit.gone')}<//>` : html`<${Tag} kind=${one.enabled ? 'good' : ''}>${t(one.enabled ? 'waves.works' : 'waves.rests')}<//>`} <small class="soft">${one.person || t('audit.program')} · <${Ago} at=${one.at} /></small></p>
    <${Sentence} rule=${one} />${at > 0 && html`<${Act} id=${'restore-' + one.version} icon="again" label=${t('audit.restore')} busy=${page.office.working.restore} onTap=${() => page.restore(id, one.version)} />`}</li>`)}</ol>`}<//>`;
}
