/**
 * The values of what a handler returned, when that is a stream: a generator, or anything that is iterated asynchronously.
 * Undefined for a value; texts, arrays, sets and maps are values.
 */
export function streamOf(returned: unknown): Streamed | undefined {
  if (typeof returned !== "object" || returned === null) return undefined;
  if (Symbol.asyncIterator in returned) return (returned as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  if ("next" in returned && typeof returned.next === "function") return returned as Iterator<unknown>;
  return undefined;
}

/** Values one after another. */
export type Streamed = AsyncIterator<unknown> | Iterator<unknown>;

/**
 * Gives each value to `use`, and asks for the next one when `use` is done with it. `use` returns false to end the stream.
 * An aborted signal ends it, too, and lets a generator clean up as soon as it yields.
 */
export async function eachValue(
  stream: Streamed,
  signal: AbortSignal,
  use: (value: unknown, index: number) => Promise<boolean>,
): Promise<void> {
  let hasEnded = false;
  try {
    for (let index = 0; !signal.aborted; index++) {
      const step: unknown = await stream.next();
      // As `for of` does: without this, an iterator that gives 1 gives an endless stream of nothing.
      if (typeof step !== "object" || step === null) throw new TypeError("The iterator gave no iterator result.");
      const { done, value } = step as IteratorResult<unknown, unknown>;
      if (done === true) return void (hasEnded = true);
      if (signal.aborted || !(await use(await value, index))) return;
    }
  } finally {
    // What a generator throws while it cleans up is of no use any more.
    if (!hasEnded) await returnEarly(stream);
  }
}

async function returnEarly(stream: Streamed): Promise<void> {
  try {
    await stream.return?.();
  } catch {
    // The job has its outcome already.
  }
}
