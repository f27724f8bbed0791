import { expect, test } from "vitest";
import { createProgress } from "./progress.js";
import { gate, startWorker, testEndpoint } from "./testing/start-worker.js";

test("the latest value wins, and one is on its way at a time", async () => {
  const posted: string[] = [];
  const [held, third] = [gate(), gate()];
  const progress = createProgress(async (json) => {
    posted.push(json);
    if (json === "3") third.open();
    await held.opened;
    return "done";
  });
  for (const json of ["1", "2", "3"]) progress.report(json);
  expect(posted).toEqual(["1"]);
  held.open();
  await third.opened;
  expect(posted).toEqual(["1", "3"]);
});

test("closing drops what waits, waits for what is on its way, and takes no more", async () => {
  const posted: string[] = [];
  const held = gate();
  let isDone = false;
  const progress = createProgress(async (json) => {
    posted.push(json);
    await held.opened;
    isDone = true;
    return "try-again";
  });
  progress.report("1");
  progress.report("2");
  const closed = progress.close();
  progress.report("3");
  held.open();
  await closed;
  expect(isDone).toBe(true);
  expect(posted).toEqual(["1"]);
});

test("a value that failed is sent once more, unless a newer one waits", async () => {
  const posted: string[] = [];
  const held = gate();
  const progress = createProgress(async (json) => {
    posted.push(json);
    if (posted.length === 3) held.open();
    return "try-again";
  });
  progress.report("1");
  progress.report("2");
  await held.opened;
  await progress.close();
  expect(posted).toEqual(["1", "2", "2"]);
});

test("the result waits until the endpoint has taken the progress that is on its way", async () => {
  const endpoint = await testEndpoint();
  const arrived = gate();
  let [isTaken, wasTaken] = [false, false];
  let take = (): void => undefined;
  endpoint.script(
    "done",
    (response) => {
      take = () => {
        isTaken = true;
        response.end();
      };
      arrived.open();
    },
    (response) => {
      wasTaken = isTaken;
      response.end();
    },
  );
  await startWorker(endpoint, {
    async handler(_job, { progress }) {
      progress({ step: 1 });
      await arrived.opened;
      progress({ step: 2 });
      return "ok";
    },
  });
  endpoint.give({ id: "j1", input: 0 });
  await arrived.opened;
  // A result that did not wait would be here after a few rounds of the event loop.
  for (let round = 0; round < 50; round++) await new Promise((resolve) => setImmediate(resolve));
  take();
  const bodies = (await endpoint.until("done", 2)).map(({ body }) => body);
  expect(wasTaken).toBe(true);
  expect(bodies).toEqual(['{"status":"IN_PROGRESS","output":{"step":1}}', '{"output":"ok"}']);
});

test("progress that cannot be sent is named in the log, and the job goes on", async () => {
  const endpoint = await testEndpoint();
  const worker = await startWorker(endpoint, {
    maxResultBytes: 100,
    handler(_job, { progress }) {
      progress({ share: Number.NaN });
      progress("x".repeat(200));
      return "ok";
    },
  });
  endpoint.give({ id: "j1", input: 0 });
  const [done] = await endpoint.until("done", 1);
  expect(done!.body).toBe('{"output":"ok"}');
  expect(worker.lines.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
    "progress.share is NaN, which JSON cannot hold.",
    "Progress has 202 bytes, and the limit is 100 bytes: upload it and return its URL.",
  ]);
});
