import { apiPrefix, jobOperations } from "@understudy/runpod/protocol";
import { briefEndpointId, briefFields, briefStatuses } from "#connectors/brief-spellings.js";
import { columnsOf, postJson, receive, updateRow, type MakeTable } from "./blueprint-steps.js";
import { outputOf, scenarioOf, type Blueprint } from "./blueprint.js";

/** What the scenario that starts renders is made for. */
export interface StartOptions extends MakeTable {
  /** Of the service, without a slash at its end; undefined: a text that is to be replaced. */
  readonly serviceUrl?: string;
  /** Address of the other scenario's webhook; undefined: a text that is to be replaced. */
  readonly finishUrl?: string;
}

/** Stands where the service's address belongs. */
export const servicePlaceholder = "https://understudy.example";

/** Stands where the other scenario's address belongs. */
export const finishPlaceholder = "https://hook.eu1.make.com/REPLACE-WITH-THE-ADDRESS-OF-THE-FINISH-WEBHOOK";

/**
 * Told of a row, it says so in the row and asks the service for the video. `Processing` comes first: the end of a quick job must not
 * be written before it.
 */
export function startBlueprint(options: StartOptions): Blueprint {
  const { serviceUrl = servicePlaceholder, finishUrl = finishPlaceholder } = options;
  const { status, error } = columnsOf(options);
  const { recordId, sourceVideoUrl, avatarImageUrl, webhookUrl } = briefFields;
  const told = (field: string) => outputOf(1, field);
  const row = { recordId: told(recordId) };
  const input = {
    [recordId]: told(recordId),
    [sourceVideoUrl]: told(sourceVideoUrl),
    [avatarImageUrl]: told(avatarImageUrl),
    [webhookUrl]: finishUrl,
  };
  const answered = (field: string) => outputOf(3, field);
  return scenarioOf("Understudy: start", [
    receive("A row says Pending"),
    updateRow("Say Processing", options, { ...row, record: { [status]: briefStatuses.processing } }),
    postJson("Ask for the video", `${serviceUrl}/${apiPrefix}/${briefEndpointId}/${jobOperations.run}`, { input }),
    updateRow("Say why not", options, {
      ...row,
      filter: { name: "The service refused", conditions: [[{ a: answered("data.id"), o: "notexist" }]] },
      record: {
        [status]: briefStatuses.failed,
        [error]: `${answered("data.code")}: ${answered("data.detail")} (HTTP ${answered("statusCode")})`,
      },
    }),
  ]);
}
