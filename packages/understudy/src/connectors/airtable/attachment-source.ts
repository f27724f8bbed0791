import { assertNever, UnderstudyError } from "@understudy/render";
import type { InputReference } from "#renders/render-order.js";
import { attachmentsCell } from "./airtable-answers.js";
import type { AirtableClient } from "./airtable-client.js";
import { AirtableFailure } from "./airtable-failure.js";
import { problemOf } from "./airtable-problem.js";
import type { ConnectionList } from "./connection-list.js";
import type { AirtableConnection } from "./connection.js";

/** A file in a row. */
export type AttachmentReference = Extract<InputReference, { readonly kind: "airtable" }>;

/** Knows where the files of rows are. */
export interface AttachmentSource {
  /**
   * An address that holds for about two hours.
   * @throws UnderstudyError `artifact-missing`, `airtable-token`, `download-failed` (retryable); the signal's reason.
   */
  urlOf(reference: AttachmentReference, signal: AbortSignal): Promise<string>;
}

/** What it is made of. */
export interface AttachmentSourceOptions {
  readonly connections: Pick<ConnectionList, "get">;
  /** @throws UnderstudyError `airtable-token` */
  clientOf(connection: AirtableConnection, signal: AbortSignal): AirtableClient;
}

/** Makes a source that reads the row each time it is asked: Airtable gives new addresses to whoever reads. */
export function createAttachmentSource({ connections, clientOf }: AttachmentSourceOptions): AttachmentSource {
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
