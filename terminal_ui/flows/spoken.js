// Voice prompts: what the flows declare of each screen (`say`), said once when it comes; and what went wrong.
import { offer } from '../core/fetched.js';
import { locale, t } from '../core/texts.js';
import { speak, spellCode, spellQuantity } from '../core/voice.js';
import { mustAcknowledge } from '../parts/banner.js';
import { FLOWS } from './declared.js';

const at = (found, name) => (found === null || found === undefined ? found : found[name < 0 ? found.length + Number(name) : name]);

function shown(name, value) {
  if (name === 'n') return spellQuantity(value, locale());
  return name === 'bin' ? spellCode(value, locale()) : String(value);
}

/** One phrase: null when a value that it needs is not there. */
function phrase(told, facts, values) {
  const [text, ...parameters] = told.split(' ');
  const said = {};
  const whole = parameters.every((one) => {
    const [name, path] = one.split(':');
    const value = path.split('.').reduce(at, facts);
    values.push(value);
    if (value === undefined || value === null) return name === 'of';
    said[name.replace('>1', '')] = shown(name.replace('>1', ''), value);
    return name.slice(-2) !== '>1' || value > 1;
  });
  return whole ? t('voice.' + text, said) : null;
}

/** What to say of a view {screen, step, facts}: {words, key}; the key is another when it is to be said again. */
export function wordsOf(view) {
  const flow = FLOWS[Object.keys(FLOWS).find((name) => FLOWS[name].screens[view.screen])];
  const say = flow && flow.screens[view.screen].say;
  const told = say && (say[view.step] || say['']);
  if (!told) return { words: '', key: view.screen };
  const values = [];
  const words = told.split(', ').map((one) => phrase(one, view.facts || {}, values)).filter(Boolean);
  return { words: words.join(locale() === 'en' ? '. ' : '。'), key: JSON.stringify([view.screen, view.step, values]), wall: flow.page === 'wall' };
}

/** What to say of a message {kind, code, text, params}; nothing of what went well, unless it has words for ears. */
export function wordsOfMessage(banner) {
  const code = 'spoken.' + banner.code;
  const own = t(code, banner.params);
  if (own !== code) return own;
  return mustAcknowledge(banner.kind) || banner.kind === 'warning' ? banner.text.split(/[.!?:;]\s|[。！？：；]/)[0] : '';
}

/** Called after each drawing. A mishap is said first; the screen's own words come once it is acknowledged. */
class Spoken {
  constructor() {
    this.key = '';
    this.banner = null;
  }

  drawn(shell, view) {
    const wish = shell.session.settings;
    const found = wordsOf(view);
    const on = wish.voice === undefined ? found.wall : wish.voice; // at a wall everybody may hear it
    if (!on) return;
    if (shell.banner && shell.banner !== this.banner) {
      const words = wordsOfMessage(shell.banner);
      if (words) speak(words, wish.pace);
      if (words && !mustAcknowledge(shell.banner.kind)) this.key = found.key;
    }
    this.banner = shell.banner;
    if ((shell.banner && mustAcknowledge(shell.banner.kind)) || found.key === this.key) return;
    this.key = found.key;
    if (found.words) speak(found.words, wish.pace);
  }
}

offer('spoken', () => new Spoken());
