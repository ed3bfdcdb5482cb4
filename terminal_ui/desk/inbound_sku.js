// A field for a SKU: what is typed is searched for, arrows and Enter choose, a code typed whole counts as it is.
import { html, useRef, useState } from '../core/html.js';
import { t } from '../core/texts.js';
import { Newest } from './ask.js';
import { Picture } from './office_parts.js';

const WAIT_MS = 180;
const SHOWN = 8;

/** `onChoose(code, sku)`: `sku` is {code, name, picture, packs} when it was chosen from the list, else null. */
export function SkuField({ office, id, label, value, onChoose, autofocus, bare }) {
  const [found, setFound] = useState(null);
  const [at, setAt] = useState(0);
  const asked = useRef(null);
  if (!asked.current) asked.current = { newest: new Newest(), later: 0 };
  const search = async (text) => {
    const envelope = await asked.current.newest.of(office.http.get('/api/v1/skus', { q: text, limit: SHOWN }));
    if (envelope === null || !envelope.ok) return;
    const exact = envelope.data.items.find((one) => one.code === text);
    if (exact) onChoose(exact.code, exact);
    setAt(0);
    setFound(envelope.data.items);
  };
  const type = (event) => {
    const text = event.target.value.trim();
    onChoose(text, null);
    clearTimeout(asked.current.later);
    if (!text) return setFound(null);
    asked.current.later = setTimeout(() => search(text), WAIT_MS);
    return undefined;
  };
  const choose = (sku) => { setFound(null); onChoose(sku.code, sku); };
  const leave = () => setFound(null);
  const key = (event) => {
    if (!found || !found.length) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') setAt((at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length);
    else if (event.key === 'Enter') choose(found[at]);
    else if (event.key === 'Escape') setFound(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<div class=${'office-field inbound-sku' + (bare ? ' inbound-bare' : '')}><label class=${bare ? 'unseen' : ''} for=${id}>${label}</label>
    <input id=${id} autofocus=${autofocus} autocomplete="off" spellcheck=${false} maxlength="100" role="combobox" aria-expanded=${found ? 'true' : 'false'} aria-controls=${id + '-found'} placeholder=${t('inbound.sku_hint')} value=${value} onInput=${type} onKeyDown=${key} onBlur=${leave} />
    ${found && html`<div class="found inbound-found" id=${id + '-found'} role="listbox">${found.map((one, number) => html`<div key=${one.code} role="option" data-sku=${one.code} aria-selected=${number === at ? 'true' : 'false'} class=${'hit' + (number === at ? ' hit-at' : '')} onMouseDown=${(event) => { event.preventDefault(); choose(one); }}>
      <${Picture} src=${one.picture} size=${30} /><span class="hit-words"><b>${one.code}</b><span>${one.name}</span></span></div>`)}${!found.length && html`<p class="nothing" role="status">${t('office.found_nothing', { q: value })}</p>`}</div>`}</div>`;
}
