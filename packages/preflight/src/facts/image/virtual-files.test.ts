import { describe, expect, test } from "vitest";
import { imageOf } from "#testing/image-of.js";
import type { VirtualFiles } from "./image-facts.js";

describe("COPY and ADD", () => {
  test("a folder's content is copied, not the folder", async () => {
    const files = await filesOf("COPY src /app", { "src/handler.py": "", "src/lib/a.py": "" });
    expect(kindOf(files, "/app/handler.py", "/app/lib/a.py", "/app/src/handler.py")).toEqual([
      "present",
      "present",
      "absent",
    ]);
  });

  test("a file takes the name that is given", async () => {
    const files = await filesOf("COPY runpod-handler.py /app/handler.py", { "runpod-handler.py": "x = 1" });
    expect(kindOf(files, "/app/handler.py", "/app/runpod-handler.py")).toEqual(["present", "absent"]);
    expect(files.textOf("/app/handler.py")?.text).toBe("x = 1");
  });

  test.each([
    ["COPY a.py /app/", "/app/a.py"],
    ["COPY a.py b.py /app", "/app/b.py"],
    ["WORKDIR /app\nCOPY a.py /app", "/app/a.py"],
    ["WORKDIR /app\nCOPY a.py .", "/app/a.py"],
    ["RUN mkdir -p /app\nCOPY a.py /app", "/app/a.py"],
    ["COPY a.py /usr/local/bin", "/usr/local/bin/a.py"],
    ["COPY *.py /app", "/app/a.py"],
    ["COPY a.py /app", "/app"],
  ])("after %j there is %s", async (lines, path) => {
    const files = await filesOf(lines, { "a.py": "", "b.py": "" });
    expect(files.find(path)).toMatchObject({ kind: "present", made: { origin: { kind: "copied" } } });
  });

  test("what the context does not hold leaves its own destination unknown and nothing else", async () => {
    const files = await filesOf("WORKDIR /app\nCOPY a.py config.py ./", { "a.py": "" });
    expect(kindOf(files, "/app/a.py", "/app/config.py", "/app/other.py")).toEqual(["present", "unknown", "absent"]);
  });

  test("--chmod and the execute bit of the file tell whether it can be run", async () => {
    const script = { content: "#!/bin/sh\n", isExecutable: true };
    const files = await filesOf("COPY a.sh b.sh /\nCOPY --chmod=755 b.sh /c.sh", { "a.sh": script, "b.sh": "" });
    expect(["/a.sh", "/b.sh", "/c.sh"].map((path) => madeAt(files, path)?.isExecutable)).toEqual([true, false, true]);
  });

  test("an archive is unpacked by ADD and not by COPY", async () => {
    const files = await filesOf("ADD src.tar.gz /a/\nCOPY src.tar.gz /c/", { "src.tar.gz": "" });
    expect(kindOf(files, "/a/anything.py", "/c/src.tar.gz", "/c/anything.py")).toEqual([
      "unknown",
      "present",
      "absent",
    ]);
  });

  test("a here-document is a file with its text", async () => {
    const files = await filesOf("COPY <<EOF /app/config.py\nX = 1\nEOF");
    expect(files.textOf("/app/config.py")?.text).toBe("X = 1\n");
    expect(files.textOf("/app/config.py")?.lineAt(0)).toBe(3);
  });

  test("COPY --from takes files of another stage, with their text, and what is unknown of them", async () => {
    const image = await imageOf({
      Dockerfile: [
        "FROM ubuntu:22.04 AS build",
        "COPY a.py /src/a.py",
        "RUN git clone https://github.com/owner/name /src/name",
        "FROM scratch",
        "COPY --from=build /src /app",
      ].join("\n"),
      "a.py": "x = 1",
    });
    expect(image.files.textOf("/app/a.py")?.text).toBe("x = 1");
    expect(kindOf(image.files, "/app/a.py", "/app/name/setup.py", "/src/a.py")).toEqual([
      "present",
      "unknown",
      "absent",
    ]);
    expect(image.files.allPaths.map(({ path }) => path)).toContain("/src/a.py");
  });
});

describe("RUN", () => {
  test.each([
    ["RUN mkdir -p /models/a", "/models/a", "present"],
    ["RUN ln -s /models/a /app/model", "/app/model", "absent"],
    ["RUN mkdir -p /models/a && ln -sf /models/a /app/model", "/app/model", "present"],
    ["RUN mkdir /x && cp /files/a.py /x/", "/x/a.py", "present"],
    ["RUN cp -r /files /copy", "/copy/a.py", "present"],
    ["RUN mv /files/a.py /files/c.py", "/files/a.py", "absent"],
    ["RUN mv /files/a.py /files/c.py", "/files/c.py", "present"],
    ["RUN rm -rf /files/*", "/files/b.py", "absent"],
    ["RUN rm -f /files/a.py", "/files/b.py", "present"],
    ["RUN test -f /x && rm /files/a.py", "/files/a.py", "present"],
    ["RUN touch /made", "/made", "present"],
    ["RUN echo 'x = 1' > /made.py", "/made.py", "present"],
    ["RUN cd /data && wget -q https://host/model.bin", "/data/model.bin", "present"],
    ["RUN wget -qO /data/m.bin https://host/model.bin?x=1", "/data/m.bin", "present"],
    ["RUN wget -P /data https://host/model.bin", "/data/model.bin", "present"],
    ["RUN curl -fsSLo /data/m.bin https://host/model.bin", "/data/m.bin", "present"],
    ["RUN curl -fsSL https://host/model.bin", "/data/m.bin", "absent"],
    ["RUN wget -O /models/$NAME https://host/x", "/models/anything", "unknown"],
    ["RUN wget -O /models/$NAME https://host/x", "/other/anything", "absent"],
    ["RUN git clone https://github.com/owner/name /code", "/code", "present"],
    ["RUN git clone https://github.com/owner/name /code", "/code/setup.py", "unknown"],
    ["WORKDIR /w\nRUN git clone https://github.com/owner/name.git", "/w/name/a.py", "unknown"],
    ["RUN cd /t && unzip /files/x.zip", "/t/a.py", "unknown"],
    ["RUN tar -xzf /files/x.tgz -C /t", "/t/a.py", "unknown"],
    ["RUN tar -xzf /files/x.tgz -C /t", "/u/a.py", "absent"],
    ["RUN hf download owner/name --local-dir /models/x", "/models/x/a.bin", "unknown"],
    ["RUN hf download owner/name --local-dir /models/x", "/models/y", "absent"],
    ["RUN pip install --target /libs requests", "/libs/requests", "unknown"],
    ["RUN python3 -m venv /venv", "/venv/bin/python", "unknown"],
    ["RUN some-tool --output=/made/by/it", "/made/by/it", "unknown"],
    ["WORKDIR /w\nRUN make", "/w/built", "unknown"],
    ["RUN python3 -c \"open('/made.txt', 'w')\"", "/made.txt", "unknown"],
    ["RUN python3 -c \"open('/made.txt', 'w')\"", "/other.txt", "absent"],
    ["ENV HF_HOME=/cache\nRUN hf download owner/name", "/cache/hub", "unknown"],
  ])("after %j, %s is %s", async (lines, path, expected) => {
    const files = await filesOf(`COPY files /files\n${lines}`, { "files/a.py": "", "files/b.py": "" });
    expect(kindOf(files, path)).toEqual([expected]);
  });

  test("lines that a file is written by one after the other make one text", async () => {
    const files = await filesOf("RUN echo 'a = 1' > /c.py && \\\n    echo 'b = 2' >> /c.py");
    const text = files.textOf("/c.py");
    expect(text?.text).toBe("a = 1\nb = 2\n");
    expect([text?.lineAt(0), text?.lineAt(6)]).toEqual([2, 3]);
  });

  test("chmod +x makes a script executable", async () => {
    const files = await filesOf("COPY a.sh /a.sh\nRUN chmod +x /a.sh", { "a.sh": "" });
    expect(madeAt(files, "/a.sh")?.isExecutable).toBe(true);
  });

  test("what a conditional command makes is not certain", async () => {
    const files = await filesOf("RUN if [ -f /x ]; then touch /made; fi");
    expect(madeAt(files, "/made")?.isCertain).toBe(false);
  });
});

describe("what nobody can know", () => {
  test("a path below a mount is unknown, and the baked file is told", async () => {
    const image = await imageOf(
      { Dockerfile: "FROM ubuntu:22.04\nCOPY a.bin /data/a.bin", "a.bin": "x" },
      { mounts: ["/data"] },
    );
    expect(image.files.find("/data/a.bin")).toMatchObject({ kind: "unknown", made: { path: "/data/a.bin" } });
    expect(image.files.find("/data/b.bin")).toMatchObject({ kind: "unknown", made: undefined });
  });

  test("an image that is not known may hold everything; scratch holds nothing", async () => {
    const unknown = await imageOf({ Dockerfile: "FROM example.com/own/base:1" });
    const scratch = await imageOf({ Dockerfile: "FROM scratch" });
    expect(kindOf(unknown.files, "/app/a.py")).toEqual(["unknown"]);
    expect(kindOf(scratch.files, "/usr/bin/python3")).toEqual(["absent"]);
  });

  test.each([
    ["ln -s /runpod-volume /workspace && exec /bin/true", "/workspace/handler.py"],
    ["git clone https://github.com/owner/name /code", "/code/handler.py"],
    ["mkdir -p /outputs && touch /outputs/a", "/outputs/a"],
  ])("what the start makes with %j is not absent", async (command, path) => {
    const files = await filesOf(`CMD ${command}`);
    expect(kindOf(files, path, "/elsewhere")).toEqual(["unknown", "absent"]);
  });

  test("what the start only names is absent", async () => {
    const files = await filesOf('CMD ["/server", "--model", "/models/x"]');
    expect(kindOf(files, "/models/x")).toEqual(["absent"]);
  });

  test("a symlink in a circle is absent", async () => {
    const files = await filesOf("RUN ln -s /b /a && ln -s /a /b");
    expect(kindOf(files, "/a")).toEqual(["absent"]);
  });
});

/** Files of an image on `scratch`, where absence is certain. */
async function filesOf(lines: string, files: Parameters<typeof imageOf>[0] = {}): Promise<VirtualFiles> {
  const image = await imageOf({ Dockerfile: `FROM scratch\n${lines}\n`, ...files });
  return image.files;
}

function kindOf(files: VirtualFiles, ...paths: readonly string[]): readonly string[] {
  return paths.map((path) => files.find(path).kind);
}

function madeAt(files: VirtualFiles, path: string) {
  const presence = files.find(path);
  return presence.kind === "present" ? presence.made : undefined;
}
