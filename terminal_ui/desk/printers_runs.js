// Runs of labels in an order that counts: how far each is, stopped, gone on with, and the one question when it halts.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { whatToDo } from '../parts/printers.js';
import { count, say } from './format.js';
import { Empty, Field, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { PrintQuestion } from './print_question.js';
import { When } from './stock_cells.js';
import { One } from './wave_fields.js';

const STATE = { making: 'act', printing: 'act', stopped: 'warn', done: 'good' };

export function Runs({ page, runs }) {
  if (!runs.length) return html`<${Empty} icon="printer" text=${t('printers.no_runs')} />`;
  return html`<ul class="printers-runs" tabindex="0" aria-label=${say('printers_tab', 'runs')}>${runs.map((run) => html`<${Run} key=${run.id} page=${page} run=${run} />`)}</ul>`;
}

function Run({ page, run }) {
  const busy = Boolean(page.office.working['run-' + run.id]);
  const act = (what) => page.change('run-' + run.id, 'POST', '/print-runs/' + run.id + '/' + what);
  const share = (n) => (100 * n) / run.labels + '%';
  const going = run.state === 'making' || run.state === 'printing';
  const others = [['doubt', run.doubt], ['failed', run.failed], ['skipped', run.skipped]].filter((one) => one[1]);
  return html`<li class="orders-card printers-run" data-run=${run.id} data-state=${run.state} data-out=${run.out}>
    <p class="run-head"><b>${t('printers.run_of', { wave: run.title })} · ${say('printers_way', run.way)}</b><span><${Tag} kind=${STATE[run.state]}>${say('printers_run', run.state)}<//> <${When} at=${run.asked_at} /></span></p>
    <div class="run-bar" role="progressbar" aria-valuemin="0" aria-valuemax=${run.labels} aria-valuenow=${run.out} aria-label=${t('printers.run_of', { wave: run.title })}><i class="run-done" style=${{ width: share(run.out + run.skipped) }}></i><i class="run-lost" style=${{ width: share(run.doubt + run.failed) }}></i></div>
    <p class="run-words"><span><b>${t('printers.run_out', { n: count(run.out), of: count(run.labels) })}</b>${run.next ? ' · ' + t('printers.run_next', { n: run.next }) : ''}${others.map(([name, n]) => ' · ' + t('printers.run_' + name, { n: n }))}</span><span>${run.printer || run.station}</span></p>
    ${going && run.reason && html`<p class="run-stop"><${Icon} name="warning" size=${15} />${run.reason.split(', ').map(whatToDo).join(' ')}</p>`}
    ${run.void.length > 0 && html`<p class="run-stop" data-void=${run.void.length}><${Icon} name="erase" size=${15} />${t('printers.run_void', { codes: run.void.map((one) => one.place + ' · ' + one.code).join(', ') })}</p>`}
    ${run.doubts.map((one) => html`<${PrintQuestion} key=${one.job_id} one=${one} yes=${t('printers.run_yes')} no=${t('printers.run_no')} busy=${busy} onAnswer=${(out) => page.change('run-' + run.id, 'POST', '/print-jobs/' + one.job_id + '/came-out', { came_out: out })} />`)}
    ${run.state !== 'done' && !run.doubts.length && html`<div class="acts">${going ? html`<${Act} id=${'stop-' + run.id} icon="cross" label=${t('printers.run_stop')} busy=${busy} onTap=${() => act('stop')} />`
    : html`<${Act} id=${'resume-' + run.id} kind="primary" icon="next" label=${t('printers.run_resume', { n: run.next })} busy=${busy} onTap=${() => act('resume')} />`}</div>`}
  </li>`;
}

/** Ask for the waybills of a wave: where, and in which order. */
export async function askWaybills(office, wave) {
  const envelope = await office.http.get('/api/v1/printer-setup');
  if (!envelope.ok) return office.toast({ kind: 'stop', code: envelope.message.code, text: envelope.message.text });
  const places = envelope.data.routes.filter((one) => one.document === 'waybill').map((one) => Object.assign({}, one, envelope.data.stations.find((station) => station.code === one.station)));
  const state = { station: places.length ? places[0].station : '', way: wave.method === 'wall' ? 'slot' : 'pick' };
  const set = (name) => (value) => { state[name] = value; office.changed(); };
  const print = async () => {
    const done = () => ({ text: t('printers.run_asked', { wave: wave.number }), undo: { label: t('printers.run_show'), act: () => office.go('/printers#/runs') } });
    const answer = await office.act('waybills', () => office.http.change('POST', '/api/v1/waves/' + wave.id + '/waybills', state), done);
    if (answer.ok) office.close();
  };
  return office.openPanel({
    id: 'waybills', title: t('printers.waybills_of', { wave: wave.number }),
    body: () => (places.length ? html`<div class="office-form"><p class="soft">${t('printers.waybills_hint')}</p><${Field} label=${t('printers.station')}><select id="waybills-station" value=${state.station} onChange=${(event) => set('station')(event.target.value)}>${places.map((one) => html`<option key=${one.station} value=${one.station} selected=${one.station === state.station}>${one.name} · ${one.ways.map((way) => way.printer).join(' › ')}</option>`)}</select><//>
      <${One} id="way" label=${t('printers.order')} value=${state.way} choices=${['pick', 'slot'].map((one) => [one, say('printers_way', one)])} onChoose=${set('way')} /></div>` : html`<${Empty} icon="printer" text=${t('settings.no_printer')} />`),
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="waybills-print" kind="primary" icon="printer" label=${t('printers.waybills_print', { n: count(wave.orders) })} busy=${!places.length || Boolean(office.working.waybills)} onTap=${print} />`,
  });
}
