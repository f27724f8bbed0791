import { newRenderId, UnderstudyError } from "@understudy/render";
import type { Caller } from "#access/caller.js";
import type { NewRender, OnEnd, RenderChange, RenderList, RunToken } from "#renders/render-list.js";
import { hasEnded, peopleIn, type RenderEvent, type ServiceRender } from "#renders/service-render.js";

/** A list in memory; what tests can see of it besides. */
export interface FakeRenderList extends RenderList {
  /** How often `events` was asked. */
  readonly readCount: number;
  /** Who listens. */
  readonly listenerCount: number;
  /** What happens meanwhile is told to nobody, as when the connection for news is away; then everybody looks again. */
  missing(act: () => Promise<unknown>): Promise<void>;
  /** Removes a render with all that is known of it, as an erasure does. */
  forget(id: string): void;
}

/** Renders of one process, by the rules of `RenderList`. */
export function createFakeRenderList(options: { readonly now: () => Date; readonly onEnd?: OnEnd }): FakeRenderList {
  const { now, onEnd } = options;
  const renders = new Map<string, ServiceRender>();
  const eventsOf = new Map<string, RenderEvent[]>();
  const requests = new Map<string, { readonly requestSha256: Buffer; readonly id: string }>();
  const listeners = new Set<(change: RenderChange) => void>();
  let readCount = 0;
  let isDeaf = false;

  const tell = (change: RenderChange): void => {
    if (!isDeaf) listeners.forEach((listener) => listener(change));
  };
  const change = (render: ServiceRender, parts: Partial<ServiceRender>): ServiceRender => {
    const changed = withoutUndefined({ ...render, ...parts });
    renders.set(render.id, changed);
    return changed;
  };
  const addEvent = (id: string, kind: RenderEvent["kind"], data: RenderEvent["data"]): ServiceRender => {
    const render = renders.get(id)!;
    const sequence = render.eventSequence + 1;
    eventsOf.set(id, [...(eventsOf.get(id) ?? []), { sequence, kind, data, at: now() }]);
    const told = change(render, { eventSequence: sequence });
    tell({ kind: "event", renderId: id });
    return told;
  };
  const owned = (ownerId: string, id: string): ServiceRender | undefined => {
    const render = renders.get(id);
    return render?.ownerId === ownerId ? render : undefined;
  };
  const newest = ({ renderId, run, attempt }: RunToken): ServiceRender | undefined => {
    const render = renders.get(renderId);
    return render?.state === "running" && render.run === run && render.attempt === attempt ? render : undefined;
  };
  const ended = async (render: ServiceRender, parts: Partial<ServiceRender>): Promise<ServiceRender> => {
    const { id, state } = change(render, { ...parts, endedAt: now(), ...nothing("progress") });
    const { error, cost } = renders.get(id)!;
    const told = addEvent(id, state as RenderEvent["kind"], withoutUndefined({ error, cost }));
    await onEnd?.({ query: () => Promise.reject(new Error("a list in memory has no SQL")) }, told);
    return told;
  };
  const recall = (ownerId: string, { key, requestSha256 }: NonNullable<NewRender["idempotency"]>) => {
    const earlier = requests.get(`${ownerId} ${key}`);
    if (earlier === undefined || earlier.requestSha256.equals(requestSha256)) return renders.get(earlier?.id ?? "");
    throw new UnderstudyError("idempotency-mismatch", "This Idempotency-Key was sent before with another request.");
  };

  const create = (
    { order, priority, forkedFrom, idempotency }: NewRender,
    { ownerId, keyId }: Pick<Caller, "ownerId" | "keyId">,
  ): { readonly render: ServiceRender; readonly isNew: boolean } => {
    const earlier = idempotency && recall(ownerId, idempotency);
    if (earlier !== undefined) return { render: earlier, isNew: false };
    const id = newRenderId();
    const at = now();
    const consentId = order.consent.kind === "record" ? order.consent.consentId : undefined;
    const otherPeople = order.others?.map((other) =>
      other.consent.kind === "record" ? { consentId: other.consent.consentId } : {},
    );
    const people = { consentId, otherPeople };
    const listed = { id, ownerId, keyId, order, priority, ...people, forkedFrom, state: "queued" as const };
    const counts = { run: 1, attempt: 0, eventSequence: 0 };
    renders.set(id, withoutUndefined({ ...listed, ...counts, createdAt: at, queuedAt: at }) as ServiceRender);
    if (idempotency !== undefined) requests.set(`${ownerId} ${idempotency.key}`, { ...idempotency, id });
    return { render: addEvent(id, "queued", {}), isNew: true };
  };

  const cancel = async (ownerId: string, id: string): Promise<ServiceRender | undefined> => {
    const render = owned(ownerId, id);
    if (render === undefined || hasEnded(render)) return render;
    if (render.state === "queued") return ended(render, { state: "cancelled" });
    const told = change(render, { cancelRequestedAt: render.cancelRequestedAt ?? now() });
    tell({ kind: "cancel", renderId: id });
    return told;
  };

  return {
    create: async (wish, caller) => create(wish, caller),
    // A list in memory knows no transaction.
    createIn: async (_sql, wish, caller) => create(wish, caller),
    recall: async (ownerId, request) => recall(ownerId, request),
    get: async (ownerId, id) => owned(ownerId, id),
    async list(ownerId, { limit, after, state, consentId }) {
      return [...renders.values()]
        .filter((render) => render.ownerId === ownerId)
        .filter((render) => state === undefined || render.state === state)
        .filter(
          (render) => consentId === undefined || peopleIn(render).some((person) => person.consentId === consentId),
        )
        .filter((render) => after === undefined || isNewer(after, render))
        .sort((a, b) => (isNewer(a, b) ? -1 : 1))
        .slice(0, limit);
    },
    async begin(renderId, run, _runnerId, maxAttempts) {
      const render = renders.get(renderId);
      if (render === undefined || render.run !== run || hasEnded(render)) return { kind: "over" };
      if (render.cancelRequestedAt !== undefined) {
        await ended(render, { state: "cancelled" });
        return { kind: "over" };
      }
      const startedAt = render.startedAt ?? now();
      const deadlineAt = render.deadlineAt ?? new Date(startedAt.getTime() + 1000 * render.order.deadlineSeconds);
      const attempt = render.attempt + 1;
      const begun = change(render, { state: "running", attempt, startedAt, deadlineAt });
      const token = { renderId, run, attempt };
      if (attempt > maxAttempts) return { kind: "poisonous", render: begun, token };
      return { kind: "begun", render: addEvent(renderId, attempt === 1 ? "started" : "resumed", { attempt }), token };
    },
    async note(token, facts, event) {
      const render = newest(token);
      if (render === undefined) return false;
      change(render, withoutUndefined(facts));
      if (event !== undefined) addEvent(render.id, event.kind, event.data);
      return true;
    },
    async end(token, outcome) {
      const render = newest(token);
      if (render !== undefined) await ended(render, outcome);
      return render !== undefined;
    },
    async release(token) {
      const render = newest(token);
      if (render !== undefined) change(render, { attempt: render.attempt - 1 });
    },
    cancel,
    cancelIn: async (_sql, ownerId, id) => cancel(ownerId, id),
    async retry(ownerId, id) {
      const render = owned(ownerId, id);
      if (render === undefined) return undefined;
      if (render.state !== "failed" && render.state !== "cancelled") {
        throw new UnderstudyError("not-retryable", `The render is ${render.state}.`);
      }
      const run = render.run + 1;
      const again = nothing("startedAt", "endedAt", "deadlineAt", "cancelRequestedAt", "error", "progress");
      change(render, { state: "queued", run, attempt: 0, queuedAt: now(), ...again });
      return addEvent(id, "queued", { run });
    },
    async events(id, afterSequence, limit) {
      readCount += 1;
      return (eventsOf.get(id) ?? []).filter(({ sequence }) => sequence > afterSequence).slice(0, limit);
    },
    async listWaiting(olderThan, limit) {
      return [...renders.values()]
        .filter(({ state, queuedAt }) => state === "queued" && queuedAt < olderThan)
        .sort((a, b) => a.queuedAt.getTime() - b.queuedAt.getTime())
        .slice(0, limit);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => listeners.clear(),
    get readCount() {
      return readCount;
    },
    get listenerCount() {
      return listeners.size;
    },
    async missing(act) {
      isDeaf = true;
      await act();
      isDeaf = false;
      tell({ kind: "resync" });
    },
    forget(id) {
      renders.delete(id);
      eventsOf.delete(id);
    },
  };
}

function isNewer(a: Pick<ServiceRender, "createdAt" | "id">, b: Pick<ServiceRender, "createdAt" | "id">): boolean {
  const milliseconds = a.createdAt.getTime() - b.createdAt.getTime();
  return milliseconds === 0 ? a.id > b.id : milliseconds > 0;
}

/** Members to take away; see `withoutUndefined`. */
function nothing<K extends keyof ServiceRender>(...names: readonly K[]): Partial<ServiceRender> {
  return Object.fromEntries(names.map((name) => [name, undefined])) as Partial<ServiceRender>;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
