// Why not: type the number of an order, read the exact reason, and what each rule says of it.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Empty, Shown, Table, Tag } from './office_parts.js';
import { When } from './stock_cells.js';

export function WhyBox({ page }) {
  const ask = (event) => {
    event.preventDefault();
    const number = /** @type {HTMLInputElement} */ (document.getElementById('why-number')).value.trim();
    if (number) page.office.go('#/why/' + encodeURIComponent(number));
  };
  return html`<form class="waves-why" role="search" onSubmit=${ask}><${Icon} name="search" size=${18} /><input id="why-number" class="office-input" aria-label=${t('waves.why_label')} placeholder=${t('waves.why_short')} autocomplete="off" key=${page.number || ''} defaultValue=${page.number || ''} /><kbd>w</kbd></form>`;
}

export function Why({ page }) {
  if (!page.number) return html`<${Empty} icon="search" text=${t('waves.why_empty')} />`;
  return html`<${Shown} asked=${page.why}>${(data) => html`<div class="waves-answers">${data.items.map((one) => html`<${Answer} key=${one.order_id} answer=${one} />`)}</div>`}<//>`;
}

/** Why one order does not go on; `bare`: where its number stands above already. */
export function Answer({ answer, bare }) {
  const takes = (one) => one.code.indexOf('waits_') === 0;
  const columns = [
    { key: 'rule', label: t('waves.rule'), width: '30%', render: (one) => html`<b>${one.rule}</b>` },
    { key: 'fits', label: t('waves.fits'), width: '110px', render: (one) => html`<${Tag} kind=${takes(one) ? 'good' : ''}>${t(takes(one) ? 'waves.yes' : 'waves.no')}<//>` },
    { key: 'text', label: t('waves.because'), render: (one) => one.text },
  ];
  return html`<article class="waves-answer" data-order=${answer.number} data-code=${answer.code}>
    ${!bare && html`<h2>${answer.number} <small>${answer.shop} · ${t('waves.promised')} <${When} at=${answer.promised_at} /></small></h2>`}
    <p class="waves-reason">${answer.text}</p>
    ${answer.details.length > 0 && html`<ul>${answer.details.map((one, at) => html`<li key=${at} data-code=${one.code}>${one.text}</li>`)}</ul>`}
    ${answer.rules.length > 0 && html`<${Table} id=${'why-' + answer.order_id} label=${t('waves.rule')} columns=${columns} rows=${answer.rules} keyOf=${(one) => one.rule_id} />`}
  </article>`;
}
