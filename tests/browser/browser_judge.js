// Given {text, contrast, least, whole} (see Rules in browser_looks.py), says what is wrong with the page as it is now.
(rules) => {
  const wrong = [];
  const root = document.documentElement;
  const say = (what, element) => wrong.push(what + ': ' + name(element));
  const name = (element) => (element.id ? '#' + element.id : element.tagName.toLowerCase() + '.' + String(element.className.baseVal || element.className).split(' ').join('.')) + ' "' + (element.textContent || element.placeholder || '').trim().slice(0, 40) + '"';
  // Lists may scroll: what is below their edge is not lost.
  const LISTS = '.list, .jobs, .paper, .column-body, .drawer-body, .labels, .desk-side, .goods, .evidence, .tote-grid, .panel-choices, .left-out, .people, .side-body, .runs, .codes, .office-table, .found, .office-shown, .waves-form, .waves-ahead, .waves-answers, .wall-slots, .design-parts, .design-right';
  const MEANT = '.item-name, .item-code, .good-name, .top-name, .office-two small, .office-house, .stock-reference, .hit-words, .wall-slot small'; // names of any length: cut, with the code beside them

  const sheet = document.querySelector('.sheet-back, .over');
  const onTop = (element) => !sheet || sheet.contains(element);
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && !element.closest('.unseen, svg') && onTop(element);
  };
  const slackOf = (element) => 1 + parseFloat(getComputedStyle(element).fontSize) / 5; // a line's box is taller than its letters
  const all = (selector) => Array.from(document.querySelectorAll(selector)).filter(seen);

  if (root.scrollWidth > root.clientWidth) wrong.push('the page scrolls sideways');
  const middle = document.querySelector('.middle');
  if (rules.whole && middle && middle.scrollHeight > middle.clientHeight + 1) wrong.push('the middle needs scrolling: ' + middle.scrollHeight + ' > ' + middle.clientHeight);

  all('button').filter((one) => !one.closest(LISTS)).forEach((button) => {
    const box = button.getBoundingClientRect();
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) say('button outside', button);
    if (button.scrollWidth > button.clientWidth + 1 || button.scrollHeight > button.clientHeight + slackOf(button)) say('button cut off', button);
  });
  if (all('.bottom .button').length > 3) wrong.push('more than three buttons at the bottom');

  Object.keys(rules.least).forEach((selector) => all(selector).forEach((element) => {
    const [what, pixels] = rules.least[selector];
    const has = what === 'font' ? parseFloat(getComputedStyle(element).fontSize) : element.getBoundingClientRect().height;
    if (has < pixels) say(what + ' of ' + has + ' px, not ' + pixels, element);
  }));

  const scan = document.getElementById('scan');
  if (scan && seen(scan) && scan.placeholder) {
    const pen = document.createElement('canvas').getContext('2d');
    const style = getComputedStyle(scan);
    pen.font = '400 ' + style.fontSize + ' ' + style.fontFamily;
    const room = scan.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (pen.measureText(scan.placeholder).width > room) say('placeholder cut off', scan);
  }

  const parse = (colour) => (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((one) => (one / 255 <= 0.03928 ? one / 255 / 12.92 : Math.pow((one / 255 + 0.055) / 1.055, 2.4)));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const over = (top, below) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map((at) => top[at] * alpha + below[at] * (1 - alpha));
  };
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== 'none') return null; // a drawing: the eye judges
      const colour = parse(style.backgroundColor);
      layers.push(colour);
      if (colour.length < 4 || colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const ratio = (element) => {
    const below = ground(element);
    if (!below) return 21;
    const [a, b] = [light(over(parse(getComputedStyle(element).color), below)), light(below)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  while (words.nextNode()) {
    const text = words.currentNode.textContent.trim();
    const element = words.currentNode.parentElement;
    if (!text || judged.has(element) || !seen(element) || /^(SCRIPT|STYLE)$/.test(element.tagName)) continue;
    judged.add(element);
    const style = getComputedStyle(element);
    if (parseFloat(style.fontSize) < rules.text) say('text of ' + style.fontSize, element);
    if (!element.closest('[disabled]') && ratio(element) < rules.contrast) say('contrast of ' + ratio(element).toFixed(1), element);
    const named = element.closest('.stock-reference'); // a file that stock came in with may be called like a code
    if (!named && (/\{\w+\}|\bundefined\b|\bNaN\b|\[object/.test(text) || /^[a-z_]+(\.[a-z_]+)+$/.test(text))) say('not a text for people', element);
    const meant = element.closest(MEANT);
    if (!meant && style.display !== 'inline' && style.overflow !== 'visible' && element.scrollWidth > element.clientWidth + 1) say('text cut off', element);
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    const box = range.getBoundingClientRect();
    const clips = meant || element.closest(LISTS) || element.closest('.middle, .sheet-body') === null;
    if (!meant && (box.left < -1 || box.right > innerWidth + 1)) say('text outside', element);
    if (!clips) {
      for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
        if (getComputedStyle(one).overflowX === 'visible') continue;
        const edge = one.getBoundingClientRect();
        const slack = slackOf(element);
        if (box.right > edge.right + 1 || box.left < edge.left - 1 || box.bottom > edge.bottom + slack || box.top < edge.top - slack) say('text cut by ' + name(one).slice(0, 30), element);
        break;
      }
    }
  }
  return wrong;
}
