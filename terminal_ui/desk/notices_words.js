// The words of a notice by shop, way and language, with how they look.
import { html, useEffect, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { asQuery } from './ask.js';
import { say } from './format.js';
import { Field } from './office_parts.js';

export function openWords(setup, event) {
  setup.office.openPanel({ id: 'notice-words', title: say('notices_event', event), body: () => html`<${Form} setup=${setup} event=${event} />` });
}

function Form({ setup, event }) {
  const data = setup.asked.data;
  const http = setup.office.http;
  const [of, setOf] = useState({ event: event, shop: '', plugin: data.ways.length ? data.ways[0].plugin : 'email', language: 'zh_Hans' });
  const [words, setWords] = useState(null);
  const [shown, setShown] = useState(null);
  const [error, setError] = useState('');
  const take = (found) => {
    setWords({ subject: found.subject, body: found.body, own: found.own });
    setShown(found.shown);
    setError('');
  };
  const ask = async () => {
    const envelope = await http.get('/api/v1/notices/words' + asQuery(of));
    if (envelope.ok) take(envelope.data);
    else setError(envelope.message.text);
  };
  useEffect(() => { ask(); }, [of]);
  const choose = (name) => (change) => setOf(Object.assign({}, of, { [name]: change.target.value }));
  const write = (name) => (change) => setWords(Object.assign({}, words, { [name]: change.target.value }));
  const preview = async () => {
    const envelope = await http.change('POST', '/api/v1/notices/preview', { subject: words.subject, body: words.body });
    if (envelope.ok) setShown(envelope.data);
    setError(envelope.ok ? '' : envelope.message.text);
  };
  const put = async (body) => {
    const envelope = await setup.office.act('words', () => http.change('PUT', '/api/v1/notices/words', Object.assign({}, of, body)), () => ({ text: t('notices.words_kept') }));
    if (envelope.ok) take(envelope.data);
    else setError(envelope.message.text);
  };
  const save = (submit) => {
    submit.preventDefault();
    return put({ subject: words.subject, body: words.body });
  };
  const choice = (name, label, choices) => html`<${Field} label=${label}><select id=${'words-' + name} value=${of[name]} onChange=${choose(name)}>${choices.map((one) => html`<option key=${one[0]} value=${one[0]} selected=${one[0] === of[name]}>${one[1]}</option>`)}</select><//>`;
  return html`<form class="packing-form" onSubmit=${save}>
    <div class="packing-three">${choice('shop', t('orders.shop'), [['', t('notices.all_shops')]].concat(data.shops.map((one) => [one.code, one.name])))}${choice('plugin', t('notices.kind'), data.plugins.map((one) => [one.name, say('notices_plugin', one.name)]))}${choice('language', t('notices.language'), data.languages.map((one) => [one, say('notices_language', one)]))}</div>
    ${words && html`${of.plugin === 'email' && html`<${Field} label=${t('notices.subject')}><input id="words-subject" maxlength="200" value=${words.subject} onInput=${write('subject')} /><//>`}
      <${Field} label=${t('notices.body')} hint=${t('notices.names', { names: data.names.map((one) => '{{ ' + one + ' }}').join(' ') })}><textarea id="words-body" rows="6" maxlength="4000" value=${words.body} onInput=${write('body')}></textarea><//>
      ${error && html`<p class="packing-error" role="alert">${error}</p>`}
      ${shown && html`<div class="notices-shown" id="words-shown"><small class="soft">${t('notices.looks')}</small>${of.plugin === 'email' && html`<b>${shown.subject}</b>`}<p>${shown.body}</p></div>`}
      <div class="acts"><button type="button" class="act" id="words-preview" onClick=${preview}>${t('notices.preview')}</button>
        ${words.own && html`<button type="button" class="act" id="words-usual" onClick=${() => put({ subject: '', body: '' })}>${t('notices.usual')}</button>`}
        <button type="submit" class="act primary" id="words-save" disabled=${Boolean(setup.office.working.words) || !words.body.trim()}>${t('shops.save')}</button></div>`}</form>`;
}
