/** A rectangle in pixels; right and bottom are excluded. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Samples per pixel in each direction. */
export const SAMPLES = 2;

/** What is seen at every sample of a picture: 0 nothing, t + 1 triangle t, -s - 1 strand segment s. */
export class SampleBuffer {
  /** Samples per row. */
  readonly width: number;
  readonly height: number;
  /** Reciprocal distance to the camera; larger is nearer. */
  readonly nearness: Float32Array;
  readonly id: Int32Array;
  /** Box to which drawing is limited, in samples. */
  clip: PixelBox = { left: 0, top: 0, right: 0, bottom: 0 };

  constructor(widthPixels: number, heightPixels: number) {
    this.width = widthPixels * SAMPLES;
    this.height = heightPixels * SAMPLES;
    this.nearness = new Float32Array(this.width * this.height);
    this.id = new Int32Array(this.width * this.height);
  }

  /** Empties a box (in pixels) and limits drawing to it. */
  open(box: PixelBox): void {
    this.clip = {
      left: box.left * SAMPLES,
      top: box.top * SAMPLES,
      right: box.right * SAMPLES,
      bottom: box.bottom * SAMPLES,
    };
    for (let y = this.clip.top; y < this.clip.bottom; y++) {
      this.nearness.fill(0, y * this.width + this.clip.left, y * this.width + this.clip.right);
      this.id.fill(0, y * this.width + this.clip.left, y * this.width + this.clip.right);
    }
  }

  /** Draws a range of triangles given in sample coordinates. Triangles seen from behind are left out unless `isTwoSided`. */
  drawTriangles(
    triangles: Int32Array,
    first: number,
    count: number,
    X: Float32Array,
    Y: Float32Array,
    nearness: Float32Array,
    isTwoSided: boolean,
  ): void {
    const { width, nearness: Z, id, clip } = this;
    for (let t = first; t < first + count; t++) {
      const i = triangles[3 * t]!;
      const j = triangles[3 * t + 1]!;
      const k = triangles[3 * t + 2]!;
      const ax = X[i]!;
      const ay = Y[i]!;
      const bx = X[j]! - ax;
      const by = Y[j]! - ay;
      const cx = X[k]! - ax;
      const cy = Y[k]! - ay;
      const area = bx * cy - cx * by;
      // y points down in the picture, so a triangle that faces the camera has a negative area
      if (area > -1e-6 && (!isTwoSided || area < 1e-6)) continue;
      const x0 = Math.max(clip.left, Math.ceil(Math.min(0, bx, cx) + ax - 0.5));
      const x1 = Math.min(clip.right - 1, Math.floor(Math.max(0, bx, cx) + ax - 0.5));
      const y0 = Math.max(clip.top, Math.ceil(Math.min(0, by, cy) + ay - 0.5));
      const y1 = Math.min(clip.bottom - 1, Math.floor(Math.max(0, by, cy) + ay - 0.5));
      if (x0 > x1 || y0 > y1) continue;
      const inverse = 1 / area;
      const ux = cy * inverse;
      const uy = -cx * inverse;
      const vx = -by * inverse;
      const vy = bx * inverse;
      const za = nearness[i]!;
      const zb = nearness[j]! - za;
      const zc = nearness[k]! - za;
      for (let y = y0; y <= y1; y++) {
        let u = (x0 + 0.5 - ax) * ux + (y + 0.5 - ay) * uy;
        let v = (x0 + 0.5 - ax) * vx + (y + 0.5 - ay) * vy;
        let o = y * width + x0;
        for (let x = x0; x <= x1; x++, o++, u += ux, v += vx)
          if (u >= -1e-6 && v >= -1e-6 && u + v <= 1.000002) {
            const z = za + u * zb + v * zc;
            if (z > Z[o]!) {
              Z[o] = z;
              id[o] = t + 1;
            }
          }
      }
    }
  }

  /** Is a point (sample coordinates inside the clip) behind what is drawn there already? */
  isHidden(x: number, y: number, nearness: number): boolean {
    return this.nearness[(y | 0) * this.width + (x | 0)]! > nearness;
  }

  /** Draws one strand segment, `thickness` samples wide (at least 1). Both ends must lie inside the clip. */
  drawSegment(
    segment: number,
    x0: number,
    y0: number,
    z0: number,
    x1: number,
    y1: number,
    z1: number,
    thickness: number,
  ): void {
    const { width, nearness: Z, id } = this;
    const dx = x1 - x0;
    const dy = y1 - y0;
    const isSteep = Math.abs(dy) > Math.abs(dx);
    const steps = Math.max(1, Math.ceil(isSteep ? Math.abs(dy) : Math.abs(dx)));
    const lines = Math.max(1, Math.round(thickness));
    const sx = dx / steps;
    const sy = dy / steps;
    const sz = (z1 - z0) / steps;
    // neighbouring lines lie one sample apart across the direction of the segment
    const across = isSteep ? 1 : width;
    const last = Z.length;
    if (lines > 3) {
      this.#drawBand(segment, x0, y0, z0, sx, sy, sz, steps, lines, isSteep);
      return;
    }
    let x = x0;
    let y = y0;
    let z = z0;
    for (let k = 0; k < steps; k++, x += sx, y += sy, z += sz) {
      let o = (y | 0) * width + (x | 0);
      for (let q = 0; q < lines && o < last; q++, o += across)
        if (z > Z[o]!) {
          Z[o] = z;
          id[o] = -segment - 1;
        }
    }
  }

  /** As `drawSegment` for broad bands, centred on the line. */
  #drawBand(
    segment: number,
    x0: number,
    y0: number,
    z0: number,
    sx: number,
    sy: number,
    sz: number,
    steps: number,
    lines: number,
    isSteep: boolean,
  ): void {
    const { width, nearness: Z, id, clip } = this;
    const half = lines >> 1;
    for (let k = 0; k < steps; k++) {
      const x = (x0 + sx * k) | 0;
      const y = (y0 + sy * k) | 0;
      const z = z0 + sz * k;
      const from = isSteep ? Math.max(clip.left, x - half) : Math.max(clip.top, y - half);
      const to = isSteep ? Math.min(clip.right, x + half) : Math.min(clip.bottom, y + half);
      for (let q = from; q < to; q++) {
        const o = isSteep ? y * width + q : q * width + x;
        if (z <= Z[o]!) continue;
        Z[o] = z;
        id[o] = -segment - 1;
      }
    }
  }
}
