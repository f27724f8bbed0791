import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Execution } from "#testing/kill-journal.js";
import { openKillLab, until, type KillLab } from "#testing/kill-lab.js";
import type { WorkerPlace } from "#testing/kill-place.js";
import { drawFrom } from "#testing/draw-from.js";
import { inLanes, keyOfJob, killInTurn, submitJobs } from "#testing/kill-play.js";

const jobCount = 500;
const rounds = 3;
const seed = Number(process.env["KILL_SEED"] ?? 1);

// Windows has neither SIGSTOP nor a way to kill -9 a server on a socket.
describe.skipIf(process.platform === "win32")("an endpoint whose processes are killed", () => {
  let lab: KillLab;
  beforeAll(async () => (lab = await openKillLab(["a", "b", "c"])));
  beforeEach(() => lab.repair());
  afterAll(() => lab?.close());

  test(`kill -9 of worker, endpoint and database in turn: ${jobCount} jobs end once each (seed ${seed})`, async () => {
    const draw = drawFrom(seed);
    const { client } = lab;
    const numbers = Array.from({ length: jobCount }, (_, number) => number);
    const before = await client.health();
    const [jobs, killed] = await Promise.all([
      submitJobs(client, numbers, lab.webhooks.url, draw),
      killInTurn(lab, rounds, draw),
    ]);
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobCount);

    const ends = await inLanes(20, jobs, ({ id }) => client.job(id).wait());
    expect(ends).toEqual(
      jobs.map(({ id, input }) => expect.objectContaining({ id, status: "COMPLETED", output: input })),
    );
    await until("The last webhook", () => new Set(lab.webhooks.received.map(({ jobId }) => jobId)).size >= jobCount);

    await lab.killDatabase();
    await lab.killEndpoint();
    await lab.startEndpoint();
    const again = await inLanes(20, jobs, ({ input }) => client.run(input, { idempotencyKey: keyOfJob(input) }));
    expect(again.map(({ id }) => id)).toEqual(jobs.map(({ id }) => id));
    expect(await inLanes(20, again, (job) => job.status())).toEqual(ends);
    const { jobs: after } = await client.health();
    expect(after).toMatchObject({ inQueue: 0, inProgress: 0, failed: before.jobs.failed });
    expect(after.completed).toBe(before.jobs.completed + jobCount);

    const webhooks = new Set(lab.webhooks.received.map((one) => JSON.stringify(one)));
    expect(webhooks.size).toBe(jobCount);
    expect(lab.webhooks.received.filter(({ status }) => status !== "COMPLETED")).toEqual([]);

    const executions = await lab.executions();
    const casualties = executions.filter(
      ({ workerId, state }) => state === "open" && killed.some((one) => one.workerId === workerId),
    );
    const rescuers = casualties.map((casualty) => executions.some((one) => isRescue(one, casualty)));
    expect(casualties.length).toBeGreaterThan(0);
    expect(rescuers).not.toContain(false);
  });

  test("a job whose worker was killed runs again elsewhere within its lease", async () => {
    const { leaseMs, sweepMs } = lab.timing;
    const { client } = lab;
    const job = await client.run({ number: -1, sleepMs: 300 });
    const first = await begun(lab, job.id, 1);
    const killedAt = await placeOf(lab, first).kill();
    const second = await begun(lab, job.id, 2);
    expect(second.workerId).not.toBe(first.workerId);
    // A loaded machine is late; three leases would be another matter.
    expect(second.beganAt - killedAt).toBeLessThan(leaseMs + sweepMs + 2_000);
    expect(await job.wait()).toMatchObject({ status: "COMPLETED", workerId: second.workerId, retries: 1 });
  });

  test("a result that a killed worker left in its spool counts: the job does not run again", async () => {
    const { client } = lab;
    const job = await client.run({ number: -2, sleepMs: 1_000 });
    const only = await begun(lab, job.id, 1);
    const place = placeOf(lab, only);
    await lab.killEndpoint();
    await until("The spooled result", async () => (await spooled(place)).includes(job.id));
    await place.kill();
    place.start();
    await lab.startEndpoint();
    expect(await job.wait()).toMatchObject({ status: "COMPLETED", workerId: only.workerId });
    expect(await executionsOf(lab, job.id)).toHaveLength(1);
  });

  test("a worker that stood still longer than its lease comes too late, and changes nothing", async () => {
    const { client } = lab;
    const job = await client.run({ number: -3, sleepMs: 1_000 });
    const first = await begun(lab, job.id, 1);
    const place = placeOf(lab, first);
    place.signal("SIGSTOP");
    const end = await job.wait();
    expect(end).toMatchObject({ status: "COMPLETED", retries: 1 });
    // While there is no endpoint, the late result lies in the spool, and its delivery can be seen.
    await lab.killEndpoint();
    place.signal("SIGCONT");
    await until("The late result", async () => (await spooled(place)).includes(job.id));
    await lab.startEndpoint();
    await until("Its delivery", async () => !(await spooled(place)).includes(job.id));
    expect(await job.status()).toEqual(end);
    expect(await executionsOf(lab, job.id)).toHaveLength(2);
  });

  test("a worker that stood still brings its result before the other one: it counts, and the other one stops", async () => {
    const { client } = lab;
    const job = await client.run({ number: -4, sleepMs: 3_000 });
    const first = await begun(lab, job.id, 1);
    placeOf(lab, first).signal("SIGSTOP");
    await begun(lab, job.id, 2);
    placeOf(lab, first).signal("SIGCONT");
    const end = await job.wait();
    expect(end).toMatchObject({ status: "COMPLETED", workerId: first.workerId, retries: 1 });
    const states = () => executionsOf(lab, job.id).then((all) => all.map(({ state }) => state));
    await until("The other one's stop", async () => (await states())[1] === "stopped");
    expect(await states()).toEqual(["ended", "stopped"]);
    expect(await job.status()).toEqual(end);
  });
});

function isRescue({ jobId, workerId, state }: Execution, casualty: Execution): boolean {
  return jobId === casualty.jobId && workerId !== casualty.workerId && state === "ended";
}

async function executionsOf(lab: KillLab, jobId: string): Promise<readonly Execution[]> {
  return (await lab.executions()).filter((one) => one.jobId === jobId);
}

/** The job's first, second, ... execution, once it has begun. */
function begun(lab: KillLab, jobId: string, count: number): Promise<Execution> {
  return until(`Execution ${count} of the job`, async () => (await executionsOf(lab, jobId))[count - 1]);
}

function placeOf(lab: KillLab, { workerId }: Execution): WorkerPlace {
  const place = lab.places.find((one) => one.workerId() === workerId);
  if (place === undefined) throw new Error("The job runs on a worker that has been replaced.");
  return place;
}

/** Ids of the jobs whose results lie in the spool of a place. */
async function spooled({ spoolFolder }: WorkerPlace): Promise<readonly string[]> {
  const paths = await readdir(spoolFolder, { recursive: true });
  return paths.filter((path) => path.endsWith(".result")).map((path) => basename(path, ".result"));
}
