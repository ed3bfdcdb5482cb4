// How the scan field takes keys, taps and redraws: the rules that a lost scan taught.
import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { GS } from '../core/codes.js';
import { html, render } from '../core/html.js';
import { ScanField } from '../core/scanner.js';
import { Button } from '../parts/button.js';
import { makePage, press, tap, type } from './dom.js';

let page;
let scanned;
let pressed;
let stuck;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
// Effects of a drawing run a little after it, in a timer that another timer sets.
const settled = () => pause(60).then(() => pause(5));

function draw(label) {
  render(html`<div><${ScanField} onScan=${(code) => scanned.push(code)} refuses=${() => stuck} label=${label} typeLabel="by hand" />
    <${Button} id="next" label="Next" onTap=${() => { pressed += 1; }} /><input id="other" /><p id="words">…</p></div>`, page.body);
}

const at = (id) => page.body.find(id);

beforeEach(async () => {
  if (page) render(null, page.body);
  page = makePage();
  globalThis.document = page;
  scanned = [];
  pressed = 0;
  stuck = false;
  draw('Scan the bin');
  await settled();
});

test('Enter after a tap on a button does not press it again: it ends the scan', async () => {
  tap(page, at('next'));
  assert.equal(pressed, 1);
  type(page, 'A-01');
  press(page, 'Enter');
  await settled();
  assert.deepEqual([pressed, scanned], [1, ['A-01']]);
});

test('Enter alone after a tap on a button does nothing', async () => {
  tap(page, at('next'));
  press(page, 'Enter');
  await settled();
  assert.deepEqual([pressed, scanned], [1, []]);
});

test('keys that land on the page arrive in the scan field, from the first on', async () => {
  tap(page, at('words'));
  page.activeElement = page.body; // a browser may take the focus away at any time
  type(page, 'T-42');
  press(page, 'Enter');
  await settled();
  assert.deepEqual(scanned, ['T-42']);
});

test('what a person types into another field stays there', async () => {
  tap(page, at('other'));
  type(page, 'words');
  press(page, 'Enter');
  await settled();
  assert.deepEqual([at('other').value, at('scan').value, scanned], ['words', '', []]);
});

test('a redraw keeps the field, its focus and what is half scanned', async () => {
  const field = at('scan');
  type(page, 'A-');
  draw('Scan the item');
  draw('Scan the tote');
  await settled();
  assert.equal(at('scan'), field);
  assert.equal(field.given.get('placeholder'), 'Scan the tote');
  assert.equal(field.focused, 1);
  assert.equal(page.activeElement, field);
  type(page, '02');
  press(page, 'Enter');
  await settled();
  assert.deepEqual(scanned, ['A-02']);
});

test('a redraw does not take the focus from another field', async () => {
  tap(page, at('other'));
  draw('Scan the item');
  await settled();
  assert.equal(page.activeElement, at('other'));
});

test('while an input method composes, its keys are its own; its Enter ends the scan', async () => {
  for (const key of ['Process', 'Tab', ']']) {
    const event = press(page, key, { isComposing: true, ctrlKey: key === ']' });
    assert.ok(!event.defaultPrevented, key);
  }
  at('scan').value = '６９０１'; // what it has composed
  press(page, 'Enter', { isComposing: true });
  await settled();
  assert.deepEqual([scanned, at('scan').value], [['6901'], '']);
  at('scan').value = 'Ｔ－１';
  press(page, 'Process', { isComposing: true, code: 'Enter' });
  await settled();
  assert.deepEqual(scanned, ['6901', 'T-1']);
});

test('typing by hand: the button brings up the keyboard of the device, and codes are typed as ever', async () => {
  const field = at('scan');
  assert.equal(field.given.get('inputmode'), 'none');
  assert.equal(field.given.has('readonly'), false);
  const hand = page.body.childNodes[0].childNodes[0].childNodes[2];
  tap(page, hand);
  await settled();
  assert.deepEqual([field.given.get('inputmode'), hand.given.get('aria-pressed')], ['text', 'true']);
  assert.equal(page.activeElement, field);
  type(page, 'c-07');
  field.value = field.value.slice(0, -1); // Backspace is the browser's
  type(page, '8');
  press(page, 'Enter');
  await settled();
  assert.deepEqual(scanned, ['c-08']);
  tap(page, hand);
  await settled();
  assert.equal(field.given.get('inputmode'), 'none');
});

test('Tab ends a scan too, scans keep their order, and a separator by Ctrl+] or Alt+029 is one', async () => {
  type(page, '10A');
  press(page, ']', { ctrlKey: true });
  type(page, '21B');
  press(page, 'Tab');
  type(page, '10C');
  for (const key of '029') press(page, key, { altKey: true });
  press(page, 'Alt');
  type(page, '21D');
  press(page, 'Enter');
  await settled();
  assert.deepEqual(scanned, [`10A${GS}21B`, `10C${GS}21D`]);
});

test('a page that goes away leaves no listener behind', async () => {
  render(null, page.body);
  await settled();
  assert.deepEqual(page.heard, []);
});

test('what would only wait for a link is refused at once, not done unseen when there is one', async () => {
  stuck = true;
  type(page, 'A-01');
  press(page, 'Enter');
  await settled();
  stuck = false;
  type(page, 'A-01'); // refused: no second scan of the same
  press(page, 'Enter');
  await settled();
  assert.deepEqual(scanned, ['A-01']);
});
