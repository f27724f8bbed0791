import { assertNever } from "@understudy/render";
import { printableLine } from "#cli/printable.js";
import type { AirtableCells } from "#connectors/airtable/client/airtable-client.js";
import type { ColumnRole, MappedColumn, MappedColumns } from "#connectors/airtable/connections/connection.js";
import { failureLineOf } from "#connectors/brief-end.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import type { RenderFailure, ServiceRender } from "#renders/service-render.js";
import { isInWork } from "./decide-row.js";
import type { DueRow } from "./row-book.js";
import { hintFor, nameOf } from "./row-failures.js";
import type { KnownRow, WrittenPhase } from "./row.js";

/** What a row is to say. */
export interface RowCells {
  readonly written: WrittenPhase;
  /** By the ids of columns, as an update wants them; undefined: the row says so already. */
  readonly cells: AirtableCells | undefined;
}

/**
 * What a row is to say of its render, or of why there is none.
 * @param publicUrl of the service, without a slash at its end.
 */
export function cellsOf(due: DueRow, columns: MappedColumns, publicUrl: string): RowCells {
  const { known, render } = due;
  const written = phaseOf(due);
  if (isSame(written, known.written)) return { written, cells: undefined };
  switch (written.phase) {
    case "processing":
      return { written, cells: inColumns(columns, { ...nothing, status: briefStatuses.processing }) };
    case "complete":
      return { written, cells: inColumns(columns, completeValues(known, render!, publicUrl)) };
    case "failed":
      return { written, cells: inColumns(columns, failedValues(due, columns)) };
    case "removed":
      return { written, cells: inColumns(columns, removedValues(known)) };
    default:
      return assertNever(written.phase);
  }
}

/** Whether telling a row writes an end over its Status. */
export function tellsEnd(due: DueRow): boolean {
  const written = phaseOf(due);
  if (written.phase === "processing" || isSame(written, due.known.written)) return false;
  return written.phase !== "removed" || isInWork(due.known);
}

function phaseOf({ known: { asked, refusal }, render }: DueRow): WrittenPhase {
  if (render === undefined) return { phase: refusal === undefined ? "removed" : "failed", asked };
  const { state, run, outputsRemovedAt } = render;
  switch (state) {
    case "queued":
    case "running":
      return { phase: "processing", asked, run };
    case "finished":
      return { phase: outputsRemovedAt === undefined ? "complete" : "removed", asked, run };
    case "failed":
    case "cancelled":
      return { phase: "failed", asked, run };
    default:
      return assertNever(state);
  }
}

function isSame(one: WrittenPhase, other: WrittenPhase | undefined): boolean {
  // What was removed had a run, and says nothing of it.
  return one.phase === other?.phase && one.asked === other.asked && (one.phase === "removed" || one.run === other.run);
}

/** A value for each role; null empties a cell, undefined leaves it as it is. */
type Values = Partial<Record<ColumnRole, string | number | readonly [] | null | undefined>>;

/** Of an asking that nothing is known of yet: what an earlier one left goes. */
const nothing: Values = { output: null, error: null, seconds: null, cost: null, thumbnail: [] };

function completeValues(known: KnownRow, render: ServiceRender, publicUrl: string): Values {
  const { seenSha256, inputsSha256, picturedRenderId } = known;
  const [video] = render.files ?? [];
  return {
    ...nothing,
    ...figuresOf(render),
    status: briefStatuses.complete,
    output: video === undefined ? null : `${publicUrl}${video.path}`,
    error: seenSha256 === undefined || seenSha256 === inputsSha256 ? null : changedMeanwhile,
    // The picture follows; one that is there already stays.
    ...(picturedRenderId === render.id && { thumbnail: undefined }),
  };
}

const changedMeanwhile = `The row was changed after the render began; set Status to ${briefStatuses.pending} to render it as it is now.`;

function failedValues({ known, render }: DueRow, columns: MappedColumns): Values {
  const failure = render === undefined ? known.refusal : (render.error ?? cancelled);
  return {
    ...nothing,
    ...(render !== undefined && figuresOf(render)),
    status: briefStatuses.failed,
    error: failure === undefined ? null : failureText(failure, columns),
  };
}

const cancelled: Pick<RenderFailure, "code" | "message" | "hint"> = {
  code: "cancelled",
  message: "The render was stopped.",
  hint: `Set Status to ${briefStatuses.pending} to start it again.`,
};

/** A row that never said how its render ended says Failed, so that it does not stay in work for ever. */
function removedValues(known: KnownRow): Values {
  const status = isInWork(known) ? briefStatuses.failed : undefined;
  return { output: null, thumbnail: [], error: "removed: The video was removed.", status };
}

/** Most characters of an error. */
const longestError = 1000;

function failureText(failure: Pick<RenderFailure, "code" | "message" | "hint">, columns: MappedColumns): string {
  const { code } = failure;
  const said = failure.message.replace(
    /^(source|face)(-\d)?: /,
    (_, role: "source" | "face") => `${nameOf(columns[role])}: `,
  );
  // Nobody foresaw it, so nobody knows what its message quotes.
  const message = code === "internal-error" ? "Something unexpected happened; the log tells more." : said;
  const line = printableLine(`${failureLineOf({ code, message })} ${hintFor(failure, columns)}`);
  const letters = [...line];
  return letters.length <= longestError ? line : `${letters.slice(0, longestError - 1).join("")}…`;
}

/** How long it took from the first start to the end, in seconds to one place; and what it cost, in US dollars. */
function figuresOf({ startedAt, endedAt, cost }: ServiceRender): Values {
  const hasRun = startedAt !== undefined && endedAt !== undefined;
  const seconds = hasRun ? Math.round((endedAt.getTime() - startedAt.getTime()) / 100) / 10 : null;
  return { seconds, cost: cost?.usd ?? null };
}

function inColumns(columns: MappedColumns, values: Values): AirtableCells {
  const cells = Object.entries(values).flatMap(([role, value]) => {
    const column = columns[role as ColumnRole];
    return column === undefined || value === undefined ? [] : [[column.id, fitting(value, column)] as const];
  });
  return Object.fromEntries(cells);
}

/** A column of text takes no number. */
function fitting(value: Exclude<Values[ColumnRole], undefined>, { type }: MappedColumn): unknown {
  return typeof value === "number" && /text$/i.test(type) ? String(value) : value;
}
