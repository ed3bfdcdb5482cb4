// The people of a warehouse: their card with name, language, posts and PIN, and the form for a new one.
import { html, useEffect, useState } from '../core/html.js';
import { LOCALES, t } from '../core/texts.js';
import { say } from './format.js';
import { List } from './list.js';
import { Choose, Field, Tag } from './office_parts.js';
import { Act } from './parts.js';
import { Ago } from './stock_cells.js';
import { Many } from './wave_fields.js';

const POSTS = ['picker', 'packer', 'receiver', 'supervisor', 'clerk', 'admin'];
const PIN = /^[0-9]{6,12}$/;
const typed = (set) => (event) => set(event.target.value);
const postChoices = () => POSTS.map((one) => [one, say('stock_post', one)]);

export function peopleList(page) {
  return new List(page.office, {
    id: 'people', at: '#/people', path: '/api/v1/people', icon: 'person', usual: { sort: 'name', down: 'false' },
    label: () => say('people_tab', 'people'), none: () => t('people.none'), open: (one) => openCard(page, one), columns: columns,
    filters: () => [{ kind: 'words', name: 'q', label: t('people.search') }, { name: 'post', label: t('people.posts'), choices: [['', t('stock.any')]].concat(postChoices()) }],
    tools: () => html`<${Act} id="person-new" kind="primary" icon="person" label=${t('people.new')} onTap=${() => askNew(page)} />`,
  });
}

function columns() {
  return [
    { key: 'name', label: t('stock.person'), sort: true, render: (one) => html`<span class="office-two"><b>${one.name}</b><small>${one.badge}</small></span>` },
    { key: 'posts', label: t('people.posts'), render: (one) => html`<span class="people-posts">${one.posts.map((post) => html`<${Tag} key=${post} kind=${post === 'admin' ? 'act' : ''}>${say('stock_post', post)}<//>`)}${one.elsewhere && html`<${Tag}>${t('people.elsewhere')}<//>`}</span>` },
    { key: 'locale', label: t('menu.language'), render: (one) => (LOCALES.find(([code]) => code === one.locale) || ['', one.locale])[1] },
    { key: 'state', label: t('people.state'), render: (one) => html`<${State} person=${one} />` },
    { key: 'seen', label: t('people.seen'), render: (one) => html`<${Ago} at=${one.seen_at} />` },
  ];
}

function State({ person }) {
  if (!person.active) return html`<${Tag} kind="bad">${t('people.inactive')}<//>`;
  return person.works ? html`<${Tag} kind="good">${t('people.works_on', { device: person.works })}<//>` : html`<span class="soft">–</span>`;
}

function openCard(page, person) {
  page.card = person;
  page.office.openDrawer({ id: 'person', title: person.name, body: () => html`<${Card} key=${page.card.id} page=${page} person=${page.card} />` });
}

function Card({ page, person }) {
  const [name, setName] = useState(person.name);
  const [posts, setPosts] = useState(person.posts);
  const [pin, setPin] = useState('');
  const [sure, setSure] = useState(false);
  useEffect(() => setPosts(person.posts), [person]);
  const busy = Object.keys(page.office.working).length > 0;
  const path = '/api/v1/people/' + person.id;
  const act = async (method, where, body, said) => {
    const envelope = await page.act('person', method, path + where, body, say('people_done', said, { name: person.name }));
    if (envelope.ok) page.card = envelope.data;
    page.office.changed();
    return envelope;
  };
  const same = posts.slice().sort().join() === person.posts.join();
  const keepName = (event) => {
    if (event) event.preventDefault();
    if (name.trim() && name.trim() !== person.name) act('PATCH', '', { name: name.trim() }, 'renamed');
  };
  const keepPin = async (event) => {
    if (event) event.preventDefault();
    if (PIN.test(pin) && (await act('POST', '/pin', { pin: pin }, 'pin')).ok) setPin('');
  };
  const flip = () => {
    if (person.active && !sure) return setSure(true);
    setSure(false);
    return act('PATCH', '', { active: !person.active }, person.active ? 'deactivated' : 'activated');
  };
  const whole = person.may_change;
  return html`<div class="people-part"><p><${State} person=${person} /> <span class="soft">${person.badge}</span> <a href=${'#/shifts?person=' + person.id} onClick=${() => page.office.close()}>${say('people_tab', 'shifts')}</a></p>
      ${!whole && html`<p class="soft" id="person-elsewhere">${t('people.elsewhere_hint')}</p>`}</div>
    <div class="people-part"><h3>${t('people.posts')}</h3><${Many} id="posts" label="" value=${posts} choices=${postChoices()} onChoose=${setPosts} />
      <div class="acts"><${Act} id="posts-keep" kind="primary" icon="check" label=${t('waves.keep')} busy=${busy || same} onTap=${() => act('PUT', '/posts', { posts: posts }, 'posts')} /></div></div>
    ${whole && html`<form class="people-part" onSubmit=${keepName}><${Field} label=${t('people.name')}><input id="person-name" value=${name} maxlength="80" autocomplete="off" onInput=${typed(setName)} /><//>
      <div class="acts"><${Act} id="name-keep" icon="check" label=${t('waves.keep')} busy=${busy || !name.trim() || name.trim() === person.name} onTap=${keepName} /></div>
      <${Choose} id="person-locale" label=${t('menu.language')} value=${person.locale} choices=${LOCALES} onChoose=${(one) => act('PATCH', '', { locale: one }, 'language')} /></form>
    <form class="people-part" onSubmit=${keepPin}><${Field} label=${t('people.new_pin')} hint=${t('people.pin_hint')}><input id="person-pin" type="password" inputmode="numeric" autocomplete="new-password" value=${pin} maxlength="12" onInput=${typed(setPin)} /><//>
      <div class="acts"><${Act} id="pin-keep" icon="check" label=${t('people.set_pin')} busy=${busy || !PIN.test(pin)} onTap=${keepPin} /></div></form>
    <div class="acts"><${Act} id="person-flip" icon=${person.active ? 'cross' : 'check'} sure=${sure} busy=${busy} label=${person.active ? (sure ? t('people.sure') : t('people.deactivate')) : t('people.activate')} onTap=${flip} /></div>`}`;
}

function askNew(page) {
  const office = page.office;
  const state = { badge: '', name: '', pin: '', posts: ['picker'], locale: 'en' };
  const set = (values) => {
    Object.assign(state, values);
    office.changed();
  };
  const ready = () => state.badge.trim() && state.name.trim() && PIN.test(state.pin) && state.posts.length;
  const submit = async (event) => {
    if (event) event.preventDefault();
    if (!ready()) return;
    const body = Object.assign({}, state, { badge: state.badge.trim(), name: state.name.trim() });
    if ((await page.act('person', 'POST', '/api/v1/people', body, say('people_done', 'added', { name: body.name }))).ok) office.close();
  };
  const field = (name, more) => html`<input id=${'new-' + name} value=${state[name]} autocomplete="off" onInput=${(event) => set({ [name]: event.target.value })} ...${more} />`;
  office.openPanel({
    id: 'person',
    title: t('people.new'),
    body: () => html`<form class="office-form people-new" onSubmit=${submit}>
      <div class="office-form-pair"><${Field} label=${t('people.badge')}>${field('badge', { maxlength: 64 })}<//><${Field} label=${t('people.name')}>${field('name', { maxlength: 80 })}<//></div>
      <div class="office-form-pair"><${Field} label=${t('people.new_pin')} hint=${t('people.pin_hint')}>${field('pin', { type: 'password', inputmode: 'numeric', maxlength: 12, autocomplete: 'new-password' })}<//>
        <${Choose} id="new-locale" label=${t('menu.language')} value=${state.locale} choices=${LOCALES} onChoose=${(one) => set({ locale: one })} /></div>
      <${Many} id="new-posts" label=${t('people.posts')} value=${state.posts} choices=${postChoices()} onChoose=${(posts) => set({ posts: posts })} />
      <button type="submit" hidden></button></form>`,
    foot: () => html`<${Act} label=${t('office.cancel')} onTap=${() => office.close()} /><${Act} id="person-add" kind="primary" icon="check" label=${t('people.add')} busy=${!ready() || Object.keys(office.working).length > 0} onTap=${submit} />`,
  });
}
