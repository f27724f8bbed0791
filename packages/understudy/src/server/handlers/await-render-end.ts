import { hasEnded, type ServiceRender } from "#renders/service-render.js";
import type { Service } from "#server/service.js";
import type { StreamClock } from "./render-event-streams.js";

/** How long somebody waits. */
export interface Wait {
  readonly milliseconds: number;
  /** Of the request: nobody waits any more. */
  readonly signal: AbortSignal;
  readonly clock: StreamClock;
}

/** So often it is looked whether somebody still waits. */
const tickMs = 1000;

/**
 * Waits until a render has ended, the time is over, the caller went away or the service is about to stop.
 * @returns how the render is then; undefined when it is not there any more.
 */
export async function awaitRenderEnd(
  { ownerId, id }: Pick<ServiceRender, "ownerId" | "id">,
  { milliseconds, signal, clock }: Wait,
  { renders, isStopping }: Pick<Service, "renders" | "isStopping">,
): Promise<ServiceRender | undefined> {
  const endsAtMs = clock.nowMs() + milliseconds;
  const isOver = () => clock.nowMs() >= endsAtMs || signal.aborted || isStopping?.() === true;
  let wake = (): void => undefined;
  const unsubscribe = renders.subscribe((change) => {
    if (change.kind === "resync" || change.renderId === id) wake();
  });
  const stopTicking = clock.every(Math.min(tickMs, Math.max(1, milliseconds)), () => isOver() && wake());
  try {
    for (;;) {
      // What happens while it is read wakes it as well.
      const news = new Promise<void>((resolve) => (wake = resolve));
      const seen = await renders.get(ownerId, id);
      if (seen === undefined || hasEnded(seen) || isOver()) return seen;
      await news;
    }
  } finally {
    stopTicking();
    unsubscribe();
  }
}
