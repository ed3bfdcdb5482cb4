// Print agents: programs beside printers that the service does not reach. Which there are, a code for a new one, shutting out.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Empty, Field, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { Ago } from './stock_cells.js';

const AWAY_MS = 30000; // an agent asks for work at least this often

export function Agents({ page, agents }) {
  const columns = [
    { key: 'name', label: t('printers.agent_name'), render: (one) => html`<b>${one.name}</b>` },
    { key: 'station', label: t('printers.station'), render: (one) => html`<span class="office-code">${one.station}</span>` },
    { key: 'state', label: t('printers.state'), render: (one) => html`<${State} one=${one} />` },
    { key: 'printers', label: say('printers_tab', 'printers'), render: (one) => one.printers.join(', ') || html`<span class="soft">–</span>` },
    { key: 'scale', label: t('printers.agent_scale'), render: (one) => (one.scale ? t('printers.agent_scale_on') : html`<span class="soft">–</span>`) },
    { key: 'version', label: t('printers.agent_version'), render: (one) => html`<span class="office-code">${one.version}</span>` },
    { key: 'act', label: '', render: (one) => page.boss && html`<${Revoke} page=${page} one=${one} />` },
  ];
  return html`<p class="soft printers-lead">${t('printers.agents_hint')}</p><${Table} id="agents" label=${say('printers_tab', 'agents')} columns=${columns} rows=${agents} keyOf=${(one) => one.id}
    none=${html`<${Empty} icon="printer" text=${t('printers.agents_none')} />`} />`;
}

function Revoke({ page, one }) {
  const [sure, setSure] = useState(false);
  const revoke = () => {
    if (!sure) return setSure(true);
    return page.change('agent-' + one.id, 'DELETE', '/print-agents/' + one.id, {}, () => ({ text: t('printers.agent_revoked', { name: one.name }) }));
  };
  return html`<${Act} id=${'revoke-' + one.id} icon="cross" sure=${sure} label=${t(sure ? 'people.sure' : 'printers.agent_revoke')} busy=${page.office.working['agent-' + one.id]} onTap=${revoke} />`;
}

function State({ one }) {
  if (!one.enrolled) return html`<${Tag} kind="warn">${t('printers.agent_waits')}<//>`;
  const away = !one.seen_at || Date.now() - Date.parse(one.seen_at) > AWAY_MS;
  if (!away) return html`<${Tag} kind="good">${t('printers.agent_there')}<//>`;
  return html`<span class="office-two"><${Tag} kind="bad">${t('printers.agent_away')}<//><small><${Ago} at=${one.seen_at} /></small></span>`;
}

/** Let a new agent in: for which station, then the code that is typed at the machine beside it. */
export async function openAgent(page) {
  const office = page.office;
  const setup = await office.http.get('/api/v1/printer-setup');
  if (!setup.ok) return office.toast({ kind: 'stop', code: setup.message.code, text: setup.message.text });
  const stations = setup.data.stations;
  const state = { station: stations.length ? stations[0].code : '', name: '', code: '' };
  const set = (name) => (event) => { state[name] = event.target.value; office.changed(); };
  const ready = () => Boolean(state.station && state.name.trim());
  const ask = async (event) => {
    if (event) event.preventDefault();
    if (!ready() || office.working.agent) return;
    const answer = await page.change('agent', 'POST', '/print-agents', { station: state.station, name: state.name.trim() }, () => undefined);
    if (answer.ok) state.code = answer.data.code;
    office.changed();
  };
  return office.openPanel({
    id: 'agent', title: t('printers.agent_new'),
    body: () => (state.code ? html`<div class="printers-test"><p>${t('printers.agent_code_hint')}</p><p class="printers-code" id="agent-code">${state.code}</p><p class="office-code printers-command">wms-agent enrol ${location.origin} ${state.code}</p><p class="soft">${t('printers.agent_code_until')}</p></div>`
      : !stations.length ? html`<${Empty} icon="place" text=${t('printers.no_stations')} />`
        : html`<form class="office-form printers-form" onSubmit=${ask}><p class="soft">${t('printers.agents_hint')}</p>
      <${Field} label=${t('printers.station')}><select id="agent-station" value=${state.station} onChange=${set('station')}>${stations.map((one) => html`<option key=${one.code} value=${one.code} selected=${one.code === state.station}>${one.code} · ${one.name}</option>`)}</select><//>
      <${Field} label=${t('printers.agent_name')} hint=${t('printers.agent_name_hint')}><input id="agent-name" maxlength="60" autocomplete="off" value=${state.name} onInput=${set('name')} /><//>
      <button type="submit" class="unseen" tabindex="-1" aria-hidden="true"></button></form>`),
    foot: () => (state.code ? html`<${Act} id="agent-done" kind="primary" icon="check" label=${t('printers.agent_done')} onTap=${() => office.close()} />`
      : html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="agent-ask" kind="primary" icon="next" label=${t('printers.agent_ask')} busy=${!ready() || Boolean(office.working.agent)} onTap=${ask} />`),
  });
}
