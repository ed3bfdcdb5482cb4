/** A list of listeners by event name. `on` returns the function that takes the listener off again. */
export class Emitter {
  constructor() {
    this._listeners = {};
  }

  on(name, listener) {
    const list = this._listeners[name] || (this._listeners[name] = []);
    list.push(listener);
    return () => list.splice(list.indexOf(listener), 1);
  }

  fire(name, ...values) {
    (this._listeners[name] || []).slice().forEach((listener) => listener(...values));
  }
}
