// Which carrier takes an order: what each takes and for how much, rules in order, monthly quotas, a parcel to try, and
// how carriers really did.
import { html } from '../core/html.js';
import { locale, t } from '../core/texts.js';
import { uuid4 } from '../core/uuid.js';
import { Download } from './download.js';
import { say } from './format.js';
import { Choose, Empty, Fill, Shown, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { Terms, placesText } from './settings_terms.js';
import { askQuota, askRule, keepRules, whenWords } from './settings_rules.js';
import { TryIt } from './settings_try.js';

export const HANDLING = ['fragile', 'cold', 'liquid', 'dangerous', 'oversize'];
const SHOWN = 4; // places in a cell

export async function loadChoice(page) {
  const http = page.office.http;
  page.download = page.download || new Download(page.office);
  http.get('/api/v1/carriers').then((envelope) => { page.known = envelope.ok ? envelope.data.carriers : page.known; page.office.changed(); });
  http.get('/api/v1/shops').then((envelope) => { page.shops = envelope.ok ? envelope.data.items : page.shops; page.office.changed(); });
  loadCompared(page);
  return page.choice.take(http.get('/api/v1/carrier-choice'));
}

function loadCompared(page) {
  return page.compared.take(page.office.http.get('/api/v1/carriers/delivery-times', { by_province: page.byRegion || null }).then((envelope) => (envelope.ok ? Object.assign({}, envelope, { data: { items: envelope.data } }) : envelope)));
}

export function Choice({ page }) {
  return html`<${Shown} asked=${page.choice} onRetry=${() => loadChoice(page)}>${(data) => (page.sub ? html`<${Terms} key=${page.sub} page=${page} data=${data} code=${page.sub} onKept=${() => loadChoice(page)} />` : html`<${All} page=${page} data=${data} />`)}<//>`;
}

function All({ page, data }) {
  const boss = page.office.may(['supervisor']);
  return html`<div class="choosing">
    <section><${Head} title=${t('choice.terms')} hint=${t('choice.terms_hint')}>${boss && html`<${FileActs} page=${page} data=${data} />`}<//>
      <${Table} id="terms" label=${t('choice.terms')} columns=${termColumns(data)} rows=${data.terms} keyOf=${(one) => one.carrier} onOpen=${boss ? (one) => page.office.go('#/choice/' + encodeURIComponent(one.carrier)) : undefined} none=${html`<${Empty} icon="truck" text=${t('choice.none')} />`} /></section>
    <section><${Head} title=${t('choice.try')} /><${TryIt} page=${page} data=${data} /></section>
    <section><${Head} title=${t('choice.rules')} hint=${data.rules.length ? t('choice.rules_hint') : t('choice.no_rules')}>${boss && html`<${Act} id="new-rule" icon="many" label=${t('choice.new_rule')} onTap=${() => askRule(page, data, data.rules.length)} />`}<//>
      ${data.rules.length > 0 && html`<${Table} id="rules" label=${t('choice.rules')} columns=${ruleColumns(page, data, boss)} rows=${data.rules.map((one, at) => Object.assign({ at: at }, one))} keyOf=${(one) => one.at} onOpen=${boss ? (one) => askRule(page, data, one.at) : undefined} />`}</section>
    <section><${Head} title=${t('choice.quotas')} hint=${data.quotas.length ? t('choice.quotas_hint') : t('choice.no_quotas')}>${boss && html`<${Act} id="new-quota" icon="many" label=${t('choice.new_quota')} onTap=${() => askQuota(page, data, data.quotas.length)} />`}<//>
      ${data.quotas.length > 0 && html`<${Table} id="quotas" label=${t('choice.quotas')} columns=${quotaColumns(data)} rows=${data.quotas.map((one, at) => Object.assign({ at: at }, one))} keyOf=${(one) => one.at} onOpen=${boss ? (one) => askQuota(page, data, one.at) : undefined} />`}</section>
    <section><${Head} title=${t('choice.compared')}><${Choose} id="by-region" label=${t('choice.region')} value=${page.byRegion ? 'yes' : 'no'} choices=${[['no', t('choice.by_carrier')], ['yes', t('choice.by_region')]]} onChoose=${(way) => { page.byRegion = way === 'yes'; loadCompared(page); }} /><//>
      <${Shown} asked=${page.compared} onRetry=${() => loadCompared(page)}>${(found) => html`<${Table} id="compared" label=${t('choice.compared')} columns=${comparedColumns(page, data)} rows=${found.items} keyOf=${(one) => one.carrier + one.province} none=${html`<${Empty} icon="clock" text=${t('choice.compared_none')} />`} />`}<//></section></div>`;
}

export function Head({ title, hint, children }) {
  return html`<div class="choosing-head"><div><h2>${title}</h2>${hint && html`<p class="soft">${hint}</p>`}</div><div class="office-acts">${children}</div></div>`;
}

function FileActs({ page, data }) {
  const left = page.known ? page.known.filter((one) => !data.terms.some((each) => each.carrier === one.code)) : [];
  const add = (code) => code && page.office.go('#/choice/' + encodeURIComponent(code));
  const read = (event) => { const file = event.target.files[0]; event.target.value = ''; if (file) readPrices(page, file); };
  return html`${data.terms.length > 0 && html`<${Act} id="export-prices" icon="receive" label=${t('choice.export')} onTap=${() => page.download.plain('/api/v1/carrier-choice/prices.csv', {}, 'carrier-prices.csv')} /><label class="act choosing-file"><input id="price-file" type="file" accept=".csv,text/csv" onChange=${read} /><span>${t('choice.import')}</span></label>`}
    ${left.length > 0 && html`<select id="add-terms" class="office-input" aria-label=${t('choice.add')} value="" onChange=${(event) => add(event.target.value)}><option value="" selected>${t('choice.add')}…</option>${left.map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}</select>`}`;
}

async function readPrices(page, file) {
  const office = page.office;
  const envelope = await office.act('prices', () => upload(office, file), (answer) => ({ kind: answer.data.rejected ? 'warning' : 'ok', text: t('choice.imported', answer.data) }));
  if (!envelope.ok) return;
  envelope.data.rejects.slice(0, 3).forEach((one) => office.toast({ kind: 'stop', code: one.code, text: t('choice.line', { n: one.line, reason: one.reason }) }));
  loadChoice(page);
}

async function upload(office, file) {
  const headers = { Authorization: 'Bearer ' + office.shell.session.token, 'Accept-Language': locale().replace('_', '-'), 'Content-Type': 'text/csv', 'Idempotency-Key': uuid4() };
  try {
    const answer = await fetch('/api/v1/imports/carrier_prices', { method: 'POST', headers: headers, body: file });
    const json = await answer.json();
    if (answer.ok) return { ok: true, data: json, message: null };
    return { ok: false, data: {}, message: { code: json.code || 'http.' + answer.status, text: json.detail || json.title } };
  } catch (error) {
    return { ok: false, data: {}, message: { code: 'ui.link.no_server', text: t('link.no_server') } };
  }
}

function fewPlaces(places) {
  const named = placesText(places.slice(0, SHOWN));
  return places.length > SHOWN ? t('choice.and_more', { places: named, n: places.length - SHOWN }) : named;
}

function goesWords(one) {
  if (one.goes_to.length) return fewPlaces(one.goes_to) + (one.not_to.length ? ' · ' + t('choice.everywhere_but', { places: fewPlaces(one.not_to) }) : '');
  return one.not_to.length ? t('choice.everywhere_but', { places: fewPlaces(one.not_to) }) : t('choice.everywhere');
}

function limits(one) {
  return [one.cod ? t('choice.cod_yes') : t('choice.cod_no'), one.max_g && t('choice.up_to', { kg: one.max_g / 1000 }), one.cut_off && t('choice.cut_off_at', { time: one.cut_off }), one.reads.length && t('choice.masked_yes')].filter(Boolean);
}

function termColumns(data) {
  const least = (one) => Math.min(...one.prices.map((row) => Number(row.first_price))).toFixed(2);
  return [
    { key: 'place', label: '', number: true, render: (one) => one.place },
    { key: 'carrier', label: t('carriers.carrier'), render: (one) => html`<span class="office-two"><b>${one.name}</b><small class="office-code">${one.carrier}</small></span>` },
    { key: 'goes', label: t('choice.goes'), render: (one) => goesWords(one) },
    { key: 'takes', label: t('choice.limits'), render: (one) => html`<span class="people-posts">${!one.active && html`<${Tag} kind="warn">${t('choice.paused')}<//>`}${limits(one).map((word) => html`<${Tag} key=${word}>${word}<//>`)}${one.refuses.map((word) => html`<${Tag} key=${word} kind="bad">✕ ${say('waves_handling', word)}<//>`)}</span>` },
    { key: 'prices', label: t('choice.prices'), render: (one) => (one.prices.length ? t('choice.price_rows', { n: one.prices.length, price: least(one) + ' ' + data.currency }) : html`<span class="soft">${t('choice.no_prices')}</span>`) },
  ];
}

function ruleColumns(page, data, boss) {
  const up = (at) => { const rules = data.rules.slice(); rules.splice(at - 1, 0, rules.splice(at, 1)[0]); return keepRules(page, rules); };
  return [
    { key: 'nr', label: '', number: true, render: (one) => one.at + 1 },
    { key: 'name', label: t('choice.rule_name'), render: (one) => html`<span class="office-with"><b>${one.name}</b>${!one.active && html`<${Tag} kind="warn">${t('carriers.off')}<//>`}</span>` },
    { key: 'when', label: t('choice.when'), render: (one) => whenWords(one.conditions).join(' · ') || t('choice.always') },
    { key: 'then', label: t('choice.then'), render: (one) => html`<span class="office-two"><b>${say('choice_way', one.way)}</b><small>${one.carriers.length ? one.carriers.map((code) => nameOf(data, code)).join(', ') : t('choice.among_all')}</small></span>` },
    { key: 'act', label: '', render: (one) => boss && one.at > 0 && html`<${Act} id=${'up-' + one.at} label="▲" title=${t('choice.up')} onTap=${() => up(one.at)} />` },
  ];
}

export function nameOf(data, code) {
  const found = data.terms.find((one) => one.carrier === code);
  return found ? found.name : code;
}

function quotaColumns(data) {
  return [
    { key: 'carrier', label: t('carriers.carrier'), render: (one) => html`<b>${nameOf(data, one.carrier)}</b>` },
    { key: 'shop', label: t('choice.shop'), render: (one) => one.shop || t('choice.all_shops') },
    { key: 'used', label: t('choice.used'), render: (one) => html`<span class="choosing-used"><${Fill} share=${one.most ? one.used / one.most : 1} label=${t('choice.used_of', one)} /><span>${t('choice.used_of', one)}</span></span>` },
  ];
}

function comparedColumns(page, data) {
  const share = (part, of) => (of ? Math.round((100 * part) / of) + ' %' : '–');
  const days = (hours) => (hours === null ? '–' : t('choice.days', { n: (hours / 24).toFixed(1) }));
  const region = page.byRegion ? [{ key: 'to', label: t('choice.region'), render: (one) => one.province || '–' }] : [];
  return [{ key: 'carrier', label: t('carriers.carrier'), render: (one) => html`<b>${one.name}</b>` }].concat(region, [
    { key: 'parcels', label: t('choice.parcels'), number: true, render: (one) => one.parcels },
    { key: 'median', label: t('choice.median'), number: true, render: (one) => days(one.median_h) },
    { key: 'p90', label: t('choice.p90'), number: true, render: (one) => days(one.p90_h) },
    { key: 'late', label: t('choice.late_share'), number: true, render: (one) => share(one.late, one.parcels) },
    { key: 'trouble', label: t('choice.trouble_share'), number: true, render: (one) => share(one.troubled, one.parcels) },
    { key: 'cost', label: t('choice.cost'), number: true, render: (one) => (one.cost ? one.cost + ' ' + data.currency : '–') },
  ]);
}
