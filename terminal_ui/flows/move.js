// Moving goods by hand: the bin they come from, item after item, and the bin or container where they go.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { ItemCard, Location, Quantity } from '../parts/goods.js';
import { Thumb } from '../parts/thumb.js';
import { Guided } from './guided.js';

offer('move', (shell) => new Guided(shell, {
  name: 'move',
  screens: { move_from: fromScreen, move_hand: handScreen, move_choose: chooseScreen },
}));

const take = (flow) => (code) => flow.send('move.scan', { code: code });

function fromScreen(flow) {
  return {
    body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name="move" size=${72} /></div>
      <h1>${t('move.scan_from')}</h1><p>${t('move.from_hint')}</p></div>`,
    scan: take(flow),
  };
}

function handScreen(flow, data) {
  const nothing = !data.container && !data.lines.length;
  return {
    step: nothing ? 'item' : 'target',
    prompt: nothing ? t('move.scan_item') : t('move.scan_target'),
    head: null,
    body: html`<div class="line in-hand">
      ${data.bin && html`<${Location} key="from" bin=${data.bin} done=${true} sideText="" />`}
      <h1 class="do"><${Icon} name=${nothing ? 'item' : 'move'} size=${30} />${nothing ? t('move.scan_item') : t('move.scan_target')}</h1>
      ${data.container ? wholeContainer(data) : lines(data.lines)}
    </div>`,
    actions: handActions(flow, data),
    scan: take(flow),
  };
}

function handActions(flow, data) {
  const last = data.lines[data.lines.length - 1];
  const ask = () => flow.askNumber({
    title: t('move.how_many'), hint: t('move.free', { n: last.free }), value: last.qty, onOk: (qty) => flow.send('move.quantity', { qty: qty }),
  });
  return [
    flow.home(),
    { id: 'drop', label: t('move.drop'), icon: 'erase', onTap: () => flow.send('move.drop') },
    { id: 'qty', label: t('move.quantity'), icon: 'many', disabled: !last || last.serials > 0, onTap: ask },
  ];
}

function wholeContainer(data) {
  return html`<div class="line-next"><div class="item item-small"><div class="item-picture"><${Icon} name="tote" size=${40} /></div>
    <div class="item-words"><div class="item-name" id="container">${data.container.code}</div>
      <div class="item-code">${data.container.inside ? t('move.with_inside', { n: data.container.inside }) : t('move.whole')}</div></div></div>
    <${Quantity} qty=${data.pieces} /></div>`;
}

/** What is in hand, what was scanned last first. */
function lines(all) {
  if (!all.length) return html`<p class="sub">${t('move.item_hint')}</p>`;
  const [last, ...others] = all.slice().reverse();
  return html`<div class="line-next"><${ItemCard} sku=${last.sku} size="small"><div class="item-code">${about(last)}</div><//>
      <${Quantity} qty=${last.qty} /></div>
    <p class="sub">${t('move.or_more')}</p>
    <ul class="list list-scroll" tabindex="0">${others.map((one) => html`<li key=${one.balance_id} class="list-row"><${Thumb} sku=${one.sku} />
      <span>${one.sku.name}<small>${one.sku.code} ${about(one)}</small></span><em class="number">${one.qty}</em></li>`)}</ul>`;
}

/** Lot, condition and container of a place, as far as it has them. */
export function about(place) {
  const words = [];
  if (place.lot) words.push(t('move.lot', { lot: place.lot }));
  if (place.expires_on) words.push(t('move.expires', { day: place.expires_on }));
  if (place.condition !== 'good') words.push(t('move.condition.' + place.condition));
  if (place.container) words.push(place.container);
  return words.join(' · ');
}

function chooseScreen(flow, data) {
  return {
    body: html`<div class="line">
      <h1 class="do"><${Icon} name="many" size=${30} />${t('move.choose')}</h1>
      <${ItemCard} sku=${data.choices[0].sku} size="small" />
      <div class="choices list-scroll">${data.choices.map((one) => html`<button type="button" key=${one.balance_id} class="button plain"
        id=${'place-' + one.balance_id} onClick=${() => flow.send('move.choose', { balance_id: one.balance_id })}>
        <span>${about(one) || t('move.no_lot')} · ${t('move.free', { n: one.free })}</span></button>`)}</div>
    </div>`,
    actions: [flow.home(), { id: 'drop', label: t('move.drop'), icon: 'erase', onTap: () => flow.send('move.drop') }],
    scan: take(flow),
  };
}
