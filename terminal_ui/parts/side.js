import { t } from '../core/texts.js';

/** Where along the floor a bin is: aisle, side and level in words. */
export function sideText(bin) {
  const words = [];
  if (typeof bin.aisle === 'number') words.push(t('pick.aisle', { n: bin.aisle + 1 }));
  if (bin.side === 'L') words.push(t('pick.left_side'));
  if (bin.side === 'R') words.push(t('pick.right_side'));
  if (bin.level) words.push(t('pick.level', { n: bin.level }));
  return words.join(' · ');
}
