import type { Caller } from "#access/caller.js";
import type { Sql } from "#postgres/database.js";
import type { RenderOrder } from "./render-order.js";
import type {
  Cost,
  RenderEvent,
  RenderFailure,
  RenderPerson,
  RenderProgress,
  ResultFile,
  ServiceRender,
  ServiceRenderState,
} from "./service-render.js";
import type { Manifest } from "@understudy/render";

/** A render about to be listed. */
export interface NewRender {
  readonly order: RenderOrder;
  readonly priority: number;
  readonly forkedFrom?: string;
  /** The caller's own name for the request, and the SHA-256 of what it asked for. */
  readonly idempotency?: { readonly key: string; readonly requestSha256: Buffer };
}

/** What to list. */
export interface RenderQuery {
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Pick<ServiceRender, "createdAt" | "id">;
  readonly state?: ServiceRenderState;
  readonly consentId?: string;
}

/** How a run ended. */
export type RenderOutcome =
  | {
      readonly state: "finished";
      readonly files: readonly ResultFile[];
      readonly manifest: Manifest;
      readonly cost: Cost;
    }
  | { readonly state: "failed"; readonly error: RenderFailure; readonly cost?: Cost }
  | { readonly state: "cancelled"; readonly cost?: Cost };

/** What is learned on the way. */
export interface RenderFacts {
  readonly progress?: RenderProgress;
  readonly estimate?: Cost;
  readonly consentId?: string;
  readonly subjectId?: string;
  readonly otherPeople?: readonly RenderPerson[];
}

/** What a begun run goes by: only the newest attempt may change its render. */
export interface RunToken {
  readonly renderId: string;
  readonly run: number;
  readonly attempt: number;
}

/** Why a run may not begin, when it may not. */
export type BeginOutcome =
  | { readonly kind: "begun"; readonly render: ServiceRender; readonly token: RunToken }
  /** It ended meanwhile, or another run took its place. */
  | { readonly kind: "over" }
  /** It was begun as often as it may be, and never came to an end: whoever began it died of it. */
  | { readonly kind: "poisonous"; readonly render: ServiceRender; readonly token: RunToken };

/** Called in the transaction in which a render ends, so that whoever waits is told if and only if it did. */
export type OnEnd = (sql: Sql, render: ServiceRender) => Promise<void>;

/** The renders of the service: one list for all processes. Members are atomic; what an owner has, no other owner sees. */
export interface RenderList {
  /**
   * @returns the render; `isNew` is false when the same request was made before under the same key.
   * @throws UnderstudyError `idempotency-mismatch` when another request was.
   */
  create(wish: NewRender, caller: Caller): Promise<{ readonly render: ServiceRender; readonly isNew: boolean }>;
  /** The same in a transaction of the caller's: it is listed if and only if that counts. Hand it over afterwards. */
  createIn(
    sql: Sql,
    wish: NewRender,
    caller: Pick<Caller, "ownerId" | "keyId">,
  ): Promise<{ readonly render: ServiceRender; readonly isNew: boolean }>;
  /**
   * The render that was made for the same request before: it is answered whatever became of its inputs meanwhile.
   * @throws UnderstudyError `idempotency-mismatch`, as `create` does.
   */
  recall(ownerId: string, request: NonNullable<NewRender["idempotency"]>): Promise<ServiceRender | undefined>;
  get(ownerId: string, id: string): Promise<ServiceRender | undefined>;
  /** Newest first. */
  list(ownerId: string, query: RenderQuery): Promise<readonly ServiceRender[]>;
  /** A run begins, or goes on after a crash. */
  begin(renderId: string, run: number, runnerId: string, maxAttempts: number): Promise<BeginOutcome>;
  /** Notes facts and tells them as an event. @returns false when the token is not the newest any more. */
  note(token: RunToken, facts: RenderFacts, event?: Pick<RenderEvent, "kind" | "data">): Promise<boolean>;
  /** @returns false when the token is not the newest any more; then nothing was noted. */
  end(token: RunToken, outcome: RenderOutcome): Promise<boolean>;
  /** Gives a run back that was begun and will be begun again by another runner; the attempt does not count. */
  release(token: RunToken): Promise<void>;
  /** A queued one is cancelled, a running one is told. @returns undefined when there is none. */
  cancel(ownerId: string, id: string): Promise<ServiceRender | undefined>;
  /** The same in a transaction of the caller's: it is told if and only if that counts. Tell the jobs afterwards. */
  cancelIn(sql: Sql, ownerId: string, id: string): Promise<ServiceRender | undefined>;
  /** @throws UnderstudyError `not-retryable` unless it failed or was cancelled. @returns undefined when there is none. */
  retry(ownerId: string, id: string): Promise<ServiceRender | undefined>;
  /** In order, at most `limit`, of those behind `afterSequence`. */
  events(id: string, afterSequence: number, limit: number): Promise<readonly RenderEvent[]>;
  /** Queued renders of which no runner may have heard; oldest first. */
  listWaiting(olderThan: Date, limit: number): Promise<readonly ServiceRender[]>;
  /** Calls back when something happened to a render, in whichever process. @returns what ends that. */
  subscribe(listener: (change: RenderChange) => void): () => void;
  close(): Promise<void>;
}

/** News of a render. `resync`: some may have been missed. */
export type RenderChange =
  | { readonly kind: "event"; readonly renderId: string }
  | { readonly kind: "cancel"; readonly renderId: string }
  | { readonly kind: "resync" };
