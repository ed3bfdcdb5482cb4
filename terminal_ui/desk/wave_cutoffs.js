// When each carrier comes: a form of one line, and the list with the next moment of each.
import { html, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Empty, Field, Table } from './office_parts.js';
import { Act } from './parts.js';
import { When } from './stock_cells.js';
import { Weekdays } from './wave_fields.js';
import { clockOf, daysOf, minuteOf } from './wave_words.js';

export function CutoffForm({ page, data }) {
  const [carrier, setCarrier] = useState('');
  const [at, setAt] = useState('');
  const [days, setDays] = useState([1, 2, 3, 4, 5, 6, 7]);
  const [zone, setZone] = useState(data.time_zone);
  const minute = minuteOf(at);
  const busy = Boolean(page.office.working.cutoff);
  const keep = async (event) => {
    if (event) event.preventDefault();
    if (!carrier.trim() || minute === null) return;
    const kept = await page.act('cutoff', 'wave.cutoff_keep', { carrier: carrier.trim(), minute: minute, weekdays: days });
    if (kept.ok) setAt('');
  };
  const typed = (set) => (event) => set(event.target.value);
  return html`<div class="waves-cutoffs"><form onSubmit=${keep}>
      <${Field} label=${t('waves.carrier')}><input id="cutoff-carrier" value=${carrier} maxlength="80" autocomplete="off" onInput=${typed(setCarrier)} /><//>
      <${Field} label=${t('waves.cutoff')}><input id="cutoff-at" value=${at} placeholder="18:00" autocomplete="off" onInput=${typed(setAt)} /><//>
      <${Weekdays} id="cutoff-days" label=${t('waves.weekdays')} value=${days} onChoose=${setDays} />
      <${Act} id="cutoff-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${busy || !carrier.trim() || minute === null} onTap=${keep} /></form>
    <form onSubmit=${(event) => { event.preventDefault(); page.act('zone', 'wave.time_zone', { time_zone: zone.trim() }); }}>
      <${Field} label=${t('waves.time_zone')}><input id="time-zone" value=${zone} autocomplete="off" onInput=${typed(setZone)} /><//>
      <${Act} id="zone-keep" label=${t('waves.keep')} busy=${Boolean(page.office.working.zone) || zone.trim() === data.time_zone} onTap=${() => page.act('zone', 'wave.time_zone', { time_zone: zone.trim() })} /></form></div>`;
}

export function CutoffTable({ page, items }) {
  const columns = [
    { key: 'carrier', label: t('waves.carrier'), render: (one) => html`<b class="office-code">${one.carrier}</b>` },
    { key: 'at', label: t('waves.cutoff'), render: (one) => clockOf(one.minute) },
    { key: 'days', label: t('waves.weekdays'), render: (one) => daysOf(one.weekdays) },
    { key: 'next', label: t('waves.next_cutoff'), render: (one) => html`<${When} at=${one.next_at} />` },
    { key: 'act', label: '', render: (one) => html`<${Act} id=${'cutoff-drop-' + one.id} icon="cross" label=${t('waves.drop')} busy=${Boolean(page.office.working['cutoff' + one.id])} onTap=${() => page.act('cutoff' + one.id, 'wave.cutoff_drop', { cutoff_id: one.id })} />` },
  ];
  return html`<${Table} id="cutoffs" label=${say('waves_tab', 'cutoffs')} columns=${columns} rows=${items} keyOf=${(one) => one.id} none=${html`<${Empty} icon="truck" text=${t('waves.no_cutoffs')} />`} />`;
}
