import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { LocalPostgresError } from "./error.js";
import { openGivenServer } from "./given-server.js";
import { openPostgres } from "./open-postgres.js";

const secret = "hunter2-hunter2";

async function listen(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    answer(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `postgresql://me:${secret}@127.0.0.1:${(server.address() as AddressInfo).port}/jobs`;
}

/** One message of PostgreSQL's protocol: type, length, body. */
function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.byteLength + 4, 1);
  return Buffer.concat([head, body]);
}

/** A server that greets, then answers every query with `version`. */
function ofVersion(version: string): (socket: Socket) => void {
  const welcome = Buffer.concat([message("R", Buffer.alloc(4)), message("Z", Buffer.from("I"))]);
  const column = Buffer.concat([Buffer.from([0, 1]), Buffer.from("server_version\0"), Buffer.alloc(18)]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(version.length);
  const row = Buffer.concat([Buffer.from([0, 1]), length, Buffer.from(version)]);
  const done = [message("C", Buffer.from("SHOW\0")), message("Z", Buffer.from("I"))];
  return (socket) => {
    socket.once("data", () => {
      socket.write(welcome);
      socket.once("data", () => socket.write(Buffer.concat([message("T", column), message("D", row), ...done])));
    });
  };
}

async function refusalOf(opening: Promise<unknown>): Promise<LocalPostgresError> {
  const thrown = await opening.catch((error: unknown) => error);
  if (!(thrown instanceof LocalPostgresError)) throw new Error("it was not refused", { cause: thrown });
  expect(JSON.stringify([thrown.message, thrown.hint, thrown.stack, { ...thrown }])).not.toContain(secret);
  return thrown;
}

describe("openPostgres with a URL", () => {
  test("uses that server as it is and starts nothing in the folder", async () => {
    const databaseUrl = await listen(ofVersion("18.4"));
    const opened = await openPostgres({ folder: "/dev/null/x", databaseUrl });
    await opened.stop();
    const connection = { connectionString: databaseUrl };
    expect(opened).toMatchObject({ connection, url: databaseUrl, isPrivate: false, version: "18.4" });
  });

  test("an empty URL, as from an empty variable, means none", async () => {
    expect((await refusalOf(openPostgres({ folder: "/dev/null/x", databaseUrl: "" }))).code).toBe("folder-unusable");
  });

  test.each([
    "mysql://me:hunter2-hunter2@localhost/jobs",
    "localhost:5432",
    "postgres://me:hunter2-hunter2@[::1/jobs",
    "postgresql://me:hunter2-hunter2@host:99999999/jobs",
  ])("refuses %s without repeating it", async (databaseUrl) => {
    expect((await refusalOf(openGivenServer(databaseUrl))).code).toBe("bad-options");
  });

  test("tells that nobody listens, and keeps the password to itself", async () => {
    const refusal = await refusalOf(openGivenServer(`postgresql://me:${secret}@127.0.0.1:1/jobs`));
    expect(refusal).toMatchObject({ code: "unreachable", message: expect.stringContaining("ECONNREFUSED") });
  });

  test("gives up on a server that accepts and stays silent", async () => {
    const silent = await listen(() => undefined);
    expect(await refusalOf(openGivenServer(silent, undefined, 50))).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("0.05 s"),
    });
  });

  test("gives up on a server that speaks something else", async () => {
    const other = await listen((socket) => socket.end("220 mail.example ESMTP\r\n"));
    expect((await refusalOf(openGivenServer(other, undefined, 2000))).code).toBe("unreachable");
  });

  test("an abort ends the wait with its reason", async () => {
    const controller = new AbortController();
    const silent = await listen(() => controller.abort(new Error("enough")));
    await expect(openGivenServer(silent, controller.signal)).rejects.toThrow("enough");
  });

  test("PostgreSQL 13 is too old, 14 is not", async () => {
    expect((await refusalOf(openGivenServer(await listen(ofVersion("13.21 (Debian)"))))).code).toBe("wrong-version");
    expect((await openGivenServer(await listen(ofVersion("14.0")))).version).toBe("14.0");
  });
});
