// The page of label templates: which there are, and the designer of one of them.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { stockOf } from './design.js';
import { DesignDesk, Designer } from './design_desk.js';
import { say } from './format.js';
import { Empty, Field, Shown, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';

const PATH = '/api/v1/label-templates';
const MEDIA = { waybill: ['100x180', '100x150', '76x130'], bin_label: ['100x50', '76x38', '70x30'], lpn_label: ['100x70', '100x150'], tote_label: ['100x70', '100x50', '60x40'], sku_label: ['60x40', '50x30', '70x50'], gs1_label: ['60x40', '50x30', '70x50', '100x70'] };

export class TemplatesPage {
  constructor(office) {
    this.office = office;
    this.all = new Asked(() => office.changed());
    this.kinds = null;
    this.desk = null;
    this.keys = [['Ctrl+S', 'template_save'], ['Ctrl+Z', 'template_undo'], ['Ctrl+Y', 'template_redo'], ['← ↑ → ↓', 'template_move'], ['Ctrl+← ↑ → ↓', 'template_size'], ['Delete', 'template_remove'], ['Ctrl+D', 'template_copy']];
  }

  /** Ask once which documents can be arranged. Gives the envelope of a refusal, else null. */
  async known() {
    if (this.kinds) return null;
    const envelope = await this.office.http.get(PATH + '/kinds');
    if (envelope.ok) this.kinds = envelope.data.kinds;
    return envelope.ok ? null : envelope;
  }

  async _listed() {
    const envelope = (await this.known()) || (await this.office.http.get(PATH));
    return envelope.ok ? Object.assign({}, envelope, { data: { items: envelope.data } }) : envelope;
  }

  routed(route) {
    const id = Number(route.path[0]) || null;
    if (!id) {
      this.desk = null;
      return this.all.take(this._listed());
    }
    if (!this.desk || this.desk.id !== id) this.desk = new DesignDesk(this, id);
    return this.desk.load(Number(route.query.version) || null);
  }

  title() {
    return this.desk && this.desk.template ? say('template_document', this.desk.template.document) + ' ' + this.desk.template.media : t('office.nav.templates');
  }

  async make(document, media) {
    const office = this.office;
    const begun = await office.http.get(PATH + '/starter', { document: document, media: media });
    if (!begun.ok) return begun;
    const body = { document: document, media: media, body: begun.data.body };
    const envelope = await office.act('make', () => office.http.change('POST', PATH, body), () => ({ text: t('template.made') }));
    if (envelope.ok) {
      office.close();
      office.go('#/' + envelope.data.id);
    }
    return envelope;
  }

  body() {
    if (this.desk) return html`<${Designer} desk=${this.desk} key=${this.desk.id} />`;
    return html`<div class="stock templates-page"><div class="office-tools"><${Act} id="template-new" kind="primary" icon="barcode" label=${t('template.new')} busy=${!this.kinds} onTap=${() => this.openNew()} /></div>
      <p class="soft templates-hint">${t('template.hint')}</p>
      <${Shown} asked=${this.all} onRetry=${() => this.office.refresh()}>${(data) => html`<${List} page=${this} rows=${data.items} />`}<//></div>`;
  }

  openNew() {
    this.office.openPanel({ id: 'template-new', title: t('template.new'), body: () => html`<${NewTemplate} page=${this} />` });
  }
}

function List({ page, rows }) {
  const columns = [
    { key: 'document', label: t('template.document'), render: (one) => html`<a href=${'#/' + one.id}><b>${say('template_document', one.document)}</b></a>` },
    { key: 'media', label: t('template.media'), render: (one) => one.media.replace('x', ' × ') + ' mm' },
    { key: 'newest', label: t('template.newest'), number: true, render: (one) => one.newest },
    { key: 'published', label: t('template.prints'), render: (one) => (one.published ? html`<${Tag} kind="good">${t('template.version', { n: one.published })}<//>` : html`<${Tag}>${t('template.drawn_by_itself')}<//>`) },
  ];
  return html`<${Table} id="templates" label=${t('office.nav.templates')} columns=${columns} rows=${rows} keyOf=${(one) => one.id} onOpen=${(one) => page.office.go('#/' + one.id)} none=${html`<${Empty} icon="barcode" text=${t('template.none')} />`} />`;
}

function NewTemplate({ page }) {
  const [document, setDocument] = useState(page.kinds[0].document);
  const [media, setMedia] = useState(page.kinds[0].media);
  const [error, setError] = useState('');
  const choose = (event) => {
    setDocument(event.target.value);
    setMedia(page.kinds.find((one) => one.document === event.target.value).media);
  };
  const make = async (event) => {
    event.preventDefault();
    if (!stockOf(media)) return setError(t('template.media_hint'));
    const envelope = await page.make(document, media);
    if (!envelope.ok) setError(envelope.message.text);
  };
  return html`<form class="office-form" onSubmit=${make}>
    <${Field} label=${t('template.document')}><select id="new-document" onChange=${choose}>${page.kinds.map((one) => html`<option key=${one.document} value=${one.document} selected=${one.document === document}>${say('template_document', one.document)}</option>`)}</select><//>
    <${Field} label=${t('template.media')} hint=${t('template.media_hint')}><input id="new-media" list="medias" required value=${media} autocomplete="off" onInput=${(event) => setMedia(event.target.value.trim())} /><datalist id="medias">${(MEDIA[document] || []).map((one) => html`<option key=${one} value=${one}></option>`)}</datalist><//>
    ${error && html`<p class="packing-error" role="alert">${error}</p>`}
    <button type="submit" class="act primary" id="template-make" disabled=${Boolean(page.office.working.make)}>${t('template.begin')}</button></form>`;
}
