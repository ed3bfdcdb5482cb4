// The lamp tells what is true, not what the socket believes: it looks at answers.
export const SLOW_MS = 1200;
export const DEAD_MS = 6000;

/**
 * 'ok', 'slow' or 'offline'. `health`: {connected, waitingSince: ms of the oldest unanswered request or
 * null, failing: whether the server answers that it cannot work, lastMs: how long the last answer took}. `deadMs`: an answer this late means no link.
 * @param {{ connected: boolean, waitingSince: number | null, failing: boolean, lastMs: number }} health
 * @param {number} now
 * @param {number} [deadMs]
 */
export function lampOf(health, now, deadMs) {
  if (!health.connected || health.failing) return 'offline';
  const waiting = health.waitingSince === null ? 0 : now - health.waitingSince;
  if (waiting >= (deadMs || DEAD_MS)) return 'offline';
  return waiting > SLOW_MS || health.lastMs > SLOW_MS ? 'slow' : 'ok';
}
