/** Starts work when all work that was given before has ended, well or badly; answers as the work does. */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Opens a queue for something that must not be entered twice at once, such as a network with buffers of its own: await
 * inside it would let a second caller in.
 */
export function createTurnQueue(): TakeTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
