// The first screen after signing in: what this person may do here.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Tile } from '../parts/button.js';

const PICK_POSTS = ['picker', 'admin'];
const FLOOR_POSTS = ['receiver', 'picker', 'supervisor', 'admin'];
const LOAD_POSTS = ['packer', 'picker', 'supervisor', 'admin'];

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
    const nothing = !session.may(PICK_POSTS) && !session.may(LOAD_POSTS) && !session.may(FLOOR_POSTS);
    return {
      screen: 'home',
      prompt: t('home.prompt'),
      actions: [],
      body: html`<div class="tiles tiles-many">
        ${session.may(PICK_POSTS) && html`<${Tile} id="tile-pick" icon="cart" label=${t('home.pick')} hint=${t('home.pick_hint')} onTap=${() => shell.go('pick', { ready: true })} />`}
        ${session.may(LOAD_POSTS) && html`<${Tile} id="tile-load" icon="truck" label=${t('home.load')} hint=${t('home.load_hint')} onTap=${() => shell.go('load')} />`}
        ${session.may(FLOOR_POSTS) && html`<${Tile} id="tile-replenish" icon="item" label=${t('home_replenish.label')} hint=${t('home_replenish.hint')} onTap=${() => shell.go('replenish')} />`}
        ${session.may(FLOOR_POSTS) && html`<${Tile} id="tile-count" icon="many" label=${t('home_count.label')} hint=${t('home_count.hint')} onTap=${() => shell.go('count')} />`}
        ${nothing && html`<p class="empty">${t('home.nothing')}</p>`}
        <p class="where">${session.current ? session.current.warehouse.name : ''}</p>
      </div>`,
    };
  }
}
