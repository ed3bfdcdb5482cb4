// Flows that the server leads: every answer names the next screen and what it shows, every scan is one command.
// What a person has in hand is kept by the server, so another device goes on at the same screen.
// Which screens there are, what each expects and where it leads is declared beside the scans: flows.toml, `declared.js`.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { Button } from '../parts/button.js';
import { Keypad } from '../parts/keypad.js';
import { Sheet } from '../parts/sheet.js';
import { FLOWS } from './declared.js';

const LONGEST_NUMBER = 7; // digits

/**
 * `story`: {
 *   name: the flow's name, as it is declared,
 *   screens: {name: (flow, data) => screen}, one for each that is declared,
 *   events: names of pushed events after which to ask again }
 *
 * A screen is {step, prompt, head, body, actions, scan: (code) => …}; `data` is that of the latest answer, and without
 * a `prompt` the declared one is shown.
 */
export class Guided {
  constructor(shell, story) {
    this.shell = shell;
    this.story = story;
    this.declared = FLOWS[story.name];
    this.screen = null;
    this.data = {};
    this.asked = null; // what a sheet asks for, and what to do with the answer
    this.typed = '';
    this._edition = 0; // grows with every answer to what a person did: what was asked before that is old
  }

  /** `data`: {next, …} as a server's answer; else the server is asked where this person stands. */
  async enter(data) {
    if (data.next) this._show(data.next, data);
    else await this.refresh();
  }

  connected() {
    return this.shell.link.waiting ? undefined : this.refresh();
  }

  event(row) {
    if ((this.story.events || []).includes(row.name)) this.refresh();
  }

  /** Only what was kept on the device: every other command is answered where it was sent. */
  settled(row, envelope) {
    if (!row.durable) return undefined;
    const own = row.name.startsWith(this.story.name);
    if (own || !envelope.ok) this.shell.say(envelope.message);
    return own && !envelope.local ? this.refresh() : undefined;
  }

  async refresh() {
    const edition = this._edition;
    const envelope = await this.shell.link.ask(this.declared.state, {});
    if (edition !== this._edition) return this.refresh();
    if (envelope.ok) this._follow(envelope);
    else this.shell.say(envelope.message);
    return undefined;
  }

  scan(code) {
    const screen = this._screen();
    if (!screen || !this._expects().length) return this.shell.tell('guided.no_scan', 'warning');
    return screen.scan(code);
  }

  get scansInSheet() {
    return Boolean(this.asked && this.asked.scan);
  }

  /** Carry out one command and go where its answer leads; says whether it was carried out. */
  async send(name, body) {
    return (await this.carry(name, body)).ok;
  }

  /** The same, for who wants the answer itself. */
  async carry(name, body) {
    return this._answered(await this.shell.work(() => this.shell.link.send(name, body || {})));
  }

  /** Go where the answer to what a person did leads. */
  _answered(envelope) {
    this._edition += 1;
    if (envelope.ok && !envelope.message) {
      play('ok');
      this.shell.fade(); // what was said of the screen before is not said of this one
    }
    this._follow(envelope);
    return envelope;
  }

  /** Look something up: changes nothing. */
  async look(name, body) {
    const envelope = await this.shell.work(() => this.shell.link.ask(name, body || {}));
    this._edition += 1;
    this._follow(envelope);
    return envelope.ok;
  }

  /** Show another screen of what is known, without asking. */
  turn(screen) {
    this.screen = screen;
    this.shell.changed();
  }

  _follow(envelope) {
    this.shell.say(envelope.message);
    if (envelope.next && !envelope.next.startsWith(this.story.name)) return this.shell.go(envelope.next.split('_')[0], {});
    if (envelope.next) this._show(envelope.next, envelope.ok ? envelope.data : this.data);
    return this.shell.changed();
  }

  _show(name, data) {
    this.screen = name;
    this.data = data || {};
  }

  /** The kinds of codes that are declared for the screen that is shown. */
  _expects() {
    return this.declared.screens[this.screen].expects;
  }

  _screen() {
    const draw = this.story.screens[this.screen];
    return draw ? draw(this, this.data) : null;
  }

  view() {
    const screen = this._screen();
    if (!screen) return { screen: this.story.name, prompt: '', body: html`<p class="empty">${t('guided.loading')}</p>`, actions: [this.home()] };
    const said = this.declared.screens[this.screen].prompt;
    return Object.assign({ screen: this.screen, prompt: said ? t(said) : '', actions: [this.home()], facts: this.data, progress: this.data.progress }, screen);
  }

  /** The button that leads back to the choice of flows. */
  home() {
    return { id: 'home', label: t('home.title'), icon: 'back', onTap: () => this.shell.go('home') };
  }

  /** Ask for a whole number: {title, hint, value, onOk: (number) => …}. */
  askNumber(asked) {
    this._ask(Object.assign({ kind: 'number' }, asked));
  }

  /** Ask for words or a date: {title, hint, type: 'text' | 'date', value, onOk: (text) => …}. */
  askText(asked) {
    this._ask(Object.assign({ kind: 'text' }, asked));
  }

  /** Ask for one of a few: {title, hint, choices: [[value, label, kind?], …], onOk: (value) => …}. */
  askChoice(asked) {
    this._ask(Object.assign({ kind: 'choice' }, asked));
  }

  _ask(asked) {
    this.asked = asked;
    this.typed = '';
    this.shell.openSheet('asked');
  }

  _answer(value) {
    const asked = this.asked;
    this.asked = null;
    this.shell.closeSheet();
    return asked.onOk(value);
  }

  _type(text) {
    this.typed = text;
    this.shell.changed();
  }

  sheet(name) {
    if (name !== 'asked' || !this.asked) return null;
    const draw = { number: numberSheet, text: textSheet, choice: choiceSheet }[this.asked.kind];
    return html`<${Sheet} id="asked" title=${this.asked.title} onClose=${() => this.shell.closeSheet()}>
      ${this.asked.hint && html`<p class="sub">${this.asked.hint}</p>`}${draw(this, this.asked)}
    <//>`;
  }
}

function numberSheet(flow, asked) {
  const shown = flow.typed === '' ? asked.value : flow.typed;
  return html`<output class="typed" id="typed">${shown === undefined || shown === null ? '' : shown}</output>
    <${Keypad} okLabel=${t('guided.ok')} onKey=${(digit) => flow._type((flow.typed + digit).slice(0, LONGEST_NUMBER))}
      onErase=${() => flow._type(flow.typed.slice(0, -1))} onOk=${() => flow._answer(Number(shown))} empty=${shown === undefined} />`;
}

function textSheet(flow, asked) {
  const submit = (event) => {
    event.preventDefault();
    flow._answer(event.target.elements.asked.value.trim());
  };
  return html`<form class="asked-form" onSubmit=${submit}>
    <input id="asked-text" name="asked" class="asked-text" type=${asked.type || 'text'} autocomplete="off" autofocus value=${asked.value || ''} />
    <button type="submit" id="asked-ok" class="button primary"><span>${t('guided.ok')}</span></button></form>`;
}

function choiceSheet(flow, asked) {
  return html`<div class="choices">${asked.choices.map(([value, label, kind]) => html`<${Button} key=${value} id=${'choice-' + value}
    kind=${kind || 'plain'} label=${label} onTap=${() => flow._answer(value)} />`)}</div>`;
}
