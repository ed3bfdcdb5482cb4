// The plain controls of the pages of waves: chips of which one or several are chosen, and numbers.
import { html } from '../core/html.js';
import { Field } from './office_parts.js';
import { dayName } from './wave_words.js';

/** One of several: `choices` [[value, label, hint?], …]. */
export function One({ id, label, value, choices, onChoose }) {
  return html`<fieldset class="chips" id=${id}><legend>${label}</legend>${choices.map(([one, name, hint]) => html`<button type="button" key=${one} id=${id + '-' + one} title=${hint} class=${'choice' + (one === value ? ' choice-on' : '')} aria-pressed=${one === value} onClick=${() => onChoose(one)}>${name}</button>`)}</fieldset>`;
}

/** Any of several; `value` is the list of those that are chosen. */
export function Many({ id, label, value, choices, onChoose, none }) {
  const flip = (one) => onChoose(value.indexOf(one) >= 0 ? value.filter((other) => other !== one) : value.concat([one]));
  return html`<fieldset class="chips waves-many" id=${id}><legend>${label}</legend>${choices.map(([one, name]) => html`<button type="button" key=${one} id=${id + '-' + one} class=${'choice' + (value.indexOf(one) >= 0 ? ' choice-on' : '')} aria-pressed=${value.indexOf(one) >= 0} onClick=${() => flip(one)}>${name}</button>`)}${!choices.length && html`<small class="soft">${none}</small>`}</fieldset>`;
}

export function Weekdays({ id, label, value, onChoose }) {
  return html`<${Many} id=${id} label=${label} value=${value} choices=${[1, 2, 3, 4, 5, 6, 7].map((day) => [day, dayName(day)])} onChoose=${(days) => days.length && onChoose(days.slice().sort())} />`;
}

/** A whole number; empty is null, where `least` is not given. `times`: the unit that is shown is so many of those kept. */
export function Amount({ id, label, value, least, most, times, onChange, hint }) {
  const by = times || 1;
  const typed = (event) => {
    const text = event.target.value.trim();
    if (text === '') return least === undefined && onChange(null);
    const n = Math.round(Number(text) * by);
    return n >= (least || 1) && n <= (most || 1e12) && onChange(n);
  };
  return html`<${Field} label=${label} hint=${hint}><input id=${id} type="number" inputmode="numeric" min=${(least || 1) / by} max=${most} step="any" value=${value === null ? '' : value / by} onInput=${typed} /><//>`;
}
