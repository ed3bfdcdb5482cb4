// What the browser loads, as old browsers see it: Chromium 67 on handhelds.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const PRIVATE = ['node_modules', 'tests'];

function files(folder, ending) {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return PRIVATE.includes(name) ? [] : files(path, ending);
    return name.endsWith(ending) ? [relative('.', path)] : [];
  });
}

const scripts = files('.', '.js');
const isModule = (path) => !['core/camera_worker.js', 'vendor/zxing.js', 'sw.js'].includes(path);
// The reader of the camera is loaded beside the page when somebody asks for it, and may fail on the oldest browsers.
// The desk's pages run on current browsers.
const edition = (path) => (path === 'vendor/zxing.js' ? 2019 : path.startsWith('desk/') ? 2020 : 2017);
const handheld = (path) => !path.startsWith('desk/') && !path.startsWith('vendor/');

for (const path of scripts) {
  test(`${path} is ES${edition(path)}`, () => {
    parse(read(path), { ecmaVersion: edition(path), sourceType: isModule(path) ? 'module' : 'script' });
  });
}

test('our own scripts call nothing that Chromium 67 lacks', () => {
  const missing = /\.(flat|flatMap|matchAll|replaceAll|at|trimStart|trimEnd)\(|Object\.fromEntries|globalThis|structuredClone|crypto\.randomUUID\(|queueMicrotask\(|allSettled|Promise\.any/;
  scripts.filter(handheld).forEach((path) => assert.doesNotMatch(read(path), missing, path));
});

test('styles use nothing that Chromium 67 lacks', () => {
  const missing = /(^|[\s;{])(gap|row-gap|column-gap|inset|aspect-ratio|translate|scale)\s*:|clamp\(|[^a-z-](min|max)\(|\ddvh|:is\(|:where\(|:has\(|focus-visible|color-mix|@layer|@container/m;
  files('style', '.css').forEach((path) => assert.doesNotMatch(read(path).replace(/\/\*[^]*?\*\//g, ''), missing, path));
});

test('pages carry no inline script or handler', () => {
  files('pages', '.html').forEach((path) => assert.doesNotMatch(read(path), /<script(?![^>]*\bsrc=)|\son\w+=|javascript:/i, path));
});

test('a page loads one script: on terminals and stations its pack, on the desk that with which it begins', () => {
  files('pages', '.html').forEach((path) => {
    const loaded = Array.from(read(path).matchAll(/<script[^>]* src="([^"]+)"/g), (found) => found[1]);
    const own = path.replace('.html', '.js');
    assert.equal(loaded.length, 1, path);
    if (scripts.includes(own)) assert.deepEqual(loaded, ['/ui/packs/' + own]);
  });
});
