// What parts and closes the aisles of a floor: cross aisles, one-way arrows, obstacles.
import { html } from '../core/html.js';
import { t } from '../core/texts.js';

const ACROSS = 8; // units: how wide a cross aisle is drawn
const CORRIDOR = 0.34; // share of the spacing between two aisles that people walk in, whatever map it is
const AN_ARROW = 60; // units of a one-way aisle for each arrow

/** The fields of a floor that older answers do not have. */
function listsOf(floor) {
  return { crosses: floor.cross_aisles_mm || [], oneWay: floor.one_way || [], obstacles: floor.obstacles || [] };
}

/** Where they are drawn: {crosses: [y], arrows: [{x, y, up}], obstacles: [{x, y, width, height}]}. */
export function waysOf(project, floor) {
  const { crosses, oneWay, obstacles } = listsOf(floor);
  const half = (project.spacing * CORRIDOR) / 2;
  const several = Math.max(2, Math.round(project.length / AN_ARROW));
  const arrows = oneWay.map((one) => Array.from({ length: several }, (none, at) => ({
    x: project.aisleX(one.aisle), y: project.back + ((at + 0.5) * project.length) / several, up: one.towards === 'back',
  })));
  return {
    crosses: crosses.map((mm) => project.y(mm)),
    arrows: [].concat(...arrows),
    obstacles: obstacles.map((one) => ({ x: project.aisleX(one.aisle) - half, y: project.y(one.to_mm), width: 2 * half, height: project.y(one.from_mm) - project.y(one.to_mm) })),
  };
}

export function FloorWays({ project, floor }) {
  const ways = waysOf(project, floor);
  const size = Math.max(2.6, Math.min(7, project.spacing * 0.13));
  return html`<g class="ways">
    ${ways.crosses.map((y) => html`<g key=${y} class="way-cross"><rect x="0" y=${y - ACROSS / 2} width=${project.width} height=${ACROSS} /><line x1="0" x2=${project.width} y1=${y} y2=${y} /></g>`)}
    ${ways.arrows.map((one) => html`<path key=${one.x + ' ' + one.y} class="way-one" transform=${'translate(' + one.x + ',' + one.y + ') scale(' + size + ',' + (one.up ? size : -size) + ')'} d="M-1 .7 L0 -.7 L1 .7" />`)}
    ${ways.obstacles.map((one) => html`<rect key=${one.x + ' ' + one.y} class="way-shut" x=${one.x} y=${one.y} width=${one.width} height=${Math.max(1, one.height)}><title>${t('layout.obstacle')}</title></rect>`)}
  </g>`;
}
