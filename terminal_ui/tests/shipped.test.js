// What the browser loads, as old browsers see it: Chromium 67 on handhelds.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parse } from 'acorn';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const PRIVATE = ['node_modules', 'tests'];
const LIMIT_KB = 60;

function files(folder, ending) {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return PRIVATE.includes(name) ? [] : files(path, ending);
    return name.endsWith(ending) ? [relative('.', path)] : [];
  });
}

// The desk's pages run on current browsers.
const handheld = (path) => !path.startsWith('desk/') && path !== 'pages/board.js';
// The reader of the camera is loaded beside the page when somebody asks for it, and may fail on the oldest browsers.
const scripts = files('.', '.js').filter((path) => handheld(path) && path !== 'vendor/zxing.js');
const isModule = (path) => path !== 'vendor/socket.io.js' && path !== 'core/camera_worker.js';

/** Every script that a page loads, following imports. */
function loadedBy(page) {
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    const body = isModule(path) ? parse(read(path), { ecmaVersion: 2017, sourceType: 'module' }).body : [];
    body.filter((node) => node.source).forEach((node) => visit(join(dirname(path), node.source.value)));
  };
  Array.from(read(page).matchAll(/src="\/ui\/([^"]+)"/g), (found) => found[1]).forEach(visit);
  return [...seen];
}

for (const path of scripts) {
  test(`${path} is ES2017`, () => {
    parse(read(path), { ecmaVersion: 2017, sourceType: isModule(path) ? 'module' : 'script' });
  });
}

test('our own scripts call nothing that Chromium 67 lacks', () => {
  const missing = /\.(flat|flatMap|matchAll|replaceAll|at|trimStart|trimEnd)\(|Object\.fromEntries|globalThis|structuredClone|crypto\.randomUUID\(|queueMicrotask\(|allSettled|Promise\.any/;
  scripts.filter((path) => !path.startsWith('vendor/')).forEach((path) => assert.doesNotMatch(read(path), missing, path));
});

test('styles use nothing that Chromium 67 lacks', () => {
  const missing = /(^|[\s;{])(gap|row-gap|column-gap|inset|aspect-ratio|translate|scale)\s*:|clamp\(|[^a-z-](min|max)\(|\ddvh|:is\(|:where\(|:has\(|focus-visible|color-mix|@layer|@container/m;
  files('style', '.css').forEach((path) => assert.doesNotMatch(read(path).replace(/\/\*[^]*?\*\//g, ''), missing, path));
});

test('pages carry no inline script or handler', () => {
  files('pages', '.html').forEach((path) => assert.doesNotMatch(read(path), /<script(?![^>]*\bsrc=)|\son\w+=|javascript:/i, path));
});

for (const page of ['pages/terminal.html', 'pages/station.html', 'pages/labels.html']) {
  test(`${page} is at most ${LIMIT_KB} KB of script, compressed`, () => {
    const bytes = loadedBy(page).reduce((sum, path) => sum + gzipSync(read(path), { level: 9 }).length, 0);
    assert.ok(bytes <= LIMIT_KB * 1024, `${(bytes / 1024).toFixed(1)} KB`);
  });
}
