// Line icons on a 24 × 24 grid, drawn for this project. Scripts that are fetched later bring their own.
import { html } from './html.js';

/** @type {Record<string, string>} */
export const PATHS = {
  check: 'M4 12.5l5.5 5.5L20 6.5',
  cross: 'M5 5l14 14M19 5L5 19',
  warning: 'M12 3.5L2.5 20h19zM12 10v4.5M12 17.2v.3',
  info: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v5.5M12 7.5v.3',
  clock: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5.5l3.5 2',
  place: 'M12 21.5s7-6.4 7-11.7a7 7 0 10-14 0c0 5.3 7 11.7 7 11.7zM12 7.3a2.5 2.5 0 100 5 2.5 2.5 0 000-5z',
  item: 'M3.5 7.5L12 3l8.5 4.5v9L12 21l-8.5-4.5zM3.5 7.5L12 12l8.5-4.5M12 12v9',
  tote: 'M3 8h18l-2 12H5zM2 8h20M8.5 8V4.5h7V8',
  cart: 'M2.5 4h3l2.5 12h10.5M6.5 7.5h14.5l-2 6H7.7M9.5 19.2v.6M17.5 19.2v.6',
  many: 'M4 18V9M9.3 18V6M14.6 18V9M20 18V3M2 21h20',
  done: 'M2.5 12.5l4.5 4.5L15 7.5M10.5 15.5l1.5 1.5 9.5-9.5',
  barcode: 'M3 5v14M6.5 5v14M9 5v14M13 5v14M16.5 5v14M18.5 5v14M21.5 5v14',
  keyboard: 'M2.5 6h19v12h-19zM6 10h.3M9.8 10h.3M13.6 10h.3M17.4 10h.3M7.5 14.3h9',
  menu: 'M4 6.5h16M4 12h16M4 17.5h16',
  back: 'M14.5 5l-7 7 7 7',
  next: 'M9.5 5l7 7-7 7',
  short: 'M3.5 7.5L12 3l8.5 4.5v9L12 21l-8.5-4.5zM8 12h8',
  truck: 'M2.5 6h11.5v11H2.5zM14 10h4.5l3 3.5V17H14M6.5 17.5a1.8 1.8 0 103.6 0 1.8 1.8 0 10-3.6 0M15.5 17.5a1.8 1.8 0 103.6 0 1.8 1.8 0 10-3.6 0',
  printer: 'M6.5 9V3.5h11V9M6.5 17.5H3V9h18v8.5h-3.5M6.5 14.5h11v6h-11z',
  scale: 'M4 20h16M6 20l1.5-9h9L18 20M5.5 7h13M12 7v4M12 15.5l1.7-1.7',
  person: 'M12 4a4 4 0 100 8 4 4 0 000-8zM4.5 20.5c.8-4.2 3.7-6 7.5-6s6.7 1.8 7.5 6',
  light: 'M12 7.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3L19 19M19 5l-1.7 1.7M6.7 17.3L5 19',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.5 4.5 0 010 6M18 6.5a8 8 0 010 11',
  world: 'M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18',
  out: 'M14 4H5v16h9M10 12h11M17.5 8.5L21 12l-3.5 3.5',
  power: 'M12 3v8.5M6.5 6.5a8 8 0 1011 0',
  again: 'M19.5 12a7.5 7.5 0 11-2.3-5.4L19.5 9M19.5 4v5h-5',
  receive: 'M12 3v9.5M8 9l4 4 4-4M3.5 13.5v7h17v-7',
  move: 'M3 7.5h14M13.5 3.5l4 4-4 4M21 16.5H7M10.5 12.5l-4 4 4 4',
  search: 'M10.5 3.5a7 7 0 100 14 7 7 0 000-14zM15.7 15.7L21 21',
  voice: 'M4 4h16v11h-9l-4.5 4.5V15H4zM8 8h8M8 11h5',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5',
  camera: 'M3 8h4l2-3h6l2 3h4v12H3zM12 10.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z',
  erase: 'M8.5 5.5H21v13H8.5L2.5 12zM11.5 9.5l5 5M16.5 9.5l-5 5',
};

/**
 * A decorative icon; the words beside it carry the meaning for those who do not see it.
 * @param {{ name: string, size?: number }} props
 */
export function Icon({ name, size }) {
  return html`<svg class="icon" viewBox="0 0 24 24" width=${size || 24} height=${size || 24} aria-hidden="true"
    focusable="false"><path d=${PATHS[name] || PATHS.info} /></svg>`;
}
