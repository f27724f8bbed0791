import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import type { Turn } from "#connectors/airtable/rows/turn.js";
import { freshAttention, nextNeedAt, type Attention } from "./attention.js";
import type { Bell } from "./bell.js";
import type { HeldTurn } from "./hold-turn.js";
import { workOnConnection, type ConnectionWorkOptions } from "./work-on-connection.js";

/** How a base is watched. */
export interface WatchOptions extends ConnectionWorkOptions {
  readonly baseId: string;
  /** Rung with what `airtableChannel` tells. */
  readonly bell: Bell;
  readonly signal: AbortSignal;
  /** @throws the signal's reason. */
  holdTurn(baseId: string, signal: AbortSignal): Promise<HeldTurn>;
}

/** Longest and shortest sleep, in milliseconds: what nobody told is noticed too, and a mistake does not keep a processor busy. */
const [longestSleepMs, shortestSleepMs] = [60_000, 50];

/** Between the end of a turn and the wish for another one, in milliseconds: whatever interrupted it may last. */
const recoveryMs = 1_000;

/** Works on the connections of a base whenever it is this process's turn. Resolves when the signal is aborted. */
export async function watchBase(options: WatchOptions): Promise<void> {
  const { baseId, signal, log, bell } = options;
  while (!signal.aborted) {
    try {
      const turn = await options.holdTurn(baseId, signal);
      await workInTurn(turn, options).finally(() => turn.release());
    } catch (error) {
      if (!signal.aborted) log.warn({ baseId, error }, "the work on a base in Airtable was interrupted");
    }
    await bell.wait(recoveryMs, signal);
  }
}

/** One request after another, until the turn is lost: nothing here overlaps. */
async function workInTurn(turn: Turn, options: WatchOptions): Promise<void> {
  const { baseId, bell, clock } = options;
  const attentions = new Map<string, Attention>();
  while (!turn.signal.aborted) {
    const told = bell.take();
    if (told.has("connections")) attentions.clear();
    const connections = (await options.connections.list()).filter((connection) => connection.baseId === baseId);
    let isBusy = false;
    let wakeAt = clock() + longestSleepMs;
    for (const connection of connections) {
      const attention = attentions.get(connection.id) ?? freshAttention();
      attentions.set(connection.id, attention);
      if (told.has(`news ${connection.id}`)) attention.hasNews = attention.isTold = true;
      if (clock() >= attention.quietUntil && (await workOnConnection(connection, attention, turn, options)))
        isBusy = true;
      wakeAt = Math.min(wakeAt, nextNeedAt(attention), await nextWriteAt(connection, attention, options));
    }
    if (!isBusy) await bell.wait(Math.max(shortestSleepMs, wakeAt - clock()), turn.signal);
  }
}

/** When a row that was postponed may be written again, by the watch's own clock. */
async function nextWriteAt(
  { id }: AirtableConnection,
  { quietUntil }: Attention,
  { book, clock, now }: WatchOptions,
): Promise<number> {
  const at = await book.nextDueAt(id);
  return at === undefined ? Infinity : Math.max(quietUntil, clock() + at.getTime() - now().getTime());
}
