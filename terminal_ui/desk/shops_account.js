// How a shop is reached: its platform, address and keys, and how much stock it is told of. Keys are written, never shown.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Field } from './office_parts.js';
import { SECRETS, known, platform } from './shops_platforms.js';

export function openAccount(page, account) {
  page.office.openPanel({ id: 'account', title: account ? account.shop : t('shops.connect'), body: () => html`<${Form} page=${page} account=${account} />` });
}

/** 'sf = SF, own_fleet = OTHER' as {sf: 'SF', own_fleet: 'OTHER'}. */
export function carriersOf(text) {
  const found = {};
  text.split(/[,，;；\n]/).forEach((pair) => {
    const [ours, theirs] = pair.split('=').map((one) => one.trim());
    if (ours && theirs) found[ours] = theirs;
  });
  return found;
}

function Form({ page, account }) {
  const plugins = page.list.data.plugins;
  const free = page.shops.filter((shop) => !page.list.data.items.some((one) => one.shop === shop.code));
  const first = account || { shop: free.length ? free[0].code : '', plugin: plugins[0], url: platform(plugins[0]).url, every_s: 300, stock_share: 0, safety_stock: 0 };
  const [draft, setDraft] = useState(Object.assign({ carriers: '', app_key: '' }, first));
  const [error, setError] = useState('');
  const set = (name) => (event) => setDraft(Object.assign({}, draft, { [name]: event.target.value }));
  const choose = (event) => setDraft(Object.assign({}, draft, { plugin: event.target.value, url: platform(event.target.value).url }));
  const about = platform(draft.plugin);
  const name = (field) => t('shops.' + (about.names[field] || field));
  const save = async (event) => {
    event.preventDefault();
    const body = { plugin: draft.plugin, url: draft.url.trim(), every_s: Number(draft.every_s), stock_share: Number(draft.stock_share), safety_stock: Number(draft.safety_stock) };
    if (draft.app_key) body.app_key = draft.app_key.trim();
    const settings = {};
    if (draft.carriers.trim()) settings.carriers = carriersOf(draft.carriers);
    about.settings.forEach((one) => { if ((draft[one] || '').trim()) settings[one] = draft[one].trim(); });
    if (Object.keys(settings).length) body.settings = settings;
    SECRETS.forEach((one) => { if (draft[one] && about.fields.includes(one)) body[one] = draft[one].trim(); });
    const envelope = await page.act('account', 'PUT', page.path(draft.shop), body, t('shops.kept', { shop: draft.shop }));
    if (envelope.ok) page.office.close();
    else setError(envelope.message.text);
  };
  const amount = (name, most) => html`<${Field} label=${t('shops.' + name)}><input id=${name} type="number" min=${name === 'every_s' ? 10 : 0} max=${most} required value=${draft[name]} onInput=${set(name)} /><//>`;
  return html`<form class="packing-form" onSubmit=${save}>
    ${!account && html`<${Field} label=${t('shops.shop')}><select id="account-shop" required value=${draft.shop} onChange=${set('shop')}>${free.map((one) => html`<option key=${one.code} value=${one.code} selected=${one.code === draft.shop}>${one.code} · ${one.name}</option>`)}</select><//>`}
    <${Field} label=${t('shops.platform')}><select id="account-plugin" value=${draft.plugin} onChange=${choose}>${plugins.map((one) => html`<option key=${one} value=${one} selected=${one === draft.plugin}>${say('shops_platform', one)}</option>`)}</select><//>
    ${known(draft.plugin) && html`<p class="soft" id="account-help">${t('shops_help.' + draft.plugin)}</p>`}
    <${Field} label=${t('shops.address')}><input id="account-url" type="url" required maxlength="300" value=${draft.url} autocomplete="off" onInput=${set('url')} /><//>
    ${about.fields.map((one) => html`<${Field} key=${one} label=${name(one)} hint=${account ? t('shops.stays') : ''}>${SECRETS.includes(one)
      ? html`<input id=${one} type="password" maxlength="4000" value=${draft[one] || ''} autocomplete="new-password" onInput=${set(one)} />`
      : html`<input id=${one} maxlength="300" value=${draft[one] || ''} autocomplete="off" onInput=${set(one)} />`}<//>`)}
    ${about.settings.map((one) => html`<${Field} key=${one} label=${t('shops.' + one)} hint=${account ? t('shops.stays') : t('shops.' + one + '_hint')}><input id=${'setting-' + one} maxlength="300" value=${draft[one] || ''} autocomplete="off" onInput=${set(one)} /><//>`)}
    <${Field} label=${t('shops.carriers')} hint=${t('shops.carriers_hint')}><input id="account-carriers" value=${draft.carriers} autocomplete="off" onInput=${set('carriers')} /><//>
    <div class="packing-three">${amount('every_s', 86400)}${amount('stock_share', 100)}${amount('safety_stock', 1000000)}</div>
    ${error && html`<p class="packing-error" role="alert">${error}</p>`}
    <button type="submit" class="act primary" id="account-save" disabled=${Boolean(page.office.working.account) || !draft.shop}>${t('shops.save')}</button></form>`;
}
