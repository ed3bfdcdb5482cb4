// Commands that were not answered yet. Durable ones survive a reload, in IndexedDB.
const DATABASE = 'wms-outbox';
const STORE = 'commands';

/** Keeps records by id while the page lives: where IndexedDB is missing or forbidden. */
export class MemoryStore {
  constructor() {
    this._rows = new Map();
  }

  all() {
    return Promise.resolve(Array.from(this._rows.values()));
  }

  put(row) {
    this._rows.set(row.id, row);
    return Promise.resolve();
  }

  remove(id) {
    this._rows.delete(id);
    return Promise.resolve();
  }
}

/** Keeps records by id in IndexedDB. */
export class IdbStore {
  constructor(database) {
    this._database = database;
  }

  all() {
    return this._run('readonly', (store) => store.getAll());
  }

  put(row) {
    return this._run('readwrite', (store) => store.put(row));
  }

  remove(id) {
    return this._run('readwrite', (store) => store.delete(id));
  }

  _run(mode, act) {
    return new Promise((done, failed) => {
      const transaction = this._database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(request.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  }
}

/** The durable store of this browser, or one in memory when it has none. */
export function openStore() {
  return new Promise((done) => {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
      request.onsuccess = () => done(new IdbStore(request.result));
      request.onerror = () => done(new MemoryStore());
    } catch (error) {
      done(new MemoryStore());
    }
  });
}

/**
 * The queue of one device, in the order in which things were done. A row is
 * {id, name, body, person, order, durable, at: ms, refused: envelope or undefined}. Rows that the server refused
 * stay, as `refused`, until a person has read them.
 */
export class Outbox {
  constructor(store) {
    this._store = store;
    this._rows = [];
    this._next = 1;
    this._saving = Promise.resolve();
  }

  /** Read what an earlier page left behind, ahead of what this one already added. */
  async load() {
    const left = (await this._store.all()).sort((a, b) => a.order - b.order);
    const known = this._rows.map((row) => row.id);
    this._rows = left.filter((row) => known.indexOf(row.id) < 0).concat(this._rows);
    this._next = this._rows.reduce((next, row) => Math.max(next, row.order + 1), this._next);
    return this;
  }

  add(row) {
    const kept = Object.assign({ order: this._next }, row);
    this._next += 1;
    this._rows.push(kept);
    if (kept.durable) this._save(() => this._store.put(kept));
    return kept;
  }

  remove(id) {
    this._rows = this._rows.filter((row) => row.id !== id);
    this._save(() => this._store.remove(id));
  }

  /** The server said no: keep it for a person to read. */
  refuse(id, envelope) {
    const row = this._rows.find((one) => one.id === id);
    if (!row) return;
    row.refused = envelope;
    if (row.durable) this._save(() => this._store.put(row));
  }

  /** The oldest row of this person that still has to be sent. */
  head(person) {
    return this.waiting(person)[0] || null;
  }

  /** Rows still to be sent; of everybody when no person is given. */
  waiting(person) {
    return this._rows.filter((row) => !row.refused && (person === undefined || row.person === person));
  }

  refused(person) {
    return this._rows.filter((row) => row.refused && (person === undefined || row.person === person));
  }

  /** Settles when everything so far is on disk. */
  saved() {
    return this._saving;
  }

  _save(act) {
    // A full or broken disk must not stop the work: the row is still in memory and will be sent.
    this._saving = this._saving.then(act).catch(() => undefined);
  }
}
