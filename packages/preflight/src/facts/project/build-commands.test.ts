import { beforeAll, describe, expect, it } from "vitest";
import { loadShellGrammar } from "#facts/shell/grammar.js";
import { readShell } from "#facts/shell/read-shell.js";
import { readBuildCommands } from "./build-commands.js";
import { readDataFiles } from "./data-files.js";
import { readDocuments } from "./documents.js";
import { projectShell } from "./project-shell.js";
import { filesOf } from "./testing/files-of.js";

beforeAll(loadShellGrammar);

describe("readBuildCommands: GitHub workflows", () => {
  it("reads build-push-action with its defaults: the repository is the context", () => {
    expect(workflow("      - uses: docker/build-push-action@v6\n        with:\n          push: true\n")).toMatchObject([
      { source: "ci", dockerfile: "Dockerfile", context: "", location: { path: flow, line: 4 } },
    ]);
  });

  it("reads file, context, arguments, target and tags; a secret stays an expression", () => {
    const [build] = workflow(
      "      - uses: depot/build-push-action@v1\n        with:\n          context: ./docker\n          file: ./docker/Dockerfile.gpu\n" +
        "          target: final\n          tags: |\n            a/b:1\n            a/b:latest\n" +
        "          build-args: |\n            A=1\n            TOKEN=${{ secrets.T }}\n",
    );
    expect(build).toMatchObject({
      dockerfile: "docker/Dockerfile.gpu",
      context: "docker",
      targetStage: "final",
      tags: ["a/b:1", "a/b:latest"],
    });
    expect([...(build?.buildArguments ?? [])]).toEqual([
      ["A", "1"],
      ["TOKEN", "${{ secrets.T }}"],
    ]);
  });

  it("takes a Dockerfile without `file` from the context, and one below {{defaultContext}} from its folder", () => {
    expect(workflow("      - uses: docker/build-push-action@v6\n        with: { context: worker }\n")).toMatchObject([
      { dockerfile: "worker/Dockerfile", context: "worker" },
    ]);
    const git =
      '      - uses: docker/build-push-action@v6\n        with: { context: "{{defaultContext}}:a", file: D }\n';
    expect(workflow(git)).toMatchObject([{ dockerfile: "a/D", context: "a" }]);
  });

  it("finds a lower-case dockerfile where there is no other, as BuildKit does", () => {
    const step = "      - uses: docker/build-push-action@v6\n";
    const text = `jobs:\n  b:\n    steps:\n${step}`;
    expect(builds({ [flow]: text, dockerfile: "FROM x" })).toMatchObject([{ dockerfile: "dockerfile", context: "" }]);
    expect(builds({ [flow]: text, dockerfile: "", Dockerfile: "" })).toMatchObject([{ dockerfile: "Dockerfile" }]);
  });

  it("leaves a path with an unknown expression undefined", () => {
    const step =
      "      - uses: docker/build-push-action@v6\n        with: { context: '${{ inputs.x }}', file: '${{ vars.y }}' }\n";
    expect(workflow(step)).toMatchObject([{ dockerfile: undefined, context: undefined }]);
  });

  it("builds once for each combination of a matrix", () => {
    const text =
      "jobs:\n  b:\n    strategy: { matrix: { name: [a, b] } }\n    steps:\n" +
      "      - uses: docker/build-push-action@v6\n        with: { file: 'Dockerfile.${{ matrix.name }}' }\n";
    expect(builds({ [flow]: text }).map((build) => build.dockerfile)).toEqual(["Dockerfile.a", "Dockerfile.b"]);
  });

  it("follows `cd` and working-directory in scripts, with the lines of the file", () => {
    expect(workflow("      - run: |\n          cd docker\n          docker build -t x .\n")).toMatchObject([
      { dockerfile: "docker/Dockerfile", context: "docker", tags: ["x"], location: { line: 6 } },
    ]);
    expect(workflow("      - run: docker build -f D ..\n        working-directory: sub\n")).toMatchObject([
      { dockerfile: "sub/D", context: "", location: { line: 4 } },
    ]);
    expect(workflow("      - run: docker build $GITHUB_WORKSPACE/x\n")).toMatchObject([{ context: "x" }]);
  });
});

describe("readBuildCommands: other places", () => {
  it("reads GitLab jobs and Cloud Build steps", () => {
    const gitlab = "build:\n  script:\n    - cd w\n    - docker build -t x .\n";
    expect(builds({ ".gitlab-ci.yml": gitlab })).toMatchObject([
      { source: "ci", context: "w", dockerfile: "w/Dockerfile", location: { line: 4 } },
    ]);
    const cloud =
      "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, gcr.io/$PROJECT_ID/x, -f, a/D, .]\n";
    expect(builds({ "cloudbuild.yaml": cloud })).toMatchObject([
      { context: "", dockerfile: "a/D", location: { line: 2 } },
    ]);
  });

  it("resolves compose paths against the context, and the context against the file", () => {
    const compose =
      "services:\n  a:\n    build: ./a\n    image: me/a:1\n  b:\n    build:\n      context: ..\n      dockerfile: x/D\n" +
      "      args:\n        - V=1\n        - W\n      target: t\n  c:\n    image: redis\n  d:\n    build: { context: '${DIR}' }\n";
    const found = builds({ "deploy/docker-compose.yml": compose });
    expect(found).toMatchObject([
      { source: "compose", context: "deploy/a", dockerfile: "deploy/a/Dockerfile", tags: ["me/a:1"] },
      { context: "", dockerfile: "x/D", targetStage: "t" },
      { context: undefined, dockerfile: undefined },
    ]);
    expect([...(found[1]?.buildArguments ?? [])]).toEqual([
      ["V", "1"],
      ["W", "$W"],
    ]);
  });

  it("runs a script in the project's folder, else in its own", () => {
    const script = "#!/bin/sh\ndocker build -f Dockerfile.x .\n";
    expect(builds({ "docker/b.sh": script, "Dockerfile.x": "", "docker/Dockerfile.x": "" })).toMatchObject([
      { source: "script", dockerfile: "Dockerfile.x", context: "" },
    ]);
    expect(builds({ "docker/b.sh": script, "docker/Dockerfile.x": "" })).toMatchObject([
      { dockerfile: "docker/Dockerfile.x", context: "docker" },
    ]);
  });

  it("knows the folder of a script that asks for it", () => {
    const script =
      'HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\nROOT="$(cd "$HERE/.." && pwd)"\n' +
      'docker build -f "$HERE/D" "$ROOT"\ncd "$(dirname "$0")"\ndocker build .\n';
    expect(builds({ "tools/b.sh": script })).toMatchObject([
      { dockerfile: "tools/D", context: "", location: { line: 3 } },
      { dockerfile: "tools/Dockerfile", context: "tools", location: { line: 5 } },
    ]);
  });

  it("finds the project's folder at the end of a path on somebody's machine", () => {
    const files = { "b.sh": 'cd "/Users/me/dev/worker/docker"\ndocker build .\n', "docker/Dockerfile": "" };
    expect(builds(files)).toMatchObject([{ dockerfile: "docker/Dockerfile", context: "docker" }]);
    expect(builds({ "b.sh": "cd /elsewhere\ndocker build .\n" })).toMatchObject([{ context: undefined }]);
  });

  it("never leaves the project", () => {
    expect(builds({ "b.sh": "docker build -f ../../etc/passwd ../..\n" })).toMatchObject([
      { dockerfile: undefined, context: undefined },
    ]);
  });

  it("hides values that are named like secrets, and prints no command that is only shown", () => {
    const [build, ...more] = builds({ "b.sh": 'docker build --build-arg HF_TOKEN=hf_abc .\necho "docker build ."\n' });
    expect(build?.written).toBe("docker build --build-arg HF_TOKEN=… .");
    expect(more).toEqual([]);
  });

  it("reads recipes of a Makefile with its variables", () => {
    const make =
      "IMAGE ?= me/x\nbuild:\n\t@docker build -t $(IMAGE) \\\n\t  -f Dockerfile.prod .\nother:\n\tcd .. && docker build .\n";
    expect(builds({ "svc/Makefile": make, "svc/Dockerfile.prod": "" })).toMatchObject([
      { source: "script", tags: ["me/x"], dockerfile: "svc/Dockerfile.prod", context: "svc", location: { line: 3 } },
      { dockerfile: "Dockerfile", context: "", location: { line: 6 } },
    ]);
  });

  it("reads scripts of a package.json", () => {
    const text = '{\n"scripts": {\n"image": "docker build -t x ."\n}\n}';
    expect(builds({ "api/package.json": text })).toMatchObject([{ context: "api", location: { line: 3 } }]);
  });

  it("knows what RunPod's Hub builds", () => {
    expect(builds({ ".runpod/hub.json": "{}", Dockerfile: "" })).toMatchObject([
      { source: "platform", dockerfile: "Dockerfile", context: "" },
    ]);
    const both = builds({ ".runpod/hub.json": "{}", ".runpod/Dockerfile": "", Dockerfile: "" });
    expect(both).toMatchObject([{ dockerfile: ".runpod/Dockerfile", context: "" }]);
    expect(builds({ ".runpod/hub.json": "{}" })).toEqual([]);
  });
});

describe("readBuildCommands: documents", () => {
  it("reads code samples, prompts and a `cd` into a clone", () => {
    const text = "```bash\ngit clone https://h/me/worker && cd worker/docker\n$ docker build -t x .\n```\n";
    expect(builds({ "README.md": text, "docker/Dockerfile": "" })).toMatchObject([
      { source: "docs", dockerfile: "docker/Dockerfile", context: "docker", location: { path: "README.md", line: 3 } },
    ]);
  });

  it("prefers the folder of the document when its Dockerfile is there", () => {
    const files = { "svc/README.md": "```\ndocker build .\n```\n", "svc/Dockerfile": "", Dockerfile: "" };
    expect(builds(files)).toMatchObject([{ dockerfile: "svc/Dockerfile", context: "svc" }]);
  });

  it("does not guess where a reader stands when the Dockerfile is somewhere else", () => {
    const files = { "README.md": "```\ndocker build -f D.x .\n```\n", "docker/D.x": "" };
    expect(builds(files)).toMatchObject([{ dockerfile: undefined, context: undefined }]);
  });

  it("names a Dockerfile that is nowhere", () => {
    expect(builds({ "README.md": "```\ndocker build -f D.gone .\n```\n" })).toMatchObject([{ dockerfile: "D.gone" }]);
  });
});

const flow = ".github/workflows/build.yml";

function workflow(steps: string) {
  return builds({ [flow]: `jobs:\n  b:\n    steps:\n${steps}` });
}

function builds(texts: Readonly<Record<string, string>>) {
  const files = filesOf(texts);
  return readBuildCommands(files, readDataFiles(files), readDocuments(files), projectShell(files, readShell));
}
