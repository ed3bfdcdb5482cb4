// The waves as cards: how far, how fast, in time or not.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { clock, count, span } from './format.js';
import { Act, Live, Ring } from './parts.js';
import { RunningActs } from './wave_acts.js';

const RISK_ICONS = { late: 'warning', tight: 'clock', on_time: 'check', unknown: 'clock', planned: 'clock', done: 'done' };

export function Waves({ board }) {
  const waves = board.data.waves.slice().reverse();
  const running = waves.filter((wave) => wave.status === 'released');
  const planned = waves.filter((wave) => wave.status === 'planned');
  const done = waves.filter((wave) => wave.status === 'done');
  const card = (wave) => html`<${Card} key=${wave.id} wave=${wave} board=${board} />`;
  return html`<section class="column waves" aria-label=${t('board.waves.title')}>
    <div class="column-head"><h2>${t('board.waves.title')}</h2>
      <${Act} id="new-wave" kind="primary" icon="many" label=${t('board.waves.new')} title=${t('board.waves.new_hint')} onTap=${() => board.newWave()} /></div>
    <div class="column-body">
      ${planned.map(card)}${running.map(card)}
      ${!planned.length && !running.length && html`<p class="nothing">${t('board.waves.none')}</p>`}
      ${done.length > 0 && html`<h3 class="waves-done">${t('board.waves.done')}</h3>`}
      ${done.map((wave) => html`<${Done} key=${wave.id} wave=${wave} board=${board} />`)}
    </div>
  </section>`;
}

function Card({ wave, board }) {
  const lines = wave.lines;
  const share = lines.total ? lines.done / lines.total : 0;
  return html`<article class=${'wave wave-' + wave.risk} data-wave=${wave.number} data-status=${wave.status} data-risk=${wave.risk} data-paused=${Boolean(wave.paused_at)}>
    <button type="button" class="wave-open" aria-label=${t('board.waves.open', { n: wave.number })} onClick=${() => board.openWave(wave.id)}></button>
    <div class="wave-head"><b>${t('board.waves.wave', { n: wave.number })}${wave.paused_at && html` <span class="tag">${t('life.board.paused')}</span>`}</b>
      ${wave.saving !== null && html`<span class="wave-saving" title=${t('board.waves.saving_hint')}>${t('board.waves.saving', { n: Math.round(wave.saving) })}</span>`}</div>
    <div class="wave-main">
      <${Ring} size=${72} shares=${[[share, 'arc-done'], [lines.total ? lines.short / lines.total : 0, 'arc-short']]} label=${t('board.waves.progress', { done: lines.done, total: lines.total })}>
        ${wave.status === 'planned' ? html`<${Icon} name="clock" size=${26} />` : html`<b>${Math.floor(share * 100)}</b><small>%</small>`}<//>
      <div class="wave-facts">
        <p class="wave-lines">${wave.status === 'released' && wave.method === 'prepack' ? html`<b><${Live} value=${wave.orders.total - wave.orders.picked} /></b> ${t('board.waves.boxes_left', { total: count(wave.orders.total) })}`
    : wave.status === 'planned' ? t('board.waves.to_come', { lines: count(lines.total), orders: count(wave.orders.total) })
    : html`<b><${Live} value=${lines.left} /></b> ${t('board.waves.left', { total: count(lines.total) })}`}</p>
        <p class="wave-more">${facts(wave)}</p>
        <${Carts} tasks=${wave.tasks} />
      </div>
    </div>
    ${wave.release_refused && html`<p class="wave-refused"><${Icon} name="warning" size=${16} /><span><b>${t('waves.refused')}:</b> ${wave.release_refused.text}</span></p>`}
    <${Due} wave=${wave} now=${board.now()} />
    ${wave.status === 'planned' && html`<${Planned} wave=${wave} board=${board} />`}
    ${wave.status === 'released' && html`<${RunningActs} wave=${wave} board=${board} />`}
  </article>`;
}

function facts(wave) {
  const parts = [t('board.waves.orders', { n: count(wave.orders.total) })];
  if (wave.lines.short) parts.push(t('board.waves.short', { n: wave.lines.short }));
  if (wave.status !== 'planned') parts.push(t('board.waves.rate', { n: count(wave.rate) }));
  return parts.join(' · ');
}

const CART_STATES = ['picked', 'picking', 'assigned', 'open', 'waiting'];

/** A square for each cart: done, under way, given to somebody, waiting. */
function Carts({ tasks }) {
  const names = CART_STATES.filter((state) => tasks[state]);
  if (!names.length) return html`<div class="carts"></div>`;
  const words = names.map((state) => t('board.cart.' + state, { n: tasks[state] })).join(', ');
  const squares = [];
  names.forEach((state) => { for (let n = 0; n < tasks[state] && squares.length < 40; n += 1) squares.push(state); });
  return html`<div class="carts" role="img" aria-label=${words} title=${words}>${squares.map((state, at) => html`<i key=${at} class=${'cart cart-' + state}></i>`)}</div>`;
}

/** When it will be done against when it must be: a line from now to the promise, with the ETA on it. */
function Due({ wave, now }) {
  const due = wave.due_at || wave.promised_at;
  const promised = due ? Date.parse(due) : null;
  const eta = wave.eta ? Date.parse(wave.eta) : null;
  const from = Date.parse(wave.released_at || wave.created_at);
  const until = Math.max(promised || 0, eta || 0, now) || now;
  const place = (at) => Math.max(0, Math.min(100, (100 * (at - from)) / Math.max(1, until - from))) + '%';
  return html`<div class="promise">
    <p class="promise-words"><${Icon} name=${RISK_ICONS[wave.risk]} size=${16} /><b>${verdict(wave, promised, eta, now)}</b></p>
    <div class="promise-line" aria-hidden="true"><i class="promise-past" style=${{ width: place(now) }}></i>
      ${eta && html`<i class="promise-eta" style=${{ left: place(eta) }}></i>`}${promised && html`<i class="promise-due" style=${{ left: place(promised) }}></i>`}</div>
    <p class="promise-times"><span>${eta ? t('board.waves.eta', { at: clock(wave.eta, now) }) : wave.status === 'planned' ? t('board.waves.not_released') : t('board.waves.no_eta')}</span>
      <span>${promised ? t(due === wave.cutoff_at ? 'life.board.cutoff' : 'board.waves.due', { at: clock(due, now) }) : ''}</span></p>
  </div>`;
}

function verdict(wave, promised, eta, now) {
  if (wave.risk === 'late' && promised <= now) return t('board.risk.overdue', { by: span(now - promised) });
  if (promised && eta) return t('board.risk.' + wave.risk, { by: span(promised - eta) });
  return promised ? t('board.risk.' + (wave.risk === 'late' ? 'late_start' : wave.risk), { by: span(promised - now) }) : t('board.risk.no_promise');
}

function Planned({ wave, board }) {
  const key = 'wave-' + wave.id;
  const busy = Boolean(board.working[key]);
  const release = () => board.act(key, 'wave.release', { wave_id: wave.id });
  const cancel = () => board.ask('cancel-' + wave.id, () => board.act(key, 'wave.cancel', { wave_id: wave.id }));
  const sure = board.sure === 'cancel-' + wave.id;
  return html`<div class="acts">
    <${Act} kind="primary" icon="next" label=${busy ? t('board.working') : t('board.waves.release')} busy=${busy} onTap=${release} />
    <${Act} icon="cross" label=${sure ? t('board.sure') : t('board.waves.cancel')} sure=${sure} busy=${busy} onTap=${cancel} />
  </div>`;
}

function Done({ wave, board }) {
  return html`<button type="button" class="wave-row" data-wave=${wave.number} data-status="done" onClick=${() => board.openWave(wave.id)}>
    <${Icon} name="done" size=${18} /><b>${t('board.waves.wave', { n: wave.number })}</b>
    <span>${t('board.waves.orders', { n: count(wave.orders.total) })}</span>
    ${wave.saving !== null ? html`<span title=${t('board.waves.saving', { n: Math.round(wave.saving) })}>−${Math.round(wave.saving)}%</span>` : html`<span></span>`}
    <time>${clock(wave.finished_at, board.now())}</time></button>`;
}
