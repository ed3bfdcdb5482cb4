// The test page: it is printed, and whoever stands at the printer says whether it came out.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { whatToDo } from '../parts/printers.js';
import { Act } from './parts.js';

const LOOK_MS = 700;
const ASKED = ['sent', 'confirmed', 'uncertain'];
const ADVICE = ['paper', 'language', 'address', 'media'];

export async function openTest(page, one) {
  const office = page.office;
  const state = { job: null, answer: null };
  const envelope = await office.act('test', () => office.http.change('POST', '/api/v1/printer-setup/printers/' + encodeURIComponent(one.code) + '/test'));
  if (!envelope.ok) return;
  state.job = envelope.data;
  const watch = setInterval(async () => {
    if (state.answer !== null || ASKED.indexOf(state.job.status) >= 0) return;
    const now = await office.http.get('/api/v1/print-jobs/' + state.job.id);
    if (now.ok) state.job = now.data;
    office.changed();
  }, LOOK_MS);
  const answer = async (cameOut) => {
    const said = await office.act('test', () => office.http.change('POST', '/api/v1/print-jobs/' + state.job.id + '/came-out', { came_out: cameOut }));
    if (!said.ok) return;
    state.answer = cameOut;
    if (cameOut) {
      office.close();
      office.toast({ kind: 'ok', text: t('printers.works', { name: one.name }) });
    }
    office.changed();
  };
  const anew = () => {
    office.close();
    openTest(page, one);
  };
  office.openPanel({
    id: 'test', title: t('printers.test_of', { name: one.name }), closed: () => clearInterval(watch),
    body: () => html`<div class="printers-test" data-status=${state.job.status} data-answer=${String(state.answer)}>${state.answer === false ? html`<${Advice} />` : html`<${How} job=${state.job} />`}</div>`,
    foot: () => (state.answer === false ? html`<${Act} label=${t('board.close')} onTap=${() => office.close()} /><${Act} id="test-again" kind="primary" icon="again" label=${t('printers.test_again')} onTap=${anew} />`
      : html`<${Act} id="test-no" icon="cross" label=${t('printers.no')} busy=${Boolean(office.working.test) || ASKED.indexOf(state.job.status) < 0} onTap=${() => answer(false)} /><${Act} id="test-yes" kind="primary" icon="check" label=${t('printers.yes')} busy=${Boolean(office.working.test) || ASKED.indexOf(state.job.status) < 0} onTap=${() => answer(true)} />`),
  });
}

function How({ job }) {
  if (ASKED.indexOf(job.status) >= 0) return html`<${Icon} name="printer" size=${56} /><p class="printers-ask" role="status">${t('printers.came_out')}</p><p class="soft">${t('printers.came_out_hint')}</p>`;
  const stuck = job.status === 'blocked' || job.status === 'failed';
  return html`${stuck ? html`<${Icon} name="warning" size=${56} />` : html`<span class="spinner" aria-hidden="true"></span>`}<p class="printers-ask" role=${stuck ? 'alert' : 'status'}>${stuck ? whatToDo(job.reason) : t('printers.on_its_way')}</p>
    <p class="soft">${t(stuck ? 'printers.waits' : 'printers.on_its_way_hint')}</p>`;
}

function Advice() {
  return html`<${Icon} name="info" size=${48} /><p class="printers-ask">${t('printers.advice')}</p><ol>${ADVICE.map((one) => html`<li key=${one}>${t('printers_advice.' + one)}</li>`)}</ol>`;
}
