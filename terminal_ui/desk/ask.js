// What desk pages ask over HTTP: questions, changes that are carried out once, and the newest of several answers.
import { isOver, request } from '../core/session.js';
import { uuid4 } from '../core/uuid.js';

const TRIES = 3;
const AGAIN_MS = 1200;
const LATER = ['ui.link.no_server', 'core.database_down']; // no answer, or not now: the same is asked again

export class Http {
  /** `shell`: whose session asks; it hears when the session has ended. */
  constructor(shell) {
    this._shell = shell;
  }

  /** A scan that only reads, by name. Answers with an envelope, like everything here. */
  ask(name, body) {
    return this._ask('POST', '/api/v1/commands/' + name, body || {});
  }

  /** A scan that changes something: carried out once, however often it must be sent. */
  send(name, body) {
    const filled = Object.assign({}, body, { command_id: uuid4() });
    return this._insist(() => this._ask('POST', '/api/v1/commands/' + name, filled));
  }

  /** A page of the REST interface; `query` may hold null, undefined and empty values, which are left out. */
  get(path, query) {
    return this._ask('GET', path + asQuery(query));
  }

  /** A change through the REST interface, carried out once. */
  change(method, path, body) {
    const key = uuid4();
    return this._insist(() => this._ask(method, path, body || {}, key));
  }

  async _ask(method, path, body, key) {
    const envelope = await request(method, path, this._shell.session.token, body, key);
    const code = envelope.ok || !envelope.message ? '' : envelope.message.code;
    if (isOver(code)) this._shell.ended(code);
    return envelope;
  }

  async _insist(attempt) {
    for (let tries = 1; ; tries += 1) {
      const envelope = await attempt();
      const later = !envelope.ok && envelope.message && LATER.indexOf(envelope.message.code) >= 0;
      if (!later || tries === TRIES) return envelope;
      await new Promise((done) => setTimeout(done, AGAIN_MS * tries));
    }
  }
}

/** '?a=1&b=2' of what is filled in, or nothing. Lists are joined by commas. */
export function asQuery(query) {
  const filled = Object.keys(query || {}).filter((name) => query[name] !== null && query[name] !== undefined && query[name] !== '' && query[name] !== false);
  if (!filled.length) return '';
  return '?' + filled.map((name) => encodeURIComponent(name) + '=' + encodeURIComponent(query[name])).join('&');
}

/** Of several questions only the last one asked is answered; the others give null. */
export class Newest {
  constructor() {
    this._number = 0;
  }

  async of(asked) {
    this._number += 1;
    const number = this._number;
    const envelope = await asked;
    return number === this._number ? envelope : null;
  }
}

/** Something that a page asked for: `busy`, `data` or `error` (a message). `draw` is called when that changes. */
export class Asked {
  constructor(draw) {
    this._draw = draw;
    this._newest = new Newest();
    this.data = null;
    this.error = null;
    this.busy = false;
  }

  /** Ask; what is shown stays until there is another answer, unless `fresh`. Returns the data or null. */
  async take(asked, fresh) {
    this.busy = true;
    if (fresh) this.data = null;
    this._draw();
    const envelope = await this._newest.of(asked);
    if (envelope === null) return null;
    this.busy = false;
    this.error = envelope.ok ? null : envelope.message;
    this.data = envelope.ok ? envelope.data : null;
    this._draw();
    return this.data;
  }

  /** Ask again without a word: what is shown stays when there is no answer. */
  async renew(asked) {
    const envelope = await this._newest.of(asked);
    if (envelope === null) return;
    this.busy = false;
    if (envelope.ok) Object.assign(this, { data: envelope.data, error: null });
    this._draw();
  }
}

/** A list that goes on: `page(cursor)` asks for {items, next}; `next` null on the last page. */
export class Rows {
  constructor(draw, page) {
    this._draw = draw;
    this._page = page;
    this._newest = new Newest();
    this.items = [];
    this.next = null;
    this.error = null;
    this.busy = false;
    this.begun = false;
  }

  first() {
    this.begun = true;
    return this._take(null, true);
  }

  more() {
    return this.next === null || this.busy ? null : this._take(this.next, false);
  }

  again() {
    return this.items.length ? this.more() : this.first();
  }

  async _take(cursor, anew) {
    this.busy = true;
    this._draw();
    const envelope = await this._newest.of(this._page(cursor));
    if (envelope === null) return;
    this.busy = false;
    this.error = envelope.ok ? null : envelope.message;
    if (envelope.ok) {
      this.items = anew ? envelope.data.items : this.items.concat(envelope.data.items);
      this.next = envelope.data.next;
    } else if (anew) this.items = [];
    this._draw();
  }
}
