import { isDeepStrictEqual } from "node:util";
import { configSchema } from "#config/index.js";
import { claimRow, type ClaimServices } from "#connectors/airtable/rows/claim-row.js";
import { lastLook } from "#connectors/airtable/rows/last-look.js";
import { readRow } from "#connectors/airtable/rows/read-row.js";
import type { DueRow } from "#connectors/airtable/rows/row-book.js";
import { cellsOf, tellsEnd } from "#connectors/airtable/rows/row-cells.js";
import type { KnownRow, SeenRow } from "#connectors/airtable/rows/row.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import { hasEnded, type ServiceRender } from "#renders/service-render.js";
import { sampleConnection } from "./sample-rows.js";

/** What a user may type into the face column: two photos, nothing, and what is no address. */
export const typedFaces = ["https://photos.example/a.jpg", "https://photos.example/b.jpg", "", "no address"] as const;

const config = configSchema.parse({});

/** What goes wrong in one step. */
export interface Faults {
  /** The process dies, or its turn is lost, before the claim counts; or after, before anybody was told. */
  readonly claim?: "before" | "after";
  /** The request was lost, or its answer. */
  readonly write?: "request" | "answer";
}

/** A render, and how often the user had asked, and had changed the row, when it was made. */
export interface MadeRender {
  readonly asking: string;
  render: ServiceRender;
}

/** Why a step of `OneRow` ended early. */
class Died extends Error {}

/**
 * One row in Airtable, its user, its renders, and what is known of it: the real decisions, with everything around them in memory. A
 * step is whole or rolled back, as a transaction is.
 */
export function openRow() {
  const connection = sampleConnection({ ownerId: "owner_1", keyId: "key_1" });
  const { columns } = connection;
  const cells: Record<string, unknown> = { "fld-source": "https://videos.example/ad.mp4", "fld-face": typedFaces[0] };
  const made: MadeRender[] = [];
  /** Askings whose end was noted as written, one entry each time that it was. */
  const writtenEnds: number[] = [];
  /** What an end was written over that its user would miss. */
  const losses: string[] = [];
  let [timesPending, timesChanged, seconds] = [0, 0, 0];
  let known: KnownRow | undefined;
  let [change, writtenChange] = [0, 0];

  const now = (): Date => new Date(1000 * seconds);
  const statusIs = (status: string): void => void (cells["fld-status"] = status);
  const setState = (one: MadeRender, state: ServiceRender["state"]): void => {
    one.render = { ...one.render, state, ...(hasEnded({ state }) && { startedAt: now(), endedAt: now() }) };
    if (known?.renderId === one.render.id) change += 1;
  };
  const services = (faults: Faults): ClaimServices => ({
    book: {
      read: async () => known,
      put: async (_sql, _connection, row, isDue) => {
        known = row;
        if (isDue) change += 1;
      },
    },
    renders: {
      createIn: async (_sql, { order }, { ownerId, keyId }) => {
        const at = { createdAt: now(), queuedAt: now() };
        const counters = { priority: 0, run: 1, attempt: 0, eventSequence: 1 };
        const id = `render_${made.length}`;
        const render: ServiceRender = { id, ownerId, keyId, state: "queued", order, ...counters, ...at };
        made.push({ asking: `${timesPending}/${timesChanged}`, render });
        return { render, isNew: true };
      },
      cancelIn: async (_sql, _owner, id) => {
        const one = made.find(({ render }) => render.id === id);
        if (one !== undefined && !hasEnded(one.render)) setState(one, "cancelled");
        return one?.render;
      },
    },
    config,
    patienceMs: 10_000,
    now,
    caller: async () => ({ ...connection, scopes: [], requestsPerMinute: 1, rendersAtOnce: 1 }),
    checkOrder: async () => undefined,
    handOver: async () => {
      if (faults.claim === "after") throw new Died();
    },
    stop: async () => undefined,
  });

  const see = (): SeenRow => readRow({ id: "rec1", cells: { ...cells } }, connection);
  const claim = async (seen: SeenRow, faults: Faults): Promise<void> => {
    const transaction = async <T>(act: (sql: never) => Promise<T>): Promise<T> => {
      const [before, count] = [{ known, change }, made.length];
      const value = await act(undefined as never);
      if (faults.claim !== "before") return value;
      ({ known, change } = before);
      made.length = count;
      throw new Died();
    };
    await claimRow({ transaction }, connection, seen, services(faults)).catch((thrown: unknown) => {
      if (!(thrown instanceof Died)) throw thrown;
    });
  };
  const noteLosses = (told: Readonly<Record<string, unknown>>, render: ServiceRender | undefined): void => {
    const { isPending, reading } = see();
    if (reading.kind !== "whole" || isDeepStrictEqual(reading.inputs.faces, render?.order.faces)) return;
    if (isPending) losses.push("a Pending with other inputs");
    if (render?.state === "finished" && told["fld-error"] === null) losses.push("that it was changed");
  };

  return {
    cells,
    made,
    writtenEnds,
    losses,
    get known() {
      return known;
    },
    /** How often the row was asked for, as far as was seen. */
    get asked() {
      return known?.asked ?? 0;
    },
    pass: (more: number): void => void (seconds += more),
    setPending(): void {
      timesPending += 1;
      statusIs(briefStatuses.pending);
    },
    type(face: (typeof typedFaces)[number]): void {
      timesChanged += 1;
      cells["fld-face"] = face;
    },
    /** The row is read, and claimed if it asks for something. */
    look: (faults: Faults = {}) => claim(see(), faults),
    /** A render in work goes on: it begins, or comes to an end. */
    work(which: number, end: "finished" | "failed" | "cancelled"): void {
      const open = made.filter(({ render }) => !hasEnded(render));
      const one = open[which % Math.max(1, open.length)];
      if (one !== undefined) setState(one, one.render.state === "queued" ? "running" : end);
    },
    /** The row is told what it is due. @param meanwhile what the user does between the writing and its note. */
    async write(faults: Faults = {}, meanwhile: () => void = () => undefined): Promise<void> {
      if (known === undefined || writtenChange >= change) return;
      const render = made.find(({ render: { id } }) => id === known?.renderId)?.render;
      let due: DueRow = { known, change, ...(render && { render }) };
      if (tellsEnd(due)) {
        const last = lastLook(due, see());
        if (last.kind === "claim") return claim(see(), faults);
        if (last.kind === "tell") due = last.row;
      }
      const { written, cells: told } = cellsOf(due, columns, "https://understudy.test");
      if (told !== undefined && faults.write === "request") return;
      if (told !== undefined && written.phase !== "processing") noteLosses(told, render);
      Object.assign(cells, told);
      meanwhile();
      if (told !== undefined && faults.write === "answer") return;
      known = { ...known, written };
      writtenChange = due.change;
      if (told !== undefined && written.phase !== "processing") writtenEnds.push(written.asked);
    },
  };
}

/** One row of `openRow()`. */
export type OneRow = ReturnType<typeof openRow>;
