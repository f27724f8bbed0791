import type { Manifest } from "@understudy/render";

/** Seconds of all engine threads together: whatever the threads of any stage did, loading the nets included. */
export function engineSecondsOf({ stages }: Pick<Manifest, "stages">): number {
  return stages
    .flatMap(({ threadSeconds }) => Object.values(threadSeconds ?? {}))
    .reduce((sum, seconds) => sum + seconds, 0);
}
