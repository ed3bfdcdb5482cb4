// Who works on this page: signing in and out, the token, the language.
import { guessLocale, loadTexts, locale, nextLocale, t } from './texts.js';
import { keep, recall } from './storage.js';

/** `kind`: 'terminal', 'station' or 'board'; each keeps its own session in the same browser. */
export class Session {
  constructor(kind) {
    this._key = 'session.' + kind;
    this._kind = kind;
    this.current = recall(this._key, null);
  }

  get token() {
    return this.current ? this.current.token : '';
  }

  get person() {
    return this.current ? this.current.person : null;
  }

  /** Whether the person holds one of these posts. */
  may(posts) {
    return Boolean(this.person) && posts.some((post) => this.person.posts.indexOf(post) >= 0);
  }

  /** The language of who works here, else of the device. */
  get language() {
    return this.person ? this.person.locale : recall('locale', guessLocale(navigator.language));
  }

  /** Load the words before anything is drawn. */
  async speak() {
    await loadTexts(this.language);
  }

  /** Speak this language until somebody signs in or goes; without its words the page stays as it is. */
  async lend(code) {
    if (code !== nextLocale()) await loadTexts(code).catch(() => undefined);
  }

  /** Sign in. Returns the envelope; on success the session is kept on this device. */
  async signIn(badge, pin, station) {
    const body = { badge: badge, pin: pin, device: this._device(), secret: recall('device.secret', null) };
    if (station) body.station = station;
    const envelope = await request('POST', '/api/v1/sessions', '', body);
    if (!envelope.ok) return envelope;
    this.current = envelope.data;
    keep(this._key, this.current);
    await this.lend(this.person.locale);
    return envelope;
  }

  async signOut() {
    const token = this.token;
    this.forget();
    if (token) await request('DELETE', '/api/v1/sessions/current', token);
  }

  /** This person can hear the device: not asked again until somebody signs in. */
  heard() {
    this.current.heard = true;
    keep(this._key, this.current);
  }

  /** Drop the session on this device: it ended on the server. */
  forget() {
    this.current = null;
    keep(this._key, null);
  }

  /** Change the language now, and for the person who is signed in for good. */
  async useLocale(code) {
    await loadTexts(code);
    keep('locale', code);
    if (!this.current) return;
    this.current.person.locale = code;
    keep(this._key, this.current);
    await request('PATCH', '/api/v1/sessions/current', this.token, { locale: code });
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

/** Whether an answer of this code says that the session is over. */
export function isOver(code) {
  return code === 'core.not_signed_in' || /^access\.device_(revoked|locked)$/.test(code || '');
}

/**
 * Ask the HTTP API and answer with an envelope: problem details become a refusal, a dead link too.
 * Plain JSON answers come back as `data`. `key` (a UUID) makes a change happen once however often it is asked for.
 */
export async function request(method, path, token, body, key) {
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

function asEnvelope(answer, json) {
  if (answer.ok) return json && typeof json.ok === 'boolean' ? json : { ok: true, next: null, data: json, message: null };
  if (json && json.ok === false) return json;
  return refused(json.code || 'http.' + answer.status, json.detail || json.title || t('link.no_server'));
}

function refused(code, text) {
  return { ok: false, next: null, data: {}, message: { code: code, tone: 'error', text: text, params: {} }, popup: null };
}
