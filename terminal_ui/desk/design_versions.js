// Beside the designer: the versions of a template, and a test on paper.
import { html, useState } from '../core/html.js';
import { locale, t } from '../core/texts.js';
import { SAMPLES } from './design_desk.js';
import { say } from './format.js';
import { Empty, Field, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { When } from './stock_cells.js';

export function openVersions(desk) {
  desk.office.openDrawer({ id: 'versions', title: t('template.versions'), body: () => html`<${Versions} desk=${desk} />` });
}

function Versions({ desk }) {
  const { template, office } = desk;
  return html`<ol class="design-versions" id="version-list">${template.versions.map((one) => html`<li key=${one.number} data-version=${one.number}>
      <p><b>${t('template.version', { n: one.number })}</b> ${one.number === template.published && html`<${Tag} kind="good">${t('template.prints')}<//>`} ${one.brought_back && html`<${Tag}>${t('template.as_version', { n: one.brought_back })}<//>`}</p>
      <p class="soft"><${When} at=${one.made_at} /> ${one.made_by || ''}</p>
      <span class="office-acts"><a class="act" href=${'#/' + template.id + '?version=' + one.number}>${t('template.show')}</a><${VersionActs} desk=${desk} one=${one} /></span></li>`)}</ol>
    ${template.published && html`<${Act} id="withdraw" icon="cross" label=${t('template.withdraw')} busy=${office.working.withdraw} onTap=${() => desk.withdraw()} />`}`;
}

/** Newer ones than that which prints can be published; older ones are brought back first, as the newest. */
function VersionActs({ desk, one }) {
  const { template, office } = desk;
  const [sure, setSure] = useState(false);
  const bring = () => {
    if (desk.design.dirty && !sure) return setSure(true);
    return desk.bringBack(one.number);
  };
  return html`${one.number !== template.published && one.number > (template.published || 0) && html`<${Act} id=${'publish-' + one.number} kind="strong" label=${t('template.publish')} busy=${office.working.publish} onTap=${() => desk.publish(one.number)} />`}
    ${one.number !== template.newest && html`<${Act} id=${'bring-' + one.number} icon="again" sure=${sure} label=${sure ? t('template.lose') : t('template.bring_back')} busy=${office.working.bring} onTap=${bring} />`}`;
}

export function openTest(desk) {
  desk.office.openPanel({ id: 'template-test', title: t('template.test'), body: () => html`<${TestPrint} desk=${desk} />` });
}

function TestPrint({ desk }) {
  const { template, office } = desk;
  const [station, setStation] = useState(template.stations.length ? template.stations[0].code : '');
  const [sample, setSample] = useState(desk.sample);
  if (!template.stations.length) return html`<${Empty} icon="printer" text=${t('template.no_station', { media: template.media })} />`;
  const print = async (event) => {
    event.preventDefault();
    const body = { number: template.number, station: station, sample: sample, locale: locale() };
    const done = (envelope) => ({ text: t('template.tested', { printer: envelope.data.printer }) });
    const envelope = await office.act('test', () => office.http.change('POST', desk.path + '/test', body), done);
    if (envelope.ok) office.close();
  };
  return html`<form class="office-form" onSubmit=${print}>
    <${Field} label=${t('template.station')}><select id="test-station" onChange=${(event) => setStation(event.target.value)}>${template.stations.map((one) => html`<option key=${one.code} value=${one.code} selected=${one.code === station}>${one.name} · ${one.printer} · ${one.dpi} dpi</option>`)}</select><//>
    <${Field} label=${t('template.sample')}><select id="test-sample" onChange=${(event) => setSample(event.target.value)}>${SAMPLES.map((one) => html`<option key=${one} value=${one} selected=${one === sample}>${say('template_sample', one)}</option>`)}</select><//>
    <button type="submit" class="act primary" id="test-print" disabled=${Boolean(office.working.test)}>${t('template.print_test')}</button></form>`;
}
