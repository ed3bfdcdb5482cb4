// What a supervisor sees of this device, and what they say to its person: beside whatever flow is shown.
import { offer } from '../core/fetched.js';
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { TONES, play } from '../core/tones.js';
import { Button } from '../parts/button.js';

const PAUSE_MS = 2000; // between two tellings
const BEAT_MS = 30000; // told again though nothing has changed: the device is there
// What the work is about, in what the screens show: the first of each that is there.
const ABOUT = [['cart.code', 'bulk.cart.code', 'receipt.number', 'wall.name', 'parcel.number', 'manifest.number', 'task.tote'],
  ['line.bin.code', 'bulk.stop.bin.code', 'task.bin.code', 'task.from.code', 'chosen.to.code', 'bin.code', 'item.sku.code', 'put.sku.code']];

TONES.note = { notes: [[988, 0, 140], [1319, 170, 140], [988, 340, 140], [1319, 510, 260]], wave: 'sine', buzz: [200, 100, 200, 100, 400] };

const find = (facts, path) => path.split('.').reduce((found, name) => (found ? found[name] : undefined), facts);

/** What a view is about, in a few words: a cart and a bin, a receipt and a SKU. */
export function aboutOf(facts) {
  const words = ABOUT.map((paths) => paths.map((path) => find(facts || {}, path)).find((one) => typeof one === 'string' && one));
  return words.filter(Boolean).join(' · ').slice(0, 60);
}

/** How far: n of m, of the view or of the receipt that it shows. */
function progressOf(view) {
  const receipt = view.facts && view.facts.receipt;
  return view.progress || (receipt && receipt.expected ? { done: receipt.received, total: receipt.expected } : {});
}

class Floor {
  constructor(shell, page) {
    this.shell = shell;
    this._page = page; // what the page gave its shell
    this.notes = [];
    this.view = null;
    this._told = '';
    this._at = 0;
    setInterval(() => this._tell(), PAUSE_MS);
    if (navigator.getBattery) navigator.getBattery().then((battery) => (this.battery = battery), () => undefined);
  }

  drawn(shell, view) {
    this.view = view;
  }

  /** The link is there, again or at last: what was said meanwhile, and tell anew what is shown. */
  async connected() {
    this._told = '';
    return this._fetch();
  }

  async _fetch() {
    const link = this.shell.link;
    const envelope = link && link.online ? await link.ask('note.waiting', {}) : { ok: false };
    if (envelope.ok) envelope.data.notes.forEach((one) => this._take(one));
  }

  /** What a supervisor says is no business of the flow. */
  event(row) {
    if (row.name === 'note.read') this.notes = this.notes.filter((one) => one.id !== row.data.note_id); // perhaps elsewhere
    if (row.name !== 'note.sent') return row.name === 'note.read';
    const note = Object.assign({ id: row.data.note_id }, row.data);
    const here = this.shell.session.current;
    if (note.kind === 'home' && here && note.session_id === here.session && this._page.flows.home) this.shell.go('home');
    this._take(note);
    return true;
  }

  _take(note) {
    const person = this.shell.session.person;
    if (!person || note.person_id !== person.id || this.notes.some((one) => one.id === note.id)) return;
    if (this.shell.outbox.waiting(person.id).some((row) => row.name === 'note.read' && row.body.note_id === note.id)) return;
    this.notes.push(note);
    play('note');
    this.shell.changed();
  }

  /** The oldest note to who works here now, over everything else. */
  note() {
    const person = this.shell.session.person;
    this.notes = this.notes.filter((one) => person && one.person_id === person.id);
    const [note, ...more] = this.notes;
    if (!note) return null;
    const words = note.phrase ? t('note.phrase.' + note.phrase) : note.text;
    return html`<section class="note" role="alertdialog" aria-modal="true" id="note" data-note=${note.id} data-kind=${note.kind}>
      <h2><${Icon} name=${note.kind === 'note' ? 'voice' : 'out'} size=${32} /><span>${t('note.' + note.kind, { by: note.by })}</span></h2>
      ${words ? html`<p dir="auto">${words}</p>` : html`<p></p>`}
      ${more.length > 0 && html`<small>${t('note.more', { n: more.length })}</small>`}
      <${Button} id="note-read" icon="check" label=${t('note.read')} onTap=${() => this._read(note)} /></section>`;
  }

  _read(note) {
    this.notes = this.notes.filter((one) => one !== note);
    this.shell.link.keep('note.read', { note_id: note.id }); // sent when there is a link again
    this.shell.changed();
  }

  _shown() {
    const link = this.shell.link;
    const far = progressOf(this.view);
    const shown = {
      screen: this.view.screen, step: String(this.view.step || '').slice(0, 20), task: aboutOf(this.view.facts),
      unsent: link.waiting, refused: this.shell.troubles(), lamp: link.lamp,
    };
    if (far.total !== undefined) Object.assign(shown, { done: far.done, total: far.total });
    if (this.battery) Object.assign(shown, { battery: Math.round(this.battery.level * 20) * 5, charging: this.battery.charging });
    return shown;
  }

  _tell() {
    const link = this.shell.link;
    if (!link || !link.online || !this.view || !this.shell.session.person) return;
    const shown = this._shown();
    const now = JSON.stringify(shown);
    if (now === this._told && Date.now() - this._at < BEAT_MS) return;
    this._told = now;
    this._at = Date.now();
    link.ask('device.shows', shown);
    if (this._page.namespace === '/board') this._fetch(); // which tells only that something has changed
  }
}

offer('floor', (shell, page) => new Floor(shell, page));
