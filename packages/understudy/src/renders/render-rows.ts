import type { Manifest } from "@understudy/render";
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

/** A row of `understudy.render`; `bigint` comes as text. */
export interface RenderRow {
  readonly id: string;
  readonly owner_id: string;
  readonly api_key_id: string;
  readonly state: ServiceRenderState;
  readonly wish: RenderOrder;
  readonly priority: number;
  readonly run: number;
  readonly attempt: number;
  readonly consent_id: string | null;
  readonly subject_id: string | null;
  readonly other_people: readonly RenderPerson[];
  readonly forked_from: string | null;
  readonly progress: RenderProgress | null;
  readonly estimate: Cost | null;
  readonly cost: Cost | null;
  readonly error: RenderFailure | null;
  readonly result: readonly ResultFile[] | null;
  readonly manifest: Manifest | null;
  readonly event_sequence: string;
  readonly created_at: Date;
  readonly queued_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly deadline_at: Date | null;
  readonly cancel_requested_at: Date | null;
  readonly inputs_removed_at: Date | null;
  readonly outputs_removed_at: Date | null;
}

/** A row of `understudy.render_event`. */
export interface EventRow {
  readonly sequence: string;
  readonly kind: RenderEvent["kind"];
  readonly data: RenderEvent["data"];
  readonly at: Date;
}

/** A row as a render. */
export function renderOf(row: RenderRow): ServiceRender {
  return {
    id: row.id,
    ownerId: row.owner_id,
    keyId: row.api_key_id,
    state: row.state,
    order: row.wish,
    priority: row.priority,
    run: row.run,
    attempt: row.attempt,
    ...(row.consent_id !== null && { consentId: row.consent_id }),
    ...(row.subject_id !== null && { subjectId: row.subject_id }),
    ...(row.other_people.length > 0 && { otherPeople: row.other_people }),
    ...(row.forked_from !== null && { forkedFrom: row.forked_from }),
    ...(row.progress !== null && { progress: row.progress }),
    ...(row.estimate !== null && { estimate: row.estimate }),
    ...(row.cost !== null && { cost: row.cost }),
    ...(row.error !== null && { error: row.error }),
    ...(row.result !== null && { files: row.result }),
    ...(row.manifest !== null && { manifest: row.manifest }),
    eventSequence: Number(row.event_sequence),
    createdAt: row.created_at,
    queuedAt: row.queued_at,
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.deadline_at !== null && { deadlineAt: row.deadline_at }),
    ...(row.cancel_requested_at !== null && { cancelRequestedAt: row.cancel_requested_at }),
    ...(row.inputs_removed_at !== null && { inputsRemovedAt: row.inputs_removed_at }),
    ...(row.outputs_removed_at !== null && { outputsRemovedAt: row.outputs_removed_at }),
  };
}

/** A row as an event. */
export function eventOf({ sequence, kind, data, at }: EventRow): RenderEvent {
  return { sequence: Number(sequence), kind, data, at };
}
