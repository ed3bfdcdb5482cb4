// What a device must not lose: one database of the browser, in which what belongs together is written together.
const DATABASE = 'wms-outbox'; // once there was nothing else in it
const TABLES = ['commands', 'hand'];
const OPEN_MS = 4000; // a page of an older version in another tab can keep the database shut

/**
 * @typedef {{ table: string, id: string, row: any }} Change a row that is put, null: that is removed
 * @typedef {{ lasting: boolean, all(table: string): Promise<any[]>, write(changes: Change[]): Promise<any> }} Base
 */

/** Rows by table and id while the page lives: where IndexedDB is missing, forbidden or broken. */
export class MemoryBase {
  constructor() {
    this.lasting = false;
    /** @type {Record<string, Map<string, any>>} */
    this.rows = {};
    TABLES.forEach((table) => { this.rows[table] = new Map(); });
  }

  /** @param {string} table @returns {Promise<any[]>} */
  all(table) {
    return Promise.resolve(Array.from(this.rows[table].values()));
  }

  /** @param {Change[]} changes @returns {Promise<any>} */
  write(changes) {
    changes.forEach(({ table, id, row }) => (row ? this.rows[table].set(id, row) : this.rows[table].delete(id)));
    return Promise.resolve();
  }
}

/** Rows by table and id in IndexedDB. */
export class IdbBase {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.lasting = true;
    this._database = database;
    database.onversionchange = () => database.close();
  }

  /** @param {string} table @returns {Promise<any[]>} */
  all(table) {
    return this._run('readonly', (transaction) => transaction.objectStore(table).getAll());
  }

  /** @param {Change[]} changes @returns {Promise<any>} */
  write(changes) {
    return this._run('readwrite', (transaction) => changes.forEach(({ table, id, row }) => {
      const rows = transaction.objectStore(table);
      return row ? rows.put(row) : rows.delete(id);
    }));
  }

  /** @param {IDBTransactionMode} mode @param {(transaction: IDBTransaction) => any} act @returns {Promise<any>} */
  _run(mode, act) {
    return new Promise((done, failed) => {
      // On the disk, not in the system's memory, when it counts as done: a battery may be pulled at any moment.
      /** @type {any} */
      const strict = { durability: 'strict' };
      const transaction = this._database.transaction(TABLES, mode, strict);
      const request = act(transaction);
      transaction.oncomplete = () => done(request && request.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  }
}

/**
 * Changes of one turn (until the script gives control back) are one transaction: a scan that waits and the place where
 * the picker stands after it, or neither. `sound` is false when this device cannot keep anything, now or ever.
 */
export class Store {
  /** @param {Base} base */
  constructor(base) {
    this._base = base;
    /** @type {Map<string, Change>} */
    this._changes = new Map(); // what is not written yet, the last word on each row
    this._writing = Promise.resolve();
    this._due = false;
    this._busy = false;
    this._failed = false;
  }

  get sound() {
    return this._base.lasting && !this._failed;
  }

  /** Nothing is on its way to the disk. */
  get still() {
    return !this._due && !this._busy;
  }

  /** @param {string} table @returns {Promise<any[]>} */
  async all(table) {
    try {
      return await this._base.all(table);
    } catch (error) {
      this._failed = true;
      return [];
    }
  }

  /** @param {string} table @param {any} row */
  put(table, row) {
    this._plan({ table: table, id: row.id, row: row });
  }

  /** @param {string} table @param {string} id */
  remove(table, id) {
    this._plan({ table: table, id: id, row: null });
  }

  /**
   * Settles when everything so far was tried: whether it is on the disk.
   * @returns {Promise<boolean>}
   */
  saved() {
    return this._writing.then(() => this.sound);
  }

  /** @param {Change} change */
  _plan(change) {
    this._changes.set(change.table + ' ' + change.id, change);
    if (this._due) return;
    this._due = true;
    this._writing = this._writing.then(() => this._write());
  }

  /** What could not be written is tried again with the next change: a disk may have room again. */
  async _write() {
    this._due = false;
    this._busy = true;
    const changes = this._changes;
    this._changes = new Map();
    try {
      await this._base.write(Array.from(changes.values()));
      this._failed = false;
    } catch (error) {
      this._failed = true;
      this._changes = new Map(Array.from(changes).concat(Array.from(this._changes)));
    }
    this._busy = false;
  }
}

/** The store of this browser; one that forgets when there is none, or when it is broken. */
export async function openStore() {
  return new Store(await openBase().catch(() => new MemoryBase()));
}

/** @returns {Promise<Base>} */
function openBase() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(DATABASE, 2);
    request.onupgradeneeded = () => TABLES.filter((table) => !request.result.objectStoreNames.contains(table))
      .forEach((table) => request.result.createObjectStore(table, { keyPath: 'id' }));
    request.onsuccess = () => done(new IdbBase(request.result));
    request.onerror = () => failed(request.error);
    setTimeout(() => failed(new Error('the database does not open')), OPEN_MS);
  });
}

/** Ask the browser not to throw away what we keep when its disk is full. Some ask the person; most just do it. */
export function askToLast() {
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => undefined);
}
