// (10)Yz-1(21)Test, from which core/enrol.js learns what a scanner sends: as GS1 DataMatrix, a row of 16 modules each, and
// as GS1-128, bars and spaces in turn. Dark on white, in every theme.
import { html } from '../core/html.js';

export const MATRIX = 'aaaa cbb7 9186 cad3 cd88 b36f d6a4 ac89 9092 bbd3 a240 d559 d6e4 ba9d 9b62 ffff';
export const BARS = '2112324111312213121141313121132141211221321232214111312232111232212133111122141142121241123211222331112';

export function Matrix({ label }) {
  const rows = MATRIX.split(' ').map((row) => parseInt(row, 16).toString(2).padStart(16, '0'));
  const path = rows.map((row, y) => Array.from(row, (bit, x) => (bit === '1' ? 'M' + x + ' ' + y + 'h1v1h-1z' : '')).join('')).join('');
  return html`<svg class="scanner-matrix" viewBox="-2 -2 20 20" role="img" aria-label=${label} shape-rendering="crispEdges"><path d=${path} /></svg>`;
}

export function Bars({ label }) {
  let x = 0;
  const path = Array.from(BARS, (width, nr) => {
    const bar = nr % 2 ? '' : 'M' + x + ' 0h' + width + 'v40h-' + width + 'z';
    x += Number(width);
    return bar;
  }).join('');
  return html`<svg class="scanner-bars" viewBox=${'-10 -4 ' + (x + 20) + ' 48'} role="img" aria-label=${label} shape-rendering="crispEdges" preserveAspectRatio="none"><path d=${path} /></svg>`;
}
