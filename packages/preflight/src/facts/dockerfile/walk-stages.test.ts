import { describe, expect, it } from "vitest";
import { parseDockerfile } from "./parse-dockerfile.js";
import type { Stage, StageWalk, Step } from "./stage.js";
import { walkStages } from "./walk-stages.js";

describe("walkStages", () => {
  it("knows an ARG before FROM inside a stage only after an ARG of that name", () => {
    const walk = read("ARG TAG=1", "FROM base:$TAG", "ENV A=$TAG", "ARG TAG", "ENV B=$TAG");
    expect(walk.stages[0]?.base).toEqual({ kind: "image", reference: { text: "base:1", unresolved: [] } });
    expect(lastOf(walk).end.environment.get("A")).toBe("$TAG");
    expect(lastOf(walk).end.environment.get("B")).toBe("1");
    expect(walk.unresolvedUses).toEqual([{ name: "TAG", line: 3, keyword: "ENV" }]);
    expect(walk.globalArguments).toMatchObject([{ name: "TAG", value: { text: "1" }, line: 1 }]);
  });

  it("lets --build-arg win over the default, and ENV over ARG", () => {
    const walk = walkStages(parse("FROM a", "ARG X=1", "ENV Y=2", "ARG Y=3"), new Map([["X", "9"]]));
    const { environment, buildArguments } = lastOf(walk).end;
    expect([environment.get("X"), environment.get("Y")]).toEqual(["9", "2"]);
    expect([...buildArguments]).toEqual(["X"]);
  });

  it("hides a value of an ENV line from the rest of that line", () => {
    const { environment } = lastOf(read("FROM a", "ENV A=1", "ENV A=2 B=$A", "ENV C all $A")).end;
    expect(Object.fromEntries(environment)).toEqual({ A: "2", B: "1", C: "all 2" });
  });

  it("takes over variables, folder, user and shell from the stage below", () => {
    const walk = read(
      "FROM a AS One",
      "ENV A=1",
      "WORKDIR /x",
      "USER me",
      'SHELL ["bash", "-c"]',
      "FROM one",
      "WORKDIR y/$A",
    );
    expect(walk.stages[0]?.name).toBe("one");
    expect(lastOf(walk).base).toEqual({ kind: "stage", index: 0 });
    expect(lastOf(walk).end).toMatchObject({ workdir: "/x/y/1", user: "me", shell: ["bash", "-c"] });
  });

  it("knows scratch, the platform arguments and proxies, and ARG without a value", () => {
    const walk = read(
      "FROM --platform=$TARGETPLATFORM scratch",
      "ARG TARGETARCH",
      "ARG KEY",
      "ENV A=$TARGETARCH$KEY$http_proxy",
    );
    expect(lastOf(walk)).toMatchObject({ base: { kind: "scratch" }, platform: "$TARGETPLATFORM" });
    expect(lastOf(walk).end.environment.get("A")).toBe("amd64$KEY$http_proxy");
    expect(walk.unresolvedUses).toEqual([]);
  });

  it("reads COPY: sources with their lines, destination below WORKDIR, --from by name, number and image", () => {
    const walk = read(
      "FROM a AS one",
      "FROM b",
      "WORKDIR /app",
      "COPY x.py \\",
      "  y.py ./",
      "COPY --from=one /x /y",
      "COPY --from=0 /x .",
      "COPY --from=ghcr.io/uv /uv /bin/",
      'COPY ["a b", \\',
      '  "c"]',
      "COPY <<F /f",
      "text",
      "F",
    );
    const [two, byName, byNumber, image, json, heredoc] = copies(walk);
    expect(two?.sources.map(({ pattern, line }) => [pattern.text, line])).toEqual([
      ["x.py", 4],
      ["y.py", 5],
    ]);
    expect(two?.destination.text).toBe("/app/");
    expect(byName?.from).toEqual({ kind: "stage", index: 0 });
    expect(byNumber).toMatchObject({ from: { kind: "stage", index: 0 }, destination: { text: "/app/" } });
    expect(image?.from).toEqual({ kind: "image", reference: "ghcr.io/uv" });
    expect(json).toMatchObject({ sources: [{ pattern: { text: "a b" } }], destination: { text: "/app/c" } });
    expect(heredoc?.sources[0]).toMatchObject({ kind: "heredoc", pattern: { text: "F" } });
    expect(heredoc?.sources[0]?.content?.text).toBe("text\n");
  });

  it("tells the remote sources of ADD from paths", () => {
    const walk = read("FROM a", "ADD https://x/y.bin https://x/r.git#v1 git@x:r.git z /d/", "COPY https://x/y /d");
    expect(copies(walk).map((copy) => copy.sources.map(({ kind }) => kind))).toEqual([
      ["url", "git", "git", "path"],
      ["path"],
    ]);
  });

  it("leaves the text of RUN and CMD as written and reads mounts", () => {
    const [run, cmd] = lastOf(
      read("FROM a", "RUN --mount=type=cache,target=/c --mount=type=secret,id=t echo $A '$B'", "CMD python $C"),
    ).steps;
    expect(run).toMatchObject({ script: { text: "echo $A '$B'" }, exec: undefined });
    expect(run?.kind === "run" && run.mounts.map(({ type, target }) => [type, target])).toEqual([
      ["cache", "/c"],
      ["secret", "/run/secrets/t"],
    ]);
    expect(cmd).toMatchObject({ kind: "cmd", script: { text: "python $C" } });
  });

  it("takes a here-document of RUN as the script, with the interpreter that it names", () => {
    const run = (...lines: readonly string[]) => lastOf(read("FROM a", ...lines)).steps[0];
    expect(run("RUN <<E", "echo", "E")).toMatchObject({ script: { text: "echo\n" }, interpreter: undefined });
    expect(run("RUN <<E", "#!/usr/bin/env python3", "E")).toMatchObject({ interpreter: "python3" });
    expect(run("RUN <<E /bin/bash -e", "x", "E")).toMatchObject({ script: { text: "x\n" }, interpreter: "bash -e" });
    const mixed = run("RUN \\", "python3 - <<E && ls", "print()", "E");
    expect(mixed).toMatchObject({ script: { text: "python3 - <<E && ls\nprint()\nE" }, interpreter: undefined });
    const script = mixed?.kind === "run" ? mixed.script : undefined;
    expect([0, 21, 28].map((offset) => script?.lineAt(offset))).toEqual([3, 4, 5]);
  });

  it("reads HEALTHCHECK, VOLUME and EXPOSE", () => {
    const steps = lastOf(
      read("FROM a", "HEALTHCHECK CMD curl x || exit 1", "HEALTHCHECK NONE", "VOLUME /a b", "EXPOSE 80"),
    ).steps;
    expect(steps).toMatchObject([
      { kind: "healthcheck", script: { text: "curl x || exit 1" } },
      { kind: "healthcheck", script: undefined },
      { kind: "volume", values: [{ text: "/a" }, { text: "/b" }] },
      { kind: "other", values: [{ text: "80" }] },
    ]);
  });

  it("leaves ONBUILD triggers out, and survives instructions without a stage or arguments", () => {
    expect(lastOf(read("FROM a", "ONBUILD RUN b", "COPY c", "WORKDIR")).steps).toMatchObject([{ kind: "workdir" }]);
    expect(read("RUN a", "ENV B=1").stages).toEqual([]);
  });

  it("copes with 5,000 variables", () => {
    const names = Array.from({ length: 5000 }, (_, index) => `V${index}`);
    const walk = read("FROM a", ...names.map((name) => `ENV ${name}=1`), `ARG ${names.join(" ")}`, "CMD b");
    expect(lastOf(walk).steps.at(-1)?.kind).toBe("cmd");
  });
});

function parse(...lines: readonly string[]): ReturnType<typeof parseDockerfile> {
  return parseDockerfile("Dockerfile", `${lines.join("\n")}\n`);
}

function read(...lines: readonly string[]): StageWalk {
  return walkStages(parse(...lines), new Map());
}

function lastOf({ stages }: StageWalk): Stage {
  const last = stages.at(-1);
  if (last === undefined) throw new Error("no stage");
  return last;
}

function copies(walk: StageWalk): readonly Extract<Step, { kind: "copy" }>[] {
  return lastOf(walk).steps.filter((step) => step.kind === "copy");
}
