// Labels of what is chosen: which kind, at which station; and how far each run of them has come.
import { html, useEffect, useRef } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { whatToDo } from '../parts/printers.js';
import { clock, count } from './format.js';
import { Choices, Field } from './layout_parts.js';
import { Act } from './parts.js';
import { PrintQuestion } from './print_question.js';

const SOON_MS = 1500; // while labels wait
const LATER_MS = 10000;
const TOTES = 'tote_label';
const MOST_TOTES = 500;

export class LabelDesk {
  constructor(flow) {
    this.flow = flow;
    this.shown = false;
    this.runs = [];
    this.stations = [];
    this.document = recall('layout.document', 'bin_label');
    this.station = recall('layout.station', '');
    this.picture = null;
    this.totes = '';
  }

  watch() {
    this.rest();
    this.look();
  }

  rest() {
    clearTimeout(this._next);
  }

  waiting() {
    return this.runs.reduce((sum, run) => sum + run.waiting, 0);
  }

  async look() {
    this.rest();
    if (!this.flow.shell.session.token) return;
    const envelope = await this.flow.ask('GET', '/label-runs');
    if (envelope.ok && JSON.stringify(envelope.data) !== JSON.stringify(this.runs)) {
      this.runs = envelope.data;
      this.flow.shell.changed();
    }
    this.rest();
    this._next = setTimeout(() => this.look(), this.waiting() || this.shown ? SOON_MS : LATER_MS);
  }

  /** `document`: a kind to begin with; new totes are never what somebody means who has chosen bins. */
  async open(document) {
    this.document = document || (this.document === TOTES ? 'bin_label' : this.document);
    this.shown = true;
    this.flow.shell.changed();
    const envelope = await this.flow.ask('GET', '/label-stations');
    if (!envelope.ok) return this.flow.failed(envelope);
    this.stations = envelope.data;
    this.settle();
    this.look();
    return this.preview();
  }

  close() {
    this.shown = false;
    this.flow.shell.changed();
  }

  /** The station used last, else the first that has a printer for this kind. */
  settle() {
    const fit = this.stations.filter((one) => one[this.document]);
    if (!fit.some((one) => one.code === this.station)) this.station = fit.length ? fit[0].code : '';
    this.flow.shell.changed();
  }

  setDocument(name) {
    this.document = name;
    keep('layout.document', name);
    this.settle();
    return this.preview();
  }

  setStation(code) {
    this.station = code;
    keep('layout.station', code);
    this.flow.shell.changed();
  }

  /** The first label as it will be on paper; an answer to an older question is dropped. */
  async preview() {
    const first = this.document === TOTES ? null : this.flow.firstOnWalk();
    const asked = (this._asked = first ? '/api/v1/label-previews/' + first.id + '.png?document=' + this.document : '');
    if (this.picture) URL.revokeObjectURL(this.picture);
    this.picture = null;
    if (!first) return;
    const answer = await fetch(asked, { headers: { Authorization: 'Bearer ' + this.flow.shell.session.token } }).catch(() => null);
    const content = answer && answer.ok ? await answer.blob() : null;
    if (asked !== this._asked || !content) return;
    this.picture = URL.createObjectURL(content);
    this.flow.shell.changed();
  }

  async print() {
    const ids = this.flow.selected().map((bin) => bin.id);
    const envelope = await (this.document === TOTES ? this.flow.change('POST', '/tote-labels', { station: this.station, count: this.count() })
      : this.flow.change('POST', '/label-runs', { document: this.document, station: this.station, which: { ids: ids } }));
    if (!envelope.ok) return;
    this.totes = '';
    this.flow.shell.tell('layout.labels.asked', 'ok', { n: envelope.data.labels, station: envelope.data.station });
    this.look();
  }

  async act(run, what) {
    const envelope = await this.flow.change('POST', '/label-runs/' + run.id + '/' + what);
    if (envelope.ok) this.look();
  }

  async answer(doubt, cameOut) {
    const envelope = await this.flow.change('POST', '/print-jobs/' + doubt.job_id + '/came-out', { came_out: cameOut });
    if (envelope.ok) this.look();
  }

  typeTotes(text) {
    this.totes = text;
    this.flow.shell.changed();
  }

  /** How many labels the choice makes: one a bin, or at least one a bay; of new totes as many as are wanted. */
  count() {
    if (this.document === TOTES) return /^\d{1,3}$/.test(this.totes.trim()) && Number(this.totes) <= MOST_TOTES ? Number(this.totes) : 0;
    const bins = this.flow.selected();
    if (this.document === 'bin_label') return bins.length;
    return new Set(bins.map((bin) => [bin.zone, bin.aisle, bin.side, bin.bay, bin.bay ? 0 : bin.y_mm].join('/'))).size;
  }
}

export function LabelPanel({ desk }) {
  const flow = desk.flow;
  const head = useRef(null);
  useEffect(() => head.current && head.current.focus(), []);
  const fit = desk.stations.filter((one) => one[desk.document]);
  const number = desk.count();
  const totes = desk.document === TOTES;
  return html`<div class="over" onClick=${(event) => event.target.className === 'over' && desk.close()}>
    <section class="panel panel-labels" role="dialog" aria-modal="true" aria-label=${t('layout.labels.title')}>
      <header class="panel-head"><h2 tabindex="-1" ref=${head}>${t('layout.labels.title')}</h2><button type="button" class="plain-icon" id="labels-close" aria-label=${t('board.close')} onClick=${() => desk.close()}><${Icon} name="cross" size=${20} /></button></header>
      <div class="panel-body">
        <div class="panel-choices">
          <${Choices} id="document" label=${t('layout.labels.kind')} value=${desk.document} choices=${[['bin_label', t('layout.labels.bin')], ['rack_label', t('layout.labels.rack')], [TOTES, t('paper.totes')]]} onSet=${(name) => desk.setDocument(name)} />
          ${totes && html`<${Field} id="totes" label=${t('paper.totes_count', { n: MOST_TOTES })} wide=${true}><input id="totes" inputmode="numeric" autocomplete="off" value=${desk.totes} onInput=${(event) => desk.typeTotes(event.target.value)} /><//><p class="soft">${t('paper.totes_hint')}</p>`}
          ${number > 0 || totes ? html`${fit.length > 0 ? html`<${Field} id="station" label=${t('layout.labels.station')} wide=${true}><select id="station" onChange=${(event) => desk.setStation(event.target.value)}>
              ${fit.map((one) => html`<option key=${one.code} value=${one.code} selected=${one.code === desk.station}>${one.name} · ${one[desk.document]}</option>`)}</select><//>`
    : html`<p class="warn warn-stop" role="alert"><${Icon} name="warning" size=${18} /><span>${t('layout.labels.no_station')}</span></p>`}
            ${!totes && html`<div class="sheet-of-paper">${desk.picture && html`<img src=${desk.picture} alt=${t('layout.labels.preview')} class=${desk.document} />`}</div>`}`
    : html`<p class="nothing">${t('layout.labels.choose_first')}</p>`}
        </div>
        <div class="panel-outcome"><h3>${t('layout.labels.runs')}</h3>
          ${desk.runs.length === 0 && html`<p class="nothing">${t('layout.labels.none')}</p>`}
          <ul class="runs">${desk.runs.map((run) => html`<${Run} key=${run.id} desk=${desk} run=${run} />`)}</ul></div>
      </div>
      ${number > 0 && html`<footer class="panel-foot"><${Act} id="print-now" kind="primary" icon="printer" busy=${flow.shell.busy || !desk.station} label=${t('layout.labels.print', { n: count(number) })} onTap=${() => desk.print()} /></footer>`}
    </section></div>`;
}

function Run({ desk, run }) {
  const missing = run.failed + run.cancelled; // what is in doubt is asked about first
  const lost = missing + run.uncertain;
  const share = (n) => (100 * n) / run.labels + '%';
  return html`<li class="run" data-run=${run.id} data-waiting=${run.waiting} data-printed=${run.printed}>
    <p class="run-head"><b>${run.scope}</b><time>${clock(run.asked_at, Date.now())}</time></p>
    <div class="run-bar" role="progressbar" aria-valuemin="0" aria-valuemax=${run.labels} aria-valuenow=${run.printed} aria-label=${run.scope}><i class="run-done" style=${{ width: share(run.printed) }}></i><i class="run-lost" style=${{ width: share(lost) }}></i></div>
    <p class="run-words"><span>${t('layout.labels.printed', { n: count(run.printed), all: count(run.labels) })}</span><span>${run.printer || run.station}</span></p>
    ${run.waiting > 0 && run.reason && html`<p class="run-stop"><${Icon} name="warning" size=${15} />${run.reason.split(', ').map(whatToDo).join(' ')}</p>`}
    ${lost > 0 && html`<p class="run-stop"><${Icon} name="warning" size=${15} />${[['failed', run.failed], ['uncertain', run.uncertain], ['cancelled', run.cancelled]].filter((one) => one[1]).map((one) => t('layout.labels.' + one[0], { n: one[1] })).join(' · ')}</p>`}
    ${run.doubts.map((one) => html`<${PrintQuestion} key=${one.job_id} one=${one} yes=${t('job.yes')} no=${t('job.no')} busy=${desk.flow.shell.busy} onAnswer=${(out) => desk.answer(one, out)} />`)}
    ${(run.waiting > 0 || missing > 0) && html`<div class="acts">${run.waiting > 0 && html`<${Act} label=${t('layout.labels.cancel', { n: count(run.waiting) })} busy=${desk.flow.shell.busy} onTap=${() => desk.act(run, 'cancel')} />`}
      ${missing > 0 && html`<${Act} kind="strong" label=${t('layout.labels.again', { n: count(missing) })} busy=${desk.flow.shell.busy} onTap=${() => desk.act(run, 'again')} />`}</div>`}
  </li>`;
}
