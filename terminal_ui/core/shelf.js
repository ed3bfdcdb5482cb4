// The copy of the pages that the service worker (sw.js) keeps: where this page's own version is, and how newer ones come.
const LOOK_MS = 60 * 60 * 1000;

const own = typeof document === 'undefined' ? null : document.querySelector('script[type="module"][src^="/ui/~"]');
const version = own && /~([0-9a-f]+)/.exec(String(own.getAttribute('src'))); // null: this page did not come from the shelf

/**
 * The address of a file beside the scripts, in this page's version.
 * @param {string} address
 */
export function ofThisVersion(address) {
  return version ? address + '?shelf=' + version[1] : address;
}

let newer = false;

/**
 * Have this page and its like kept. Only where browsers allow it (https, or this very machine); elsewhere the page works
 * all the same. A newer version is taken at the next load, or at once when `idle()`: nobody is at work.
 * @param {() => boolean} idle
 */
export function keepPages(idle) {
  if (!window.isSecureContext || !navigator.serviceWorker) return;
  if (document.readyState === 'complete') register();
  else window.addEventListener('load', register); // the page itself comes first
  if (!navigator.serviceWorker.controller) return; // the first one to take over is no newer version
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    newer = true;
    if (idle()) takeNewer();
  });
}

function register() {
  navigator.serviceWorker.register('/sw.js').then((kept) => {
    setInterval(() => kept.update().catch(() => undefined), LOOK_MS);
  }).catch(() => undefined);
}

/** Load the page anew if there is a newer one. */
export function takeNewer() {
  if (newer) location.reload();
}
