import { assertNever, UnderstudyError } from "@understudy/render";
import { attachmentsCell } from "#connectors/airtable/client/airtable-answers.js";
import type { AirtableClient } from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import { problemOf } from "#connectors/airtable/connections/airtable-problem.js";
import type { ConnectionList } from "#connectors/airtable/connections/connection-list.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import type { Attachments } from "#renders/fetch-reference.js";

/** What it is made of. */
export interface AttachmentSourceOptions {
  readonly connections: Pick<ConnectionList, "get">;
  /** @throws UnderstudyError `airtable-token` */
  clientOf(connection: AirtableConnection, signal: AbortSignal): AirtableClient;
}

/** Makes a source that reads the row each time it is asked: Airtable gives new addresses to whoever reads. */
export function createAttachmentSource({ connections, clientOf }: AttachmentSourceOptions): Attachments {
  return {
    async urlOf({ connectionId, recordId, fieldId, attachmentId }, signal) {
      const connection = await connections.get(connectionId);
      if (connection === undefined) {
        throw new UnderstudyError("artifact-missing", "The table of the file is not connected any more.");
      }
      const { baseId, tableId } = connection;
      const reading = clientOf(connection, signal).record(baseId, tableId, recordId);
      const { cells } = await reading.catch((thrown: unknown) => {
        throw thrown instanceof AirtableFailure ? inputError(thrown, connection) : thrown;
      });
      const attachments = attachmentsCell.safeParse(cells[fieldId]).data;
      const attachment = attachments?.find(({ id }) => id === attachmentId);
      if (attachment === undefined) throw removed();
      return attachment.url;
    },
  };
}

function inputError(failure: AirtableFailure, connection: AirtableConnection): UnderstudyError {
  const { kind, type } = failure;
  switch (kind) {
    case "unauthorized":
    case "forbidden": {
      const { code, message, hint } = problemOf(failure, connection);
      return new UnderstudyError(code, message, { hint, cause: failure });
    }
    case "missing":
      return removed();
    case "refused":
    case "unavailable":
      return new UnderstudyError("download-failed", `Airtable does not tell where the file is (${type}).`, {
        hint: "Set Status to Pending again, or retry the render, when Airtable answers again.",
        cause: failure,
      });
    default:
      return assertNever(kind);
  }
}

function removed(): UnderstudyError {
  return new UnderstudyError("artifact-missing", "The file was removed from the row.", {
    hint: "Attach the file again, then set Status to Pending.",
  });
}
