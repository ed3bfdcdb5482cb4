// The service worker: keeps the pages of terminals, walls and stations, so that their first screen needs no network.
// The server puts `self.SHELF` before this script: {version, files: {address: its integrity}}, see wms/shelf.py.
//
// Each version has a cache of its own, filled whole or not at all, and a page that comes from it asks for its scripts
// under /ui/~<version>/: whatever is installed meanwhile, one page never sees two versions. The next load takes the
// newest. Nothing of the API is ever kept.
/* global self, caches, clients */
const SHELF = self.SHELF;
const PREFIX = 'wms-';
const OLDER = 2; // versions that stay, for pages that are open yet
const SCRIPT = /^\/ui\/~([0-9a-f]+)(\/.+)$/;
const TEXTS = /^\?shelf=([0-9a-f]+)$/;
const STYLE = /<link rel="stylesheet" href="([^"]+)">/g;

/** A file as the server has it, if it is that of this version: checked by its content, not by its address. */
function load(address) {
  return fetch(address, { cache: 'no-cache', integrity: SHELF.files[address] }).then((answer) => {
    if (!answer.ok) throw new Error(address + ' ' + answer.status);
    return pinned(answer, isPage(address));
  });
}

/** The page with its styles in it: asked for one by one, each would hold up the first screen of an old device. */
async function dressed(page, parts) {
  const plain = await page.text();
  const names = (plain.match(STYLE) || []).map((link) => link.replace(STYLE, '$1').replace('/ui/~' + SHELF.version, '/ui'));
  const styles = await Promise.all(names.map((name) => parts[name].clone().text()));
  return new Response(plain.replace(STYLE, () => '<style>' + styles.shift() + '</style>'), { headers: page.headers });
}

const isPage = (address) => address.indexOf('.') < 0;

/**
 * The answer without the address that it came from, so that what a script imports is looked for beside the address at
 * which it was asked for; and a page with the scripts and styles of this version.
 */
async function pinned(answer, page) {
  const content = page ? (await answer.text()).replace(/"\/ui\//g, '"/ui/~' + SHELF.version + '/') : await answer.blob();
  const headers = new Headers(answer.headers);
  ['Content-Encoding', 'Content-Length', 'ETag'].forEach((name) => headers.delete(name));
  return new Response(content, { headers: headers });
}

async function fill() {
  const cache = await caches.open(PREFIX + SHELF.version);
  const parts = {};
  await Promise.all(Object.keys(SHELF.files).map(async (address) => { parts[address] = await load(address); }));
  await Promise.all(Object.keys(parts).map(async (address) => {
    const part = parts[address].clone();
    return cache.put(address, isPage(address) ? await dressed(part, parts) : part);
  }));
}

/** Caches are listed oldest first. */
async function tidy() {
  const ours = (await caches.keys()).filter((name) => name.indexOf(PREFIX) === 0 && name !== PREFIX + SHELF.version);
  await Promise.all(ours.slice(0, Math.max(0, ours.length - OLDER)).map((name) => caches.delete(name)));
}

async function kept(version, address) {
  return (await caches.has(PREFIX + version)) ? (await caches.open(PREFIX + version)).match(address) : undefined;
}

/** The page from here; from the network when the browser has thrown it away. */
async function page(address, request) {
  return (await kept(SHELF.version, address).catch(() => undefined)) || fetch(request);
}

/** A part of a page of that version. What is lost is fetched anew if the server has the same yet, and nothing else. */
async function part(version, address) {
  const found = await kept(version, address).catch(() => undefined);
  return found || (version === SHELF.version && SHELF.files[address] ? load(address) : Response.error());
}

function answerTo(request) {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return null;
  if (request.mode === 'navigate') {
    if (url.pathname === '/') return Promise.resolve(Response.redirect('/terminal'));
    return isPage(url.pathname) && SHELF.files[url.pathname] ? page(url.pathname, request) : null;
  }
  const script = SCRIPT.exec(url.pathname);
  if (script) return part(script[1], '/ui' + script[2]);
  const texts = TEXTS.exec(url.search);
  return texts && url.pathname.indexOf('/texts/') === 0 ? part(texts[1], url.pathname) : null;
}

self.addEventListener('install', (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
self.addEventListener('fetch', (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});
