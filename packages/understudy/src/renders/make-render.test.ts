import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { hashFile, UnderstudyError, type RenderRequest } from "@understudy/render";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DurableRun } from "#jobs/job-engine.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import type { Wiring } from "#wire.js";
import type { Attachments } from "./fetch-reference.js";
import { libraryKey, renderKeys } from "./render-keys.js";
import type { OnEnd } from "./render-list.js";
import { durable, fromUploads, openRenderWork as openWorld } from "./testing/render-work.js";
import { sampleOrder, sampleAttachment } from "./testing/sample-render.js";

const render: Wiring["render"] = (...args) => createFakeWiring().render(...args);

describe("a render of the service", () => {
  it("goes from uploads to files with addresses, and leaves nothing in the work folder", async () => {
    const { make, files, folder, renders, data } = await openWorld();
    const made = await make();
    expect(made).toMatchObject({ state: "finished", cost: { usd: 0 } });
    expect(made.files?.map(({ fileName, mediaType, path }) => [fileName, mediaType, path])).toEqual([
      ["ad.mp4", "video/mp4", "/r/secret/ad.mp4"],
      ["ad.manifest.json", "application/json", "/r/secret/ad.manifest.json"],
      ["ad.jpg", "image/jpeg", "/r/secret/ad.jpg"],
    ]);
    expect(await files(made.id)).toEqual(made.files?.map(({ key }) => key).sort());
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
    const kinds = (await renders.events(made.id, 0, 100)).map(({ kind }) => kind);
    expect([kinds[0], kinds[1], kinds.includes("planned"), kinds.at(-1)]).toEqual([
      "queued",
      "started",
      true,
      "finished",
    ]);
    const record = await data.renders.get(made.id);
    const { consentId, subjectId } = made;
    expect(record).toMatchObject({ state: "finished", people: [{ consentId, subjectId }] });
    // What an erasure and retention look for.
    const published = record?.published?.map(({ key }) => key);
    expect(published).toEqual(expect.arrayContaining(made.files!.map(({ key }) => key)));
    expect(published?.[0]).toBe(made.files?.[0]?.key);
  });

  it("finishes without a picture when none can be made, and says so in the log", async () => {
    const paintsNone: Wiring["render"] = (request, { store, videoKey, sidecarKey, manifestKey }, run, resources) => {
      resources.onThumbnailFailed?.(new Error("no picture"));
      return render(request, { store, videoKey, sidecarKey, manifestKey }, run, resources);
    };
    const { make, logged } = await openWorld({ wiring: { render: paintsNone } });
    const made = await make();
    expect(made.files?.map(({ fileName }) => fileName)).toEqual(["ad.mp4", "ad.manifest.json"]);
    expect(logged).toContain("no picture of the video");
  });

  it("is refused before anything is swapped when it would cost more than its cap", async () => {
    const { make } = await openWorld({ settings: { cost: { usdPerEngineSecond: 1, capUsd: 5 } } });
    expect(await make()).toMatchObject({
      state: "failed",
      error: { code: "cost-cap-exceeded" },
      estimate: { usdPerEngineSecond: 1 },
    });
    expect(await make({ ...fromUploads, costCapUsd: 1000 })).toMatchObject({ state: "finished" });
  });

  it("leaves nothing but a note when the person takes the consent back while it is published", async () => {
    const world = await openWorld();
    const { artifacts, data, make, files } = world;
    const put = artifacts.put.bind(artifacts);
    Object.assign(artifacts, {
      put: async (...args: Parameters<typeof put>) => {
        await put(...args);
        const [entry] = await data.consents.list();
        const revocation = { consentId: entry!.consent.id, revokedAt: new Date().toISOString(), revokedBy: "Test" };
        if (args[0].endsWith(".mp4")) await data.consents.revoke(revocation);
      },
    });
    const made = await make();
    expect(made).toMatchObject({ state: "failed", error: { code: "consent-revoked" } });
    expect(await files(made.id)).toEqual([]);
  });

  it("leaves nothing when the person takes it back between the last look and the end", async () => {
    const onEnd: OnEnd = async (_sql, { state }) => {
      if (state === "finished") throw new UnderstudyError("consent-revoked", "taken back");
    };
    const { make, files } = await openWorld({ onEnd });
    const made = await make();
    expect(made).toMatchObject({ state: "failed", error: { code: "consent-revoked" } });
    expect(await files(made.id)).toEqual([]);
  });

  it.each([
    [undefined, { kind: "largest" }],
    [{ kind: "right" } as const, { kind: "right" }],
  ])("gives the face to whom the order names (%o)", async (person, given) => {
    const seen: unknown[] = [];
    const looks: Wiring["render"] = (request, ...rest) => {
      seen.push(request.cast.map((member) => member.person));
      return render(request, ...rest);
    };
    const { make } = await openWorld({ wiring: { render: looks } });
    expect(await make({ ...fromUploads, ...(person !== undefined && { person }) })).toMatchObject({
      state: "finished",
    });
    expect(seen).toEqual([[given]]);
  });

  it("gives several people their own faces, each on a word of their own, and a reference photo as a file", async () => {
    const seen: RenderRequest["cast"][] = [];
    const looks: Wiring["render"] = (request, ...rest) => {
      seen.push(request.cast);
      return render(request, ...rest);
    };
    const { make, data, folder } = await openWorld({ wiring: { render: looks } });
    const photo = { kind: "upload", uploadId: "upload_photo" } as const;
    const made = await make({
      ...fromUploads,
      person: { kind: "left" },
      consent: { kind: "attested", operator: "Sam" },
      others: [
        {
          person: { kind: "photo", photo },
          faces: [{ kind: "upload", uploadId: "upload_video" }, photo],
          consent: { kind: "attested", operator: "Kim" },
        },
      ],
    });
    expect(made).toMatchObject({ state: "finished", otherPeople: [{ consentId: expect.any(String) }] });
    const [first, second] = seen[0]!;
    expect([first.person, first.consent.operator]).toEqual([{ kind: "left" }, "Sam"]);
    expect(second).toMatchObject({
      person: { kind: "photo" },
      consent: { operator: "Kim", id: made.otherPeople![0]!.consentId },
    });
    const path = second?.person.kind === "photo" ? second.person.path : "";
    const names = [...first.facePaths, ...second!.facePaths, path].map((each) => basename(each));
    expect(names).toEqual(["face-1", "person-2-face-1", "person-2-face-2", "person-2-reference"]);
    expect(path.startsWith(folder)).toBe(true);
    expect(
      (await data.renders.get(made.id))?.people.map(({ consentId, subjectId }) => ({ consentId, subjectId })),
    ).toEqual([{ consentId: made.consentId, subjectId: made.subjectId }, ...made.otherPeople!]);
  });

  it("tells its owner of a fault of ours, and the log what it was", async () => {
    const fails = async () => {
      throw new Error("/secret/path is gone");
    };
    const { make, logged } = await openWorld({ wiring: { render: fails } });
    const { error } = await make();
    expect(error).toMatchObject({ code: "internal-error", message: expect.not.stringContaining("secret") });
    expect(logged).toContain("render failed of something unexpected");
  });

  it("tells its owner nothing of where files lie on this machine", async () => {
    const fails: Wiring["render"] = async ({ cast: [{ facePaths }] }) => {
      throw new UnderstudyError("unreadable-media", `${facePaths[0]} is no picture; see ${facePaths[0]}.`);
    };
    const { make } = await openWorld({ wiring: { render: fails } });
    expect((await make()).error).toMatchObject({
      code: "unreadable-media",
      message: "face-1 is no picture; see face-1.",
    });
  });

  it("ends as cancelled when it is, whatever it was doing", async () => {
    const controller = new AbortController();
    const cancels: Wiring["render"] = (...args) => {
      controller.abort();
      return render(...args);
    };
    const { make } = await openWorld({ wiring: { render: cancels } });
    expect(await make(fromUploads, { signal: controller.signal })).toMatchObject({ state: "cancelled" });
  });

  it("notes nothing when its runner is stopped: it goes on elsewhere, under the same files", async () => {
    const controller = new AbortController();
    const stops: Wiring["render"] = (...args) => {
      controller.abort();
      return render(...args);
    };
    const { make } = await openWorld({ wiring: { render: stops } });
    expect(await make(fromUploads, { signal: controller.signal, isAbandoned: true })).toMatchObject({
      state: "running",
    });
  });

  it("is over when it was begun too often", async () => {
    const { renders, caller, work } = await openWorld({ settings: { jobs: { maxAttempts: 1 } } });
    const { render } = await renders.create({ order: sampleOrder(fromUploads), priority: 0 }, caller);
    await renders.begin(render.id, 1, "a runner that died", 1);
    await work({ renderId: render.id, run: 1 }, durable());
    expect(await renders.get(caller.ownerId, render.id)).toMatchObject({ error: { code: "crashed-repeatedly" } });
  });

  it("ends at its deadline, counted from its first start", async () => {
    const { make } = await openWorld();
    expect(await make({ ...fromUploads, deadlineSeconds: -1 })).toMatchObject({ error: { code: "deadline-exceeded" } });
  });

  it("goes on with the photo that it began with, and takes nothing from an earlier run that was drawn from another one", async () => {
    const names: string[] = [];
    const draws: Wiring["render"] = async (_request, _output, run) => {
      await run.child("swap-region-0", async () => undefined, []);
      throw new Error("died");
    };
    const { renders, caller, work, artifacts, folder } = await openWorld({ wiring: { render: draws } });
    const put = async (text: string) => {
      const path = join(folder, "photo");
      await rm(path, { force: true });
      await writeFile(path, text);
      const file = { path, ...(await hashFile(path, { maxBytes: 100 })), mediaType: "image/jpeg" };
      await artifacts.put(
        libraryKey(caller.ownerId, { kind: "library", path: "jo.jpg" }),
        file,
        new AbortController().signal,
      );
    };
    const order = sampleOrder({ ...fromUploads, faces: [{ kind: "library", path: "jo.jpg" }] });
    const { render } = await renders.create({ order, priority: 0 }, caller);
    // The library's file is another one from the second run on; the third has nothing of the first any more.
    for (const [place, photo] of ["of Jo", "of somebody else", "of somebody else"].entries()) {
      await put(`a photo ${photo}`);
      if (place === 2) await artifacts.removeAll(renderKeys.inputs(render.id));
      if (place > 0) await renders.retry(caller.ownerId, render.id);
      const child: DurableRun["child"] = async (name, action) => {
        names.push(name);
        return action(durable());
      };
      await work({ renderId: render.id, run: place + 1 }, durable({ child }));
    }
    const [first, again, other] = names;
    expect(first).toMatch(/^swap-region-0/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("hands script, voice and captions to the pipeline, and makes the captions reachable", async () => {
    const seen: Pick<RenderRequest, "speech" | "captions">[] = [];
    const looks: Wiring["render"] = async (request, ...rest) => {
      const { speech, captions } = request;
      const sample = speech?.sample && { ...speech.sample, path: await readFile(speech.sample.path, "utf8") };
      seen.push({ ...(speech && { speech: { ...speech, ...(sample && { sample }) } }), ...(captions && { captions }) });
      return render(request, ...rest);
    };
    const { make, work, artifacts, caller, folder, logged, renders } = await openWorld({ wiring: { render: looks } });
    const reference = { kind: "library", path: "jo.wav" } as const;
    const path = join(folder, "jo.wav");
    await writeFile(path, "a voice");
    const facts = await hashFile(path, { maxBytes: 100 });
    await artifacts.put(libraryKey(caller.ownerId, reference), { path, ...facts, mediaType: "x/y" }, durable().signal);
    const speech = { script: "It folds flat.", allowLipMismatch: false, underSpeech: "mute" } as const;
    const captions = { mode: "sidecar", preset: "broadcast" } as const;
    const order = { ...fromUploads, speech: { ...speech, sample: { recording: reference, text: "Hi." } }, captions };
    const made = await make(order);
    expect(seen).toEqual([{ speech: { ...speech, sample: { path: "a voice", text: "Hi." } }, captions }]);
    const delivered = made.files?.map(({ fileName, mediaType }) => [fileName, mediaType]);
    expect(delivered).toEqual([
      ["ad.mp4", "video/mp4"],
      ["ad.manifest.json", "application/json"],
      ["ad.jpg", "image/jpeg"],
      ["ad.srt", "application/x-subrip"],
      ["ad.vtt", "text/vtt; charset=utf-8"],
      ["ad.ass", "text/x-ssa; charset=utf-8"],
    ]);
    const events = await renders.events(made.id, 0, 100);
    expect(JSON.stringify([logged, events])).not.toContain("folds");
    // A fork speaks in the same voice, whatever became of the file.
    await artifacts.remove(libraryKey(caller.ownerId, reference));
    const fork = await renders.create({ order: sampleOrder(order), priority: 0, forkedFrom: made.id }, caller);
    await work({ renderId: fork.render.id, run: 1 }, durable());
    expect(seen[1]).toEqual(seen[0]);
  });

  it("fails, and makes no other video, when its words were removed with its inputs", async () => {
    const { make } = await openWorld();
    const speech = { allowLipMismatch: false, underSpeech: "duck" } as const;
    for (const words of [{ speech }, { captions: { mode: "burn" } as const }]) {
      expect(await make({ ...fromUploads, ...words })).toMatchObject({
        state: "failed",
        error: { code: "artifact-missing" },
      });
    }
  });

  it("keeps no photo from an address that nobody agreed to", async () => {
    const server = createServer((_request, response) => void response.end(jpeg));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { make, files } = await openWorld();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/photo`;
    const made = await make({ ...fromUploads, faces: [{ kind: "url", url }], consent: { kind: "on-record" } });
    expect(made).toMatchObject({ state: "failed", error: { code: "consent-required" } });
    expect(await files(made.id)).toEqual([]);
  });

  it("works in every life with the bytes that an address gave first", async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.end(Buffer.concat([jpeg, Buffer.from([asked])]));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { renders, caller, work, data } = await openWorld({
      wiring: { render: async () => Promise.reject(new Error("died")) },
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/photo`;
    const order = sampleOrder({ ...fromUploads, faces: [{ kind: "url", url }] });
    const { render } = await renders.create({ order, priority: 0 }, caller);
    await work({ renderId: render.id, run: 1 }, durable());
    await renders.retry(caller.ownerId, render.id);
    await work({ renderId: render.id, run: 2 }, durable());
    expect(asked).toBe(1);
    expect(await data.consents.list()).toHaveLength(1);
  });
});

describe("a render of a connected table's row", () => {
  /** Serves a photo to whoever asks by one of the addresses that hold. */
  async function openAttachments(holding: readonly string[]) {
    const server = createServer(({ url }, response) => {
      if (holding.includes(url ?? "")) response.end(jpeg);
      else response.writeHead(410).end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const asked: (typeof sampleAttachment)[] = [];
    const attachments: Attachments = {
      urlOf: async (wanted) => {
        asked.push(wanted as typeof sampleAttachment);
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}/${asked.length}`;
      },
    };
    return { attachments, asked };
  }

  it("asks for an attachment's address when it is fetched, once more when that has expired, and keeps the file", async () => {
    const { attachments, asked } = await openAttachments(["/2"]);
    const seen: Buffer[] = [];
    const dies: Wiring["render"] = async ({ cast: [{ facePaths }] }) => {
      seen.push(await readFile(facePaths[0]));
      throw new Error("died");
    };
    const { renders, caller, work, make } = await openWorld({ attachments, wiring: { render: dies } });
    const { id } = await make({ ...fromUploads, faces: [sampleAttachment] });
    expect(asked).toEqual([sampleAttachment, sampleAttachment]);
    await renders.retry(caller.ownerId, id);
    await work({ renderId: id, run: 2 }, durable());
    const fork = await renders.create(
      { order: sampleOrder({ ...fromUploads, faces: [sampleAttachment] }), priority: 0, forkedFrom: id },
      caller,
    );
    await work({ renderId: fork.render.id, run: 1 }, durable());
    expect(seen).toEqual([jpeg, jpeg, jpeg]);
    expect(asked).toHaveLength(2);
  });

  it("fails under the input's name when the new address is none either", async () => {
    const { attachments, asked } = await openAttachments([]);
    const { make } = await openWorld({ attachments });
    const { error } = await make({ ...fromUploads, faces: [sampleAttachment] });
    expect(error).toMatchObject({ code: "download-failed", message: expect.stringMatching(/^face-1: .*410/) });
    expect(asked).toHaveLength(2);
  });

  it("rests on the connection's attestation as long as that holds", async () => {
    const clock = { now: new Date("2027-01-01T00:00:00Z") };
    let isBroken = false;
    const breaks: Wiring["render"] = async (...args) => {
      if (isBroken) throw new Error("died");
      return render(...args);
    };
    const { make, data, renders, caller, work } = await openWorld({ now: () => clock.now, wiring: { render: breaks } });
    const attestation = {
      operator: "Agency",
      statement: "All agreed.",
      use: "ads",
      expiresAt: "2027-01-02T00:00:00.000Z",
    };
    const order = { ...fromUploads, consent: { kind: "standing", attestation } } as const;
    const made = await make(order);
    expect(made).toMatchObject({ state: "finished" });
    const [entry] = await data.consents.list();
    expect(entry?.consent).toMatchObject({
      id: made.consentId,
      method: "standing-attestation",
      operator: "Agency",
      statement: { text: "All agreed.", version: "connection" },
      expiresAt: attestation.expiresAt,
    });

    isBroken = true;
    const { id } = await make(order);
    isBroken = false;
    clock.now = new Date(attestation.expiresAt);
    await renders.retry(caller.ownerId, id);
    await work({ renderId: id, run: 2 }, durable());
    expect(await renders.get(caller.ownerId, id)).toMatchObject({ error: { code: "consent-required" } });
  });
});

/** Enough of a JPEG to be taken for one. */
const jpeg = Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex");
