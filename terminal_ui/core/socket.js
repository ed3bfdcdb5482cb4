// As much of Socket.IO (protocol 5 over Engine.IO 4) as the pages use: one namespace over one websocket, text only.
// The library that does all of it costs a page a quarter of the script it may have.
import { Emitter } from './emitter.js';

const OPENING_MS = 6000; // for a websocket to open, and for the word that we are let in
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 2000;
const PACKET = /^4(\d)(?:\/[^,]*,)?(\d*)([^]*)$/; // message: kind, namespace, number, JSON

/**
 * Events: `connect`; `disconnect` (reason: 'io server disconnect', 'io client disconnect' or 'transport close');
 * `connect_error` ({message, data}: the server's words when it refuses); and those that the server sends.
 *
 * A lost websocket comes back by itself; what the server ended or refused waits for `connect()`, and `active` is false.
 * `options`: {auth: (give) => void, WebSocket}; `give` gets what the server is to know of who connects.
 */
export class Socket extends Emitter {
  /** @param {string} namespace @param {{ auth: (give: (who: object) => void) => void, WebSocket?: any }} options */
  constructor(namespace, options) {
    super();
    this._namespace = namespace;
    this._o = options;
    /** @type {WebSocket | null} */
    this._wire = null;
    this._patience = OPENING_MS;
    /** @type {number | undefined} */
    this._silent = undefined;
    /** @type {number | undefined} */
    this._again = undefined;
    /** @type {Map<number, (error: Error | null, answer?: any) => void>} */
    this._waiting = new Map(); // number → what hears the answer
    this._number = 0;
    this._tries = 0;
    this.connected = false;
    this.active = false; // whether it is connected, or will be without being asked
    this._offline = () => this._lost(this._wire);
    this._online = () => this.active && !this._wire && this._open();
  }

  connect() {
    if (this.active) return this;
    this.active = true;
    window.addEventListener('offline', this._offline);
    window.addEventListener('online', this._online);
    this._open();
    return this;
  }

  disconnect() {
    if (this.connected) this._send('41' + this._namespace + ',');
    this._end('io client disconnect');
    return this;
  }

  /**
   * Within `ms` there is an answer: `emit(name, ...values, (error, answer) => …)`.
   * @param {number} ms
   */
  timeout(ms) {
    /** @type {(name: string, ...values: any[]) => void} */
    const emit = (name, ...values) => this._ask(ms, values.pop(), [name, ...values]);
    return { emit: emit };
  }

  /** @param {number} ms @param {(error: Error | null, answer?: any) => void} done @param {any[]} values */
  _ask(ms, done, values) {
    const number = this._number;
    this._number += 1;
    const late = setTimeout(() => answer(new Error('no answer')), ms);
    /** @param {Error | null} error @param {any} [value] */
    const answer = (error, value) => {
      clearTimeout(late);
      if (this._waiting.delete(number)) done(error, value);
    };
    this._waiting.set(number, answer);
    if (this.connected) this._send('42' + this._namespace + ',' + number + JSON.stringify(values));
  }

  _open() {
    clearTimeout(this._again);
    const WebSocket = this._o.WebSocket || window.WebSocket;
    const wire = new WebSocket(location.origin.replace('http', 'ws') + '/socket.io/?EIO=4&transport=websocket');
    this._wire = wire;
    this._hope(wire, OPENING_MS);
    wire.onmessage = (/** @type {MessageEvent} */ event) => wire === this._wire && this._hear(wire, event.data);
    wire.onclose = () => this._lost(wire);
  }

  /** @param {string} text */
  _send(text) {
    if (this._wire) this._wire.send(text);
  }

  /**
   * When nothing comes for so long, there is nobody.
   * @param {WebSocket | null} wire @param {number} ms
   */
  _hope(wire, ms) {
    clearTimeout(this._silent);
    this._silent = setTimeout(() => this._lost(wire), ms);
  }

  /** @param {WebSocket} wire @param {string} text */
  _hear(wire, text) {
    if (this.connected) this._hope(wire, this._patience);
    if (text[0] === '0') this._greet(JSON.parse(text.slice(1)));
    else if (text[0] === '2') wire.send('3');
    else if (text[0] === '1') this._lost(wire);
    else if (text[0] === '4') {
      const [, kind, number, body] = PACKET.exec(text) || [];
      this._take(kind, Number(number), body ? JSON.parse(body) : null);
    }
  }

  /** @param {{ pingInterval: number, pingTimeout: number }} promise */
  _greet(promise) {
    this._patience = promise.pingInterval + promise.pingTimeout; // it pings, and is gone when it is silent for longer
    this._o.auth((who) => this._send('40' + this._namespace + ',' + JSON.stringify(who)));
  }

  /** @param {string} kind @param {number} number @param {any} body */
  _take(kind, number, body) {
    if (kind === '0') {
      this._tries = 0;
      this.connected = true;
      this._hope(this._wire, this._patience);
      this.fire('connect');
    } else if (kind === '1') this._end('io server disconnect');
    else if (kind === '2') this.fire(body[0], ...body.slice(1));
    else if (kind === '3') (this._waiting.get(number) || (() => undefined))(null, body[0]);
    else if (kind === '4') {
      this._end('');
      this.fire('connect_error', body);
    }
  }

  /** @param {string} reason */
  _end(reason) {
    this.active = false;
    clearTimeout(this._again);
    window.removeEventListener('offline', this._offline);
    window.removeEventListener('online', this._online);
    this._drop(reason);
  }

  /** @param {WebSocket | null} wire */
  _lost(wire) {
    if (!wire || wire !== this._wire) return;
    const was = this.connected;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * Math.pow(2, this._tries)) * (0.5 + Math.random());
    this._tries += 1;
    this._again = setTimeout(() => this._open(), pause);
    this._drop('transport close');
    if (!was) this.fire('connect_error', new Error('no websocket'));
  }

  /** @param {string} reason */
  _drop(reason) {
    const wire = this._wire;
    const was = this.connected;
    this._wire = null;
    this.connected = false;
    clearTimeout(this._silent);
    if (wire) wire.close();
    Array.from(this._waiting.values()).forEach((answer) => answer(new Error(reason)));
    if (was) this.fire('disconnect', reason);
  }
}

/** @param {string} namespace @param {{ auth: (give: (who: object) => void) => void }} options */
export function io(namespace, options) {
  return new Socket(namespace, options).connect();
}
