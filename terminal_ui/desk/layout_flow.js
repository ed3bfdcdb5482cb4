// The layout page: what is loaded, what is chosen, what is being drawn, and what the server is asked to change.
import { html } from '../core/html.js';
import { isOver, request } from '../core/session.js';
import { t } from '../core/texts.js';
import { uuid4 } from '../core/uuid.js';
import { HouseMenu } from './houses.js';
import { binsOf, blockBetween, fields, neighbour, typed } from './layout_geometry.js';
import { LayoutPage } from './layout_page.js';
import { LabelDesk } from './layout_labels.js';
import { RackDraft } from './layout_rack.js';

const MAY = ['supervisor', 'admin'];
const STEPS = { ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], ArrowUp: [0, 1, 0], ArrowDown: [0, -1, 0], PageUp: [0, 0, 1], PageDown: [0, 0, -1] };

export class LayoutFlow {
  constructor(shell) {
    this.shell = shell;
    this.plan = null;
    this.bins = [];
    this.zones = [];
    this.refused = null;
    this.chosen = new Set(); // ids
    this.anchor = null; // where a range begins, and where the arrow keys stand
    this.level = null;
    this.colouring = 'zone';
    this.tool = 'select';
    this.draft = {}; // fields of the selection that were changed and not saved
    this.rack = null;
    this._floor = null; // the floor as it is being changed
    this.undo = null; // {label(), act()}
    this.sure = ''; // the button that was pressed once
    this.labels = new LabelDesk(this);
  }

  enter() {
    if (!this.shell.session.may(MAY)) {
      this.refused = { text: t('layout.not_allowed') };
      return undefined;
    }
    this.labels.watch();
    return this.load();
  }

  scan() {
    return undefined; // nothing here is scanned
  }

  page() {
    return html`<${LayoutPage} flow=${this} />`;
  }

  // ---- the server

  ask(method, path, body, key) {
    return request(method, '/api/v1' + path, this.shell.session.token, body, key);
  }

  async load() {
    const envelope = await this.ask('GET', '/layout');
    if (!envelope.ok) return this.failed(envelope);
    this.plan = envelope.data;
    this.bins = binsOf(this.plan);
    this.zones = this.plan.zones;
    const there = new Set(this.bins.map((bin) => bin.id));
    this.chosen = new Set(Array.from(this.chosen).filter((id) => there.has(id)));
    if (this.anchor && !there.has(this.anchor.id)) this.anchor = null;
    this._drawn = null;
    this._zoneOf = null;
    return this.shell.changed();
  }

  /** Change something; the same click once more after a lost answer is the same command. */
  async change(method, path, body) {
    const asked = method + path + JSON.stringify(body || null);
    if (!this._lost || this._lost.asked !== asked) this._lost = { asked: asked, key: uuid4() };
    const envelope = await this.shell.work(() => this.ask(method, path, body, this._lost.key));
    if (envelope.ok || envelope.message.code !== 'ui.link.no_server') this._lost = null;
    if (!envelope.ok) this.failed(envelope);
    return envelope;
  }

  failed(envelope) {
    if (isOver(envelope.message.code)) {
      this.labels.rest();
      return this.shell.signOut();
    }
    if (!this.plan) this.refused = envelope.message;
    return this.shell.say(envelope.message);
  }

  // ---- what is drawn

  drawn() {
    if (!this._drawn) this._drawn = fields(this.plan.floor, this.bins, this.level);
    return this._drawn;
  }

  /** The floor as it is, or as it is being changed. */
  floor() {
    return this._floor || this.plan.floor;
  }

  draftFloor(floor) {
    this._floor = floor;
    this.shell.changed();
  }

  zoneOf(code) {
    if (!this._zoneOf) this._zoneOf = new Map(this.zones.map((zone) => [zone.code, zone]));
    return this._zoneOf.get(code) || null;
  }

  levels() {
    return Array.from(new Set(this.bins.map((bin) => bin.level))).sort((a, b) => a - b);
  }

  showLevel(level) {
    this.level = level;
    this._drawn = null;
    this.shell.changed();
  }

  colourBy(name) {
    this.colouring = name;
    this.shell.changed();
  }

  useTool(name) {
    this.tool = name;
    if (name === 'select') this.rack = null;
    else if (!this.rack) this.rack = RackDraft.beside(this);
    this.shell.changed();
  }

  // ---- the selection

  selected() {
    return this.bins.filter((bin) => this.chosen.has(bin.id));
  }

  /** The selected bin that a walk comes to first, as labels are printed. */
  firstOnWalk() {
    return this.selected().reduce((first, bin) => (!first || bin.pick_order < first.pick_order || (bin.pick_order === first.pick_order && bin.level < first.level) ? bin : first), null);
  }

  /** `how`: 'only' these, 'add' them, 'toggle' them. */
  choose(bins, how) {
    if (how === 'only') this.chosen = new Set();
    const all = bins.length > 0 && bins.every((bin) => this.chosen.has(bin.id));
    bins.forEach((bin) => (how === 'toggle' && all ? this.chosen.delete(bin.id) : this.chosen.add(bin.id)));
    if (bins.length === 1) this.anchor = bins[0];
    this.forgetDraft();
    this.shell.changed();
  }

  /** A click: alone, with Ctrl (one more or less), or with Shift (all up to here). */
  pick(bin, event) {
    if (event.shiftKey && this.anchor) {
      const from = this.anchor;
      this.choose(blockBetween(this.visible(), from, bin), event.ctrlKey || event.metaKey ? 'add' : 'only');
      this.anchor = from;
      this._far = bin;
      return;
    }
    this._far = null;
    this.choose([bin], event.ctrlKey || event.metaKey ? 'toggle' : 'only');
  }

  visible() {
    return this.level === null ? this.bins : this.bins.filter((bin) => bin.level === this.level);
  }

  clear() {
    this.chosen = new Set();
    this.forgetDraft();
    this.shell.changed();
  }

  /** What was typed into the finder. */
  find(words) {
    const found = typed(this.bins, words);
    if (!found.length) return this.shell.tell('layout.not_found', 'warning', { words: words });
    this.useTool('select');
    this.choose(found, 'only');
    this.anchor = found[0];
    this.seek = found; // the map brings it into sight
    return this.shell.changed();
  }

  forgetDraft() {
    this.draft = {};
    this.blocking = false;
    this.sure = '';
  }

  /** A button that must be pressed twice. True at the second press. */
  surely(name) {
    if (this.sure === name) {
      this.sure = '';
      return true;
    }
    this.sure = name;
    this.shell.changed();
    return false;
  }

  // ---- edits

  set(name, value) {
    this.draft = Object.assign({}, this.draft, { [name]: value });
    this.shell.changed();
  }

  async save(change) {
    const values = change || this.draft;
    const ids = Array.from(this.chosen);
    const envelope = await this.change('POST', '/bins/edit', { edits: [{ which: { ids: ids }, set: values }] });
    if (!envelope.ok) return;
    const edits = envelope.data.undo.map((each) => ({ which: { ids: each.ids }, set: each.set }));
    this.undo = edits.length ? { label: () => t('layout.undo_edit', { n: envelope.data.changed }), act: () => this.change('POST', '/bins/edit', { edits: edits }) } : null;
    this.forgetDraft();
    await this.load();
    this.shell.tell(envelope.data.changed ? 'layout.saved' : 'layout.nothing_changed', 'ok', { n: envelope.data.changed });
  }

  /** Whether a change moves bins that walks may be on their way to. */
  moves() {
    return ['aisle', 'y_mm', 'side'].some((name) => this.draft[name] !== undefined);
  }

  async takeBack() {
    if (!this.undo || this.shell.busy) return;
    const undo = this.undo;
    const envelope = await undo.act();
    if (!envelope.ok) return;
    this.undo = null;
    await this.load();
    this.shell.tell('layout.undone', 'ok');
  }

  async remove() {
    if (!this.surely('remove')) return;
    const envelope = await this.change('POST', '/bins/remove', { ids: Array.from(this.chosen) });
    if (!envelope.ok) return;
    this.undo = null;
    this.clear();
    await this.load();
    this.shell.tell('layout.removed', 'ok', { n: envelope.data.bins });
  }

  async rotate() {
    if (!this.surely('rotate')) return;
    const envelope = await this.change('POST', '/bins/check-digits', { which: { ids: Array.from(this.chosen) } });
    if (!envelope.ok) return;
    await this.load();
    this.shell.tell('layout.rotated', 'ok', { n: envelope.data.bins });
    this.labels.open();
  }

  async putZone(zone) {
    const envelope = await this.change('PUT', '/zones', { code: zone.code, name: zone.name, colour: zone.colour });
    if (envelope.ok) await this.load();
  }

  async removeZone(code) {
    const envelope = await this.change('DELETE', '/zones/' + encodeURIComponent(code));
    if (envelope.ok) await this.load();
  }

  async putFloor(floor) {
    const envelope = await this.change('PUT', '/warehouses/floor', floor);
    if (!envelope.ok) return;
    this._floor = null;
    await this.load();
    this.seek = [];
    this.shell.tell('layout.floor_saved', 'ok');
  }

  menu() {
    return html`<${HouseMenu} shell=${this.shell} />`;
  }

  // ---- keys

  key(event) {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === 'Escape') return this.escape();
    if (typing) return undefined;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === 'z') return this.pressed(event, () => this.takeBack());
    if (command && event.key.toLowerCase() === 'a') return this.pressed(event, () => this.choose(this.visible(), 'only'));
    if (event.target.closest('.plan') && STEPS[event.key]) return this.pressed(event, () => this.step(STEPS[event.key], event.shiftKey));
    return undefined;
  }

  pressed(event, act) {
    event.preventDefault();
    return act();
  }

  escape() {
    if (this.shell.sheet) return this.shell.closeSheet();
    if (this.labels.shown) return this.labels.close();
    if (this.rack) return this.useTool('select');
    if (this._floor) return this.draftFloor(null);
    if (this.sure || Object.keys(this.draft).length || this.blocking) {
      this.forgetDraft();
      return this.shell.changed();
    }
    return this.clear();
  }

  /** An arrow key: the next bin, or with Shift the range up to it. */
  step([across, along, up], range) {
    const bins = this.visible();
    const from = (range && this._far) || this.anchor || bins[0];
    if (!from) return;
    const next = this.anchor ? neighbour(bins, from, across, along, up) : from;
    if (next) this.pick(next, { shiftKey: range && Boolean(this.anchor) });
  }
}
