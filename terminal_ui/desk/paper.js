// Papers that the desk asks for: one tap prints; one that is out as it stands is asked about, and then marked.
import { html, useState } from '../core/html.js';
import { keep, recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { Empty, Field } from './office_parts.js';
import { Act } from './parts.js';

export const REASONS = ['damaged', 'lost', 'unreadable', 'other'];
const OUT = ['picking.lists_are_out', 'inbound.paper_is_out'];

/** Where this desk had a document printed last: its people fetch it there. */
export const usual = (document) => recall('paper.' + document, '') || null;

/** A button that prints. `send(body)` gives an envelope; refused because it is out already, the button asks why again. */
export function PaperAct({ id, label, title, busy, document, send }) {
  const [asks, ask] = useState(false);
  const go = async (reason) => {
    const envelope = await send({ station: usual(document), reason: reason });
    ask(!envelope.ok && OUT.indexOf(envelope.message.code) >= 0);
  };
  if (!asks) return html`<${Act} id=${id} icon="printer" label=${label} title=${title} busy=${busy} onTap=${() => go('')} />`;
  return html`<select class="choose" id=${id + '-why'} aria-label=${t('paper.why')} disabled=${busy} onClick=${(event) => event.stopPropagation()} onChange=${(event) => event.target.value && go(event.target.value)}>
    <option value="">${t('paper.why')}</option>${REASONS.map((one) => html`<option key=${one} value=${one}>${t('paper.' + one)}</option>`)}</select>`;
}

/** A panel that asks where, and why again. `places`: [{code, name, printer: {code}}]; `send(body)` gives an envelope. */
export function askPaper(office, { id, title, hint, document, places, send }) {
  const known = places.find((one) => one.code === usual(document)) || places[0];
  const state = { station: known ? known.code : '', reason: '' };
  const set = (name) => (event) => { state[name] = event.target.value; office.changed(); };
  const print = async () => {
    const envelope = await send(state);
    if (!envelope.ok) return;
    keep('paper.' + document, state.station);
    office.close();
  };
  return office.openPanel({
    id: id, title: title,
    body: () => (places.length ? html`<div class="office-form"><p class="soft">${hint}</p>
      <${Field} label=${t('printers.station')}><select id=${id + '-station'} value=${state.station} onChange=${set('station')}>${places.map((one) => html`<option key=${one.code} value=${one.code} selected=${one.code === state.station}>${one.name} · ${one.printer.code}</option>`)}</select><//>
      <${Field} label=${t('paper.reason')}><select id=${id + '-reason'} value=${state.reason} onChange=${set('reason')}><option value="">${t('paper.first_time')}</option>${REASONS.map((one) => html`<option key=${one} value=${one}>${t('paper.' + one)}</option>`)}</select><//></div>` : html`<${Empty} icon="printer" text=${t('settings.no_printer')} />`),
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id=${id + '-print'} kind="primary" icon="printer" label=${t('paper.print')} busy=${!places.length || Object.keys(office.working).length > 0} onTap=${print} />`,
  });
}

/** The places that print a document, as the setup of printers has them. */
export async function placesOf(office, document) {
  const envelope = await office.http.get('/api/v1/printer-setup');
  if (!envelope.ok) return office.toast({ kind: 'stop', code: envelope.message.code, text: envelope.message.text });
  const names = envelope.data.stations.reduce((all, one) => Object.assign(all, { [one.code]: one.name }), {});
  return envelope.data.routes.filter((one) => one.document === document && one.ways.length).map((one) => ({ code: one.station, name: names[one.station], printer: { code: one.ways[0].printer } }));
}
