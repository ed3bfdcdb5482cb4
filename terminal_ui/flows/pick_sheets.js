// The sheets of picking that are seldom needed: a short pick with what can be done, and carts that change hands.
import { html } from '../core/html.js';
import { offer } from '../core/later.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { Sheet } from '../parts/sheet.js';
import { currentLine, isTodo, left } from './pick_state.js';

const sheetOf = (flow, id, title, body) => html`<${Sheet} id=${id} title=${title} onClose=${() => flow.shell.closeSheet()}>${body}<//>`;

/** The cart that was scanned carries a colleague's task. */
function takeOverSheet(flow) {
  return sheetOf(flow, 'take-over', t('life.take_over', { cart: flow.wanted.cart }), html`<p>${t('life.take_over_hint')}</p>
    <${Button} id="take-over" kind="primary" icon="cart" label=${t('life.take_over_yes')} onTap=${() => flow.takeOver(flow.wanted.cart)} />`);
}

function askForSheet(flow) {
  return sheetOf(flow, 'ask-for', t('life.ask_for', { cart: flow.wanted.cart }), html`<p>${t('life.ask_for_hint')}</p>
    <${Button} id="ask-for" kind="primary" icon="person" label=${t('life.ask_for_yes')} onTap=${() => flow.askFor()} />`);
}

function askedForSheet(flow) {
  return sheetOf(flow, 'asked-for', t('life.asked_for', { by: flow.wanted.by }), html`<p>${t('life.asked_for_hint')}</p>
    <${Button} id="hand-over" kind="primary" icon="out" label=${t('life.hand_over', { by: flow.wanted.by })} onTap=${() => flow.handOver()} />
    <${Button} id="keep-cart" label=${t('life.keep_cart')} onTap=${() => flow.shell.closeSheet()} />`);
}

const WAY_ICONS = { another: 'next', replenish: 'item', count: 'many', line: 'truck', order: 'person' };

/** Why pieces are missing, and everything that can be done about it right now: the best first, and largest. */
function shortSheet(flow) {
  const reasons = [['missing', t('pick.reason_missing')], ['damaged', t('pick.reason_damaged')], ['unreadable', t('pick.reason_unreadable')]];
  const line = currentLine(flow.state);
  if (line && line.expires_on) reasons.push(['expired', t('pick.reason_expired')]);
  const part = line && isTodo(line) && left(line) > 1 && flow.state.step === 'tote' && !line.asks_serials;
  return sheetOf(flow, 'short', t('life.short_title', { n: line && isTodo(line) ? left(line) : 0 }), html`
    <div class="reasons" role="group" aria-label=${t('pick.short_title')}>${reasons.map(([reason, label]) => html`<button type="button" key=${reason} id=${'reason-' + reason}
      class=${'reason' + (flow.reason === reason ? ' reason-on' : '')} aria-pressed=${flow.reason === reason} onClick=${() => flow.chooseReason(reason)}>${label}</button>`)}</div>
    ${part && html`<${Button} id="short-part" icon="many" label=${t('life.short_part')} onTap=${() => flow.takePart()} />`}
    <div class="ways" id="ways" data-ready=${Boolean(flow.ways)}>${waysOf(flow)}</div>`);
}

function waysOf(flow) {
  if (!flow.ways) return html`<p>${t('life.short_asking')}</p>`;
  if (!flow.ways.ways.length) return html`<p class="short-offline">${t(flow.ways.offline ? 'life.short_offline' : 'life.short_none')}</p>`;
  return flow.ways.ways.map((way, at) => html`<${Button} key=${way.how} id=${'way-' + way.how} kind=${at === 0 ? 'primary' : way.how === 'order' ? 'danger' : 'plain'}
    icon=${WAY_ICONS[way.how]} label=${wayWords(way)} onTap=${() => flow.short(way.how)} />`);
}

function wayWords(way) {
  if (way.how !== 'another') return t('life.way.' + way.how);
  return t('life.way.another', { bins: way.bins.slice(0, 2).map((one) => one.code).join(', ') });
}

const SHEETS = { short: shortSheet, take_over: takeOverSheet, ask_for: askForSheet, asked_for: askedForSheet };

offer('pick_sheets', (flow, name) => SHEETS[name](flow));
