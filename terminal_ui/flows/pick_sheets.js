// The sheet of picking that is seldom needed: a short pick with what can be done.
import { html } from '../core/html.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { Sheet } from '../parts/sheet.js';
import { currentLine, isTodo, left } from './pick_state.js';

const sheetOf = (flow, id, title, body) => html`<${Sheet} id=${id} title=${title} onClose=${() => flow.shell.closeSheet()}>${body}<//>`;

const WAY_ICONS = { another: 'next', replenish: 'item', count: 'many', line: 'truck', order: 'person' };

/** Why pieces are missing, and everything that can be done about it right now: the best first, and largest. */
function shortSheet(flow, more) {
  const reasons = [['missing', t('pick.reason_missing')], ['damaged', t('pick.reason_damaged')], ['unreadable', t('pick.reason_unreadable')]];
  const line = currentLine(flow.state);
  if (line && line.expires_on) reasons.push(['expired', t('pick.reason_expired')]);
  const part = line && isTodo(line) && left(line) > 1 && flow.state.step === 'tote' && !line.asks_serials;
  return sheetOf(flow, 'short', t('life.short_title', { n: line && isTodo(line) ? left(line) : 0 }), html`
    <div class="reasons" role="group" aria-label=${t('pick.short_title')}>${reasons.map(([reason, label]) => html`<button type="button" key=${reason} id=${'reason-' + reason}
      class=${'reason' + (more.reason === reason ? ' reason-on' : '')} aria-pressed=${more.reason === reason} onClick=${() => more.chooseReason(reason)}>${label}</button>`)}</div>
    ${part && html`<${Button} id="short-part" icon="many" label=${t('life.short_part')} onTap=${() => more.takePart()} />`}
    <div class="ways" id="ways" data-ready=${Boolean(more.ways)}>${waysOf(more)}</div>`);
}

function waysOf(more) {
  if (!more.ways) return html`<p>${t('life.short_asking')}</p>`;
  if (!more.ways.ways.length) return html`<p class="short-offline">${t(more.ways.offline ? 'life.short_offline' : 'life.short_none')}</p>`;
  return more.ways.ways.map((way, at) => html`<${Button} key=${way.how} id=${'way-' + way.how} kind=${at === 0 ? 'primary' : way.how === 'order' ? 'danger' : 'plain'}
    icon=${WAY_ICONS[way.how]} label=${wayWords(way)} onTap=${() => more.short(way.how)} />`);
}

export function wayWords(way) {
  return t('life.way.' + way.how, { bins: way.bins.slice(0, 2).map((one) => one.code).join(', ') });
}

class PickMore {
  constructor(flow) {
    this.flow = flow;
    this.reason = 'missing';
    this.ways = null; // what is possible about missing pieces, null while it is asked
    this._partOf = null; // the line of which only some pieces are there, and are put first
  }

  sheet() {
    return shortSheet(this.flow, this);
  }

  openShort() {
    const line = this.flow.state && currentLine(this.flow.state);
    if (!line) return;
    this._partOf = null;
    this.reason = this.flow._expired === line.id ? 'expired' : 'missing';
    this.ways = null;
    this.flow.shell.openSheet('short');
    this._askWays(line);
  }

  /** What is possible about a line depends on the stock of the whole house: only the server knows. */
  async _askWays(line) {
    const flow = this.flow;
    const envelope = await flow.shell.link.ask('pick.short_ways', { task_id: flow.state.task.id, line_id: line.id });
    if (!flow.state || flow.state.lineId !== line.id) return;
    this.ways = envelope.ok ? { ways: envelope.data.ways } : { ways: [], offline: Boolean(envelope.local) };
    if (!envelope.ok && !envelope.local) flow.shell.say(envelope.message);
    flow.shell.changed();
  }

  chooseReason(reason) {
    this.reason = reason;
    this.flow.shell.changed();
  }

  /** Only some of the pieces are there: they go into the tote first, then the question comes again. */
  takePart() {
    this._partOf = this.flow.state.lineId;
    this.flow.openQty();
  }

  confirmed(body) {
    if (this._partOf === body.line_id) this.openShort();
  }

  async short(how) {
    const flow = this.flow;
    const body = { task_id: flow.state.task.id, line_id: flow.state.lineId, reason: this.reason, how: how };
    flow.shell.closeSheet();
    flow.chosen(await flow.shell.work(() => flow.shell.link.send('pick.short_choose', body)), how === 'replenish');
  }
}

offer('pick_sheets', (flow) => new PickMore(flow));
