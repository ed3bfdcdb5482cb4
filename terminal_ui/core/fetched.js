// Scripts of their own, fetched when somebody first wants them: a page starts with what everybody needs.
const offered = new Map();

/** A flow's script says how the flow is made: offer('count', (shell) => new Count(shell)). */
export function offer(name, make) {
  offered.set(name, make);
}

/** What a script of its own offers, once it is there. */
export function need(name) {
  return offered.has(name) ? Promise.resolve(offered.get(name)) : fetchScript(name).then(() => offered.get(name));
}

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
