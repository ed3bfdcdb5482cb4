// The whole desk: what is above, left, in the middle, right, and what lies on top.
import { html, useEffect } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Lamp } from '../parts/frame.js';
import { menuSheet } from '../parts/menu.js';
import { deskLook } from './look.js';
import { Drawer } from './drawer.js';
import { clock, count } from './format.js';
import { FloorPlan } from './map.js';
import { NavMenu } from './nav.js';
import { Spark, Live } from './parts.js';
import { People } from './people.js';
import { Pipeline } from './pipeline.js';
import { Stuck } from './stuck.js';
import { Waves } from './waves.js';

export function Desk({ board }) {
  useEffect(() => {
    const listen = (event) => board.key(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [board]);
  const data = board.data;
  return html`<div class=${'desk' + (board.live() ? '' : ' desk-old')} data-screen="board" data-at=${data ? data.at : ''}>
    <${Header} board=${board} />
    ${data ? html`<${Pipeline} board=${board} /><${Body} board=${board} />` : html`<${Empty} board=${board} />`}
    ${board.drawer && html`<${Drawer} board=${board} />`}
    ${board.panel && board.panel.page()}
    ${board.shell.sheet === 'menu' && html`<div class="desk-menu" onClick=${(event) => event.target.className === 'sheet-back' && board.close()}>${menuSheet(board.shell, deskLook(board.shell))}</div>`}
    <${Toast} shell=${board.shell} />
  </div>`;
}

function Body({ board }) {
  return html`<main class="desk-body">
    <${Waves} board=${board} />
    <section class="desk-middle">
      <${FloorPlan} board=${board} />
      <${People} board=${board} />
    </section>
    <${Stuck} board=${board} />
  </main>`;
}

function Empty({ board }) {
  const refused = board.refused;
  return html`<main class="desk-empty">
    ${refused ? html`<${Icon} name="warning" size=${56} /><p role="alert">${refused.text}</p>` : html`<span class="spinner" aria-hidden="true"></span><p>${t('board.loading')}</p>`}
  </main>`;
}

function Header({ board }) {
  const shell = board.shell;
  const data = board.data;
  const house = shell.session.current ? shell.session.current.warehouse : null;
  return html`<header class="desk-top">
    <div class="desk-place"><b>${house ? house.name : ''}</b><${Lively} board=${board} /></div>
    <${NavMenu} person=${shell.session.person} here="board" />
    ${data && html`<${Figures} board=${board} />`}
    <${Finder} board=${board} />
    <button type="button" class="desk-person" id="menu" aria-haspopup="dialog" onClick=${() => shell.openSheet('menu')}>
      <span>${shell.session.person ? shell.session.person.name : ''}</span><${Icon} name="menu" size=${20} /></button>
  </header>`;
}

/** The lamp, and since when the picture stands still if it does. */
function Lively({ board }) {
  const link = board.shell.link;
  if (!link) return '';
  const old = !board.live() && board.data;
  return html`<span class="desk-live"><${Lamp} state=${link.lamp} />${old && html`<em>${t('board.as_of', { at: clock(board.data.at, board.now()) })}</em>`}</span>`;
}

function Figures({ board }) {
  const data = board.data;
  const active = data.people.filter((one) => one.active).length;
  const idle = data.people.length - active;
  return html`<dl class="figures">
    <div class="figure"><dt>${t('board.figure.left')}</dt><dd id="lines-left"><${Live} value=${data.lines.left} /></dd></div>
    <div class="figure figure-wide"><dt>${t('board.figure.pace')}</dt><dd><${Live} value=${data.lines.per_hour} />
      <${Spark} values=${data.lines.history} label=${t('board.figure.history', { n: data.lines.last_hour })} /></dd></div>
    <div class="figure"><dt>${t('board.figure.people')}</dt><dd><${Live} value=${active} />${idle > 0 && html`<small>${t('board.figure.idle', { n: idle })}</small>`}</dd></div>
    <div class="figure figure-extra"><dt>${t('board.figure.carts')}</dt><dd><${Live} value=${data.carts.in_use} /><small>/ ${count(data.carts.total)}</small></dd></div>
    <${PrinterFigure} printers=${data.printers} />
  </dl>`;
}

function PrinterFigure({ printers }) {
  const bad = printers.not_ready.length;
  const names = printers.not_ready.map((one) => one.code + ': ' + t('printer.' + (one.reasons[0] || one.status))).join('\n');
  return html`<div class=${'figure figure-printers' + (bad ? ' figure-bad' : '')} title=${names}>
    <dt>${t('board.figure.printers')}</dt>
    <dd>${bad ? html`<${Icon} name="warning" size=${18} /><${Live} value=${bad} /><small>${t('board.figure.stopped')}</small>`
    : html`<${Icon} name="check" size=${18} /><${Live} value=${printers.total} /><small>${t('board.figure.ready')}</small>`}</dd></div>`;
}

function Finder({ board }) {
  const submit = (event) => {
    event.preventDefault();
    const code = event.target.elements.find.value.trim();
    if (code) board.find(code);
  };
  return html`<form class="finder" role="search" onSubmit=${submit}>
    <label class="unseen" for="find">${t('board.find')}</label>
    <input id="find" name="find" type="search" autocomplete="off" spellcheck=${false} placeholder=${t('board.find')} title=${t('board.find_hint')} />
  </form>`;
}

/** What the last action came to; read aloud, gone by itself unless it needs a person. */
export function Toast({ shell }) {
  const shown = shell.banner;
  const good = shown && (shown.kind === 'ok' || shown.kind === 'info' || shown.kind === 'done');
  return html`<div class="toast-place" aria-live=${good ? 'polite' : 'assertive'}>
    ${shown && html`<div class=${'toast banner-' + shown.kind} data-kind=${shown.kind} data-code=${shown.code}>
      <${Icon} name=${good ? 'check' : 'warning'} size=${22} /><p>${shown.text}</p>
      <button type="button" class="toast-close" aria-label=${t('board.close')} onClick=${() => shell.acknowledge()}><${Icon} name="cross" size=${16} /></button>
    </div>`}
  </div>`;
}
