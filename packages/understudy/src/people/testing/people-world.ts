import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Consent } from "@understudy/render";
import { beforeAll } from "vitest";
import { scopes } from "#access/caller.js";
import { giveConsent } from "#consent/index.js";
import { createResultLinks } from "#links/postgres-result-links.js";
import { openServiceData } from "#records/service-data.js";
import type { RenderRecord } from "#records/render-records.js";
import { sampleRecord } from "#records/testing/sample-record.js";
import { renderKeys } from "#renders/render-keys.js";
import type { RunToken } from "#renders/render-list.js";
import type { RenderOrder } from "#renders/render-order.js";
import type { ServiceRender } from "#renders/service-render.js";
import { shareTestService, type TestCaller, type TestService } from "#server/testing/open-test-service.js";
import { fakeManifest } from "#testing/fake-wiring.js";
import type { Upload, UploadList } from "#uploads/upload-list.js";

/** Lower-case hex of a text's bytes. */
export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What a test renders. */
export interface TestRender {
  readonly state: "queued" | "running" | "finished";
  /** The person was found by it; default true. A queued one is never decided. */
  readonly isDecided?: boolean;
  readonly order?: Partial<RenderOrder>;
  /** Whose faces are put in besides. */
  readonly others?: readonly Consent[];
}

/** A service with one data folder, for tests that take an owner each. */
export interface PeopleWorld extends Pick<TestService, "service" | "api" | "clock" | "cancelled"> {
  /** Somebody with every scope, who has nothing yet but an endpoint for news of people. */
  newOwner(): Promise<TestCaller>;
  /** A whole upload; its bytes are its name. @returns its id. */
  upload(owner: TestCaller, name: string, mediaType?: string): Promise<string>;
  /** The word of an operator for `<name>.jpg`. */
  consent(owner: TestCaller, name: string): Promise<Consent>;
  /** A render under a consent, with everything that such a one leaves. The clock goes on by a second. */
  render(owner: TestCaller, consent: Consent, wish: TestRender): Promise<ServiceRender>;
  /** What that endpoint is told, oldest first. */
  told(owner: TestCaller): Promise<readonly { readonly type: string; readonly data: Record<string, unknown> }[]>;
}

/** Opens the world once for a file. */
export function sharePeopleWorld(): () => PeopleWorld {
  const test = shareTestService();
  let world: PeopleWorld | undefined;
  beforeAll(() => void (world = worldOf(reopened(test()))));
  return () => world!;
}

/** With stores that need no more than rows. */
function reopened(test: TestService): TestService {
  const { artifacts, config, database } = test.service;
  const { pool } = database;
  const uploads: Pick<UploadList, "get" | "remove" | "artifactKey"> = {
    async get(ownerId, id) {
      const text = "select * from understudy.upload where owner_id = $1 and id = $2";
      const { rows } = await pool.query<UploadRow>(text, [ownerId, id]);
      return rows[0] && uploadOf(rows[0]);
    },
    async remove(ownerId, id) {
      await artifacts.removeAll(`uploads/${id}/`);
      const text = "delete from understudy.upload where owner_id = $1 and id = $2";
      return (await pool.query(text, [ownerId, id])).rowCount === 1;
    },
    artifactKey: ({ id }) => `uploads/${id}/file`,
  };
  return test.reopen({
    config: { ...config, contact: "help@example.com" },
    dataOf: (ownerId) => openServiceData({ pool, folder: config.dataFolder, ownerId, artifacts }),
    uploads: uploads as UploadList,
    links: createResultLinks({ pool, secretKey: Buffer.alloc(32), now: test.service.now }),
  });
}

interface UploadRow {
  readonly id: string;
  readonly owner_id: string;
  readonly state: Upload["state"];
  readonly media_type: string;
  readonly sha256: string;
  readonly byte_length: string;
  readonly file_name: string;
  readonly created_at: Date;
}

function uploadOf(row: UploadRow): Upload {
  const { id, owner_id: ownerId, state, media_type: mediaType, sha256, file_name: fileName, created_at: at } = row;
  const byteLength = Number(row.byte_length);
  const counts = { byteLength, receivedBytes: byteLength, createdAt: at, expiresAt: at };
  return { id, ownerId, state, mediaType, sha256, fileName, ...counts };
}

function worldOf(test: TestService): PeopleWorld {
  const { service, api, clock, cancelled } = test;
  const { pool } = service.database;
  const folder = service.config.dataFolder;
  const { signal } = new AbortController();
  let number = 0;

  const keep = async (key: string, text: string): Promise<void> => {
    const path = join(folder, `file-${++number}`);
    await writeFile(path, text);
    const file = { path, sha256: sha256Of(text), byteLength: text.length, mediaType: "video/mp4" };
    await service.artifacts.put(key, file, signal);
  };

  return {
    service,
    api,
    clock,
    cancelled,
    async newOwner() {
      const caller = await test.newCaller({ scopes });
      const wish = {
        url: "http://127.0.0.1:8080/",
        types: ["consent.revoked", "subject.erased", "report.created"],
      } as const;
      await service.webhooks.createEndpoint(caller.ownerId, wish);
      return caller;
    },
    async upload({ ownerId }, name, mediaType = "image/jpeg") {
      const id = `upload_${(++number).toString(16).padStart(16, "0")}`;
      await pool.query(
        `insert into understudy.upload (id, owner_id, state, byte_length, received_bytes, media_type, sha256, file_name, created_at, expires_at)
         values ($1, $2, 'whole', $3, $3, $4, $5, $6, $7, $7)`,
        [id, ownerId, name.length, mediaType, sha256Of(name), name, clock.now],
      );
      await keep(`uploads/${id}/file`, name);
      return id;
    },
    async consent({ ownerId }, name) {
      const given = {
        subject: name,
        photoSha256: [sha256Of(`${name}.jpg`)],
        operator: "Sam Operator",
        scope: { use: "personalised product videos", channels: [] },
      };
      const room = { data: service.dataOf(ownerId), config: service.config, now: clock.now, signal };
      return (await giveConsent(given, room)).consent;
    },
    async render({ ownerId, keyId }, consent, { state, isDecided = true, order = {}, others = [] }) {
      const caller = { ownerId, keyId, scopes, requestsPerMinute: 1, rendersAtOnce: 1 };
      clock.now = new Date(clock.now.getTime() + 1000);
      const onRecord = ({ id: consentId }: Consent) => ({ kind: "record", consentId }) as const;
      const members = others.map((other) => ({ faces: sampleOrder.faces, consent: onRecord(other) }));
      const wish = {
        ...sampleOrder,
        consent: onRecord(consent),
        ...(others.length > 0 && { others: members }),
        ...order,
      };
      const { render } = await service.renders.create({ order: wish, priority: 0 }, caller);
      const { id } = render;
      if (state === "queued") return render;
      const begun = await service.renders.begin(id, 1, "runner", 5);
      if (begun.kind !== "begun") throw new Error("a render did not begin");
      const { token } = begun;
      await keep(renderKeys.input(id, "face-0"), `${consent.subject.name}.jpg`);
      await keep(`${renderKeys.work(id)}swap-0/clip.mp4`, `a clip of ${id}`);
      if (isDecided) await note(token);
      if (state === "finished") await finish(token);
      return (await service.renders.get(ownerId, id))!;

      async function note(token: RunToken): Promise<void> {
        const shown = (given: Consent) => ({ consentId: given.id, subjectId: given.subject.id });
        const otherPeople = others.map(shown);
        await service.renders.note(token, { ...shown(consent), ...(others.length > 0 && { otherPeople }) });
        const recorded = (given: Consent) => ({
          ...shown(given),
          faces: given.photoSha256.map((sha256) => ({ path: join(folder, "gone.jpg"), sha256 })),
        });
        const object = { endpointUrl: service.artifacts.endpointUrl, bucket: service.artifacts.name };
        const record: RenderRecord = sampleRecord({
          renderId: id,
          people: [recorded(consent), ...others.map(recorded)],
          published: ["video.mp4", "video.manifest.json"].map((name) => ({
            ...object,
            key: renderKeys.output(id, name),
          })),
        });
        await service.dataOf(ownerId).renders.start(record);
      }

      async function finish(token: RunToken): Promise<void> {
        const files = [];
        for (const fileName of ["video.mp4", "video.manifest.json"]) {
          const [key, text] = [renderKeys.output(id, fileName), `${fileName} of ${id}`];
          await keep(key, text);
          files.push({ key, fileName, mediaType: "video/mp4", byteLength: text.length, sha256: sha256Of(text) });
        }
        const linked = await service.links.make(id, files);
        const end = { state: "finished", outputs: [] } as const;
        await service.dataOf(ownerId).renders.end(id, end, clock.now);
        const cost = { engineSeconds: 1, usdPerEngineSecond: 0, usd: 0 };
        await service.renders.end(token, {
          state: "finished",
          files: linked,
          manifest: fakeManifest({ renderId: id }),
          cost,
        });
      }
    },
    async told({ ownerId }) {
      const { rows } = await pool.query<{ body: string }>(
        "select body from understudy.webhook_message where owner_id = $1 order by sequence",
        [ownerId],
      );
      return rows.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
    },
  };
}

const sampleOrder: RenderOrder = {
  source: { kind: "url", url: "https://videos.example/ad.mp4" },
  faces: [{ kind: "url", url: "https://photos.example/customer.jpg" }],
  label: { kind: "on" },
  stitch: "smart",
  allowMissingFace: false,
  consent: { kind: "on-record" },
  name: "video",
  metadata: {},
  deadlineSeconds: 900,
};
