import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UnderstudyError } from "@understudy/render";
import { openDataFolder, type ResultStore } from "@understudy/understudy";
import { describe, expect, it, test } from "vitest";
import { attestation, createCpuWorld, type CpuWorld } from "./testing/cpu-world.js";
import { fakeWiring } from "./testing/fake-render.js";

/** The webhook of a failure, as the scenario reads it. */
const failedBody = (message: string) =>
  `{"status":"🚩 Failed","record_id":"recTEST1","output_url":"","error_message":${JSON.stringify(message)}}`;

/** Runs a job that fails: its webhook and its error say the same, and of its files nothing is left. */
async function expectFailure(world: CpuWorld, input: unknown, message: string): Promise<void> {
  await expect(world.run(input)).rejects.toMatchObject({ name: "JobFailure", message });
  expect(world.webhooks).toEqual([failedBody(message)]);
  expect(await world.leftovers()).toEqual([]);
  expect(`${message}${world.log.join()}`).not.toContain("s3cret");
}

describe("the brief's job", () => {
  it("puts the video where its address says, posts the brief's body and returns the same", async () => {
    const world = await createCpuWorld();
    const result = (await world.run(world.order())) as { output_url: string };
    const { output_url: url } = result;
    expect(url).toMatch(/^file:\/\/\/.*\/data\/outputs\/[\w-]{22}\/recTEST1\.mp4$/);
    expect(await readFile(fileURLToPath(url), "utf8")).toBe("a finished video");
    expect(world.webhooks).toEqual([
      `{"status":"Complete","record_id":"recTEST1","output_url":"${url}","error_message":""}`,
    ]);
    expect(result).toEqual({
      status: "Complete",
      record_id: "recTEST1",
      output_url: url,
      error_message: "",
      manifest: {
        render_id: expect.stringMatching(/^render_[0-9a-f]{16}$/) as string,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        byte_length: 16,
        frames: 300,
        frames_swapped: 148,
        frames_without_face: 2,
      },
      webhook_delivered: true,
    });
    const [secret] = url.split("/").slice(-2);
    expect([...(await world.leftovers())].sort()).toEqual(
      ["", "/recTEST1.manifest.json", "/recTEST1.mp4"].map((name) => `outputs/${secret}${name}`),
    );
  });

  it("tells its stages and how its time is split", async () => {
    const world = await createCpuWorld();
    await world.run(world.order());
    expect(world.log).toContain("The video's address is of use on this machine only; set storage.publicUrl.");
    expect(world.log[0]).toBe("900 s: download 180, render 585, publish 90, webhook 45");
    expect(world.progress).toEqual(
      expect.arrayContaining([
        { stage: "download", percent: 100 },
        { stage: "swap", percent: 50 },
        { stage: "publish", percent: 0 },
      ]),
    );
  });

  it("needs no webhook; other members do not matter", async () => {
    const world = await createCpuWorld();
    for (const webhook of [undefined, null, ""]) {
      const result = await world.run(world.order({ webhook_url: webhook, campaign: { a: 1 } }));
      expect(result).not.toHaveProperty("webhook_delivered");
    }
    expect(world.webhooks).toEqual([]);
  });

  it("takes the older names with a warning", async () => {
    const world = await createCpuWorld();
    const { source_video_url: video_url, avatar_image_url: avatar_url, ...rest } = world.order();
    expect(await world.run({ ...rest, video_url, avatar_url })).toMatchObject({ status: "Complete" });
    expect(world.log).toContain("video_url is an older spelling; it still counts.");
    expect(world.log).toContain("avatar_url is an older spelling; it still counts.");
  });

  it("puts results under the public address when there is one", async () => {
    const env = { ...attestation, UNDERSTUDY_STORAGE_PUBLIC_URL: "https://videos.example/files" };
    const world = await createCpuWorld({ env });
    expect(await world.run(world.order({ record_id: "réc 1/../x" }))).toMatchObject({
      record_id: "réc 1/../x",
      output_url: expect.stringMatching(/^https:\/\/videos\.example\/files\/[\w-]{22}\/r-c-1-\.\.-x\.mp4$/) as string,
    });
  });
});

describe("a job that fails posts the reason and leaves nothing", () => {
  it.each([
    [
      "no video there",
      { source_video_url: "/none?s3cret" },
      "download-failed: source_video_url: 127.0.0.1 answered with status 404.",
    ],
    [
      "no photo there",
      { avatar_image_url: "/none?s3cret" },
      "download-failed: avatar_image_url: 127.0.0.1 answered with status 404.",
    ],
    [
      "a page for a video",
      { source_video_url: "/page?s3cret" },
      "download-wrong-type: source_video_url: What 127.0.0.1 sent is of no known type, not video.",
    ],
    [
      "a video for a photo",
      { avatar_image_url: "/clip.mp4" },
      "download-wrong-type: avatar_image_url: What 127.0.0.1 sent is video/mp4, not image.",
    ],
    [
      "no web address",
      { source_video_url: "ftp://x/s3cret" },
      "download-refused: source_video_url: The URL does not start with http:// or https:// and a host.",
    ],
    [
      "a file of this machine",
      { avatar_image_url: "file:///etc/s3cret" },
      "download-refused: avatar_image_url: The URL does not start with http:// or https:// and a host.",
    ],
    [
      "a private network",
      { source_video_url: "http://10.0.0.1/s3cret.mp4" },
      "download-refused: source_video_url: The address of 10.0.0.1 is not public.",
    ],
    [
      "the cloud's own address",
      { avatar_image_url: "http://169.254.169.254/s3cret" },
      "download-refused: avatar_image_url: The address of 169.254.169.254 is not public.",
    ],
    [
      "no video named",
      { source_video_url: undefined },
      "bad-job: The job cannot be done: source_video_url is missing.",
    ],
    [
      "a list for a photo",
      { avatar_image_url: ["s3cret"], source_video_url: 7 },
      "bad-job: The job cannot be done: source_video_url is no text; avatar_image_url is no text.",
    ],
  ])("%s", async (_what, parts, message) => {
    const world = await createCpuWorld();
    const onServer = Object.entries(parts).map(([name, value]) => {
      return [name, typeof value === "string" && value.startsWith("/") ? world.url + value : value];
    });
    await expectFailure(world, world.order(Object.fromEntries(onServer) as Record<string, unknown>), message);
  });

  it.each([
    ["no-face-in-video", "No face in 150 frames of segment 0-5 s."],
    ["no-face-in-photo", "There is no face in the photo."],
    ["unreadable-media", "The video is damaged\n at byte 7."],
  ] as const)("%s, in one line", async (code, message) => {
    const refuse = () => Promise.reject(new UnderstudyError(code, message));
    const world = await createCpuWorld({ wiring: fakeWiring(refuse) });
    await expectFailure(world, world.order(), `${code}: ${message.replace("\n", "")}`);
  });

  it("a fault in a thread, whose kind and place are in the log", async () => {
    const fault = new UnderstudyError("internal-error", "Invalid typed array length: s3cret");
    fault.stack = "RangeError: Invalid typed array length: s3cret\n    at reduce (face-texture.js:47:23)";
    const world = await createCpuWorld({ wiring: fakeWiring(() => Promise.reject(fault)) });
    await expect(world.run(world.order())).rejects.toThrow(/^internal-error: /);
    expect(world.log).toContain("RangeError at reduce (face-texture.js:47:23)");
    expect(world.log.join()).not.toContain("s3cret");
  });

  it("a fault of ours, of which only its place is in the log", async () => {
    const fail = () => Promise.reject(new TypeError("GET https://x/?signature=s3cret"));
    const world = await createCpuWorld({ wiring: fakeWiring(fail) });
    const message = "internal-error: The worker met a fault of its own; its log tells more.";
    await expectFailure(world, world.order(), message);
    expect(world.log.join("\n")).toMatch(/^TypeError at .*brief-job\.test/m);
    expect(world.log.join()).not.toContain("s3cret");
  });

  it("nobody's consent: the video is not even fetched", async () => {
    const world = await createCpuWorld({ env: {} });
    await expectFailure(
      world,
      world.order(),
      "consent-required: There is no record that the person in this photo agreed.",
    );
    expect(world.asked).toEqual(["/photo.png?signature=s3cret", "/hook"]);
  });

  it("a render that takes too long, from the reserve that is kept for the webhook", async () => {
    const world: CpuWorld = await createCpuWorld({ wiring: fakeWiring(untilAborted(() => world.expire())) });
    await expectFailure(
      world,
      world.order(),
      "deadline-exceeded: The job's render stage was not done after 765 s, of 900 s in all.",
    );
  });

  it("a cancelled job", async () => {
    const world: CpuWorld = await createCpuWorld({ wiring: fakeWiring(untilAborted(() => world.cancel())) });
    await expectFailure(world, world.order(), "cancelled: The job was cancelled before it was done.");
    expect(await states(world)).toEqual(["failed"]);
  });
});

/** A store whose files go with the job, like a bucket's. */
function remoteResults(publish: ResultStore["publish"]): ResultStore {
  return {
    isLocal: false,
    async prepare({ workFolder: folder }) {
      const base = join(folder, "a");
      const outputs = { folder, video: `${base}.mp4`, manifest: `${base}.manifest.json`, sidecar: `${base}.c2pa` };
      return { outputs, objects: [{ endpointUrl: "https://s3.test", bucket: "b", key: "k" }] };
    },
    publish,
    discard: async () => undefined,
  };
}

describe("a finished video that does not get out", () => {
  it("fails the job, and its render after all", async () => {
    const refuse = () => Promise.reject(new UnderstudyError("upload-failed", "The bucket refused (status 403)."));
    const world = await createCpuWorld({ results: remoteResults(refuse) });
    await expectFailure(world, world.order(), "upload-failed: The bucket refused (status 403).");
    expect(await states(world)).toEqual(["failed"]);
  });

  it("is taken back when the consent is, in the middle of the upload", async () => {
    const shared: { world?: CpuWorld } = {};
    const world = await createCpuWorld({
      results: remoteResults(async () => {
        const { consents } = openDataFolder(join(shared.world!.folder, "data"));
        const [entry] = await consents.list();
        const revokedAt = "2026-06-01T00:00:00Z";
        await consents.revoke({ consentId: entry!.consent.id, revokedAt, revokedBy: "Test" });
        return "https://videos.example/a.mp4";
      }),
    });
    shared.world = world;
    await expect(world.run(world.order())).rejects.toThrow(/^consent-revoked: /);
    expect(await states(world)).toEqual(["failed"]);
    expect(world.webhooks.join()).not.toContain("videos.example");
  });
});

describe("whose webhook", () => {
  it("is down is tried three times, and the finished job stays finished", async () => {
    const world = await createCpuWorld();
    world.hookStatuses.push(500, 503, 429);
    expect(await world.run(world.order())).toMatchObject({ status: "Complete", webhook_delivered: false });
    expect(world.webhooks).toHaveLength(3);
    expect(new Set(world.webhooks).size).toBe(1);
    expect(world.log).toContain("The webhook was not delivered (status 429), attempt 3 of 3.");
  });

  it("stumbles once gets it the second time", async () => {
    const world = await createCpuWorld();
    world.hookStatuses.push(502);
    expect(await world.run(world.order())).toMatchObject({ webhook_delivered: true });
    expect(world.webhooks).toHaveLength(2);
  });

  it("refuses for good is not asked again", async () => {
    const world = await createCpuWorld();
    world.hookStatuses.push(410);
    expect(await world.run(world.order())).toMatchObject({ webhook_delivered: false });
    expect(world.webhooks).toHaveLength(1);
  });

  it("is blank is none", async () => {
    const world = await createCpuWorld();
    expect(await world.run(world.order({ webhook_url: "  " }))).not.toHaveProperty("webhook_delivered");
  });

  it("has no web address is refused before any work", async () => {
    const world = await createCpuWorld();
    const refused = world.run(world.order({ webhook_url: "javascript:alert('s3cret')" }));
    await expect(refused).rejects.toThrow(/^download-refused: webhook_url: The URL does not start with http/);
    expect(world.asked).toEqual([]);
    expect(world.log.join()).not.toContain("s3cret");
  });

  it("leads to a private network ends the job before anything is fetched", async () => {
    const world = await createCpuWorld();
    const refused = world.run(world.order({ webhook_url: "http://169.254.169.254/latest?s3cret" }));
    await expect(refused).rejects.toThrow(
      "download-refused: webhook_url: The address of 169.254.169.254 is not public.",
    );
    expect(world.asked).toEqual([]);
    expect(world.log.join()).not.toContain("s3cret");
  });
});

test.each([
  ["", "record_id is missing"],
  [" ", "record_id is missing"],
  [7, "record_id is no text"],
  ["a\nb", "record_id has other than 1 to 200 printable characters"],
  ["\u202Eabc", "record_id has other than 1 to 200 printable characters"],
  ["x".repeat(201), "record_id has other than 1 to 200 printable characters"],
])("record %#, whose name is none, is refused, and no webhook speaks of it", async (recordId, problem) => {
  const world = await createCpuWorld();
  const refused = world.run(world.order({ record_id: recordId }));
  await expect(refused).rejects.toThrow(`bad-job: The job cannot be done: ${problem}.`);
  expect(world.asked).toEqual([]);
});

test.each([[undefined], [null], [7], ["text"], [[]], [{}]])("%j is no job", async (input) => {
  const world = await createCpuWorld();
  await expect(world.run(input)).rejects.toThrow(
    "bad-job: The job cannot be done: record_id is missing; source_video_url is missing; avatar_image_url is missing.",
  );
});

/** Starts what ends the stage, and waits as a render does. */
function untilAborted(start: () => void) {
  return (signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
      start();
    });
}

async function states({ folder }: CpuWorld): Promise<string[]> {
  const renders = join(folder, "data", "renders");
  const names = (await readdir(renders)).filter((name) => name.endsWith(".json"));
  const texts = await Promise.all(names.map((name) => readFile(join(renders, name), "utf8")));
  return texts.map((text) => (JSON.parse(text) as { state: string }).state);
}
