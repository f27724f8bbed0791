import type { z } from "@hono/zod-openapi";
import { attestationStatement, newConsent } from "@understudy/render";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Caller } from "#access/caller.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { openRenderList } from "#renders/postgres-render-list.js";
import type { RenderList, RunToken } from "#renders/render-list.js";
import { seedCaller } from "#renders/testing/sample-render.js";
import { fakeManifest } from "#testing/fake-wiring.js";
import type { RenderView } from "./render-view.js";
import { alice, bob, openRenderWorld, type RenderWorld, type RenderWorldOptions } from "./testing/open-render-world.js";

const source = { url: "http://127.0.0.1:8080/ad.mp4?token=s3cret" };
const face = { url: "http://127.0.0.1:8080/jo-smith.jpg" };
const order = { source, face, consent: { attestedBy: "Sam Operator" } };

async function make(world: RenderWorld, body: object = order, caller: Caller = alice): Promise<RenderView> {
  const answer = await world.ask(caller, "POST", "/v1/renders", body);
  expect(answer.status).toBe(202);
  return (await answer.json()) as RenderView;
}

async function expectRefusal(answer: Response, status: number, code: string, words = ""): Promise<void> {
  const problem = (await answer.json()) as { readonly code: string; readonly detail: string; readonly hint: string };
  expect({ status: answer.status, code: problem.code }).toEqual({ status, code });
  expect(`${problem.detail} ${problem.hint}`).toContain(words);
  expect(JSON.stringify(problem)).not.toContain("s3cret");
}

async function begin(renders: RenderList, id: string, run = 1): Promise<RunToken> {
  const begun = await renders.begin(id, run, "runner", 5);
  return (begun as { readonly token: RunToken }).token;
}

const script = "The new lamp is here. It folds flat.";
const voice = { sample: { url: "http://127.0.0.1:8080/jo-smith.wav?token=s3cret" }, text: "My voice is my passport." };

const failure = { code: "no-face-in-video", message: "m", hint: "h", retryable: false } as const;
const cost = { engineSeconds: 20, usdPerEngineSecond: 0.001, usd: 0.02 };
const files = ["video.mp4", "video.manifest.json", "video.srt", "video.vtt", "video.ass", "video.jpg"].map(
  (fileName) => {
    const facts = { key: `k/${fileName}`, mediaType: "video/mp4", byteLength: 7, sha256: "b".repeat(64) };
    return { ...facts, fileName, path: `/r/SECRET/${fileName}` };
  },
);

const inMemory = (options: RenderWorldOptions = {}) => openRenderWorld(options);
const database = shareTestDatabase();
const onPostgres = async (options: RenderWorldOptions = {}) => {
  await database().pool.query("delete from understudy.render");
  await Promise.all([seedCaller(database(), 1), seedCaller(database(), 2)]);
  let seconds = 0;
  const now = () => new Date(Date.UTC(2027, 0, 1) + 1000 * seconds++);
  const renders = await openRenderList({ database: database(), now });
  onTestFinished(() => renders.close());
  return openRenderWorld({ ...options, renders });
};

describe.each([
  ["in memory", inMemory],
  ["on PostgreSQL", onPostgres],
])("renders, with a list %s", (_, open) => {
  it("are listed and handed over, with the configuration's word where the request says nothing", async () => {
    const world = await open({ config: { label: "start", stitch: "reencode", jobs: { deadlineSeconds: 70 } } });
    const answer = await world.ask(alice, "POST", "/v1/renders", order);
    const view = (await answer.json()) as RenderView;
    expect([answer.status, answer.headers.get("location")]).toEqual([202, `/v1/renders/${view.id}`]);
    expect(view).toEqual({
      id: expect.stringMatching(/^render_[0-9a-f]{16}$/),
      state: "queued",
      priority: 0,
      run: 1,
      createdAt: expect.stringMatching(/^2027-01-01T00:00:\d\d\.000Z$/),
      metadata: {},
      links: {
        self: `https://understudy.test/v1/renders/${view.id}`,
        events: `https://understudy.test/v1/renders/${view.id}/events`,
      },
    });
    expect(world.submitted).toEqual([{ renderId: view.id, run: 1, keyId: alice.keyId, rendersAtOnce: 3, priority: 0 }]);
    expect((await world.renders.get(alice.ownerId, view.id))?.order).toEqual({
      source: { kind: "url", url: source.url },
      faces: [{ kind: "url", url: face.url }],
      label: { kind: "start" },
      stitch: "reencode",
      allowMissingFace: false,
      consent: { kind: "attested", operator: "Sam Operator" },
      name: "video",
      metadata: {},
      deadlineSeconds: 70,
    });
  });

  it("take everything that a request may say", async () => {
    const world = await open({ config: { cost: { capUsd: 2 } } });
    world.putIntoLibrary(alice, "ads/shoes.mp4");
    const upload = world.putUpload(alice);
    const { id } = await make(world, {
      source: { libraryPath: "ads/shoes.mp4" },
      face: [face, { uploadId: upload.id }],
      person: 2,
      plan: {
        swap: [
          { startSeconds: 9, endSeconds: 12 },
          { startSeconds: 0, endSeconds: 4.5 },
        ],
      },
      label: { delegated: "the player draws it" },
      stitch: "reencode",
      allowMissingFace: true,
      consent: { attestedBy: "Sam" },
      engine: "mesh",
      name: "Für Jo / 1",
      webhook: { url: "https://hooks.example/a?b" },
      metadata: { recordId: "rec_42" },
      priority: -7,
      deadlineSeconds: 60,
      costCapUsd: 5,
    });
    const render = await world.renders.get(alice.ownerId, id);
    expect(render).toMatchObject({ priority: -7 });
    expect(render?.order).toEqual({
      source: { kind: "library", path: "ads/shoes.mp4" },
      faces: [
        { kind: "url", url: face.url },
        { kind: "upload", uploadId: upload.id },
      ],
      person: { kind: "number", number: 2 },
      swapRanges: [
        { startSeconds: 0, endSeconds: 4.5 },
        { startSeconds: 9, endSeconds: 12 },
      ],
      label: { kind: "delegated", reason: "the player draws it" },
      stitch: "reencode",
      allowMissingFace: true,
      consent: { kind: "attested", operator: "Sam" },
      name: "F-r-Jo-1",
      webhookEndpointId: "endpoint_0000000000000000",
      metadata: { recordId: "rec_42" },
      deadlineSeconds: 60,
      costCapUsd: 2,
    });
  });

  it("give several people of a video a face each, on a word for each", async () => {
    const world = await open();
    const [anna, ben] = [world.putUpload(alice), world.putUpload(alice)];
    const cast = [
      { person: "left", face: { uploadId: anna.id }, consent: { attestedBy: "Sam" } },
      { person: { photo: face }, face: [face, { uploadId: ben.id }], consent: { attestedBy: "Kim" } },
      { person: 3, face },
    ];
    const headers = { "Idempotency-Key": "cast-1" };
    const answer = await world.ask(alice, "POST", "/v1/renders", { source, cast }, headers);
    expect(answer.status).toBe(202);
    const { id } = (await answer.json()) as RenderView;
    expect((await world.renders.get(alice.ownerId, id))?.order).toMatchObject({
      faces: [{ kind: "upload", uploadId: anna.id }],
      person: { kind: "left" },
      consent: { kind: "attested", operator: "Sam" },
      others: [
        {
          faces: [
            { kind: "url", url: face.url },
            { kind: "upload", uploadId: ben.id },
          ],
          person: { kind: "photo", photo: { kind: "url", url: face.url } },
          consent: { kind: "attested", operator: "Kim" },
        },
        { person: { kind: "number", number: 3 }, consent: { kind: "on-record" } },
      ],
    });
    const replay = await world.ask(alice, "POST", "/v1/renders", { source, cast }, headers);
    expect([replay.status, await replay.json()]).toEqual([200, expect.objectContaining({ id })]);
    const reordered = await world.ask(alice, "POST", "/v1/renders", { source, cast: cast.toReversed() }, headers);
    await expectRefusal(reordered, 409, "idempotency-mismatch");

    const token = await begin(world.renders, id);
    const [first, second] = ["consent_00000000000000a1", "consent_00000000000000a2"] as const;
    const otherPeople = [{ consentId: second, subjectId: "subject_00000000000000a2" }];
    await world.renders.note(token, { consentId: first, subjectId: "subject_00000000000000a1", otherPeople });
    const shown = await world.ask(alice, "GET", `/v1/renders/${id}`);
    expect(await shown.json()).toMatchObject({ consentId: first, otherConsentIds: [second] });
    for (const consentId of [first, second]) {
      const found = await world.ask(alice, "GET", `/v1/renders?consentId=${consentId}`);
      expect(await found.json()).toMatchObject({ renders: [{ id }] });
    }
  });

  it("speak a script in a voice, and show it as captions; nobody is told the words", async () => {
    const world = await open({ config: { voice: { underSpeech: "mute" } } });
    const view = await make(world, { ...order, script, voice, captions: { mode: "burn" } });
    expect((await world.renders.get(alice.ownerId, view.id))?.order).toMatchObject({
      speech: {
        script,
        sample: { recording: { kind: "url", url: voice.sample.url }, text: voice.text },
        allowLipMismatch: false,
        underSpeech: "mute",
      },
      captions: { mode: "burn" },
    });
    const shown = await (await world.ask(alice, "GET", `/v1/renders/${view.id}`)).text();
    expect(`${JSON.stringify(view)} ${shown}`).not.toMatch(/lamp|passport|jo-smith/);

    const captions = { mode: "sidecar", preset: "broadcast", transcript: "Fold the lamp." } as const;
    const spoken = await make(world, { ...order, script, allowLipMismatch: true, underSpeech: "duck" });
    const shownOnly = await make(world, { ...order, captions });
    const orders = [spoken, shownOnly].map(async ({ id }) => (await world.renders.get(alice.ownerId, id))?.order);
    const [spokenOrder, shownOrder] = await Promise.all(orders);
    expect(spokenOrder?.speech).toEqual({ script, allowLipMismatch: true, underSpeech: "duck" });
    expect(spokenOrder).not.toHaveProperty("captions");
    expect(shownOrder?.captions).toEqual(captions);
    expect(shownOrder).not.toHaveProperty("speech");
  });

  it("are made once for one Idempotency-Key, whatever became of the inputs meanwhile", async () => {
    const world = await open();
    const upload = world.putUpload(alice, { mediaType: "video/mp4" });
    const headers = { "Idempotency-Key": "order-1" };
    const body = { ...order, source: { uploadId: upload.id } };
    const first = await world.ask(alice, "POST", "/v1/renders", body, headers);
    world.putUpload(alice, { ...upload, state: "broken" });
    const { source: ownSource, ...rest } = body;
    const again = await world.ask(alice, "POST", "/v1/renders", { ...rest, source: ownSource }, headers);
    expect([first.status, again.status]).toEqual([202, 200]);
    expect([first.headers.get("idempotent-replayed"), again.headers.get("idempotent-replayed")]).toEqual([
      null,
      "true",
    ]);
    const { id } = (await first.json()) as RenderView;
    expect(await again.json()).toMatchObject({ id });
    expect(world.submitted).toHaveLength(1);

    const other = await world.ask(alice, "POST", "/v1/renders", { ...order, name: "other" }, headers);
    await expectRefusal(other, 409, "idempotency-mismatch");
    expect((await world.ask(bob, "POST", "/v1/renders", order, headers)).status).toBe(202);
  });

  it("are shown page by page, newest first, and by state or consent", async () => {
    const world = await open();
    const made = [await make(world), await make(world), await make(world)];
    await make(world, order, bob);
    const page = async (query: string) => {
      const answer = await world.ask(alice, "GET", `/v1/renders${query}`);
      return (await answer.json()) as { readonly renders: RenderView[]; readonly nextCursor?: string };
    };
    const first = await page("?limit=2");
    const second = await page(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.renders, ...second.renders].map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
    expect(second).not.toHaveProperty("nextCursor");
    await world.renders.cancel(alice.ownerId, made[1]!.id);
    expect((await page("?state=cancelled")).renders.map(({ id }) => id)).toEqual([made[1]!.id]);
    expect(await page("?consentId=consent_00000000000000ab")).toEqual({ renders: [] });

    const foreign = await world.ask(bob, "GET", `/v1/renders?cursor=${first.nextCursor}`);
    await expectRefusal(foreign, 400, "bad-request", "cursor");
    for (const query of ["?limit=0", "?limit=101", "?cursor=x", "?cursor=%00", "?state=done", "?consentId=x"]) {
      await expectRefusal(await world.ask(alice, "GET", `/v1/renders${query}`), 400, "bad-request");
    }
  });

  it("tell what came of them, and no input's address or person's name", async () => {
    const world = await open();
    const { id } = await make(world);
    const token = await begin(world.renders, id);
    await world.renders.note(token, { progress: { stage: "swap", share: 0.5 }, estimate: cost });
    const running = await (await world.ask(alice, "GET", `/v1/renders/${id}`)).json();
    expect(running).toMatchObject({ state: "running", progress: { stage: "swap", share: 0.5 }, estimate: cost });
    await expectRefusal(await world.ask(alice, "GET", `/v1/renders/${id}/manifest`), 404, "not-found");

    const manifest = fakeManifest({ renderId: id });
    await world.renders.end(token, { state: "finished", files, manifest, cost });
    const finished = await (await world.ask(alice, "GET", `/v1/renders/${id}`)).json();
    expect(finished).toMatchObject({
      state: "finished",
      cost,
      startedAt: expect.stringMatching(/Z$/),
      endedAt: expect.stringMatching(/Z$/),
      deadlineAt: expect.stringMatching(/Z$/),
    });
    expect((finished as RenderView).output).toEqual({
      url: `https://understudy.test${files[0]!.path}`,
      sha256: "b".repeat(64),
      byteLength: 7,
      fileName: "video.mp4",
      manifestUrl: `https://understudy.test${files[1]!.path}`,
      captionUrls: {
        srt: `https://understudy.test${files[2]!.path}`,
        vtt: `https://understudy.test${files[3]!.path}`,
        ass: `https://understudy.test${files[4]!.path}`,
      },
      thumbnailUrl: `https://understudy.test${files[5]!.path}`,
    });
    expect(JSON.stringify(finished)).not.toMatch(/s3cret|127\.0\.0\.1|Sam|jo-smith/);
    const told = await world.ask(alice, "GET", `/v1/renders/${id}/manifest`);
    expect(await told.json()).toEqual(JSON.parse(JSON.stringify(manifest)));
  });

  it("are cancelled, and stay so", async () => {
    const world = await open();
    const [waiting, running] = [await make(world), await make(world)];
    await begin(world.renders, running.id);
    const cancel = async (id: string) => (await world.ask(alice, "POST", `/v1/renders/${id}/cancel`)).json();
    expect(await cancel(waiting.id)).toMatchObject({ state: "cancelled" });
    expect(await cancel(waiting.id)).toMatchObject({ state: "cancelled" });
    expect(await cancel(running.id)).toMatchObject({ state: "running", cancelRequestedAt: expect.any(String) });
    expect(world.stopped.at(-1)).toEqual({ renderId: running.id, run: 1 });
  });

  it("are retried when they failed, as a run of their own", async () => {
    const world = await open();
    const { id } = await make(world);
    const retry = () => world.ask(alice, "POST", `/v1/renders/${id}/retry`);
    await expectRefusal(await retry(), 409, "not-retryable");
    await world.renders.end(await begin(world.renders, id), { state: "failed", error: failure });
    expect(await (await world.ask(alice, "GET", `/v1/renders/${id}`)).json()).toMatchObject({ error: failure });
    const answer = await retry();
    expect([answer.status, await answer.json()]).toMatchObject([202, { id, state: "queued", run: 2 }]);
    expect(world.submitted.at(-1)).toMatchObject({ renderId: id, run: 2 });
  });

  it("are forked: the same people, with what the fork says", async () => {
    const world = await open();
    const { id } = await make(world, { ...order, priority: 5, metadata: { a: "1" }, name: "first" });
    const answer = await world.ask(alice, "POST", `/v1/renders/${id}/fork`, { label: "start", name: "second" });
    const fork = (await answer.json()) as RenderView;
    expect([answer.status, fork]).toMatchObject([202, { forkedFrom: id, priority: 5, metadata: { a: "1" } }]);
    const [before, after] = [
      await world.renders.get(alice.ownerId, id),
      await world.renders.get(alice.ownerId, fork.id),
    ];
    expect(after?.order).toEqual({ ...before!.order, label: { kind: "start" }, name: "second" });
    for (const body of [{ face }, { source }, { plan: { swap: [] } }, { consent: { attestedBy: "x" } }]) {
      const refused = await world.ask(alice, "POST", `/v1/renders/${id}/fork`, body);
      await expectRefusal(refused, 400, "bad-request", Object.keys(body)[0]);
    }
  });

  it("are forked with other words, spoken in the same voice", async () => {
    const world = await open();
    const { id } = await make(world, { ...order, script, voice, captions: { mode: "burn", preset: "broadcast" } });
    const before = (await world.renders.get(alice.ownerId, id))!.order;
    const fork = (body: object, of = id) => world.ask(alice, "POST", `/v1/renders/${of}/fork`, body);
    const forked = async (body: object) => {
      const { id: forkId } = (await (await fork(body)).json()) as RenderView;
      return (await world.renders.get(alice.ownerId, forkId))?.order;
    };
    expect(await forked({ name: "ad" })).toEqual({ ...before, name: "ad" });
    expect(await forked({ script: "Buy it now.", underSpeech: "mute" })).toEqual({
      ...before,
      speech: { ...before.speech, script: "Buy it now.", underSpeech: "mute" },
    });
    expect(await forked({ captions: { mode: "sidecar" } })).toEqual({ ...before, captions: { mode: "sidecar" } });
    await expectRefusal(await fork({ voice }), 400, "bad-request", "does not know voice");

    const silent = await make(world);
    await expectRefusal(await fork({ underSpeech: "mute" }, silent.id), 400, "bad-request", "underSpeech");
    await expectRefusal(await fork({ captions: { mode: "burn" } }, silent.id), 400, "bad-request", "captions");
    expect((await fork({ script }, silent.id)).status).toBe(202);
    const heard = await make(world, { ...order, captions: { mode: "burn", transcript: "Fold it." } });
    await expectRefusal(await fork({ script }, heard.id), 400, "bad-request", "captions");
    expect((await fork({ script, captions: { mode: "burn" } }, heard.id)).status).toBe(202);
  });

  it("are forked once for one Idempotency-Key, which means something else for another render", async () => {
    const world = await open();
    const [one, other] = [await make(world), await make(world)];
    const fork = (id: string) =>
      world.ask(alice, "POST", `/v1/renders/${id}/fork`, { label: "start" }, { "Idempotency-Key": "k" });
    const [first, again] = [await fork(one.id), await fork(one.id)];
    expect([first.status, again.status]).toEqual([202, 200]);
    expect(await again.json()).toMatchObject({ id: ((await first.json()) as RenderView).id });
    await expectRefusal(await fork(other.id), 409, "idempotency-mismatch");
  });

  it("of another owner look as if they were not there", async () => {
    const world = await open();
    const { id } = await make(world);
    const asked = [
      ["GET", ""],
      ["GET", "/manifest"],
      ["GET", "/events"],
      ["POST", "/cancel"],
      ["POST", "/retry"],
      ["POST", "/fork"],
    ] as const;
    for (const [method, path] of asked) {
      const body = path === "/fork" ? {} : undefined;
      await expectRefusal(await world.ask(bob, method, `/v1/renders/${id}${path}`, body), 404, "not-found");
    }
    expect(await (await world.ask(bob, "GET", "/v1/renders")).json()).toEqual({ renders: [] });
    expect(world.stopped).toEqual([]);
  });

  it("keep texts of every script", async () => {
    const world = await open();
    const metadata = { "имя 🎬": "שלום\n\u{1F469}\u200D\u{1F680}", __proto__x: "" };
    const { id } = await make(world, { ...order, metadata });
    expect(await (await world.ask(alice, "GET", `/v1/renders/${id}`)).json()).toMatchObject({ metadata });
  });
});

describe("a request for a render", () => {
  it("counts although the job engine is away: whoever sweeps hands it over", async () => {
    const world = await inMemory();
    world.failSubmitsWith(new Error("no database"));
    const { id } = await make(world);
    expect(world.warnings).toEqual(["render listed, and not handed over yet"]);
    expect((await world.renders.listWaiting(new Date(Date.UTC(2028, 0, 1)), 9)).map((render) => render.id)).toEqual([
      id,
    ]);
  });

  it.each([
    ["nothing", {}, "source"],
    ["no face", { source }, "face"],
    ["an empty list of faces", { ...order, face: [] }, "face"],
    ["eleven faces", { ...order, face: Array.from({ length: 11 }, () => face) }, "face"],
    ["two places for one input", { ...order, source: { ...source, uploadId: "upload_0000000000000000" } }, "source"],
    ["a path that climbs", { ...order, source: { libraryPath: "a/../../b" } }, "source"],
    ["an absolute path", { ...order, source: { libraryPath: "/etc/passwd" } }, "source"],
    ["a field that nobody reads", { ...order, sources: source }, "does not know sources"],
    ["a field of a later release", { ...order, music: "Hello" }, "this release does not know music"],
    ["a script without words", { ...order, script: " \n" }, "script"],
    ["a script of 5,001 letters", { ...order, script: "a".repeat(5001) }, "script"],
    ["a script that is a list", { ...order, script: [script] }, "script"],
    ["a voice and no script", { ...order, voice }, "without a script"],
    ["a voice that says nothing", { ...order, script, voice: { ...voice, text: "" } }, "voice.text"],
    ["a voice that nobody can check", { ...order, script, voice: { sample: voice.sample } }, "voice.text"],
    ["a recording by its path", { ...order, script, voice: { ...voice, sample: "/jo.wav" } }, "voice.sample"],
    ["lips that may differ from nothing", { ...order, allowLipMismatch: true }, "allowLipMismatch"],
    ["silence under nothing", { ...order, underSpeech: "mute" }, "underSpeech"],
    ["captions of nothing", { ...order, captions: { mode: "burn" } }, "captions"],
    ["captions that are off", { ...order, script, captions: { mode: "off" } }, "captions.mode"],
    ["a look that nobody drew", { ...order, script, captions: { mode: "burn", preset: "neon" } }, "captions.preset"],
    ["two texts for one film", { ...order, script, captions: { mode: "burn", transcript: "Hi." } }, "captions"],
    ["a plan without a range", { ...order, plan: { swap: [] } }, "plan.swap"],
    ["a person that is a word", { ...order, person: "middle" }, "person"],
    ["a person 0", { ...order, person: 0 }, "person"],
    ["a person by a path", { ...order, person: "by:ref.jpg" }, "person"],
    ["a person by two photos", { ...order, person: { photo: [face, face] } }, "person"],
    ["nobody", { source, cast: [] }, "cast"],
    ["one person and several", { ...order, cast: [{ person: "left", face }] }, "face"],
    ["somebody in a cast who is not named", { source, cast: [{ face }] }, "cast.0.person"],
    ["somebody in a cast without a photo", { source, cast: [{ person: "left" }] }, "cast.0.face"],
    ["one name twice", { source, cast: [1, 1].map((person) => ({ person, face })) }, "same person"],
    [
      "one photo's person twice",
      { source, cast: [0, 1].map(() => ({ person: { photo: face }, face })) },
      "same person",
    ],
    ["nine people", { source, cast: Array.from({ length: 9 }, (_, i) => ({ person: i + 1, face })) }, "cast"],
    ["an endless priority", { ...order, priority: 101 }, "priority"],
    ["half a priority", { ...order, priority: 0.5 }, "priority"],
    ["a negative cap", { ...order, costCapUsd: -1 }, "costCapUsd"],
    ["a delegated label without a reason", { ...order, label: { delegated: " " } }, "label"],
    ["a label that is off", { ...order, label: "off" }, "label"],
    ["another engine", { ...order, engine: "wan" }, "engine"],
    ["metadata that is no text", { ...order, metadata: { a: 1 } }, "metadata.a"],
    [
      "too much metadata",
      { ...order, metadata: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [i, ""])) },
      "50",
    ],
    ["a zero character", { ...order, metadata: { a: "\0" } }, "metadata.a"],
    ["half of a surrogate pair", { ...order, name: "\uD800" }, "name"],
    ["a name that goes on for ever", { ...order, name: "n".repeat(81) }, "name"],
    ["a list", [], "body"],
    ["null", "null", "body"],
    ["no JSON", "{", "body"],
  ])("is refused with %s, and says where", async (_, body, words) => {
    const world = await inMemory();
    await expectRefusal(await world.ask(alice, "POST", "/v1/renders", body), 400, "bad-request", words);
    expect(world.submitted).toEqual([]);
  });

  it.each(["", "\u00e9", "a b", "k".repeat(256)])("is refused with the Idempotency-Key %j", async (key) => {
    const world = await inMemory();
    const answer = await world.ask(alice, "POST", "/v1/renders", order, { "Idempotency-Key": key });
    await expectRefusal(answer, 400, "bad-request");
  });

  it.each([
    ["ranges that overlap", [0, 5], [4, 9], "overlapping-segments"],
    ["a range that ends before it begins", [5, 1], [6, 7], "bad-plan"],
  ])("is refused with %s", async (_, first, second, code) => {
    const world = await inMemory();
    const swap = [first, second].map(([startSeconds, endSeconds]) => ({ startSeconds, endSeconds }));
    await expectRefusal(await world.ask(alice, "POST", "/v1/renders", { ...order, plan: { swap } }), 422, code);
  });

  it.each([
    "http://10.0.0.7/s3cret?s3cret",
    "http://169.254.169.254/latest/meta-data/s3cret",
    "http://user:s3cret@127.0.0.1/",
    "file:///etc/s3cret",
    "http://127.0.0.1:22/s3cret",
    "javascript:s3cret",
    "http://[::ffff:10.0.0.7]/s3cret",
  ])("is refused with an input at %s before anybody waits for it", async (url) => {
    const world = await inMemory();
    const answer = await world.ask(alice, "POST", "/v1/renders", { ...order, face: [face, { url }] });
    await expectRefusal(answer, 422, "download-refused", "face.1: ");
    expect(await world.renders.list(alice.ownerId, { limit: 1 })).toEqual([]);
  });

  it("is refused with files that are not there, not whole, or not what they should be", async () => {
    const world = await inMemory();
    world.putIntoLibrary(bob, "ad.mp4");
    world.putIntoLibrary(bob, "jo.wav");
    const send = (input: object) => world.ask(alice, "POST", "/v1/renders", { ...order, source: input });
    const uploaded = (parts: object, owner = alice) => send({ uploadId: world.putUpload(owner, parts).id });
    await expectRefusal(await send({ libraryPath: "ad.mp4" }), 404, "not-found", "source: ");
    await expectRefusal(await send({ uploadId: "upload_00000000000000ff" }), 404, "not-found", "source: ");
    await expectRefusal(await uploaded({ mediaType: "video/mp4" }, bob), 404, "not-found", "source: ");
    await expectRefusal(await uploaded({ state: "open" }), 409, "upload-conflict", "source: ");
    await expectRefusal(await uploaded({ state: "broken" }), 422, "upload-broken", "source: ");
    await expectRefusal(await uploaded({ mediaType: "image/png" }), 400, "bad-request", "source: ");
    const speak = (sample: object, said = script) =>
      world.ask(alice, "POST", "/v1/renders", { ...order, script: said, voice: { ...voice, sample } });
    const sound = (mediaType: string) => ({ uploadId: world.putUpload(alice, { mediaType }).id });
    await expectRefusal(await speak(sound("video/mp4")), 400, "bad-request", "voice.sample: ");
    await expectRefusal(await speak({ libraryPath: "jo.wav" }), 404, "not-found", "voice.sample: ");
    await expectRefusal(await speak(sound("audio/wav"), "\u{1F3AC}"), 422, "bad-script", "script: ");
    expect((await speak(sound("audio/wav"))).status).toBe(202);
    const webhook = { endpointId: "endpoint_00000000000000ff" };
    const nobody = await world.ask(alice, "POST", "/v1/renders", { ...order, webhook });
    await expectRefusal(nobody, 404, "not-found", "webhook: ");
  });

  it("is refused without consent for photos that are here, before anything is queued", async () => {
    const world = await inMemory();
    const sha256 = "c".repeat(64);
    const { id: uploadId } = world.putUpload(alice, { sha256 });
    const body = { source, face: { uploadId } };
    const send = (consent?: object) =>
      world.ask(alice, "POST", "/v1/renders", { ...body, ...(consent && { consent }) });
    await expectRefusal(await send(), 409, "consent-required", '"attestedBy"');
    await expectRefusal(await send({ id: "consent_00000000000000ff" }), 404, "unknown-consent");

    const word = { method: "attested", operator: "Sam", statement: attestationStatement, ageConfirmed: true } as const;
    const now = new Date(Date.UTC(2026, 0, 1));
    const consentOf = (photo: string) => newConsent({ ...word, subject: { name: "Jo" }, photoSha256: [photo], now });
    const [ofThis, ofAnother] = [consentOf(sha256), consentOf("d".repeat(64))];
    const { consents } = world.dataOf(alice);
    await consents.add(ofThis);
    await consents.add(ofAnother);
    await expectRefusal(await send({ id: ofAnother.id }), 422, "consent-mismatch");
    expect((await send()).status).toBe(202);
    expect((await send({ id: ofThis.id })).status).toBe(202);

    await consents.revoke({ consentId: ofThis.id, revokedAt: "2026-06-01T00:00:00Z" });
    await expectRefusal(await send(), 422, "consent-revoked");
    await expectRefusal(await send({ attestedBy: "Sam" }), 422, "consent-revoked");
    await expectRefusal(await send({ id: ofThis.id }), 422, "consent-revoked");
    expect(await world.renders.list(alice.ownerId, { limit: 9 })).toHaveLength(2);
  });

  it("is refused without consent for each of several people, and says whose is missing", async () => {
    const world = await inMemory();
    const photo = (digit: string) => ({ uploadId: world.putUpload(alice, { sha256: digit.repeat(64) }).id });
    const left = { person: "left", face: photo("c"), consent: { attestedBy: "Sam" } };
    const right = { person: "right", face: photo("d") };
    const send = (cast: readonly object[]) => world.ask(alice, "POST", "/v1/renders", { source, cast });
    await expectRefusal(await send([left, right]), 409, "consent-required", "cast.1.consent: ");
    const gone = { photo: { uploadId: "upload_00000000000000ff" } };
    await expectRefusal(await send([left, { ...right, person: gone }]), 404, "not-found", "cast.1.person.photo: ");
    expect((await send([left, { ...right, consent: { attestedBy: "Sam" } }])).status).toBe(202);
  });

  it("that names a consent is refused without it, also when the photos are not here yet", async () => {
    const world = await inMemory();
    const answer = await world.ask(alice, "POST", "/v1/renders", {
      source,
      face,
      consent: { id: "consent_00000000000000ff" },
    });
    await expectRefusal(answer, 404, "unknown-consent");
  });

  it("writes nothing down about a consent: the runner decides about the photos as they are then", async () => {
    const world = await inMemory();
    const { id: uploadId } = world.putUpload(alice);
    await make(world, { source, face: { uploadId }, consent: { attestedBy: "Sam" } });
    expect(await world.dataOf(alice).consents.list()).toEqual([]);
  });
});

describe("the description of these routes", () => {
  it("can be written down, and its examples are what it says", async () => {
    const { api } = await inMemory();
    const document = api.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "renders", version: "1" } });
    expect(Object.keys(document.paths ?? {})).toHaveLength(7);
    const wrong = api.openAPIRegistry.definitions.flatMap((definition) => {
      if (definition.type !== "route") return [];
      const { path, request, responses } = definition.route;
      return [request?.body, ...Object.values(responses)].flatMap((part) => {
        const content = (part as { readonly content?: Record<string, unknown> } | undefined)?.content;
        const media = content?.["application/json"] as { readonly schema: z.ZodType; readonly example: unknown };
        return media === undefined || media.schema.safeParse(media.example).success ? [] : [path];
      });
    });
    expect(wrong).toEqual([]);
  });
});
