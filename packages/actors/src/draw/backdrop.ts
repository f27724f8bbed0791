import { createRandom, pick, type Random } from "#maths/random.js";
import { clamp } from "#maths/scalar.js";
import { scale, type Vec3 } from "#maths/vector.js";

const WALLS: readonly Vec3[] = [
  [0.62, 0.5, 0.4],
  [0.36, 0.42, 0.46],
  [0.48, 0.52, 0.44],
  [0.55, 0.44, 0.42],
  [0.3, 0.36, 0.42],
  [0.66, 0.62, 0.56],
];

/** The room is painted at this height and enlarged: it is out of focus anyway. */
const ROOM_HEIGHT = 180;

class Room {
  readonly width: number;
  readonly height: number;
  pixels: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Float32Array(width * height * 3);
  }

  fill(x: number, y: number, width: number, height: number, colour: Vec3): void {
    for (let j = Math.max(0, y | 0); j < Math.min(this.height, y + height); j++)
      for (let i = Math.max(0, x | 0); i < Math.min(this.width, x + width); i++)
        this.pixels.set(colour, (j * this.width + i) * 3);
  }

  addDisc(cx: number, cy: number, radius: number, colour: Vec3): void {
    for (let y = Math.max(0, (cy - radius) | 0); y < Math.min(this.height, cy + radius); y++)
      for (let x = Math.max(0, (cx - radius) | 0); x < Math.min(this.width, cx + radius); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 >= radius * radius) continue;
        const o = (y * this.width + x) * 3;
        for (let c = 0; c < 3; c++) this.pixels[o + c] = this.pixels[o + c]! + colour[c]!;
      }
  }

  /** Two running means, across and down. */
  blur(radius: number): void {
    this.pixels = this.#blurLines(this.pixels, this.width, this.height, 3, 3 * this.width, radius);
    this.pixels = this.#blurLines(this.pixels, this.height, this.width, 3 * this.width, 3, radius);
  }

  #blurLines(
    source: Float32Array,
    length: number,
    lines: number,
    step: number,
    lineStep: number,
    radius: number,
  ): Float32Array {
    const out = new Float32Array(source.length);
    const at = (o: number, k: number): number => source[o + clamp(k, 0, length - 1) * step]!;
    for (let line = 0; line < lines; line++)
      for (let c = 0; c < 3; c++) {
        const o = line * lineStep + c;
        let sum = 0;
        for (let k = -radius; k <= radius; k++) sum += at(o, k);
        for (let k = 0; k < length; k++) {
          out[o + k * step] = sum / (2 * radius + 1);
          sum += at(o, k + radius + 1) - at(o, k - radius);
        }
      }
    return out;
  }
}

function paintWindow(room: Room, isRight: boolean, wall: Vec3): void {
  const { width: w, height: h } = room;
  const x = isRight ? w * 0.72 : w * 0.04;
  const width = w * 0.22;
  room.fill(x - 3, h * 0.06, width + 6, h * 0.62, scale(wall, 0.9));
  room.fill(x, h * 0.09, width, h * 0.56, [1.1, 1.15, 1.2]);
  room.fill(x + width * 0.48, h * 0.09, width * 0.05, h * 0.56, [0.6, 0.58, 0.55]);
  room.fill(x, h * 0.34, width, h * 0.03, [0.6, 0.58, 0.55]);
}

function paintShelves(room: Room, random: Random, x0: number): void {
  const { width: w, height: h } = room;
  for (let k = 0; k < 3; k++) {
    const y = h * (0.2 + 0.22 * k);
    room.fill(x0, y, w * 0.3, h * 0.02, [0.22, 0.14, 0.09]);
    for (let x = x0 + 4; x < x0 + w * 0.28;) {
      const width = 3 + random() * 7;
      const height = h * (0.08 + 0.09 * random());
      const colour: Vec3 = [0.1 + 0.6 * random(), 0.1 + 0.45 * random(), 0.1 + 0.45 * random()];
      if (random() < 0.75) room.fill(x, y - height, width, height, scale(colour, 0.6));
      x += width + 1 + random() * 3;
    }
  }
}

function paintPlant(room: Room, random: Random, x: number): void {
  const { height: h } = room;
  for (let i = 0; i < 60; i++) {
    const angle = random() * 2 * Math.PI;
    const reach = random() * h * 0.2;
    const leaf: Vec3 = [0.05, 0.09 + 0.07 * random(), 0.05];
    room.fill(
      x + Math.cos(angle) * reach,
      h * 0.72 + Math.sin(angle) * reach * 1.2,
      5 + random() * 6,
      3 + random() * 5,
      leaf,
    );
  }
  room.fill(x - 8, h * 0.88, 18, h * 0.12, [0.5, 0.3, 0.2]);
}

/** An out-of-focus room from a seed: linear RGB per pixel. */
export function paintBackdrop(width: number, height: number, seed: number): Float32Array {
  const random = createRandom(seed * 101 + 7);
  const room = new Room(Math.max(40, Math.round((ROOM_HEIGHT * width) / height)), ROOM_HEIGHT);
  const { width: w, height: h } = room;
  const wall = pick(random, WALLS);
  const lampX = random() * w;
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const glow = Math.exp(-(((x - lampX) / w / 0.6) ** 2) - ((y - h * 0.3) / h / 0.8) ** 2);
      room.pixels.set(scale(wall, 0.3 + 0.5 * glow), (y * w + x) * 3);
    }
  const hasWindow = random() < 0.6;
  const isRight = random() < 0.5;
  if (hasWindow) paintWindow(room, isRight, wall);
  const shelvesRight = hasWindow ? !isRight : random() < 0.5;
  paintShelves(room, random, shelvesRight ? w * 0.68 : w * 0.02);
  paintPlant(room, random, hasWindow && isRight ? w * 0.06 : w * 0.9);
  room.blur(7);
  room.blur(7);
  for (let i = 0; i < 9; i++) {
    const lamp: Vec3 = [0.22, 0.176 + 0.044 * random(), 0.11 + 0.088 * random()];
    room.addDisc(random() * w, random() * h * 0.5, 4 + random() * 7, lamp);
  }
  room.blur(4);
  room.blur(4);
  return enlarge(room, width, height);
}

function enlarge(room: Room, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height * 3);
  const { width: w, height: h, pixels } = room;
  for (let y = 0; y < height; y++) {
    const fy = clamp(((y + 0.5) * h) / height - 0.5, 0, h - 1.001);
    const yi = fy | 0;
    const b = fy - yi;
    for (let x = 0; x < width; x++) {
      const fx = clamp(((x + 0.5) * w) / width - 0.5, 0, w - 1.001);
      const xi = fx | 0;
      const a = fx - xi;
      const p = (yi * w + xi) * 3;
      const q = p + w * 3;
      const o = (y * width + x) * 3;
      for (let c = 0; c < 3; c++)
        out[o + c] =
          (pixels[p + c]! * (1 - a) + pixels[p + 3 + c]! * a) * (1 - b) +
          (pixels[q + c]! * (1 - a) + pixels[q + 3 + c]! * a) * b;
    }
  }
  return out;
}
