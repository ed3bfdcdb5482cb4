// After how long each shop reminds buyers who have not paid, and cancels their orders.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Table } from './office_parts.js';

const HOUR = 60;

export function Unpaid({ page, shops }) {
  const columns = [
    { key: 'shop', label: t('shops.shop'), render: (one) => html`<span class="office-two"><b>${one.code}</b><small>${one.name}</small></span>` },
    { key: 'remind', label: t('audit.remind'), render: (one) => html`<${Hours} page=${page} shop=${one} name="remind_unpaid_minutes" />` },
    { key: 'cancel', label: t('audit.cancel_after'), render: (one) => html`<${Hours} page=${page} shop=${one} name="cancel_unpaid_minutes" />` },
  ];
  return html`<p class="soft">${t('audit.unpaid_hint')}</p><${Table} id="unpaid" label=${t('audit.unpaid')} columns=${columns} rows=${shops} keyOf=${(one) => one.code} />`;
}

/** Hours after the order was placed; empty: never. Kept when the field is left or by Enter. */
function Hours({ page, shop, name }) {
  const kept = shop[name] === null ? '' : String(shop[name] / HOUR);
  const [typed, setTyped] = useState(null);
  const may = page.finance;
  const keep = async () => {
    if (typed === null || typed.trim() === kept) return setTyped(null);
    const minutes = typed.trim() === '' ? null : Math.max(1, Math.round(Number(typed) * HOUR));
    await page.act(shop.code + name, 'PATCH', '/api/v1/shops/' + encodeURIComponent(shop.code), { [name]: minutes }, t('audit.time_set', { shop: shop.code }));
    return setTyped(null);
  };
  return html`<label class="audit-hours"><input id=${name + '-' + shop.code} class="office-input" type="number" min="0" step="any" disabled=${!may} value=${typed === null ? kept : typed} placeholder=${t('audit.never')} aria-label=${t(name === 'remind_unpaid_minutes' ? 'audit.remind' : 'audit.cancel_after')}
    onInput=${(event) => setTyped(event.target.value)} onBlur=${keep} onKeyDown=${(event) => event.key === 'Enter' && event.target.blur()} /><span>${t('audit.hours_unit')}</span></label>`;
}
