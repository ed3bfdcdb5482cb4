// The panel beside the floor: what is chosen and may be changed; with nothing chosen, the zones and the floor.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { count } from './format.js';
import { FloorForm } from './layout_floor.js';
import { shared } from './layout_geometry.js';
import { Choices, Field, Limits, Mixing, Number_ } from './layout_parts.js';
import { Act } from './parts.js';

const KINDS = ['pick', 'bulk', 'quarantine'];

export function SelectionPanel({ flow }) {
  const bins = flow.selected();
  const one = bins.length === 1 ? bins[0] : null;
  const value = (name) => (flow.draft[name] !== undefined ? flow.draft[name] : shared(bins, name));
  const changed = (name) => flow.draft[name] !== undefined;
  const set = (name, to) => flow.set(name, to);
  const dirty = Object.keys(flow.draft).length;
  return html`<section class="side" aria-label=${t('layout.selection')} data-chosen=${bins.length}>
    <header class="side-head"><div class="side-title"><h2 id="chosen">${one ? one.code : t('layout.bins', { n: count(bins.length) })}</h2>
      <button type="button" class="plain-icon" id="clear" aria-label=${t('layout.clear')} onClick=${() => flow.clear()}><${Icon} name="cross" size=${18} /></button></div>
      <p>${one ? t('layout.place', { aisle: one.aisle + 1, side: t('layout.side.' + one.side), level: one.level, bay: one.bay || '–' }) : bins[0].code + ' … ' + bins[bins.length - 1].code}</p>
      <${Digits} bins=${bins} one=${one} /></header>
    <div class="side-body">
      <${Blocked} flow=${flow} bins=${bins} />
      <div class="fieldset">
        <${Field} id="zone" label=${t('layout.field.zone')} changed=${changed('zone')}><select id="zone" onChange=${(event) => set('zone', event.target.value || null)}>
          ${value('zone') === undefined && html`<option selected disabled>${t('layout.mixed')}</option>`}
          ${flow.zones.map((zone) => html`<option key=${zone.code} value=${zone.code} selected=${value('zone') === zone.code}>${zone.code === zone.name ? zone.code : zone.code + ' · ' + zone.name}</option>`)}
          <option value="" selected=${value('zone') === null}>${t('layout.no_zone')}</option></select><//>
        <${Field} id="kind" label=${t('layout.field.kind')} changed=${changed('kind')}><select id="kind" onChange=${(event) => set('kind', event.target.value)}>
          ${value('kind') === undefined && html`<option selected disabled>${t('layout.mixed')}</option>`}
          ${KINDS.map((kind) => html`<option key=${kind} value=${kind} selected=${value('kind') === kind}>${t('layout.kind.' + kind)}</option>`)}</select><//>
      </div>
      ${changed('kind') && html`<p class="warn"><${Icon} name="info" size=${18} /><span>${t('layout.kind_hint')}</span></p>`}
      <${Limits} prefix="bin" of=${value} onSet=${set} changed=${changed} />
      <${Mixing} prefix="bin" of=${value} onSet=${set} changed=${changed} />
      <${Choices} id="velocity" label=${t('layout.field.velocity')} value=${value('velocity')} changed=${changed('velocity')} choices=${[['', t('layout.any')], ['A', 'A'], ['B', 'B'], ['C', 'C']]} onSet=${(to) => set('velocity', to)} />
      <${Placing} flow=${flow} one=${one} value=${value} changed=${changed} set=${set} />
    </div>
    ${dirty ? html`<footer class="side-foot"><${Act} id="drop" label=${t('layout.drop')} onTap=${() => { flow.forgetDraft(); flow.shell.changed(); }} />
        <${Act} id="save" kind="primary" icon="check" busy=${flow.shell.busy} label=${t('layout.save', { n: count(bins.length) })} onTap=${() => flow.save()} /></footer>`
    : html`<footer class="side-foot side-foot-acts">
        <${Act} id="print" kind="strong" icon="printer" label=${t('layout.print')} onTap=${() => flow.labels.open()} />
        <${Act} id="rotate" icon="again" busy=${flow.shell.busy} sure=${flow.sure === 'rotate'} label=${flow.sure === 'rotate' ? t('layout.rotate_sure', { n: count(bins.length) }) : t('layout.rotate')} title=${t('layout.rotate_hint')} onTap=${() => flow.rotate()} />
        <${Act} id="remove" icon="cross" busy=${flow.shell.busy} sure=${flow.sure === 'remove'} label=${flow.sure === 'remove' ? t('layout.remove_sure', { n: count(bins.length) }) : t('layout.remove')} onTap=${() => flow.remove()} />
        ${flow.sure === 'rotate' && html`<p class="warn warn-stop" role="alert"><${Icon} name="warning" size=${18} /><span>${t('layout.rotate_warning')}</span></p>`}
      </footer>`}
  </section>`;
}

function Digits({ bins, one }) {
  if (one) return one.check_digits ? html`<p class="check"><span>${t('layout.field.digits')}</span><b id="check-digits">${one.check_digits}</b></p>` : html`<p class="check"><span>${t('layout.no_digits')}</span></p>`;
  const with_ = bins.filter((bin) => bin.check_digits).length;
  return html`<p class="check"><span>${t('layout.with_digits', { n: count(with_), all: count(bins.length) })}</span></p>`;
}

function Blocked({ flow, bins }) {
  const blocked = bins.filter((bin) => bin.blocked_reason !== null);
  const reason = shared(bins, 'blocked_reason');
  const block = (event) => {
    event.preventDefault();
    flow.save({ blocked_reason: event.target.elements.reason.value });
  };
  return html`<div class=${'block' + (blocked.length ? ' block-on' : '')}>
    ${blocked.length > 0 && html`<p><${Icon} name="warning" size=${18} /><span><b>${blocked.length === bins.length ? t('layout.blocked') : t('layout.some_blocked', { n: blocked.length })}</b>${reason ? html`<br />${reason}` : ''}</span></p>`}
    ${flow.blocking ? html`<form onSubmit=${block}><label for="reason">${t('layout.why')}</label><input id="reason" name="reason" maxlength="200" autocomplete="off" ref=${(input) => input && !input.dataset.seen && ((input.dataset.seen = '1'), input.focus())} />
        <div class="acts"><button type="submit" class="act primary" id="block-now" disabled=${flow.shell.busy}>${t('layout.block_now', { n: count(bins.length) })}</button>
        <${Act} label=${t('layout.cancel')} onTap=${() => { flow.blocking = false; flow.shell.changed(); }} /></div></form>`
    : html`<div class="acts">${blocked.length < bins.length && html`<${Act} id="block" label=${t('layout.block')} onTap=${() => { flow.blocking = true; flow.shell.changed(); }} />`}
        ${blocked.length > 0 && html`<${Act} id="unblock" kind="strong" icon="check" busy=${flow.shell.busy} label=${t('layout.unblock')} onTap=${() => flow.save({ blocked_reason: null })} />`}</div>`}
  </div>`;
}

/** The place of one bin, and what can be changed of the place of many. */
function Placing({ flow, one, value, changed, set }) {
  const floor = flow.plan.floor;
  const number = (name, least, most, unit) => html`<${Number_} id=${name} label=${t('layout.field.' + name)} unit=${unit} value=${value(name)} placeholder=${t('layout.mixed')} least=${least} most=${most} changed=${changed(name)} onSet=${(to) => set(name, to)} />`;
  return html`<details class="more" open=${flow.placing} onToggle=${(event) => { flow.placing = event.target.open; }}><summary>${t('layout.placing')}</summary>
    ${one && html`<${Field} id="code" label=${t('layout.field.code')} wide=${true} changed=${changed('code')}><input id="code" maxlength="60" spellcheck=${false} value=${value('code')} onInput=${(event) => set('code', event.target.value.trim())} /><//>`}
    <div class="fieldset fieldset-3">
      <${Number_} id="aisle" label=${t('layout.field.aisle')} value=${value('aisle') === undefined ? undefined : value('aisle') + 1} placeholder=${t('layout.mixed')} least=${1} most=${floor.aisles} changed=${changed('aisle')} onSet=${(to) => set('aisle', to - 1)} />
      ${number('y_mm', 0, floor.aisle_length_mm, 'mm')}${number('level', 0, 99)}${number('bay', 0, 9999)}${number('pick_order', 0, 10000000)}
      <${Choices} id="side" label=${t('layout.field.side')} value=${value('side')} changed=${changed('side')} choices=${[['L', t('layout.side.L')], ['R', t('layout.side.R')]]} onSet=${(to) => set('side', to)} />
    </div>
    ${flow.moves() && html`<p class="warn"><${Icon} name="info" size=${18} /><span>${t('layout.moves_hint')}</span></p>`}
    ${changed('code') && html`<p class="warn"><${Icon} name="info" size=${18} /><span>${t('layout.code_hint')}</span></p>`}
  </details>`;
}

// ---- nothing chosen

export function FloorPanel({ flow }) {
  const blocked = flow.bins.filter((bin) => bin.blocked_reason !== null);
  const bare = flow.bins.filter((bin) => !bin.check_digits);
  const find = (event) => { event.preventDefault(); const form = event.target.elements; flow.find(form.first.value.trim() + ' … ' + form.last.value.trim()); };
  const shortcut = (id, label, bins) => html`<button type="button" id=${id} class="shortcut" disabled=${!bins.length} onClick=${() => flow.choose(bins, 'only')}><span>${label}</span><b>${count(bins.length)}</b></button>`;
  return html`<section class="side" aria-label=${t('layout.overview')}>
    <header class="side-head"><h2>${t('layout.overview')}</h2><p>${t('layout.choose_hint')}</p></header>
    <div class="side-body">
      <form class="range" onSubmit=${find}><${Field} id="first" label=${t('layout.range_from')}><input id="first" name="first" required autocomplete="off" spellcheck=${false} /><//>
        <${Field} id="last" label=${t('layout.range_to')}><input id="last" name="last" required autocomplete="off" spellcheck=${false} /><//>
        <button type="submit" class="act" id="choose-range">${t('layout.choose')}</button></form>
      <div class="shortcuts">${shortcut('choose-all', t('layout.all_bins'), flow.visible())}${shortcut('choose-blocked', t('layout.blocked'), blocked)}${shortcut('choose-bare', t('layout.without_digits'), bare)}</div>
      <h3>${t('layout.zones')}</h3>
      <ul class="zones">${flow.zones.map((zone) => html`<${ZoneRow} key=${zone.code} flow=${flow} zone=${zone} />`)}</ul>
      <div class="acts"><${Act} id="new-totes" icon="tote" label=${t('paper.totes')} title=${t('paper.totes_hint')} onTap=${() => flow.labels.open('tote_label')} /></div>
      <${FloorForm} flow=${flow} />
    </div>
  </section>`;
}

function ZoneRow({ flow, zone }) {
  const bins = flow.bins.filter((bin) => bin.zone === zone.code);
  const named = (event) => event.target.value.trim() !== zone.name && flow.putZone({ code: zone.code, name: event.target.value.trim(), colour: null });
  return html`<li data-zone=${zone.code}><input type="color" class="swatch" value=${zone.colour} aria-label=${t('layout.rack.zone_colour')} onChange=${(event) => flow.putZone({ code: zone.code, name: null, colour: event.target.value })} />
    <b>${zone.code}</b><input class="zone-name" maxlength="100" aria-label=${t('layout.rack.zone_name')} value=${zone.name} onChange=${named} />
    ${bins.length ? html`<button type="button" class="link" onClick=${() => flow.choose(bins, 'only')}>${t('layout.bins', { n: count(bins.length) })}</button>`
    : html`<button type="button" class="plain-icon" aria-label=${t('layout.remove_zone', { zone: zone.code })} onClick=${() => flow.removeZone(zone.code)}><${Icon} name="cross" size=${16} /></button>`}</li>`;
}
