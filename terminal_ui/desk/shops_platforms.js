// What each platform has to be told, so that a form asks for that and nothing else; what a platform calls it itself.

const TOKENS = ['access_token', 'refresh_token'];
const CHINESE = ['app_key', 'app_secret', ...TOKENS];
const ALL = ['app_key', 'app_secret', ...TOKENS, 'webhook_secret'];
export const SECRETS = ['app_secret', ...TOKENS, 'webhook_secret'];

/**
 * `url`: its gateway; empty: the shop's own address. `fields`: what is asked for; `settings`: what else, of the account's
 * settings; `names`: the texts (shops.*) of fields that it calls otherwise; `codes`: it lets in by a code.
 * @type {Record<string, {url: string, fields: string[], settings?: string[], names?: Record<string, string>, codes?: boolean}>}
 */
const PLATFORMS = {
  top: { url: 'https://eco.taobao.com/router/rest', fields: CHINESE, codes: true },
  jd: { url: 'https://api.jd.com/routerjson', fields: CHINESE, codes: true },
  pinduoduo: { url: 'https://gw-api.pinduoduo.com/api/router', fields: CHINESE, names: { app_key: 'client_id', app_secret: 'client_secret' }, codes: true },
  douyin: { url: 'https://openapi-fxg.jinritemai.com', fields: CHINESE, codes: true },
  shopify: { url: '', fields: ['app_key', 'app_secret', 'access_token', 'webhook_secret'], settings: ['location'], names: { app_key: 'client_id', app_secret: 'client_secret' }, codes: true },
  woocommerce: { url: '', fields: ['app_key', 'app_secret', 'webhook_secret'], names: { app_key: 'consumer_key', app_secret: 'consumer_secret' } },
  amazon: { url: 'https://sellingpartnerapi-eu.amazon.com', fields: ['app_key', 'app_secret', 'refresh_token'], settings: ['marketplaces', 'seller'], names: { app_key: 'client_id', app_secret: 'client_secret' }, codes: true },
  shopee: { url: 'https://partner.shopeemobile.com', fields: CHINESE, settings: ['shop_id', 'notices'], names: { app_key: 'partner_id', app_secret: 'partner_key' }, codes: true },
  vendure: { url: '', fields: ['app_key', 'app_secret', 'access_token', 'webhook_secret'], settings: ['channel', 'location'], names: { app_key: 'user', app_secret: 'password', access_token: 'api_key' } },
};

/** What a platform asks for; one that somebody else has made a plug-in for may want anything. */
export function platform(plugin) {
  return Object.assign({ settings: [], names: {}, codes: false }, PLATFORMS[plugin] || { url: '', fields: ALL, codes: true });
}

export const known = (plugin) => Object.prototype.hasOwnProperty.call(PLATFORMS, plugin);
