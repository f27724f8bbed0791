import { assertNever, UnderstudyError } from "@understudy/render";
import { attachmentsCell } from "#connectors/airtable/client/airtable-answers.js";
import type { AirtableClient } from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import { sleepFor } from "#connectors/airtable/client/sleep-for.js";
import { problemOf } from "#connectors/airtable/connections/airtable-problem.js";
import type { ConnectionList } from "#connectors/airtable/connections/connection-list.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import type { Attachments } from "#renders/fetch-reference.js";

/** What it is made of. */
export interface AttachmentSourceOptions {
  readonly connections: Pick<ConnectionList, "get">;
  /** @throws UnderstudyError `airtable-token` */
  clientOf(connection: AirtableConnection, signal: AbortSignal): AirtableClient;
  /** Default a timer. @throws the signal's reason. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Pauses before Airtable is asked again that does not answer, in milliseconds: five minutes in all, and then the render fails. */
const pausesMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 60_000, 60_000, 60_000];

/** Makes a source that reads the row each time it is asked: Airtable gives new addresses to whoever reads. */
export function createAttachmentSource(options: AttachmentSourceOptions): Attachments {
  const { connections, clientOf, sleep = sleepFor } = options;
  return {
    async urlOf({ connectionId, recordId, fieldId, attachmentId }, signal) {
      const connection = await connections.get(connectionId);
      if (connection === undefined) {
        throw new UnderstudyError("artifact-missing", "The table of the file is not connected any more.");
      }
      const { baseId, tableId } = connection;
      const { cells } = await patiently(
        () => clientOf(connection, signal).record(baseId, tableId, recordId),
        (milliseconds) => sleep(milliseconds, signal),
      ).catch((thrown: unknown) => {
        throw inputError(thrown, connection);
      });
      const attachments = attachmentsCell.safeParse(cells[fieldId]).data;
      const attachment = attachments?.find(({ id }) => id === attachmentId);
      if (attachment === undefined) throw removed();
      return attachment.url;
    },
  };
}

/** Asks again while Airtable is away, so that rows which wait their turn outlive what passes by itself. */
async function patiently<T>(ask: () => Promise<T>, pause: (milliseconds: number) => Promise<void>): Promise<T> {
  for (const milliseconds of pausesMs) {
    try {
      return await ask();
    } catch (thrown) {
      if (!(thrown instanceof AirtableFailure && thrown.kind === "unavailable")) throw thrown;
    }
    await pause(milliseconds);
  }
  return ask();
}

/** What a row says of it: whoever reads that is not at the machine that asked. */
function inputError(failure: unknown, connection: AirtableConnection): unknown {
  const isToken = failure instanceof UnderstudyError && failure.code === "airtable-token";
  if (isToken) return tokenError(failure, connection);
  if (!(failure instanceof AirtableFailure)) return failure;
  const { kind, type } = failure;
  switch (kind) {
    case "unauthorized":
    case "forbidden":
      return tokenError(failure, connection);
    case "missing":
      return removed();
    case "refused":
    case "unavailable":
      return new UnderstudyError("download-failed", `Airtable does not tell where the file is (${type}).`, {
        hint: `Set Status to ${briefStatuses.pending} again when Airtable answers.`,
        cause: failure,
      });
    default:
      return assertNever(kind);
  }
}

function tokenError(cause: unknown, connection: AirtableConnection): UnderstudyError {
  const { code, message } = problemOf(cause, connection);
  return new UnderstudyError(code, `The machine that renders could not ask Airtable for the file: ${message}`, {
    hint: `Give every runner a token that holds in ${connection.tokenVariable}, then set Status to ${briefStatuses.pending} again.`,
    cause,
  });
}

function removed(): UnderstudyError {
  return new UnderstudyError("artifact-missing", "The file was removed from the row.", {
    hint: `Attach the file again, then set Status to ${briefStatuses.pending}.`,
  });
}
