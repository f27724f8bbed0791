/**
 * Cheapest way from a set of seeds to every pixel of a square plane, when each pixel has a price and a step costs the mean
 * price of both its ends times its length. Up to four sweeps over the plane; exact enough for smooth ways.
 * @param seeds above 0 where ways begin. @param prices 0 and above.
 * @returns cost a pixel, 0 at seeds.
 */
export function reachFrom(seeds: Float32Array, prices: Float32Array, side: number): Float32Array {
  const cost = seeds.map((seed) => (seed > 0 ? 0 : 1e9));
  for (let sweep = 0; sweep < 4; sweep++) {
    let isChanged = false;
    for (let y = 1; y < side; y++) isChanged = sweepRow(cost, prices, side, y, -side) || isChanged;
    for (let y = side - 2; y >= 0; y--) isChanged = sweepRow(cost, prices, side, y, side) || isChanged;
    if (!isChanged) break;
  }
  return cost;
}

/**
 * Ways into one row: from a neighbouring one and from the left, then from the right.
 * @param away offset of the neighbouring row. @returns whether any became cheaper.
 */
function sweepRow(cost: Float32Array, prices: Float32Array, side: number, y: number, away: number): boolean {
  const first = y * side;
  const last = first + side - 1;
  let isChanged = false;
  for (let o = first; o <= last; o++) {
    const here = prices[o]!;
    const from = o + away;
    let least = cost[from]! + (here + prices[from]!) / 2;
    if (o > first) {
      least = Math.min(least, cost[from - 1]! + (here + prices[from - 1]!) * halfDiagonal);
      least = Math.min(least, cost[o - 1]! + (here + prices[o - 1]!) / 2);
    }
    if (o < last) least = Math.min(least, cost[from + 1]! + (here + prices[from + 1]!) * halfDiagonal);
    if (least < cost[o]!) {
      cost[o] = least;
      isChanged = true;
    }
  }
  for (let o = last - 1; o >= first; o--) {
    const there = cost[o + 1]! + (prices[o]! + prices[o + 1]!) / 2;
    if (there < cost[o]!) {
      cost[o] = there;
      isChanged = true;
    }
  }
  return isChanged;
}

const halfDiagonal = Math.SQRT2 / 2;
