// The designer of one template: what is asked of the server, and how it is laid out.
import { html, useEffect } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { locale, t } from '../core/texts.js';
import { Newest } from './ask.js';
import { Design, alike, stockOf } from './design.js';
import { LabelSheet } from './design_label.js';
import { Palette, Parts, Properties } from './design_side.js';
import { openTest, openVersions } from './design_versions.js';
import { say } from './format.js';
import { Choose, Failed, Loading, Tag } from './office_parts.js';
import { Act } from './parts.js';

const PATH = '/api/v1/label-templates';
const SOON_MS = 120; // after the last change the dots are drawn anew
const DPI = [203, 300, 600];
const PER_MM = { 203: 8, 300: 300 / 25.4, 600: 600 / 25.4 };
export const SAMPLES = ['usual', 'long', 'hostile', 'bare'];
const NUDGE = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class DesignDesk {
  constructor(page, id) {
    this.page = page;
    this.office = page.office;
    this.id = id;
    this.template = null;
    this.design = null;
    this.error = null;
    this.sample = 'usual';
    this.dpi = 203;
    this.zoom = 0; // 0 fits; else pixels a dot
    this.problems = [];
    this.substituted = [];
    this.picture = '';
    this.drawn = 0; // how many pictures have come
    this.waiting = false;
    this.focusChosen = false;
    this._newest = new Newest();
  }

  get path() {
    return PATH + '/' + this.id;
  }

  get kind() {
    return this.page.kinds.find((one) => one.document === this.template.document);
  }

  get dots() {
    return PER_MM[this.dpi];
  }

  /** Show a version, or the newest; a design that is being worked on stays. */
  async load(number) {
    if (this.design && this.design.dirty) return this.draw(); // perhaps in another language
    const envelope = (await this.page.known()) || (await this.office.http.get(this.path, { number: number }));
    if (!envelope.ok) {
      this.error = envelope.message;
      return this.office.changed();
    }
    this.take(envelope.data);
    return undefined;
  }

  /** What the server says of the template is what is worked on from now on. */
  take(template) {
    this.error = null;
    this.template = template;
    const same = this.design && alike(this.design.body, template.body);
    if (same) this.design.saved = this.design.elements;
    else this.design = new Design(template.body.elements, stockOf(template.media), () => this._changed());
    if (!same && template.stations.length) this.dpi = template.stations[0].dpi;
    document.title = this.page.title() + ' · ' + (this.office.house || '');
    this.draw();
  }

  _changed() {
    this.office.changed();
    if (this.design.elements !== this._drawnElements) this.draw();
  }

  /** Ask for the very dots; of several questions the newest is answered. */
  draw() {
    this._drawnElements = this.design.elements;
    this.waiting = true;
    clearTimeout(this._soon);
    this._soon = setTimeout(() => this._ask(), SOON_MS);
    this.office.changed();
  }

  async _ask() {
    const body = { document: this.template.document, media: this.template.media, body: this.design.body, sample: this.sample, dpi: this.dpi, locale: locale() };
    const envelope = await this._newest.of(this.office.http.change('POST', PATH + '/try', body));
    if (envelope === null) return;
    this.waiting = false;
    if (!envelope.ok) this.problems = [{ element: '', code: envelope.message.code, detail: '', text: envelope.message.text }];
    else {
      this.problems = envelope.data.problems;
      this.substituted = envelope.data.substituted;
      this.picture = 'data:image/png;base64,' + envelope.data.picture;
      this.drawn += 1;
    }
    this.office.changed();
  }

  set(name, value) {
    this[name] = value;
    if (name !== 'zoom') this.draw();
    this.office.changed();
  }

  async act(key, path, body, said) {
    const envelope = await this.office.act(key, () => this.office.http.change('POST', this.path + path, body), () => ({ text: said }));
    if (envelope.ok) this.take(envelope.data);
    return envelope;
  }

  save() {
    if (!this.design.dirty || this.office.working.save) return undefined;
    const next = this.template.newest + 1;
    return this.act('save', '/versions', { base: this.template.newest, body: this.design.body, note: '' }, t('template.saved', { n: next }));
  }

  /** What was brought back or opened replaces what is drawn, so nothing unsaved may be lost. */
  publish(number) {
    return this.act('publish', '/publish', { number: number }, t('template.published', { n: number }));
  }

  async bringBack(number) {
    this.design.saved = this.design.elements;
    const envelope = await this.act('bring', '/bring-back', { number: number }, t('template.brought_back', { n: number }));
    if (envelope.ok) this.office.close();
  }

  withdraw() {
    return this.act('withdraw', '/withdraw', {}, t('template.withdrawn'));
  }

  key(event) {
    const design = this.design;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (!design || this.office.panel || this.office.drawer || this.office.shell.sheet) return;
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const act = control ? { s: () => this.save(), z: () => (event.shiftKey ? design.redo() : design.undo()), y: () => design.redo(), d: () => design.duplicate() }[key] : null;
    if (act && !(typing && key === 'd')) act();
    else if (typing || !design.one) return;
    else if (NUDGE[event.key]) {
      const step = event.shiftKey ? 5 : event.altKey ? 0.1 : 0.5;
      const [x, y] = NUDGE[event.key];
      if (control) design.resize(x * step, y * step);
      else design.move(x * step, y * step);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.focusChosen = true;
      design.remove();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

export function Designer({ desk }) {
  useEffect(() => {
    const listen = (event) => desk.key(event);
    const leave = (event) => { if (desk.design && desk.design.dirty) event.preventDefault(); };
    document.addEventListener('keydown', listen, true);
    window.addEventListener('beforeunload', leave);
    return () => {
      document.removeEventListener('keydown', listen, true);
      window.removeEventListener('beforeunload', leave);
    };
  }, [desk]);
  if (desk.error) return html`<${Failed} message=${desk.error} onRetry=${() => desk.office.refresh()} />`;
  if (!desk.design) return html`<${Loading} />`;
  return html`<div class="design" data-waiting=${desk.waiting ? 'yes' : 'no'} data-dirty=${desk.design.dirty ? 'yes' : 'no'}>
    <${Bar} desk=${desk} />
    <aside class="design-left"><${Palette} desk=${desk} /><${Parts} desk=${desk} /></aside>
    <section class="design-middle"><${LabelSheet} desk=${desk} /><${Trial} desk=${desk} /></section>
    <aside class="design-right"><${Properties} desk=${desk} /></aside></div>`;
}

function Bar({ desk }) {
  const { design, office, template } = desk;
  const live = template.published;
  const may = !design.dirty && template.number === template.newest && live !== template.newest && !desk.problems.length;
  return html`<header class="design-bar"><a href="#/" id="templates-back" class="act"><${Icon} name="back" size=${16} /><span>${t('template.all')}</span></a>
    <h2>${say('template_document', template.document)} <small>${template.media.replace('x', ' × ')} mm</small></h2>
    <${Tag} kind=${design.dirty ? 'warn' : ''}>${design.dirty ? t('template.unsaved') : t('template.version', { n: template.number })}<//>
    <${Tag} kind=${live ? 'good' : ''}>${live ? t('template.prints_version', { n: live }) : t('template.drawn_by_itself')}<//>
    <span class="office-acts"><${Act} id="undo" label=${t('template.undo')} title="Ctrl+Z" busy=${!design.undoable} onTap=${() => design.undo()} /><${Act} id="redo" label=${t('template.redo')} title="Ctrl+Y" busy=${!design.redoable} onTap=${() => design.redo()} />
    <${Act} id="versions" icon="clock" label=${t('template.versions')} onTap=${() => openVersions(desk)} /><${Act} id="test" icon="printer" label=${t('template.test')} busy=${design.dirty} onTap=${() => openTest(desk)} />
    <${Act} id="save" kind="strong" icon="check" label=${t('template.save')} title="Ctrl+S" busy=${!design.dirty || Boolean(office.working.save)} onTap=${() => desk.save()} /><${Act} id="publish" kind="primary" label=${t('template.publish')} busy=${!may || Boolean(office.working.publish)} onTap=${() => desk.publish(template.newest)} /></span></header>`;
}

/** What the label is tried with, and what became of it. */
function Trial({ desk }) {
  const lost = desk.substituted.map((one) => say('template_field', one.field) + ' ' + one.characters.join(' ')).join('; ');
  return html`<div class="design-trial"><${Choose} id="sample" label=${t('template.sample')} value=${desk.sample} choices=${SAMPLES.map((one) => [one, say('template_sample', one)])} onChoose=${(one) => desk.set('sample', one)} />
    <${Choose} id="dpi" label=${t('template.dpi')} value=${desk.dpi} choices=${DPI.map((one) => [one, String(one)])} onChoose=${(one) => desk.set('dpi', Number(one))} />
    <${Choose} id="zoom" label=${t('template.zoom')} value=${desk.zoom} choices=${[[0, t('template.fit')], [1, '1 : 1'], [2, '2 : 1']]} onChoose=${(one) => desk.set('zoom', Number(one))} />
    <p class=${'design-verdict' + (desk.problems.length ? ' design-bad' : '')} role="status"><${Icon} name=${desk.problems.length ? 'warning' : 'check'} size=${18} />
      <span>${desk.problems.length ? t('template.problems', { n: desk.problems.length }) : t('template.fine')}${lost && html`<small>${t('template.substituted', { what: lost })}</small>`}</span></p></div>`;
}
