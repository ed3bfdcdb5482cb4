// Scripts of their own, fetched when somebody first wants them. A pack has them all, so only the desk's pages and those
// that are loaded `?plain` ask the server.
const offered = new Map();

/**
 * A flow's script says how the flow is made: offer('count', (shell) => new Count(shell)).
 * @param {string} name @param {any} make
 */
export function offer(name, make) {
  offered.set(name, make);
}

/**
 * What a script of its own offers, once it is there.
 * @param {string} name @returns {Promise<any>}
 */
export function need(name) {
  return offered.has(name) ? Promise.resolve(offered.get(name)) : fetchScript(name).then(() => offered.get(name));
}

/** @param {string} name */
function fetchScript(name) {
  return new Promise((done, fail) => {
    const script = document.createElement('script');
    script.type = 'module';
    script.src = '/ui/flows/' + name + '.js';
    script.onload = done;
    script.onerror = fail;
    document.head.appendChild(script);
  });
}
