import { expect, it } from "vitest";
import type { KnownScript } from "#knowledge/index.js";
import { nearestFlag, readFlags } from "./flags.js";

const script: KnownScript = {
  path: "generate.py",
  flags: [
    { name: "--task", takesValue: true, choices: ["a", "b"], isRequired: true },
    { name: "--num_clip", takesValue: true },
    { name: "--refert_num", takesValue: true },
    { name: "--replace_flag", takesValue: false },
  ],
};

const read = (line: string, isOpen = false) => {
  const words = line.split(" ").map((text) => ({ text, isKnown: !text.includes("{") }));
  const { given, wrong, missing } = readFlags(words, script, isOpen);
  return {
    unknown: given.flatMap(({ name, known }) => (known === undefined ? [name] : [])),
    wrong: wrong.map(({ problem }) => problem),
    missing: missing.map(({ name }) => name),
  };
};
const nothing = { unknown: [], wrong: [], missing: [] };

it("takes what argparse takes: values after = too, and the beginning of one flag", () => {
  expect(read("--task=a --refer 1 --replace_flag")).toEqual(nothing);
  expect(read("--task {task} --num_clip {count}")).toEqual(nothing);
});

it("names unknown flags without their values, and those that could be two", () => {
  expect(read("--task a --api_key=abc --re 1").unknown).toEqual(["--api_key", "--re"]);
});

it("finds wrong choices, missing values, and values for switches", () => {
  expect(read("--task c --num_clip --replace_flag True").wrong).toEqual([
    "does not take --task c",
    "needs a value for --num_clip",
    "takes no value for --replace_flag",
  ]);
});

it("tells what is missing, unless more words may follow", () => {
  expect(read("--num_clip 1").missing).toEqual(["--task"]);
  expect(read("--num_clip", true)).toEqual(nothing);
});

it("offers the flag that begins alike", () => {
  expect(nearestFlag("--refer_num", script)).toBe("--refert_num");
  expect(nearestFlag("--output", script)).toBeUndefined();
});
