// All receipts: what comes, how far it is, who works on it, what is not as announced.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { count, say } from './format.js';
import { Progress, STATUS, differences } from './inbound_parts.js';
import { List } from './list.js';
import { Tag } from './office_parts.js';
import { When } from './stock_cells.js';

const STATUSES = ['', 'expected receiving', 'expected', 'receiving', 'received', 'closed', 'cancelled'];
const KINDS = ['', 'asn', 'purchase', 'transfer', 'return', 'production'];
const LATE = 'expected';

export class ReceiptList extends List {
  constructor(page) {
    const choice = (name, choices, words) => ({ name: name, label: t('inbound.' + name), choices: choices.map((one) => [one, say(words, one.replace(' ', '_') || 'any')]) });
    super(page.office, {
      id: 'receipts', at: '#/list', path: '/api/v1/receipts', icon: 'truck', usual: { sort: 'id', down: 'true' }, keyOf: (one) => one.number,
      label: () => t('office.nav.inbound'), none: () => t('inbound.none'), open: (one) => page.office.go(address(one.number)), marked: late, columns: columns, tools: () => page.tools(),
      filters: () => [{ kind: 'words', name: 'q', label: t('inbound.narrow') }, choice('status', STATUSES, 'inbound_status'), choice('kind', KINDS, 'inbound_kind')],
    });
  }

  enter(route) {
    return super.enter(route.query);
  }
}

/** Where one receipt stands in this page's address. */
export function address(number, tab) {
  return '#/receipt/' + encodeURIComponent(number) + (tab ? '/' + tab : '');
}

/** Whether a receipt should have come already. */
export function late(one) {
  return one.status === LATE && one.expected_at !== null && Date.parse(one.expected_at) < Date.now();
}

function columns() {
  return [
    { key: 'number', label: t('inbound.receipt'), sort: true, render: (one) => html`<span class="office-two"><a class="office-code" href=${address(one.number)}>${one.number}</a><small>${say('inbound_kind', one.kind)}${one.blind ? ' · ' + t('inbound.blind') : ''}</small></span>` },
    { key: 'supplier', label: t('inbound.supplier'), sort: true, render: (one) => html`<span class="office-two"><span>${one.supplier || html`<span class="soft">–</span>`}</span>${one.note && html`<small title=${one.note}>${one.note}</small>`}</span>` },
    { key: 'expected_at', label: t('inbound.expected_at'), sort: true, render: (one) => (one.expected_at ? html`<span class=${'nowrap' + (late(one) ? ' stock-minus' : '')}><${When} at=${one.expected_at} /></span>` : html`<span class="soft">–</span>`) },
    { key: 'status', label: t('counts.status'), render: (one) => html`<${Tag} kind=${STATUS[one.status]}>${say('inbound_status', one.status)}<//>` },
    { key: 'progress', label: t('inbound.progress'), width: '22%', render: (one) => html`<${Progress} of=${one} />` },
    { key: 'lines', label: t('inbound.lines'), number: true, render: (one) => html`<span class="nowrap">${count(one.lines_done)} / ${count(one.lines)}</span>` },
    { key: 'differences', label: t('inbound.differences'), render: (one) => html`<span class="inbound-tags">${differences(one).map(([kind, n, tone]) => html`<${Tag} key=${kind} kind=${tone}>${say('inbound_differs', kind, { n: count(n) })}<//>`)}</span>` },
    { key: 'people', label: t('inbound.people'), number: true, render: (one) => (one.people ? html`<${Tag} kind="act">${count(one.people)}<//>` : html`<span class="soft">–</span>`) },
  ];
}
