// The devices of a warehouse: a code for a new one, those that are enrolled, and which may sign in at all.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { List } from './list.js';
import { Tag } from './office_parts.js';
import { Act } from './parts.js';
import { Ago, When, when } from './stock_cells.js';

const STATUS = { active: 'good', locked: 'warn', revoked: 'bad' };
const LOOK_MS = 3000;
const QUIET_ZONE = 4; // modules all around, without which nothing reads the code

export function DeviceTools({ page }) {
  const [name, setName] = useState('');
  const make = async (event) => {
    if (event) event.preventDefault();
    if (await showCode(page, name.trim())) setName('');
  };
  const flip = (event) => {
    const wanted = event.target.checked;
    event.target.checked = page.unenrolled; // until the server has agreed
    return letUnenrolled(page, wanted);
  };
  return html`<form class="office-tools" onSubmit=${make}><input class="office-input" id="code-name" aria-label=${t('people.device_name')} placeholder=${t('people.device_name')} value=${name} maxlength="80" autocomplete="off" onInput=${(event) => setName(event.target.value)} />
      <${Act} id="code-new" kind="primary" icon="receive" label=${t('people.enrol')} busy=${Boolean(page.office.working.code)} onTap=${make} /></form>
    ${page.unenrolled !== null && html`<label class="people-setting"><input type="checkbox" id="unenrolled" checked=${page.unenrolled} onChange=${flip} />${t('people.unenrolled')}</label>`}`;
}

async function letUnenrolled(page, wanted) {
  const office = page.office;
  const put = () => office.http.change('PUT', '/api/v1/devices/settings', { unenrolled: wanted });
  const envelope = await office.act('setting', put, () => ({ text: say('people_done', wanted ? 'unenrolled' : 'enrolled_only') }));
  if (envelope.ok) page.unenrolled = wanted;
  office.changed();
}

/** Ask for a code and show it until a device has taken it, its time is up, or it is put away. */
async function showCode(page, name) {
  const office = page.office;
  const newest = async () => {
    const envelope = await office.http.get('/api/v1/devices', { limit: 1 });
    return envelope.ok ? (envelope.data.items[0] || { id: 0 }) : null;
  };
  const before = await newest();
  const envelope = await office.act('code', () => office.http.change('POST', '/api/v1/devices/codes', { name: name }));
  if (!envelope.ok) return false;
  const code = envelope.data;
  let watch = null;
  const look = async () => {
    const now = await newest();
    if (now && before && now.id > before.id) {
      office.close();
      office.toast({ kind: 'ok', text: say('people_done', 'enrolled', { name: now.name }) });
      page.lists.devices.load();
    } else if (Date.now() > Date.parse(code.expires_at)) office.close();
  };
  office.openPanel({ id: 'code', title: t('people.enrol'), body: () => html`<${Code} code=${code} />`, closed: () => clearInterval(watch) });
  watch = setInterval(look, LOOK_MS);
  return true;
}

function Code({ code }) {
  return html`<div class="people-code"><${Qr} rows=${code.qr} label=${code.url} />
    <div><p>${t('people.code_hint')}</p><b id="code">${code.code}</b><p class="soft">${t('people.code_until', { at: when(code.expires_at) })}</p></div></div>`;
}

function Qr({ rows, label }) {
  const size = rows.length + 2 * QUIET_ZONE;
  const dark = rows.map((row, y) => Array.from(row, (one, x) => (one === '1' ? 'M' + (x + QUIET_ZONE) + ' ' + (y + QUIET_ZONE) + 'h1v1h-1z' : '')).join('')).join('');
  return html`<svg id="qr" viewBox=${'0 0 ' + size + ' ' + size} role="img" aria-label=${label} shape-rendering="crispEdges"><path fill="#000" d=${dark} /></svg>`;
}

export function deviceList(page) {
  return new List(page.office, {
    id: 'devices', at: '#/devices', path: '/api/v1/devices', icon: 'receive', usual: { sort: 'id', down: 'true' },
    label: () => say('people_tab', 'devices'), none: () => t('people.no_devices'), columns: () => columns(page),
    filters: () => [{ kind: 'words', name: 'q', label: t('people.device_name') }, { name: 'status', label: t('people.state'), choices: [['', t('stock.any')]].concat(Object.keys(STATUS).map((one) => [one, say('people_device', one)])) }],
  });
}

/** Open it, or revoke it by two presses. */
function DeviceActs({ one, page }) {
  const [sure, setSure] = useState(false);
  const revoke = () => {
    if (!sure) return setSure(true);
    setSure(false);
    return page.act('device' + one.id, 'POST', '/api/v1/devices/' + one.id + '/revoke', {}, say('people_done', page.unenrolled ? 'revoked_open' : 'revoked', { name: one.name }));
  };
  const open = () => page.act('device' + one.id, 'POST', '/api/v1/devices/' + one.id + '/open', {}, say('people_done', 'opened', { name: one.name }));
  return html`<span class="office-acts">${one.status === 'locked' && html`<${Act} id=${'open-' + one.id} kind="strong" icon="again" label=${t('people.open')} busy=${page.office.working['device' + one.id]} onTap=${open} />`}
    ${one.status !== 'revoked' && html`<${Act} id=${'revoke-' + one.id} icon="cross" sure=${sure} label=${sure ? t('people.sure') : t('people.revoke')} busy=${page.office.working['device' + one.id]} onTap=${revoke} />`}</span>`;
}

function columns(page) {
  return [
    { key: 'name', label: t('people.device'), sort: true, render: (one) => html`<b>${one.name}</b>` },
    { key: 'status', label: t('people.state'), render: (one) => html`<span class="office-two"><${Tag} kind=${STATUS[one.status]}>${say('people_device', one.status)}<//>${one.status !== 'active' && html`<small><${When} at=${one.changed_at} /></small>`}</span>` },
    { key: 'enrolled', label: t('people.enrolled_at'), render: (one) => html`<span class="office-two"><span><${When} at=${one.enrolled_at} /></span><small>${one.enrolled_by}</small></span>` },
    { key: 'person', label: t('people.last_by'), render: (one) => one.person || html`<span class="soft">–</span>` },
    { key: 'seen', label: t('people.seen'), render: (one) => html`<${Ago} at=${one.seen_at} />` },
    { key: 'act', label: '', render: (one) => html`<${DeviceActs} one=${one} page=${page} />` },
  ];
}
