import { briefWebhookFields } from "#connectors/brief-spellings.js";
import { columnsOf, receive, updateRow, type MakeTable } from "./blueprint-steps.js";
import { outputOf, scenarioOf, type Blueprint } from "./blueprint.js";

/**
 * Told how a job ended, it writes that into the row. The status is passed on as it comes: nobody types the flag. `erase` is Make's
 * word for emptying a cell, so that a row that is done again keeps nothing of its last end.
 */
export function finishBlueprint(options: MakeTable): Blueprint {
  const columns = columnsOf(options);
  const { status, recordId, outputUrl, errorMessage } = briefWebhookFields;
  const orEmpty = (field: string) => `{{ifempty(1.${field}; erase)}}`;
  return scenarioOf("Understudy: finish", [
    receive("A job has ended"),
    updateRow("Write it into the row", options, {
      recordId: outputOf(1, recordId),
      record: {
        [columns.status]: outputOf(1, status),
        [columns.output]: orEmpty(outputUrl),
        [columns.error]: orEmpty(errorMessage),
      },
    }),
  ]);
}
