// What the server makes of our scripts (wms/packs.py) is the same program. Called with a folder that holds, for each
// page, its pack, the pack as it is sent, the pack's map and the list of its modules.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parse } from 'acorn';

const LIMIT_KB = 60;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = process.argv[2];
const read = (path) => readFileSync(join(root, path), 'utf8');
const EDITION = { ecmaVersion: 2017, sourceType: 'module' };

/** A tree without where its parts stood. */
function bare(tree) {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === 'start' || key === 'end' || value === undefined ? undefined : value)));
}

/** What a module does besides importing and exporting. */
function deeds(program) {
  return program.body.filter((one) => one.type !== 'ImportDeclaration').flatMap((one) => {
    if (one.type === 'ExportNamedDeclaration') return one.declaration ? [one.declaration] : [];
    if (one.type !== 'ExportDefaultDeclaration') return [one];
    const value = Object.assign({}, one.declaration, { type: one.declaration.type.replace('Declaration', 'Expression') });
    return [{ type: 'VariableDeclaration', kind: 'const', declarations: [{ type: 'VariableDeclarator', id: { type: 'Identifier', name: '$default' }, init: value }] }];
  });
}

function imported(program) {
  const from = program.body.filter((one) => one.type === 'ImportDeclaration');
  return from.flatMap((one) => one.specifiers.map((each) => each.local.name));
}

/** Every name that a tree says, and of those the ones that it declares somewhere. */
function names(tree) {
  const said = new Set();
  const declared = new Set();
  const declare = (pattern) => {
    if (!pattern) return;
    if (pattern.type === 'Identifier') declared.add(pattern.name);
    else if (pattern.type === 'ObjectPattern') pattern.properties.forEach((one) => declare(one.value || one.argument));
    else if (pattern.type === 'ArrayPattern') pattern.elements.forEach(declare);
    else declare(pattern.left || pattern.argument);
  };
  const visit = (node, parent, key) => {
    if (Array.isArray(node)) return node.forEach((one) => visit(one, parent, key));
    if (!node || typeof node.type !== 'string') return undefined;
    if (node.type === 'Identifier' && !((key === 'property' || key === 'key') && !parent.computed && !parent.shorthand)) said.add(node.name);
    if (node.type === 'VariableDeclarator' || node.type === 'ClassDeclaration' || node.type === 'FunctionDeclaration') declare(node.id);
    (node.params || []).concat(node.param || []).forEach(declare);
    Object.keys(node).forEach((one) => visit(node[one], node, one));
    return undefined;
  };
  visit(tree, null, '');
  return { said, declared };
}

for (const name of readdirSync(folder).filter((one) => one.endsWith('.json')).map((one) => one.slice(0, -5))) {
  const code = readFileSync(join(folder, name + '.js'), 'utf8');
  const files = JSON.parse(readFileSync(join(folder, name + '.json'), 'utf8'));
  const body = parse(code, EDITION).body;

  test(`${name}: every module is in the pack, token by token`, () => {
    assert.equal(body.length, files.length);
    const shared = new Map(); // constant of the pack → the module that gives it
    files.forEach((path, at) => {
      const original = parse(read(path), EDITION);
      const statement = body[at];
      const given = statement.type === 'VariableDeclaration' ? statement.declarations[0].id.properties.map((one) => one.value.name) : [];
      const called = statement.type === 'VariableDeclaration' ? statement.declarations[0].init : statement.expression;
      const renamed = called.callee.params.map((one) => one.name);
      called.arguments.forEach((one) => assert.ok(shared.has(one.name), `${path}: ${one.name}`));
      imported(original).forEach((one) => assert.ok(renamed.includes(one) || shared.has(one), `${path}: ${one}`));
      const inside = called.callee.body.body;
      assert.deepEqual(bare(given.length ? inside.slice(0, -1) : inside), bare(deeds(original)), path);
      const { said, declared } = names({ type: 'Program', body: deeds(original) });
      const borrowed = [...said].filter((one) => shared.has(one) && !declared.has(one) && !imported(original).includes(one));
      assert.deepEqual(borrowed, [], `${path} means another ${borrowed}`);
      given.forEach((one) => assert.ok(!shared.has(one), one));
      given.forEach((one) => shared.set(one, path));
    });
  });

  if (files.includes('core/session.js')) test(`${name}: an error in the pack is found in its file`, () => {
    const map = new SourceMap(JSON.parse(readFileSync(join(folder, name + '.js.map'), 'utf8')));
    const lines = code.split('\n');
    const line = lines.findIndex((one) => one.includes('answer.status===204'));
    const found = map.findEntry(line, lines[line].indexOf('answer.status===204'));
    assert.equal(found.originalSource, '/ui/core/session.js');
    assert.match(read('core/session.js').split('\n')[found.originalLine], /answer\.status === 204/);
  });

  test(`${name} is at most ${LIMIT_KB} KB of script in all, compressed`, () => {
    // The reader of the camera is loaded beside the page when somebody asks for it; not so our own script that calls it.
    const beside = Array.from(code.matchAll(/'\/ui\/([\w/]+\.js)'/g), (found) => found[1]);
    const bytes = readFileSync(join(folder, name + '.js.gz')).length + beside.reduce((sum, path) => sum + gzipSync(read(path), { level: 9 }).length, 0);
    assert.ok(bytes <= LIMIT_KB * 1024, `${(bytes / 1024).toFixed(1)} KB`);
  });
}
