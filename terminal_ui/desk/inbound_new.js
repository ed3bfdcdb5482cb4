// A receipt typed by hand: its facts above, a line for each SKU below; Enter in the last line begins another.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { count, say } from './format.js';
import { address } from './inbound_list.js';
import { SkuField } from './inbound_sku.js';
import { Field } from './office_parts.js';
import { Act } from './parts.js';

const KINDS = ['asn', 'purchase', 'return', 'production'];
const whole = (text) => (/^\d+$/.test(String(text).trim()) ? Number(text) : NaN);
const money = (text) => text.trim() === '' || /^\d+([.,]\d{1,4})?$/.test(text.trim());

export function emptyLine() {
  return { sku: '', name: '', packs: [], qty: '', pack: '', lot: '', expires_on: '', unit_cost: '' };
}

/** What is wrong with a typed line, as a key of words; null for nothing. An empty line does not count. */
export function wrong(line) {
  if (!line.sku.trim()) return line.qty.trim() ? 'no_sku' : null;
  if (!(whole(line.qty) > 0)) return 'no_qty';
  return money(line.unit_cost) ? null : 'bad_cost';
}

/** A typed line as the server takes it. */
export function lineOf(line) {
  return { sku: line.sku.trim(), qty: whole(line.qty), pack: line.pack, lot: line.lot.trim(), expires_on: line.expires_on || null, unit_cost: line.unit_cost.trim().replace(',', '.') || null };
}

export class NewReceipt {
  constructor(page) {
    this.page = page;
    this.office = page.office;
    this.owners = new Asked(() => this.office.changed());
    this.clear();
  }

  clear() {
    this.facts = { number: '', kind: 'purchase', supplier: '', owner: '', expected_at: '', over_percent: '0', note: '' };
    this.blind = false;
    this.lines = [emptyLine()];
  }

  enter() {
    return this.load();
  }

  load() {
    if (!this.owners.data) this.owners.take(this.office.http.get('/api/v1/owners'));
    this.office.changed();
  }

  get filled() {
    return this.lines.filter((line) => line.sku.trim() || line.qty.trim());
  }

  get ready() {
    const over = whole(this.facts.over_percent);
    return (this.filled.length > 0 || this.blind) && this.filled.every((line) => wrong(line) === null) && over >= 0 && over <= 100;
  }

  set(name) {
    return (event) => { this.facts[name] = event.target.value; this.office.changed(); };
  }

  put(line, values) {
    Object.assign(line, values);
    if (line === this.lines[this.lines.length - 1] && line.sku) this.lines.push(emptyLine());
    this.office.changed();
  }

  chosen(line, code, sku) {
    const known = sku ? { name: sku.name, packs: sku.packs || [] } : { name: '', packs: [], pack: '' };
    this.put(line, Object.assign({ sku: code }, known));
  }

  remove(line) {
    this.lines = this.lines.filter((one) => one !== line);
    if (!this.lines.length) this.lines.push(emptyLine());
    this.office.changed();
  }

  async create(event) {
    if (event) event.preventDefault();
    if (!this.ready) return;
    const facts = Object.assign({}, this.facts, { number: this.facts.number.trim(), supplier: this.facts.supplier.trim(), note: this.facts.note.trim(), over_percent: whole(this.facts.over_percent), blind: this.blind, expected_at: this.facts.expected_at ? new Date(this.facts.expected_at).toISOString() : null, lines: this.filled.map(lineOf) });
    const envelope = await this.office.act('receipt', () => this.office.http.change('POST', '/api/v1/receipts', facts), (answer) => ({ text: t('inbound.made', { receipt: answer.data.number }) }));
    if (!envelope.ok) return;
    this.clear();
    this.office.go(address(envelope.data.number));
  }

  /** Enter leads from the last field of a line to the next line. */
  key(event, number) {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const next = document.getElementById('line-' + (number + 1) + '-sku');
    if (next) next.focus();
  }

  body() {
    const pieces = this.filled.reduce((all, line) => all + (whole(line.qty) > 0 ? whole(line.qty) * packQty(line) : 0), 0);
    return html`<form class="inbound-new" onSubmit=${(event) => this.create(event)}>
      <div class="stock-card inbound-facts">${this.fields()}</div>
      <div class="office-table inbound-lines"><table id="new-lines" aria-label=${t('inbound.lines')}><thead><tr>${['sku', 'goods', 'qty', 'pack', 'lot', 'expires', 'cost', ''].map((one) => html`<th key=${one} scope="col">${one && t('inbound.col.' + one)}</th>`)}</tr></thead>
        <tbody>${this.lines.map((line, number) => html`<${Line} key=${number} view=${this} line=${line} number=${number} last=${number === this.lines.length - 1} />`)}</tbody></table></div>
      <div class="inbound-foot"><span class="soft" id="new-total">${t('inbound.total', { lines: count(this.filled.length), n: count(pieces) })}</span>
        <${Act} label=${t('office.cancel')} onTap=${() => this.office.go('#/list')} />
        <${Act} id="create" kind="primary" icon="check" label=${t('inbound.create')} busy=${!this.ready || Boolean(this.office.working.receipt)} onTap=${() => this.create()} /></div></form>`;
  }

  fields() {
    const owners = this.owners.data ? this.owners.data.items : [];
    const field = (name, more) => html`<${Field} label=${t('inbound.field.' + name)}><input id=${'new-' + name} autocomplete="off" value=${this.facts[name]} onInput=${this.set(name)} ...${more} /><//>`;
    const choose = (name, choices) => html`<${Field} label=${t('inbound.field.' + name)}><select id=${'new-' + name} value=${this.facts[name]} onChange=${this.set(name)}>${choices.map(([one, label]) => html`<option key=${one} value=${one}>${label}</option>`)}</select><//>`;
    return html`${choose('kind', KINDS.map((one) => [one, say('inbound_kind', one)]))}${field('number', { maxlength: 60, placeholder: t('inbound.number_hint') })}${field('supplier', { maxlength: 200, autofocus: true })}
      ${field('expected_at', { type: 'datetime-local' })}${field('over_percent', { inputmode: 'numeric' })}
      ${owners.length > 1 && choose('owner', owners.map((one, at) => [at ? one.code : '', one.name]))}${field('note', { maxlength: 500 })}
      <label class="inbound-tick"><input type="checkbox" id="new-blind" checked=${this.blind} onChange=${(event) => { this.blind = event.target.checked; this.office.changed(); }} /><span>${t('inbound.blind_hint')}</span></label>`;
  }
}

function packQty(line) {
  const pack = line.packs.find((one) => one.code === line.pack);
  return pack ? pack.qty : 1;
}

function Line({ view, line, number, last }) {
  const bad = wrong(line);
  const id = 'line-' + number + '-';
  const field = (name, more) => html`<input id=${id + name} class="office-input" aria-label=${t('inbound.col.' + (more.col || name))} autocomplete="off" value=${line[name]} onInput=${(event) => view.put(line, { [name]: event.target.value })} onKeyDown=${(event) => view.key(event, number)} ...${more} />`;
  return html`<tr data-line=${number} class=${bad && !last ? 'office-marked' : ''} title=${bad ? t('inbound.wrong.' + bad) : ''}>
    <td><${SkuField} office=${view.office} id=${id + 'sku'} label=${t('inbound.col.sku')} value=${line.sku} onChoose=${(code, sku) => view.chosen(line, code, sku)} bare=${true} /></td>
    <td class="inbound-name">${line.name || html`<span class="soft">–</span>`}</td>
    <td>${field('qty', { inputmode: 'numeric', size: 6 })}</td>
    <td><select id=${id + 'pack'} class="office-input" aria-label=${t('inbound.col.pack')} value=${line.pack} disabled=${!line.packs.length} onChange=${(event) => view.put(line, { pack: event.target.value })}><option value="">${t('inbound.piece')}</option>${line.packs.map((one) => html`<option key=${one.code} value=${one.code}>${one.code + ' × ' + one.qty}</option>`)}</select></td>
    <td>${field('lot', { maxlength: 60, size: 10 })}</td><td>${field('expires_on', { type: 'date', col: 'expires' })}</td><td>${field('unit_cost', { inputmode: 'decimal', size: 7, col: 'cost' })}</td>
    <td>${!last && html`<${Act} id=${id + 'drop'} icon="cross" label="" title=${t('inbound.drop_line')} onTap=${() => view.remove(line)} />`}</td></tr>`;
}
