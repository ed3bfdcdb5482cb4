// The whole life of an order in one line of time: what its shop told, what the office did, every scan, label and sight
// of it on the road; of one kind or all, on the screen or on paper. And, above all that, why it has not left yet.
import { html, useState } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { clock, count, say } from './format.js';
import { tell } from './order_story.js';
import { Act } from './parts.js';

export const KINDS = ['shop', 'office', 'wave', 'pick', 'pack', 'label', 'road'];
const ICONS = { shop: 'cart', office: 'person', wave: 'many', pick: 'tote', pack: 'item', label: 'printer', road: 'truck' };
const STAGES = ['audit', 'stock', 'wave', 'pick', 'pack', 'waybill', 'printer', 'truck'];
const BAD = ['short', 'put_aside', 'number_void', 'withdrawn'];
const OF_CARRIER = { refused: 'bad', problem: 'bad', returned: 'bad', signed: 'good' };

/** Why it has not left: where on its way it stands, in one sentence, what to do, and the buttons that do it. */
export function Stands({ stands, one }) {
  const at = STAGES.indexOf(stands.stage);
  return html`<section class="orders-card stands" id="why-not" data-stage=${stands.stage} data-code=${stands.code}>
    <ol class="stands-way" aria-label=${t('life_stage.way')}>${STAGES.map((stage, nr) => html`<li key=${stage} class=${nr < at ? 'stands-done' : nr === at ? 'stands-here' : ''} aria-current=${nr === at ? 'step' : undefined}><i aria-hidden="true"></i><span>${say('life_stage', stage)}</span></li>`)}</ol>
    <h2>${t('orders.why_not')}</h2>
    <p class="stands-text" role="status">${stands.text}</p>
    ${stands.details.length > 0 && html`<ul class="stands-details">${stands.details.map((each, nr) => html`<li key=${nr}>${each}</li>`)}</ul>`}
    ${stands.todo && html`<p class="stands-todo"><${Icon} name="next" size=${16} /> ${stands.todo}</p>`}
    ${stands.actions.length > 0 && html`<div class="acts">${stands.actions.map((act, nr) => html`<${Act} key=${act.name} id=${'stands-' + act.name} kind=${nr ? '' : 'primary'} label=${say('life_do', act.name)} busy=${Boolean(one.working.stands)} onTap=${() => one.act('stands', act.command, act.body)} />`)}</div>`}
  </section>`;
}

export function Life({ data, now }) {
  const [only, setOnly] = useState('');
  const kinds = KINDS.filter((kind) => data.events.some((event) => event.kind === kind));
  const shown = data.events.filter((event) => !only || event.kind === only);
  return html`<div class="life"><div class="life-tools" role="group" aria-label=${t('life_kind.label')}>
      <button type="button" class=${'choice' + (only ? '' : ' choice-on')} aria-pressed=${!only} onClick=${() => setOnly('')}>${t('orders.all')} <small>${count(data.events.length)}</small></button>
      ${kinds.map((kind) => html`<button type="button" key=${kind} data-kind=${kind} class=${'choice' + (kind === only ? ' choice-on' : '')} aria-pressed=${kind === only} onClick=${() => setOnly(kind === only ? '' : kind)}><${Icon} name=${ICONS[kind]} size=${14} /> ${say('life_kind', kind === 'label' ? 'label_' : kind)} <small>${count(data.events.filter((event) => event.kind === kind).length)}</small></button>`)}
      <${Act} id="print-life" icon="printer" label=${t('life_kind.print')} onTap=${() => window.print()} /></div>
    <ol class="life-line">${shown.map((event, nr) => html`<li key=${nr} data-what=${event.what} data-kind=${event.kind} class=${'life-' + event.kind + (isBad(event) ? ' life-bad' : '')}>
      <i aria-hidden="true"><${Icon} name=${ICONS[event.kind]} size=${15} /></i><time datetime=${event.at} title=${event.at}>${clock(event.at, now)}</time>
      <p dir="auto">${words(event)}${event.who && html` <em>${event.who}</em>`}</p></li>`)}</ol></div>`;
}

function isBad(event) {
  const detail = event.detail;
  return BAD.indexOf(event.what) >= 0 || event.what === 'seen' && OF_CARRIER[detail.state] === 'bad' || event.what === 'weighed' && detail.outcome === 'off' || event.what === 'told_shop' && detail.status === 'refused' || event.what === 'label' && detail.status !== 'confirmed' && detail.status !== 'sent';
}

/** An event in words; what only this page tells of has words of its own. */
function words(event) {
  const detail = Object.assign({}, event.detail);
  const own = OWN[event.what];
  if (!own) return tell(event);
  return own(detail);
}

const some = (code, detail) => t('life_event.' + code, detail);

const OWN = {
  said: (one) => one.text,
  paid: (one) => some('paid', one),
  told_by_shop: (one) => some(one.version === 1 ? 'told_by_shop' : 'told_again', one),
  told_shop: (one) => some('told_' + one.status, one),
  sorted: (one) => some('sorted', one),
  put_back: (one) => some('put_back_' + (one.status === 'done' ? 'done' : 'asked'), one),
  verified: (one) => some('verified', one),
  weighed: (one) => some('weighed', one) + ' · ' + say('life_weight', one.outcome) + (one.agreed_by ? ' (' + one.agreed_by + ': ' + one.reason + ')' : ''),
  photographed: (one) => some('photographed', one),
  put_aside: (one) => some('put_aside', Object.assign(one, { reason: say('board.reason.pack', one.reason) })) + (one.note ? ' · ' + one.note : ''),
  number_asked: (one) => some('number_asked', one) + (one.trouble && one.status === 'asked' ? ' · ' + one.trouble : ''),
  number_void: (one) => some('number_void', one) + (one.trouble ? ' · ' + one.trouble : ''),
  seen: (one) => [one.place, one.text || say('track_state', one.state)].filter(Boolean).join(' · ') + ' (' + one.carrier + ')',
};
