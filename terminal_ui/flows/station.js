// The packing station: scan a tote, verify every item by scan, weigh, close; the labels come by themselves.
import { play } from '../core/tones.js';
import { sameCode } from '../core/codes.js';
import { need } from '../core/fetched.js';
import { recall } from '../core/storage.js';
import { t } from '../core/texts.js';
import { stationSheet, stationView } from './station_views.js';

const MOST_AT_ONCE = 99;
const JOBS_SHOWN = 10;
const COUNT_AFTER_MS = 500;
const NOT_WANTED = /not_an?_(tote|item)/; // it is known, and something else than was asked for
const FETCHED_LATER = ['station_more', 'station_weigh', 'station_what'];
// In which of these scripts a sheet is; all others are in the first.
const SHEETS = { agree: 1, weight: 1, what: 2 };
const MOST_WAITING = 15; // labels; with more a run does not go on by itself: the printer may have stopped

export class Station {
  constructor(shell) {
    this.shell = shell;
    this.parcel = null;
    this.batch = null;
    this.batches = [];
    this.run = null;
    this.bulk = null; // how bulk totes and runs look: `bulk_views.js`, once it is there
    this.content = null;
    this.making = false;
    this.ahead = [];
    this.pattern = null;
    this.printers = [];
    this.jobs = [];
    this.totes = [];
    this.gathering = [];
    this.today = null;
    this.last = null;
    this.weight = null;
    this.doubted = null;
    this.times = 1;
    this.now = null;
    this.asks = null;
    this.cartons = [];
    this.aside = [];
    this.closesItself = false;
    this.putIn = false;
    this.sheets = []; // scripts of sheets that have been fetched
    this.weighing = null; // that of weights, once there
    this.scale = null; // of this computer, if it has one
    this.onScale = '';
    this.what = null;
    this.job = null;
    this.reason = '';
    this._edition = 0; // grows with every answer to what the packer did: what was asked before that is old
  }

  enter() {
    if (navigator.serial && recall('scale.on', false)) this._withScale().then((scale) => scale && scale.again());
    return this.connected();
  }

  /** The scale of this computer, on a serial line: its script is fetched where there is one. */
  _withScale() {
    return this._more('scale').then((make) => {
      if (make && !this.scale) this.scale = make(this);
      return this.scale;
    });
  }

  /** What the scale shows; a weight that has settled is the parcel's, once all is in. */
  live(reading, grams) {
    const shown = reading && !reading.fault ? t('weigh.live', { n: reading.grams }) : reading && reading.fault ? t('weigh.fault.' + reading.fault) : '';
    if (shown === this.onScale && !grams) return;
    this.onScale = shown;
    const wanted = this.parcel && this.parcel.complete && !this.shell.sheet && grams && (!this.weight || this.weight.source === 'scale');
    if (wanted) this.weight = { grams: grams, source: 'scale' };
    this.shell.changed();
  }

  async connected() {
    const edition = this._edition;
    const envelope = await this.shell.link.ask('pack.state', {});
    if (edition !== this._edition) return this.connected();
    if (envelope.ok) this._take(envelope.data);
    else this.shell.say(envelope.message);
    if (this.parcel && this.parcel.complete && !this.weight) await this.weigh();
    return this.shell.changed();
  }

  _take(data) {
    if (data.parcel !== undefined) this._open(data.parcel);
    if (data.batch !== undefined) this.batch = data.batch;
    if (data.ahead) this.ahead = data.ahead;
    if (data.run !== undefined) this.run = data.run;
    if (this.run || this.batch) this._needBulk();
    if (data.waiting_batches) this.batches = data.waiting_batches;
    if (data.printers) this.printers = data.printers;
    if (data.jobs) this.jobs = data.jobs;
    if (data.waiting_totes) this.totes = data.waiting_totes;
    if (data.gathering) this.gathering = data.gathering;
    if (data.today) this.today = data.today;
    if (data.cartons) this.cartons = data.cartons;
    if (data.aside) this.aside = data.aside;
    if (data.closes_itself !== undefined) this.closesItself = data.closes_itself;
  }

  _open(parcel) {
    if (!parcel || !this.parcel || parcel.id !== this.parcel.id) {
      this.weight = null;
      this.asks = null;
      this.putIn = false;
    }
    this.parcel = parcel;
  }

  event(row) {
    const act = { 'parcel.waybill': this._waybill, 'parcel.waybill_refused': this._refused, 'print.job': this._job, 'printer.status': this._printer }[row.name];
    if (act) act.call(this, row.data);
    this.shell.changed();
  }

  _waybill(data) {
    if (this.making || this.run || (this.last && this.last.number !== data.parcel)) return; // the labels of a run are counted
    this.last = Object.assign({}, this.last, { number: data.parcel, waybill: data.waybill });
    play('done');
  }

  _refused(data) {
    this.shell.tell('station.no_carrier', 'warning', data);
  }

  _job(data) {
    const known = this.jobs.find((job) => job.id === data.id);
    if (known) Object.assign(known, data);
    else this.jobs = [data].concat(this.jobs).slice(0, JOBS_SHOWN);
    this._later();
    if (data.status === 'uncertain') this.shell.tell('station.look_at_printer', 'warning', { printer: data.printer });
  }

  _later() {
    clearTimeout(this._counting);
    this._counting = setTimeout(() => this._count(), COUNT_AFTER_MS);
  }

  /** How many labels wait for each printer; asked once for a burst of events. */
  async _count() {
    if (!this.shell.link) return;
    const envelope = await this.shell.link.ask('print.jobs', {});
    if (envelope.ok) this._take({ printers: envelope.data.printers, jobs: envelope.data.jobs.slice(0, JOBS_SHOWN) });
    if (this.run) await this._followRun();
    this.shell.changed();
  }

  _printer(data) {
    const known = this.printers.find((printer) => printer.code === data.code);
    if (!known) return this._later();
    if (data.status === 'blocked' && known.status !== 'blocked') this.shell.tell('station.printer_stopped', 'warning', { printer: known.name });
    Object.assign(known, data);
  }

  async scan(code) {
    if (this.shell.sheet === 'agree') return this.weighing.scan(code);
    const doubted = this.jobs.find((job) => job.status === 'uncertain' && job.code && sameCode(job.code, code));
    if (doubted) return this.resolve(doubted, true); // it came out: here it is
    if (this.shell.sheet && this.shell.sheet !== 'weight') this.shell.sheet = null;
    if (this.pattern) return this.pattern.scan(code);
    if (!this.parcel) return this.batch ? this._single(code) : this._openTote(code);
    if (!this.asks && this.cartons.some((one) => sameCode(one.code, code))) return this.takeCarton(code);
    if (this.parcel.complete) return this._weightTyped(code);
    if (this.asks) return this._answer(code);
    if (/^\d{1,2}$/.test(code)) return this._times(Number(code));
    return this._verify(code);
  }

  get scansInSheet() {
    return this.shell.sheet === 'weight' || this.shell.sheet === 'agree';
  }

  async _openTote(code) {
    const envelope = await this._send('pack.open', { code: code }, true);
    if (!envelope.ok) return;
    this.last = envelope.data.packed || null; // a box that was packed ahead
    if (this.today && this.last) this.today.parcels += 1;
    this.now = null;
    this.times = 1;
    this.doubted = null;
    if (this.parcel && this.parcel.complete) await this.weigh();
  }

  /** Boxes are packed before there are orders. */
  packAhead() {
    return this._more('ahead').then((make) => {
      if (make) this.pattern = make(this);
      this.shell.changed();
    });
  }

  /** What is seldom wanted comes in scripts of its own. */
  _more(name) {
    return need(name).catch(() => this.shell.tell('link.needed', 'warning'));
  }

  _needBulk() {
    if (!this.bulk) this._more('bulk_views').then((make) => {
      if (make) this.bulk = make();
      this.shell.changed();
    });
  }

  /** Out of a bulk tote: every scan is the parcel of a single-item order, or opens one of those with the same content. */
  async _single(code) {
    const asks = this.asks;
    const body = !asks ? { code: code } : asks.what === 'lot' ? { code: asks.code, lot: code } : { code: asks.code, lot: asks.lot, serial: code };
    const envelope = await this._send('batch.item', body, true);
    if (!envelope.ok) return;
    this.asks = envelope.data.asks || null;
    if (this.parcel) return this._begun();
    if (envelope.data.packed) this.last = envelope.data.packed;
    if (this.today && envelope.data.packed) this.today.parcels += 1;
    this.shell.changed();
  }

  /** The parcel of an order with the same content as others: its first piece is counted already. */
  async _begun() {
    const first = this.parcel.lines.find((line) => line.verified) || (this.asks && this.parcel.lines.find((line) => sameCode(line.sku.code, this.asks.code)));
    this.last = null;
    this.now = first ? first.order_line_id : null;
    this.times = 1;
    this.doubted = null;
    if (this.parcel.complete) await this._complete();
    this.shell.changed();
  }

  /** The content whose waybills are printed next: the one that was tapped, else the first that may be. */
  group() {
    const groups = this.batch.groups;
    return groups.find((one) => one.content === this.content) || groups.find((one) => one.proved && one.ready > 0) || groups[0] || null;
  }

  choose(content) {
    this.content = content;
    this.shell.changed();
  }

  /** A run of waybills: so many, or (null) all. */
  print(count) {
    return this._make('batch.run', Object.assign({ content: this.group().content }, count && { count: count }));
  }

  goOn() {
    return this._make('batch.go_on', {});
  }

  /** The run goes on by itself as long as the labels come out. */
  async _make(name, body) {
    if (this.making) return;
    this.making = true;
    this.last = null;
    let envelope = await this._send(name, body);
    while (envelope.ok && this.run && this.run.open && this.run.waiting < MOST_WAITING) envelope = await this._send('batch.go_on', {});
    this.making = false;
    await this.connected();
  }

  async _followRun() {
    if (this.making) return undefined;
    const edition = this._edition;
    const envelope = await this.shell.link.ask('batch.state', {});
    if (!envelope.ok || this.making) return undefined;
    if (edition !== this._edition) return this._followRun();
    this._take(envelope.data);
    return this.run && this.run.open && !this.parcel && this.run.waiting < MOST_WAITING ? this.goOn() : undefined;
  }

  async stopRun() {
    await this._send('batch.stop', {});
    this.shell.changed();
  }

  /** The pieces of the sample go back into the tote. */
  async drop() {
    const envelope = await this._send('batch.drop', { parcel_id: this.parcel.id });
    if (envelope.ok) this.now = null;
    return envelope.ok ? undefined : this.connected();
  }

  async putOff() {
    this.asks = null;
    await this._send('batch.put_off', {});
    this.shell.changed();
  }

  /** The tote is empty. Orders that still wait for a piece go to the supervisor, once the packer has looked again. */
  async batchEmpty(sure) {
    this.shell.closeSheet();
    if (this.batch.pieces && !sure) return this.openMore('lost');
    this.asks = null;
    await this._send('batch.empty', {});
    return this.shell.changed();
  }

  /** Two digits typed before a scan: that many of it at once. */
  _times(number) {
    this.times = Math.max(1, Math.min(MOST_AT_ONCE, number));
    this.shell.tell('station.times', 'info', { n: this.times });
  }

  _verify(code) {
    return this._put({ code: code, qty: this.times });
  }

  /** The lot or serial number that was asked for: the same item once more, with it. */
  _answer(code) {
    const asks = this.asks;
    const told = asks.what === 'lot' ? { lot: code } : { lot: asks.lot, serial: code };
    return this._put(Object.assign({ code: asks.code, qty: asks.qty }, told));
  }

  /** The packer has another item in hand after all. */
  notNow() {
    this.asks = null;
    this.now = null;
    this.shell.changed();
  }

  async _put(item) {
    const envelope = await this._send('pack.verify', Object.assign({ parcel_id: this.parcel.id }, item), !item.lot && !item.serial);
    this.times = 1;
    if (!envelope.ok || !this.parcel) return;
    this.asks = envelope.data.asks;
    const news = envelope.data.line;
    const line = this.parcel.lines.find((one) => one.order_line_id === news.order_line_id);
    if (line) Object.assign(line, { verified: news.verified, qty: news.qty });
    this.now = news.order_line_id;
    this.parcel.complete = envelope.data.complete;
    if (!envelope.message) play(this.parcel.complete ? 'done' : 'ok');
    if (this.parcel.complete) await this._complete();
  }

  _weightTyped(code) {
    this.shell.sheet = null;
    const grams = Number(code);
    if (/^\d{1,6}$/.test(code) && grams > 0) {
      this.weight = { grams: grams, source: 'typed' };
      return play('step');
    }
    const known = this.parcel.lines.some((line) => (line.sku.barcodes || []).concat(line.sku.code).some((one) => sameCode(one, code)));
    return known ? this.shell.tell('station.all_in', 'warning') : this._tellWhat(code);
  }

  /** Something else was scanned than is wanted: what it is, and what to do with it. */
  async _tellWhat(code) {
    const envelope = await this.shell.work(() => this.shell.link.ask('pack.what', { code: code }));
    if (!envelope.ok && this.parcel && this.parcel.complete) return this.shell.tell('station.close_first', 'warning');
    this.shell.say(envelope.message);
    this.what = envelope.ok ? envelope.data.what : null;
    return this.what && /^(parcel|order)$/.test(this.what.kind) ? this.openMore('what') : undefined;
  }

  typeWeight(text) {
    this.typed = text.slice(0, 6);
    this.shell.changed();
  }

  openWeight() {
    this.typed = '';
    return this.openMore('weight');
  }

  async weigh() {
    if (this.scale && this.scale.on) return this._weighHere();
    const envelope = await this.shell.link.ask('pack.scale', { parcel_id: this.parcel.id });
    if (envelope.ok) this.weight = { grams: envelope.data.grams, source: 'scale' };
    else this.shell.say(envelope.message);
    this.shell.changed();
  }

  async _weighHere() {
    const said = await this.shell.work(() => this.scale.weigh());
    if (said.grams) this.weight = { grams: said.grams, source: 'scale' };
    else this.shell.tell('weigh.fault.' + said.fault, 'warning');
    this.shell.changed();
  }

  /** All pieces are in. In speed mode the parcel closes by itself, unless its weight is doubted or nobody can tell. */
  async _complete() {
    await this.weigh();
    const parcel = this.parcel;
    const fit = this.closesItself && parcel && parcel.complete && parcel.expected_g > 0 && (parcel.put_in.length === 0 || this.putIn);
    if (fit && this.weight && this.weight.source === 'scale') await this.close();
  }

  async switchMode() {
    await this._send('pack.mode', { closes_itself: !this.closesItself });
    this.shell.changed();
  }

  /** `more`: what a supervisor who packs says of a weight that is off. */
  async close(more) {
    if (!this.weight) return this.shell.tell('station.weigh_first', 'warning');
    const parcel = this.parcel;
    const body = Object.assign({ parcel_id: parcel.id, weight_g: this.weight.grams, source: this.weight.source }, more);
    if (this.doubted === this.weight.grams) body.weight_confirmed = true;
    if (this.putIn) body.put_in = true;
    const envelope = await this._send('pack.close', body);
    if (!envelope.ok) return undefined;
    if (envelope.popup) return this._doubt(body.weight_g, envelope.popup);
    const closed = envelope.data.closed || envelope.data.parcel || {};
    // The waybill's event may have been faster than this answer.
    if (!this.last || this.last.number !== parcel.number) this.last = { number: closed.number || parcel.number, waybill: closed.waybill || null };
    if (!envelope.data.closed) this.parcel = null; // else the order's next one is on the table already
    this.weight = null;
    this.now = null;
    return this.connected();
  }

  /** The gift note and what the shop adds are in the carton. */
  putAllIn() {
    this.putIn = true;
    play('step');
    this.shell.changed();
  }

  /** The weight does not fit the goods: the packer looks inside and closes once more, or calls the supervisor. */
  _doubt(grams, popup) {
    this.doubted = grams;
    this.doubt = popup;
    this._sheetsOf('station_weigh').then(() => this.shell.changed());
  }

  /** The carton is full: it is weighed and closed with what was verified, the rest of the order goes into the next. */
  async split() {
    const envelope = await this._send('pack.split', { parcel_id: this.parcel.id });
    if (envelope.ok) await this.weigh();
  }

  /** Another carton than was suggested. */
  async takeCarton(code) {
    this.shell.closeSheet();
    await this._send('pack.carton', { parcel_id: this.parcel.id, code: code });
    this.doubted = null;
    this.shell.changed();
  }

  /** A sheet out of the script for what is seldom wanted. */
  openMore(name) {
    return this._sheetsOf(FETCHED_LATER[SHEETS[name] || 0]).then((there) => there && this.shell.openSheet(name));
  }

  _sheetsOf(script) {
    return this._more(script).then((make) => {
      if (!make) return false;
      if (!this.sheets.some((one) => one.script === script)) this.sheets.push(Object.assign(make(this), { script: script }));
      this.weighing = this.sheets.find((one) => one.script === 'station_weigh') || null;
      return true;
    });
  }

  restart() {
    return this._send('pack.restart', { parcel_id: this.parcel.id }).then((envelope) => {
      if (!envelope.ok || !this.parcel) return;
      if (!envelope.data.parcel) this.parcel.lines.forEach((line) => { line.verified = 0; });
      this.parcel.complete = Boolean(envelope.data.parcel && envelope.data.parcel.complete);
      this.putIn = false;
      this.weight = null;
      this.now = null;
      this.asks = null;
      this.shell.changed();
    });
  }

  openReprint(job) {
    this.job = job;
    this.reason = '';
    return this.openMore('reprint');
  }

  chooseReason(reason) {
    this.reason = reason;
    this.shell.changed();
  }

  async reprint() {
    this.shell.closeSheet();
    await this._send('print.again', { job_id: this.job.id, reason: this.reason });
    await this.connected();
  }

  async resolve(job, cameOut) {
    const envelope = await this._send('print.resolve', { job_id: job.id, came_out: cameOut });
    await this.connected();
    if (envelope.ok && envelope.popup) this.openReprint(job);
  }

  /** `scanned`: what was scanned may be anything; then it is told what it is. */
  async _send(name, body, scanned) {
    const envelope = await this.shell.work(() => this.shell.link.send(name, body));
    this._edition += 1;
    if (envelope.ok) this._take(envelope.data.order ? {} : pick(envelope.data));
    if (scanned && !envelope.ok && NOT_WANTED.test(envelope.message.code)) await this._tellWhat(body.code);
    else this.shell.say(envelope.message);
    return envelope;
  }

  view() {
    return stationView(this);
  }

  sheet(name) {
    return stationSheet(this, name);
  }
}

/** What of an answer describes the whole station; `pack.close` names a parcel that is not open any more. */
function pick(data) {
  const whole = Object.assign({}, data);
  if (whole.parcel && !whole.parcel.lines) delete whole.parcel;
  return whole;
}
