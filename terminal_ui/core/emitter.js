/** A list of listeners by event name. `on` returns the function that takes the listener off again. */
export class Emitter {
  constructor() {
    /** @type {Record<string, ((...values: any[]) => any)[]>} */
    this._listeners = {};
  }

  /** @param {string} name @param {(...values: any[]) => any} listener */
  on(name, listener) {
    const list = this._listeners[name] || (this._listeners[name] = []);
    list.push(listener);
    return () => list.splice(list.indexOf(listener), 1);
  }

  /** @param {string} name @param {any[]} values */
  fire(name, ...values) {
    (this._listeners[name] || []).slice().forEach((listener) => listener(...values));
  }
}
