// Reporting what is wrong: scan it or nothing, touch the reason. Words and photos may follow.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { Button } from '../parts/button.js';
import { PhotoButton, sendPhoto } from '../parts/photo.js';
import { Guided } from './guided.js';

export class Problem extends Guided {
  constructor(shell) {
    super(shell, { name: 'problem', screens: { problem_what: whatScreen, problem_why: whyScreen, problem_sent: sentScreen } });
  }

  about(code) {
    return this.look('problem.about', { code: code });
  }

  /** There is nothing to scan where the trouble is. */
  nothing() {
    return this.look('problem.about', {});
  }

  report(reason) {
    const code = this.data.about.code;
    return this.send('problem.report', Object.assign({ reason: reason }, code && { code: code }));
  }

  askWords() {
    const problem = this.data.problem;
    this.askText({ title: t('problem.words'), hint: t('problem.words_hint'), value: problem.note, onOk: (note) => note && this.send('problem.note', { problem_id: problem.id, note: note }) });
  }

  async photo(blob) {
    const problem = this.data.problem;
    const path = '/api/v1/problem-photos?problem_id=' + problem.id;
    const sent = blob && (await this.shell.work(() => sendPhoto(this.shell.session.token, path, blob).catch(() => false)));
    if (sent) problem.photos += 1;
    this.shell.tell(sent ? 'problem.photo_kept' : 'problem.photo_lost', sent ? 'ok' : 'error');
  }
}

const ICONS = { bin: 'place', goods: 'item', cart: 'cart', container: 'tote', thing: 'info', place: 'world' };

/** What it is about, as a line. */
function About({ one }) {
  return html`<h1 class="do" id="about" data-about=${one.kind}><${Icon} name=${ICONS[one.kind]} size=${30} />${one.label || t('problem.somewhere')}</h1>`;
}

function whatScreen(flow) {
  return {
    scan: (code) => flow.about(code),
    body: html`<div class="waiting"><div class="waiting-mark"><${Icon} name="warning" size=${72} /></div>
      <h1>${t('problem.title')}</h1><p>${t('problem.hint')}</p></div>`,
    actions: [flow.home(), { id: 'nothing', label: t('problem.nothing'), icon: 'next', onTap: () => flow.nothing() }],
  };
}

function whyScreen(flow, data) {
  return {
    scan: (code) => flow.about(code),
    body: html`<div class="line"><${About} one=${data.about} /><p class="sub">${t('problem.what')}</p>
      <div class="problem-reasons">${data.reasons.map((reason) => html`<${Button} key=${reason} id=${'reason-' + reason} label=${t('problem.reason.' + reason)} disabled=${flow.shell.busy} onTap=${() => flow.report(reason)} />`)}</div></div>`,
    actions: [flow.home(), { id: 'back', label: t('sheet.back'), icon: 'back', onTap: () => flow.refresh() }],
  };
}

function sentScreen(flow, data) {
  const one = data.problem;
  return {
    prompt: '',
    scanless: true,
    body: html`<div class="line"><h1 class="do do-done"><${Icon} name="check" size=${34} />${t('problem.sent')}</h1>
      <${About} one=${{ kind: one.about, label: one.label }} />
      <p class="sub" id="reported">${[t('problem.reason.' + one.reason), one.note, one.photos && t('problem.photos', { n: one.photos })].filter(Boolean).join(' · ')}</p>
      <div class="problem-more"><${Button} id="words" icon="keyboard" label=${t('problem.words')} onTap=${() => flow.askWords()} />
        <${PhotoButton} id="photo" label=${t('problem.photo')} onPhoto=${(blob) => flow.photo(blob)} /></div></div>`,
    actions: [flow.home(), { id: 'another', label: t('problem.another'), icon: 'again', onTap: () => flow.refresh() }],
  };
}

offer('problem', (shell) => new Problem(shell));
