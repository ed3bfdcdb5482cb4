// Printers with their state and what to do about it, and the labels that were asked for.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Button } from './button.js';

const TODO = {
  paper_out: () => t('printer.paper_out'),
  head_open: () => t('printer.head_open'),
  ribbon_out: () => t('printer.ribbon_out'),
  paused: () => t('printer.paused'),
  offline: () => t('printer.offline'),
  no_answer: () => t('printer.no_answer'),
  no_printer: () => t('printer.no_printer'),
  no_worker: () => t('printer.no_worker'),
  address_refused: () => t('printer.address_refused'),
  buffer_full: () => t('printer.buffer_full'),
  cutter: () => t('printer.cutter'),
  overheated: () => t('printer.overheated'),
  interrupted: () => t('printer.interrupted'),
  worker_stopped: () => t('printer.worker_stopped'),
  switched_off: () => t('printer.switched_off'),
  agent_gone: () => t('printer.agent_gone'),
  agent_stopped: () => t('printer.agent_stopped'),
  agent_disk: () => t('printer.agent_disk'),
  agent_error: () => t('printer.agent_error'),
  payload_changed: () => t('printer.payload_changed'),
  too_late: () => t('printer.too_late'),
  not_sent: () => t('printer.not_sent'),
  did_not_come_out: () => t('printer.did_not_come_out'),
  no_font: () => t('printer.no_font'),
};
const STATUS = {
  queued: () => t('job.queued'), rendered: () => t('job.queued'), leased: () => t('job.queued'),
  sending: () => t('job.sending'), sent: () => t('job.sent'), confirmed: () => t('job.confirmed'),
  blocked: () => t('job.blocked'), uncertain: () => t('job.uncertain'), failed: () => t('job.failed'),
  cancelled: () => t('job.cancelled'), expired: () => t('job.expired'),
};
const ICON = { sent: 'check', confirmed: 'done', blocked: 'warning', uncertain: 'warning', failed: 'cross', cancelled: 'cross', expired: 'cross' };
const AGAIN = ['sent', 'confirmed', 'failed', 'expired', 'cancelled'];

/** What to do about a reason that a printer gives; an unknown reason is shown as it is. */
export function whatToDo(reason) {
  return TODO[reason] ? TODO[reason]() : String(reason);
}

const DOCUMENTS = { waybill: 'waybill', lpn_label: 'lpn', packing_slip: 'slip', handover_manifest: 'manifest', goods_receipt: 'goods' };

export function jobDocument(job) {
  const word = DOCUMENTS[job.document];
  return word ? t('job.' + word) : job.document;
}

export function Printers({ printers, jobs, onAgain, onResolve, busy }) {
  return html`<aside class="desk-side">
    <h2>${t('station.printers')}</h2>
    ${printers.map((one) => html`<${PrinterRow} key=${one.code} one=${one} />`)}
    <h2>${t('station.jobs')}</h2>
    ${jobs.length > 0 && html`<ul class="list jobs" tabindex="0">${jobs.map((job) => html`<${JobRow} key=${job.id} job=${job} onAgain=${onAgain} onResolve=${onResolve} busy=${busy} />`)}</ul>`}
    ${jobs.length === 0 && html`<p class="empty">${t('station.no_jobs')}</p>`}
  </aside>`;
}

function PrinterRow({ one }) {
  const state = one.status === 'ready' ? t('printer.ready') : one.status === 'blocked' ? t('printer.blocked') : t('printer.unknown');
  return html`<div class=${'printer printer-' + one.status} data-printer=${one.code} data-status=${one.status}>
    <${Icon} name="printer" size=${32} />
    <div class="printer-words"><b>${one.name}</b><span class="printer-state"><${Icon} name=${one.status === 'ready' ? 'check' : 'warning'} size=${20} />${state}</span>
      ${(one.reasons || []).map((reason) => html`<p key=${reason} class="printer-todo">${whatToDo(reason)}</p>`)}</div>
    ${one.waiting > 0 && html`<span class="chip chip-queued">${t('printer.waiting', { n: one.waiting })}</span>`}
  </div>`;
}

function JobRow({ job, onAgain, onResolve, busy }) {
  const status = STATUS[job.status] ? STATUS[job.status]() : job.status;
  return html`<li class=${'list-row job job-' + job.status} data-job=${job.id} data-status=${job.status}>
    <${Icon} name=${ICON[job.status] || 'clock'} />
    <span>${job.parcel}<small>${jobDocument(job)} · ${status}${job.copy > 1 ? ' · ' + t('job.copy', { n: job.copy - 1 }) : ''}</small>
      ${job.reason && job.status !== 'confirmed' && html`<small>${whatToDo(job.reason)}</small>`}</span>
    ${AGAIN.indexOf(job.status) >= 0 && html`<${Button} label=${t('job.again')} disabled=${busy} onTap=${() => onAgain(job)} />`}
    ${job.status === 'uncertain' && html`<div class="job-ask"><p>${job.place ? t('job.came_out_of', { n: job.place, of: job.of }) : t('job.came_out')}</p>
      <${Button} label=${t('job.yes')} onTap=${() => onResolve(job, true)} /><${Button} label=${t('job.no')} onTap=${() => onResolve(job, false)} /></div>`}
  </li>`;
}
