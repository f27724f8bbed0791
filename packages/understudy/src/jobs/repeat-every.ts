/** Something that is done over and over, and at once when there is a reason. */
export interface Repeated {
  /** Does it at once, or once more when it is under way. */
  soon(): void;
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** Does `act` so long after each end of it; it never overlaps itself. The first time is after a pause, unless `soon` is called. */
export function repeatEvery(pauseMs: number, act: () => Promise<void>, onFailure: (thrown: unknown) => void): Repeated {
  const stopping = new AbortController();
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined = setTimeout(() => soon(), pauseMs);
  let acting: Promise<void> | undefined;

  const actWhileWanted = async (): Promise<void> => {
    while (isWanted && !stopping.signal.aborted) {
      isWanted = false;
      await act().catch(onFailure);
    }
    acting = undefined;
    if (!stopping.signal.aborted) timer = setTimeout(soon, pauseMs);
  };
  const soon = (): void => {
    if (stopping.signal.aborted) return;
    clearTimeout(timer);
    isWanted = true;
    acting ??= actWhileWanted();
  };
  return {
    soon,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await acting;
    },
  };
}
