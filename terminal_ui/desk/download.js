// A file that the server writes while it says how far it is: lines of `rows/of`, an empty line, then the file.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';
import { asQuery } from './ask.js';
import { count } from './format.js';

const NEWLINE = 10;

export class Download {
  constructor(office) {
    this._office = office;
    this.busy = false;
    this.done = 0;
    this.of = 0;
  }

  /** A file without progress before it. */
  plain(path, query, name) {
    return this.fetch(path, query, name, true);
  }

  /** Fetch a file and save it; `plain`: no progress comes before it. */
  async fetch(path, query, name, plain) {
    this.busy = true;
    this.done = this.of = 0;
    this._stop = new AbortController();
    this._office.changed();
    const parts = await this._read(path, query, plain).catch(() => null);
    this.busy = false;
    if (parts) {
      save(new Blob(parts.body, { type: 'application/octet-stream' }), parts.name || name);
      this._office.toast({ kind: 'ok', code: 'ui.office.exported', text: plain ? t('office.saved', { name: name }) : t('office.exported', { n: count(this.done), name: parts.name || name }) });
    } else if (!this._stop.signal.aborted) this._office.toast({ kind: 'stop', code: 'ui.office.not_exported', text: this.refused || t('office.not_exported') });
    this.refused = null;
    this._office.changed();
  }

  stop() {
    this._stop.abort();
  }

  async _read(path, query, plain) {
    const answer = await fetch(path + asQuery(query), { headers: { Authorization: 'Bearer ' + this._office.shell.session.token }, signal: this._stop.signal });
    if (!answer.ok) {
      this.refused = (await answer.json()).detail;
      return null;
    }
    const split = new Split((done, of) => this._progress(done, of));
    if (plain) return { body: [await answer.blob()], name: null };
    const reader = answer.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) split.take(next.value);
    const named = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') || '');
    // A file that breaks off before its first byte is none.
    return split.body.length ? { body: split.body, name: named && named[1] } : null;
  }

  _progress(done, of) {
    this.done = done;
    this.of = of;
    this._office.changed();
  }

  /** How far it is, with a way to stop it. */
  shown() {
    if (!this.busy) return '';
    const share = this.of ? this.done / this.of : 0;
    return html`<div class="download" role="status"><span>${this.of ? t('office.exporting', { done: count(this.done), of: count(this.of) }) : t('office.loading')}</span>
      <span class="office-fill"><i style=${{ width: Math.round(share * 100) + '%' }}></i></span>
      <button type="button" class="link" onClick=${() => this.stop()}>${t('office.cancel')}</button></div>`;
  }
}

/** Parts what streams in: lines of progress up to an empty one, and the bytes of the file. */
export class Split {
  constructor(progress) {
    this._progress = progress;
    this._line = '';
    this._head = true;
    this.body = [];
  }

  take(bytes) {
    let from = 0;
    while (this._head && from < bytes.length) {
      const end = bytes.indexOf(NEWLINE, from);
      const stop = end < 0 ? bytes.length : end;
      for (let at = from; at < stop; at += 1) this._line += String.fromCharCode(bytes[at]);
      if (end < 0) return;
      if (this._line === '') this._head = false;
      else this._progress(...this._line.split('/').map(Number));
      this._line = '';
      from = end + 1;
    }
    if (from < bytes.length) this.body.push(bytes.slice(from));
  }
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
