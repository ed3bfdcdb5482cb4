// Walks in time: who sets out when, where a walker is, when each stop is come to. Pure: no page, no server. Time is
// counted in millimetres walked: everybody walks equally fast.

/** When each walk begins and ends if so many pickers take them in turn: {times: [[begin, end]], until}. */
export function inTurn(walks, pickers) {
  const free = Array.from({ length: Math.max(1, pickers) }, () => 0);
  const times = walks.map((walk) => {
    const at = free.indexOf(Math.min(...free));
    const begin = free[at];
    free[at] += walk.walk_mm;
    return [begin, free[at]];
  });
  return { times: times, until: Math.max(0, ...free) };
}

function length(a, b) {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);
}

/** The point of a path (along the axes) so many mm from its beginning. */
export function pointAt(path, mm) {
  let left = mm;
  for (let at = 1; at < path.length; at += 1) {
    const long = length(path[at - 1], path[at]);
    if (left <= long && long > 0) {
      const share = Math.max(0, left) / long;
      return [0, 1].map((axis) => path[at - 1][axis] + (path[at][axis] - path[at - 1][axis]) * share);
    }
    left -= long;
  }
  return path[path.length - 1];
}

/** How far along the path each stop is come to, in their order; one that lies beside it where it is passed nearest. */
export function stopsAlong(path, stops) {
  let from = 0;
  return stops.map((stop) => {
    let best = null;
    let walked = 0;
    for (let at = 1; at < path.length; at += 1) {
      const [a, b] = [path[at - 1], path[at]];
      const least = Math.max(0, from - walked);
      const long = length(a, b);
      if (long >= least && long > 0) {
        const spot = [0, 1].map((axis) => Math.min(Math.max(stop[axis], Math.min(a[axis], b[axis])), Math.max(a[axis], b[axis])));
        const along = walked + Math.max(least, length(a, spot));
        const miss = length(pointAt([a, b], along - walked), stop);
        if (!best || miss < best.miss) best = { miss: miss, along: along };
      }
      walked += long;
    }
    from = best ? best.along : from;
    return from;
  });
}

/** A colour for each cart, neighbours far apart on the wheel. */
export function colourOf(at) {
  return 'hsl(' + Math.round((at * 137.5) % 360) + ', 68%, ' + (at % 2 ? 42 : 50) + '%)';
}
