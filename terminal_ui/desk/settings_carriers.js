// Accounts with carriers: what each needs, whether it is taken for one of its own, who is asked next, how fast it is.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Empty, Field, Shown, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { One } from './wave_fields.js';

const OFFERED = 3; // who is asked next, and after that

export async function loadCarriers(page) {
  const http = page.office.http;
  page.times = {};
  http.get('/api/v1/carriers/delivery-times').then((envelope) => {
    if (!envelope.ok) return;
    envelope.data.forEach((one) => { page.times[one.carrier] = one; });
    page.office.changed();
  });
  return page.carriers.take(http.get('/api/v1/carriers'));
}

export function Carriers({ page }) {
  const boss = page.office.may([]);
  const add = boss && html`<${Act} id="new-carrier" kind="primary" icon="truck" label=${t('carriers.new')} onTap=${() => askCarrier(page)} />`;
  return html`<div class="stock-tools settings-tools">${add}</div><${Shown} asked=${page.carriers} onRetry=${() => loadCarriers(page)}>${(data) => html`
    ${data.waiting.asked > 0 && html`<p class="soft" id="carriers-waiting">${t('carriers.waiting', { n: data.waiting.asked })}</p>`}
    <${Table} id="carriers" label=${say('settings_tab', 'carriers')} columns=${columns(page, boss)} rows=${data.carriers} keyOf=${(one) => one.code} onOpen=${boss ? (one) => askCarrier(page, one) : undefined} none=${html`<${Empty} icon="truck" text=${t('carriers.none')} />`} />`}<//>`;
}

function columns(page, boss) {
  const networked = (one) => form(page, one.plugin).secrets.length > 0;
  return [
    { key: 'code', label: t('carriers.carrier'), render: (one) => html`<span class="office-two"><b class="office-code">${one.code}</b><small>${one.name}</small></span>` },
    { key: 'plugin', label: t('carriers.plugin'), render: (one) => html`<span class="office-with">${named(one.plugin)}${!one.active && html`<${Tag} kind="warn">${t('carriers.off')}<//>`}</span>` },
    { key: 'next', label: t('carriers.next'), render: (one) => (one.fallbacks.length ? html`<span class="people-posts">${one.fallbacks.map((each, at) => html`<${Tag} key=${each.carrier}>${at + 1 + '. ' + each.carrier}<//>`)}</span>` : html`<span class="soft">–</span>`) },
    { key: 'time', label: t('carriers.time'), number: true, render: (one) => taken(page.times[one.code]) },
    { key: 'act', label: '', render: (one) => boss && networked(one) && html`<${Act} id=${'try-' + one.code} icon="check" label=${t('carriers.try')} busy=${Boolean(page.office.working['try' + one.code])} onTap=${() => tryOut(page, one)} />` },
  ];
}

function taken(times) {
  if (!times || !times.signed) return html`<span class="soft">–</span>`;
  return html`<span class="office-two"><b>${t('carriers.hours', { n: times.median_h })}</b><small>${t('carriers.signed', { n: times.signed, all: times.parcels })}</small></span>`;
}

function form(page, plugin) {
  const found = page.carriers.data.plugins.find((one) => one.name === plugin);
  return found || { name: plugin, settings: [], secrets: [] };
}

/** A plug-in of somebody else has no words here. */
function named(plugin) {
  return ['own_fleet', 'sf', 'kuaidi100', 'kdniao', 'cainiao', 'karrio'].indexOf(plugin) >= 0 ? t('carriers_plugin.' + plugin) : plugin;
}

const KNOWN = 'provider service country currency account_number username password api_key api_secret client_id client_secret site_id monthly_card express_type pay_method cargo url com partner_id net callback query_url poll_url shipper customer_name month_code send_site pay_type exp_type subscribe_url cp_code template_url channel user_id tracker tracker_com per_second stale_hours push_token sender_name sender_phone sender_province sender_city sender_district sender_address check_word key secret customer salt partner_key partner_secret business_id app_key customer_pwd app_secret session'.split(' ');

function word(name) {
  return KNOWN.indexOf(name) >= 0 ? t('carriers_field.' + name) : name;
}

async function tryOut(page, one) {
  const office = page.office;
  const envelope = await office.act('try' + one.code, () => office.http.change('POST', '/api/v1/carriers/' + encodeURIComponent(one.code) + '/test'));
  if (!envelope.ok) return;
  const good = envelope.data.taken;
  office.toast({ kind: good ? 'ok' : 'stop', code: good ? 'ui.carriers.tried' : 'ui.carriers.refused', text: good ? t('carriers.tried', { carrier: one.name }) : t('carriers.refused', { carrier: one.name, said: envelope.data.said }) });
}

function askCarrier(page, one) {
  const office = page.office;
  const data = page.carriers.data;
  const state = one ? { code: one.code, name: one.name, plugin: one.plugin, active: one.active, settings: Object.assign({}, one.settings), secrets: {}, fallbacks: one.fallbacks.map((each) => each.carrier) }
    : { code: '', name: '', plugin: 'sf', active: true, settings: {}, secrets: {}, fallbacks: [] };
  const why = {};
  if (one) one.fallbacks.forEach((each) => { why[each.carrier] = each.why; });
  const set = (name) => (event) => { state[name] = event.target.value; office.changed(); };
  const put = (group, name) => (event) => { state[group][name] = event.target.value; office.changed(); };
  const others = () => data.carriers.filter((each) => each.code !== state.code);
  const next = (at) => (event) => {
    const rest = state.fallbacks.filter((code, place) => place !== at && code !== event.target.value);
    if (event.target.value) rest.splice(at, 0, event.target.value);
    state.fallbacks = rest;
    office.changed();
  };
  const keep = async (event) => {
    if (event) event.preventDefault();
    if (!state.code.trim()) return;
    const secrets = {};
    Object.keys(state.secrets).forEach((name) => { if (state.secrets[name]) secrets[name] = state.secrets[name]; });
    const settings = {};
    Object.keys(state.settings).forEach((name) => { if (state.settings[name] !== '') settings[name] = state.settings[name]; });
    const body = { name: state.name.trim() || state.code.trim(), plugin: state.plugin, active: state.active, settings: settings, secrets: secrets, fallbacks: state.fallbacks.map((code) => ({ carrier: code, why: why[code] || 'any' })) };
    const envelope = await office.act('carrier', () => office.http.change('PUT', '/api/v1/carriers/' + encodeURIComponent(state.code.trim()), body));
    if (!envelope.ok) return;
    office.close();
    loadCarriers(page);
  };
  const field = (group, name) => html`<${Field} key=${group + name} label=${word(name)} hint=${group === 'secrets' && one && one.secrets.indexOf(name) >= 0 ? t('carriers.kept') : ''}>
    <input id=${'carrier-' + name} maxlength="400" autocomplete="off" type=${group === 'secrets' ? 'password' : 'text'} value=${state[group][name] || ''} onInput=${put(group, name)} /><//>`;
  const choice = (at) => html`<${Field} key=${at} label=${at + 1 + '.'}><select id=${'carrier-next-' + at} value=${state.fallbacks[at] || ''} onChange=${next(at)}>
    <option value="" selected=${!state.fallbacks[at]}>–</option>${others().map((each) => html`<option key=${each.code} value=${each.code} selected=${each.code === state.fallbacks[at]}>${each.name}</option>`)}</select><//>`;
  const fields = () => form(page, state.plugin);
  office.openPanel({
    id: 'carrier', title: one ? one.name : t('carriers.new'),
    body: () => html`<form class="office-form" onSubmit=${keep}>
      <div class="office-form-pair"><${Field} label=${t('settings.code')}><input id="carrier-code" maxlength="40" autocomplete="off" disabled=${Boolean(one)} value=${state.code} onInput=${set('code')} /><//><${Field} label=${t('stock.name')}><input id="carrier-name" maxlength="60" autocomplete="off" value=${state.name} onInput=${set('name')} /><//></div>
      <${Field} label=${t('carriers.plugin')}><select id="carrier-plugin" value=${state.plugin} onChange=${set('plugin')}>${data.plugins.map((each) => html`<option key=${each.name} value=${each.name} selected=${each.name === state.plugin}>${named(each.name)}</option>`)}</select><//>
      <${One} id="carrier-active" label=${t('carriers.used')} value=${state.active} choices=${[[true, t('carriers.on')], [false, t('carriers.off')]]} onChoose=${(active) => { state.active = active; office.changed(); }} />
      ${fields().secrets.map((name) => field('secrets', name))}
      ${fields().settings.map((name) => field('settings', name))}
      ${others().length > 0 && html`<h3>${t('carriers.next')}</h3><p class="soft">${t('carriers.next_hint')}</p><div class="office-form-pair">${Array.from({ length: Math.min(state.fallbacks.length + 1, OFFERED, others().length) }).map((_, at) => choice(at))}</div>`}</form>`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="carrier-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${!state.code.trim() || Boolean(office.working.carrier)} onTap=${keep} />`,
  });
}
