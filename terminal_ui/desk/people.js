// Who is on the floor and what they do; those who have nothing to do stand out.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { initials, since } from './format.js';
import { Ring } from './parts.js';
import { PersonActs } from './wave_acts.js';

const MANY = 9; // above this, faces are smaller so that all are in sight
const ICONS = { picking: 'cart', fetching: 'cart', packing: 'item', station: 'item', ready: 'clock', idle: 'clock' };

export function People({ board }) {
  const people = board.data.people;
  const chosen = people.find((person) => person.id === board.chosen && person.task);
  return html`<section class=${'people' + (people.length > MANY ? ' people-many' : '')} aria-label=${t('board.people.title')}>
    <h2 class="unseen">${t('board.people.title')}</h2>
    <ul>${people.map((person) => html`<${Face} key=${person.id} person=${person} board=${board} brief=${people.length > MANY} />`)}
      ${!people.length && html`<li class="nothing">${t('board.people.none')}</li>`}</ul>
    ${chosen && html`<${PersonActs} person=${chosen} board=${board} />`}
  </section>`;
}

function Face({ person, board, brief }) {
  const full = doing(person, board.now());
  const short = brief && person.doing === 'picking' && person.connected && person.last ? person.last.code : full;
  const chosen = board.chosen === person.id;
  const task = person.task;
  const kind = 'face face-' + person.doing + (person.connected ? '' : ' face-away') + (chosen ? ' face-chosen' : '');
  return html`<li><button type="button" class=${kind} aria-pressed=${chosen} disabled=${!task} data-person=${person.name} data-doing=${person.doing}
    title=${[person.name, full, pace(person, board.now())].join('\n')}
    onClick=${() => board.choose(person.id)}>
    <${Ring} size=${44} shares=${[[task && task.total ? task.done / task.total : 0, 'arc-own']]} label=${task ? t('board.waves.progress', { done: task.done, total: task.total }) : ''}>
      <b>${initials(person.name)}</b><//>
    <span class="face-words"><b>${person.name}</b>
      <span class="face-doing"><${Icon} name=${person.connected ? ICONS[person.doing] : 'power'} size=${14} /><span>${short}</span></span>
      <small>${pace(person, board.now())}</small></span>
  </button></li>`;
}

function doing(person, now) {
  if (!person.connected) return t('board.people.away', { since: since(person.last_at || person.since, now) });
  const params = { wave: person.wave, cart: person.cart || '', since: since(person.since, now), station: person.station || '' };
  if (person.doing === 'picking' && !person.last) return t('board.people.beginning', params);
  return t('board.people.' + person.doing, Object.assign(params, { place: person.last ? person.last.code : '' }));
}

function pace(person, now) {
  if (person.parcels_hour) return t('board.people.parcels', { n: person.parcels_hour });
  if (person.lines_hour) return t('board.people.lines', { n: person.lines_hour, since: since(person.last_at, now) });
  return t('board.people.nothing_yet');
}
