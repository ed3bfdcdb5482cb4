// Contrast of at least 7:1 (WCAG AAA) for every pair of colours that carries text.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const css = readFileSync(new URL('../style/tokens.css', import.meta.url), 'utf8');
const blocks = { light: /:root \{([^}]*)/, dark: /\[data-theme="dark"\] \{([^}]*)/, automatic: /\[data-theme="auto"\] \{([^}]*)/,
  'high contrast': /:root\[data-contrast="high"\] \{([^}]*)/, 'dark, high contrast': /\[data-theme="dark"\]\[data-contrast="high"\] \{([^}]*)/, 'automatic, high contrast': /\[data-theme="auto"\]\[data-contrast="high"\] \{([^}]*)/ };
const ALSO = [['bg', 'ink'], ['card', 'ink'], ['sunk', 'ink'], ['bg', 'soft'], ['card', 'soft'], ['sunk', 'soft'], ['card', 'act'], ['card', 'ok'], ['card', 'stop'], ['bg', 'stop']];

function colours(block) {
  return Object.fromEntries(Array.from(css.match(block)[1].matchAll(/--([\w-]+): (#[0-9a-f]{6})/g), (found) => [found[1], found[2]]));
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

for (const [name, block] of Object.entries(blocks)) {
  test(`${name}: text is readable`, () => {
    const all = colours(block);
    const pairs = Object.keys(all).filter((key) => all[`${key}-ink`]).map((key) => [key, `${key}-ink`]).concat(ALSO);
    assert.ok(pairs.length > 15);
    for (const [back, front] of pairs) assert.ok(contrast(all[back], all[front]) >= 7, `${back} / ${front}: ${contrast(all[back], all[front]).toFixed(2)}`);
  });
}

for (const name of ['high contrast', 'dark, high contrast']) {
  test(`${name}: edges and lines are as clear as text`, () => {
    const all = colours(blocks[name]);
    for (const back of ['bg', 'card', 'sunk']) for (const edge of ['line', 'edge', 'act', 'ok', 'stop']) assert.ok(contrast(all[back], all[edge]) >= 7, `${back} / ${edge}`);
  });
}

test('the switch and the device give the same dark', () => {
  assert.deepEqual(colours(blocks.dark), colours(blocks.automatic));
  assert.deepEqual(colours(blocks['dark, high contrast']), colours(blocks['automatic, high contrast']));
});
