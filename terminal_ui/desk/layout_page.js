// The page of the layout: tools above, the floor in the middle, what is chosen at the right.
import { html, useEffect } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { menuSheet } from '../parts/menu.js';
import { deskLook } from './look.js';
import { Toast } from './desk.js';
import { count } from './format.js';
import { LabelPanel } from './layout_labels.js';
import { LayoutMap } from './layout_map.js';
import { RackPanel } from './layout_rack.js';
import { FloorPanel, SelectionPanel } from './layout_side.js';
import { Nav } from './nav.js';

export function LayoutPage({ flow }) {
  const shell = flow.shell;
  useEffect(() => {
    const listen = (event) => flow.key(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [flow]);
  document.title = t('layout.title');
  const ready = flow.plan && !flow.refused;
  return html`<div class="desk layout" data-screen="layout" data-busy=${shell.busy ? 'yes' : 'no'} data-ready=${ready ? 'yes' : 'no'}>
    <${Header} flow=${flow} ready=${ready} />
    ${ready ? html`<${Figures} flow=${flow} /><${Tools} flow=${flow} /><main class="layout-body"><${LayoutMap} flow=${flow} /><${Side} flow=${flow} /></main>` : html`<${Waiting} flow=${flow} />`}
    ${flow.labels.shown && html`<${LabelPanel} desk=${flow.labels} />`}
    ${shell.sheet === 'menu' && html`<div class="desk-menu" onClick=${(event) => event.target.className === 'sheet-back' && shell.closeSheet()}>${menuSheet(shell, deskLook(shell))}</div>`}
    <${Toast} shell=${shell} />
  </div>`;
}

function Side({ flow }) {
  if (flow.rack) return html`<${RackPanel} flow=${flow} />`;
  return flow.chosen.size ? html`<${SelectionPanel} flow=${flow} />` : html`<${FloorPanel} flow=${flow} />`;
}

function Waiting({ flow }) {
  return html`<main class="desk-empty">${flow.refused ? html`<${Icon} name="warning" size=${56} /><p role="alert">${flow.refused.text}</p>` : html`<span class="spinner" aria-hidden="true"></span><p>${t('board.loading')}</p>`}</main>`;
}

function Header({ flow, ready }) {
  const shell = flow.shell;
  const house = shell.session.current ? shell.session.current.warehouse : null;
  return html`<header class="desk-top office-top"><b class="office-house" title=${house ? house.name : ''}>${house ? house.name : ''}</b>
    <${Nav} person=${shell.session.person} here="layout" />
    ${ready && html`<${Finder} flow=${flow} />`}
    <button type="button" class="desk-person" id="menu" aria-haspopup="dialog" onClick=${() => shell.openSheet('menu')}>
      <span>${shell.session.person ? shell.session.person.name : ''}</span><${Icon} name="menu" size=${20} /></button>
  </header>`;
}

/** How large the house is, and what is wrong with it. */
function Figures({ flow }) {
  const blocked = flow.bins.filter((bin) => bin.blocked_reason !== null).length;
  return html`<div class="figures layout-figures"><dl>
      <div class="figure"><dt>${t('layout.figure_bins')}</dt><dd id="figure-bins">${count(flow.bins.length)}</dd></div>
      <div class="figure"><dt>${t('layout.zones')}</dt><dd>${count(flow.zones.length)}</dd></div>
      <div class=${'figure' + (blocked ? ' figure-bad' : '')}><dt>${t('layout.blocked')}</dt><dd id="figure-blocked">${blocked > 0 && html`<${Icon} name="warning" size=${18} />`}<span class="live">${count(blocked)}</span></dd></div>
    </dl><${LabelFigure} desk=${flow.labels} /></div>`;
}

/** Labels on their way, from wherever one is on the page. */
function LabelFigure({ desk }) {
  const waiting = desk.waiting();
  const stopped = desk.runs.some((run) => run.waiting > 0 && run.reason);
  return html`<button type="button" class=${'figure figure-act' + (stopped ? ' figure-bad' : '')} id="figure-labels" onClick=${() => desk.open()}>
    <span>${t('layout.labels.waiting')}</span><b>${stopped ? html`<${Icon} name="warning" size=${18} />` : html`<${Icon} name="printer" size=${18} />`}<span class="live" key=${waiting}>${count(waiting)}</span></b></button>`;
}

function Finder({ flow }) {
  const submit = (event) => {
    event.preventDefault();
    const words = event.target.elements.find.value.trim();
    if (words) flow.find(words);
  };
  return html`<form class="finder" role="search" onSubmit=${submit}><label class="unseen" for="find">${t('layout.find')}</label>
    <input id="find" name="find" type="search" autocomplete="off" spellcheck=${false} placeholder=${t('layout.find')} title=${t('layout.find_hint')} /></form>`;
}

function Tools({ flow }) {
  const tool = (name, icon) => html`<button type="button" id=${'tool-' + name} class=${'seg' + (flow.tool === name ? ' seg-on' : '')} aria-pressed=${flow.tool === name ? 'true' : 'false'} onClick=${() => flow.useTool(name)}><${Icon} name=${icon} size=${17} />${t('layout.tool.' + name)}</button>`;
  const levels = flow.levels();
  return html`<div class="tools" role="toolbar" aria-label=${t('layout.tools')}>
    <div class="segs">${tool('select', 'place')}${tool('rack', 'many')}</div>
    ${levels.length > 1 && html`<div class="segs" role="group" aria-label=${t('layout.field.level')}><span class="segs-name">${t('layout.field.level')}</span>
      ${[null].concat(levels).map((level) => html`<button type="button" key=${level} class=${'seg seg-small' + (flow.level === level ? ' seg-on' : '')} data-level=${level === null ? 'all' : level} aria-pressed=${flow.level === level ? 'true' : 'false'} onClick=${() => flow.showLevel(level)}>${level === null ? t('layout.all') : level}</button>`)}</div>`}
    <div class="segs" role="group" aria-label=${t('layout.colour')}><span class="segs-name">${t('layout.colour')}</span>
      ${['zone', 'velocity', 'kind'].map((name) => html`<button type="button" key=${name} class=${'seg seg-small' + (flow.colouring === name ? ' seg-on' : '')} data-colour=${name} aria-pressed=${flow.colouring === name ? 'true' : 'false'} onClick=${() => flow.colourBy(name)}>${t('layout.field.' + name)}</button>`)}</div>
    <span class="tools-space"></span>
    ${flow.undo && html`<button type="button" id="undo" class="act" disabled=${flow.shell.busy} title="Ctrl+Z" onClick=${() => flow.takeBack()}><${Icon} name="back" size=${16} /><span>${flow.undo.label()}</span></button>`}
  </div>`;
}
