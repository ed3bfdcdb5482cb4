// A wave's plan played again: the carts walk over the floor, beside the walks that it is measured against.
import { html, useEffect, useRef, useState } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { count } from './format.js';
import { PlainFloor } from './map.js';
import { keepInside } from './new_wave.js';
import { colourOf, inTurn, pointAt, stopsAlong } from './replay_path.js';

const SECONDS = 24; // for the whole of it at ordinary speed
const SPEEDS = [0.5, 1, 2, 4];
const PICKERS = [1, 4, 8, 16];
const PLAY = 'M7 4.5v15l12-7.5z';
const PAUSE = 'M7 5h3.4v14H7zM13.6 5H17v14h-3.4z';

export class Replay {
  constructor(board, waveId) {
    this.board = board;
    this.waveId = waveId;
    this.data = null;
    this.error = null;
    this.at = 0; // mm walked by each picker since the beginning
    this.playing = false;
    this.speed = 1;
    this.pickers = 8;
    this.drawers = new Set(); // what is drawn anew for each moment
  }

  async load() {
    const envelope = await this.board.shell.link.ask('board.replay', { wave_id: this.waveId });
    if (!envelope.ok) this.error = envelope.message;
    else this._take(envelope.data.replay);
    this.board.shell.changed();
  }

  _take(data) {
    this.data = data;
    data.carts.forEach((cart) => { cart.reached = stopsAlong(cart.path, cart.stops); });
    this.take(this.pickers);
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) this.play();
  }

  /** So many pickers walk on both sides. */
  take(pickers) {
    const share = this.until ? this.at / this.until : 0;
    this.pickers = pickers;
    this.sides = [['plan', this.data.carts]].concat(this.data.baseline.length ? [['baseline', this.data.baseline]] : [])
      .map(([name, walks]) => Object.assign({ name: name, walks: walks }, inTurn(walks, pickers)));
    this.until = Math.max(1, ...this.sides.map((side) => side.until));
    this.seek(share * this.until);
    this.board.shell.changed();
  }

  seek(at) {
    this.at = Math.max(0, Math.min(this.until, at));
    this.drawers.forEach((draw) => draw());
  }

  play() {
    if (this.at >= this.until) this.at = 0;
    this.playing = true;
    let before = null;
    const frame = (now) => {
      if (!this.playing || this.board.panel !== this) return;
      if (before !== null) this.seek(this.at + ((now - before) / (SECONDS * 1000)) * this.speed * this.until);
      before = now;
      if (this.at >= this.until) this.pause();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    this.drawers.forEach((draw) => draw());
  }

  pause() {
    this.playing = false;
    this.drawers.forEach((draw) => draw());
  }

  heard() {
    return undefined; // a plan that was carried out does not change any more
  }

  page() {
    return html`<${ReplayPanel} replay=${this} />`;
  }
}

function ReplayPanel({ replay }) {
  const first = useRef(null);
  const board = replay.board;
  useEffect(() => first.current.focus(), []);
  const data = replay.data;
  return html`<div class="over" onClick=${(event) => event.target.className === 'over' && board.close()}>
    <section class="panel panel-replay" role="dialog" aria-modal="true" aria-labelledby="replay-title" onKeyDown=${(event) => keepInside(event)}>
      <div class="panel-head"><h2 id="replay-title" tabindex="-1" ref=${first}>${data ? t('replay.title', { n: data.number }) : '…'}</h2>
        ${data && data.saving !== null && html`<b class="replay-saving">${t('replay.saving', { n: Math.round(data.saving) })}</b>`}
        <button type="button" class="plain-icon" aria-label=${t('board.close')} onClick=${() => board.close()}><${Icon} name="cross" size=${20} /></button></div>
      ${replay.error && html`<p class="nothing" role="alert">${replay.error.text}</p>`}
      ${!data && !replay.error && html`<p class="nothing">${t('board.loading')}</p>`}
      ${data && html`<div class="replay-sides" data-sides=${replay.sides.length}>${replay.sides.map((side) => html`<${Side} key=${side.name} replay=${replay} side=${side} />`)}</div><${Controls} replay=${replay} />`}
    </section></div>`;
}

/** What is said anew for each moment. */
function useMoment(replay) {
  const [, tick] = useState(0);
  useEffect(() => {
    const draw = () => tick((n) => n + 1);
    replay.drawers.add(draw);
    return () => replay.drawers.delete(draw);
  }, [replay]);
}

function Side({ replay, side }) {
  return html`<figure class="replay-side" data-side=${side.name}><${Caption} replay=${replay} side=${side} />
    <${PlainFloor} plan=${replay.board.plan} label=${t('replay.' + side.name)}>${(project) => html`<${Walkers} replay=${replay} side=${side} project=${project} />`}<//></figure>`;
}

function Caption({ replay, side }) {
  useMoment(replay);
  const walked = side.times.reduce((sum, [begin, end]) => sum + Math.max(0, Math.min(end, replay.at) - begin), 0);
  const done = side.times.filter(([, end]) => end <= replay.at).length;
  const total = side.walks.reduce((sum, walk) => sum + walk.walk_mm, 0);
  return html`<figcaption><b>${t('replay.' + side.name)}</b>
    <span class="replay-metres" data-done=${done}>${t('replay.metres', { n: count(Math.round(walked / 1000)), all: count(Math.round(total / 1000)) })}</span>
    <small>${t('replay.carts', { n: count(done), all: count(side.walks.length) })}</small></figcaption>`;
}

/** Walks, stops and walkers. They are moved by hand, not drawn anew: there may be hundreds, sixty times a second. */
function Walkers({ replay, side, project }) {
  const place = useRef(null);
  useEffect(() => {
    const parts = Array.from(place.current.children, (group) => ({ group: group, line: group.querySelector('polyline'), dot: group.querySelector('.replay-walker'), stops: Array.from(group.querySelectorAll('.replay-stop')), shown: -1 }));
    const draw = () => parts.forEach((part, at) => show(part, side.walks[at], side.times[at], replay.at, project));
    replay.drawers.add(draw);
    draw();
    return () => replay.drawers.delete(draw);
  }, [replay, side, project]);
  const points = (path) => path.map(([x, y]) => project.x(x) + ',' + project.y(y)).join(' ');
  const size = Math.max(3, Math.min(7, project.spacing * 0.2));
  return html`<g ref=${place}>${side.walks.map((walk, at) => html`<g key=${at} class="replay-cart" style=${{ color: colourOf(at) }}>
    <polyline points=${points(walk.path)} pathLength=${Math.max(1, walk.walk_mm)} stroke-width=${size * 0.45} />
    ${(walk.stops || []).map(([x, y], nr) => html`<circle key=${nr} class="replay-stop" cx=${project.x(x)} cy=${project.y(y)} r=${size * 0.55} />`)}
    <circle class="replay-walker" r=${size} /></g>`)}</g>`;
}

function show(part, walk, [begin, end], now, project) {
  const walked = Math.max(0, Math.min(end, now) - begin);
  if (walked === part.shown && part.ended === now >= end) return;
  part.shown = walked;
  part.ended = now >= end;
  const phase = now >= end ? 'done' : now <= begin ? 'waits' : 'walks';
  part.group.dataset.phase = phase;
  part.line.style.strokeDasharray = Math.max(1, walk.walk_mm);
  part.line.style.strokeDashoffset = Math.max(1, walk.walk_mm) - walked;
  if (phase === 'walks') {
    const [x, y] = pointAt(walk.path, walked);
    part.dot.setAttribute('transform', 'translate(' + project.x(x) + ',' + project.y(y) + ')');
  }
  part.stops.forEach((stop, at) => stop.classList.toggle('replay-lit', phase !== 'waits' && walk.reached[at] <= walked));
}

function Controls({ replay }) {
  useMoment(replay);
  const toggle = () => (replay.playing ? replay.pause() : replay.play());
  const scrub = (event) => { replay.pause(); replay.seek((Number(event.target.value) / 1000) * replay.until); };
  const choice = (id, label, values, now, words, set) => html`<label class="replay-choice" for=${id}><span>${label}</span>
    <select id=${id} class="choose" onChange=${(event) => set(Number(event.target.value))}>${values.map((one) => html`<option key=${one} value=${one} selected=${one === now}>${words(one)}</option>`)}</select></label>`;
  return html`<div class="panel-foot replay-foot">
    <button type="button" id="replay-play" class="act primary" data-playing=${replay.playing ? 'yes' : 'no'} onClick=${toggle}>
      <svg class="replay-icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d=${replay.playing ? PAUSE : PLAY} /></svg><span>${t(replay.playing ? 'replay.pause' : 'replay.play')}</span></button>
    <input id="replay-at" type="range" min="0" max="1000" step="1" aria-label=${t('replay.moment')} value=${Math.round((1000 * replay.at) / replay.until)} onInput=${scrub} />
    ${choice('replay-speed', t('replay.speed'), SPEEDS, replay.speed, (n) => n + '×', (n) => { replay.speed = n; })}
    ${choice('replay-pickers', t('replay.pickers'), PICKERS, replay.pickers, (n) => n, (n) => replay.take(n))}
  </div>`;
}
