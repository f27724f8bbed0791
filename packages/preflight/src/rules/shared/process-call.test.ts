import { beforeAll, describe, expect, it } from "vitest";
import { loadPython } from "#facts/python/grammar.js";
import { readPython } from "#facts/python/read-python.js";
import { mappedFile } from "#model/mapped-text.js";
import { processCallsOf } from "./process-call.js";

beforeAll(loadPython);

const startsIn = (code: string) =>
  processCallsOf(readPython(mappedFile("work.py", `import subprocess, os, asyncio, sys\n${code}`))).map(
    ({ words, isOpen }) => ({ words: words.map(({ text }) => text), isOpen }),
  );

describe("processCallsOf", () => {
  it("reads a list, numbers and this interpreter, and leaves what is not known in braces", () => {
    const code = 'def work(path):\n    subprocess.run([sys.executable, "a.py", "-n", 3, path, str(len(path))])\n';
    expect(startsIn(code)).toEqual([{ words: ["python", "a.py", "-n", "3", "{path}", "{?}"], isOpen: false }]);
  });

  it("follows a name to its last list and to what is added to it before the start", () => {
    const code = `
def work(extra):
    command = ["old"]
    command = ["a", *["b"]]
    command += ["c"]
    command.append("d")
    command.extend(["e", "f"])
    subprocess.check_call(command)
    command.append("late")
    command.extend(extra)
    subprocess.run(args=command)
`;
    expect(startsIn(code)).toEqual([
      { words: ["a", "b", "c", "d", "e", "f"], isOpen: false },
      { words: ["a", "b", "c", "d", "e", "f", "late"], isOpen: true },
    ]);
  });

  it("splits a line for the shell, and takes one word an argument from asyncio", () => {
    const code = `
COMMAND = ["ls", "-l"]
def work():
    os.system("ffmpeg -i 'my file.mp4' out.mp4")
    asyncio.create_subprocess_exec("git", "status")
    subprocess.call(COMMAND)
`;
    expect(startsIn(code)).toEqual([
      { words: ["ffmpeg", "-i", "my file.mp4", "out.mp4"], isOpen: false },
      { words: ["git", "status"], isOpen: false },
      { words: ["ls", "-l"], isOpen: false },
    ]);
  });

  it("says that words are missing when it cannot know them, and ends on names that go round in a circle", () => {
    const code = "def work(command):\n    subprocess.run(command)\n    a = b\n    b = a\n    subprocess.run(a + b)\n";
    expect(startsIn(code).map(({ isOpen }) => isOpen)).toEqual([true, true]);
  });
});

it("stays quick on lists that hold each other many times over", () => {
  const lines = Array.from({ length: 60 }, (_, i) => `    a${i} = [${`*a${i - 1}, `.repeat(40)}"x"]`);
  const [start] = startsIn(`def work():\n${lines.join("\n")}\n    subprocess.run(a59)\n`);
  expect(start?.isOpen).toBe(true);
  expect(start?.words.length).toBeLessThanOrEqual(500);
});
