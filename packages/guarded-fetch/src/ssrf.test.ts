import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { ResolveName } from "#address/pinned-names.js";
import { download } from "#download/download.js";
import { request } from "#request.js";
import { failureOf, loopbackPolicy, serve } from "#testing/loopback.js";
import { temporaryFolder } from "#testing/temporary-folder.js";

/** Names as an attacker's zone, a cloud or a hosts file would answer them. */
const zone: Readonly<Record<string, readonly string[]>> = {
  localhost: ["127.0.0.1", "::1"],
  "metadata.google.internal": ["169.254.169.254"],
  "instance-data": ["169.254.169.254"],
  "127.0.0.1.nip.io": ["127.0.0.1"],
  "169-254-169-254.sslip.io": ["169.254.169.254"],
  "private.attacker.example": ["10.0.0.1"],
  "mapped.attacker.example": ["::ffff:169.254.169.254"],
  "nat64.attacker.example": ["64:ff9b::a9fe:a9fe"],
  "mixed.attacker.example": ["1.1.1.1", "192.168.0.1"],
  "nonsense.attacker.example": ["127.1"],
};

const resolve: ResolveName = async (name) => zone[name] ?? [];

describe("the OWASP list of server-side request forgery", () => {
  it.each([
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/",
    "https://127.0.0.1/",
    "http://127.1/",
    "http://127.127.127.127/",
    "http://0x7f.1/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0177.1/",
    "http://017700000001/",
    "http://00000177.0000.0.1/",
    "http://2130706433/",
    "http://%31%32%37.0.0.1/",
    "http://127。0。0。1/",
    "http://127｡0｡0｡1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0x0/",
    "http://000.000.000.000/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://ⅼocalhost/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0xA9.0xFE.0xA9.0xFE/",
    "http://0251.0376.0251.0376/",
    "http://025177524776/",
    "http://169.254.43518/",
    "http://169.16689662/",
    "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::a9fe:a9fe]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://224.0.0.1/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://instance-data/latest/",
    "http://127.0.0.1.nip.io/",
    "http://169-254-169-254.sslip.io/",
    "http://private.attacker.example/",
    "http://mapped.attacker.example/",
    "http://nat64.attacker.example/",
    "http://mixed.attacker.example/",
    "http://nonsense.attacker.example/",
  ])("never connects to %s", async (url) => {
    expect((await failureOf(request(url, { resolve }))).code).toBe("address-refused");
  });

  it("is the same for downloads, which leave nothing behind", async () => {
    const folder = await temporaryFolder();
    const call = download("http://0x7f.1/", join(folder, "a.mp4"), { accept: ["video"] });
    expect((await failureOf(call)).code).toBe("address-refused");
    expect(await readdir(folder)).toEqual([]);
  });

  it("is the same for every hop of a chain of redirects", async () => {
    const server = await serve((message, answer) => {
      const next = { "/1": "/2", "/2": "http://private.attacker.example/" }[message.url ?? ""];
      answer.writeHead(302, { location: next }).end();
    });
    const options = { resolve, policy: loopbackPolicy };
    const failure = await failureOf(request(`${server.origin}/1`, options));
    expect(failure.code).toBe("address-refused");
    expect(server.seen.map(({ url }) => url)).toEqual(["/1", "/2"]);
  });

  it.each([
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1/",
    "http://a:b@1.1.1.1/",
    "http://1.1.1.1:22/",
  ])("is the same for a redirect to %s", async (location) => {
    const server = await serve((_message, answer) => answer.writeHead(302, { location }).end());
    expect((await failureOf(request(server.origin, { policy: loopbackPolicy }))).code).toBe("bad-url");
  });

  it("asks for a name once and connects to that answer, whatever the name server says next (DNS rebinding)", async () => {
    const answers = [["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]];
    const rebinding = vi.fn<ResolveName>(async () => answers.shift() ?? []);
    const server = await serve((message, answer) => {
      if (message.url === "/1") answer.writeHead(307, { location: "/2" });
      answer.end("here");
    });
    const url = `http://rebinding.attacker.example:${server.port}/1`;
    const answer = await request(url, { resolve: rebinding, policy: loopbackPolicy });
    expect(answer.body.toString()).toBe("here");
    expect(rebinding).toHaveBeenCalledExactlyOnceWith("rebinding.attacker.example");
    expect(server.seen.map(({ headers }) => headers.host)).toEqual(
      Array(2).fill(`rebinding.attacker.example:${server.port}`),
    );
  });

  it("connects itself, whatever proxy the environment names", async () => {
    const proxy = await serve((_message, answer) => answer.end("from the proxy"));
    const server = await serve((_message, answer) => answer.end("from the server"));
    for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY"]) vi.stubEnv(name, proxy.origin);
    vi.stubEnv("NODE_USE_ENV_PROXY", "1");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await request(server.origin, { policy: loopbackPolicy })).body.toString()).toBe("from the server");
    expect(proxy.sockets).toEqual([]);
  });

  it("tells a stranger neither the address behind a name nor the path they asked for", async () => {
    const failure = await failureOf(request("http://private.attacker.example/secret?token=abc", { resolve }));
    expect(failure.message).toBe("The address of private.attacker.example is not public.");
  });
});
