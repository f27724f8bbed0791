import { describe, expect, test } from "vitest";
import { assertMayBeUsed } from "./licence-gate.js";
import { filesOf, parseSwapManifest } from "./swap-manifest.js";

const sha256 = "a".repeat(64);
const file = (name: string) => ({ file: name, sha256 });
const facts = { version: 1, name: "mine", licence: "Apache-2.0", commercialUse: true, origin: "a friend" };
const parse = (fields: object) => parseSwapManifest(JSON.stringify({ ...facts, ...fields }), "/models/mine.json");

const short = {
  inswapper: { family: "inswapper", model: file("swap.onnx"), source: { embedder: file("embedder.onnx") } },
  hyperswap: { family: "hyperswap", model: file("swap.onnx"), source: { embedder: file("embedder.onnx") } },
  ghost: {
    family: "ghost",
    model: file("swap.onnx"),
    source: { embedder: file("embedder.onnx"), converter: file("converter.onnx") },
  },
  simswap: {
    family: "simswap",
    model: file("swap.onnx"),
    source: { embedder: file("embedder.onnx"), converter: file("converter.onnx") },
  },
  uniface: { family: "uniface", model: file("swap.onnx") },
} as const;

describe("a manifest that names its family", () => {
  test.each([
    [
      "inswapper",
      { sidePixels: 128, template: "arcface_128", outputRange: [0, 1] },
      { normalised: true, projection: true },
    ],
    ["hyperswap", { sidePixels: 256, template: "arcface_128", outputRange: [-1, 1] }, { normalised: true }],
    ["ghost", { sidePixels: 256, template: "arcface_112_v1", outputRange: [-1, 1] }, { normalised: false }],
    ["simswap", { sidePixels: 256, template: "arcface_112_v1", outputRange: [0, 1] }, { normalised: true }],
    ["uniface", { sidePixels: 256, template: "ffhq_512", outputRange: [-1, 1] }, { kind: "image", sidePixels: 256 }],
  ] as const)("%s needs little more than its files", (family, alignment, source) => {
    expect(parse(short[family])).toMatchObject({ ...alignment, source, providers: ["cpu"] });
  });

  test("may overrule what the family implies, and finds its files beside itself", () => {
    const { model, ...rest } = short.inswapper;
    const manifest = parse({ ...rest, model: { ...model, licence: "MIT" }, size: 256, providers: "cuda" });
    expect(manifest).toMatchObject({ sidePixels: 256, providers: ["cuda", "cpu"] });
    expect(filesOf(manifest).map(({ path, licence }) => [path, licence])).toEqual([
      ["/models/swap.onnx", "MIT"],
      ["/models/embedder.onnx", "Apache-2.0"],
    ]);
  });
});

describe("a manifest is refused in one sentence that says where it is wrong", () => {
  test.each([
    ["an unknown key", { ...short.uniface, quality: "best" }, /its top: Unrecognized key: "quality"/],
    ["an unknown family", { ...short.uniface, family: "best" }, /family/],
    [
      "a missing converter",
      { ...short.ghost, source: { embedder: file("e.onnx") } },
      /source.converter: the family ghost needs one/,
    ],
    ["no hash", { ...short.uniface, model: { file: "swap.onnx" } }, /model.sha256/],
    [
      "a file outside its folder",
      { ...short.uniface, model: file("../swap.onnx") },
      /model.file: the path of a file beside/,
    ],
    ["an absolute path", { ...short.uniface, model: file("/etc/passwd") }, /model.file/],
    ["an empty range", { ...short.uniface, output: { range: [1, 1] } }, /output.range/],
    ["a huge crop", { ...short.uniface, size: 4096 }, /size/],
    ["a custom family that says nothing", { family: "custom", model: file("swap.onnx") }, /size/],
  ])("%s", (_what, fields, message) => {
    expect(() => parse(fields)).toThrow(message);
    expect(() => parse(fields)).toThrow(expect.objectContaining({ code: "bad-model" }));
  });

  test("what is not JSON, and what is no object", () => {
    expect(() => parseSwapManifest("{", "mine.json")).toThrow("The model manifest mine.json is not JSON.");
    expect(() => parseSwapManifest("[]", "mine.json")).toThrow(/its top/);
  });
});

describe("a commercial project", () => {
  const judge =
    (fields: object, isCommercial = true) =>
    () =>
      assertMayBeUsed(parse(fields), isCommercial);

  test.each([
    [
      "the manifest's word",
      { ...short.uniface, commercialUse: false },
      /swap model of mine .* allows no commercial use, as/,
    ],
    [
      "a licence that is non-commercial",
      { ...short.uniface, licence: "CC-BY-NC-4.0" },
      /CC-BY-NC-4.0\) allows no commercial use\./,
    ],
    ["one for research", { ...short.uniface, licence: "ResearchRAIL" }, /is for research only/],
    ["one that nobody knows", { ...short.uniface, licence: "Unknown" }, /is not known/],
    [
      "the embedder's own",
      { ...short.hyperswap, source: { embedder: { ...file("e.onnx"), licence: "Non-Commercial" } } },
      /The embedder of mine/,
    ],
  ])("is kept from a model by %s", (_what, fields, message) => {
    expect(judge(fields)).toThrow(message);
    expect(judge(fields)).toThrow(expect.objectContaining({ code: "weights-licence" }));
    expect(judge(fields, false)).not.toThrow();
  });

  test("may use what its licence allows", () => {
    expect(judge(short.ghost)).not.toThrow();
  });
});
