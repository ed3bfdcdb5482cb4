// The put wall: a tote, an item, the slot that lights up. Works on a handheld, a cheap tablet and a big screen.
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { Guided } from './guided.js';
import { slotTone } from './wall_tone.js';
import { chooseScreen, itemScreen, putScreen, toteScreen } from './wall_views.js';

const MOST_AT_ONCE = 99;
const LOOK_AGAIN_MS = 400; // colleagues put often: their changes are gathered

export class Wall extends Guided {
  constructor(shell) {
    super(shell, {
      name: 'wall',
      screens: { wall_choose: chooseScreen, wall_tote: toteScreen, wall_item: itemScreen, wall_put: putScreen },
    });
    this.times = 1;
    this.told = '';
  }

  enter(data) {
    this.shell.listen();
    return super.enter(data);
  }

  /** A page that was loaded anew begins here. */
  connected() {
    this.shell.listen();
    return super.connected();
  }

  /** Something has changed in the warehouse: show the wall as it is now. */
  changed() {
    clearTimeout(this._again);
    this._again = setTimeout(() => this._look(), LOOK_AGAIN_MS);
  }

  async _look() {
    if (this.shell.busy || !this.shell.link || this.shell.link.waiting) return this.changed();
    const edition = this._edition;
    const envelope = await this.shell.link.ask('wall.state', {});
    if (this.shell.busy || edition !== this._edition) return this.changed();
    if (envelope.ok) this._show(envelope.next, envelope.data);
    return this.shell.changed();
  }

  _show(name, data) {
    super._show(name, data);
    if (name !== 'wall_item') this.times = 1;
    const put = name === 'wall_put' && this.data.put;
    const told = put ? [put.slot, put.sku.code, put.qty, put.order].join() : '';
    if (told && told !== this.told) this._tell(put);
    this.told = told;
  }

  /** Which slot: in colour on the screen, by voice, and by its own tone. */
  _tell(put) {
    if (put.why) play('warning');
    else slotTone(put.slot);
  }

  _follow(envelope) {
    const result = super._follow(envelope);
    if (envelope.message && envelope.message.code === 'picking.wall_complete') play('done');
    return result;
  }

  /** Two digits before a scan: that many pieces of it in hand. */
  item(code) {
    if (/^\d{1,2}$/.test(code)) {
      this.times = Math.max(1, Math.min(MOST_AT_ONCE, Number(code)));
      return this.shell.tell('station.times', 'info', { n: this.times });
    }
    const qty = this.times;
    this.times = 1;
    return this.send('wall.item', { code: code, qty: qty });
  }

  put(code) {
    const shown = this.data.put;
    return this.send('wall.put', { code: Number(code) === shown.slot ? shown.code : code });
  }

  /** Tapping a slot is as good as scanning it. */
  tap(slot) {
    if (this.screen === 'wall_put') this.send('wall.put', { code: slot.code });
  }

  askEmpty() {
    const left = this.data.tote.left;
    if (!left) return this.send('wall.empty');
    return this.askChoice({
      title: t('wall.empty_title', { n: left }),
      hint: t('wall.empty_hint'),
      choices: [['lost', t('wall.empty_yes', { n: left }), 'danger'], ['look', t('wall.empty_no')]],
      onOk: (answer) => (answer === 'lost' ? this.send('wall.empty') : undefined),
    });
  }
}

offer('wall', (shell) => new Wall(shell));
