// The first screen after signing in: what this person may do here.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { Tile } from '../parts/button.js';

const PICK_POSTS = ['picker', 'admin'];
const DOCK_POSTS = ['receiver', 'supervisor', 'admin'];
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
    const nothing = !session.may(PICK_POSTS) && !session.may(LOAD_POSTS) && !session.may(DOCK_POSTS);
    return {
      screen: 'home',
      prompt: t('home.prompt'),
      actions: [],
      body: html`<div class="tiles tiles-many">
        ${session.may(PICK_POSTS) && html`<${Tile} id="tile-pick" icon="cart" label=${t('home.pick')} hint=${t('home.pick_hint')} onTap=${() => shell.go('pick', { ready: true })} />`}
        ${session.may(LOAD_POSTS) && html`<${Tile} id="tile-load" icon="truck" label=${t('home.load')} hint=${t('home.load_hint')} onTap=${() => shell.go('load')} />`}
        ${session.may(DOCK_POSTS) && html`<${Tile} id="tile-receive" icon="many" label=${t('home_receive.label')} hint=${t('home_receive.hint')} onTap=${() => shell.go('receive')} />`}
        ${session.may(DOCK_POSTS) && html`<${Tile} id="tile-check" icon="check" label=${t('home_check.label')} hint=${t('home_check.hint')} onTap=${() => shell.go('check')} />`}
        ${session.may(DOCK_POSTS) && html`<${Tile} id="tile-putaway" icon="place" label=${t('home_putaway.label')} hint=${t('home_putaway.hint')} onTap=${() => shell.go('putaway')} />`}
        ${nothing && html`<p class="empty">${t('home.nothing')}</p>`}
        <p class="where">${session.current ? session.current.warehouse.name : ''}</p>
      </div>`,
    };
  }
}
