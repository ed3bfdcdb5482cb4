// A scale on a serial line of this computer (Web Serial: Chromium on a desk, over https). Fetched when somebody has one.
import { offer } from '../core/fetched.js';
import { Lines, Settled, parse } from '../core/scale_lines.js';
import { keep, recall } from '../core/storage.js';

const SILENT_MS = 1500; // without a word: it wants to be asked
const ASK_MS = 400;
const PATIENCE_MS = 6000; // for a weight to settle
const GONE_MS = 4000; // a scale that sends nothing for so long shows no weight
const QUESTIONS = ['SI\r\n', 'Q\r\n']; // Mettler SICS; A&D and its like
const LINE = '9600 8N1'; // what most scales are set to

/** `station`: {live(reading), settled(grams), shell}: told of every reading, and of each weight that has come to rest. */
export class SerialScale {
  constructor(station) {
    this.station = station;
    this.on = false;
    this.reading = null;
    this.line = recall('scale.line', LINE);
    this._waiting = [];
    this._heard = 0;
    this._listens = false;
  }

  /** The person picks the port; the browser asks only after a press. Says whether there is one now. */
  async choose(line) {
    this.line = line;
    keep('scale.line', line);
    await this.close();
    const port = await navigator.serial.requestPort().catch(() => null);
    if (!port || !(await this._open(port))) return false;
    keep('scale.on', true);
    await this.again(); // hears of its coming back from now on
    return true;
  }

  /** The port that was chosen before, without asking. */
  async again() {
    if (!this._listens) navigator.serial.addEventListener('connect', () => this.again());
    this._listens = true;
    if (this.on || !recall('scale.on', false)) return;
    const ports = await navigator.serial.getPorts();
    if (ports.length && !this.on) await this._open(ports[0]);
  }

  async forget() {
    keep('scale.on', null);
    await this.close();
  }

  async close() {
    this.on = false;
    if (this._reader) await this._reader.cancel().catch(() => undefined);
    await this._done;
  }

  /** The weight when it has settled: {grams}, or {fault}. */
  weigh() {
    return new Promise((done) => {
      const waiting = { done: done };
      waiting.timer = setTimeout(() => this._answer({ fault: (this.reading && this.reading.fault) || (this._fresh() ? 'moving' : 'silent') }, waiting), PATIENCE_MS);
      this._waiting.push(waiting);
    });
  }

  _answer(said, only) {
    const answered = only ? [only] : this._waiting;
    this._waiting = only ? this._waiting.filter((one) => one !== only) : [];
    answered.forEach((one) => {
      clearTimeout(one.timer);
      one.done(said);
    });
  }

  _fresh() {
    return Date.now() - this._heard < GONE_MS;
  }

  async _open(port) {
    const [, baud, bits, parity] = /^(\d+) (\d)([NE])1$/.exec(this.line) || [0, '9600', '8', 'N'];
    try {
      await port.open({ baudRate: Number(baud), dataBits: Number(bits), parity: parity === 'E' ? 'even' : 'none', stopBits: 1, bufferSize: 1024 });
    } catch (error) {
      return false; // another page or program has it
    }
    this.on = true;
    this._heard = 0;
    this._done = this._read(port);
    this._ask(port);
    return true;
  }

  async _read(port) {
    const lines = new Lines();
    const settled = new Settled();
    try {
      this._reader = port.readable.getReader();
      while (this.on) {
        const { value, done } = await this._reader.read();
        if (done) break;
        lines.push(value).forEach((line) => this._line(line, settled));
      }
    } catch (error) {
      // Unplugged: a new `connect` brings it back.
    }
    this.on = false;
    this.reading = null;
    this._answer({ fault: 'silent' });
    if (this._reader) this._reader.releaseLock();
    await port.close().catch(() => undefined);
    this.station.live(null);
  }

  _line(line, settled) {
    const reading = parse(line);
    if (!reading || reading.fault === 'busy') return;
    this._heard = Date.now();
    this.reading = reading;
    const grams = settled.take(reading, this._heard);
    if (grams) this._answer({ grams: grams });
    this.station.live(reading, grams);
  }

  /** A scale that says nothing by itself is asked, in one language after the other until it answers. */
  async _ask(port) {
    let question = -1;
    for (let n = 1; this.on; n += 1) {
      await new Promise((done) => setTimeout(done, ASK_MS));
      if (this._heard && question < 0) return;
      if (!this._heard && n * ASK_MS < SILENT_MS) continue;
      if (!this._heard) question = Math.floor(n / 4) % QUESTIONS.length;
      await this._write(port, QUESTIONS[question]);
    }
  }

  async _write(port, text) {
    if (!this.on || !port.writable || port.writable.locked) return;
    const writer = port.writable.getWriter();
    await writer.write(Uint8Array.from(text, (one) => one.charCodeAt(0))).catch(() => undefined);
    writer.releaseLock();
  }
}

offer('scale', (station) => new SerialScale(station));
