import { createRandom, gaussian } from "#maths/random.js";
import { lerp } from "#maths/scalar.js";
import type { Person } from "./person.js";

/** One eyelash on a lid. */
export interface Lash {
  /** 0 the person's right eye. */
  readonly eye: 0 | 1;
  readonly isUpper: boolean;
  /** Place along the lid, 0 outer .. 1 inner corner. */
  readonly along: number;
  readonly length: number;
  /** Sideways deviation. */
  readonly lean: number;
}

/** The lashes of both eyes; `share` 0..1 of the full number. */
export function growLashes(person: Person, share: number): readonly Lash[] {
  const random = createRandom(person.seed * 37 + 21);
  const lashes: Lash[] = [];
  for (const eye of [0, 1] as const)
    for (const isUpper of [true, false]) {
      const count = Math.round((isUpper ? 66 : 28) * Math.max(0.3, share));
      for (let i = 0; i < count; i++) {
        const along = 0.06 + (0.9 * (i + random() * 0.6)) / count;
        const full = isUpper ? (0.036 + 0.026 * person.makeup) * lerp(1.15, 0.6, along) : 0.016;
        lashes.push({ eye, isUpper, along, length: full * (0.7 + 0.3 * random()), lean: 0.12 * gaussian(random) });
      }
    }
  return lashes;
}
