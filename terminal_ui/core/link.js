// The live link: commands out, numbered events in, and a lamp that does not lie.
import { Emitter } from './emitter.js';
import { lampOf } from './lamp.js';
import { isOver } from './session.js';
import { Sequencer } from './sequence.js';
import { t } from './texts.js';
import { uuid4 } from './uuid.js';

const ANSWER_MS = 6000;
const AGAIN_MS = 1500;
const KEEP_TRYING = 'core.database_down';

/**
 * Events: `lamp` (state or count changed), `event` (row), `connected`, `settled` (row, envelope: a command got
 * its answer, perhaps after a reload), `failing` (envelope: the server cannot work now), `over` (code: signed out).
 *
 * `options`: {namespace, outbox, auth: () => ({token, person}), after: {get(), set(seq)}, answerMs, io}.
 * `answerMs`: how long an answer may take before the link counts as dead (planning takes longer than a scan).
 */
export class Link extends Emitter {
  constructor(options) {
    super();
    this._o = options;
    this._health = { connected: false, waitingSince: null, failing: false, lastMs: 0 };
    this._patience = options.answerMs || ANSWER_MS;
    this._open = new Map();
    this._promises = new Map();
    this._pumping = false;
    this._sequence = new Sequencer(options.after ? options.after.get() : 0);
    this.lamp = 'offline';
  }

  start() {
    const io = this._o.io || window.io;
    const auth = (give) => give({ token: this._o.auth().token, after: this._sequence.last });
    this._socket = io(this._o.namespace, { transports: ['websocket'], auth: auth, reconnectionDelayMax: 3000 });
    this._socket.on('connect', () => this._connected());
    this._socket.on('disconnect', (reason) => this._disconnected(reason));
    this._socket.on('connect_error', (error) => this._refusedAtTheDoor(error));
    this._socket.on('missed', (body) => this._missed(body));
    this._socket.on('event', (row) => this._deliver(this._sequence.take([row])));
    this._socket.on('changed', (body) => this.fire('changed', body));
    this._ticking = setInterval(() => this._look(), 400);
    return this;
  }

  stop() {
    clearInterval(this._ticking);
    clearTimeout(this._later);
    if (this._socket) this._socket.disconnect();
    this._socket = null;
    this._health.connected = false;
    this._look();
  }

  /** Connect anew, so that the server sees a changed session (the language is read on connecting). */
  restart() {
    if (this._socket) this._socket.disconnect().connect();
  }

  /** How many commands of this person wait for an answer. */
  get waiting() {
    return this._o.outbox.waiting(this._o.auth().person).length;
  }

  get online() {
    return this.lamp !== 'offline';
  }

  /** A question: changes nothing, is never kept. Answers with an envelope, also when there is no link. */
  async ask(name, body) {
    const answer = await this._attempt(uuid4(), name, body || {});
    return answer || noLink();
  }

  /**
   * A change that needs the link. Without one it is refused here and now; once on its way it is sent
   * again with the same id until there is an answer.
   */
  send(name, body) {
    if (!this.online) return Promise.resolve(noLink());
    return this._enqueue(name, body, false);
  }

  /** A change inside the task in hand: kept on the device until the server has answered. */
  keep(name, body) {
    return this._enqueue(name, body, true);
  }

  _enqueue(name, body, durable) {
    const id = uuid4();
    const row = { id: id, name: name, body: body, person: this._o.auth().person, durable: durable, at: Date.now() };
    this._o.outbox.add(row);
    const answer = new Promise((done) => this._promises.set(id, done));
    this._look();
    this._pump();
    return answer;
  }

  async _pump() {
    if (this._pumping) return;
    this._pumping = true;
    let row = this._o.outbox.head(this._o.auth().person);
    while (row && this._health.connected) {
      const envelope = await this._attempt(row.id, row.name, Object.assign({}, row.body, { command_id: row.id }));
      if (!envelope || this._mustKeep(envelope)) {
        this._pumpLater();
        break;
      }
      this._settle(row, envelope);
      row = this._o.outbox.head(this._o.auth().person);
    }
    this._pumping = false;
    this._look();
  }

  _pumpLater() {
    clearTimeout(this._later);
    this._later = setTimeout(() => this._pump(), AGAIN_MS);
  }

  _mustKeep(envelope) {
    const code = !envelope.ok && envelope.message ? envelope.message.code : '';
    if (isOver(code)) this.fire('over', code);
    return code === KEEP_TRYING || isOver(code);
  }

  _settle(row, envelope) {
    if (envelope.ok || !row.durable) this._o.outbox.remove(row.id);
    else this._o.outbox.refuse(row.id, envelope);
    const done = this._promises.get(row.id);
    this._promises.delete(row.id);
    if (done) done(envelope);
    this.fire('settled', row, envelope);
    this._look();
  }

  /** One try: the envelope, or null when no answer came. */
  _attempt(id, name, body) {
    if (!this._socket || !this._socket.connected) return Promise.resolve(null);
    const socket = this._socket;
    const started = Date.now();
    this._open.set(id, started);
    return new Promise((done) => {
      socket.timeout(this._patience).emit('command', name, body, (error, envelope) => {
        this._open.delete(id);
        this._answered(error ? null : envelope, Date.now() - started);
        if (error && socket === this._socket && socket.connected) this.restart(); // a black hole, or a stuck server
        done(error ? null : envelope);
      });
    });
  }

  _answered(envelope, tookMs) {
    if (envelope) {
      const code = !envelope.ok && envelope.message ? envelope.message.code : '';
      this._health.failing = code === KEEP_TRYING;
      this._health.lastMs = tookMs;
      if (this._health.failing) this.fire('failing', envelope);
    }
    this._look();
  }

  _connected() {
    Object.assign(this._health, { connected: true, failing: false, lastMs: 0 });
    this._look();
    this.fire('connected');
    this._pump();
  }

  _disconnected(reason) {
    this._health.connected = false;
    this._sequence.lost();
    this._look();
    if (reason === 'io server disconnect' && this._socket) this._reconnectSoon();
  }

  _refusedAtTheDoor(error) {
    this._health.connected = false;
    this._look();
    if (error.data && isOver(error.data.code)) this.fire('over', error.data.code);
    else if (this._socket && !this._socket.active) this._reconnectSoon();
  }

  _reconnectSoon() {
    setTimeout(() => this._socket && this._socket.connect(), AGAIN_MS);
  }

  _missed(body) {
    const rows = Array.isArray(body) ? body : body.rows;
    this._deliver(this._sequence.sync(rows, Array.isArray(body) ? undefined : body.seq));
  }

  _deliver(result) {
    if (this._o.after) this._o.after.set(this._sequence.last);
    result.rows.forEach((row) => this.fire('event', row));
    if (result.gap && !this._resuming) this._resume();
  }

  _resume() {
    const socket = this._socket;
    if (!socket) return;
    this._resuming = true;
    socket.timeout(ANSWER_MS).emit('resume', { after: this._sequence.last }, (error, rows) => {
      this._resuming = false;
      if (!error && socket === this._socket) this._deliver(this._sequence.resume(rows));
    });
  }

  _look() {
    const oldest = Math.min(...this._open.values());
    this._health.waitingSince = isFinite(oldest) ? oldest : null;
    const lamp = lampOf(this._health, Date.now(), this._patience);
    const count = this.waiting;
    if (lamp === this.lamp && count === this._count) return;
    this.lamp = lamp;
    this._count = count;
    this.fire('lamp');
  }
}

/** The answer that this page gives itself when the server cannot be asked. */
export function noLink() {
  const message = { code: 'ui.link.needed', tone: 'warning', text: t('link.needed'), params: {} };
  return { ok: false, next: null, data: {}, message: message, popup: null, local: true };
}
