import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Button } from './button.js';

// Kind → icon. Every kind also has its own colour (style/parts.css) and tone (core/tones.js).
/** @type {Record<string, string>} */
const ICONS = {
  ok: 'check', info: 'info', queued: 'clock', warning: 'warning', error: 'place', item: 'item', many: 'many',
  already: 'done', tote: 'tote', stop: 'cross',
};
/** @type {[RegExp, string][]} */
const BY_CODE = [
  [/already|replayed|closed$/, 'already'],
  [/too_many|more_than/, 'many'],
  [/wrong_item|wrong_sku|not_in_parcel|not_on_task/, 'item'],
  [/wrong_tote|tote_/, 'tote'],
  [/wrong_bin|wrong_place/, 'error'],
];
/** @type {Record<string, string>} */
const TONE = { ok: 'ok', info: 'step', queued: 'queued', warning: 'warning', error: 'error', item: 'item', many: 'many', already: 'already', tote: 'item', stop: 'error' };

/**
 * The kind of banner for a message {code, tone}: what it is about decides, then how bad it is.
 * @param {import('../types').Message} message
 */
export function kindOf(message) {
  if (message.tone === 'ok' || message.tone === 'info') return message.tone;
  const found = BY_CODE.find(([pattern]) => pattern.test(message.code || ''));
  if (found) return found[1];
  return message.tone === 'warning' ? 'warning' : 'stop';
}

/** @param {string} kind */
export function toneOf(kind) {
  return TONE[kind] || 'warning';
}

/**
 * Whether this kind stays until a scan or a tap acknowledges it.
 * @param {string} kind
 */
export function mustAcknowledge(kind) {
  return ['error', 'item', 'many', 'already', 'tote', 'stop'].indexOf(kind) >= 0;
}

/**
 * What happened, in colour, icon and words. `banner`: {kind, code, text} or null.
 * @param {{ banner: { kind: string, code: string, text: string } | null, onAck: () => any }} props
 */
export function Banner({ banner, onAck }) {
  if (!banner) return html`<div class="banner-place" aria-live="assertive"></div>`;
  const stays = mustAcknowledge(banner.kind);
  return html`<div class="banner-place" aria-live="assertive">
    <div class=${'banner banner-' + banner.kind + (stays ? ' banner-stays' : '')} role=${stays ? 'alert' : 'status'}
      data-kind=${banner.kind} data-code=${banner.code}>
      <${Icon} name=${ICONS[banner.kind] || 'info'} size=${36} />
      <p class="banner-text">${banner.text}</p>
      ${stays && html`<${Button} id="ack" label=${t('banner.ok')} kind="on-banner" onTap=${onAck} />`}
    </div>
  </div>`;
}
