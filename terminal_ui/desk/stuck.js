// What does not go on by itself, why, and the click that helps.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { showPhoto } from '../parts/photo.js';
import { clock, say, since } from './format.js';
import { Act } from './parts.js';
import { PersonChoice, Starving } from './wave_acts.js';

const KINDS = ['problem', 'short', 'label', 'walk', 'line', 'put_back', 'pack', 'held'];
const ICONS = { problem: 'person', short: 'short', label: 'printer', walk: 'cart', line: 'clock', put_back: 'again', pack: 'item', held: 'warning' };
const LOOKS = { audit: 'again', pick_again: 'again', ship_without: 'truck', reprint: 'printer', came_out: 'check', did_not: 'cross', let_on: 'next', clear: 'check' };
const TWICE = ['ship_without', 'did_not'];

/** How many there are; only the most urgent of a kind are listed, the steps know them all. */
function manyOf(kind, data) {
  const listed = data.stuck.filter((item) => item.kind === kind).length;
  return Math.max(listed, data.orders.steps[kind] || 0);
}

export function Stuck({ board }) {
  const items = board.data.stuck;
  const many = KINDS.reduce((sum, kind) => sum + manyOf(kind, board.data), 0);
  const shown = board.filter === 'all' ? items : items.filter((item) => item.kind === board.filter);
  return html`<section class="column stuck" aria-label=${t('board.stuck.title')}>
    <div class="column-head"><h2>${t('board.stuck.title')}</h2><span class=${'tally' + (many ? ' tally-bad' : '')} id="stuck-count" data-count=${many}>${many}</span></div>
    <div class="filters" role="group" aria-label=${t('board.stuck.filter')}>${KINDS.map((kind) => html`<${Filter} key=${kind} kind=${kind} board=${board} />`)}</div>
    <${Starving} zones=${board.data.zones} />
    <div class="column-body">
      ${shown.map((item) => html`<${Item} key=${item.key} item=${item} board=${board} />`)}
      ${!shown.length && html`<p class="nothing nothing-good"><${Icon} name="check" size=${28} />${t(items.length ? 'board.stuck.none_of_these' : 'board.stuck.none')}</p>`}
    </div>
    <${Printers} printers=${board.data.printers} />
  </section>`;
}

function Filter({ kind, board }) {
  const many = manyOf(kind, board.data);
  const on = board.filter === kind;
  return html`<button type="button" class=${'filter' + (on ? ' filter-on' : '')} aria-pressed=${on} title=${t('board.stuck.' + kind)} onClick=${() => board.filterStuck(kind)}>
    <${Icon} name=${ICONS[kind]} size=${16} /><span class="unseen">${t('board.stuck.' + kind)}</span><b>${many}</b></button>`;
}

function Item({ item, board }) {
  const key = 'stuck-' + item.key;
  const busy = Boolean(board.working[key]);
  const now = board.now();
  const late = item.promised_at && Date.parse(item.promised_at) < now;
  return html`<article class=${'trouble trouble-' + item.kind} data-kind=${item.kind} data-reason=${item.reason} data-order=${item.order || ''}>
    <div class="trouble-head"><${Icon} name=${ICONS[item.kind]} size=${18} />
      ${item.order_id ? html`<button type="button" class="link" onClick=${() => board.openOrder(item.order_id)}>${item.order}</button>` : html`<b>${about(item)}</b>`}
      <span class="trouble-shop">${item.shop || ''}</span>
      ${item.promised_at && html`<time class=${late ? 'overdue' : ''} title=${t('board.stuck.promised')}>${late ? html`<${Icon} name="warning" size=${13} />` : ''}${clock(item.promised_at, now)}</time>`}</div>
    <p class="trouble-why">${item.text || why(item)}</p>
    <p class="trouble-more">${more(item, now)}</p>
    ${(item.detail.photos || []).map((file, at) => html`<button type="button" class="link" key=${file} data-photo=${file} onClick=${() => showPhoto(board.shell.session.token, '/api/v1/problem-photos/' + file)}>${t('problem.photo_nr', { n: at + 1 })}</button>`)}
    ${item.kind === 'walk' && html`<div class="row-acts"><${PersonChoice} board=${board} id=${'give-' + item.detail.task_id} but=${item.detail.person} label=${t('life.board.give')}
      onChoose=${(person) => board.act(key, 'pick.reassign', { task_id: item.detail.task_id, person_id: person })} /></div>`}
    ${item.actions.length > 0 && html`<div class="acts">${item.actions.map((action) => html`<${Solve} key=${action.name} action=${action} itemKey=${key} busy=${busy} board=${board} />`)}</div>`}
  </article>`;
}

function about(item) {
  if (item.kind === 'problem') return item.detail.label || t('problem.somewhere');
  return t('board.stuck.cart', { cart: item.detail.cart || '–' });
}

const why = (item) => (item.kind === 'problem' ? t('problem.reason.' + item.reason) : say('board.reason.' + item.kind, item.reason, item.detail));

function more(item, now) {
  const detail = item.detail;
  const parts = [detail.note, detail.goods, detail.tote, detail.bin, detail.parcel, detail.printer, detail.station, ['walk', 'line', 'pack', 'problem'].includes(item.kind) ? detail.person : ''];
  if (item.since) parts.push(t('board.stuck.since', { since: since(item.since, now) }));
  return parts.filter(Boolean).join(' · ');
}

function Solve({ action, itemKey, busy, board }) {
  const run = () => board.act(itemKey, action.command, action.body);
  const own = itemKey + action.name;
  const sure = board.sure === own;
  const tap = TWICE.indexOf(action.name) >= 0 ? () => board.ask(own, run) : run;
  return html`<${Act} kind=${action.name === 'ship_without' || action.name === 'did_not' ? '' : 'strong'} icon=${LOOKS[action.name]} busy=${busy} sure=${sure}
    label=${busy ? t('board.working') : sure ? t('board.sure') : say('board.action', action.name)} title=${say('board.action', action.name + '_hint')} onTap=${tap} />`;
}

function Printers({ printers }) {
  if (!printers.not_ready.length) return '';
  return html`<ul class="printers" aria-label=${t('board.figure.printers')}>${printers.not_ready.map((one) => html`<li key=${one.code}>
    <${Icon} name="printer" size=${18} /><b>${one.code}</b><span>${say('printer', one.reasons[0] || one.status)}</span>
    ${one.waiting > 0 && html`<em>${t('printer.waiting', { n: one.waiting })}</em>`}</li>`)}</ul>`;
}
