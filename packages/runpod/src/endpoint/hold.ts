import { StoreFailure } from "./guard-store.js";
import type { Topics } from "./topics.js";

/** For how long, and for what, a request is held. */
export interface Hold {
  readonly topics: Topics;
  readonly topic: string;
  readonly waitMs: number;
  /** Ends it early: whoever asked has hung up, or the endpoint closes. */
  readonly isOver: () => boolean;
  /** Wakes it when `isOver` may have changed. */
  readonly signal: AbortSignal;
}

/** While the store is away, a held request looks again after this long. */
export const storeRetryMs = 1_000;

/**
 * Looks, and looks again whenever the topic wakes, until `isEnough` or until the time is up. An outage of the store does not
 * end it: workers and clients that wait would all come back at once.
 * @returns what was seen last.
 * @throws StoreFailure when the store was still away at the end.
 */
export async function holdUntil<Value>(
  hold: Hold,
  look: () => Promise<Value>,
  isEnough: (value: Value) => boolean,
): Promise<Value> {
  const endAt = performance.now() + hold.waitMs;
  const pause = createPause();
  const unsubscribe = hold.topics.on(hold.topic, pause.wake);
  hold.signal.addEventListener("abort", pause.wake);
  try {
    for (;;) {
      pause.rearm();
      const seen = await lookOnce(look);
      const leftMs = endAt - performance.now();
      const isOver = leftMs <= 0 || hold.isOver();
      if (seen instanceof StoreFailure) {
        if (isOver) throw seen;
        await pause.sleep(Math.min(leftMs, storeRetryMs));
      } else {
        if (isOver || isEnough(seen.value)) return seen.value;
        await pause.sleep(leftMs);
      }
    }
  } finally {
    unsubscribe();
    hold.signal.removeEventListener("abort", pause.wake);
  }
}

async function lookOnce<Value>(look: () => Promise<Value>): Promise<{ readonly value: Value } | StoreFailure> {
  try {
    return { value: await look() };
  } catch (error) {
    if (error instanceof StoreFailure) return error;
    throw error;
  }
}

/** A sleep that can be woken; a wake since `rearm` makes it return at once. */
export interface Pause {
  readonly wake: () => void;
  readonly rearm: () => void;
  sleep(milliseconds: number): Promise<void>;
}

/** A pause for one sleeper. */
export function createPause(): Pause {
  let isWoken = false;
  let end = () => {};
  return {
    wake() {
      isWoken = true;
      end();
    },
    rearm() {
      isWoken = false;
    },
    async sleep(milliseconds) {
      if (isWoken) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
