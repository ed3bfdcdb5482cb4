// Printers with their state and what to do about it, and the labels that were asked for.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Button } from './button.js';

const UNDRAWN = ['does_not_fit', 'missing', 'unsuitable']; // else it is wrong
const STATUS = {
  queued: () => t('job.queued'), rendered: () => t('job.queued'), leased: () => t('job.queued'),
  sending: () => t('job.sending'), sent: () => t('job.sent'), confirmed: () => t('job.confirmed'),
  blocked: () => t('job.blocked'), uncertain: () => t('job.uncertain'), failed: () => t('job.failed'),
  cancelled: () => t('job.cancelled'), expired: () => t('job.expired'),
};
const ICON = { sent: 'check', confirmed: 'done', blocked: 'warning', uncertain: 'warning', failed: 'cross', cancelled: 'cross', expired: 'cross' };
const AGAIN = ['sent', 'confirmed', 'failed', 'expired', 'cancelled'];

/** What to do about what stops a printer or a label: its reasons, one after the other or as they are stored together.
 * Those that are new to this page are shown as they are. */
export function whatToDo(reasons) {
  const stored = Array.isArray(reasons) ? reasons.join(', ') : String(reasons || '');
  const [kind, rest] = cut(stored);
  if (kind === 'substituted') return t('printer.substituted', { fields: rest.split(', ').map(fieldName).join(' · ') });
  if (kind === 'cannot_render') return undrawn(rest);
  return stored.split(', ').map((reason) => word('printer.' + reason, reason)).join(' ');
}

/** Why a document is not drawn: `field: why`. What a buyer gave is corrected on the page of the order. */
function undrawn(reason) {
  const [field, why] = cut(reason);
  const known = UNDRAWN.find((one) => why.replace(/ /g, '_').indexOf(one) === 0) || 'wrong';
  return t('printer_undrawn.' + known + (field.indexOf('recipient.') === 0 && known !== 'unsuitable' ? '_order' : ''), { field: fieldName(field) });
}

/** A field by its name; one of a line, `lines[2].name`, by the last part of it. */
function fieldName(path) {
  const last = path.replace(/^.*\]\.?/, '') || path.replace(/\[.*$/, '');
  return word('print_field.' + last, word('template_field.' + last, last.replace(/[_.]/g, ' ')));
}

function cut(text) {
  const at = text.indexOf(': ');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 2)];
}

function word(code, otherwise) {
  const text = t(code);
  return text === code ? otherwise : text;
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
      ${job.reason && html`<small>${whatToDo(job.reason)}</small>`}</span>
    ${AGAIN.indexOf(job.status) >= 0 && html`<${Button} label=${t('job.again')} disabled=${busy} onTap=${() => onAgain(job)} />`}
    ${job.status === 'uncertain' && html`<div class="job-ask"><p>${job.place ? t('job.came_out_of', { n: job.place, of: job.of }) : t('job.came_out')}</p>
      <${Button} label=${t('job.yes')} onTap=${() => onResolve(job, true)} /><${Button} label=${t('job.no')} onTap=${() => onResolve(job, false)} /></div>`}
  </li>`;
}
