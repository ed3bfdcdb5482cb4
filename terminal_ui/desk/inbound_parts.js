// What the views of inbound share: how far goods have come, what is not as announced, pictures that need a token.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count } from './format.js';
import { Picture } from './office_parts.js';
import { usePicture } from '../parts/picture.js';

export const STATUS = { expected: '', receiving: 'act', received: 'warn', closed: 'good', cancelled: '' };
export const OPEN = ['expected', 'receiving'];

/** Pieces of a receipt or line that are still to come. Nobody announced what comes on a line of 0. */
export function lacking(one) {
  return Math.max(0, one.expected - (one.received - (one.over || 0) - (one.unannounced || 0)));
}

/** What is not as announced: [[kind, number, tone], …]. What has not come yet is a difference once nothing more will. */
export function differences(one) {
  const found = [['unannounced', one.unannounced, 'warn'], ['over', one.over, 'warn'], ['rejected', one.rejected, 'bad'], ['aside', one.aside, 'bad'], ['checks', one.checks, 'act']];
  if (['received', 'closed'].indexOf(one.status) >= 0) found.unshift(['short', lacking(one), 'bad']);
  return found.filter((each) => each[1] > 0);
}

/** The shares of a bar in hundredths: {good, rejected, over, rest} of whichever is more, announced or received. */
export function shares(one) {
  const all = Math.max(one.expected, one.received, 1);
  const part = (n) => Math.max(0, Math.round((n / all) * 1000) / 10);
  const extra = Math.max(0, one.received - one.expected);
  return { good: part(one.received - one.rejected - extra), rejected: part(one.rejected), over: part(extra) };
}

/** A bar of what was announced: received, rejected, more than announced; the numbers beside it. */
export function Progress({ of, big }) {
  const wide = shares(of);
  const words = count(of.received) + ' / ' + (of.expected || !of.received ? count(of.expected) : '–');
  const told = t('inbound.progress_of', { received: count(of.received), expected: count(of.expected), rejected: count(of.rejected) });
  return html`<span class=${'inbound-progress' + (big ? ' inbound-progress-big' : '')} role="img" aria-label=${told} title=${told}>
    <span class="inbound-bar">${['good', 'over', 'rejected'].map((one) => wide[one] > 0 && html`<i key=${one} class=${'inbound-' + one} style=${{ width: wide[one] + '%' }}></i>`)}</span>
    <b>${words}</b></span>`;
}

/** Goods of a row {sku, name, picture}, with the way to their stock. */
export function Goods({ of }) {
  return html`<span class="office-with"><${Picture} src=${of.picture} /><span class="office-two"><b class="office-code">${of.sku}</b><small>${of.name}</small></span></span>`;
}

/** A photo of the dock. */
export function Photo({ office, file, label, onTap }) {
  const source = usePicture('/api/v1/receipt-photos/' + encodeURIComponent(file), office.shell.session.token);
  return html`<button type="button" class="inbound-photo" data-file=${file} data-shown=${source ? 'yes' : 'no'} aria-label=${label} onClick=${onTap}>${source ? html`<img src=${source} alt=${label} />` : html`<span class="spinner spinner-small" aria-hidden="true"></span>`}</button>`;
}

/** A photo as large as the page allows. */
export function openPhoto(office, file, label) {
  office.openPanel({ id: 'photo', title: label, body: () => html`<div class="inbound-large"><${Photo} office=${office} file=${file} label=${label} onTap=${() => office.close()} /></div>` });
}
