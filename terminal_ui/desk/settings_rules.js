// One rule by which carriers are chosen, and one monthly quota, in a panel.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { Field } from './office_parts.js';
import { Act } from './parts.js';
import { HANDLING, loadChoice } from './settings_choice.js';
import { placesOf, placesText } from './settings_terms.js';
import { Many, One } from './wave_fields.js';

const KINDS = ['normal', 'live', 'presale', 'gift', 'urgent'];
const WAYS = ['cheapest', 'fastest', 'preferred', 'never'];

/** The conditions of a rule in words; none for one that always holds. */
export function whenWords(asks) {
  return [
    asks.shops && asks.shops.join(', '), asks.places && placesText(asks.places), asks.kinds && asks.kinds.map((one) => say('waves_kind', one)).join(', '),
    asks.handling && asks.handling.map((one) => say('waves_handling', one)).join(', '), asks.cod === true && t('choice.cod_yes'), asks.cod === false && t('choice.cod_no'),
    asks.min_g && t('choice.from_kg', { kg: asks.min_g / 1000 }), asks.max_g && t('choice.up_to', { kg: asks.max_g / 1000 }),
    Number(asks.min_value) && t('choice.from_value', { value: asks.min_value }), Number(asks.max_value) && t('choice.to_value', { value: asks.max_value }),
  ].filter(Boolean);
}

export async function keepRules(page, rules) {
  const envelope = await page.office.act('rules', () => page.office.http.change('PUT', '/api/v1/carrier-choice/rules', { rules: rules.map(({ name, active, way, carriers, conditions }) => ({ name, active, way, carriers, conditions })) }));
  if (!envelope.ok) return;
  page.office.close();
  loadChoice(page);
}

function foot(page, key, keep, drop) {
  return html`${drop && html`<${Act} id=${key + '-drop'} icon="erase" label=${drop[0]} onTap=${drop[1]} />`}<${Act} label=${t('office.cancel')} onTap=${() => page.office.close()} /><${Act} id=${key + '-keep'} kind="primary" icon="check" label=${t('waves.keep')} busy=${Boolean(page.office.working[key + 's'])} onTap=${keep} />`;
}

export function askRule(page, data, at) {
  const office = page.office;
  const one = data.rules[at];
  const asks = one ? one.conditions : {};
  const state = {
    name: one ? one.name : '', active: one ? one.active : true, way: one ? one.way : 'cheapest', carriers: one ? one.carriers : [], shops: asks.shops || [], places: placesText(asks.places || []), kinds: asks.kinds || [],
    handling: asks.handling || [], cod: asks.cod === undefined ? null : asks.cod, min_kg: asks.min_g ? asks.min_g / 1000 : '', max_kg: asks.max_g ? asks.max_g / 1000 : '', min_value: Number(asks.min_value) ? asks.min_value : '', max_value: Number(asks.max_value) ? asks.max_value : '',
  };
  const set = (name) => (value) => { state[name] = value; office.changed(); };
  const typed = (name) => (event) => set(name)(event.target.value);
  const keep = (event) => {
    if (event) event.preventDefault();
    if (!state.name.trim()) return undefined;
    const conditions = { shops: state.shops, places: placesOf(state.places), kinds: state.kinds, handling: state.handling, cod: state.cod };
    if (Number(state.min_kg)) conditions.min_g = Math.round(Number(state.min_kg) * 1000);
    if (Number(state.max_kg)) conditions.max_g = Math.round(Number(state.max_kg) * 1000);
    if (Number(state.min_value)) conditions.min_value = String(state.min_value);
    if (Number(state.max_value)) conditions.max_value = String(state.max_value);
    const rules = data.rules.slice();
    rules[at] = { name: state.name.trim(), active: state.active, way: state.way, carriers: state.carriers, conditions: conditions };
    return keepRules(page, rules);
  };
  const many = (id, label, choices) => choices.length > 0 && html`<${Many} id=${'rule-' + id} label=${label} value=${state[id]} choices=${choices} onChoose=${set(id)} />`;
  const field = (id, label) => html`<${Field} label=${label}><input id=${'rule-' + id} inputmode="decimal" autocomplete="off" value=${state[id]} onInput=${typed(id)} /><//>`;
  const drop = one && [t('choice.drop_rule'), () => keepRules(page, data.rules.filter((_, nr) => nr !== at))];
  office.openPanel({
    id: 'rule', title: one ? one.name : t('choice.new_rule'), foot: () => foot(page, 'rule', keep, drop),
    body: () => html`<form class="office-form settings" onSubmit=${keep}>
      <${Field} label=${t('choice.rule_name')}><input id="rule-name" maxlength="80" autocomplete="off" value=${state.name} onInput=${typed('name')} /><//>
      <${One} id="rule-way" label=${t('choice.then')} value=${state.way} choices=${WAYS.map((way) => [way, say('choice_way', way)])} onChoose=${set('way')} />
      ${many('carriers', t('choice.among'), data.terms.map((each) => [each.carrier, each.name]))}
      <h3>${t('choice.when')}</h3>${many('shops', t('choice.shops'), (page.shops || []).map((each) => [each.code, each.name]))}
      <${Field} label=${t('choice.to')} hint=${t('choice.places_hint')}><textarea id="rule-places" rows="2" value=${state.places} onInput=${typed('places')}></textarea><//>
      ${many('kinds', t('choice.kinds'), KINDS.map((each) => [each, say('waves_kind', each)]))}${many('handling', t('choice.handling'), HANDLING.map((each) => [each, say('waves_handling', each)]))}
      <${One} id="rule-cod" label=${t('choice.cod')} value=${state.cod} choices=${[[null, t('choice.any')], [true, t('choice.yes')], [false, t('choice.no')]]} onChoose=${set('cod')} />
      <div class="office-form-pair">${field('min_kg', t('choice.min_kg'))}${field('max_kg', t('choice.max_kg'))}</div><div class="office-form-pair">${field('min_value', t('choice.min_value'))}${field('max_value', t('choice.max_value'))}</div>
      <${One} id="rule-active" label=${t('carriers.used')} value=${state.active} choices=${[[true, t('carriers.on')], [false, t('carriers.off')]]} onChoose=${set('active')} /></form>`,
  });
}

export function askQuota(page, data, at) {
  const office = page.office;
  const one = data.quotas[at];
  const state = one ? { carrier: one.carrier, shop: one.shop || '', most: one.most } : { carrier: data.terms.length ? data.terms[0].carrier : '', shop: '', most: '' };
  const typed = (name) => (event) => { state[name] = event.target.value; office.changed(); };
  const send = async (quotas) => {
    const envelope = await office.act('quotas', () => office.http.change('PUT', '/api/v1/carrier-choice/quotas', { quotas: quotas.map(({ carrier, shop, most }) => ({ carrier, shop: shop || null, most: Number(most) })) }));
    if (!envelope.ok) return;
    office.close();
    loadChoice(page);
  };
  const keep = (event) => {
    if (event) event.preventDefault();
    if (state.most === '' || !(Number(state.most) >= 0)) return undefined;
    const quotas = data.quotas.slice();
    quotas[at] = state;
    return send(quotas);
  };
  const drop = one && [t('choice.drop_quota'), () => send(data.quotas.filter((_, nr) => nr !== at))];
  office.openPanel({
    id: 'quota', title: one ? t('choice.quotas') : t('choice.new_quota'), foot: () => foot(page, 'quota', keep, drop),
    body: () => html`<form class="office-form" onSubmit=${keep}>
      <${Field} label=${t('carriers.carrier')}><select id="quota-carrier" value=${state.carrier} onChange=${typed('carrier')}>${data.terms.map((each) => html`<option key=${each.carrier} value=${each.carrier} selected=${each.carrier === state.carrier}>${each.name}</option>`)}</select><//>
      <${Field} label=${t('choice.shop')}><select id="quota-shop" value=${state.shop} onChange=${typed('shop')}><option value="" selected=${!state.shop}>${t('choice.all_shops')}</option>${(page.shops || []).map((each) => html`<option key=${each.code} value=${each.code} selected=${each.code === state.shop}>${each.name}</option>`)}</select><//>
      <${Field} label=${t('choice.most')}><input id="quota-most" inputmode="numeric" autocomplete="off" value=${state.most} onInput=${typed('most')} /><//></form>`,
  });
}
