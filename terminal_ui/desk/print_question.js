// The one question about a label of which nobody knows whether it came out.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Act } from './parts.js';

/** `one`: {job_id, place, of, code}; `yes` and `no`: what is on the buttons; `onAnswer(cameOut)`. */
export function PrintQuestion({ one, yes, no, busy, onAnswer }) {
  return html`<div class="printers-question" role="alert"><p><${Icon} name="warning" size=${18} /> <b>${t('printers.run_question', { n: one.place, of: one.of })}</b> <span class="office-code">${one.code}</span></p>
    <div class="acts"><${Act} id=${'out-yes-' + one.job_id} kind="primary" icon="check" label=${yes} busy=${busy} onTap=${() => onAnswer(true)} /><${Act} id=${'out-no-' + one.job_id} icon="cross" label=${no} busy=${busy} onTap=${() => onAnswer(false)} /></div></div>`;
}
