// The way from every page of the desk to every other that a person's posts allow.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { PAGES, mayOpen } from './pages.js';

function links(person, here) {
  return PAGES.filter((page) => mayOpen(person, page)).map((page) => html`<a key=${page.name} href=${page.path} id=${'nav-' + page.name}
    class=${page.name === here ? 'office-here' : ''} aria-current=${page.name === here ? 'page' : undefined}>${t('office.nav.' + page.name)}</a>`);
}

/** All pages side by side; `here` is the name of the one that is open. */
export function Nav({ person, here }) {
  return html`<nav class="office-nav" aria-label=${t('office.pages')}>${links(person, here)}</nav>`;
}

/** The same behind a button, where the bar is full of figures. */
export function NavMenu({ person, here }) {
  const leave = (event) => { if (!event.relatedTarget || !event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false; };
  const key = (event) => {
    if (event.key !== 'Escape' || !event.currentTarget.open) return;
    event.stopPropagation();
    event.currentTarget.open = false;
  };
  return html`<details class="nav-menu" onFocusOut=${leave} onKeyDown=${key}><summary id="pages">${t('office.nav.' + here)}<${Icon} name="next" size=${16} /></summary><nav aria-label=${t('office.pages')}>${links(person, here)}</nav></details>`;
}
