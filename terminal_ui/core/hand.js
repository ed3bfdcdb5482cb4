// What the person at this device has in hand, kept so that a reload without a link goes on at the same line.
const TABLE = 'hand';

/** Small named values of one person on one kind of page. They go when that person goes, or somebody else comes. */
export class Hand {
  /** @param {import('./store.js').Store} store @param {string} kind */
  constructor(store, kind) {
    this._store = store;
    this._kind = kind;
    /** @type {number | null} */
    this._person = null;
    /** @type {Map<string, any>} */
    this._rows = new Map();
  }

  async load() {
    /** @param {any} row */
    const mine = (row) => row.kind === this._kind;
    (await this._store.all(TABLE)).filter(mine).forEach((row) => this._rows.set(row.name, row));
    return this;
  }

  /**
   * From now on this person's: what another one had in hand is forgotten.
   * @param {number} person
   */
  belongTo(person) {
    this._person = person;
    Array.from(this._rows.values()).filter((row) => row.person !== person).forEach((row) => this.keep(row.name, null));
  }

  /** @param {string} name @returns {any} */
  recall(name) {
    const row = this._rows.get(name);
    return row ? row.value : null;
  }

  /**
   * Keep a JSON value; null forgets it.
   * @param {string} name @param {any} value
   */
  keep(name, value) {
    const id = this._kind + '.' + name;
    if (value === null) {
      if (this._rows.delete(name)) this._store.remove(TABLE, id);
      return;
    }
    const row = { id: id, kind: this._kind, name: name, person: this._person, value: value };
    this._rows.set(name, row);
    this._store.put(TABLE, row);
  }

  clear() {
    Array.from(this._rows.keys()).forEach((name) => this.keep(name, null));
  }
}
