/**
 * Puts the numbered events of one topic in order. Numbers have no gaps, so a jump means that something
 * was missed: later events wait while the gap is asked for.
 */
export class Sequencer {
  /**
   * `last`: the number seen last on this device, 0 if none.
   * @param {number} last
   */
  constructor(last) {
    this.last = last || 0;
    /** @type {Map<number, any>} */
    this._early = new Map();
    this._synced = false;
  }

  /**
   * What the server says on connecting: rows missed, and the topic's newest number.
   * @param {import('../types').Pushed[]} rows @param {number} [newest]
   */
  sync(rows, newest) {
    this._synced = true;
    const list = rows || [];
    const ends = list.length ? list[list.length - 1].seq : 0;
    const top = Math.max(newest === undefined ? 0 : newest, ends);
    // A device that has seen nothing starts from now; a number above the newest is from another life.
    if (!list.length && (this.last === 0 || (newest !== undefined && newest < this.last))) this.last = top;
    return this.take(list);
  }

  /**
   * Rows in any order. Returns {rows: those due now, gap: whether to ask for rows after `last`}.
   * @param {import('../types').Pushed[]} rows
   */
  take(rows) {
    rows.forEach((row) => row.seq > this.last && this._early.set(row.seq, row));
    if (!this._synced) return { rows: [], gap: false };
    /** @type {import('../types').Pushed[]} */
    const due = [];
    while (this._early.has(this.last + 1) && !this._early.get(this.last + 1).hint) {
      this.last += 1;
      due.push(this._early.get(this.last));
      this._early.delete(this.last);
    }
    this._early.forEach((row, seq) => seq <= this.last && this._early.delete(seq));
    return { rows: due, gap: this._early.size > 0 };
  }

  /**
   * The answer to asking for a gap. What the server no longer has is skipped.
   * @param {import('../types').Pushed[]} rows
   */
  resume(rows) {
    const lowest = Math.min(...rows.map((row) => row.seq), ...Array.from(this._early.keys()));
    if (isFinite(lowest) && lowest > this.last + 1) this.last = lowest - 1;
    return this.take(rows);
  }

  /** A socket that went away: rows count as live again only after the next `sync`. */
  lost() {
    this._synced = false;
  }
}
