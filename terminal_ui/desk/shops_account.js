// How a shop is reached: its platform, address and keys, and how much stock it is told of. Keys are written, never shown.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Field } from './office_parts.js';

const SECRETS = ['app_secret', 'access_token', 'refresh_token', 'webhook_secret'];
const GATEWAYS = { top: 'https://eco.taobao.com/router/rest', jd: 'https://api.jd.com/routerjson', pinduoduo: 'https://gw-api.pinduoduo.com/api/router' };

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
  const first = account || { shop: free.length ? free[0].code : '', plugin: plugins[0], url: GATEWAYS[plugins[0]] || '', every_s: 300, stock_share: 0, safety_stock: 0 };
  const [draft, setDraft] = useState(Object.assign({ carriers: '', app_key: '' }, first));
  const [error, setError] = useState('');
  const set = (name) => (event) => setDraft(Object.assign({}, draft, { [name]: event.target.value }));
  const choose = (event) => setDraft(Object.assign({}, draft, { plugin: event.target.value, url: GATEWAYS[event.target.value] || '' }));
  const save = async (event) => {
    event.preventDefault();
    const body = { plugin: draft.plugin, url: draft.url.trim(), every_s: Number(draft.every_s), stock_share: Number(draft.stock_share), safety_stock: Number(draft.safety_stock) };
    if (draft.app_key) body.app_key = draft.app_key.trim();
    if (draft.carriers.trim()) body.settings = { carriers: carriersOf(draft.carriers) };
    SECRETS.forEach((name) => { if (draft[name]) body[name] = draft[name].trim(); });
    const envelope = await page.act('account', 'PUT', page.path(draft.shop), body, t('shops.kept', { shop: draft.shop }));
    if (envelope.ok) page.office.close();
    else setError(envelope.message.text);
  };
  const amount = (name, most) => html`<${Field} label=${t('shops.' + name)}><input id=${name} type="number" min=${name === 'every_s' ? 10 : 0} max=${most} required value=${draft[name]} onInput=${set(name)} /><//>`;
  return html`<form class="packing-form" onSubmit=${save}>
    ${!account && html`<${Field} label=${t('shops.shop')}><select id="account-shop" required value=${draft.shop} onChange=${set('shop')}>${free.map((one) => html`<option key=${one.code} value=${one.code} selected=${one.code === draft.shop}>${one.code} · ${one.name}</option>`)}</select><//>`}
    <${Field} label=${t('shops.platform')}><select id="account-plugin" value=${draft.plugin} onChange=${choose}>${plugins.map((one) => html`<option key=${one} value=${one} selected=${one === draft.plugin}>${say('shops_platform', one)}</option>`)}</select><//>
    <${Field} label=${t('shops.address')}><input id="account-url" type="url" required maxlength="300" value=${draft.url} autocomplete="off" onInput=${set('url')} /><//>
    <${Field} label=${t('shops.app_key')} hint=${account ? t('shops.stays') : ''}><input id="app_key" maxlength="300" value=${draft.app_key} autocomplete="off" onInput=${set('app_key')} /><//>
    ${SECRETS.map((name) => html`<${Field} key=${name} label=${t('shops.' + name)} hint=${account ? t('shops.stays') : ''}><input id=${name} type="password" maxlength="4000" value=${draft[name] || ''} autocomplete="new-password" onInput=${set(name)} /><//>`)}
    <${Field} label=${t('shops.carriers')} hint=${t('shops.carriers_hint')}><input id="account-carriers" value=${draft.carriers} autocomplete="off" onInput=${set('carriers')} /><//>
    <div class="packing-three">${amount('every_s', 86400)}${amount('stock_share', 100)}${amount('safety_stock', 1000000)}</div>
    ${error && html`<p class="packing-error" role="alert">${error}</p>`}
    <button type="submit" class="act primary" id="account-save" disabled=${Boolean(page.office.working.account) || !draft.shop}>${t('shops.save')}</button></form>`;
}
