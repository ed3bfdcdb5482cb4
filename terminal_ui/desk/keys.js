// Which keys do what on a page of the desk.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';

const OF_LIST = [['/', 'filter'], ['j k ↓ ↑', 'walk'], ['Enter', 'open'], ['e', 'csv'], ['x', 'xlsx']];
const OF_ALL = [['g', 'find'], ['Esc', 'close'], ['?', 'keys']];

export function openKeys(office) {
  const own = office.here.keys || [];
  const rows = (office.here.list ? OF_LIST : []).concat(own, OF_ALL);
  office.openPanel({ id: 'keys', title: t('keys.title'), body: () => html`<dl class="office-keys">${rows.map(([keys, what]) => html`<div key=${what}><dt>${keys.split(' ').map((one) => html`<kbd key=${one}>${one}</kbd>`)}</dt><dd>${t('keys.' + what)}</dd></div>`)}</dl>` });
}
