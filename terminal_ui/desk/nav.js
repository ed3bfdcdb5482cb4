// The way from every page of the desk to every other that a person's posts allow.
import { html, useEffect, useState } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { PAGES, mayOpen } from './pages.js';

function links(person, here) {
  return PAGES.filter((page) => mayOpen(person, page)).map((page) => html`<a key=${page.name} href=${'/' + page.name} id=${'nav-' + page.name}
    class=${page.name === here ? 'office-here' : ''} aria-current=${page.name === here ? 'page' : undefined}>${t('office.nav.' + page.name)}</a>`);
}

const WIDE = '(min-width: 1560px)';

/** All pages side by side where there is room for them, else in a menu; `here` is the name of the one that is open. */
export function Nav({ person, here }) {
  const [room] = useState(() => window.matchMedia(WIDE));
  const [wide, setWide] = useState(room.matches);
  useEffect(() => {
    const listen = () => setWide(room.matches);
    room.addEventListener('change', listen);
    listen();  // the window may have changed between the drawing and this
    return () => room.removeEventListener('change', listen);
  }, []);
  if (!wide) return html`<${NavMenu} person=${person} here=${here} />`;
  return html`<nav class="office-nav" aria-label=${t('office.pages')}>${links(person, here)}</nav>`;
}

/** The same behind a button. */
export function NavMenu({ person, here }) {
  const leave = (event) => { if (!event.relatedTarget || !event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false; };
  const key = (event) => {
    if (event.key !== 'Escape' || !event.currentTarget.open) return;
    event.stopPropagation();
    event.currentTarget.open = false;
  };
  return html`<details class="nav-menu" onFocusOut=${leave} onKeyDown=${key}><summary id="pages">${t('office.nav.' + here)}<${Icon} name="next" size=${16} /></summary><nav aria-label=${t('office.pages')}>${links(person, here)}</nav></details>`;
}
