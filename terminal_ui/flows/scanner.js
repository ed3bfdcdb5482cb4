// The device learns what its scanner sends, from the test code or from any code scanned three times.
import { keyStep } from '../core/codes.js';
import { isSlow, learn } from '../core/enrol.js';
import { html, useEffect, useRef } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { Bars, Matrix } from '../parts/test_codes.js';

const QUIET_MS = 500; // after the last key a reading is over, whatever its end
const NO_TEXT = ['Shift', 'Alt', 'Control', 'AltGraph', 'CapsLock', 'Process', 'Unidentified', 'Enter', 'Tab'];

export class Scanner {
  constructor(shell) {
    this.shell = shell;
    this.screen = 'scanner_read';
    this.readings = [];
    this.fault = null;
  }

  enter() {
    this.restart();
    if (recall('scanner', null)) this.screen = 'scanner_known';
  }

  /** A reading is over. */
  read(reading) {
    const told = learn(reading, this.readings);
    this.fault = told.fault ? told : null;
    this.readings = told.count ? this.readings.concat([reading]) : [];
    if (told.scanner) {
      keep('scanner', told.scanner);
      this.screen = 'scanner_known';
    }
    play(told.fault ? 'error' : told.scanner ? 'ok' : 'step');
    this.shell.changed();
  }

  restart() {
    this.screen = 'scanner_read';
    this.readings = [];
    this.fault = null;
    this.shell.changed();
  }

  forget() {
    keep('scanner', null);
    this.restart();
    this.shell.tell('scanner.forgotten', 'info');
  }

  leave() {
    if (history.length > 1) history.back();
    else location.assign('/terminal');
  }

  scan() {
    return undefined; // the readings come key by key
  }

  view() {
    return this.screen === 'scanner_known' ? knownScreen(this, recall('scanner', {})) : readScreen(this);
  }
}

const back = (flow) => ({ id: 'leave', label: t('sheet.back'), icon: 'back', onTap: () => flow.leave() });

function readScreen(flow) {
  const fault = flow.fault;
  return {
    screen: 'scanner_read',
    prompt: '',
    scanless: true,
    body: html`<div class="line scanner">
      <h1 class="do"><${Icon} name="barcode" size=${30} />${flow.readings.length ? t('scanner.again', { n: flow.readings.length }) : t('scanner.scan')}</h1>
      ${fault ? html`<p class="scanner-fault" id="fault" role="alert" data-fault=${fault.fault}><${Icon} name="warning" /><span>${t('scanner.fault.' + fault.fault, { key: fault.key })}</span></p>` : html`<p class="sub">${t('scanner.hint')}</p>`}
      <div class="scanner-codes"><${Matrix} label=${t('scanner.scan')} /><${Bars} label=${t('scanner.scan')} /></div>
      <${Capture} onRead=${(reading) => flow.read(reading)} /></div>`,
    actions: [back(flow)],
  };
}

function knownScreen(flow, scanner) {
  const gs = scanner.gs === null ? t('scanner.gs_unknown') : !scanner.gs ? t('scanner.gs_lost') : scanner.separator ? t('scanner.gs_as', { text: scanner.separator }) : t('scanner.gs_good');
  const todo = [scanner.gs === false && t('scanner.lost_todo'), isSlow(scanner) && t('scanner.slow_todo')].filter(Boolean);
  const facts = [
    [t('scanner.ends'), scanner.end], [t('scanner.gs'), gs],
    [t('scanner.before'), [scanner.prefix, scanner.aim && t('scanner.aim')].filter(Boolean).join(' ') || '–'],
    [t('scanner.after'), scanner.suffix || '–'], [t('scanner.speed'), t('scanner.ms', { n: scanner.ms })],
  ];
  return {
    screen: 'scanner_known',
    prompt: '',
    scanless: true,
    body: html`<div class="line scanner"><h1 class="do do-done"><${Icon} name="check" size=${34} />${t('scanner.known')}</h1>
      ${todo.map((text) => html`<p key=${text} class="scanner-fault"><${Icon} name="warning" /><span>${text}</span></p>`)}
      <dl class="scanner-facts" id="facts">${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></div>`,
    actions: [
      back(flow),
      { id: 'forget', label: t('scanner.forget'), icon: 'erase', onTap: () => flow.forget() },
      { id: 'once-more', label: t('scanner.once_more'), icon: 'again', kind: 'primary', onTap: () => flow.restart() },
    ],
  };
}

/** Takes every key as it comes, and calls a reading over when it is quiet: only here, where its end is to be found. */
function Capture({ onRead }) {
  const field = useRef(/** @type {any} */ (null)); // the input, once it is drawn
  const state = useRef(/** @type {any} */ (null));
  const latest = useRef(onRead);
  latest.current = onRead;
  const begin = () => { state.current = { alt: '', end: '', at: [], odd: [], quiet: null }; };
  if (!state.current) begin();
  useEffect(() => {
    const focus = () => field.current && field.current.focus();
    focus();
    document.addEventListener('click', focus);
    return () => {
      document.removeEventListener('click', focus);
      clearTimeout(state.current.quiet);
    };
  }, []);
  const over = () => {
    const { end, at, odd } = state.current;
    const text = field.current.value;
    field.current.value = '';
    begin();
    latest.current({ text: text, end: end, at: at, odd: odd });
  };
  const key = (event, type) => {
    const now = state.current;
    const name = event.key || '';
    const step = keyStep({ alt: now.alt }, { type: type, key: name, alt: event.altKey, ctrl: event.ctrlKey }, true);
    now.alt = step.alt;
    if (step.insert) field.current.setRangeText(step.insert, field.current.selectionStart, field.current.selectionEnd, 'end');
    if (step.prevent) event.preventDefault();
    if (type === 'down' && step.end && !now.end) now.end = name;
    if (type === 'down' && !step.end) now.at.push(event.timeStamp);
    if (type === 'down' && name.length > 1 && NO_TEXT.indexOf(name) < 0) now.odd.push(name);
    clearTimeout(now.quiet);
    now.quiet = setTimeout(over, QUIET_MS);
  };
  return html`<div class="scan"><${Icon} name="barcode" /><input ref=${field} id="capture" class="scan-field" type="text" inputmode="none" autocomplete="off" autocapitalize="off" spellcheck=${false}
    aria-label=${t('scanner.scan')} placeholder=${t('scanner.scan')} onKeyDown=${(event) => key(event, 'down')} onKeyUp=${(event) => key(event, 'up')} /></div>`;
}
