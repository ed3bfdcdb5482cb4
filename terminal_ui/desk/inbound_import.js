// Receipts out of a CSV file: choose or drop it; what did not go in stands with its line, its column and the reason.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { locale, t } from '../core/texts.js';
import { uuid4 } from '../core/uuid.js';
import { count } from './format.js';
import { Figures, Table } from './office_parts.js';
import { Act } from './parts.js';

const HEADER = 'number,kind,supplier,expected_at,sku,qty,pack,lot,expires_on,unit_cost,lpn,over_percent\r\n';

export class ReceiptImport {
  constructor(page) {
    this.page = page;
    this.office = page.office;
    this.name = '';
    this.result = null;
  }

  enter() {
    this.result = null;
    return this.load();
  }

  load() {
    return this.office.changed();
  }

  choose(files) {
    if (files && files.length && !this.office.working.import) this.send(files[0]);
  }

  async send(file) {
    this.name = file.name;
    this.result = null;
    const envelope = await this.office.act('import', () => upload(this.office, file), (answer) => ({ kind: answer.data.rejected ? 'warning' : 'ok', text: t('inbound.imported', { created: count(answer.data.created), rejected: count(answer.data.rejected) }) }));
    this.result = envelope.ok ? envelope.data : null;
    this.office.changed();
  }

  /** An empty file with the columns that are understood. */
  template() {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([HEADER], { type: 'text/csv' }));
    link.download = 'receipts.csv';
    link.click();
    URL.revokeObjectURL(link.href);
  }

  body() {
    const busy = Boolean(this.office.working.import);
    const drop = (event) => { event.preventDefault(); this.choose(event.dataTransfer.files); };
    return html`<div class="inbound-import">
      <label class="inbound-drop" data-busy=${busy ? 'yes' : 'no'} onDragOver=${(event) => event.preventDefault()} onDrop=${drop}>
        ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : html`<${Icon} name="many" size=${40} />`}<b>${busy ? t('inbound.importing', { name: this.name }) : t('inbound.drop_file')}</b><small>${t('inbound.file_hint')}</small>
        <input type="file" id="file" accept=".csv,text/csv" disabled=${busy} onChange=${(event) => { this.choose(event.target.files); event.target.value = ''; }} /></label>
      <div class="office-acts"><${Act} label=${t('inbound.to_list')} icon="back" onTap=${() => this.office.go('#/list')} /><${Act} id="template" icon="receive" label=${t('inbound.template')} onTap=${() => this.template()} /></div>
      ${this.result && html`<${Result} name=${this.name} result=${this.result} />`}</div>`;
  }
}

function Result({ name, result }) {
  const columns = [
    { key: 'line', label: t('inbound.reject.line'), number: true, render: (one) => count(one.line) }, { key: 'column', label: t('inbound.reject.column'), render: (one) => html`<b class="office-code">${one.column || '–'}</b>` },
    { key: 'value', label: t('inbound.reject.value'), render: (one) => one.value }, { key: 'reason', label: t('inbound.reject.reason'), render: (one) => one.reason },
  ];
  const figure = (key, value, kind) => ({ key: key, label: t('inbound.import_figure.' + key), value: value, kind: value ? kind : '' });
  return html`<h2 id="imported">${name}</h2><${Figures} rows=${[figure('read', result.read), figure('created', result.created, 'good'), figure('unchanged', result.unchanged), figure('rejected', result.rejected, 'bad')]} />
    ${result.rejects.length > 0 && html`<${Table} id="rejects" label=${t('inbound.import_figure.rejected')} columns=${columns} rows=${result.rejects} keyOf=${(one) => one.line + one.column} />`}`;
}

/** Send a file as it is; the answer as an envelope like any other. */
async function upload(office, file) {
  const headers = { Authorization: 'Bearer ' + office.shell.session.token, 'Accept-Language': locale().replace('_', '-'), 'Content-Type': 'text/csv', 'Idempotency-Key': uuid4() };
  try {
    const answer = await fetch('/api/v1/imports/receipts', { method: 'POST', headers: headers, body: file });
    const json = await answer.json();
    if (answer.ok) return { ok: true, data: json, message: null };
    return { ok: false, data: {}, message: { code: json.code || 'http.' + answer.status, text: json.detail || json.title } };
  } catch (error) {
    return { ok: false, data: {}, message: { code: 'ui.link.no_server', text: t('link.no_server') } };
  }
}
