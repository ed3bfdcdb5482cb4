// Handover: parcels are scanned onto their carrier's manifest, which is closed when the truck leaves.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { Button } from '../parts/button.js';
import { Sheet } from '../parts/sheet.js';

class Load {
  constructor(shell) {
    this.shell = shell;
    this.manifest = null;
    this.carriers = [];
    this.unloading = false;
    this.closed = null;
  }

  async enter(data) {
    this.closed = null;
    this.unloading = false;
    if (data.next) return this._take(data);
    return this.connected();
  }

  async connected() {
    const envelope = await this.shell.link.ask('load.state', {});
    if (envelope.ok) this._take(envelope.data);
    else this.shell.say(envelope.message);
    this.shell.changed();
  }

  _take(data) {
    if (data.manifest !== undefined) this.manifest = data.manifest;
    if (data.carriers) this.carriers = data.carriers;
  }

  async scan(code) {
    const name = this.unloading ? 'load.unload' : 'load.scan';
    this.unloading = false;
    this.closed = null;
    const envelope = await this.shell.work(() => this.shell.link.send(name, { code: code }));
    if (envelope.ok) this._take(envelope.data);
    if (envelope.ok && !envelope.message) play('ok');
    this.shell.say(envelope.message);
    if (envelope.ok && !envelope.data.manifest) await this.connected();
  }

  toggleUnload() {
    this.unloading = !this.unloading;
    this.shell.changed();
  }

  async close() {
    this.shell.closeSheet();
    const envelope = await this.shell.work(() => this.shell.link.send('load.close', { manifest_id: this.manifest.id }));
    this.shell.say(envelope.message);
    if (!envelope.ok) return;
    this.closed = envelope.data.manifest || this.manifest;
    this.manifest = null;
    await this.connected();
    if (this.manifest && this.manifest.id === this.closed.id) this.manifest = null;
    this.shell.changed();
  }

  view() {
    const open = this.manifest;
    const count = open ? open.parcels.length : 0;
    return {
      screen: 'load',
      step: this.unloading ? 'unload' : 'load',
      prompt: this.unloading ? t('load.scan_unload') : t('load.scan'),
      body: html`<div class="load">${this._title()}${open ? this._parcels(open) : this._waiting()}</div>`,
      actions: [
        { id: 'home', label: t('home.title'), icon: 'back', onTap: () => this.shell.go('home') },
        { id: 'unload', label: t('load.unload'), icon: 'erase', kind: this.unloading ? 'chosen' : 'plain', disabled: !count, onTap: () => this.toggleUnload() },
        { id: 'close', label: t('load.close'), icon: 'truck', kind: 'primary', disabled: !count, onTap: () => this.shell.openSheet('close') },
      ],
    };
  }

  _title() {
    const words = this.unloading ? t('load.scan_unload') : t('load.scan');
    return html`<h1 class=${'do' + (this.unloading ? ' do-warn' : '')}><${Icon} name=${this.unloading ? 'erase' : 'truck'} size=${34} />${words}</h1>`;
  }

  _parcels(open) {
    const newest = open.parcels.slice().reverse();
    return html`<div class="load-head"><span><b>${carrierName(open.carrier)}</b><small>№ ${open.number}</small></span>
        <span class="load-count" id="load-count">${open.parcels.length}</span></div>
      <ul class="list list-scroll">${newest.map((one) => html`<li key=${one.number} class="list-row"><${Icon} name="item" />
        <span>${one.waybill || one.number}<small>${one.number}</small></span></li>`)}</ul>`;
  }

  _waiting() {
    return html`${this.closed && html`<p class="closed-note" id="closed"><${Icon} name="check" size=${32} />
        ${t('load.closed', { number: this.closed.number, n: (this.closed.parcels || []).length })}</p>`}
      <p class="sub">${t('load.hint')}</p>
      <ul class="list">${this.carriers.map((one) => html`<li key=${one.code} class="list-row"><${Icon} name="truck" />
        <span>${one.name}</span><em class="number">${one.waiting}</em></li>`)}</ul>`;
  }

  sheet() {
    const open = this.manifest;
    return html`<${Sheet} id="close" title=${t('load.close')} onClose=${() => this.shell.closeSheet()}>
      <p class="big-line">${t('load.close_hint', { n: open.parcels.length, carrier: carrierName(open.carrier) })}</p>
      <${Button} id="close-confirm" kind="danger" icon="truck" label=${t('load.close_confirm')} onTap=${() => this.close()} />
    <//>`;
  }
}

function carrierName(carrier) {
  return carrier && typeof carrier === 'object' ? carrier.name || carrier.code : carrier;
}

offer('load', (shell) => new Load(shell));
