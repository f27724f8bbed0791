import type { Manifest } from "@understudy/render";

/** Seconds of all engine threads together: whatever the threads of the swap stage did, loading the nets included. */
export function engineSecondsOf({ stages }: Pick<Manifest, "stages">): number {
  const threads = stages.filter(({ stage }) => stage === "swap").map(({ threadSeconds }) => threadSeconds ?? {});
  return threads.flatMap((parts) => Object.values(parts)).reduce((sum, seconds) => sum + seconds, 0);
}
