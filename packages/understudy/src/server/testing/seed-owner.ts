import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { Consent } from "@understudy/render";
import type { Caller } from "#access/caller.js";
import { giveConsent } from "#consent/give-consent.js";
import { transaction } from "#postgres/database.js";
import { sampleOrder } from "#renders/testing/sample-render.js";
import type { Service } from "#server/service.js";
import { fakeManifest } from "#testing/fake-wiring.js";

/** Makes one thing of an owner. @returns its id. */
export type Seed = (service: Service, caller: Caller) => Promise<string>;

/** By the word that an id begins with. */
export type Seeds = Readonly<Record<string, Seed>>;

/**
 * One thing of each kind whose ids stand in addresses, by the word that its ids begin with. Whoever adds a kind adds its seed:
 * every route is then asked for somebody else's.
 */
const seeds: Seeds = {
  key: async ({ keys }, { ownerId }) => (await keys.create({ ownerId, name: "seed", scopes: [] })).key.keyId,
  render: seedRender,
  consent: async (service, caller) => (await seedConsent(service, caller)).id,
  subject: async (service, caller) => (await seedConsent(service, caller)).subject.id,
  endpoint: async (service, caller) => (await seedEndpoint(service, caller)).endpoint.id,
  async msg(service, caller) {
    const { database, webhooks, now } = service;
    const { endpoint } = await seedEndpoint(service, caller);
    const news = { ownerId: caller.ownerId, type: "render.finished", endpointId: endpoint.id, data: {} } as const;
    await transaction(database.pool, (sql) => webhooks.add(sql, news, now()));
    const [message] = await webhooks.listMessages(caller.ownerId, { endpointId: endpoint.id, limit: 1 });
    return message?.id ?? "none";
  },
  async upload({ uploads }, { ownerId }) {
    const bytes = Readable.from([Buffer.from("no video")]);
    const upload = await uploads.create(ownerId, { byteLength: 8 });
    return (await uploads.append(upload, 0, bytes, new AbortController().signal)).id;
  },
  report: async ({ reports }, { ownerId }) => (await reports.add({ ownerId, text: "That is not me." })).id,
};

/** Ids in a text of documentation: their kind, an underscore, and what tells them apart. */
const idPattern = new RegExp(`\\b(${Object.keys(seeds).join("|")})_[0-9a-zA-Z]{16,24}\\b`, "g");

/**
 * Makes what a text names, and names that.
 * @param special seeds in place of the usual ones.
 * @returns the text with the ids of what was made.
 */
export async function seedWhatIsNamed(
  text: string,
  { service, caller, special = {} }: { readonly service: Service; readonly caller: Caller; readonly special?: Seeds },
): Promise<string> {
  const kinds = new Set([...text.matchAll(idPattern)].map(([, kind = ""]) => kind));
  const made = new Map<string, string>();
  for (const kind of kinds) made.set(kind, (await (special[kind] ?? seeds[kind])?.(service, caller)) ?? kind);
  return text.replace(idPattern, (id, kind: string) => made.get(kind) ?? id);
}

/** Makes one of everything. @returns the ids by kind. */
export async function seedAll(service: Service, caller: Caller): Promise<Readonly<Record<string, string>>> {
  const made: Record<string, string> = {};
  for (const [kind, seed] of Object.entries(seeds)) made[kind] = await seed(service, caller);
  return made;
}

async function seedRender({ renders }: Service, caller: Caller): Promise<string> {
  return (await renders.create({ order: sampleOrder(), priority: 0 }, caller)).render.id;
}

/** A render that was cancelled while it waited. */
export async function seedCancelled(service: Service, caller: Caller): Promise<string> {
  const id = await seedRender(service, caller);
  await service.renders.cancel(caller.ownerId, id);
  return id;
}

/** A render that was made; its files are not there. */
export async function seedFinished(service: Service, caller: Caller): Promise<string> {
  const id = await seedRender(service, caller);
  const begun = await service.renders.begin(id, 1, "runner_test", 1);
  if (begun.kind !== "begun") throw new Error("a render that was just made did not begin");
  const cost = { engineSeconds: 1, usdPerEngineSecond: 0, usd: 0 };
  await service.renders.end(begun.token, { state: "finished", files: [], manifest: fakeManifest({}), cost });
  return id;
}

function seedEndpoint({ webhooks }: Service, { ownerId }: Caller) {
  return webhooks.createEndpoint(ownerId, { url: "http://127.0.0.1:8080/hook", types: [] });
}

async function seedConsent(service: Service, { ownerId }: Caller): Promise<Consent> {
  const photoSha256 = [randomBytes(32).toString("hex")];
  const given = { subject: "Jo Example", photoSha256, operator: "Sam Operator", scope: { use: "tests", channels: [] } };
  const room = { data: service.dataOf(ownerId), config: service.config, now: service.now() };
  return (await giveConsent(given, { ...room, signal: new AbortController().signal })).consent;
}
