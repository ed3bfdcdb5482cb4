import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { ScanField } from '../core/scanner.js';
import { t } from '../core/texts.js';
import { Banner } from './banner.js';
import { Button } from './button.js';
import { Steps } from './steps.js';

/**
 * ok ●, slow ◐, offline ✕: shape, colour and a word.
 * @param {{ state: string, silent?: boolean }} props
 */
export function Lamp({ state, silent }) {
  /** @type {Record<string, string>} */
  const words = { ok: t('lamp.ok'), slow: t('lamp.slow'), offline: t('lamp.offline') };
  return html`<span class=${'lamp lamp-' + state} data-lamp=${state} role="status" title=${words[state]}>
    <i aria-hidden="true"></i><span class=${silent && state === 'ok' ? 'lamp-word unseen' : 'lamp-word'}>${words[state]}</span>
  </span>`;
}

/** @param {{ shell: any }} props */
function Top({ shell }) {
  const link = shell.link;
  const person = shell.session.person;
  const waiting = link ? link.kept : 0;
  const trouble = shell.cover ? 0 : shell.troubles();
  const safe = shell.outbox ? shell.outbox.safe : 'yes';
  return html`<header class="top">
    ${link ? html`<${Lamp} state=${link.lamp} silent=${true} />` : html`<span class="brand">${t('brand')}</span>`}
    <span class="top-name">${person ? person.name : ''}</span>
    ${waiting > 0 && html`<span class=${'chip ' + (safe === 'no' ? 'chip-trouble' : 'chip-queued')} id="unsent" data-count=${waiting} data-safe=${safe}><${Icon} name=${safe === 'no' ? 'warning' : 'clock'} size=${18} />
      ${t('link.unsent', { n: waiting })}</span>`}
    ${trouble > 0 && html`<button type="button" class="chip chip-trouble" id="troubles" onClick=${() => shell.openSheet('troubles')}>
      <${Icon} name="warning" size=${18} />${trouble}</button>`}
    <button type="button" class="top-menu" id="menu" aria-label=${t('menu.title')} onClick=${() => shell.openSheet('menu')}>
      <${Icon} name="menu" size=${28} /></button>
  </header>`;
}

/**
 * One screen: lamp, person and count on top; the body; what went wrong; the scan field; at most three
 * buttons. `view`: {screen, step, prompt, secret, scanless, head, progress: {done, total}, facts (what a voice says of
 * it), body, actions: [{id, label, icon, kind, onTap}]};
 * `keys` [{hotkey, onTap}] are those of buttons in the body.
 * The frame is drawn by every screen in the same place, so the scan field lives as long as the page.
 * @param {{ shell: any, view: import('../types').View, sheet: any, note?: any }} props
 */
export function Frame({ shell, view, sheet, note }) {
  return html`<div class=${'frame frame-' + shell.kind} data-screen=${view.screen} data-step=${view.step || ''}
    data-busy=${shell.busy ? 'yes' : 'no'}>
    <${Top} shell=${shell} />
    ${view.head || (view.progress ? html`<${Steps} ...${view.progress} />` : html`<div class="head-none"></div>`)}
    <main class="middle">${view.body}</main>
    <${Banner} banner=${shell.banner} onAck=${() => shell.acknowledge()} />
    ${!view.scanless && html`<${ScanField} onScan=${(/** @type {string} */ code) => shell.scan(code)} refuses=${() => shell.refuses()} label=${view.prompt} secret=${view.secret} typeLabel=${t('scan.by_hand')} camera=${shell.camera()} />`}
    <footer class=${'bottom bottom-' + view.actions.length}>
      ${view.actions.map((one) => html`<${Button} key=${one.id} ...${one} disabled=${one.disabled || (shell.busy && !one.always)} />`)}
    </footer>
    ${sheet}${note}
  </div>`;
}
