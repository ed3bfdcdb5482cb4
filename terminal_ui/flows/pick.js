// Cart picking: wait for a task, take a cart, put a tote in each slot, walk, finish.
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { need, offer } from '../core/fetched.js';
import { HandOver } from './hand_over.js';
import { EMPTY_HANDS, accept, answered, begin, closed, currentLine, freeSlot, memory, putOff, scan, setQty, told, withSlots } from './pick_state.js';
import { pickMenu, pickSheet, pickView } from './pick_views.js';

const KIND = { wrong_bin: 'error', wrong_item: 'item', wrong_tote: 'tote', too_many: 'many', already_done: 'already' };
const SAY = { 'picking.wrong_lot': 'item', 'picking.serial_not_here': 'item', 'picking.serial_twice': 'already', 'picking.wrong_item': 'item' };

export class Pick {
  constructor(shell) {
    this.shell = shell;
    this.screen = 'pick_wait';
    this.state = null;
    this.qtyTyped = '';
    this._edition = 0;
    this._old = false; // whether the server knows more than this device, which has no time to ask yet
    this._expired = null;
    this.more = null; // what is seldom needed: `pick_sheets.js`, once it is there
    this.carts = new HandOver(shell, {
      taskId: () => (this.state ? this.state.task.id : null), refresh: () => this._refreshSoon(), send: (name, body) => this.send(name, body),
    });
  }

  /** `data`: {ready: true} asks for work; {task, next} shows what the server said; else ask it. */
  async enter(data) {
    if (data.next) this._follow({ ok: true, next: data.next, data: data });
    else if (data.ready) await this._ready();
    else await this._refresh();
  }

  /** Go on with the task that this device kept, before the server has said a word: perhaps there is no link. */
  resume(kept) {
    this.screen = kept.screen;
    this.zone = kept.zone;
    this._take(kept.task);
  }

  /** Ask for work. A task that has come with the news meanwhile makes the answer old. */
  async _ready() {
    const edition = this._edition;
    const envelope = await this.shell.work(() => this.shell.link.send('pick.ready', {}));
    if (edition === this._edition) this._follow(envelope, 'home');
  }

  /** Where to bring a cart that is done stays on screen until the picker goes on: the server has no task any more. */
  connected() {
    return this.screen === 'pick_done' ? undefined : this._refreshSoon();
  }

  /** Get the task anew, after what waits has been sent: before, the server knows less than this device. */
  _refreshSoon() {
    this._old = this.shell.link.waiting > 0;
    return this._old ? undefined : this._refresh();
  }

  event(row) {
    if (row.name === 'pick.assigned') this._assigned(row.data.screen);
    else this.carts.event(row);
  }

  /** A task for whoever waits: it came with the news, else it is asked for. */
  _assigned(screen) {
    if (!screen || this.screen !== 'pick_wait' || this.state) return this._refresh(true);
    this._edition += 1;
    this._follow(Object.assign({ ok: true, message: null }, screen));
    return this.shell.tell('pick.arrived', 'ok');
  }

  _fetch() {
    return need('pick_sheets').then((make) => {
      this.more = this.more || make(this);
      return this.more;
    });
  }

  /** Get the task anew. What was confirmed meanwhile makes an answer old: ask again. */
  async _refresh(announce) {
    const edition = this._edition;
    this._old = false;
    const envelope = await this.shell.link.ask('pick.task', {});
    if (!envelope.ok) return envelope.local ? undefined : this.shell.say(envelope.message);
    if (edition !== this._edition) return this.screen === 'pick_done' ? undefined : this._refresh(announce);
    const waited = this.screen === 'pick_wait' && !this.state;
    this._follow(envelope);
    if (announce && waited && this.state) this.shell.tell('pick.arrived', 'ok');
    return undefined;
  }

  /** Go where an envelope leads. `orElse`: the flow to show when it was refused. */
  _follow(envelope, orElse) {
    this.shell.say(envelope.message);
    if (!envelope.ok && !envelope.next) return orElse && !this.state ? this.shell.go(orElse) : this.shell.changed();
    if (envelope.data && envelope.data.task) this._take(envelope.data.task);
    else if (envelope.data && envelope.data.slots && this.state) this._become(withSlots(this.state, envelope.data.slots));
    if (envelope.next && !envelope.next.startsWith('pick_')) return this._leave(envelope.next, envelope.data);
    if (envelope.next) this._show(envelope.next);
    return this.shell.changed();
  }

  _show(screen) {
    this.screen = screen;
    if (screen === 'pick_wait') this.state = null;
    this._remember();
  }

  _leave(next, data) {
    this.state = null;
    this.screen = 'pick_wait';
    this._remember();
    const flow = next.split('_')[0];
    return flow === next ? this.shell.go(flow) : this.shell.go(flow, Object.assign({ next: next }, data));
  }

  _take(task) {
    const person = this.shell.session.person.id;
    const waiting = this.shell.outbox.waiting(person).filter((row) => row.name === 'pick.confirm');
    this._fetch().catch(() => undefined);
    this.state = begin(task, this.shell.hand.recall('steps'), waiting.map((row) => row.body));
    this._remember();
  }

  _become(state) {
    this.state = state;
    this._remember();
    this.shell.changed();
  }

  /** Keep what is needed to go on without a link after a reload. The task is large: only when it is another. */
  _remember() {
    const hand = this.shell.hand;
    const now = this.state && { flow: 'pick', task: this.state.task, screen: this.screen, zone: this.zone };
    if (!now || !this._kept || now.task !== this._kept.task || now.screen !== this._kept.screen) hand.keep('flow', now);
    this._kept = now;
    hand.keep('steps', now && memory(this.state));
  }

  async scan(code) {
    if (this.shell.sheet === 'qty' && /^\d{1,4}$/.test(code)) return this.takeQty(Number(code));
    this.shell.sheet = null;
    if (this.screen === 'pick_start') return this._scanCart(code);
    if (this.screen === 'pick_totes') return this._sendTote(code);
    if (this.screen === 'pick_line') return this._scanLine(code);
    if (this.screen === 'pick_done') return this.shell.tell('pick.press_next', 'warning');
    return this.carts.takeOver(code);
  }

  /** A cart for the task; one that carries a colleague's may be taken over. */
  async _scanCart(code) {
    this.carts.refused(await this.send('pick.cart', { task_id: this.state.task.id, code: code }), code);
  }

  get scansInSheet() {
    return this.shell.sheet === 'qty';
  }

  _sendTote(code) {
    const free = freeSlot(this.state);
    return free && this.send('pick.tote', { task_id: this.state.task.id, slot: free.slot, code: code });
  }

  async send(name, body) {
    const envelope = await this.shell.work(() => this.shell.link.send(name, body));
    if (envelope.ok && !envelope.message) play('ok');
    this._edition += 1;
    this._follow(envelope);
    const settled = !envelope.ok || envelope.data.task || envelope.data.slots || envelope.next === 'home' || name === 'pick.ask_for';
    if (!settled) await this._refresh();
    return envelope;
  }

  _scanLine(code) {
    this._apply(scan(this.state, code), code);
  }

  _apply(result, code) {
    this._become(result.state);
    const effect = result.effect;
    if (effect.kind === 'step') play('step');
    if (effect.kind === 'confirm') this._confirm(effect.body);
    if (effect.kind === 'ask') this._ask(effect.expect, code);
    if (effect.kind === 'refuse') this._refuse(effect, code);
  }

  /** Goods that are tracked at every move: the server reads the label, and says whether it is the right one. */
  async _ask(expect, code) {
    const at = this._at();
    const body = { task_id: this.state.task.id, line_id: this.state.lineId, expect: expect, code: code, serials: this.state.serials };
    const envelope = await this.shell.work(() => this.shell.link.ask('pick.check', body));
    if (!this.state || at !== this._at()) return;
    if (envelope.ok) this._apply(told(this.state, expect, code, envelope.data), code);
    else this._say(envelope);
  }

  /** Where the picker stands: an answer to a question that was asked elsewhere is old. */
  _at() {
    return this.state ? [this.state.lineId, this.state.step, this.state.serials.length].join() : '';
  }

  /** A refusal. Expired goods stay where they are: nothing is left but to report the line. */
  _say(envelope) {
    const code = envelope.message && envelope.message.code;
    this.shell.say(envelope.message, SAY[code]);
    this._expired = code === 'picking.lot_expired' ? this.state.lineId : null;
    this.shell.changed();
  }

  /** Not awaited: the next scan may come at once; the answer arrives in `settled`. */
  _confirm(body) {
    this._edition += 1;
    if (this.shell.link.online) play('step');
    this.shell.link.keep('pick.confirm', body, () => this.shell.tell('pick.queued', 'queued'));
  }

  /** A command got its answer, perhaps one that an earlier page sent. */
  settled(row, envelope) {
    if (row.name !== 'pick.confirm') return void (this._old && this._refreshSoon());
    this._edition += 1;
    if (!this.state || row.body.task_id !== this.state.task.id) {
      if (!envelope.ok) this.shell.say(envelope.message);
      return void (this._old && this._refreshSoon());
    }
    this._become(answered(this.state, row.body, envelope));
    if (envelope.ok && envelope.next === 'home') return void this._follow(envelope);
    if (envelope.next === 'pick_done') return void this._done(envelope);
    if (!envelope.ok && envelope.message) this._say(envelope);
    else if (envelope.message) this.shell.say(envelope.message);
    else this.shell.tell('pick.confirmed', 'ok', { qty: row.body.qty, tote: row.body.tote });
    if (this._old || (!envelope.ok && !envelope.local) || envelope.replayed) this._refreshSoon();
    if (envelope.ok && this.more) this.more.confirmed(row.body);
  }

  _done(envelope) {
    this.screen = 'pick_done';
    this.zone = envelope.data.zone;
    this._remember();
    if (envelope.message) this.shell.say(envelope.message);
    play('done');
  }

  /** Say at once what this device knows, then what the server knows better. */
  async _refuse(effect, code) {
    const kind = KIND[effect.reason];
    const line = currentLine(this.state);
    const at = this._at();
    this.shell.say({ code: 'ui.pick.' + effect.reason, tone: 'error', text: t('pick.' + effect.reason, effect.params) }, kind);
    const shown = this.shell.banner;
    if (!effect.expect || !this.shell.link.online) return;
    const body = { task_id: this.state.task.id, line_id: line.id, expect: effect.expect, code: code };
    const envelope = await this.shell.link.ask('pick.check', body);
    if (envelope.local || !this.state || at !== this._at()) return;
    if (envelope.ok) this._acceptAfterAll(effect.expect, code, shown);
    else if (this.shell.banner === shown && envelope.message) {
      Object.assign(shown, { text: envelope.message.text, code: envelope.message.code });
      this.shell.changed();
    }
  }

  _acceptAfterAll(expect, code, shown) {
    if (this.shell.banner === shown) this.shell.acknowledge();
    this._apply(accept(this.state, expect, code), code);
  }

  takeQty(qty) {
    this.shell.closeSheet();
    if (qty > 0) this._apply(setQty(this.state, qty), '');
  }

  openQty() {
    this.qtyTyped = '';
    this.shell.openSheet('qty');
  }

  typeQty(text) {
    this.qtyTyped = text.slice(0, 4);
    this.shell.changed();
  }

  openShort() {
    return this._fetch().then((more) => more.openShort(), () => this.shell.tell('link.needed', 'warning'));
  }

  /** A choice about missing pieces was answered. `elsewhere`: its line comes last now. */
  chosen(envelope, elsewhere) {
    this._edition += 1;
    if (envelope.ok && envelope.data.lines) this._become(closed(this.state, envelope.data.lines));
    if (envelope.ok && elsewhere) this._become(Object.assign({}, this.state, EMPTY_HANDS, { lineId: null }));
    if (envelope.ok && envelope.next === 'pick_done') this._done(envelope);
    else this._follow(envelope);
  }

  later() {
    this.shell.closeSheet();
    this._become(putOff(this.state));
  }

  letGo() {
    this.shell.closeSheet();
    return this.send('pick.let_go', { task_id: this.state.task.id });
  }

  next() {
    this.state = null;
    return this.enter({ ready: true });
  }

  view() {
    return pickView(this);
  }

  sheet(name) {
    return pickSheet(this, name);
  }

  menu() {
    return pickMenu(this);
  }
}

offer('pick', (shell) => new Pick(shell));
