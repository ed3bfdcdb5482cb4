// Handover: parcels are scanned onto their carrier's manifest, which is closed when the truck leaves.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { Segments, Sheet } from '../parts/sheet.js';
import { Guided } from './guided.js';

const LAST = 'load.station'; // where this device had the last manifest printed
const REASONS = ['damaged', 'lost', 'unreadable', 'other'];

class Load extends Guided {
  constructor(shell) {
    super(shell, { name: 'load', screens: { load: inScreen, load_out: outScreen } });
  }

  async close() {
    this.shell.closeSheet();
    return this.send('load.close', { manifest_id: this.data.manifest.id, station: this.station() });
  }

  /** Where manifests come out: where this device had the last one printed, else where the server thinks fit. */
  station() {
    const kept = recall(LAST, '');
    return (this.data.places || []).some((one) => one.code === kept) ? kept : null;
  }

  choose(code) {
    keep(LAST, code);
    this.shell.changed();
  }

  askAgain(one) {
    this.late = one;
    this.shell.openSheet('again');
  }

  again(reason) {
    this.shell.closeSheet();
    return this.send('load.again', { manifest_id: this.late.id, reason: reason, station: this.station() });
  }

  sheet(name) {
    if (name === 'lately') return latelySheet(this);
    if (name === 'again') return againSheet(this);
    if (name !== 'close') return super.sheet(name);
    const open = this.data.manifest;
    return html`<${Sheet} id="close" title=${t('load.close')} onClose=${() => this.shell.closeSheet()}>
      <p class="big-line">${t('load.close_hint', { n: open.parcels.length, carrier: open.carrier.name })}</p>
      <${Places} flow=${this} />
      <${Button} id="close-confirm" kind="danger" icon="truck" label=${t('load.close_confirm')} onTap=${() => this.close()} />
    <//>`;
  }
}

/** What left lately, the newest first: touch one to print its manifest again. */
function latelySheet(flow) {
  return html`<${Sheet} id="lately" title=${t('paper.manifests')} onClose=${() => flow.shell.closeSheet()}>
    ${flow.data.lately.map((one) => html`<${Button} key=${one.id} id=${'late-' + one.number} icon="truck" label=${one.carrier + ' · ' + t('paper.left_of', { n: one.number, parcels: one.parcels })} onTap=${() => flow.askAgain(one)} />`)}
  <//>`;
}

function againSheet(flow) {
  return html`<${Sheet} id="again" title=${t('paper.manifest_again', { n: flow.late.number })} onClose=${() => flow.shell.closeSheet()}>
    <${Places} flow=${flow} /><p>${t('paper.why')}</p>
    ${REASONS.map((one) => html`<${Button} key=${one} id=${'again-' + one} icon="printer" label=${t('paper.' + one)} onTap=${() => flow.again(one)} />`)}
  <//>`;
}

/** Where the manifest is printed, when there is a choice. */
function Places({ flow }) {
  const places = flow.data.places || [];
  if (places.length < 2) return '';
  return html`<p>${t('paper.manifest_at')}</p><${Segments} id="manifest-at" label=${t('paper.manifest_at')} value=${flow.station() || places[0].code} choices=${places.map((one) => [one.code, one.code])} onChoose=${(code) => flow.choose(code)} />`;
}

function inScreen(flow, data) {
  return {
    step: 'load',
    body: drawn(flow, data, html`<h1 class="do"><${Icon} name="truck" size=${34} />${t('load.scan')}</h1>`),
    actions: actions(flow, data, 'plain', 'load_out'),
    scan: (code) => flow.send('load.scan', { code: code }),
  };
}

function outScreen(flow, data) {
  return {
    step: 'unload',
    body: drawn(flow, data, html`<h1 class="do do-warn"><${Icon} name="erase" size=${34} />${t('load.scan_unload')}</h1>`),
    actions: actions(flow, data, 'chosen', 'load'),
    scan: (code) => flow.send('load.unload', { code: code }),
  };
}

function actions(flow, data, kind, other) {
  const empty = !data.manifest || !data.manifest.parcels.length;
  return [
    flow.home(),
    { id: 'unload', label: t('load.unload'), icon: 'erase', kind: kind, disabled: empty, onTap: () => flow.turn(other) },
    { id: 'close', label: t('load.close'), icon: 'truck', kind: 'primary', disabled: empty, onTap: () => flow.shell.openSheet('close') },
  ];
}

function drawn(flow, data, title) {
  return html`<div class="load">${title}${data.manifest ? parcels(data.manifest) : waiting(flow, data)}</div>`;
}

/** What is in the truck, what was scanned last first. */
function parcels(open) {
  const newest = open.parcels.slice().reverse();
  return html`<div class="load-head"><span><b>${open.carrier.name}</b><small>№ ${open.number}</small></span>
      <span class="load-count" id="load-count">${open.parcels.length}</span></div>
    <ul class="list list-scroll" tabindex="0">${newest.map((one) => html`<li key=${one.number} class="list-row"><${Icon} name="item" />
      <span>${one.waybill || one.number}<small>${one.number}</small></span></li>`)}</ul>`;
}

function waiting(flow, data) {
  const closed = data.closed;
  return html`${closed && html`<p class="closed-note" id="closed"><${Icon} name="check" size=${32} />
      ${t('load.closed', { number: closed.number, n: closed.parcels.length })}</p>`}
    <p class="sub">${t('load.hint')}</p>
    <ul class="list">${data.carriers.map((one) => html`<li key=${one.code} class="list-row"><${Icon} name="truck" />
      <span>${one.name}</span><em class="number">${one.waiting}</em></li>`)}</ul>
    ${(data.lately || []).length > 0 && data.places.length > 0 && html`<${Button} id="lately" icon="printer" label=${t('paper.manifests')} onTap=${() => flow.shell.openSheet('lately')} />`}`;
}

offer('load', (shell) => new Load(shell));
