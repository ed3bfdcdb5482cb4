// What makes an endpoint, a key or an app of 旺店通, and the secret that is shown once.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Field } from './office_parts.js';
import { Act } from './parts.js';
import { carriersOf } from './shops_account.js';
import { Many } from './wave_fields.js';

const POSTS = ['clerk', 'supervisor', 'admin'];

/** Something secret, which nobody can look up afterwards: [[label, value]]. */
export function showSecret(page, title, rows) {
  const copy = async (value) => {
    await navigator.clipboard.writeText(value);
    page.office.toast({ kind: 'ok', text: t('programs.copied') });
  };
  page.office.openPanel({
    id: 'secret', title: title,
    body: () => html`<p class="programs-once" role="alert">${t('programs.secret_once')}</p>${rows.map(([label, value]) => html`<div key=${label} class="programs-secret"><${Field} label=${label}><input readonly class="office-code" value=${value} onFocus=${(event) => event.target.select()} /><//>
      ${navigator.clipboard && html`<${Act} icon="check" label=${t('programs.copy')} onTap=${() => copy(value)} />`}</div>`)}`,
    foot: () => html`<${Act} id="secret-done" kind="primary" icon="check" label=${t('programs.done')} onTap=${() => page.office.close()} />`,
  });
}

/** A form over the page: `send(draft)` gives the envelope, `then(data)` is called when it was done. */
function Form({ page, first, working, send, then, fields }) {
  const [draft, setDraft] = useState(first);
  const [error, setError] = useState('');
  const put = (change) => setDraft(Object.assign({}, draft, change));
  const save = async (event) => {
    event.preventDefault();
    const envelope = await send(draft);
    if (!envelope.ok) {
      page.office.toasts.slice(-1).forEach((said) => page.office.dismiss(said.id)); // it is said here, where it is put right
      return setError(envelope.message.text);
    }
    page.office.close();
    return then && then(envelope.data);
  };
  return html`<form class="packing-form" onSubmit=${save}>${fields(draft, put)}${error && html`<p class="packing-error" role="alert">${error}</p>`}
    <button type="submit" class="act primary" id="program-save" disabled=${Boolean(page.office.working[working])}>${t('programs.save')}</button></form>`;
}

const text = (draft, put, name, more) => html`<input id=${'program-' + name} required maxlength="80" autocomplete="off" value=${draft[name]} onInput=${(event) => put({ [name]: event.target.value })} ...${more || {}} />`;
const check = (draft, put, name, label, hint) => html`<label class="programs-check"><input id=${'program-' + name} type="checkbox" checked=${draft[name]} onChange=${(event) => put({ [name]: event.target.checked })} /><span class="office-two"><b>${label}</b><small>${hint}</small></span></label>`;

export function openEndpoint(page, one) {
  const first = one ? { name: one.name, url: one.url, events: one.events, personal: one.personal } : { name: '', url: 'https://', events: ['order.shipped', 'order.cancelled', 'stock.changed'], personal: false };
  const send = (draft) => page.act('endpoint', one ? 'PATCH' : 'POST', '/webhooks' + (one ? '/' + one.id : ''), Object.assign({}, draft, { url: draft.url.trim() }), () => t('programs.saved', { name: draft.name }));
  const events = page.events.map((each) => [each.name, each.name]);
  page.office.openPanel({
    id: 'endpoint', title: one ? one.name : t('programs.add'),
    body: () => html`<${Form} page=${page} first=${first} working="endpoint" send=${send} then=${(data) => data.secret && showSecret(page, data.name, [[t('programs.secret'), data.secret]])}
      fields=${(draft, put) => html`<${Field} label=${t('programs.name')}>${text(draft, put, 'name')}<//>
        <${Field} label=${t('programs.url')} hint=${t('programs.url_hint')}>${text(draft, put, 'url', { type: 'url', maxlength: 500 })}<//>
        <${Many} id="program-events" label=${t('programs.events')} value=${draft.events} choices=${events} onChoose=${(chosen) => put({ events: chosen })} />
        ${check(draft, put, 'personal', t('programs.personal'), t('programs.personal_hint'))}`} />`,
  });
}

export function openKey(page) {
  const send = (draft) => page.act('key', 'POST', '/api-keys', draft, () => t('programs.saved', { name: draft.name }));
  page.office.openPanel({
    id: 'key', title: t('programs.key_add'),
    body: () => html`<${Form} page=${page} first=${{ name: '', post: 'clerk', signs: true }} working="key" send=${send} then=${(data) => showSecret(page, data.name, [[t('programs.key_no'), String(data.id)], [t('programs.key'), data.key]])}
      fields=${(draft, put) => html`<${Field} label=${t('programs.name')}>${text(draft, put, 'name')}<//>
        <${Field} label=${t('programs.post')}><select id="program-post" value=${draft.post} onChange=${(event) => put({ post: event.target.value })}>${POSTS.map((post) => html`<option key=${post} value=${post} selected=${post === draft.post}>${say('programs_post', post)}</option>`)}</select><//>
        ${check(draft, put, 'signs', t('programs.signs'), t('programs.signs_hint'))}`} />`,
  });
}

export function openApp(page, one) {
  const first = one ? { name: one.name, sid: one.sid, shops: one.shops, carriers: '', active: one.active } : { name: '', sid: '', shops: [], carriers: '', active: true };
  const body = (draft) => Object.assign({ name: draft.name, shops: draft.shops }, one ? { active: draft.active } : { sid: draft.sid.trim() }, draft.carriers.trim() ? { carriers: carriersOf(draft.carriers) } : {});
  const send = (draft) => page.act('app', one ? 'PATCH' : 'POST', '/dialect-apps' + (one ? '/' + one.id : ''), body(draft), () => t('programs.saved', { name: draft.name }));
  const shown = (data) => data.secret && showSecret(page, data.name, [['sid', data.sid], ['appkey', data.app_key], ['appsecret', data.secret]]);
  page.office.openPanel({
    id: 'app', title: one ? one.name : t('programs.app_add'),
    body: () => html`<${Form} page=${page} first=${first} working="app" send=${send} then=${shown}
      fields=${(draft, put) => html`<${Field} label=${t('programs.name')}>${text(draft, put, 'name')}<//>
        ${!one && html`<${Field} label=${t('programs.sid')}>${text(draft, put, 'sid', { maxlength: 40, pattern: '[A-Za-z0-9_\\-]+' })}<//>`}
        <${Many} id="program-shops" label=${t('programs.shops')} value=${draft.shops} choices=${page.shops.map((shop) => [shop.code, shop.code + ' · ' + shop.name])} onChoose=${(shops) => put({ shops: shops })} />
        <${Field} label=${t('programs.carriers')} hint=${t('programs.carriers_hint')}><input id="program-carriers" autocomplete="off" value=${draft.carriers} onInput=${(event) => put({ carriers: event.target.value })} /><//>
        ${one && check(draft, put, 'active', t('programs.good'), '')}`} />`,
  });
}
