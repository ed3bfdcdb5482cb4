// Rules of the audit in words: what each condition and action needs, how it is said, and the rules that most shops have.
import { t } from '../core/texts.js';
import { say } from './format.js';

// What is filled in for each: `shops`, `platforms`, `kinds` and `payments` are chosen, `words` typed, `range` two ends.
export const CONDITIONS = {
  remark: ['words', 'of'], total: ['range'], payment: ['payments'], place: ['words'], shop: ['shops'], platform: ['platforms'], kind: ['kinds'],
  sku: ['words', 'least'], pieces: ['range'], lines: ['range'], weight: ['range'], blacklist: [], first_order: [], buyer_orders: ['least', 'hours'], under_floor: [],
};
export const ACTIONS = { hold: ['text'], review: ['text'], gift: ['gift'], carrier: ['carrier'], urgent: [], tag: ['text'], note: ['text'], skip: [] };
const CHOSEN = { kind: 'waves_kind', payment: 'audit_pay', platform: 'shops_platform' };
const POSSIBLE = ['names', 'least', 'most', 'hours', 'of'];
const GIVEN = ['text', 'sku', 'qty', 'per', 'each', 'limit', 'carrier'];

/** Words as they are typed, each once: split at commas and lines, also Chinese ones. */
export function wordsOf(typed) {
  return Array.from(new Set(typed.split(/[,，、;；\n]+/).map((one) => one.trim()).filter(Boolean)));
}

/** What the server is told of a condition: what is filled in, and nothing that means nothing here. */
export function conditionBody(one) {
  const wants = CONDITIONS[one.what];
  const takes = { names: wants.some((want) => ['words', 'shops', 'platforms', 'kinds', 'payments'].indexOf(want) >= 0), least: wants.indexOf('range') >= 0 || wants.indexOf('least') >= 0, most: wants.indexOf('range') >= 0, hours: wants.indexOf('hours') >= 0, of: wants.indexOf('of') >= 0 };
  const body = { what: one.what };
  POSSIBLE.filter((name) => takes[name] && filled(one[name])).forEach((name) => { body[name] = one[name]; });
  return one.not ? Object.assign(body, { not: true }) : body;
}

/** What the server is told of an action. */
export function actionBody(one) {
  const wants = ACTIONS[one.what];
  const gift = one.per && one.per !== 'order' ? ['sku', 'qty', 'per', 'each', 'limit'] : ['sku', 'qty', 'limit'];
  const takes = wants.indexOf('gift') >= 0 ? gift : wants;
  const body = { what: one.what };
  GIVEN.filter((name) => takes.indexOf(name) >= 0 && filled(one[name])).forEach((name) => { body[name] = one[name]; });
  return body;
}

function filled(value) {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && !value.length);
}

/** A condition as a part of a sentence. */
export function conditionWords(one) {
  const names = (one.names || []).map((name) => (CHOSEN[one.what] ? say(CHOSEN[one.what], name) : name)).join(t('audit.or'));
  const about = { names: names, least: one.least, most: one.most, hours: one.hours };
  const form = one.what === 'remark' && !names ? 'any_remark' : one.what === 'remark' ? 'remark_' + (one.of || 'either') : one.what === 'sku' && Number(one.least) > 1 ? 'sku_many' : one.what;
  const said = CONDITIONS[one.what].indexOf('range') >= 0 ? say('audit_says', one.what, { n: rangeWords(one) }) : say('audit_says', form, about);
  return one.not ? t('audit.not', { said: said }) : said;
}

function rangeWords(one) {
  if (!filled(one.most)) return t('audit.from', { least: one.least });
  return filled(one.least) ? t('audit.between', { least: one.least, most: one.most }) : t('audit.up_to', { most: one.most });
}

/** An action as a part of a sentence. */
export function actionWords(one) {
  if (one.what !== 'gift') return say('audit_does', one.what, { text: one.text || '', carrier: one.carrier || '' });
  const said = say('audit_does', one.per && one.per !== 'order' ? 'gift_' + one.per : 'gift', { sku: one.sku, qty: one.qty, each: one.each });
  return filled(one.limit) ? t('audit.limited', { said: said, n: one.limit }) : said;
}

/** A whole rule in one sentence of two parts. */
export function ruleWords(rule) {
  const when = rule.conditions.map(conditionWords).join(t('audit.and'));
  return { when: when || t('audit.always'), then: rule.actions.map(actionWords).join(t('audit.and')) };
}

/** Rules that most shops have, in the language of who adds them; each opens as a draft. */
export function presets() {
  const rule = (name, conditions, actions) => ({ preset: name, name: say('audit_preset', name), conditions: conditions, actions: actions });
  return [
    rule('urgent', [{ what: 'remark', names: wordsOf(t('audit.words_urgent')), of: 'either' }], [{ what: 'urgent' }]),
    rule('asked', [{ what: 'remark', names: wordsOf(t('audit.words_asked')), of: 'either' }], [{ what: 'hold', text: t('audit.why_asked') }]),
    rule('large', [{ what: 'total', least: '1000' }], [{ what: 'review', text: t('audit.why_large') }]),
    rule('blacklist', [{ what: 'blacklist' }], [{ what: 'hold', text: t('audit.why_blacklist') }]),
    rule('floor', [{ what: 'under_floor' }], [{ what: 'review', text: t('audit.why_floor') }]),
    rule('risk', [{ what: 'buyer_orders', least: '5', hours: 1 }], [{ what: 'hold', text: t('audit.why_risk') }]),
    rule('far', [{ what: 'place', names: ['新疆', '西藏'] }], [{ what: 'carrier', carrier: '' }, { what: 'tag', text: t('audit.tag_far') }]),
    rule('gift', [{ what: 'total', least: '199' }], [{ what: 'gift', sku: '', qty: 1, per: 'order' }]),
    rule('live', [{ what: 'kind', names: ['live'] }], [{ what: 'urgent' }]),
    rule('first', [{ what: 'first_order' }], [{ what: 'note', text: t('audit.note_first') }]),
  ];
}
