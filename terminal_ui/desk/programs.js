// Programs outside: where they are told what happens and how that goes, what they were told, the keys that they call us
// with, and the apps that speak 旺店通.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { say } from './format.js';
import { List } from './list.js';
import { Empty, Facts, Shown, Table, Tabs, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { openApp, openEndpoint, openKey, showSecret } from './programs_forms.js';
import { Ago, When } from './stock_cells.js';

const TABS = ['webhooks', 'log', 'keys', 'apps'];
const AGAIN_MS = 10000;
const STATE = { ok: 'good', busy: 'act', failing: 'bad', off: 'warn' };
const STATUS = { waiting: 'act', delivered: 'good', given_up: 'bad' };
const soft = html`<span class="soft">–</span>`;

export class ProgramsPage {
  constructor(office) {
    const draw = () => office.changed();
    this.office = office;
    this.tab = 'webhooks';
    this.hooks = new Asked(draw);
    this.keys = new Asked(draw);
    this.apps = new Asked(draw);
    this.message = new Asked(draw);
    this.shops = [];
    this.log = new List(office, {
      id: 'messages', at: '#/log', path: '/api/v1/webhook-messages', usual: { sort: 'id', down: 'true' },
      label: () => t('programs.log'), none: () => t('programs.log_none'), icon: 'world', open: (one) => this.openMessage(one),
      filters: () => [
        { name: 'order', kind: 'words', label: t('programs.order') },
        { name: 'endpoint_id', label: t('programs.endpoint'), choices: [['', t('programs.any')]].concat(this.endpoints.map((one) => [String(one.id), one.name])) },
        { name: 'status', label: t('programs.status'), choices: [['', t('programs.any')]].concat(Object.keys(STATUS).map((one) => [one, say('programs_status', one)])) },
        { name: 'event', label: t('programs.event'), choices: [['', t('programs.any')]].concat(this.events.map((one) => [one.name, one.name])) },
      ],
      columns: () => [
        { key: 'at', label: t('programs.at'), render: (one) => html`<span class="nowrap"><${Ago} at=${one.at} /></span>` },
        { key: 'endpoint', label: t('programs.endpoint'), render: (one) => one.endpoint },
        { key: 'event', label: t('programs.event'), render: (one) => html`<span class="office-two"><b class="office-code">${one.event}</b><small>${one.about}</small></span>` },
        { key: 'status', label: t('programs.status'), render: (one) => html`<${Tag} kind=${STATUS[one.status]}>${say('programs_status', one.status)}<//>` },
        { key: 'tries', label: t('programs.tries'), number: true, render: (one) => one.tries },
        { key: 'answered', label: t('programs.answered'), number: true, render: (one) => (one.answered === null ? (one.tries ? t('programs.no_answer') : soft) : one.answered) },
        { key: 'latency_ms', label: t('programs.latency'), number: true, render: (one) => (one.latency_ms === null ? soft : one.latency_ms) },
        { key: 'answer', label: t('programs.answer'), render: (one) => html`<span class="programs-answer">${one.answer}</span>` },
      ],
    });
    const timer = setInterval(() => (office.shell.flow === office ? this.look() : clearInterval(timer)), AGAIN_MS);
  }

  get list() {
    return this.tab === 'log' ? this.log : null;
  }

  get endpoints() {
    return this.hooks.data ? this.hooks.data.items : [];
  }

  get events() {
    return this.hooks.data ? this.hooks.data.events : [];
  }

  get maySet() {
    return this.office.may([]);
  }

  routed(route) {
    this.tab = TABS.indexOf(route.path[0]) >= 0 ? route.path[0] : 'webhooks';
    if (this.tab === 'log') this.log.enter(route.query);
    return this.load();
  }

  load() {
    const http = this.office.http;
    if (this.tab === 'keys' && this.maySet) return this.keys.take(http.get('/api/v1/api-keys'));
    if (this.tab === 'apps') {
      this._shops();
      return this.apps.take(http.get('/api/v1/dialect-apps'));
    }
    return this.hooks.take(http.get('/api/v1/webhooks'));
  }

  /** What changes by itself is asked for again without a word. */
  look() {
    if (this.tab === 'log') this.log.look();
    else if (this.tab === 'webhooks' && this.hooks.data) this.hooks.renew(this.office.http.get('/api/v1/webhooks'));
  }

  async _shops() {
    const envelope = await this.office.http.get('/api/v1/shops');
    if (envelope.ok) this.shops = envelope.data.items;
    this.office.changed();
  }

  /** Carry out a change, say `said` of it, and show what came of it. Returns the envelope. */
  async act(key, method, path, body, said) {
    const envelope = await this.office.act(key, () => this.office.http.change(method, '/api/v1' + path, body), (done) => (said ? { text: said(done.data) } : null));
    if (envelope.ok) {
      if (this.tab === 'log') this.log.load();
      else this.load();
    }
    return envelope;
  }

  open(one) {
    this.office.openDrawer({ id: 'endpoint', wide: true, title: one.name, body: () => html`<${OneEndpoint} page=${this} id=${one.id} />` });
  }

  openMessage(one) {
    this.message.take(this.office.http.get('/api/v1/webhook-messages/' + one.id), true);
    this.office.openDrawer({ id: 'message', wide: true, title: one.event, body: () => html`<${Shown} asked=${this.message} onRetry=${() => this.openMessage(one)}>${(data) => html`<${OneMessage} page=${this} one=${data} />`}<//>` });
  }

  body() {
    const tabs = TABS.filter((one) => one !== 'keys' || this.maySet).map((one) => [one, say('programs_tab', one), '#/' + one]);
    return html`<div class="stock"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.tab} choices=${tabs} />${this._tools()}</div>${this._inside()}</div>`;
  }

  _tools() {
    if (this.tab === 'log') return this.log.tools();
    if (!this.maySet) return '';
    const make = { webhooks: ['programs.add', () => openEndpoint(this, null)], keys: ['programs.key_add', () => openKey(this)], apps: ['programs.app_add', () => openApp(this, null)] }[this.tab];
    return html`<div class="office-tools"><${Act} id="program-add" kind="primary" icon="world" label=${t(make[0])} onTap=${make[1]} /></div>`;
  }

  _inside() {
    const retry = () => this.load();
    if (this.tab === 'log') return this.log.body();
    if (this.tab === 'keys') return html`<${Shown} asked=${this.keys} onRetry=${retry}>${(data) => html`<${Keys} page=${this} rows=${data.items} />`}<//>`;
    if (this.tab === 'apps') return html`<${Shown} asked=${this.apps} onRetry=${retry}>${(data) => html`<${Apps} page=${this} rows=${data.items} />`}<//>`;
    return html`<${Shown} asked=${this.hooks} onRetry=${retry}>${(data) => html`<${Endpoints} page=${this} rows=${data.items} />`}<//>`;
  }
}

function Endpoints({ page, rows }) {
  const columns = [
    { key: 'name', label: t('programs.name'), render: (one) => html`<span class="office-two"><b>${one.name}</b><small>${one.url}</small></span>` },
    { key: 'state', label: t('programs.state'), render: (one) => html`<span data-state=${one.state}><${Tag} kind=${STATE[one.state]} title=${one.off_why && say('programs_off', one.off_why)}>${say('programs_state', one.state)}<//></span>` },
    { key: 'events', label: t('programs.events'), number: true, render: (one) => html`<span title=${one.events.join(', ')}>${one.events.length}</span>` },
    { key: 'waiting', label: t('programs.waiting'), number: true, render: (one) => (one.waiting ? html`<span class="office-two"><b>${one.waiting}</b><small><${Ago} at=${one.oldest_at} /></small></span>` : soft) },
    { key: 'delivered', label: t('programs.delivered'), render: (one) => (one.delivered_at ? html`<${Ago} at=${one.delivered_at} />` : soft) },
    { key: 'error', label: t('programs.error'), render: (one) => (one.error ? html`<span class="office-two"><span>${one.error}</span><small><${Ago} at=${one.error_at} /></small></span>` : soft) },
  ];
  return html`<${Table} id="endpoints" label=${say('programs_tab', 'webhooks')} columns=${columns} rows=${rows} keyOf=${(one) => one.id} onOpen=${(one) => page.open(one)} none=${html`<${Empty} icon="world" text=${t('programs.none')} />`} />`;
}

function OneEndpoint({ page, id }) {
  const one = page.endpoints.find((each) => each.id === id);
  if (!one) return '';
  const path = '/webhooks/' + id;
  const busy = page.office.working;
  const renew = async () => {
    const envelope = await page.act('renew', 'POST', path + '/secret', {});
    if (envelope.ok) showSecret(page, one.name, [[t('programs.secret'), envelope.data.secret]]);
  };
  const remove = async () => {
    const envelope = await page.act('remove', 'DELETE', path, undefined, () => t('programs.removed', { name: one.name }));
    if (envelope.ok) page.office.panel = page.office.drawer = null;
    page.office.changed();
  };
  const sure = () => page.office.openPanel({ id: 'sure', title: t('programs.remove'), body: () => html`<p>${t('programs.remove_sure', { name: one.name })}</p>`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => page.office.close()} /><${Act} id="remove-yes" kind="stop" icon="cross" label=${t('programs.remove')} busy=${busy.remove} onTap=${remove} />` });
  const failed = () => page.act('again', 'POST', path + '/again', { since: one.made_at, until: new Date().toISOString(), failed: true }, (data) => t('programs.sent_again', { n: data.messages }));
  return html`<p class="order-state"><${Tag} kind=${STATE[one.state]}>${say('programs_state', one.state)}<//><span>${one.off_why && say('programs_off', one.off_why)}</span></p>
    <${Facts} rows=${[
      [t('programs.url'), one.url], [t('programs.personal'), one.personal ? t('programs.whole') : t('programs.masked')], [t('programs.waiting'), one.waiting],
      [t('programs.delivered'), one.delivered_at && html`<${When} at=${one.delivered_at} />`], [t('programs.next'), one.state === 'failing' && html`<${When} at=${one.next_at} />`],
      [t('programs.error'), one.error], [t('programs.old_secret'), one.old_secret_until && html`<${When} at=${one.old_secret_until} />`], [t('programs.made_by'), one.made_by],
    ]} />
    <p class="programs-events">${one.events.map((name) => html`<${Tag} key=${name}>${name}<//>`)}</p>
    <div class="acts">${one.active && html`<${Act} id="hook-test" kind="primary" icon="world" label=${t('programs.test')} busy=${busy.test} onTap=${() => page.act('test', 'POST', path + '/test', {}, () => t('programs.tested'))} />`}
      <${Act} id="hook-failed" icon="again" label=${t('programs.again_failed')} busy=${busy.again} onTap=${failed} />
      <${Act} id="hook-switch" icon="power" label=${t(one.active ? 'programs.off' : 'programs.on')} title=${one.active ? t('programs.off_hint') : ''} busy=${busy.switch} onTap=${() => page.act('switch', 'PUT', path + '/active', { active: !one.active })} />
      ${page.maySet && html`<${Act} id="hook-edit" icon="settings" label=${t('programs.edit')} onTap=${() => openEndpoint(page, one)} /><${Act} id="hook-renew" icon="again" label=${t('programs.renew')} busy=${busy.renew} onTap=${renew} /><${Act} id="hook-remove" icon="cross" label=${t('programs.remove')} onTap=${sure} />`}</div>
    <p class="programs-log"><a href=${'#/log?endpoint_id=' + id}>${t('programs.log')}</a></p>`;
}

function OneMessage({ page, one }) {
  const again = async () => {
    const envelope = await page.act('message', 'POST', '/webhook-messages/again', { ids: [one.id] }, (data) => t('programs.sent_again', { n: data.messages }));
    if (envelope.ok) page.openMessage(one);
  };
  return html`<p class="order-state"><${Tag} kind=${STATUS[one.status]}>${say('programs_status', one.status)}<//><span>${one.endpoint}</span></p>
    <${Facts} rows=${[
      [t('programs.at'), html`<${When} at=${one.at} />`], [t('programs.about'), one.about], [t('programs.event_id'), html`<span class="office-code">${one.uid}</span>`], [t('programs.tries'), one.tries],
      [t('programs.tried'), one.tried_at && html`<${When} at=${one.tried_at} />`], [t('programs.answered'), one.answered === null ? (one.tries ? t('programs.no_answer') : '') : one.answered], [t('programs.answer'), one.answer],
    ]} />
    <div class="acts"><${Act} id="message-again" kind="primary" icon="again" label=${t('programs.again')} busy=${page.office.working.message} onTap=${again} /></div>
    <h3>${t('programs.body')}</h3><pre class="programs-body" tabindex="0">${JSON.stringify(one.body, null, 2)}</pre>`;
}

function Keys({ page, rows }) {
  const columns = [
    { key: 'id', label: t('programs.key_no'), number: true, render: (one) => one.id },
    { key: 'name', label: t('programs.name'), render: (one) => html`<b>${one.name}</b>` },
    { key: 'post', label: t('programs.post'), render: (one) => say('programs_post', one.post) },
    { key: 'signs', label: t('programs.signs'), render: (one) => (one.signs ? html`<${Tag} kind="good">${t('programs.signs')}<//>` : t('programs.sent_along')) },
    { key: 'made', label: t('programs.made_at'), render: (one) => html`<${Ago} at=${one.created_at} />` },
    { key: 'active', label: t('programs.state'), render: (one) => html`<${Tag} kind=${one.active ? 'good' : 'warn'}>${one.active ? t('programs.good') : say('programs_state', 'off')}<//>` },
    { key: 'act', label: '', render: (one) => html`<${Act} id=${'key-' + one.id} icon="power" label=${t(one.active ? 'programs.off' : 'programs.on')} busy=${page.office.working['key' + one.id]} onTap=${() => page.act('key' + one.id, 'PATCH', '/api-keys/' + one.id, { active: !one.active })} />` },
  ];
  return html`<${Table} id="api-keys" label=${say('programs_tab', 'keys')} columns=${columns} rows=${rows} keyOf=${(one) => one.id} none=${html`<${Empty} icon="power" text=${t('programs.key_none')} />`} />`;
}

function Apps({ page, rows }) {
  const renew = async (one) => {
    const envelope = await page.act('app' + one.id, 'POST', '/dialect-apps/' + one.id + '/secret', {});
    if (envelope.ok) showSecret(page, one.name, [['appsecret', envelope.data.secret]]);
  };
  const columns = [
    { key: 'name', label: t('programs.name'), render: (one) => html`<b>${one.name}</b>` },
    { key: 'sid', label: t('programs.sid'), render: (one) => html`<span class="office-two"><b class="office-code">${one.sid}</b><small class="office-code">${one.app_key}</small></span>` },
    { key: 'shops', label: t('programs.shops'), render: (one) => one.shops.join(', ') },
    { key: 'used', label: t('programs.used_at'), render: (one) => (one.used_at ? html`<${Ago} at=${one.used_at} />` : soft) },
    { key: 'active', label: t('programs.state'), render: (one) => html`<${Tag} kind=${one.active ? 'good' : 'warn'}>${one.active ? t('programs.good') : say('programs_state', 'off')}<//>` },
    { key: 'act', label: '', render: (one) => page.maySet && html`<span class="acts"><${Act} id=${'app-edit-' + one.id} icon="settings" label=${t('programs.edit')} onTap=${() => openApp(page, one)} /><${Act} id=${'app-renew-' + one.id} icon="again" label=${t('programs.renew')} busy=${page.office.working['app' + one.id]} onTap=${() => renew(one)} /></span>` },
  ];
  return html`<p class="soft programs-door">${t('programs.gateway')}: <b class="office-code">${location.origin + '/openapi2/'}</b></p><${Table} id="apps" label=${say('programs_tab', 'apps')} columns=${columns} rows=${rows} keyOf=${(one) => one.id} none=${html`<${Empty} icon="world" text=${t('programs.app_none')} />`} />`;
}
