// What people on the floor have reported, and who has seen to it.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { say } from './format.js';
import { List } from './list.js';
import { Tabs, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { usePicture } from '../parts/picture.js';
import { Ago, When } from './stock_cells.js';

const ABOUT = ['bin', 'goods', 'cart', 'container', 'thing', 'place', 'shipment', 'order', 'program'];

export class ProblemsPage {
  constructor(office) {
    this.office = office;
    const any = () => ['', t('stock.any')];
    this.list = new List(office, {
      id: 'problems', at: '#/list', path: '/api/v1/problems', icon: 'check', usual: { sort: 'id', down: 'true', status: 'open' },
      label: () => t('office.nav.problems'), none: () => t('problems.none'), open: (one) => this.open(one),
      filters: () => [
        { kind: 'words', name: 'q', label: t('stock.narrow'), hint: t('problems.narrow_hint') },
        { name: 'status', label: t('counts.status'), usual: 'open', choices: ['open', 'cleared', 'all'].map((one) => [one, say('problems_status', one)]), asked: (one) => (one === 'all' ? '' : one) },
        { name: 'about', label: t('problems.about'), choices: [any()].concat(ABOUT.map((one) => [one, say('problems_about', one)])) },
      ],
      columns: () => [
        { key: 'at', label: t('problems.at'), render: (one) => html`<span class="nowrap"><${Ago} at=${one.at} /></span>` },
        { key: 'code', label: t('problems.code'), render: (one) => html`<span class="office-two"><b class="office-code">${one.code || say('problems_about', one.about)}</b><small>${one.label}</small></span>` },
        { key: 'reason', label: t('problems.reason'), render: (one) => html`<${Tag} kind=${one.status === 'open' ? 'bad' : ''}>${say('problem.reason', one.reason)}<//>` },
        { key: 'note', label: t('problems.note'), render: (one) => html`<span class="office-two"><span>${one.note}</span>${one.photos.length > 0 && html`<small>${t('problem.photos', { n: one.photos.length })}</small>`}</span>` },
        { key: 'person', label: t('stock.person'), render: (one) => one.person || '' },
        { key: 'status', label: t('counts.status'), render: (one) => html`<span class="office-two"><${Tag} kind=${one.status === 'open' ? 'warn' : 'good'}>${say('problems_status', one.status)}<//>${one.cleared_by && html`<small>${one.cleared_by}</small>`}</span>` },
        { key: 'act', label: '', render: (one) => one.status === 'open' && office.may(['supervisor']) && html`<${Act} id=${'clear-' + one.id} icon="check" label=${t('problems.clear')} busy=${office.working['problem' + one.id]} onTap=${() => this.clear(one)} />` },
      ],
    });
  }

  routed(route) {
    return this.list.enter(route.query);
  }

  async clear(one) {
    const envelope = await this.office.act('problem' + one.id, () => this.office.http.send('problem.clear', { problem_id: one.id }));
    if (!envelope.ok) return;
    this.office.drawer = null;
    this.list.load();
  }

  open(one) {
    const office = this.office;
    office.openDrawer({ id: 'problem', wide: true, title: one.code || say('problems_about', one.about), body: () => html`<p class="order-state"><${Tag} kind="bad">${say('problem.reason', one.reason)}<//><span>${one.label}</span></p>
      ${one.note && html`<p>${one.note}</p>`}<p class="soft">${one.person} · <${When} at=${one.at} /></p>
      ${one.status === 'open' && office.may(['supervisor']) && html`<div class="acts"><${Act} id="clear-one" kind="primary" icon="check" label=${t('problems.clear')} busy=${office.working['problem' + one.id]} onTap=${() => this.clear(one)} /></div>`}
      ${office.may(['supervisor']) && one.photos.map((file) => html`<${Photo} key=${file} file=${file} office=${office} />`)}` });
  }

  body() {
    return html`<div class="stock"><div class="stock-bar"><${Tabs} label=${t('office.pages')} value="list" choices=${[['list', t('office.nav.problems'), '#/list']]} />${this.list.tools()}</div>${this.list.body()}</div>`;
  }
}

function Photo({ file, office }) {
  const source = usePicture('/api/v1/problem-photos/' + encodeURIComponent(file), office.shell.session.token);
  return source && html`<img class="problems-photo" src=${source} alt=${file} />`;
}
