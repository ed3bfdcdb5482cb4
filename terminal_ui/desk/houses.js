// In which warehouse somebody works who may work in several: asked when they sign in at the desk, changed in the menu.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Login } from '../flows/login.js';
import { Button } from '../parts/button.js';

const houses = (shell) => (shell.session.current && shell.session.current.warehouses) || [];

export class DeskLogin extends Login {
  constructor(shell) {
    super(shell);
    this.choosing = false;
  }

  /** Signed in: the shell goes on, unless it must first be asked where. */
  holds() {
    this.choosing = houses(this.shell).length > 1;
    this.shell.changed();
    return this.choosing;
  }

  scan(code) {
    return this.choosing ? undefined : super.scan(code);
  }

  view() {
    if (!this.choosing) return super.view();
    return { screen: 'login', step: 'house', prompt: t('houses.which'), scanless: true, actions: [], body: html`<div class="welcome">
      <div class="welcome-mark"><${Icon} name="place" size=${72} /></div><h1>${t('houses.which')}</h1>
      <div class="houses">${houses(this.shell).map((one) => html`<${Button} key=${one.id} id=${'house-' + one.code} kind=${one.id === this.shell.session.current.warehouse.id ? 'primary' : 'plain'} label=${one.name} onTap=${() => goTo(this.shell, one.id)} />`)}</div></div>` };
  }
}

/** Go on in a warehouse, which may be the one where one is. */
export async function goTo(shell, id) {
  if (shell.session.current.warehouse.id !== id) {
    const envelope = await shell.work(() => shell.session.goTo(id));
    if (!envelope.ok) return shell.say(envelope.message);
  }
  shell.closeSheet();
  return shell.begin();
}

/** For the menu of every page of the desk: nothing, where there is only one. */
export function HouseMenu({ shell }) {
  if (houses(shell).length < 2) return '';
  const here = shell.session.current.warehouse.id;
  return html`<label class="office-choose houses-menu"><span>${t('houses.menu')}</span><select id="house" value=${here} onChange=${(event) => goTo(shell, Number(event.target.value))}>
    ${houses(shell).map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === here}>${one.name}</option>`)}</select></label>`;
}
