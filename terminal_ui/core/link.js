// The live link: commands out, numbered events in, and a lamp that does not lie.
import { Emitter } from './emitter.js';
import { lampOf } from './lamp.js';
import { isOver } from './session.js';
import { Sequencer } from './sequence.js';
import { io } from './socket.js';
import { t } from './texts.js';
import { uuid4 } from './uuid.js';

const ANSWER_MS = 6000;
const AGAIN_MS = 1500;
const ASKED_AGAIN = 4;
const KEEP_TRYING = 'core.database_down';
const QUEUED_AFTER_MS = 1000;

/**
 * Events: `lamp` (state or count changed), `event` (row), `connected`, `settled` (row, envelope: a command got
 * its answer, perhaps after a reload), `failing` (envelope: the server cannot work now), `over` (code: signed out).
 *
 * `options`: {namespace, outbox, auth: () => ({token, person}), after: {get(), set(seq)}, answerMs, may}.
 * `answerMs`: how long an answer may take before the link counts as dead (planning takes longer than a scan).
 * `may()`: whether this page is the one that sends what waits.
 */
export class Link extends Emitter {
  /** @param {import('../types').LinkOptions} options */
  constructor(options) {
    super();
    this._o = options;
    /** @type {{ connected: boolean, waitingSince: number | null, failing: boolean, lastMs: number }} */
    this._health = { connected: false, waitingSince: null, failing: false, lastMs: 0 };
    this._patience = options.answerMs || ANSWER_MS;
    /** @type {Map<string, number>} */
    this._open = new Map();
    /** @type {Map<string, (envelope: any) => void>} */
    this._promises = new Map();
    this._pumping = false;
    this.settled = 0; // how many commands got their answer: what was asked before the last of them is old
    this._sequence = new Sequencer(options.after ? options.after.get() : 0);
    this.lamp = 'offline';
    this._count = 0;
  }

  start() {
    /** @param {(who: object) => void} give */
    const auth = (give) => give({ token: this._o.auth().token, after: this._sequence.last });
    this._socket = io(this._o.namespace, { auth: auth });
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
    // Nobody waits for an answer to these any more: they are not done later, behind somebody's back.
    this._rows().forEach((row) => !row.durable && this._promises.has(row.id) && this._o.outbox.remove(row.id));
    this._look();
  }

  /** Connect anew, so that the server sees a changed session (the language is read on connecting). */
  restart() {
    if (this._socket) this._socket.disconnect().connect();
  }

  /** How many commands of this person wait for an answer. */
  get waiting() {
    return this._rows().length;
  }

  /** How many of them are kept on the device until then. */
  get kept() {
    return this._rows().filter((row) => row.durable).length;
  }

  /** @returns {import('../types').Row[]} */
  _rows() {
    return this._o.outbox.waiting(this._o.auth().person);
  }

  get online() {
    return this.lamp !== 'offline';
  }

  /**
   * A question: changes nothing, is never kept. Answers with an envelope, also when there is no link. Asked a few times
   * while the server cannot work.
   * @param {string} name @param {object} body @returns {Promise<import('../types').Envelope>}
   */
  async ask(name, body) {
    for (let left = ASKED_AGAIN; ; left -= 1) {
      const answer = (await this._attempt(uuid4(), name, body || {})) || noLink();
      if (!left || answer.ok || !answer.message || answer.message.code !== KEEP_TRYING) return answer;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }

  /**
   * A change that needs the link. Without one it is refused here and now; once on its way it is sent
   * again with the same id until there is an answer.
   * @param {string} name @param {object} body @returns {Promise<import('../types').Envelope>}
   */
  send(name, body) {
    if (!this.online) return Promise.resolve(noLink());
    return this._enqueue(this._row(name, body, false));
  }

  /**
  /**
   * A change inside the task in hand: kept on the device until the server has answered. `queued` is called when it is
   * safe here and there is no answer for a while. A device that cannot keep it refuses it while there is no link.
   * @param {string} name @param {object} body @param {() => void} [queued] @returns {Promise<import('../types').Envelope>}
   */
  keep(name, body, queued) {
    const row = this._row(name, body, true);
    if (!this.online && !this._o.outbox.sound) return this._refuseUnkept(row);
    const answer = this._enqueue(row);
    const say = () => this._promises.has(row.id) && queued && queued();
    this._o.outbox.saved().then((/** @type {boolean} */ safe) => {
      if (!safe && !this.online && !this._open.has(row.id)) this._unkept(row);
      else if (safe && this.online) setTimeout(say, QUEUED_AFTER_MS);
      else if (safe) {
        say();
        this.fire('lamp'); // the rows are safe now
      }
    });
    return answer;
  }

  /**
   * Not on the disk, and never on its way: better done again with a link than lost with the battery.
   * @param {import('../types').Unsent} row
   */
  _unkept(row) {
    if (!this._promises.has(row.id)) return;
    this._o.outbox.remove(row.id);
    this._tell(row, notKept());
  }

  /** @param {import('../types').Unsent} row @returns {Promise<import('../types').Envelope>} */
  _refuseUnkept(row) {
    const answer = new Promise((done) => this._promises.set(row.id, done));
    Promise.resolve().then(() => this._tell(row, notKept())); // the flow first shows what it was about to do
    return answer;
  }

  /** @param {string} name @param {object} body @param {boolean} durable @returns {import('../types').Unsent} */
  _row(name, body, durable) {
    return { id: uuid4(), name: name, body: body, person: this._o.auth().person, durable: durable, at: Date.now() };
  }

  /** @param {import('../types').Unsent} row @returns {Promise<import('../types').Envelope>} */
  _enqueue(row) {
    this._o.outbox.add(row);
    const answer = new Promise((done) => this._promises.set(row.id, done));
    this._look();
    this._pump();
    return answer;
  }

  async _pump() {
    if (this._pumping) return;
    this._pumping = true;
    let row = this._o.outbox.head(this._o.auth().person);
    while (row && this._health.connected && (!this._o.may || this._o.may())) {
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

  /** @param {import('../types').Envelope} envelope */
  _mustKeep(envelope) {
    const code = !envelope.ok && envelope.message ? envelope.message.code : '';
    if (isOver(code)) this.fire('over', code);
    return code === KEEP_TRYING || isOver(code);
  }

  /** @param {import('../types').Row} row @param {import('../types').Envelope} envelope */
  _settle(row, envelope) {
    if (envelope.ok || !row.durable) this._o.outbox.remove(row.id);
    else this._o.outbox.refuse(row.id, envelope);
    try {
      this._tell(row, envelope);
    } catch (error) {
      setTimeout(() => { throw error; }); // a screen that fails must not hold up what waits
    }
  }

  /** @param {import('../types').Unsent} row @param {import('../types').Envelope} envelope */
  _tell(row, envelope) {
    this.settled += 1;
    const done = this._promises.get(row.id);
    this._promises.delete(row.id);
    if (done) done(envelope);
    this.fire('settled', row, envelope);
    this._look();
  }

  /**
   * One try: the envelope, or null when no answer came.
   * @param {string} id @param {string} name @param {object} body @returns {Promise<import('../types').Envelope | null>}
   */
  _attempt(id, name, body) {
    if (!this._socket || !this._socket.connected) return Promise.resolve(null);
    const socket = this._socket;
    const started = Date.now();
    this._open.set(id, started);
    return new Promise((done) => {
      socket.timeout(this._patience).emit('command', name, body, (/** @type {Error | null} */ error, /** @type {any} */ envelope) => {
        this._open.delete(id);
        this._answered(error ? null : envelope, Date.now() - started);
        if (error && socket === this._socket && socket.connected) this.restart(); // a black hole, or a stuck server
        done(error ? null : envelope);
      });
    });
  }

  /** @param {import('../types').Envelope | null} envelope @param {number} tookMs */
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

  /** @param {string} reason */
  _disconnected(reason) {
    this._health.connected = false;
    this._sequence.lost();
    this._look();
    if (reason === 'io server disconnect' && this._socket) this._reconnectSoon();
  }

  /** @param {any} error */
  _refusedAtTheDoor(error) {
    this._health.connected = false;
    this._look();
    if (error.data && isOver(error.data.code)) this.fire('over', error.data.code);
    else if (this._socket && !this._socket.active) this._reconnectSoon();
  }

  _reconnectSoon() {
    setTimeout(() => this._socket && this._socket.connect(), AGAIN_MS);
  }

  /** @param {any} body */
  _missed(body) {
    const rows = Array.isArray(body) ? body : body.rows;
    this._deliver(this._sequence.sync(rows, Array.isArray(body) ? undefined : body.seq));
  }

  /** @param {{ rows: import('../types').Pushed[], gap: boolean }} result */
  _deliver(result) {
    if (this._o.after) this._o.after.set(this._sequence.last);
    result.rows.forEach((row) => this.fire('event', row));
    if (result.gap && !this._resuming) this._resume();
  }

  _resume() {
    const socket = this._socket;
    if (!socket) return;
    this._resuming = true;
    socket.timeout(ANSWER_MS).emit('resume', { after: this._sequence.last }, (/** @type {Error | null} */ error, /** @type {any[]} */ rows) => {
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

/**
 * The answer that this page gives itself when the server cannot be asked.
 * @returns {import('../types').Envelope}
 */
export function noLink() {
  return local('link.needed', 'warning');
}

/**
 * Without a link, and on a device that cannot keep what is scanned.
 * @returns {import('../types').Envelope}
 */
function notKept() {
  return local('link.not_kept', 'error');
}

/** @param {string} code @param {string} tone */
function local(code, tone) {
  const message = { code: 'ui.' + code, tone: tone, text: t(code), params: {} };
  return { ok: false, next: null, data: {}, message: message, popup: null, local: true };
}
