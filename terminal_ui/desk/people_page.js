// The page of people: who works here and in which post, the devices that they use, and the record of shifts.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Rows } from './ask.js';
import { say, span } from './format.js';
import { Empty, Table, Tabs, Tag } from './office_parts.js';
import { DeviceTools, Devices } from './people_devices.js';
import { People, PeopleTools } from './people_persons.js';
import { When } from './stock_cells.js';

const TABS = ['people', 'devices', 'shifts'];
const LIMIT = 60;

export class PeoplePage {
  constructor(office) {
    this.office = office;
    this.tab = 'people';
    this.q = '';
    this.unenrolled = null;
    const rows = (path, query) => new Rows(() => office.changed(), (cursor) => office.http.get(path, Object.assign({ cursor: cursor, limit: LIMIT }, query())));
    this.lists = {
      people: rows('/api/v1/people', () => ({ q: this.q })),
      devices: rows('/api/v1/devices', () => ({})),
      shifts: rows('/api/v1/shifts', () => ({ person: this.office.route.query.person })),
    };
  }

  /** Supervisors see who worked when; what people may is for administrators. */
  get tabs() {
    return this.office.may([]) ? TABS : ['shifts'];
  }

  async routed(route) {
    this.tab = this.tabs.indexOf(route.path[0]) >= 0 ? route.path[0] : this.tabs[0];
    this.lists[this.tab].first();
    if (this.tab !== 'devices') return;
    const envelope = await this.office.http.get('/api/v1/devices/settings');
    if (envelope.ok) this.unenrolled = envelope.data.unenrolled;
    this.office.changed();
  }

  search(q) {
    this.q = q;
    this.lists.people.first();
  }

  /** Carry out a change; the list shows what came of it. Returns the envelope. */
  async act(key, method, path, body, said) {
    const envelope = await this.office.act(key, () => this.office.http.change(method, path, body), () => ({ text: said }));
    if (envelope.ok) this.lists[this.tab].first();
    return envelope;
  }

  body() {
    const tools = { people: PeopleTools, devices: DeviceTools }[this.tab];
    const list = { people: People, devices: Devices, shifts: Shifts }[this.tab];
    return html`<div class="stock people-page"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.tab} choices=${this.tabs.map((one) => [one, say('people_tab', one), '#/' + one])} /></div>
      ${tools && html`<div class="office-tools"><${tools} page=${this} /></div>`}
      <${list} page=${this} rows=${this.lists[this.tab]} /></div>`;
  }
}

const HOW = { signed_out: '', idle: '', expired: '', posts: 'act', pin: 'act', deactivated: 'warn', revoked: 'bad', locked: 'bad' };

function Shifts({ rows }) {
  const columns = [
    { key: 'person', label: t('stock.person'), render: (one) => html`<span class="office-two"><b>${one.person}</b><small>${one.badge}</small></span>` },
    { key: 'device', label: t('people.device'), render: (one) => html`${one.device} ${one.enrolled && html`<${Tag} kind="good">${t('people.enrolled')}<//>`}` },
    { key: 'station', label: t('people.station'), render: (one) => one.station || html`<span class="soft">–</span>` },
    { key: 'begun', label: t('people.begun'), render: (one) => html`<${When} at=${one.begun_at} />` },
    { key: 'ended', label: t('people.ended'), render: (one) => (one.ended_at ? html`<${When} at=${one.ended_at} />` : html`<span class="soft">–</span>`) },
    { key: 'length', label: t('people.length'), number: true, render: (one) => span((one.ended_at ? Date.parse(one.ended_at) : Date.now()) - Date.parse(one.begun_at)) },
    { key: 'how', label: t('people.how'), render: (one) => (one.how ? html`<${Tag} kind=${HOW[one.how]}>${say('people_how', one.how)}<//>` : html`<${Tag} kind="act">${t('people.works')}<//>`) },
  ];
  return html`<${Table} id="shifts" label=${say('people_tab', 'shifts')} columns=${columns} rows=${rows} keyOf=${(one) => one.id} none=${html`<${Empty} icon="clock" text=${t('people.no_shifts')} />`} />`;
}
