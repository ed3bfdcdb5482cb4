// The first screen after signing in: what this person may do here.
import { html } from '../core/html.js';
import { recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { Tile } from '../parts/button.js';
import { VOLUMES } from '../parts/menu.js';

// Flow, picture, who may, and what the flow is told when it begins. The words are `ui.tile.<flow>.label` and `.hint`.
export const TILES = [
  ['pick', 'cart', ['picker'], { ready: true }],
  ['load', 'truck', ['packer', 'picker', 'supervisor']],
  ['wall', 'many', ['packer', 'picker', 'supervisor']],
  ['receive', 'receive', ['receiver', 'supervisor']],
  ['check', 'check', ['receiver', 'supervisor']],
  ['putaway', 'place', ['receiver', 'supervisor']],
  ['replenish', 'item', ['receiver', 'picker', 'supervisor']],
  ['putback', 'again', ['picker', 'packer', 'receiver', 'supervisor']],
  ['count', 'many', ['receiver', 'picker', 'supervisor']],
  ['move', 'move', ['receiver', 'picker', 'supervisor']],
  ['lookup', 'search', ['receiver', 'picker', 'packer', 'supervisor', 'clerk']],
  ['label', 'printer', ['receiver', 'picker', 'packer', 'supervisor']],
  ['problem', 'warning', ['receiver', 'picker', 'packer', 'supervisor']],
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

  /** Can this person hear the device? Asked once after signing in, in the way of nothing. */
  _hearing() {
    const session = this.shell.session;
    if (!session.current || session.current.heard) return [];
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
    const offered = TILES.filter(([, , posts]) => session.may(posts.concat('admin')));
    return {
      screen: 'home',
      prompt: t('home.prompt'),
      actions: this._hearing(),
      body: html`<div class=${'tiles' + (offered.length > 3 ? ' tiles-many' : '') + (offered.length > 6 ? ' tiles-crowd' : '') + (offered.length > 8 ? ' tiles-full' : '') + (offered.length > 12 ? ' tiles-most' : '')}>
        ${offered.map(([flow, icon, , told]) => html`<${Tile} key=${flow} id=${'tile-' + flow} icon=${icon} label=${t('tile.' + flow + '.label')}
          hint=${t('tile.' + flow + '.hint')} onTap=${() => this.shell.go(flow, told)} />`)}
        ${offered.length === 0 && html`<p class="empty">${t('home.nothing')}</p>`}
        <p class="where">${session.current ? session.current.warehouse.name : ''}</p>
      </div>`,
    };
  }
}
