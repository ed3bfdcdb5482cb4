// The page of people: who is at work and what their devices show, who works here and in which post, the devices that they use, and the record of shifts.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { say, span } from './format.js';
import { List } from './list.js';
import { Tabs, Tag } from './office_parts.js';
import { DeviceTools, deviceList } from './people_devices.js';
import { Floor, FloorList } from './people_floor.js';
import { peopleList } from './people_persons.js';
import { When } from './stock_cells.js';

const TABS = ['floor', 'people', 'devices', 'shifts'];

export class PeoplePage {
  constructor(office) {
    this.office = office;
    this.tab = 'floor';
    this.unenrolled = null;
    this.floor = new FloorList(office);
    this.lists = { people: peopleList(this), devices: deviceList(this), shifts: shiftList(this) };
  }

  /** The list that is shown, of those that stand in the address. */
  get list() {
    return this.lists[this.tab];
  }

  /** Supervisors see who is at work and who worked when; what people may is for administrators. */
  get tabs() {
    return this.office.may([]) ? TABS : ['floor', 'shifts'];
  }

  async routed(route) {
    this.tab = this.tabs.indexOf(route.path[0]) >= 0 ? route.path[0] : this.tabs[0];
    this.floor.leave();
    if (this.tab === 'floor') return this.floor.look(route.query.person);
    this.list.enter(route.query);
    if (this.tab !== 'devices') return;
    const envelope = await this.office.http.get('/api/v1/devices/settings');
    if (envelope.ok) this.unenrolled = envelope.data.unenrolled;
    this.office.changed();
  }

  /** Carry out a change; the list shows what came of it. Returns the envelope. */
  async act(key, method, path, body, said) {
    const envelope = await this.office.act(key, () => this.office.http.change(method, path, body), () => ({ text: said }));
    if (envelope.ok) this.list.load();
    return envelope;
  }

  body() {
    return html`<div class="stock people-page"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value=${this.tab} choices=${this.tabs.map((one) => [one, say('people_tab', one), '#/' + one])} />${this.list && this.list.tools()}</div>
      ${this.tab === 'devices' && html`<div class="office-tools"><${DeviceTools} page=${this} /></div>`}
      ${this.list ? this.list.body() : html`<${Floor} page=${this} rows=${this.floor} />`}</div>`;
  }
}

const HOW = { signed_out: '', sent_home: 'warn', idle: '', expired: '', posts: 'act', pin: 'act', deactivated: 'warn', revoked: 'bad', locked: 'bad' };

function shiftList(page) {
  return new List(page.office, {
    id: 'shifts', at: '#/shifts', path: '/api/v1/shifts', icon: 'clock', usual: { sort: 'id', down: 'true' },
    label: () => say('people_tab', 'shifts'), none: () => t('people.no_shifts'), columns: shiftColumns,
    filters: () => [{ kind: 'words', name: 'q', label: t('people.search') }],
  });
}

function shiftColumns() {
  return [
    { key: 'person', label: t('stock.person'), render: (one) => html`<span class="office-two"><b>${one.person}</b><small>${one.badge}</small></span>` },
    { key: 'device', label: t('people.device'), render: (one) => html`${one.device} ${one.enrolled && html`<${Tag} kind="good">${t('people.enrolled')}<//>`}` },
    { key: 'station', label: t('people.station'), render: (one) => one.station || html`<span class="soft">–</span>` },
    { key: 'begun', label: t('people.begun'), render: (one) => html`<${When} at=${one.begun_at} />` },
    { key: 'ended', label: t('people.ended'), render: (one) => (one.ended_at ? html`<${When} at=${one.ended_at} />` : html`<span class="soft">–</span>`) },
    { key: 'length', label: t('people.length'), number: true, render: (one) => span((one.ended_at ? Date.parse(one.ended_at) : Date.now()) - Date.parse(one.begun_at)) },
    { key: 'how', label: t('people.how'), render: (one) => (one.how ? html`<${Tag} kind=${HOW[one.how]}>${say('people_how', one.how)}<//>` : html`<${Tag} kind="act">${t('people.works')}<//>`) },
  ];
}
