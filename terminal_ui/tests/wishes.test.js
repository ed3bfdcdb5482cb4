// How a page is to be: as its person wants it on every device; kept without a link, and told when there is one.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Session } from '../core/session.js';
import { keep, recall } from '../core/storage.js';
import { sendWishes, wish } from '../core/wishes.js';

const asked = [];
let online = true;
globalThis.fetch = async (path, options) => {
  if (!online) throw new Error('no link');
  if (options) asked.push([options.method, path, JSON.parse(options.body || '{}')]);
  const person = { id: 7, name: 'A', locale: 'en', posts: [], settings: { theme: 'dark' } };
  return { ok: true, status: options && options.method === 'PATCH' ? 204 : 200, json: async () => ({ ok: true, data: { token: 'T', session: 1, person: person } }) };
};
globalThis.navigator ??= {};

test('a person is as they want it, whatever the device was set to by nobody', async () => {
  const session = new Session('terminal');
  assert.equal(session.settings.hand, 'right');
  await wish(session, { settings: { theme: 'light', hand: 'left' } });
  assert.deepEqual([session.settings.hand, asked], ['left', []]);
  await session.signIn('B', '1234');
  assert.deepEqual([session.settings.theme, session.settings.hand, session.settings.contrast], ['dark', 'left', 'normal']);
  await wish(session, { settings: { hand: 'right', voice: true } });
  assert.deepEqual(asked.pop(), ['PATCH', '/api/v1/sessions/current', { settings: { hand: 'right', voice: true } }]);
  await wish(session, { locale: 'zh_Hant' });
  assert.deepEqual(asked.pop(), ['PATCH', '/api/v1/sessions/current', { locale: 'zh_Hant' }]);
  const reloaded = new Session('terminal');
  assert.deepEqual([reloaded.settings.voice, reloaded.language], [true, 'zh_Hant']);
  session.forget();
  assert.deepEqual([session.settings.hand, session.settings.voice], ['left', undefined]);
});

test('without a link it is kept, also over a sign-out, and told once there is one', async () => {
  const session = new Session('terminal');
  await session.signIn('B', '1234');
  online = false;
  await wish(session, { settings: { contrast: 'high' } });
  await wish(session, { settings: { pace: 'fast', contrast: 'normal' } });
  assert.deepEqual(recall('wishes.7', null), { settings: { contrast: 'normal', pace: 'fast' } });
  assert.equal(session.settings.pace, 'fast');
  session.forget();
  online = true;
  await session.signIn('B', '1234');
  assert.equal(session.settings.pace, 'normal');
  asked.length = 0;
  await sendWishes(session);
  assert.deepEqual([session.settings.pace, session.settings.theme], ['fast', 'dark']);
  assert.deepEqual(asked, [['PATCH', '/api/v1/sessions/current', { settings: { contrast: 'normal', pace: 'fast' } }]]);
  await sendWishes(session);
  assert.deepEqual([asked.length, recall('wishes.7', null)], [1, null]);
  keep('settings', null);
});
