// Runs in a terminal's page before its own scripts: what a person feels, by the page's own clock (ms).
// A scan begins with its Enter. It is felt when a frame that has changed is on screen, and answered when the frame
// after the server's answer is.
(() => {
  const scans = [];
  const asked = new Map(); // number of a command without an answer yet → its scan
  const Real = window.WebSocket;
  const ASKED = /^42\/terminal,(\d+)\["command",/;
  const ANSWERED = /^43\/terminal,(\d+)\[/;
  let first = null;
  let unfelt = null;

  const drawn = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel(); // its message comes after the frame
    channel.port1.onmessage = () => then(performance.now());
    channel.port2.postMessage(0);
  });

  addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    unfelt = { enter: event.timeStamp, felt: null, asked: '', answered: null };
    scans.push(unfelt);
  }, true);

  new MutationObserver(() => {
    const scan = unfelt;
    unfelt = null;
    if (scan) drawn((at) => { scan.felt = at - scan.enter; });
    const frame = document.querySelector('.frame');
    if (frame && !first) first = {};
    if (frame && first[frame.dataset.screen] === undefined) {
      first[frame.dataset.screen] = null;
      drawn((at) => { first[frame.dataset.screen] = at; });
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

  window.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', (event) => {
        const found = ANSWERED.exec(event.data);
        const scan = found && asked.get(found[1]);
        if (found) asked.delete(found[1]);
        if (scan && scan.answered === null) drawn((at) => { scan.answered = at - scan.enter; });
      });
    }

    send(data) {
      const found = ASKED.exec(data);
      if (found) {
        const scan = scans[scans.length - 1];
        asked.set(found[1], scan && !scan.asked ? scan : null);
        if (scan) scan.asked = scan.asked || data.slice(found[0].length).split('"')[1];
      }
      super.send(data);
    }
  };

  const text = (selector) => {
    const found = document.querySelector(selector);
    return found ? found.textContent.trim() : '';
  };

  const now = () => {
    const frame = document.querySelector('.frame');
    const tote = document.querySelector('#tote');
    return {
      screen: frame.dataset.screen, step: frame.dataset.step, busy: frame.dataset.busy === 'yes', location: text('#location'),
      item: text('.item-code'), tote: tote ? tote.firstChild.textContent.trim() : '',
    };
  };

  const LOADED = /_|^(home|login)$/; // until its script is there, a flow's name stands for its screen
  const done = (scan) => scan.felt !== null && (!scan.asked || scan.answered !== null);
  const rests = () => asked.size === 0 && !now().busy && LOADED.test(now().screen) && scans.every(done);

  window.bench = {
    /** When each screen was first drawn, since the page was asked for. */
    first: () => first || {},
    /** The screen, once nothing is under way any more; what was measured meanwhile is in `scans`. */
    rested: (patience) => new Promise((give, fail) => {
      const until = performance.now() + patience;
      const look = () => {
        if (rests()) give(Object.assign(now(), { scans: scans.splice(0) }));
        else if (performance.now() > until) fail(new Error('no rest: ' + JSON.stringify([now(), scans, asked.size])));
        else setTimeout(look, 2);
      };
      drawn(look);
    }),
  };
})();
