// How a device of each kind is set up: read by whoever holds it, before anybody is signed in.
import { html, render } from '../core/html.js';
import { keep, recall } from '../core/storage.js';
import { LOCALES, guessLocale, locale, setWords, t } from '../core/texts.js';
import { Bars, Matrix } from '../parts/test_codes.js';

// The parts of each guide, in the sequence in which they are done.
const GUIDES = {
  zebra: ['zebra', 'trust_android', 'home_android', 'calm_android', 'test'],
  honeywell: ['honeywell', 'trust_android', 'home_android', 'calm_android', 'test'],
  android: ['android', 'trust_android', 'home_android', 'calm_android', 'test'],
  ring: ['ring', 'test'],
  ios: ['ios', 'trust_ios', 'home_ios', 'calm_ios', 'test'],
};
const VARY = ['zebra', 'honeywell', 'android'];
const catalogues = {};
const place = /** @type {HTMLElement} */ (document.getElementById('page'));
/** @type {any} */
let authority = null; // what the service has for a certificate of its own: {subject, sha256, url}, or null

async function answer(path) {
  const found = await fetch(path);
  if (!found.ok) throw new Error(path + ' ' + found.status);
  return found.json();
}

async function speak(code) {
  if (!catalogues[code]) catalogues[code] = await answer('/texts/guide/' + code + '.json');
  setWords(code, catalogues[code]);
  document.documentElement.lang = code.replace('_', '-');
}

const chosen = () => (Object.prototype.hasOwnProperty.call(GUIDES, location.hash.slice(1)) ? location.hash.slice(1) : null);

function draw() {
  const device = chosen();
  document.title = device ? t('guide.device.' + device) : t('guide.title');
  render(html`<div class="guide" data-guide=${device || 'all'}><header class="guide-top">
      ${device ? html`<a class="guide-back" id="guide-all" href="#">‹ ${t('guide.all')}</a>` : html`<a class="guide-back" id="guide-login" href="/terminal">‹ ${t('guide.login')}</a>`}
      <nav class="guide-languages">${LOCALES.map(([code, name]) => html`<button type="button" key=${code} lang=${code.replace('_', '-')} data-locale=${code}
        aria-pressed=${code === locale()} onClick=${() => choose(code)}>${name}</button>`)}</nav></header>
    <main>${device ? html`<${Guide} device=${device} key=${device} />` : html`<${Devices} />`}</main></div>`, place);
}

async function choose(code) {
  await speak(code).then(() => keep('locale', code), () => undefined);
  draw();
}

function Devices() {
  return html`<h1>${t('guide.title')}</h1><p class="guide-soft">${t('guide.which')}</p>
    <ul class="guide-devices">${Object.keys(GUIDES).map((name) => html`<li key=${name}><a id=${'guide-' + name} href=${'#' + name}><b>${t('guide.device.' + name)}</b><small>${t('guide.hint.' + name)}</small></a></li>`)}</ul>`;
}

function Guide({ device }) {
  return html`<h1>${t('guide.device.' + device)}</h1>
    ${VARY.indexOf(device) >= 0 && html`<p class="guide-soft">${t('guide.vary')}</p>`}
    ${GUIDES[device].map((part) => html`<section key=${part} id=${part}><h2>${t('guide.' + part + '.title')}</h2>
      ${part.startsWith('trust') && html`<${Certificate} />`}
      ${(!part.startsWith('trust') || authority) && html`<ol>${steps(part).map((text) => html`<li key=${text}>${text}</li>`)}</ol>`}
      ${part === 'test' && html`<${Test} />`}</section>`)}`;
}

function steps(part) {
  const found = [];
  for (let n = 1; t('guide.' + part + '.' + n) !== 'guide.' + part + '.' + n; n += 1) found.push(t('guide.' + part + '.' + n));
  return found;
}

function Certificate() {
  if (!authority) return html`<p class="guide-soft" id="no-ca">${t('guide.no_ca')}</p>`;
  return html`<p><a class="guide-button" id="get-ca" href="/ca.crt">${t('guide.get')}</a></p>
    <p class="guide-soft">${t('guide.fingerprint', { name: authority.subject })}<code id="fingerprint">${authority.sha256}</code></p>
    ${authority.url && html`<p><a id="over-tls" href=${authority.url}>${t('guide.open')}</a> <small>${authority.url}</small></p>`}`;
}

function Test() {
  return html`<p><a class="guide-button" href="/scanner">${t('guide.learn')}</a></p>
    <div class="guide-codes"><${Matrix} label=${t('guide.test.title')} /><${Bars} label=${t('guide.test.title')} /></div>
    <p class="guide-print"><button type="button" onClick=${() => window.print()}>${t('guide.print')}</button></p>`;
}

async function begin() {
  authority = await answer('/ca.json').catch(() => null);
  const wanted = recall('locale', guessLocale(navigator.language));
  try {
    await speak(wanted);
  } catch (error) {
    place.textContent = 'The server does not answer. 服务器没有响应。 伺服器沒有回應。';
    return;
  }
  window.addEventListener('hashchange', () => { draw(); place.scrollTop = 0; });
  draw();
}

begin();
