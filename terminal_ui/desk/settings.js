// How a warehouse works: picking, who may pick where and what they can do, its zones, its put walls with their labels,
// its carriers, how one is chosen, from which warehouses shops send, and how orders are handled.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { say } from './format.js';
import { Empty, Field, Shown, Table, Tabs, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { Carriers, loadCarriers } from './settings_carriers.js';
import { Choice, loadChoice } from './settings_choice.js';
import { Houses, loadHouses } from './settings_houses.js';
import { OrderSettings, loadOrderSettings } from './settings_orders.js';
import { Walls, loadWalls } from './settings_walls.js';
import { Amount, Many } from './wave_fields.js';

const TABS = ['picking', 'skills', 'zones', 'walls', 'carriers', 'choice', 'houses', 'orders'];
const WAYS = ['another', 'replenish', 'count', 'line', 'order'];

/** 'cold, reach truck' as a list without blanks and repeats. */
export function listed(text) {
  const words = text.split(/[,，、;；]/).map((one) => one.trim()).filter(Boolean);
  return words.filter((one, at) => words.indexOf(one) === at);
}

export class SettingsPage {
  constructor(office) {
    this.office = office;
    this.tab = 'picking';
    const draw = () => office.changed();
    this.plan = new Asked(draw);
    this.zones = new Asked(draw);
    this.walls = new Asked(draw);
    this.carriers = new Asked(draw);
    this.choice = new Asked(draw);
    this.compared = new Asked(draw);
    this.houses = new Asked(draw);
    this.orders = new Asked(draw);
    this.known = this.shops = null;
    this.sub = '';
    this.times = {};
    this.draft = null;
    this.orderDraft = null;
  }

  routed(route) {
    this.tab = TABS.indexOf(route.path[0]) >= 0 ? route.path[0] : 'picking';
    this.draft = this.orderDraft = null;
    this.sub = route.path[1] || '';
    return this.load();
  }

  load() {
    const http = this.office.http;
    if (this.tab === 'walls') return loadWalls(this);
    if (this.tab === 'carriers') return loadCarriers(this);
    if (this.tab === 'choice') return loadChoice(this);
    if (this.tab === 'houses') return loadHouses(this);
    if (this.tab === 'orders') return loadOrderSettings(this);
    this.zones.take(http.get('/api/v1/zones').then((envelope) => (envelope.ok ? Object.assign({}, envelope, { data: { items: envelope.data } }) : envelope)));
    return this.plan.take(http.ask('pick.plan'));
  }

  /** Carry out a change; the answer is the whole plan as it is then. */
  async keep(key, name, body) {
    const envelope = await this.office.act(key, () => this.office.http.send(name, body));
    if (!envelope.ok) return;
    this.plan.data = envelope.data;
    this.draft = this.office.panel = null;
    this.office.changed();
  }

  async keepZone(zone, skills) {
    const envelope = await this.office.http.change('PUT', '/api/v1/zones', { code: zone.code, name: zone.name, colour: zone.colour });
    if (!envelope.ok) return this.office.toast({ kind: 'stop', code: envelope.message.code, text: envelope.message.text });
    await this.keep('zone', 'pick.put_zone', { zone: zone.code, skills: skills });
    return this.load();
  }

  /** Skills that are asked for or had somewhere. */
  get skills() {
    const plan = this.plan.data;
    const all = [].concat(...plan.people.map((one) => one.skills), ...Object.keys(plan.zone_skills).map((code) => plan.zone_skills[code]));
    return all.filter((one, at) => all.indexOf(one) === at).sort();
  }

  body() {
    const tabs = TABS.map((one) => [one, say('settings_tab', one), '#/' + one]);
    const inside = { picking: Picking, skills: Skills, zones: Zones }[this.tab];
    const own = { walls: Walls, carriers: Carriers, choice: Choice, houses: Houses, orders: OrderSettings }[this.tab];
    return html`<div class="stock settings"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.tab} choices=${tabs} /></div>
      ${own ? html`<${own} page=${this} />` : html`<${Shown} asked=${this.plan} onRetry=${() => this.load()}>${(data) => html`<${inside} page=${this} plan=${data} />`}<//>`}</div>`;
  }
}

function Picking({ page, plan }) {
  const draft = page.draft || { short_ways: plan.short_ways, idle_minutes: plan.idle_minutes, put_back_at: plan.put_back_at };
  const set = (change) => { page.draft = Object.assign({}, draft, change); page.office.changed(); };
  const keep = (event) => {
    if (event) event.preventDefault();
    return page.draft && page.keep('plan', 'pick.put_plan', draft);
  };
  const order = draft.short_ways.map((one, at) => at + 1 + '. ' + say('settings_way', one)).join('  ');
  return html`<form class="settings-form orders-card" onSubmit=${keep}>
    <${Many} id="ways" label=${t('settings.ways')} value=${draft.short_ways} choices=${WAYS.map((one) => [one, say('settings_way', one)])} onChoose=${(ways) => set({ short_ways: ways.indexOf('order') >= 0 ? ways : ways.concat('order') })} />
    <small id="ways-order" class="soft">${t('settings.ways_hint')} ${order}</small>
    <${Amount} id="idle" label=${t('settings.idle')} hint=${t('settings.idle_hint')} value=${draft.idle_minutes} most=${1440} onChange=${(n) => n && set({ idle_minutes: n })} />
    <${Field} label=${t('settings.put_back')} hint=${t('settings.put_back_hint')}><input id="put-back" maxlength="60" autocomplete="off" value=${draft.put_back_at} onInput=${(event) => set({ put_back_at: event.target.value })} /><//>
    <div class="acts"><${Act} id="plan-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${!page.draft || Boolean(page.office.working.plan)} onTap=${keep} /></div></form>`;
}

function tags(words) {
  return words.length ? html`<span class="people-posts">${words.map((one) => html`<${Tag} key=${one}>${one}<//>`)}</span>` : html`<span class="soft">–</span>`;
}

function Skills({ page, plan }) {
  const columns = [
    { key: 'name', label: t('stock.person'), render: (one) => html`<b>${one.name}</b>` },
    { key: 'zones', label: t('settings.zones'), render: (one) => (one.zones.length ? tags(one.zones) : t('settings.everywhere')) },
    { key: 'skills', label: t('settings.skills'), render: (one) => tags(one.skills) },
  ];
  return html`<${Table} id="skills" label=${say('settings_tab', 'skills')} columns=${columns} rows=${plan.people} keyOf=${(one) => one.id} onOpen=${(one) => askPerson(page, one)} none=${html`<${Empty} icon="person" text=${t('settings.nobody')} />`} />`;
}

function Zones({ page, plan }) {
  const rows = page.zones.data ? page.zones.data.items : [];
  const columns = [
    { key: 'code', label: t('settings.zone'), render: (one) => html`<span class="office-with"><i class="settings-colour" style=${{ background: one.colour }}></i><b class="office-code">${one.code}</b></span>` },
    { key: 'name', label: t('stock.name'), render: (one) => one.name },
    { key: 'skills', label: t('settings.asks'), render: (one) => tags(plan.zone_skills[one.code] || []) },
  ];
  return html`<${Table} id="zones" label=${say('settings_tab', 'zones')} columns=${columns} rows=${rows} keyOf=${(one) => one.code} onOpen=${(one) => askZone(page, one)} none=${html`<${Empty} icon="place" text=${t('settings.no_zones')} />`} />`;
}

function SkillField({ page, state, label }) {
  return html`<${Field} label=${label} hint=${t('settings.skills_hint')}><input id="skills-field" list="known-skills" maxlength="400" autocomplete="off" value=${state.skills} onInput=${(event) => { state.skills = event.target.value; page.office.changed(); }} />
    <datalist id="known-skills">${page.skills.map((one) => html`<option key=${one} value=${one}></option>`)}</datalist><//>`;
}

function foot(page, key, keep) {
  return html`<${Act} label=${t('office.cancel')} onTap=${() => page.office.close()} /><${Act} id=${key + '-keep'} kind="primary" icon="check" label=${t('waves.keep')} busy=${Boolean(page.office.working[key])} onTap=${keep} />`;
}

function askPerson(page, one) {
  const state = { zones: one.zones, skills: one.skills.join(', ') };
  const known = page.zones.data ? page.zones.data.items : [];
  const keep = (event) => {
    if (event) event.preventDefault();
    return page.keep('person', 'pick.put_person', { person_id: one.id, zones: state.zones, skills: listed(state.skills) });
  };
  page.office.openPanel({
    id: 'person', title: one.name, foot: () => foot(page, 'person', keep),
    body: () => html`<form class="office-form" onSubmit=${keep}><${Many} id="person-zones" label=${t('settings.zones')} value=${state.zones} choices=${known.map((zone) => [zone.code, zone.code + ' · ' + zone.name])} onChoose=${(zones) => { state.zones = zones; page.office.changed(); }} none=${t('settings.no_zones')} />
      <small class="soft">${t('settings.everywhere_hint')}</small><${SkillField} page=${page} state=${state} label=${t('settings.skills')} /></form>`,
  });
}

function askZone(page, one) {
  const state = { name: one.name, colour: one.colour, skills: (page.plan.data.zone_skills[one.code] || []).join(', ') };
  const set = (name) => (event) => { state[name] = event.target.value; page.office.changed(); };
  const keep = (event) => {
    if (event) event.preventDefault();
    return page.keepZone({ code: one.code, name: state.name.trim() || one.code, colour: state.colour }, listed(state.skills));
  };
  page.office.openPanel({
    id: 'zone', title: t('settings.zone_of', { code: one.code }), foot: () => foot(page, 'zone', keep),
    body: () => html`<form class="office-form" onSubmit=${keep}><div class="office-form-pair"><${Field} label=${t('stock.name')}><input id="zone-name" maxlength="80" value=${state.name} onInput=${set('name')} /><//><${Field} label=${t('settings.colour')}><input id="zone-colour" type="color" value=${state.colour} onInput=${set('colour')} /><//></div>
      <${SkillField} page=${page} state=${state} label=${t('settings.asks')} /></form>`,
  });
}
