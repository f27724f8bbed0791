import { Client, type ClientConfig } from "pg";

/** What comes of listening. */
export interface Listener {
  /** A notification's text. */
  onNews(text: string): void;
  /** Notifications may have been missed: the connection is new. */
  onGap(): void;
}

/** Pauses before a lost connection is tried again, in milliseconds; the last one repeats. */
const retryPausesMs = [50, 200, 1_000];

/**
 * Listens to a channel on a connection of its own, and makes a new one whenever it breaks. Resolves when it listens for the first
 * time, so that nothing is missed from then on.
 * @returns what ends it.
 * @throws the driver's error when the database cannot be reached now.
 */
export async function listen(
  connection: ClientConfig,
  channel: string,
  listener: Listener,
): Promise<() => Promise<void>> {
  let isClosed = false;
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;

  const connect = async (): Promise<void> => {
    const next = new Client({ ...connection, keepAlive: true, connectionTimeoutMillis: 10_000 });
    const lost = (): void => {
      if (client !== next) return;
      client = undefined;
      again();
    };
    next.on("notification", ({ payload = "" }) => listener.onNews(payload));
    next.on("error", lost);
    next.on("end", lost);
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
    } catch (thrown) {
      await next.end().catch(() => undefined);
      throw thrown;
    }
    if (isClosed) return next.end();
    client = next;
    failures = 0;
  };
  const again = (): void => {
    if (isClosed) return;
    const pauseMs = retryPausesMs[Math.min(failures, retryPausesMs.length - 1)]!;
    failures += 1;
    retry = setTimeout(() => void connect().then(() => isClosed || listener.onGap(), again), pauseMs);
  };

  await connect();
  return async () => {
    isClosed = true;
    clearTimeout(retry);
    await client?.end().catch(() => undefined);
  };
}
