import { describe, expect, it } from "vitest";
import { readBuildWords } from "./build-words.js";

describe("readBuildWords", () => {
  it.each([
    ["docker build .", ".", undefined],
    ["docker build -t a --no-cache -f docker/Dockerfile ..", "..", "docker/Dockerfile"],
    ["docker buildx build --platform=linux/amd64 --push --file=D .", ".", "D"],
    ["docker image build . --tag x", ".", undefined],
    ["podman build -f Containerfile sub", "sub", "Containerfile"],
    ["buildah bud --layers --storage x .", "x", undefined],
    ["nerdctl build --secret id=a,src=b .", ".", undefined],
    ["depot build --project abc --load .", ".", undefined],
    ["/kaniko/executor --context dir://ci --dockerfile ci/D --destination r", "ci", "ci/D"],
    ["retry 3 docker build .", ".", undefined],
    ["docker build -", "-", undefined],
  ])("reads %s", (line, context, file) => {
    expect(read(line)).toMatchObject({ context: { text: context }, ...(file && { file: { text: file } }) });
  });

  it.each([
    "docker run x",
    "docker builder prune",
    "echo docker build .",
    "make docker-build",
    "docker",
    "npm run build",
    "",
  ])("sees no build in %j", (line) => {
    expect(read(line)).toBeUndefined();
  });

  it("collects tags, arguments and the target", () => {
    const options = read("docker build -t a:1 --tag=b:2 --build-arg A=1=2 --build-arg B --target final .");
    expect(options?.tags).toEqual(["a:1", "b:2"]);
    expect([...(options?.buildArguments ?? [])]).toEqual([
      ["A", "1=2"],
      ["B", "$B"],
    ]);
    expect(options?.targetStage).toBe("final");
  });
});

function read(line: string) {
  return readBuildWords(line.split(" ").map((text) => ({ text, isKnown: true })));
}
