// The service worker by itself: what it keeps, what it answers, and that one page never sees two versions.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const source = readFileSync(fileURLToPath(new URL('../sw.js', import.meta.url)), 'utf8');
const HOST = 'http://wms.test';
const PAGE = '<link rel="stylesheet" href="/ui/style/a.css"><link rel="stylesheet" href="/ui/style/b.css"><script type="module" src="/ui/pages/terminal.js"></script>';

/** The caches of a browser and a server with one version of each file. */
function device() {
  const stored = new Map();
  const caches = {
    open: async (name) => {
      if (!stored.has(name)) stored.set(name, new Map());
      const rows = stored.get(name);
      return { put: async (address, answer) => rows.set(address, await answer.text()), match: async (address) => (rows.has(address) ? new Response(rows.get(address)) : undefined) };
    },
    has: async (name) => stored.has(name),
    keys: async () => [...stored.keys()],
    delete: async (name) => stored.delete(name),
  };
  return { stored, caches, server: {}, asked: [] };
}

/** A worker of this version; `files`: what belongs to it. An integrity is the content itself here. */
function worker(on, version, files) {
  const heard = {};
  const self = { SHELF: { version, files }, location: { origin: HOST }, addEventListener: (name, act) => { heard[name] = act; }, skipWaiting: async () => undefined };
  const fetch = async (address, options) => {
    const path = typeof address === 'string' ? address : new URL(address.url).pathname;
    on.asked.push(path);
    const content = on.server[path];
    if (content === undefined || (options && options.integrity !== content)) throw new TypeError('Failed to fetch');
    return new Response(content);
  };
  const redirecting = Object.assign(Object.create(Response), { redirect: (to) => ({ redirected: to }), error: () => 'error' });
  vm.runInNewContext(source, { self, caches: on.caches, fetch, URL, Headers, Response: new Proxy(Response, { get: (target, name) => redirecting[name] || target[name] }), Promise });
  const wait = (name) => new Promise((done, fail) => heard[name]({ waitUntil: (all) => all.then(done, fail) }));
  const ask = (path, mode, method) => {
    let answer = null;
    heard.fetch({ request: { url: HOST + path, mode: mode || 'cors', method: method || 'GET' }, respondWith: (one) => { answer = one; } });
    return answer;
  };
  return { install: () => wait('install'), activate: () => wait('activate'), ask };
}

const FILES = { '/terminal': PAGE, '/ui/style/a.css': 'a { color: red; }', '/ui/style/b.css': "b::after { content: '$&'; }", '/ui/pages/terminal.js': 'one', '/texts/en.json': '{}' };
const text = async (answer) => (await answer).text();

async function installed() {
  const on = device();
  Object.assign(on.server, FILES);
  const first = worker(on, 'aa', FILES);
  await first.install();
  return { on, first };
}

test('the first screen comes without the network, and asks for the scripts of its own version', async () => {
  const { on, first } = await installed();
  on.server = {};
  assert.match(await text(first.ask('/terminal', 'navigate')), /src="\/ui\/~aa\/pages\/terminal\.js"/);
  assert.match(await text(first.ask('/terminal?scanner', 'navigate')), /~aa/);
  assert.equal(await text(first.ask('/ui/~aa/pages/terminal.js')), 'one');
  assert.equal(await text(first.ask('/texts/en.json?shelf=aa')), '{}');
  assert.equal((await first.ask('/', 'navigate')).redirected, '/terminal');
});

test('a kept page has its styles in it, in their order', async () => {
  const { first } = await installed();
  assert.match(await text(first.ask('/terminal', 'navigate')), /^<style>a \{ color: red; \}<\/style><style>b::after \{ content: '\$&'; \}<\/style><script/);
});

test('nothing else is answered: no API, no desk page, no file of a page that came from the network', async () => {
  const { first } = await installed();
  for (const path of ['/api/v1/sessions/current', '/ui/pages/terminal.js', '/texts/en.json', '/socket.io/?EIO=4', '/pictures/x.png', '/sw.js']) assert.equal(first.ask(path), null, path);
  for (const path of ['/board', '/api/v1/docs/', '/texts/en.json']) assert.equal(first.ask(path, 'navigate'), null, path);
  assert.equal(first.ask('/terminal', 'navigate', 'POST'), null);
});

test('a version is taken whole or not at all', async () => {
  const { on } = await installed();
  const next = { ...FILES, '/ui/pages/terminal.js': 'two' }; // of this the server has only half yet
  await assert.rejects(worker(on, 'bb', next).install());
  on.server['/ui/pages/terminal.js'] = 'two';
  await worker(on, 'bb', next).install();
});

test('a page that is open keeps its version when a newer one is installed; the next load has the newer one', async () => {
  const { on } = await installed();
  const next = { ...FILES, '/ui/pages/terminal.js': 'two' };
  Object.assign(on.server, next);
  const second = worker(on, 'bb', next);
  await second.install();
  await second.activate();
  assert.equal(await text(second.ask('/ui/~aa/pages/terminal.js')), 'one');
  assert.match(await text(second.ask('/terminal', 'navigate')), /~bb/);
  assert.equal(await text(second.ask('/ui/~bb/pages/terminal.js')), 'two');
});

test('a version that is gone gives an error, not another version', async () => {
  const { on } = await installed();
  for (const version of ['bb', 'cc', 'dd']) {
    const one = worker(on, version, FILES);
    await one.install();
    await one.activate();
  }
  assert.deepEqual([...on.stored.keys()], ['wms-bb', 'wms-cc', 'wms-dd']);
  const last = worker(on, 'dd', FILES);
  assert.equal(await last.ask('/ui/~aa/pages/terminal.js'), 'error');
});

test('what the browser threw away comes from the network: the page as it is there, a part only if it is the same', async () => {
  const { on, first } = await installed();
  on.stored.clear();
  assert.equal(await text(first.ask('/terminal', 'navigate')), PAGE);
  assert.equal(await text(first.ask('/ui/~aa/pages/terminal.js')), 'one');
  on.server['/ui/pages/terminal.js'] = 'two';
  await assert.rejects(first.ask('/ui/~aa/pages/terminal.js'));
});
