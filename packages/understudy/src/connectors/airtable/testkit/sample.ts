import { openAirtableStandIn, type AirtableStandIn, type AirtableStandInOptions } from "./stand-in.js";
import type { TokenScope } from "./tokens.js";

/** A token with all scopes of a user who may do everything. */
export const sampleToken = "patSAMPLE00000000.all";

/** All scopes. */
export const allScopes: readonly TokenScope[] = [
  "data.records:read",
  "data.records:write",
  "schema.bases:read",
  "schema.bases:write",
  "webhook:manage",
];

/** An answer, its JSON parsed; `body` undefined when it is empty. */
export interface SampleAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A stand-in with one table of people, and a clock that stands still. */
export interface Sample {
  readonly standIn: AirtableStandIn;
  readonly baseId: string;
  readonly tableId: string;
  /** By names of fields: Name, Age, Done, Status, Tags, Photos, Upper (a formula), When. */
  readonly fields: Readonly<Record<string, string>>;
  /** Lets time pass. */
  wait(milliseconds: number): void;
  /** Sends a request. @param path with the query, after `/v0`. */
  ask(method: string, path: string, body?: unknown, token?: string): Promise<SampleAnswer>;
}

/** Opens a sample, with room for many requests unless the options say otherwise. */
export async function openSample(options: Omit<AirtableStandInOptions, "now"> = {}): Promise<Sample> {
  let time = Date.UTC(2026, 0, 1);
  const standIn = await openAirtableStandIn({ requestsPerSecond: 40, ...options, now: () => time });
  standIn.addToken({ token: sampleToken, scopes: allScopes });
  const choices = ["Open", "Closed"].map((name) => ({ name }));
  const base = standIn.addBase({
    tables: [
      {
        name: "People",
        fields: [
          { name: "Name", type: "singleLineText" },
          { name: "Age", type: "number", options: { precision: 0 } },
          { name: "Done", type: "checkbox", options: { icon: "check", color: "greenBright" } },
          { name: "Status", type: "singleSelect", options: { choices } },
          { name: "Tags", type: "multipleSelects", options: { choices } },
          { name: "Photos", type: "multipleAttachments" },
          { name: "Upper", type: "formula", options: { formula: "UPPER({Name})" } },
          { name: "When", type: "dateTime" },
        ],
      },
    ],
  });
  const [table] = base.tables;
  return {
    standIn,
    baseId: base.id,
    tableId: table?.id ?? "",
    fields: table?.fields ?? {},
    wait(milliseconds) {
      time += milliseconds;
    },
    async ask(method, path, body, token = sampleToken) {
      const answer = await fetch(`${standIn.url}/v0${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", connection: "close" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
    },
  };
}
