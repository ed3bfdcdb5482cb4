// Small settings in localStorage; in memory where a browser forbids it (private mode).
const memory = new Map();

/**
 * The value kept under `key`, or `fallback`.
 * @param {string} key @param {any} fallback @returns {any}
 */
export function recall(key, fallback) {
  try {
    const text = localStorage.getItem('wms.' + key);
    return text === null ? fallback : JSON.parse(text);
  } catch (error) {
    return memory.has(key) ? memory.get(key) : fallback;
  }
}

/**
 * Keep a JSON value; null or undefined removes it.
 * @param {string} key @param {any} value
 */
export function keep(key, value) {
  memory.set(key, value);
  try {
    if (value === null || value === undefined) localStorage.removeItem('wms.' + key);
    else localStorage.setItem('wms.' + key, JSON.stringify(value));
  } catch (error) {
    // The copy in memory serves until the page closes.
  }
}
