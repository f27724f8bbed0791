import { briefStatuses, briefWebhookFields } from "#connectors/brief-spellings.js";
import { columnsOf, readRow, receive, updateRow, type MakeTable } from "./blueprint-steps.js";
import { outputOf, scenarioOf, type Blueprint, type BlueprintFilter } from "./blueprint.js";

/**
 * Told how a job ended, it writes that into the row. The status is passed on as it comes: nobody types the flag. `erase` is Make's
 * word for emptying a cell, so that a row that is done again keeps nothing of its last end.
 */
export function finishBlueprint(options: MakeTable): Blueprint {
  const columns = columnsOf(options);
  const { status, recordId, outputUrl, errorMessage } = briefWebhookFields;
  const orEmpty = (field: string) => `{{ifempty(1.${field}; erase)}}`;
  const row = { recordId: outputOf(1, recordId) };
  return scenarioOf("Understudy: finish", whatToFillIn, [
    receive("A job has ended"),
    readRow("Look at the row", options, { ...row, columns: [columns.status, columns.output] }),
    updateRow("Write it into the row", options, {
      ...row,
      filter: isNews({ status: outputOf(2, columns.status), outputUrl: outputOf(2, columns.output) }),
      record: {
        [columns.status]: outputOf(1, status),
        [columns.output]: orEmpty(outputUrl),
        [columns.error]: orEmpty(errorMessage),
      },
    }),
  ]);
}

/**
 * The same end may be told twice, and late: it changes nothing in a row that has this very video, whatever it says since, nor does a
 * failure in a row that has its video by now. A cell that cannot be read counts as empty, and all is written.
 */
function isNews(cells: { readonly status: string; readonly outputUrl: string }): BlueprintFilter {
  const { status, outputUrl } = briefWebhookFields;
  const told = outputOf(1, status);
  const done = briefStatuses.complete;
  return {
    name: "The row does not have it yet",
    conditions: [
      [
        { a: told, o: "text:equal", b: done },
        { a: outputOf(1, outputUrl), o: "text:notequal", b: cells.outputUrl },
      ],
      [
        { a: told, o: "text:notequal", b: done },
        { a: cells.status, o: "text:notequal", b: done },
      ],
    ],
  };
}

const whatToFillIn =
  "Writes how a video ended into its row in Airtable. To fill in: a webhook in the first module, whose address the start scenario needs; your Airtable connection, base and table in the two others.";
