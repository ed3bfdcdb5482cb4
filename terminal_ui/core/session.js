// Who works on this page: signing in and out, the token, the language.
import { guessLocale, loadTexts, locale, nextLocale, t } from './texts.js';
import { keep, recall } from './storage.js';

const USUAL = { hand: 'right', theme: 'auto', contrast: 'normal', pace: 'normal' };

/** `kind`: 'terminal', 'station' or 'board'; each keeps its own session in the same browser. */
export class Session {
  /** @param {string} kind */
  constructor(kind) {
    this._key = 'session.' + kind;
    this._kind = kind;
    /** @type {import('../types').Signed | null} */
    this.current = recall(this._key, null);
  }

  get token() {
    return this.current ? this.current.token : '';
  }

  get person() {
    return this.current ? this.current.person : null;
  }

  /**
   * Whether the person holds one of these posts.
   * @param {string[]} posts
   */
  may(posts) {
    const person = this.person;
    return person !== null && posts.some((post) => person.posts.indexOf(post) >= 0);
  }

  /** The language of who works here, else of the device. */
  get language() {
    return this.person ? this.person.locale : recall('locale', guessLocale(navigator.language));
  }

  /** How this page is to be: as who works here wants it on every device, else as the device was set by nobody. */
  get settings() {
    return Object.assign({}, USUAL, recall('settings', {}), this.person ? this.person.settings : {});
  }

  /** Load the words before anything is drawn. */
  async speak() {
    await loadTexts(this.language);
  }

  /**
   * Speak this language until somebody signs in or goes; without its words the page stays as it is.
   * @param {string} code
   */
  async lend(code) {
    if (code !== nextLocale()) await loadTexts(code).catch(() => undefined);
  }

  /**
   * Sign in. Returns the envelope; on success the session is kept on this device.
   * @param {string} badge @param {string} pin @param {string} [station] @returns {Promise<import('../types').Envelope>}
   */
  async signIn(badge, pin, station) {
    /** @type {Record<string, any>} */
    const body = { badge: badge, pin: pin, device: this._device(), secret: recall('device.secret', null) };
    if (station) body.station = station;
    const envelope = await request('POST', '/api/v1/sessions', '', body);
    if (!envelope.ok) return envelope;
    this.current = envelope.data;
    keep(this._key, this.current);
    await this.lend(envelope.data.person.locale);
    return envelope;
  }

  /**
   * Go on in another warehouse where this person may work. Returns the envelope.
   * @param {number} warehouseId
   */
  async goTo(warehouseId) {
    const envelope = await request('PUT', '/api/v1/sessions/current/warehouse', this.token, { warehouse_id: warehouseId });
    if (!envelope.ok) return envelope;
    this.current = Object.assign({}, this.current, envelope.data);
    keep(this._key, this.current);
    return envelope;
  }

  async signOut() {
    const token = this.token;
    this.forget();
    if (token) await request('DELETE', '/api/v1/sessions/current', token);
  }

  /** This person can hear the device: not asked again until somebody signs in. */
  heard() {
    this._note({ heard: true });
  }

  /**
   * This person went on at another `device`, or (null) is here again: kept, for a reload brings nobody back.
   * @param {string | null} device
   */
  wentTo(device) {
    this._note({ at: device });
  }

  /** @param {object} facts */
  _note(facts) {
    if (this.current) Object.assign(this.current, facts);
    keep(this._key, this.current);
  }

  /** Drop the session on this device: it ended on the server. */
  forget() {
    this.current = null;
    keep(this._key, null);
  }

  /**
   * What is known of the person who works here has changed.
   * @param {{ locale?: string, settings?: any }} facts
   */
  become(facts) {
    if (facts.locale) keep('locale', facts.locale);
    if (!this.current) return;
    Object.assign(this.current.person, facts);
    keep(this._key, this.current);
  }

  _device() {
    let name = recall('device', '');
    if (!name) {
      name = this._kind + '-' + Math.random().toString(36).slice(2, 8);
      keep('device', name);
    }
    return name;
  }
}

/**
 * Whether an answer of this code says that the session is over.
 * @param {string} [code]
 */
export function isOver(code) {
  return code === 'core.not_signed_in' || /^access\.(device_(revoked|locked)|sent_home)$/.test(code || '');
}

/**
 * Ask the HTTP API and answer with an envelope: problem details become a refusal, a dead link too.
 * Plain JSON answers come back as `data`. `key` (a UUID) makes a change happen once however often it is asked for.
 * @param {string} method @param {string} path @param {string} token @param {object} [body] @param {string} [key]
 * @returns {Promise<import('../types').Envelope>}
 */
export async function request(method, path, token, body, key) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json', 'Accept-Language': locale().replace('_', '-') };
  if (token) headers.Authorization = 'Bearer ' + token;
  if (body) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  try {
    const answer = await fetch(path, { method: method, headers: headers, body: body ? JSON.stringify(body) : undefined });
    const json = answer.status === 204 ? {} : await answer.json();
    return asEnvelope(answer, json);
  } catch (error) {
    return refused('ui.link.no_server', t('link.no_server'));
  }
}

/** @param {Response} answer @param {any} json @returns {import('../types').Envelope} */
function asEnvelope(answer, json) {
  if (answer.ok) return json && typeof json.ok === 'boolean' ? json : { ok: true, next: null, data: json, message: null };
  if (json && json.ok === false) return json;
  return refused(json.code || 'http.' + answer.status, json.detail || json.title || t('link.no_server'), json.params);
}

/** @param {string} code @param {string} text @param {Record<string, any>} [params] @returns {import('../types').Envelope} */
function refused(code, text, params) {
  return { ok: false, next: null, data: {}, message: { code: code, tone: 'error', text: text, params: params || {} }, popup: null };
}
