import type { RenderEvent } from "#renders/service-render.js";

/** Reads of news that streams share: a thousand of one render cost one. */
export interface SharedReads {
  read(renderId: string, after: number): Promise<readonly RenderEvent[]>;
  /** Nobody joins a read any more that began before the news of this render; undefined: of any. */
  forget(renderId: string | undefined): void;
}

/** Reads in flight: after an outage all streams look at once, and requests use the same pool. */
const readsAtOnce = 4;

/** @param events asks the list. */
export function createSharedReads(
  events: (renderId: string, after: number) => Promise<readonly RenderEvent[]>,
): SharedReads {
  const inFlight = new Map<string, Map<number, Promise<readonly RenderEvent[]>>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const inTurn = async (renderId: string, after: number): Promise<readonly RenderEvent[]> => {
    if (running >= readsAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await events(renderId, after);
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };

  return {
    async read(renderId, after) {
      const ofRender = inFlight.get(renderId) ?? new Map<number, Promise<readonly RenderEvent[]>>();
      inFlight.set(renderId, ofRender);
      const joined = ofRender.get(after);
      if (joined !== undefined) return joined;
      const reading = inTurn(renderId, after);
      ofRender.set(after, reading);
      try {
        return await reading;
      } finally {
        ofRender.delete(after);
        if (ofRender.size === 0 && inFlight.get(renderId) === ofRender) inFlight.delete(renderId);
      }
    },
    forget(renderId) {
      if (renderId === undefined) inFlight.clear();
      else inFlight.delete(renderId);
    },
  };
}
