// One page of a kind per browser: two would send the same scans and show the same task at two different steps.
import { Emitter } from './emitter.js';
import { keep, recall } from './storage.js';
import { uuid4 } from './uuid.js';

const ANSWER_MS = 300;

/** @typedef {{ post(message: any): void, listen(act: (message: any) => void): void }} Channel */

/**
 * The pages of one kind tell each other who is at work. Whoever took over last is; a page that is not may take over
 * when its person says so. Fires `lost` when another page has taken over.
 *
 * `channel`: {post(message), listen(act)}, or null where pages cannot hear each other.
 */
export class Tabs extends Emitter {
  /** @param {string} kind @param {Channel | null} channel */
  constructor(kind, channel) {
    super();
    this.id = uuid4();
    this.mine = false;
    this._key = 'lease.' + kind;
    this._channel = channel;
    this._best = { at: 0, tab: '' };
    /** @type {Record<string, () => void>} */
    this._waits = {};
    if (channel) channel.listen((message) => this._hear(message));
  }

  /** Begin: whether this page is the one. A page that closed in order left no lease; after one that did not, ask. */
  async open() {
    const alone = !this._channel || recall(this._key, null) === null || !(await this._answered({ say: 'who' }, 'here'));
    if (!alone) return false;
    if (this._channel && this._best.tab && this._best.tab !== this.id) return false; // it took over while we asked
    this._lease();
    return true;
  }

  /** Take over; settles when the other page has put its things down, or does not answer. */
  take() {
    this._lease();
    return this._answered(null, 'down');
  }

  /** Whether this page may send: a page that slept while another took over hears of it late. */
  holds() {
    const lease = recall(this._key, null);
    return this.mine && (lease === null || lease === this.id);
  }

  /** This page closes. */
  close() {
    if (recall(this._key, null) === this.id) keep(this._key, null);
  }

  /** What this page had is on the disk now. */
  isDown() {
    this._post({ say: 'down' });
  }

  _lease() {
    this._best = { at: Math.max(Date.now(), this._best.at + 1), tab: this.id };
    this.mine = true;
    keep(this._key, this.id);
    this._post({ say: 'taken', at: this._best.at });
  }

  /** @param {object} message */
  _post(message) {
    if (this._channel) this._channel.post(Object.assign({ tab: this.id }, message));
  }

  /** @param {object | null} question @param {string} answer @returns {Promise<boolean>} */
  _answered(question, answer) {
    /** @type {Promise<boolean>} */
    const heard = new Promise((done) => {
      this._waits[answer] = () => done(true);
      setTimeout(() => done(false), ANSWER_MS);
    });
    if (question) this._post(question);
    return heard;
  }

  /** @param {any} message */
  _hear(message) {
    if (message.tab === this.id) return;
    if (message.say === 'who' && this.mine) this._post({ say: 'here' });
    if (message.say === 'taken') this._taken(message);
    if (this._waits[message.say]) this._waits[message.say]();
  }

  /** @param {{ at: number, tab: string }} by */
  _taken(by) {
    // Two that took over in the same moment agree on one of them.
    if (by.at < this._best.at || (by.at === this._best.at && by.tab < this._best.tab)) {
      if (this.mine) keep(this._key, this.id);
      return;
    }
    this._best = { at: by.at, tab: by.tab };
    if (!this.mine) return;
    this.mine = false;
    this.fire('lost');
  }
}

/**
 * How pages of this browser hear each other: BroadcastChannel, else writing into the storage, else not at all.
 * @param {string} name @returns {Channel | null}
 */
export function openChannel(name) {
  if (window.BroadcastChannel) {
    const channel = new BroadcastChannel('wms.' + name);
    return { post: (message) => channel.postMessage(message), listen: (act) => { channel.onmessage = (event) => act(event.data); } };
  }
  const key = 'wms.say.' + name;
  try {
    localStorage.setItem(key, '""');
  } catch (error) {
    return null;
  }
  return {
    post: (message) => localStorage.setItem(key, JSON.stringify(Object.assign({ nr: Math.random() }, message))),
    listen: (act) => window.addEventListener('storage', (event) => event.key === key && event.newValue && act(JSON.parse(event.newValue))),
  };
}
