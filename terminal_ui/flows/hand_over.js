// Carts that change hands, and what others do to the task in hand: the same however it is picked.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { Sheet } from '../parts/sheet.js';

// Why a task changed on the server's side stops the picker, but for these. `added` lines speak for themselves.
const TOLD = { filled: 'ok', paused: 'warning', send_home: 'warning', queue: 'warning' };
// In bulk an order has no tote of its own, and pieces in hand may still be for others.
const OTHERWISE_IN_BULK = /pulled|intercepted/;

/**
 * `story`: {
 *   bulk: whether goods of many orders lie together,
 *   taskId: () => the id of the task in hand, null without one,
 *   refresh: () => ask for it anew,
 *   send: (name, body) => carry out one command, go where its answer leads, and resolve to that }
 */
export class HandOver {
  constructor(shell, story) {
    this.shell = shell;
    this.story = story;
    /** @type {any} */
    this.wanted = null; // a colleague's cart, or the colleague who asks for mine
  }

  event(row) {
    const data = row.data;
    if (row.name === 'pick.changed') this._changed(data.why, data.by);
    if (row.name === 'pick.waiting_ended') this._changed('queue', data.by);
    if (row.name === 'pick.take_over_asked' && data.task_id === this.story.taskId()) this._want('asked_for', { by: data.by, id: data.by_id });
  }

  /** Somebody else changed the task in hand: show it as it is now, and say why. */
  async _changed(why, by) {
    await this.story.refresh();
    const words = this.story.bulk && OTHERWISE_IN_BULK.test(why) ? 'life.why_bulk.' : 'life.why.';
    if (why !== 'added') this.shell.tell(words + why, TOLD[why] || 'stop', { by: by || '' });
  }

  _want(sheet, wanted) {
    this.wanted = wanted;
    this.shell.openSheet(sheet);
  }

  /** A cart was scanned to begin with: one that carries a colleague's task may be taken over. */
  refused(envelope, cart) {
    if (!envelope.ok && envelope.message.code === 'picking.cart_in_use') this._want('take_over', { cart: cart });
  }

  /** Go on with the cart of a colleague who has gone; one who is at work can be asked. */
  async takeOver(cart) {
    const envelope = await this._send('pick.take_over', { code: cart });
    if (!envelope.ok && envelope.message.code === 'picking.at_work') this._want('ask_for', { cart: cart });
  }

  _send(name, body) {
    this.shell.closeSheet();
    return this.story.send(name, body);
  }

  /** The sheet of this name; null for any that is not about carts that change hands. */
  sheet(name) {
    const wanted = this.wanted;
    if (!wanted || !BUTTONS[name]) return null;
    const id = name.replace('_', '-');
    return html`<${Sheet} id=${id} title=${t('life.' + name, wanted)} onClose=${() => this.shell.closeSheet()}><p>${t('life.' + name + '_hint')}</p>${BUTTONS[name](this, wanted, id)}<//>`;
  }
}

const go = (id, icon, label, onTap) => html`<${Button} id=${id} kind="primary" icon=${icon} label=${label} onTap=${onTap} />`;

// The cart that was scanned carries a colleague's task; that colleague is at work; a colleague wants the cart in hand.
const BUTTONS = {
  take_over: (carts, wanted, id) => go(id, 'cart', t('life.take_over_yes'), () => carts.takeOver(wanted.cart)),
  ask_for: (carts, wanted, id) => go(id, 'person', t('life.ask_for_yes'), () => carts._send('pick.ask_for', { code: wanted.cart })),
  asked_for: (carts, wanted) => html`${go('hand-over', 'out', t('life.hand_over', wanted), () => carts._send('pick.hand_over', { task_id: carts.story.taskId(), person_id: wanted.id }))}
    <${Button} id="keep-cart" label=${t('life.keep_cart')} onTap=${() => carts.shell.closeSheet()} />`,
};
