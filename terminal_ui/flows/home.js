// The first screen after signing in: what this person may do here.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Tile } from '../parts/button.js';

const PICK_POSTS = ['picker', 'admin'];
const LOAD_POSTS = ['packer', 'picker', 'supervisor', 'admin'];
const MOVE_POSTS = ['receiver', 'picker', 'supervisor', 'admin'];
const LOOK_POSTS = ['receiver', 'picker', 'packer', 'supervisor', 'clerk', 'admin'];

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

  view() {
    const session = this.shell.session;
    const shell = this.shell;
    const nothing = !session.may(PICK_POSTS) && !session.may(LOAD_POSTS) && !session.may(LOOK_POSTS);
    return {
      screen: 'home',
      prompt: t('home.prompt'),
      actions: [],
      body: html`<div class="tiles">
        ${session.may(PICK_POSTS) && html`<${Tile} id="tile-pick" icon="cart" label=${t('home.pick')} hint=${t('home.pick_hint')} onTap=${() => shell.go('pick', { ready: true })} />`}
        ${session.may(LOAD_POSTS) && html`<${Tile} id="tile-load" icon="truck" label=${t('home.load')} hint=${t('home.load_hint')} onTap=${() => shell.go('load')} />`}
        ${session.may(MOVE_POSTS) && html`<${Tile} id="tile-move" icon="move" label=${t('home.move')} hint=${t('home.move_hint')} onTap=${() => shell.go('move')} />`}
        ${session.may(LOOK_POSTS) && html`<${Tile} id="tile-lookup" icon="search" label=${t('home.lookup')} hint=${t('home.lookup_hint')} onTap=${() => shell.go('lookup')} />`}
        ${nothing && html`<p class="empty">${t('home.nothing')}</p>`}
        <p class="where">${session.current ? session.current.warehouse.name : ''}</p>
      </div>`,
    };
  }
}
