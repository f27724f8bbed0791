import { describe, expect, it } from "vitest";
import { defaultConfig } from "#model/config.js";
import { loadConfig, parseConfig } from "./load-config.js";

const treeOf = (files: Readonly<Record<string, string>>) => ({
  read: (path: string) =>
    Promise.resolve(files[path] === undefined ? undefined : new TextEncoder().encode(files[path])),
});

describe("loadConfig", () => {
  it("gives every setting its default where the project says nothing", async () => {
    expect(await loadConfig(treeOf({}))).toEqual(defaultConfig);
    expect(await loadConfig(treeOf({ "package.json": '{"name":"preflight"}' }))).toEqual(defaultConfig);
    expect(await loadConfig(treeOf({ "preflight.config.yaml": "" }))).toEqual(defaultConfig);
  });

  it("reads JSON, YAML, or package.json, in this order", async () => {
    const files = {
      "preflight.config.json": '{"target":"pod"}',
      "preflight.config.yaml": "gpuPools: [AMPERE_48]",
      "package.json": '{"preflight":{"isCommercial":false}}',
    };
    expect((await loadConfig(treeOf(files))).target).toBe("pod");
    const { "preflight.config.json": _, ...rest } = files;
    expect((await loadConfig(treeOf(rest))).gpuPools).toEqual(["AMPERE_48"]);
    expect((await loadConfig(treeOf({ "package.json": files["package.json"] }))).isCommercial).toBe(false);
  });

  it("says of a file that was named and is not there", async () => {
    await expect(loadConfig(treeOf({}), "/nowhere/preflight.json")).rejects.toThrow("cannot be read");
  });
});

describe("parseConfig", () => {
  it.each([
    ["a wrong choice", '{"profile":"prod"}', 'profile: expected build or deploy, found "prod"'],
    ["a wrong type", '{"gpuPools":"AMPERE_16"}', 'gpuPools: expected a list, found "AMPERE_16"'],
    ["a number that cannot be", '{"vramGiB":0}', "vramGiB: expected a number above 0, found 0"],
    ["a deep value", '{"payloads":[{"name":"a"}]}', "payloads[0].fields: expected a list, found nothing"],
    ["a mistyped setting", '{"gpuPool":[]}', "gpuPool: no such setting; did you mean gpuPools?"],
    ["a stranger", '{"x":1}', "x: no such setting."],
    ["a rule that is none", '{"rules":{"DL3008":"off"}}', "rules.DL3008: expected a rule id such as US308"],
    [
      "a level that is none",
      '{"rules":{"US308":"info"}}',
      'rules.US308: expected error, warning, note or off, found "info"',
    ],
    ["no object", "[]", "the whole file: expected an object, found a list"],
    ["broken JSON", "{", "is not valid JSON"],
  ])("names the place, what was expected and what was found: %s", (_what, text, message) => {
    expect(() => parseConfig(text, "c.json")).toThrow(message);
  });

  it("refuses YAML that blows up when it is expanded", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]", ...Array.from({ length: 9 }, (_, i) => `b${i}: &b${i} [*a,*a,*a,*a]`)];
    expect(() => parseConfig(bomb.join("\n"), "c.yaml")).toThrow("is not valid YAML");
  });
});
