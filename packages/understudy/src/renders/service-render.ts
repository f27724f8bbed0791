import type { ErrorCode, Manifest } from "@understudy/render";
import type { AnyProgressEvent } from "#progress/index.js";
import type { RenderOrder } from "./render-order.js";

/** How far a render of the service got. `finished`, `failed` and `cancelled` are ends; only a retry leaves the last two. */
export const renderStates = ["queued", "running", "finished", "failed", "cancelled"] as const;

/** How far a render of the service got. */
export type ServiceRenderState = (typeof renderStates)[number];

/** Why a render failed. */
export interface RenderFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

/** What a render is expected to cost, or has cost. */
export interface Cost {
  readonly engineSeconds: number;
  readonly usdPerEngineSecond: number;
  readonly usd: number;
}

/** How far the work is. */
export interface RenderProgress {
  readonly stage: AnyProgressEvent["stage"] | "download" | "publish";
  /** Share of the stage, 0 to 1. */
  readonly share: number;
}

/** A file of a finished render, as the artifact store knows it. */
export interface ResultFile {
  readonly key: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly byteLength: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Below the service's public address: `/r/SECRET/NAME`, stable and unguessable. */
  readonly path: string;
}

/** Somebody whose face a render puts in, as far as it is known who that is. */
export interface RenderPerson {
  readonly consentId?: string;
  readonly subjectId?: string;
}

/** A render as the service keeps it. */
export interface ServiceRender extends RenderPerson {
  /** `render_` and 16 hex digits: the pipeline's own id. */
  readonly id: string;
  readonly ownerId: string;
  readonly keyId: string;
  readonly state: ServiceRenderState;
  readonly order: RenderOrder;
  /** Higher comes first; -100 to 100, default 0. */
  readonly priority: number;
  /** 1, and one more for each retry. */
  readonly run: number;
  /** How often this run was begun: more than once after a crash. */
  readonly attempt: number;
  /** Whose faces it puts in besides the first person's, in the order of the request; absent when nobody's. */
  readonly otherPeople?: readonly RenderPerson[];
  readonly forkedFrom?: string;
  readonly progress?: RenderProgress;
  readonly estimate?: Cost;
  readonly cost?: Cost;
  readonly error?: RenderFailure;
  /** Video first. */
  readonly files?: readonly ResultFile[];
  readonly manifest?: Manifest;
  /** Of the newest event. */
  readonly eventSequence: number;
  readonly createdAt: Date;
  readonly queuedAt: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly deadlineAt?: Date;
  readonly cancelRequestedAt?: Date;
  readonly inputsRemovedAt?: Date;
  readonly outputsRemovedAt?: Date;
}

/** What happened to a render; `sequence` counts from 1 without a gap. */
export interface RenderEvent {
  readonly sequence: number;
  readonly kind: "queued" | "started" | "resumed" | "planned" | "progress" | "finished" | "failed" | "cancelled";
  readonly at: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Whether nothing more happens to a render by itself. */
export function hasEnded({ state }: Pick<ServiceRender, "state">): boolean {
  return state === "finished" || state === "failed" || state === "cancelled";
}

/** Everybody whose face a render puts in, as far as they are known. */
export function peopleIn({
  consentId,
  subjectId,
  otherPeople = [],
}: Pick<ServiceRender, "consentId" | "subjectId" | "otherPeople">): readonly RenderPerson[] {
  return [
    { ...(consentId !== undefined && { consentId }), ...(subjectId !== undefined && { subjectId }) },
    ...otherPeople,
  ];
}
