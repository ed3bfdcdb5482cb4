// The virtual printers: what came out of them, and switches to make them misbehave.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { isOver, request } from '../core/session.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { whatToDo } from '../parts/printers.js';

const EVERY_MS = 1500;
const SHOWN = 12;
const FAULTS = ['paper_out', 'head_open', 'ribbon_out', 'paused'];

export class Labels {
  constructor(shell) {
    this.shell = shell;
    this.printers = [];
    this.pictures = new Map();
  }

  enter() {
    clearInterval(this._timer);
    this._timer = setInterval(() => this._load(), EVERY_MS);
    return this._load();
  }

  scan() {
    return undefined; // nothing here is scanned
  }

  get _token() {
    return this.shell.session.token;
  }

  async _load() {
    if (!this._token) return clearInterval(this._timer);
    const envelope = await request('GET', '/api/v1/virtual-printers', this._token);
    if (!envelope.ok) return this._failed(envelope);
    if (!same(this.printers, envelope.data)) {
      this.printers = envelope.data;
      this.shell.changed();
    }
    return this._fetchPictures();
  }

  _failed(envelope) {
    if (isOver(envelope.message.code)) {
      clearInterval(this._timer);
      return this.shell.signOut();
    }
    const shown = this.shell.banner;
    if (!shown || shown.code !== envelope.message.code) this.shell.say(envelope.message, 'warning');
    return undefined;
  }

  /** Pictures need the token, so they are fetched and shown from memory; those gone from the list are freed. */
  async _fetchPictures() {
    const wanted = [].concat(...this.printers.map((one) => newest(one).map((label) => label.url)));
    Array.from(this.pictures.keys()).filter((url) => wanted.indexOf(url) < 0).forEach((url) => {
      URL.revokeObjectURL(this.pictures.get(url));
      this.pictures.delete(url);
    });
    for (const url of wanted.filter((one) => !this.pictures.has(one))) {
      const answer = await fetch(url, { headers: { Authorization: 'Bearer ' + this._token } }).catch(() => null);
      if (answer && answer.ok) this.pictures.set(url, URL.createObjectURL(await answer.blob()));
      this.shell.changed();
    }
  }

  async _set(printer, change) {
    const path = '/api/v1/virtual-printers/' + encodeURIComponent(printer.code);
    const envelope = await this.shell.work(() => request('POST', path, this._token, change));
    if (!envelope.ok) return this.shell.say(envelope.message);
    return this._load();
  }

  _toggleFault(printer, fault) {
    const without = printer.faults.filter((one) => one !== fault);
    return this._set(printer, { faults: without.length < printer.faults.length ? without : without.concat(fault) });
  }

  view() {
    return {
      screen: 'labels',
      prompt: '',
      scanless: true,
      actions: [],
      body: html`<div class="labels"><h1>${t('labels.title')}</h1><p class="sub">${t('labels.hint')}</p>
        ${this.printers.length === 0 && html`<p class="empty">${t('labels.none')}</p>`}
        ${this.printers.map((one) => this._printer(one))}</div>`,
    };
  }

  _printer(one) {
    const troubled = !one.power || one.faults.length > 0;
    return html`<section key=${one.code} class="virtual" data-printer=${one.code} data-power=${one.power ? 'on' : 'off'}>
      <header class=${'virtual-head' + (troubled ? ' virtual-troubled' : '')}>
        <${Icon} name="printer" size=${32} /><h2>${one.name}<small>${one.code} · ${one.language.toUpperCase()}</small></h2>
        <div class="virtual-switches">
          <${Button} id=${'power-' + one.code} icon="power" kind=${one.power ? 'chosen' : 'danger'} pressed=${one.power}
            label=${one.power ? t('labels.on') : t('labels.off')} onTap=${() => this._set(one, { power: !one.power })} />
          ${FAULTS.map((fault) => html`<${Button} key=${fault} id=${fault + '-' + one.code} kind=${one.faults.indexOf(fault) >= 0 ? 'danger' : 'plain'}
            pressed=${one.faults.indexOf(fault) >= 0} label=${faultName(fault)} onTap=${() => this._toggleFault(one, fault)} />`)}
        </div></header>
      ${troubled && html`<p class="virtual-todo"><${Icon} name="warning" />${one.power ? whatToDo(one.faults) : whatToDo('offline')}</p>`}
      <ul class="paper">${newest(one).map((label) => html`<li key=${label.sequence} data-sequence=${label.sequence}>
        ${this.pictures.has(label.url) ? html`<img src=${this.pictures.get(label.url)} alt=${t('labels.label', { n: label.sequence })} />` : html`<i class="paper-blank"></i>`}
        <span>${t('labels.label', { n: label.sequence })} · ${clock(label.at)}</span></li>`)}</ul>
      ${one.labels.length === 0 && html`<p class="empty">${t('labels.no_labels')}</p>`}
    </section>`;
  }
}

function faultName(fault) {
  return { paper_out: () => t('labels.paper_out'), head_open: () => t('labels.head_open'), ribbon_out: () => t('labels.ribbon_out'), paused: () => t('labels.paused') }[fault]();
}

function newest(printer) {
  return printer.labels.slice().sort((a, b) => b.sequence - a.sequence).slice(0, SHOWN);
}

function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

function clock(at) {
  const moment = new Date(at);
  return isNaN(Number(moment)) ? '' : moment.toLocaleTimeString();
}
