// A way to buyers: what it is, how it is reached, and when it is quiet. Keys are written, never shown. And a test of it.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Field } from './office_parts.js';

export function openWay(setup, way) {
  setup.office.openPanel({ id: 'notice-way', title: way ? way.name : t('notices.new_way'), body: () => html`<${Form} setup=${setup} way=${way} />` });
}

/** '22:30' as a minute of the day, null for nothing; and back. */
function minuteOf(text) {
  const parts = text.split(':');
  return parts.length === 2 ? Number(parts[0]) * 60 + Number(parts[1]) : null;
}

function clockOf(minute) {
  return minute === null || minute === undefined ? '' : String(Math.floor(minute / 60)).padStart(2, '0') + ':' + String(minute % 60).padStart(2, '0');
}

function Form({ setup, way }) {
  const plugins = setup.asked.data.plugins;
  const [draft, setDraft] = useState(Object.assign({ name: '', plugin: 'email', settings: {}, active: true, secrets: [] }, way));
  const [secrets, setSecrets] = useState({});
  const [quiet, setQuiet] = useState({ from: clockOf(draft.quiet_from), until: clockOf(draft.quiet_until) });
  const [error, setError] = useState('');
  const speaks = plugins.find((one) => one.name === draft.plugin) || plugins[0];
  const put = (name, value) => setDraft(Object.assign({}, draft, { [name]: value }));
  const setting = (name) => (event) => put('settings', Object.assign({}, draft.settings, { [name]: event.target.value }));
  const save = async (event) => {
    event.preventDefault();
    const body = { name: draft.name.trim(), settings: draft.settings, secrets: secrets, active: draft.active, quiet_from: minuteOf(quiet.from), quiet_until: minuteOf(quiet.until) };
    const envelope = await setup.act('way', way ? 'PATCH' : 'POST', way ? '/ways/' + way.id : '/ways', way ? body : Object.assign({ plugin: draft.plugin }, body), t('notices.kept', { name: draft.name }));
    if (envelope.ok) setup.office.close();
    else setError(envelope.message.text);
  };
  return html`<form class="packing-form" onSubmit=${save}>
    <${Field} label=${t('notices.name')}><input id="way-name" required maxlength="60" value=${draft.name} onInput=${(event) => put('name', event.target.value)} /><//>
    ${!way && html`<${Field} label=${t('notices.kind')}><select id="way-plugin" value=${draft.plugin} onChange=${(event) => put('plugin', event.target.value)}>${plugins.map((one) => html`<option key=${one.name} value=${one.name} selected=${one.name === draft.plugin}>${say('notices_plugin', one.name)}</option>`)}</select><//>`}
    ${speaks.settings.map((name) => html`<${Field} key=${name} label=${say('notices_setting', name)}>${name === 'body'
      ? html`<textarea id=${'way-' + name} rows="4" value=${draft.settings[name] || ''} onInput=${setting(name)}></textarea>` : html`<input id=${'way-' + name} maxlength="2000" value=${draft.settings[name] || ''} autocomplete="off" onInput=${setting(name)} />`}<//>`)}
    ${speaks.secrets.map((name) => html`<${Field} key=${name} label=${say('notices_setting', name)} hint=${draft.secrets.indexOf(name) >= 0 ? t('shops.stays') : ''}><input id=${'way-' + name} type="password" maxlength="2000" autocomplete="new-password" value=${secrets[name] || ''} onInput=${(event) => setSecrets(Object.assign({}, secrets, { [name]: event.target.value }))} /><//>`)}
    <div class="packing-three"><${Field} label=${t('notices.quiet_from')}><input id="quiet-from" type="time" value=${quiet.from} onInput=${(event) => setQuiet(Object.assign({}, quiet, { from: event.target.value }))} /><//>
      <${Field} label=${t('notices.quiet_until')}><input id="quiet-until" type="time" value=${quiet.until} onInput=${(event) => setQuiet(Object.assign({}, quiet, { until: event.target.value }))} /><//></div>
    <label><input id="way-active" type="checkbox" checked=${draft.active} onChange=${(event) => put('active', event.target.checked)} /> ${t('notices.active')}</label>
    ${error && html`<p class="packing-error" role="alert">${error}</p>`}
    <button type="submit" class="act primary" id="way-save" disabled=${Boolean(setup.office.working.way)}>${t('shops.save')}</button></form>`;
}

/** Send one with made-up values to oneself. */
export function openTest(setup, way) {
  setup.office.openPanel({ id: 'notice-test', title: t('notices.test_of', { name: way.name }), body: () => html`<${TestForm} setup=${setup} way=${way} />` });
}

function TestForm({ setup, way }) {
  const needs = (setup.asked.data.plugins.find((one) => one.name === way.plugin) || { needs: '' }).needs;
  const [draft, setDraft] = useState({ event: 'shipped', language: 'zh_Hans', to: '' });
  const [error, setError] = useState('');
  const set = (name) => (event) => setDraft(Object.assign({}, draft, { [name]: event.target.value }));
  const send = async (event) => {
    event.preventDefault();
    setError('');
    const path = '/api/v1/notices/ways/' + way.id + '/test';
    const envelope = await setup.office.act('test', () => setup.office.http.change('POST', path, draft), () => ({ text: t('notices.test_sent') }));
    if (!envelope.ok) setError(envelope.message.text);
  };
  const choice = (name, choices, words) => html`<select id=${'test-' + name} value=${draft[name]} onChange=${set(name)}>${choices.map((one) => html`<option key=${one} value=${one} selected=${one === draft[name]}>${say(words, one)}</option>`)}</select>`;
  return html`<form class="packing-form" onSubmit=${send}><p class="soft">${t('notices.test_hint')}</p>
    <${Field} label=${t('notices.event')}>${choice('event', setup.asked.data.events, 'notices_event')}<//><${Field} label=${t('notices.language')}>${choice('language', setup.asked.data.languages, 'notices_language')}<//>
    ${needs && html`<${Field} label=${say('customers_field', needs)}><input id="test-to" required maxlength="254" value=${draft.to} onInput=${set('to')} /><//>`}
    ${error && html`<p class="packing-error" role="alert">${error}</p>`}
    <button type="submit" class="act primary" id="test-send" disabled=${Boolean(setup.office.working.test)}>${t('notices.send')}</button></form>`;
}
