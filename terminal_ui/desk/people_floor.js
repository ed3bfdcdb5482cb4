// Who is signed in and what their device shows right now; messages to them, and devices sent home.
import { html, useEffect, useState } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { t } from '../core/texts.js';
import { Asked } from './ask.js';
import { clock, say, since } from './format.js';
import { Empty, Facts, Field, Shown, Table, Tag } from './office_parts.js';
import { Act } from './parts.js';

const LOOK_MS = 3000;
const A_PAGE = 200;
const PHRASES = ['come', 'hurry', 'break', 'phone', 'help', 'battery', 'careful', 'thanks'];
const LAMPS = { ok: ['good', 'check'], slow: ['warn', 'clock'], offline: ['bad', 'power'] };

/** Everybody who is signed in, asked anew every few seconds while somebody looks. */
export class FloorList {
  constructor(office) {
    this.office = office;
    this.asked = new Asked(() => office.changed());
    this.person = null;
  }

  /** Look, at all or at one person. */
  look(person) {
    this.person = person || null;
    this.asked.take(this._all(), true);
    clearInterval(this._again);
    this._again = setInterval(() => (this.office.shell.flow === this.office ? this.asked.renew(this._all()) : this.leave()), LOOK_MS);
  }

  leave() {
    clearInterval(this._again);
  }

  async _all() {
    let items = [];
    let cursor = null;
    do {
      const envelope = await this.office.http.get('/api/v1/floor', { person: this.person, cursor: cursor, limit: A_PAGE });
      if (!envelope.ok) return envelope;
      items = items.concat(envelope.data.items);
      cursor = envelope.data.next;
    } while (cursor);
    items.sort((a, b) => a.person.localeCompare(b.person) || a.id - b.id);
    return { ok: true, data: { items: items } };
  }

  one(id) {
    return this.asked.data && this.asked.data.items.find((one) => one.id === id);
  }
}

/** A screen in words; a step of it where that tells more. */
export function screenWords(one) {
  if (!one.screen) return '–'; // a desk
  const step = 'screen.' + one.screen + '_' + one.step;
  return t(step) === step ? say('screen', one.screen) : t(step);
}

const far = (one) => (one.total ? one.done + '/' + one.total : '');

function Lamp({ one }) {
  if (!one.lamp) return html`<span class="soft">–</span>`;
  const [kind, icon] = LAMPS[one.lamp];
  return html`<span class="office-two"><span><${Tag} kind=${kind}><${Icon} name=${icon} size=${14} /> ${t('lamp.' + one.lamp)}<//></span>
    ${one.lamp === 'offline' && html`<small>${t('at_work.heard', { ago: since(one.seen_at, Date.now()) })}</small>`}</span>`;
}

function battery(one) {
  if (one.battery === null) return html`<span class="soft">–</span>`;
  const words = one.battery + ' %' + (one.charging ? ' · ' + t('at_work.charging') : '');
  return one.battery <= 15 && !one.charging ? html`<${Tag} kind="bad">${words}<//>` : words;
}

export function Floor({ page, rows }) {
  const columns = [
    { key: 'person', label: t('stock.person'), render: (one) => html`<span class="office-two"><b>${one.person}</b><small>${one.badge}</small></span>` },
    { key: 'device', label: t('people.device'), render: (one) => html`<span class="office-two"><span>${one.device}</span><small>${one.station || ''}</small></span>` },
    { key: 'screen', label: t('at_work.screen'), render: (one) => html`<b>${screenWords(one)}</b>` },
    { key: 'task', label: t('at_work.task'), render: (one) => one.task },
    { key: 'far', label: t('at_work.far'), number: true, render: far },
    { key: 'since', label: t('at_work.since'), number: true, render: (one) => (one.since ? since(one.since, Date.now()) : '–') },
    { key: 'lamp', label: t('at_work.link'), render: (one) => html`<${Lamp} one=${one} />` },
    { key: 'unsent', label: t('at_work.unsent'), number: true, render: (one) => (one.unsent || one.refused ? html`<${Tag} kind="warn">${one.unsent}${one.refused ? ' + ' + one.refused : ''}<//>` : '0') },
    { key: 'battery', label: t('at_work.battery'), number: true, render: battery },
    { key: 'unread', label: '', render: (one) => (one.unread ? html`<${Tag} kind="act">${t('at_work.unread', { n: one.unread })}<//>` : '') },
  ];
  return html`<${Shown} asked=${rows.asked} onRetry=${() => rows.look(rows.person)}>${(data) => html`<${Table} id="floor" label=${say('people_tab', 'floor')} columns=${columns} rows=${data.items} keyOf=${(one) => one.id}
    onOpen=${(one) => openOne(page, one)} none=${html`<${Empty} icon="person" text=${t('at_work.nobody')} />`} />`}<//>`;
}

function openOne(page, one) {
  const asked = new Asked(() => page.office.changed());
  const path = '/api/v1/people/' + one.person_id + '/notes';
  const renew = () => asked.renew(page.office.http.get(path, { limit: 20 }));
  renew();
  const again = setInterval(renew, LOOK_MS);
  page.office.openDrawer({
    id: 'floor', title: one.person, closed: () => clearInterval(again),
    body: () => html`<${Card} key=${one.id} page=${page} one=${page.floor.one(one.id) || one} here=${Boolean(page.floor.one(one.id))} notes=${asked} renew=${renew} />`,
  });
}

function Card({ page, one, here, notes, renew }) {
  const [words, setWords] = useState('');
  const [sure, setSure] = useState('');
  useEffect(() => setSure(''), [words]);
  const busy = Object.keys(page.office.working).length > 0;
  const act = async (path, body, said) => {
    const envelope = await page.office.act('floor', () => page.office.http.change('POST', path, body), () => ({ text: t('at_work.' + said, { name: one.person }) }));
    if (envelope.ok) setWords('');
    setSure('');
    renew();
  };
  const tell = (body) => act('/api/v1/people/' + one.person_id + '/notes', body, 'sent');
  const send = (event) => {
    if (event) event.preventDefault();
    if (words.trim()) tell({ text: words.trim() });
  };
  const leave = (how) => {
    if (sure !== how) return setSure(how);
    return act('/api/v1/floor/' + one.id + '/home', { how: how, text: words.trim() }, how === 'home' ? 'went_home' : 'went_out');
  };
  const way = (how, icon) => html`<${Act} id=${'send-' + how} icon=${icon} sure=${sure === how} busy=${busy || !here} title=${t('at_work.' + how + '_hint')} label=${sure === how ? t('people.sure') : t('at_work.' + how)} onTap=${() => leave(how)} />`;
  return html`<div class="people-part"><p><b id="floor-screen">${screenWords(one)}</b></p>
      <${Facts} rows=${[[t('at_work.task'), one.task], [t('at_work.far'), far(one)], [t('at_work.since'), one.since && since(one.since, Date.now())], [t('people.device'), [one.device, one.station].filter(Boolean).join(' · ')],
    [t('at_work.link'), html`<${Lamp} one=${one} />`], [t('at_work.unsent'), one.unsent + one.refused || null], [t('at_work.battery'), one.battery === null ? null : battery(one)]]} /></div>
    <form class="people-part" onSubmit=${send}><${Field} label=${t('at_work.message', { name: one.person })} hint=${t('at_work.message_hint')}><textarea id="note-text" rows="2" maxlength="200" dir="auto" value=${words}
        onInput=${(event) => setWords(event.target.value)} onKeyDown=${(event) => event.key === 'Enter' && !event.shiftKey && send(event)}></textarea><//>
      <div class="acts"><${Act} id="note-send" kind="primary" icon="voice" label=${t('at_work.send')} busy=${busy || !words.trim()} onTap=${send} /></div>
      <p class="soft">${t('at_work.phrases')}</p><div class="floor-phrases">${PHRASES.map((phrase) => html`<${Act} key=${phrase} id=${'phrase-' + phrase} label=${t('note.phrase.' + phrase)} busy=${busy} onTap=${() => tell({ phrase: phrase })} />`)}</div></form>
    <div class="people-part"><p class="soft">${t('at_work.device')}</p><div class="acts">${way('home', 'back')}${way('out', 'out')}</div></div>
    <div class="people-part"><h3>${t('at_work.history')}</h3><${Shown} asked=${notes} onRetry=${renew}>${(data) => html`<ol class="floor-notes" id="notes">${data.items.map((note) => html`<${Note} key=${note.id} note=${note} />`)}
      ${!data.items.length && html`<li class="soft">${t('at_work.none_yet')}</li>`}</ol>`}<//></div>`;
}

function Note({ note }) {
  const now = Date.now();
  return html`<li data-note=${note.id} data-read=${note.read_at ? 'yes' : 'no'}><small>${clock(note.at, now)} · ${note.by}${note.kind === 'note' ? '' : ' · ' + t('at_work.' + note.kind)}</small>
    <p dir="auto">${note.phrase ? t('note.phrase.' + note.phrase) : note.text}</p>
    <small class="floor-read">${note.read_at ? html`<${Icon} name="done" size=${14} /> ${t('at_work.read_at', { at: clock(note.read_at, now) })}` : html`<${Icon} name="clock" size=${14} /> ${t('at_work.waits')}`}</small></li>`;
}
