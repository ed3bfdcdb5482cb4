// The scan field: a real, visible input that keeps the focus. Enter or Tab ends a scan, never a pause.
import { html, useEffect, useLayoutEffect, useRef, useState } from './html.js';
import { DoubleScanGuard, keyStep, normalise } from './codes.js';
import { Icon } from './icons.js';
import { recall } from './storage.js';

const EDITABLE = /^(INPUT|TEXTAREA|SELECT)$/;
const guard = new DoubleScanGuard();
/** @type {Promise<any>} */
let running = Promise.resolve();

/**
 * Scans are handled one after another, in the order in which they came: a fast second one waits.
 * @param {() => any} work
 */
function inOrder(work) {
  running = running.then(work).catch((error) => setTimeout(() => { throw error; }));
}

/** Nobody is there any more who wants what waits: the next scan is the first. */
export function forgetScans() {
  running = Promise.resolve();
}

/** @param {HTMLInputElement} input @param {string} text */
function insertAt(input, text) {
  if (text) input.setRangeText(text, Number(input.selectionStart), Number(input.selectionEnd), 'end');
}

/** @param {string} code @param {(code: string) => any} onScan */
function take(code, onScan) {
  if (guard.passes(code, Date.now())) inOrder(() => onScan(code));
}

/** @param {any} event @param {string} type @param {{ current: string }} alt @param {(text: string) => any} read */
function onKey(event, type, alt, read) {
  const input = event.target;
  // An input method that composes hides the name of the key that ends it.
  const name = event.key === 'Process' && /^(Numpad)?Enter$/.test(event.code) ? 'Enter' : event.key || '';
  const key = { type: type, key: name, alt: event.altKey, ctrl: event.ctrlKey };
  if (event.isComposing && key.key !== 'Enter') return;
  const step = keyStep({ alt: alt.current }, key, input.value !== '');
  alt.current = step.alt;
  insertAt(input, step.insert);
  if (step.prevent) event.preventDefault();
  if (!step.end) return;
  const text = input.value;
  input.value = '';
  read(text);
}

/**
 * Keys that land elsewhere belong to the scan field, unless a person is typing into another field.
 * @param {{ current: any }} field
 */
function useFocusKept(field) {
  useEffect(() => {
    /** @param {any} event */
    const catchKey = (event) => {
      const target = event.target;
      if (!field.current || target === field.current || EDITABLE.test(target.tagName)) return;
      if (event.key && event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== ' ') {
        field.current.focus(); // the character itself then arrives in the field
      } else if (event.key === 'Enter' && target === document.body) event.preventDefault();
    };
    /** @param {any} event */
    const refocus = (event) => {
      if (field.current && !event.target.closest('input,textarea,select,label,a,[data-own-focus]')) field.current.focus();
    };
    document.addEventListener('keydown', catchKey, true);
    document.addEventListener('click', refocus);
    return () => {
      document.removeEventListener('keydown', catchKey, true);
      document.removeEventListener('click', refocus);
    };
  }, []);
}

/**
 * `onScan(code)` gets every finished scan, cleaned. `label` says what is expected. `secret` hides the
 * text (PIN). The small keyboard button brings up the on-screen keyboard for typing by hand, and beside it `camera`:
 * {label, read: () => Promise of a code, or of '' for none}. `refuses()` says whether a scan would only wait for what is
 * not answered, and tells the person so: what piled up would be done unseen, later.
 * @param {{ onScan: (code: string) => any, refuses: () => boolean, label?: string, secret?: boolean, typeLabel: string, camera: import('../types').Camera | null }} props
 */
export function ScanField({ onScan, refuses, label, secret, typeLabel, camera }) {
  const field = useRef(/** @type {any} */ (null)); // the input, once it is drawn
  const alt = useRef('');
  const latest = useRef(onScan);
  const [byHand, setByHand] = useState(false);
  latest.current = onScan;
  useLayoutEffect(() => { field.current.focus(); }, [byHand]);
  useFocusKept(field);
  /** @param {string} code */
  const pass = (code) => latest.current(code);
  /** @param {string} text */
  const read = (text) => {
    const code = normalise(text, recall('scanner', null));
    if (code && !refuses()) take(code, pass);
  };
  return html`<div class="scan">
    <${Icon} name="barcode" />
    <input ref=${field} id="scan" class="scan-field" type=${secret ? 'password' : 'text'}
      inputmode=${byHand ? 'text' : 'none'} autocomplete="off" autocapitalize="off" autocorrect="off"
      spellcheck=${false} aria-label=${label} placeholder=${label}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => onKey(event, 'down', alt, read)} onKeyUp=${(/** @type {KeyboardEvent} */ event) => onKey(event, 'up', alt, read)} />
    ${byHand && camera && !secret && html`<button type="button" class="scan-hand" id="camera" tabindex="-1" aria-label=${camera.label}
      onClick=${() => camera.read().then(read)}><${Icon} name="camera" /></button>`}
    <button type="button" class="scan-hand" tabindex="-1" aria-pressed=${byHand} aria-label=${typeLabel}
      onClick=${() => setByHand(!byHand)}><${Icon} name="keyboard" /></button>
  </div>`;
}
