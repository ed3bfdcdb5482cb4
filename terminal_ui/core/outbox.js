// Commands that were not answered yet. Durable ones survive a reload, in the device's store.
const TABLE = 'commands';

/**
 * The queue of one kind of page on one device, in the order in which things were done. A row is
 * {id, name, body, person, kind, order, durable, at: ms, refused: envelope or undefined}. Rows that the server refused
 * stay, as `refused`, until a person has read them.
 */
export class Outbox {
  /** @param {import('./store.js').Store} store @param {string} [kind] */
  constructor(store, kind) {
    this._store = store;
    this._kind = kind || 'terminal';
    /** @type {import('../types').Row[]} */
    this._rows = [];
    this._next = 1;
  }

  /** Read what an earlier page of this kind left behind, ahead of what this one already added. */
  async load() {
    /** @param {import('../types').Row} row */
    const mine = (row) => (row.kind || 'terminal') === this._kind;
    /** @type {import('../types').Row[]} */
    const all = await this._store.all(TABLE);
    const left = all.filter(mine).sort((a, b) => a.order - b.order);
    const known = this._rows.map((row) => row.id);
    this._rows = left.filter((row) => known.indexOf(row.id) < 0).concat(this._rows);
    this._next = this._rows.reduce((next, row) => Math.max(next, row.order + 1), this._next);
    return this;
  }

  /** @param {import('../types').Unsent} row */
  add(row) {
    const kept = Object.assign({ order: this._next, kind: this._kind }, row);
    this._next += 1;
    this._rows.push(kept);
    if (kept.durable) this._store.put(TABLE, kept);
    return kept;
  }

  /** @param {string} id */
  remove(id) {
    const row = this._rows.find((one) => one.id === id);
    this._rows = this._rows.filter((one) => one.id !== id);
    if (!row || row.durable) this._store.remove(TABLE, id);
  }

  /**
   * The server said no: keep it for a person to read.
   * @param {string} id @param {import('../types').Envelope} envelope
   */
  refuse(id, envelope) {
    const row = this._rows.find((one) => one.id === id);
    if (!row) return;
    row.refused = envelope;
    if (row.durable) this._store.put(TABLE, row);
  }

  /**
   * The oldest row of this person that still has to be sent.
   * @param {number} [person]
   */
  head(person) {
    return this.waiting(person)[0] || null;
  }

  /**
   * Rows still to be sent; of everybody when no person is given.
   * @param {number} [person]
   */
  waiting(person) {
    return this._rows.filter((row) => !row.refused && (person === undefined || row.person === person));
  }

  /** @param {number} [person] */
  refused(person) {
    return this._rows.filter((row) => row.refused && (person === undefined || row.person === person));
  }

  /** Whether this device can keep anything at all. */
  get sound() {
    return this._store.sound;
  }

  /** How safe the rows are here: on the disk, about to be, or as long as the page lives. @returns {'yes' | 'soon' | 'no'} */
  get safe() {
    if (!this.sound) return 'no';
    return this._store.still ? 'yes' : 'soon';
  }

  /** Settles when everything so far was tried: whether it is on the disk. */
  saved() {
    return this._store.saved();
  }
}
