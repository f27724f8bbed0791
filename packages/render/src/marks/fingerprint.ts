import type { PlanarFrame } from "#model/image.js";
import type { Fingerprint } from "#model/manifest.js";
import type { Rotation } from "#model/media.js";
import { createPictureHasher, type Crop } from "./fingerprint-hash.js";
import type { FingerprintSample } from "./marks.js";

/** Name of the fingerprint in manifests; another name means that hashes cannot be compared. */
export const fingerprintAlgorithm = "org.understudy.fingerprint.v1";

/** Looks at the frames of one film; `finish()` gives what it makes of them. */
export interface Fingerprinter<Made> {
  /** Whether a frame of this second would be looked at. */
  wants(seconds: number): boolean;
  /** Takes in one frame of the stored picture in display order; read-only, not kept. */
  add(frame: PlanarFrame, seconds: number): void;
  /** Call once, at the end. */
  finish(): Made;
}

/** Sampling of what is kept: once a second up to ten minutes, then at most 600 times in all. */
const keptSampling = { stepSeconds: 1, maxSamples: 600 } as const;

/** Sampling of what is looked up: a trimmed copy's seconds lie between those of its original. */
const lookupSampling = { stepSeconds: 0.25, maxSamples: 2400 } as const;

/** Shares that a lookup assumes to be lost at a side; crops in between are near enough to one of them. */
const lostShares = [0, 0.05, 0.1];

const whole: Crop = { left: 0, right: 0, top: 0, bottom: 0 };

/** Looks at the frames of a film whose fingerprint is kept. */
export interface FilmFingerprinter extends Fingerprinter<Fingerprint> {
  /** Takes in the hash of a frame that was looked at before, in the place of the frame. */
  addHash(hash: string, seconds: number): void;
  /** All frames that were looked at so far. */
  samples(): readonly FingerprintSample[];
}

/** Makes the fingerprint that is kept with a film: a hash a second, on the upright picture. */
export function createFingerprinter({ rotation }: { readonly rotation: Rotation }): FilmFingerprinter {
  const hasher = createPictureHasher(rotation, [whole]);
  const samples: FingerprintSample[] = [];
  const sampler = createSampler(keptSampling);
  const addHash = (hash: string, seconds: number): void => {
    if (!sampler.wants(seconds)) return;
    samples.push({ seconds, hash });
    sampler.take([hash], seconds);
  };
  return {
    wants: (seconds) => sampler.wants(seconds),
    add(frame, seconds) {
      if (sampler.wants(seconds)) addHash(hasher(frame)[0]!, seconds);
    },
    addHash,
    samples: () => samples,
    finish: () => sampler.finish()[0]!,
  };
}

/**
 * The frames that the kept fingerprint looks at, as far as their times tell.
 * @param presentationSeconds of all frames of the film, ascending.
 */
export function fingerprintSeconds(presentationSeconds: readonly number[]): readonly number[] {
  const sampler = createSampler(keptSampling);
  return presentationSeconds.filter((seconds) => {
    const isWanted = sampler.wants(seconds);
    if (isWanted) sampler.take([""], seconds);
    return isWanted;
  });
}

/**
 * Makes fingerprints of a film of unknown origin, to be compared with kept ones: one of the film as it is, then one for
 * each way in which it may have been cropped, by up to a tenth at each side. A sample takes 4 ms at 720p.
 */
export function createLookupFingerprinter({
  rotation,
}: {
  readonly rotation: Rotation;
}): Fingerprinter<readonly [Fingerprint, ...Fingerprint[]]> {
  const crops = lostShares.flatMap((left) =>
    lostShares.flatMap((right) =>
      lostShares.flatMap((top) => lostShares.map((bottom) => ({ left, right, top, bottom }))),
    ),
  );
  const hasher = createPictureHasher(rotation, crops);
  const sampler = createSampler(lookupSampling);
  return {
    ...sampler,
    add(frame, seconds) {
      if (sampler.wants(seconds)) sampler.take(hasher(frame), seconds);
    },
  };
}

interface Sampling {
  readonly stepSeconds: number;
  readonly maxSamples: number;
}

/** Frames may come a little before their second where times were rounded. */
const toleranceSeconds = 0.001;

interface Sampler extends Omit<Fingerprinter<readonly [Fingerprint, ...Fingerprint[]]>, "add"> {
  /** Takes the hashes of a frame that is wanted. */
  take(sample: readonly string[], seconds: number): void;
}

function createSampler(sampling: Sampling): Sampler {
  let { stepSeconds } = sampling;
  let startSeconds: number | undefined;
  let samples: (readonly string[])[] = [];
  const filmSecondsAt = (seconds: number): number => seconds - (startSeconds ?? seconds) + toleranceSeconds;
  const wants = (seconds: number): boolean =>
    Number.isFinite(seconds) && filmSecondsAt(seconds) >= samples.length * stepSeconds;
  return {
    wants,
    take(sample, seconds) {
      startSeconds ??= seconds;
      const filmSeconds = filmSecondsAt(seconds);
      // A frame that comes after a gap stands for the seconds of the gap too.
      while (filmSeconds >= samples.length * stepSeconds) {
        samples.push(sample);
        if (samples.length <= sampling.maxSamples) continue;
        samples = samples.filter((_, place) => place % 2 === 0);
        stepSeconds *= 2;
      }
    },
    finish() {
      const fingerprint = (view: number): Fingerprint => ({
        algorithm: fingerprintAlgorithm,
        stepSeconds,
        hashes: samples.map((sample) => sample[view]!),
      });
      const [, ...others] = samples[0] ?? [];
      return [fingerprint(0), ...others.map((_, place) => fingerprint(place + 1))];
    },
  };
}
