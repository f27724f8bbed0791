/** How a sound gives way to another. */
export interface DuckCurve {
  /** When it does so wholly; ascending and disjoint. */
  readonly spans: readonly { readonly startSeconds: number; readonly endSeconds: number }[];
  /** Gain inside of them, 0 to 1. */
  readonly floor: number;
  /** It goes down along half a cosine for this long before a span, and comes up behind it. Where two of these meet it stays down. */
  readonly rampSeconds: number;
}

/** Gain of a sound at a moment. */
export function gainAt(curve: DuckCurve, seconds: number): number {
  const span = stretches(curve).find(({ endSeconds }) => seconds < endSeconds + curve.rampSeconds);
  return span === undefined ? 1 : gainBeside(curve, Math.max(span.startSeconds - seconds, seconds - span.endSeconds));
}

/** Turns a sound down, in place; samples outside of spans and ramps stay bit for bit. @param fromSeconds of its first sample. */
export function applyDuck(
  interleaved: Float32Array,
  { fromSeconds, sampleRateHz, channelCount }: { fromSeconds: number; sampleRateHz: number; channelCount: number },
  curve: DuckCurve,
): void {
  const sampleOf = (seconds: number) =>
    Math.min(interleaved.length / channelCount, Math.max(0, Math.ceil((seconds - fromSeconds) * sampleRateHz)));
  for (const { startSeconds, endSeconds } of stretches(curve)) {
    const end = sampleOf(endSeconds + curve.rampSeconds);
    for (let sample = sampleOf(startSeconds - curve.rampSeconds); sample < end; sample++) {
      const seconds = fromSeconds + sample / sampleRateHz;
      const gain = gainBeside(curve, Math.max(startSeconds - seconds, seconds - endSeconds));
      for (let at = sample * channelCount; at < (sample + 1) * channelCount; at++) interleaved[at]! *= gain;
    }
  }
}

/** Gain at a distance from a span, negative inside of it. */
function gainBeside({ floor, rampSeconds }: DuckCurve, distanceSeconds: number): number {
  if (distanceSeconds <= 0) return floor;
  if (distanceSeconds >= rampSeconds) return 1;
  return floor + ((1 - floor) * (1 - Math.cos((Math.PI * distanceSeconds) / rampSeconds))) / 2;
}

/** The spans, those whose ramps meet joined. */
function stretches({ spans, rampSeconds }: DuckCurve): { startSeconds: number; endSeconds: number }[] {
  const joined: { startSeconds: number; endSeconds: number }[] = [];
  for (const { startSeconds, endSeconds } of spans) {
    const last = joined.at(-1);
    if (last !== undefined && startSeconds - last.endSeconds < 2 * rampSeconds) last.endSeconds = endSeconds;
    else joined.push({ startSeconds, endSeconds });
  }
  return joined;
}
