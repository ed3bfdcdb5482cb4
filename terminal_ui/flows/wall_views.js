// What a sorter sees: the wall with its slots, and the one slot that is meant.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { ItemCard } from '../parts/goods.js';

const HUES = 8;
const MARK = { ready: 'check', short: 'short', stopped: 'warning', aside: 'back' };

/** The colour of a slot, the same as on its label: they repeat after eight. */
export const hue = (nr) => (nr === 0 ? 'aside' : (nr - 1) % HUES);

const undoButton = (flow) => ({ id: 'undo', label: t('wall.undo'), icon: 'again', onTap: () => flow.send('wall.undo') });

/** All slots at once. Numbers, words and marks say what the colours say. */
function Slots({ flow, chosen }) {
  return html`<ul class="wall-slots" id="slots">${flow.data.slots.map((slot) => html`<li key=${slot.nr + slot.state}>
    <button type="button" class=${'wall-slot wall-' + slot.state + (chosen === slot.nr ? ' wall-chosen' : '')} data-slot=${slot.nr} data-state=${slot.state}
      title=${t('wall.slot', { n: slot.nr })} onClick=${() => flow.tap(slot)}>
      <i class="hue hue-${hue(slot.nr)}"></i><b>${slot.nr}</b>
      <span>${MARK[slot.state] && html`<${Icon} name=${MARK[slot.state]} size=${20} />`}${slot.state === 'filling' || slot.state === 'short' ? slot.put + '/' + slot.wanted : slot.state === 'aside' ? slot.put : ''}</span>
      <small>${t('wall.state.' + slot.state)}</small><small class="wall-no">${slot.order || ''}</small></button></li>`)}</ul>`;
}

/** How far the orders are that the wall gathers now: pieces in their slots, of all that are wanted; null before any. */
function sorted(data) {
  const orders = data.slots.filter((slot) => slot.wanted);
  const sum = (name) => orders.reduce((total, slot) => total + slot[name], 0);
  return orders.length ? { done: sum('put'), total: sum('wanted') } : null;
}

function Head({ data }) {
  const count = (state) => data.slots.filter((slot) => slot.state === state).length;
  return html`<div class="wall-head"><b id="wall">${data.wall.name}</b>
    ${data.tote && html`<span><${Icon} name="tote" size=${20} /><em id="tote" data-left=${data.tote.left}>${data.tote.code}</em> ${t('wall.left', { n: data.tote.left })}</span>`}
    <span class="wall-ready" id="ready" data-count=${count('ready')}><${Icon} name="check" size=${20} />${t('wall.ready', { n: count('ready') })}</span>
    <span>${t('wall.free', { n: count('free') })}</span></div>`;
}

export function chooseScreen(flow, data) {
  return {
    step: 'wall',
    scan: (code) => flow.send('wall.stand', { code: code }),
    body: html`<div class="choices" id="walls">${data.walls.length === 0 && html`<p class="empty">${t('wall.none')}</p>`}
      ${data.walls.map((wall) => html`<${Button} key=${wall.id} id=${'wall-' + wall.code} icon="many" label=${wall.name + ' · ' + wall.slots}
        onTap=${() => flow.send('wall.stand', { code: wall.code })} />`)}</div>`,
    actions: [flow.home()],
  };
}

export function toteScreen(flow, data) {
  return {
    step: 'tote',
    scan: (code) => flow.send('wall.tote', { code: code }),
    body: html`<div class="wall"><${Head} data=${data} />
      <p class="wall-waiting" id="waiting" data-count=${data.waiting.length}>${data.waiting.length ? t('wall.waiting', { totes: data.waiting.map((one) => one.code).join(', ') }) : t('wall.no_totes')}</p>
      <${Slots} flow=${flow} /></div>`,
    actions: [flow.home(), undoButton(flow), { id: 'leave', label: t('wall.leave'), icon: 'out', onTap: () => flow.send('wall.leave') }],
  };
}

export function itemScreen(flow, data) {
  return {
    step: 'item',
    progress: sorted(data),
    prompt: flow.times > 1 ? t('station.scan_items_times', { n: flow.times }) : t('wall.scan_item'),
    scan: (code) => flow.item(code),
    body: html`<div class="wall"><${Head} data=${data} /><${Slots} flow=${flow} /></div>`,
    actions: [flow.home(), undoButton(flow), { id: 'empty', label: t('wall.empty'), icon: 'tote', onTap: () => flow.askEmpty() }],
  };
}

export function putScreen(flow, data) {
  const put = data.put;
  return {
    step: put.why ? 'aside' : 'slot',
    progress: sorted(data),
    prompt: put.why ? t('wall.scan_aside') : t('wall.scan_slot', { n: put.slot }),
    scan: (code) => flow.put(code),
    body: html`<div class="wall wall-putting">
      <div class="wall-now">
        <button type="button" class="wall-big hue-${hue(put.slot)}" id="slot" data-slot=${put.slot} data-why=${put.why || ''} onClick=${() => flow.tap({ code: put.code })}>
          <span>${put.why ? t('wall.aside') : t('wall.into')}</span><b>${put.slot}</b><em>${put.qty > 1 ? '× ' + put.qty : put.code}</em></button>
        <${ItemCard} sku=${put.sku} size="small"><div class="wall-order" id="order">${put.why ? t('wall.why.' + put.why, { order: put.order || '' }) : put.order}</div><//>
      </div>
      <${Slots} flow=${flow} chosen=${put.slot} /></div>`,
    actions: [{ id: 'drop', label: t('wall.drop'), icon: 'back', onTap: () => flow.send('wall.drop') }],
  };
}
