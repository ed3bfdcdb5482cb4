// How the frame of desk pages is drawn: bar, page, and what lies on top.
import { html, useEffect, useRef } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { locale, t } from '../core/texts.js';
import { menuSheet } from '../parts/menu.js';
import { deskLook } from './look.js';
import { FinderBox } from './finder.js';
import { Nav } from './nav.js';

export function OfficeFrame({ office }) {
  useEffect(() => {
    const listen = (event) => office.key(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [office]);
  useEffect(() => office.spoke(), [locale()]);
  const busy = Object.keys(office.working).length > 0;
  return html`<div class="desk office" data-screen=${office.name} data-busy=${busy ? 'yes' : 'no'}>
    <${Bar} office=${office} />
    <main class="office-main">${office.open ? office.here.body() : html`<${NotForYou} />`}</main>
    ${office.drawer && html`<${Drawer} office=${office} drawer=${office.drawer} />`}
    ${office.panel && html`<${Panel} office=${office} panel=${office.panel} />`}
    ${office.shell.sheet === 'menu' && html`<div class="desk-menu" onClick=${(event) => event.target.className === 'sheet-back' && office.close()}>${menuSheet(office.shell, deskLook(office.shell))}</div>`}
    <${Toasts} office=${office} />
  </div>`;
}

function Bar({ office }) {
  const shell = office.shell;
  return html`<header class="desk-top office-top">
    <b class="office-house" title=${office.house}>${office.house}</b>
    <${Nav} person=${office.person} here=${office.name} />
    <${FinderBox} finder=${office.finder} />
    <button type="button" class="desk-person" id="menu" aria-haspopup="dialog" onClick=${() => shell.openSheet('menu')}>
      <span>${office.person ? office.person.name : ''}</span><${Icon} name="menu" size=${20} /></button>
  </header>`;
}

function NotForYou() {
  return html`<div class="office-state"><${Icon} name="warning" size=${48} /><p role="alert">${t('office.not_for_you')}</p></div>`;
}

function Drawer({ office, drawer }) {
  const place = useRef(null);
  useEffect(() => place.current.focus(), [drawer]);
  return html`<aside class=${'drawer' + (drawer.wide ? ' drawer-wide' : '')} role="dialog" aria-label=${drawer.title} data-drawer=${drawer.id || ''}>
    <div class="panel-head"><h2 tabindex="-1" ref=${place}>${drawer.title}</h2><${Close} office=${office} /></div>
    <div class="drawer-body">${drawer.body()}</div>
  </aside>`;
}

function Panel({ office, panel }) {
  const place = useRef(null);
  useEffect(() => {
    const field = place.current.querySelector('[autofocus], input, select, textarea, .primary');
    if (field) field.focus();
  }, [panel]);
  return html`<div class="over" onClick=${(event) => event.target.className === 'over' && office.close()}>
    <section class="panel office-panel" role="dialog" aria-modal="true" aria-label=${panel.title} data-panel=${panel.id || ''} ref=${place}>
      <div class="panel-head"><h2>${panel.title}</h2><${Close} office=${office} /></div>
      <div class="office-panel-body">${panel.body()}</div>
      ${panel.foot && html`<div class="panel-foot">${panel.foot()}</div>`}
    </section></div>`;
}

function Close({ office }) {
  return html`<button type="button" class="plain-icon" aria-label=${t('board.close')} onClick=${() => office.close()}><${Icon} name="cross" size=${20} /></button>`;
}

/** What was done, with the way back; what the shell itself has to say stands among them. */
function Toasts({ office }) {
  const shell = office.shell;
  const own = shell.banner && { id: 'shell', kind: shell.banner.kind, code: shell.banner.code, text: shell.banner.text };
  const all = own ? office.toasts.concat(own) : office.toasts;
  return html`<div class="toast-place office-toasts" aria-live="polite">
    ${all.map((one) => html`<${Toast} key=${one.id} toast=${one} office=${office} onClose=${() => (one === own ? shell.acknowledge() : office.dismiss(one.id))} />`)}
  </div>`;
}

function Toast({ toast, office, onClose }) {
  const good = toast.kind === 'ok' || toast.kind === 'info';
  return html`<div class=${'toast banner-' + toast.kind} data-kind=${toast.kind} data-code=${toast.code} role=${good ? 'status' : 'alert'}>
    <${Icon} name=${good ? 'check' : 'warning'} size=${22} /><p>${toast.text}</p>
    ${toast.undo && html`<button type="button" class="toast-undo" onClick=${() => office.undo(toast)}>${toast.undo.label || t('office.undo')}</button>`}
    <button type="button" class="toast-close" aria-label=${t('board.close')} onClick=${onClose}><${Icon} name="cross" size=${16} /></button>
  </div>`;
}
