// What a supervisor does on the spot: pause, split, pull and give up waves, give carts to people, stop orders.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { PaperAct } from './paper.js';
import { Act } from './parts.js';

/** A wave that is under way: pause or go on, and give it up (asked twice). */
export function RunningActs({ wave, board }) {
  const key = 'wave-' + wave.id;
  const busy = Boolean(board.working[key]);
  const own = 'cancel-' + wave.id;
  const sure = board.sure === own;
  const act = (name, body) => board.act(key, name, Object.assign({ wave_id: wave.id }, body));
  return html`<div class="acts">
    ${wave.paused_at ? html`<${Act} kind="primary" icon="next" label=${t('life.board.resume')} busy=${busy} onTap=${() => act('wave.resume')} />`
    : html`<${Act} icon="clock" label=${t('life.board.pause')} title=${t('life.board.pause_hint')} busy=${busy} onTap=${() => act('wave.pause', {})} />
      <${Act} icon="out" label=${t('life.board.pause_home')} title=${t('life.board.pause_home_hint')} busy=${busy} onTap=${() => act('wave.pause', { send_home: true })} />`}
    <${PaperAct} id=${'lists-' + wave.id} document="pick_list" label=${t('paper.lists')} title=${t('paper.lists_hint')} busy=${busy} send=${(body) => act('pick.lists', body)} />
    <${Act} icon="cross" label=${sure ? t('board.sure') : t('board.waves.cancel')} title=${t('life.board.cancel_hint')} sure=${sure} busy=${busy} onTap=${() => board.ask(own, () => act('wave.cancel'))} />
  </div>`;
}

/** Choose somebody of the floor; what happens then is up to `onChoose`. */
export function PersonChoice({ board, label, id, but, onChoose }) {
  const people = board.data.people.filter((one) => one.posts.indexOf('picker') >= 0 && one.name !== but);
  const choose = (event) => {
    const person = Number(event.target.value);
    event.target.value = '';
    if (person) onChoose(person);
  };
  return html`<select class="choose" id=${id} aria-label=${label} onChange=${choose} onClick=${(event) => event.stopPropagation()}>
    <option value="">${label}</option>
    ${people.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}${one.task ? ' · ' + one.task.done + '/' + one.task.total : ''}</option>`)}</select>`;
}

const OVER = ['picked', 'cancelled'];

/** Below a wave's carts: those that were ticked become a wave of their own, and each goes to whom it is given. */
export function CartActs({ cart, board }) {
  if (OVER.indexOf(cart.status) >= 0) return '';
  const give = (person) => board.act('task-' + cart.task_id, 'pick.reassign', { task_id: cart.task_id, person_id: person });
  return html`<div class="row-acts"><${PersonChoice} board=${board} id=${'give-' + cart.task_id} but=${cart.person} label=${t('life.board.give')} onChoose=${give} /></div>`;
}

export function useTicked() {
  const [ticked, setTicked] = useState([]);
  const toggle = (id) => setTicked(ticked.indexOf(id) >= 0 ? ticked.filter((one) => one !== id) : ticked.concat([id]));
  return { ticked: ticked, toggle: toggle, none: () => setTicked([]) };
}

export function Tick({ id, label, choice, name }) {
  return html`<input type="checkbox" class="tick" id=${name + id} aria-label=${label} checked=${choice.ticked.indexOf(id) >= 0} onChange=${() => choice.toggle(id)} />`;
}

/** What can be done with the carts or orders that are ticked in a wave's story. */
export function TickedActs({ data, board, carts, orders }) {
  const key = 'wave-' + data.id;
  const busy = Boolean(board.working[key]);
  const act = async (choice, name, body) => {
    const envelope = await board.act(key, name, Object.assign({ wave_id: data.id }, body));
    if (envelope.ok) choice.none();
  };
  const own = 'pull-' + data.id;
  const sure = board.sure === own;
  if (!carts.ticked.length && !orders.ticked.length) return '';
  return html`<div class="acts ticked-acts">
    ${carts.ticked.length > 0 && html`<${Act} id="split-carts" kind="strong" icon="many" busy=${busy} label=${t('life.board.split_carts', { n: carts.ticked.length })}
      onTap=${() => act(carts, 'wave.split_carts', { task_ids: carts.ticked })} />
    <${PaperAct} id="lists-carts" document="pick_list" busy=${busy} label=${t('paper.lists_ticked', { n: carts.ticked.length })} title=${t('paper.lists_hint')}
      send=${(body) => board.act(key, 'pick.lists', Object.assign({ wave_id: data.id, task_ids: carts.ticked }, body))} />`}
    ${orders.ticked.length > 0 && html`<${Act} id="split-orders" kind="strong" icon="many" busy=${busy} label=${t('life.board.split_orders', { n: orders.ticked.length })}
      onTap=${() => act(orders, 'wave.split', { order_ids: orders.ticked })} />
    <${Act} id="pull-orders" icon="out" busy=${busy} sure=${sure} label=${sure ? t('board.sure') : t('life.board.pull', { n: orders.ticked.length })} title=${t('life.board.pull_hint')}
      onTap=${() => board.ask(own, () => act(orders, 'wave.pull', { order_ids: orders.ticked }))} />`}
  </div>`;
}

/** Who comes first for a wave's carts. */
export function WavePeople({ data, board }) {
  const names = data.people.map((id) => (board.data.people.find((one) => one.id === id) || { name: '#' + id }).name);
  const put = (ids) => board.act('wave-' + data.id, 'wave.people', { wave_id: data.id, person_ids: ids });
  return html`<div class="row-acts" id="wave-people"><span>${names.length ? t('life.board.people', { names: names.join(', ') }) : t('life.board.no_people')}</span>
    <${PersonChoice} board=${board} id="add-person" label=${t('life.board.add_person')} onChoose=${(person) => data.people.indexOf(person) < 0 && put(data.people.concat([person]))} />
    ${names.length > 0 && html`<${Act} icon="cross" label=${t('life.board.nobody')} onTap=${() => put([])} />`}</div>`;
}

/** The person whose face was chosen: send them home. */
export function PersonActs({ person, board }) {
  const key = 'person-' + person.id;
  const busy = Boolean(board.working[key]);
  const home = (atOnce) => board.act(key, 'pick.send_home', { person_id: person.id, at_once: atOnce });
  const own = 'home-' + person.id;
  const sure = board.sure === own;
  return html`<div class="acts person-acts" data-person-acts=${person.name}><b>${person.name}</b> <a href=${'/people#/floor?person=' + person.id} id="see-device">${t('life.board.device')}</a>
    <${Act} id="send-home" icon="out" busy=${busy} label=${t('life.board.send_home')} title=${t('life.board.send_home_hint')} onTap=${() => home(false)} />
    <${Act} icon="power" busy=${busy} sure=${sure} label=${sure ? t('board.sure') : t('life.board.home_now')} title=${t('life.board.home_now_hint')} onTap=${() => board.ask(own, () => home(true))} />
    ${person.task && html`<${PersonChoice} board=${board} id="give-cart" but=${person.name} label=${t('life.board.give')} onChoose=${(to) => board.act(key, 'pick.reassign', { task_id: person.task.id, person_id: to })} />`}
  </div>`;
}

const WANTS = ['hold', 'cancel', 'refund'];

/** An order's story: stop it wherever it is, with a reason, or let it go on. */
export function OrderActs({ data, board }) {
  const [why, setWhy] = useState('');
  const [want, setWant] = useState('hold');
  const key = 'order-' + data.id;
  const busy = Boolean(board.working[key]);
  if (data.shipping !== 'unshipped' || data.confirmation === 'cancelled') return '';
  if (data.hold_reason === 'intercepted') {
    return html`<div class="acts"><${Act} id="let-on" kind="primary" icon="next" busy=${busy} label=${t('life.board.let_on')} title=${t('life.board.let_on_hint')}
      onTap=${() => board.act(key, 'order.let_on', { order_id: data.id })} /></div>`;
  }
  const stop = (event) => {
    event.preventDefault();
    if (why.trim()) board.act(key, 'order.intercept', { order_id: data.id, want: want, why: why.trim() });
  };
  return html`<form class="intercept" id="intercept" onSubmit=${stop}>
    <input id="why" type="text" maxlength="200" autocomplete="off" placeholder=${t('life.board.why')} aria-label=${t('life.board.why')} value=${why} onInput=${(event) => setWhy(event.target.value)} />
    <select id="want" class="choose" aria-label=${t('life.board.want')} value=${want} onChange=${(event) => setWant(event.target.value)}>
      ${WANTS.map((one) => html`<option key=${one} value=${one}>${t('life.want.' + one)}</option>`)}</select>
    <button type="submit" id="stop-order" class="act act-sure" disabled=${busy || !why.trim()}>${t('life.board.stop')}</button>
  </form>`;
}

/** Zones with work to do and nobody on the way to it. */
export function Starving({ zones }) {
  const starving = (zones || []).filter((one) => one.starves);
  if (!starving.length) return '';
  return html`<ul class="starving" id="starving" aria-label=${t('life.board.starving')}>${starving.map((one) => html`<li key=${one.code}>
    <i style=${{ background: one.colour }}></i><b>${one.code}</b><span>${t('life.board.starves', { n: one.lines })}</span></li>`)}</ul>`;
}
