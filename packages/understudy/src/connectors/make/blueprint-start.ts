import { apiPrefix, jobOperations } from "@understudy/runpod/protocol";
import { briefEndpointId, briefFields, briefStatuses } from "#connectors/brief-spellings.js";
import { columnsOf, postJson, receive, updateRow, type MakeTable } from "./blueprint-steps.js";
import { outputOf, scenarioOf, type Blueprint } from "./blueprint.js";

/** What the scenario that starts renders is made for. */
export interface StartOptions extends MakeTable {
  /**
   * Of the service, or of an endpoint of RunPod's such as `https://api.runpod.ai/v2/ENDPOINT`, without a slash at its end;
   * undefined: a text that is to be replaced.
   */
  readonly serviceUrl?: string;
  /** Address of the other scenario's webhook; undefined: a text that is to be replaced. */
  readonly finishUrl?: string;
}

/** Stands where the service's address belongs. */
const servicePlaceholder = "https://understudy.example";

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
  const answered = (...path: readonly string[]) => outputOf(3, ...path);
  return scenarioOf("Understudy: start", whatToFillIn, [
    receive("A row says Pending"),
    updateRow("Say Processing", options, { ...row, record: { [status]: briefStatuses.processing } }),
    postJson("Ask for the video", `${endpointOf(serviceUrl)}/${jobOperations.run}`, { input }),
    updateRow("Say why not", options, {
      ...row,
      filter: { name: "The service refused", conditions: [[{ a: answered("data", "id"), o: "notexist" }]] },
      record: {
        [status]: briefStatuses.failed,
        [error]: `${answered("data", "error")} (HTTP ${answered("statusCode")})`,
      },
    }),
  ]);
}

/** An address that names an endpoint already, or how to ask it, is taken as it is. */
function endpointOf(serviceUrl: string): string {
  const [named] = new RegExp(`^.*/${apiPrefix}/[^/]+(?=(/${jobOperations.run})?$)`).exec(serviceUrl) ?? [];
  return named ?? `${serviceUrl}/${apiPrefix}/${briefEndpointId}`;
}

const whatToFillIn =
  "Asks for a video when it is told of a row in Airtable. To fill in: a webhook in the first module, which Airtable's automation calls; your Airtable connection, base and table in the second and the last one; in the third one your key in the place of <API_KEY>, and both addresses if they are still examples.";
