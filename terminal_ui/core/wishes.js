// What people want of their devices: kept with the person on the server, and here until the server has heard of it.
import { isOver, request } from './session.js';
import { keep, recall } from './storage.js';

/** @param {any} session */
const keyOf = (session) => 'wishes.' + session.person.id;

/**
 * Change {locale?, settings?}: for the person who is signed in on every device, else the settings of this one.
 * @param {any} session @param {{ locale?: string, settings?: Record<string, any> }} change
 */
export async function wish(session, change) {
  if (!session.person) {
    if (change.settings) keep('settings', Object.assign(recall('settings', {}), change.settings));
    return session.become(change);
  }
  const before = recall(keyOf(session), null) || {};
  const settings = Object.assign({}, before.settings, change.settings);
  keep(keyOf(session), Object.assign({}, before, change, Object.keys(settings).length ? { settings: settings } : {}));
  return sendWishes(session);
}

/**
 * Tell the server what the person wants; without an answer it is told when there is a link again.
 * @param {any} session
 */
export async function sendWishes(session) {
  const key = keyOf(session);
  const unsent = recall(key, null);
  if (!unsent) return;
  session.become(Object.assign({}, unsent, { settings: Object.assign({}, session.person.settings, unsent.settings) }));
  const envelope = await request('PATCH', '/api/v1/sessions/current', session.token, unsent);
  const code = !envelope.ok && envelope.message ? envelope.message.code : '';
  const waits = code === 'ui.link.no_server' || isOver(code);
  if (!waits && JSON.stringify(recall(key, null)) === JSON.stringify(unsent)) keep(key, null);
}
