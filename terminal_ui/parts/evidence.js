// All that is known of a parcel, as stations and desks show it: GET /api/v1/parcel-evidence.
import { html } from '../core/html.js';
import { locale, t } from '../core/texts.js';
import { showPhoto } from './photo.js';
import { usePicture } from './picture.js';

/** @type {any} */
const SHORT = { dateStyle: 'medium', timeStyle: 'short' };
const at = (moment) => (moment ? new Intl.DateTimeFormat(locale().replace('_', '-'), SHORT).format(new Date(moment)) : '');
const by = (moment, person) => [at(moment), person].filter(Boolean).join(' · ');

export function Evidence({ parcel, token }) {
  const counted = parcel.parcels ? t('evidence.ordinal', { n: parcel.ordinal, all: parcel.parcels }) : parcel.ordinal > 1 ? t('station.ordinal', { n: parcel.ordinal }) : '';
  const facts = [
    [t('evidence.number'), [parcel.number, counted].filter(Boolean).join(' · ')],
    [t('what.order'), [parcel.order, parcel.shop, parcel.recipient].filter(Boolean).join(' · ')],
    [t('what.waybill'), parcel.waybill],
    [t('what.carton'), parcel.carton],
    [t('what.packed'), [at(parcel.closed_at || parcel.opened_at), parcel.packed_by, parcel.station].filter(Boolean).join(' · ')],
  ];
  return html`<div class="evidence" id="evidence" data-parcel=${parcel.number} data-status=${parcel.status}>
    <p class=${'evidence-status evidence-' + parcel.status}>${t('evidence.status.' + parcel.status)}</p>
    <dl>${facts.filter(([, value]) => value).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <${Part} title=${t('evidence.items')} rows=${parcel.lines.map((one) => [one.name, one.code, t('evidence.of', { n: one.verified, all: one.qty }), by(one.scanned_at, one.scanned_by)])} />
    <${Part} title=${t('evidence.traces')} rows=${parcel.traces.map((one) => [one.serial || one.lot, [one.sku, one.serial && one.lot].filter(Boolean).join(' · '), one.qty > 1 ? '× ' + one.qty : '', by(one.scanned_at, one.scanned_by)])} />
    <${Part} title=${t('evidence.put_in')} rows=${(parcel.put_in || []).map((one) => [one.text, '', '', ''])} />
    <${Part} title=${t('evidence.weighings')} id="weighings" rows=${weighings(parcel)} />
    ${parcel.in_a_run && html`<p class="evidence-note">${t('evidence.in_a_run')}</p>`}
    <${Part} title=${t('evidence.troubles')} rows=${parcel.troubles.map((one) => [[t('board.reason.pack.' + one.reason), one.item].filter(Boolean).join(' · '), one.note, '', by(one.at, one.person)])} />
    <${Part} title=${t('evidence.waybills')} rows=${parcel.waybills.filter((one) => one.number && (one.status === 'void' || one.number !== parcel.waybill)).map((one) => [one.number, one.carrier, one.status === 'void' ? t('evidence.status.void') : '', ''])} />
    <h3>${t('evidence.photos')}</h3>
    ${parcel.pictures.length === 0 ? html`<p class="evidence-note">${t('evidence.no_photos')}</p>` : html`<div class="evidence-photos">${parcel.pictures.map((one) => html`<${Photo} key=${one.file} photo=${one} token=${token} />`)}</div>`}
  </div>`;
}

function weighings(parcel) {
  const outcome = (one) => t('evidence.outcome.' + one.outcome, { who: one.agreed_by });
  const kept = parcel.weighings.map((one) => [one.weight_g + ' g', [one.expected_g > 0 && t('evidence.expected', { n: one.expected_g }), t(one.source === 'scale' ? 'station.from_scale' : 'station.from_hand')].filter(Boolean).join(' · '), [outcome(one), one.reason].filter(Boolean).join(': '), by(one.at, one.person)]);
  if (kept.length || !parcel.weight_g) return kept;
  return [[parcel.weight_g + ' g', parcel.expected_g > 0 ? t('evidence.expected', { n: parcel.expected_g }) : '', '', at(parcel.closed_at)]];
}

/** Rows of [what, more of it, how it stands, when and by whom]; nothing without rows. */
function Part({ title, rows, id }) {
  return rows.length > 0 && html`<h3>${title}</h3><ul class="evidence-rows" id=${id}>${rows.map(([what, more, how, who], nr) => html`<li key=${nr}>
    <span><b>${what}</b>${more && html` <small>${more}</small>`}</span><span>${how}</span><small>${who}</small></li>`)}</ul>`;
}

function Photo({ photo, token }) {
  const path = '/api/v1/parcel-photos/' + encodeURIComponent(photo.file);
  const source = usePicture(path, token);
  return html`<button type="button" class="evidence-photo" onClick=${() => showPhoto(token, path)}>
    ${source ? html`<img src=${source} alt=${by(photo.at, photo.person)} />` : html`<span class="spinner"></span>`}<small>${by(photo.at, photo.person)}</small></button>`;
}
