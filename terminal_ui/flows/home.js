// The first screen after signing in: what this person may do here.
import { html } from '../core/html.js';
import { recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { Tile } from '../parts/button.js';
import { VOLUMES } from '../parts/menu.js';
import { FLOWS } from './declared.js';

/** @typedef {[flow: string, icon: string, told?: object]} Tile */
// Flow, picture, and what the flow is told when it begins. The words are `ui.tile.<flow>.label` and `.hint`.
/** @type {Tile[]} */
export const TILES = [
  ['pick', 'cart', { ready: true }],
  ['load', 'truck'],
  ['wall', 'many'],
  ['receive', 'receive'],
  ['check', 'check'],
  ['putaway', 'place'],
  ['replenish', 'item'],
  ['putback', 'again'],
  ['count', 'many'],
  ['move', 'move'],
  ['lookup', 'search'],
  ['label', 'printer'],
  ['problem', 'warning'],
];

export class Home {
  constructor(shell) {
    this.shell = shell;
  }

  scan() {
    this.shell.tell('home.choose', 'warning');
  }

  event(row) {
    if (row.name === 'pick.assigned') this.shell.go('pick');
  }

  /** Can this person hear the device? Asked once after signing in, in the way of nothing; then the settings. */
  _hearing() {
    const session = this.shell.session;
    if (!session.current || session.current.heard) return [{ id: 'settings', label: t('settings.title'), icon: 'settings', onTap: () => this.shell.openSettings() }];
    const heard = () => {
      session.heard();
      this.shell.changed();
    };
    return [
      { id: 'softer', label: t('home.softer'), onTap: () => this._louder(-1) },
      { id: 'louder', label: t('home.louder'), onTap: () => this._louder(1) },
      { id: 'heard', label: t('home.heard'), onTap: heard },
    ];
  }

  _louder(step) {
    const at = VOLUMES.indexOf(recall('loudness', 0.25));
    this.shell.useLoudness(VOLUMES[Math.max(0, Math.min(VOLUMES.length - 1, at + step))]);
  }

  view() {
    const session = this.shell.session;
    const offered = TILES.filter(([flow]) => session.may(FLOWS[flow].posts.concat('admin')));
    return {
      screen: 'home',
      prompt: t('home.prompt'),
      actions: this._hearing(),
      body: html`<div class=${'tiles' + (offered.length > 3 ? ' tiles-many' : '') + (offered.length > 6 ? ' tiles-crowd' : '') + (offered.length > 8 ? ' tiles-full' : '') + (offered.length > 12 ? ' tiles-most' : '')}>
        ${offered.map(([flow, icon, told]) => html`<${Tile} key=${flow} id=${'tile-' + flow} icon=${icon} label=${t('tile.' + flow + '.label')}
          hint=${t('tile.' + flow + '.hint')} onTap=${() => this.shell.go(flow, told)} />`)}
        ${offered.length === 0 && html`<p class="empty">${t('home.nothing')}</p>`}
        <p class="where">${session.current ? session.current.warehouse.name : ''}</p>
      </div>`,
    };
  }
}
