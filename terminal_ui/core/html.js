// One import for everything that draws: Preact with htm templates (escaped by default) and hooks.
import { Fragment, h, options, render } from '../vendor/preact.js';
import htm from '../vendor/htm.js';

// Preact's default is queueMicrotask, which Chromium 67 does not have.
options.debounceRendering = (draw) => Promise.resolve().then(draw);

/** @type {(strings: TemplateStringsArray, ...values: any[]) => any} */
export const html = htm.bind(h);
export { Fragment, h, render };
export { useEffect, useLayoutEffect, useRef, useState } from '../vendor/hooks.js';
