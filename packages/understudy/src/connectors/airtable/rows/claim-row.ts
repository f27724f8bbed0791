import { isDeepStrictEqual } from "node:util";
import { assertNever, parseLabelWish, UnderstudyError } from "@understudy/render";
import type { Caller } from "#access/caller.js";
import { stitchModeOf, type Config } from "#config/index.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import type { NewRender, RenderList } from "#renders/render-list.js";
import type { RenderOrder } from "#renders/render-order.js";
import type { RenderFailure, ServiceRender } from "#renders/service-render.js";
import { decideRow, type RowDecision } from "./decide-row.js";
import type { Turn } from "./turn.js";
import type { RowBook } from "./row-book.js";
import { refusalOf } from "./row-failures.js";
import type { KnownRow, RowInputs, SeenRow } from "./row.js";

/** What claiming works with. */
export interface ClaimServices {
  readonly book: Pick<RowBook, "read" | "put">;
  readonly renders: Pick<RenderList, "cancelIn" | "createIn">;
  readonly config: Pick<Config, "label" | "stitch" | "jobs" | "cost">;
  /** How long a row that is not whole may stay as it is, in milliseconds. */
  readonly patienceMs: number;
  now(): Date;
  /** Whoever the connection's renders are made for; undefined when its key does not hold any more. */
  caller(connection: AirtableConnection): Promise<Caller | undefined>;
  /** Looks whether an order may begin. @throws UnderstudyError that says why not. */
  checkOrder(order: RenderOrder, ownerId: string): Promise<void>;
  /** Hands a listed render to the runners; what cannot be handed over, their sweeper finds. */
  handOver(render: ServiceRender, caller: Caller): Promise<void>;
  /** Tells the runners of a render that it was cancelled. */
  stop(render: ServiceRender): Promise<void>;
}

/**
 * Does what a row asks for, once: the render and the note that it was asked for are one transaction of the turn. A row that somebody
 * else acted upon meanwhile is left as it is.
 * @throws UnderstudyError `forbidden` when the connection's key does not hold any more, `database-unavailable` when the turn is
 * lost, and what `checkOrder` throws that is no fault of the row's.
 */
export async function claimRow(
  turn: Pick<Turn, "transaction">,
  connection: AirtableConnection,
  seen: SeenRow,
  services: ClaimServices,
): Promise<void> {
  const { book, renders, now, patienceMs } = services;
  const { id: connectionId, ownerId } = connection;
  const known = await turn.transaction((sql) => book.read(sql, connectionId, seen.recordId, false));
  const decision = decideRow(known, seen, { now: now(), patienceMs });
  // Name servers are asked here, where nobody waits for a lock of ours.
  const claim = await checked(decision, connection, seen, services);
  const next = rowAfter(claim, known, seen);
  if (next === undefined) return;

  const made = await turn.transaction(async (sql) => {
    if (!isDeepStrictEqual(await book.read(sql, connectionId, seen.recordId, true), known)) return undefined;
    const replaced = "replaces" in claim ? await renders.cancelIn(sql, ownerId, claim.replaces) : undefined;
    const render = claim.kind === "render" ? (await renders.createIn(sql, claim.wish, claim.caller)).render : undefined;
    await book.put(sql, connectionId, { ...next.row, ...(render && { renderId: render.id }) }, next.isDue);
    return { render, replaced };
  });
  if (made === undefined) return;
  if (claim.kind === "render") await services.handOver(made.render!, claim.caller);
  if (made.replaced !== undefined) await services.stop(made.replaced);
}

/** A decision that may be acted upon. */
type Claim =
  | Exclude<RowDecision, { readonly kind: "render" | "refuse" }>
  | (Replacing & { readonly kind: "refuse"; readonly failure: RenderFailure })
  | (Replacing & { readonly kind: "render"; readonly wish: NewRender; readonly caller: Caller });

interface Replacing {
  readonly replaces?: string;
}

async function checked(
  decision: RowDecision,
  connection: AirtableConnection,
  { recordId }: SeenRow,
  services: ClaimServices,
): Promise<Claim> {
  if (decision.kind !== "render" && decision.kind !== "refuse") return decision;
  const caller = await services.caller(connection);
  if (caller === undefined) throw keyIsGone();
  if (decision.kind === "refuse") return decision;
  const { inputs, ...rest } = decision;
  const order = orderOf(inputs, connection, recordId, services.config);
  try {
    await services.checkOrder(order, caller.ownerId);
  } catch (thrown) {
    return { ...rest, kind: "refuse", failure: refusalOf(thrown) };
  }
  return { ...rest, wish: { order, priority: 0 }, caller };
}

function keyIsGone(): UnderstudyError {
  return new UnderstudyError(
    "forbidden",
    "The API key that this connection's renders are made under holds no longer.",
    {
      hint: "Connect the table again with `understudy airtable connect`.",
    },
  );
}

function orderOf(
  inputs: RowInputs,
  { baseId, tableId }: AirtableConnection,
  recordId: string,
  { label, stitch, jobs, cost }: ClaimServices["config"],
): RenderOrder {
  return {
    ...inputs,
    label: parseLabelWish(label),
    stitch: stitchModeOf({ stitch }, "link"),
    allowMissingFace: false,
    // Whoever gets the address of the result reads it.
    name: "video",
    metadata: { airtable_base: baseId, airtable_table: tableId, airtable_record: recordId },
    deadlineSeconds: jobs.deadlineSeconds,
    ...(cost.capUsd !== 0 && { costCapUsd: cost.capUsd }),
  };
}

/** What is known of the row then, but for the id of its render; undefined when that is what is known already. */
function rowAfter(
  claim: Claim,
  known: KnownRow | undefined,
  { recordId, isPending, reading: { sha256 } }: SeenRow,
): { readonly row: KnownRow; readonly isDue: boolean } | undefined {
  const { written, picturedRenderId, isGone, incompleteSince, ...rest } = known ?? { recordId, asked: 0 };
  const said = { ...(written && { written }), ...(picturedRenderId && { picturedRenderId }) };
  const asking = { recordId, asked: rest.asked + 1, inputsSha256: sha256, seenSha256: sha256, ...said };
  switch (claim.kind) {
    case "render":
      return { row: asking, isDue: true };
    case "refuse":
      return { row: { ...asking, refusal: claim.failure }, isDue: true };
    case "say-again":
      return { row: { ...rest, ...(picturedRenderId && { picturedRenderId }), seenSha256: sha256 }, isDue: true };
    case "wait":
      return changed({ ...rest, ...said, seenSha256: sha256, incompleteSince: claim.since });
    case "nothing":
      if (known === undefined) return undefined;
      return changed({
        ...rest,
        ...said,
        seenSha256: sha256,
        ...(isPending && incompleteSince && { incompleteSince }),
      });
    default:
      return assertNever(claim);
  }

  /** A row that was brought back is told what came of it meanwhile. */
  function changed(row: KnownRow): ReturnType<typeof rowAfter> {
    return isDeepStrictEqual(row, known) ? undefined : { row, isDue: isGone === true && row.asked > 0 };
  }
}
