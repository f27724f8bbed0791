import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { formats } from "#reporters/render-report.js";
import { judgeTree } from "#preflight.js";
import { memoryTree } from "#tree/memory-tree.js";
import { localEngine } from "./local-engine.js";
import { createFakeWorld, type FakeWorld } from "./testing/fake-world.js";

const dockerfile = `FROM python:3.11-slim
WORKDIR /app
COPY handler.py .
RUN pip install --no-cache-dir runpod==1.7.9
CMD ["python", "-u", "handler.py"]
`;
const handler = `import runpod


def handler(job):
    return {"ok": job["input"]}


runpod.serverless.start({"handler": handler})
`;
const sound = { Dockerfile: dockerfile, "handler.py": handler };

type Files = Readonly<Record<string, string>>;
type Prepare = (folder: string) => Promise<unknown>;

const nothing: Prepare = () => Promise.resolve();
const hundredMegabytes = 100 << 20;

/** A file of a project folder that is put there byte by byte, or as a link. */
const put =
  (path: string, content: string | Uint8Array): Prepare =>
  (folder) =>
    writeFile(join(folder, path), content);
const link =
  (path: string, target: string): Prepare =>
  (folder) =>
    symlink(target, join(folder, path));
/** Sparse: it takes no room on the disk. */
const grow =
  (path: string): Prepare =>
  (folder) =>
    truncate(join(folder, path), hundredMegabytes);

async function prepared(files: Files, prepare: Prepare = nothing): Promise<FakeWorld> {
  const world = await createFakeWorld(localEngine, { files });
  await prepare(world.folder);
  return world;
}

describe("a question that cannot be answered", () => {
  const only = { "handler.py": handler };
  it.each<[string, Files, Prepare, readonly string[], number, string]>([
    ["an empty folder", {}, nothing, [], 3, "no-image"],
    ["no Dockerfile", only, nothing, [], 3, "no-image"],
    ["a binary Dockerfile", only, put("Dockerfile", Uint8Array.of(1, 0, 2)), [], 3, "no-image"],
    ["a Dockerfile of 100 MB", sound, grow("Dockerfile"), [], 3, "no-image"],
    ["the same, named", sound, grow("Dockerfile"), ["Dockerfile"], 2, "dockerfile-missing"],
    ["a Dockerfile of 300 KiB", { Dockerfile: "RUN <<A\nA\n".repeat(30_000) }, nothing, [], 3, "no-image"],
    ["a Dockerfile of 20,000 lines", { Dockerfile: "a\n".repeat(20_000) }, nothing, [], 3, "no-image"],
    ["a Dockerfile outside, linked", only, link("Dockerfile", "../../etc/passwd"), [], 3, "no-image"],
    ["a Dockerfile linked to itself", only, link("Dockerfile", "Dockerfile"), [], 3, "no-image"],
    ["a Dockerfile outside, named", sound, nothing, ["--dockerfile", "../x"], 2, "dockerfile-missing"],
    ["an absolute Dockerfile", sound, nothing, ["--dockerfile", "/etc/passwd"], 2, "dockerfile-missing"],
    ["a Dockerfile that steers", sound, nothing, ["--dockerfile", "\u001B[31m\n::error::x"], 2, "dockerfile-missing"],
    ["a context that is the disk", sound, nothing, ["--context", "/"], 2, "context-missing"],
    ["a context above", sound, nothing, ["--context", ".."], 2, "context-missing"],
    ["a context that leads out", sound, link("out", "/etc"), ["--context", "out"], 2, "context-missing"],
    ["a folder that is not there", sound, nothing, ["nowhere"], 2, "project-missing"],
    ["a name that looks like an option", sound, nothing, ["--", "-rf"], 2, "project-missing"],
    ["a name with NUL", sound, nothing, ["a\0b"], 2, "project-missing"],
    ["a revision with NUL", sound, nothing, ["--since", "a\0b"], 2, "unknown-revision"],
    ["a history without commits", sound, nothing, ["history"], 2, "unknown-revision"],
    ["an output that is a folder", sound, nothing, ["-o", "."], 2, "bad-usage"],
    ["an output without a name", sound, nothing, ["-o", ""], 2, "bad-usage"],
    ["an output in no folder", sound, nothing, ["-o", "nowhere/report.html"], 2, "bad-usage"],
    ["nested settings", { ...sound, "preflight.config.yaml": "[".repeat(10_000) }, nothing, [], 2, "bad-config"],
  ])("is told calmly and leaves the folder as it is: %s", async (_, files, prepare, argv, status, code) => {
    const world = await prepared(files, prepare);
    const before = await readdir(world.folder, { recursive: true });
    expect(await world.run(...argv)).toBe(status);
    expect(world.stderr()).toMatch(new RegExp(`^${code}\n {2}[^\n\u001B]+\\.\n {2}[^\n\u001B]+\\.\n$`));
    expect(world.stdout()).toBe("");
    expect(await readdir(world.folder, { recursive: true })).toEqual(before);
  });

  it("names the Dockerfile that is there, and why it was not judged", async () => {
    const world = await prepared({}, link("Dockerfile", "../../etc/passwd"));
    await world.run();
    expect(world.stderr()).toContain("Dockerfile is a symlink to ../../etc/passwd, which is no file of this project");
  });

  it.skipIf(process.platform === "win32")("passes over a socket that is called Dockerfile", async () => {
    const world = await prepared({});
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => void server.listen(join(world.folder, "Dockerfile"), resolve));
    expect(await world.run()).toBe(3);
  });
});

describe("what decides and was not read", () => {
  const compose = "services:\n  worker:\n    build:\n      context: .\n      dockerfile: gpu/Dockerfile\n";
  const manyRules = Array.from({ length: 10_000 }, (_, index) => `x${index}\n`).join("");
  it.each<[string, Files, Prepare, string]>([
    ["a binary handler", sound, put("handler.py", Uint8Array.of(1, 0, 2)), "handler.py"],
    ["a handler of 100 MB", sound, grow("handler.py"), "handler.py"],
    [
      "an imported module of 100 MB",
      {
        ...sound,
        Dockerfile: dockerfile.replace("handler.py .", "*.py ./"),
        "handler.py": `import big\n${handler}`,
        "big.py": "",
      },
      grow("big.py"),
      "big.py",
    ],
    [
      "the Dockerfile that compose builds",
      { ...sound, "compose.yaml": compose, "gpu/Dockerfile": dockerfile },
      grow("gpu/Dockerfile"),
      "gpu/Dockerfile",
    ],
    ["the end of .dockerignore", { ...sound, ".dockerignore": `${manyRules}handler.py\n` }, nothing, ".dockerignore"],
  ])("makes the verdict UNKNOWN: %s", async (_, files, prepare, path) => {
    const world = await prepared(files, prepare);
    expect(await world.run("--format", "json")).toBe(3);
    const report = JSON.parse(world.stdout()) as { readonly verdict: string; readonly unjudged: readonly object[] };
    expect(report.verdict).toBe("UNKNOWN");
    expect(JSON.stringify(report.unjudged)).toContain(path);
  });

  it("does not hide a fault that is known", async () => {
    const world = await prepared({ ...sound, Dockerfile: `${dockerfile}COPY missing.txt .\n` }, grow("handler.py"));
    expect(await world.run()).toBe(1);
    expect(world.stdout()).toContain("handler.py, which the start runs, was not judged: it is longer than 512 KiB.");
  });

  it("is not what nothing builds", async () => {
    const world = await prepared({ ...sound, "old/Dockerfile": dockerfile }, grow("old/Dockerfile"));
    expect(await world.run()).toBe(0);
    expect(world.stdout()).toContain("old/Dockerfile was not judged: it is longer than 256 KiB.");
  });

  it.each([
    ["alone", dockerfile],
    ["and no absence is an error", `${dockerfile}COPY missing.txt .\n`],
  ])("makes the verdict UNKNOWN when the listing is cut, %s", async (_, text) => {
    const tree = memoryTree({ ...sound, Dockerfile: text });
    const cut = { ...tree, list: async () => ({ ...(await tree.list()), isCut: true }) };
    const world = await createFakeWorld({ ...localEngine, preflight: (options) => judgeTree(cut, options) });
    expect(await world.run()).toBe(3);
    expect(world.stdout()).toContain("The project was not seen whole");
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "cuts the listing at a locked folder",
    async () => {
      const world = await prepared({ ...sound, "locked/a.txt": "" }, (folder) => chmod(join(folder, "locked"), 0));
      onTestFinished(() => chmod(join(world.folder, "locked"), 0o755));
      expect(await world.run()).toBe(3);
    },
  );
});

describe("what looks bad and is sound", () => {
  const steps = Array.from({ length: 5000 }, (_, index) => `echo step ${index} && \\\n    `).join("");
  const levels = Array.from({ length: 9 }, (_, i) => `k${i + 1}: &k${i + 1} [${`*k${i},`.repeat(9)}]\n`).join("");
  it.each<[string, Files, Prepare]>([
    ["a RUN of 5,000 lines", { ...sound, Dockerfile: dockerfile.replace("RUN ", `RUN ${steps}`) }, nothing],
    ["CRLF", { Dockerfile: crlf(dockerfile), "handler.py": crlf(handler) }, nothing],
    ["weights of 100 MB", { ...sound, "weights.txt": "" }, grow("weights.txt")],
    ["1,000 folders in each other", sound, (folder) => mkdir(join(folder, "d/".repeat(1000)), { recursive: true })],
    [
      "symlinks in a circle",
      sound,
      async (folder) => {
        await link("a", "b")(folder);
        await link("b", "a")(folder);
        await link("up", "..")(folder);
      },
    ],
    ["a YAML bomb", { ...sound, "docker-compose.yml": `k0: &k0 [x]\n${levels}` }, nothing],
    ["a JSON bomb", { ...sound, "package.json": `${"[".repeat(200_000)}${"]".repeat(200_000)}` }, nothing],
    ["U+FFFD that is written", { ...sound, "handler.py": `${handler}MARK = "\uFFFD"\n` }, nothing],
    [
      "a declared encoding",
      sound,
      put("handler.py", Buffer.from(`# coding: latin-1\n# caf\xE9\n${handler}`, "latin1")),
    ],
    [
      "a Dockerfile that is a symlink",
      { "handler.py": handler, "docker/gpu": dockerfile },
      link("Dockerfile", "docker/gpu"),
    ],
    [
      "a context that is a symlink",
      {
        "docker/Dockerfile": dockerfile,
        "real/handler.py": handler,
        "compose.yaml":
          "services:\n  worker:\n    build:\n      context: ctx\n      dockerfile: ../docker/Dockerfile\n",
      },
      link("ctx", "real"),
    ],
  ])("is judged like any other: %s", async (_, files, prepare) => {
    const world = await prepared(files, prepare);
    const status = await world.run("--format", "json");
    expect(JSON.parse(world.stdout())).toMatchObject({ verdict: "GO", unjudged: [] });
    expect(status).toBe(0);
  });
});

describe("a fault of bytes", () => {
  it.each<[string, Files, Prepare, string]>([
    [
      "bytes that are not UTF-8",
      sound,
      put("handler.py", Buffer.from(`# caf\xE9\n${handler}`, "latin1")),
      "US302 file-syntax",
    ],
    ["a late NUL", sound, put("handler.py", `# ${"x".repeat(9000)}\n${handler}\0`), "US302 file-syntax"],
    [
      "a start script with CRLF",
      {
        ...sound,
        Dockerfile: dockerfile
          .replace("handler.py .", "--chmod=755 handler.py start.sh ./")
          .replace(/CMD.*/, 'CMD ["./start.sh"]'),
        "start.sh": crlf("#!/bin/bash\npython -u handler.py\n"),
      },
      nothing,
      "US609",
    ],
    [
      "a source above the context",
      { ...sound, Dockerfile: `${dockerfile}COPY ../../etc/passwd /x\n` },
      nothing,
      "US101",
    ],
  ])("is NO-GO: %s", async (_, files, prepare, rule) => {
    const world = await prepared(files, prepare);
    expect(await world.run()).toBe(1);
    expect(world.stdout()).toContain(rule);
    expect(world.stdout()).not.toContain("root:");
  });
});

describe("hostile names", () => {
  const evil = "\u001B[31m\u202E::error file=x::<script>]]>|`*";
  const files = {
    Dockerfile: `${dockerfile}COPY "::error::${evil}" /x/\nRUN apt-get install -y \u001B[2Jtool || true\n`,
    "handler.py": handler,
    "-rf/::error::x/Dockerfile": `FROM python:3.11 AS \u001B[31mx\nCOPY "${evil}" /x\n${evil} y\n`,
    [`\n::error::<b>${evil.replace("/", "")}/Dockerfile`]: "FROM python:3.11\nCOPY missing /x\n##[add-mask]x\n",
  };
  // Line feeds end lines; everything else below a blank steers something.
  // oxlint-disable-next-line no-control-regex
  const steering = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

  it
    .skipIf(process.platform === "win32")
    .each([...formats.map((format) => `--format ${format} --all`), "plan", "--fix"])(
    "neither steer a terminal nor a runner: preflight %s",
    async (command) => {
      const world = await prepared(files);
      expect(await world.run(...command.split(" "))).toBe(1);
      const shown = world.stdout() + world.stderr();
      expect(shown).toContain("Dockerfile");
      expect(shown).not.toMatch(steering);
      expect(shown).not.toContain("##[");
      const commands = shown.split("\n").filter((line) => /^\s*::/.test(line));
      expect(
        commands.filter((line) => !command.includes("github") || !/^::(error|warning|notice) (file|title)=/.test(line)),
      ).toEqual([]);
    },
  );

  it.skipIf(process.platform === "win32").each(["junit", "report", "report-html"])(
    "are no markup: %s",
    async (format) => {
      const world = await prepared(files);
      await world.run("--format", format);
      const withoutCode = world.stdout().replace(/`[^\n]*`/g, "");
      expect(withoutCode).toContain("script");
      expect(withoutCode).not.toContain("<script");
    },
  );
});

describe("a hostile repository", () => {
  const git = (folder: string, ...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", ...args], {
      cwd: folder,
    });

  /** A repository of one commit. Its signature makes `git log` start a program when the settings ask for it. */
  async function repository(files: Files): Promise<FakeWorld> {
    const world = await prepared(files);
    git(world.folder, "init", "-q");
    git(world.folder, "add", "-A");
    const tree = git(world.folder, "write-tree").toString().trim();
    const person = "Nobody <nobody@example.invalid> 1700000000 +0000";
    const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----";
    const commit = `tree ${tree}\nauthor ${person}\ncommitter ${person}\n${signature}\n\nfirst\n`;
    const id = execFileSync("git", ["hash-object", "-t", "commit", "-w", "--stdin"], {
      cwd: world.folder,
      input: commit,
    });
    git(world.folder, "update-ref", "HEAD", id.toString().trim());
    return world;
  }

  it.skipIf(process.platform === "win32")("runs nothing that its settings name, and writes nothing", async () => {
    const world = await repository({ ...sound, ".gitattributes": "* filter=x diff=x\n" });
    const trap = join(world.folder, ".git/trap.sh");
    await writeFile(trap, `#!/bin/sh\ntouch '${world.folder}/canary'\n`);
    await chmod(trap, 0o755);
    await mkdir(join(world.folder, ".git/traps"));
    await symlink(trap, join(world.folder, ".git/traps/reference-transaction"));
    await symlink(trap, join(world.folder, ".git/traps/post-index-change"));
    await writeFile(join(world.folder, ".git/more"), `[core]\n\tfsmonitor = ${trap}\n`);
    const keys =
      "core.fsmonitor core.pager core.sshCommand core.editor gpg.program filter.x.clean filter.x.process diff.x.textconv";
    const settings: readonly (readonly [string, string])[] = [
      ...keys.split(" ").map((key) => [key, trap] as const),
      ["core.hooksPath", join(world.folder, ".git/traps")],
      ["alias.ls-files", `!${trap}`],
      ["include.path", join(world.folder, ".git/more")],
      ["log.showSignature", "true"],
    ];
    for (const [key, value] of settings) {
      await writeFile(join(world.folder, ".git/config"), configLines(key, value), { flag: "a" });
    }
    const before = await readdir(world.folder, { recursive: true });
    for (const argv of [[], ["--since", "HEAD"], ["history"], ["plan"]]) expect(await world.run(...argv)).toBe(0);
    expect(await readdir(world.folder, { recursive: true })).toEqual(before);
  });

  it("is not left for the one that GIT_DIR names", async () => {
    const other = await repository(sound);
    vi.stubEnv("GIT_DIR", join(other.folder, ".git"));
    onTestFinished(() => void vi.unstubAllEnvs());
    const world = await prepared(sound);
    expect(await world.run("history")).toBe(2);
  });

  it.each([".git/config", ".git/HEAD"])("is judged by its files when %s is broken", async (path) => {
    const world = await repository(sound);
    await put(path, "[broken")(world.folder);
    expect(await world.run()).toBe(0);
    expect(await world.run("--since", "HEAD")).toBe(2);
  });
});

function crlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

/** `git config` itself would start the file system monitor that was set before. */
function configLines(key: string, value: string): string {
  const [section = "", ...rest] = key.split(".");
  const name = rest.pop() ?? "";
  const heading = rest.length === 0 ? section : `${section} "${rest.join(".")}"`;
  return `[${heading}]\n\t${name} = "${value}"\n`;
}
