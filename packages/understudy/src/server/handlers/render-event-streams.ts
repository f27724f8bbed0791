import type { KeyList } from "#access/key-list.js";
import type { RenderChange, RenderList } from "#renders/render-list.js";
import { hasEnded, type RenderEvent } from "#renders/service-render.js";
import type { ServiceLog } from "#serve/service-log.js";
import { createSharedReads } from "./render-event-reads.js";

/** Who follows which render, and from where. */
export interface Watch {
  readonly renderId: string;
  readonly ownerId: string;
  readonly keyId: string;
  /** Sequence of the last event that they have. */
  readonly after: number;
  /** Breaks the connection itself, where there is one: nothing else reaches a reader that does not read. */
  readonly hangUp?: (() => void) | undefined;
}

/** What the streams measure time with. */
export interface StreamClock {
  /** Milliseconds since any moment; never goes back. */
  nowMs(): number;
  /** Calls again and again. @returns what ends that. */
  every(milliseconds: number, action: () => void): () => void;
}

/** The streams of one process. They cost nothing while there are none. */
export interface EventStreams {
  open(watch: Watch): ReadableStream<Uint8Array>;
}

/** A comment every 15 s keeps proxies from closing a silent stream, and finds readers that went away. */
const commentMs = 15_000;

/** Longest that somebody may leave what was sent unread. */
const patienceMs = 60_000;

/** Keys are looked at every second time, so that a revoked one reads for 30 s at most. */
const ticksPerKeyCheck = 2;

/** How long a client waits before it comes back, milliseconds. */
const retryMs = 2000;

/** Events in one piece; the next one is read when this was taken. */
const batchSize = 100;

/** The clock of the machine. */
export const machineClock: StreamClock = {
  nowMs: () => performance.now(),
  every(milliseconds, action) {
    const timer = setInterval(action, milliseconds).unref();
    return () => clearInterval(timer);
  },
};

/**
 * News of renders as `text/event-stream`: one subscription and one ticker for all streams of a process. A stream holds no timer and
 * no connection to the database; it reads what is new when it is woken and when its reader took what it was given before.
 */
export function createEventStreams(
  {
    renders,
    keys,
    log,
    now,
  }: { readonly renders: RenderList; readonly keys: KeyList; readonly log: ServiceLog; now(): Date },
  clock: StreamClock,
): EventStreams {
  const streams = new Set<OpenStream>();
  const reads = createSharedReads((id, after) => renders.events(id, after, batchSize));
  let stop: (() => void) | undefined;
  let ticks = 0;

  const onChange = (change: RenderChange): void => {
    if (change.kind === "cancel") return;
    const isMeant = ({ renderId }: Watch) => change.kind === "resync" || renderId === change.renderId;
    reads.forget(change.kind === "resync" ? undefined : change.renderId);
    for (const stream of streams) if (isMeant(stream.watch)) stream.wake();
  };
  const onTick = (): void => {
    for (const stream of streams) stream.tick(clock.nowMs());
    ticks += 1;
    if (ticks % ticksPerKeyCheck === 0)
      checkKeys().catch((error: unknown) => log.warn({ error }, "keys of streams not checked"));
  };
  const checkKeys = async (): Promise<void> => {
    const opened = [...streams];
    for (const ownerId of new Set(opened.map(({ watch }) => watch.ownerId))) {
      const ofOwner = await keys.list(ownerId);
      const isLive = ({ expiresAt, revokedAt }: (typeof ofOwner)[number]) =>
        [expiresAt, revokedAt].every((end) => end === undefined || end > now());
      const live = new Set(ofOwner.filter(isLive).map(({ keyId }) => keyId));
      for (const { watch, end } of opened) if (watch.ownerId === ownerId && !live.has(watch.keyId)) end();
    }
  };
  const begin = (): void => {
    const [unsubscribe, stopTicking] = [renders.subscribe(onChange), clock.every(commentMs, onTick)];
    stop = () => {
      unsubscribe();
      stopTicking();
    };
  };

  return {
    open(watch) {
      if (stop === undefined) begin();
      const isThere = async () => (await renders.get(watch.ownerId, watch.renderId)) !== undefined;
      const stream = createStream(watch, {
        read: (after) => reads.read(watch.renderId, after),
        isThere,
        onEnd() {
          streams.delete(stream);
          if (streams.size > 0) return;
          stop?.();
          stop = undefined;
        },
      });
      streams.add(stream);
      return stream.body;
    },
  };
}

interface OpenStream {
  readonly watch: Watch;
  readonly body: ReadableStream<Uint8Array>;
  /** There may be something new. */
  wake(): void;
  tick(nowMs: number): void;
  end(): void;
}

interface StreamSource {
  read(after: number): Promise<readonly RenderEvent[]>;
  /** Whether the render was not erased meanwhile. */
  isThere(): Promise<boolean>;
  onEnd(): void;
}

function createStream(watch: Watch, source: StreamSource): OpenStream {
  let sent = watch.after;
  let last: RenderEvent | undefined;
  let hasNews = true;
  let hasFailed = false;
  let isOver = false;
  let wakeUp: (() => void) | undefined;
  let unreadSinceMs: number | undefined;
  let sink: ReadableStreamDefaultController<Uint8Array>;

  const finish = (): void => {
    if (isOver) return;
    isOver = true;
    wakeUp?.();
    source.onEnd();
  };
  const end = (): void => {
    if (isOver) return;
    finish();
    sink.close();
  };
  const wake = (): void => {
    hasNews = true;
    wakeUp?.();
  };
  const news = async (): Promise<void> => {
    if (!hasNews) await new Promise<void>((resolve) => (wakeUp = resolve));
    hasNews = false;
  };
  /** Reads once. @returns whether it was of use, or nothing can be any more. */
  const readOn = async (): Promise<boolean> => {
    if (isOver) return true;
    const events = await source.read(sent);
    if (isOver) return true;
    for (const event of events) sent = event.sequence;
    last = events.at(-1) ?? last;
    if (events.length > 0) sink.enqueue(encoder.encode(events.map(inWords).join("")));
    // More may lie behind a full batch, a retry among it.
    if (events.length === batchSize) hasNews = true;
    else if (last !== undefined && hasEnded({ state: last.kind as "finished" })) end();
    else if (events.length === 0 && !(await source.isThere())) end();
    return isOver || events.length > 0;
  };
  const pull = async (): Promise<void> => {
    for (let isDone = false; !isDone;) {
      await news();
      // A database that is away for a while ends no stream: the next tick tries again.
      isDone = await readOn().catch(() => !(hasFailed = true));
    }
  };
  const tick = (nowMs: number): void => {
    if (hasFailed) {
      hasFailed = false;
      wake();
    }
    if ((sink.desiredSize ?? 0) > 0) {
      unreadSinceMs = undefined;
      sink.enqueue(comment);
      return;
    }
    unreadSinceMs ??= nowMs;
    if (nowMs - unreadSinceMs < patienceMs) return;
    end();
    watch.hangUp?.();
  };

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      sink = controller;
      controller.enqueue(encoder.encode(`retry: ${retryMs}\n\n`));
    },
    pull,
    cancel: finish,
  });
  return { watch, body, wake, tick, end };
}

const encoder = new TextEncoder();
const comment = encoder.encode(":\n\n");

function inWords({ sequence, kind, data, at }: RenderEvent): string {
  return `id: ${sequence}\nevent: ${kind}\ndata: ${JSON.stringify({ at: at.toISOString(), ...data })}\n\n`;
}
