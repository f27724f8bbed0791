import { describe, expect, it } from "vitest";
import { Child } from "./child.js";
import { withPatience } from "./patience.js";

/** A small program of our own in place of FFmpeg. */
const run = (script: string, more = {}) => new Child({ program: process.execPath, args: ["-e", script], ...more });

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("Child", () => {
  it("keeps what a program wrote for a reader that comes after its end", async () => {
    const child = run(`process.stdout.write("a".repeat(5000)); require("fs").writeSync(3, "b".repeat(5000))`, {
      extraOutputs: 1,
    });
    await new Promise<void>((resolve) => child.output.once("readable", resolve));
    expect(await textOf(child.output)).toBe("a".repeat(5000));
    expect(await textOf(child.extraOutput(0))).toBe("b".repeat(5000));
    expect(await child.ended).toEqual({ isSuccess: true });
  });

  it("says with a next step that a program is not there", async () => {
    const child = new Child({ program: "/nowhere/ffmpeg", args: [] });
    const { isSuccess, problem } = await child.ended;
    expect(isSuccess).toBe(false);
    expect(problem).toMatchObject({ code: "runtime-missing", hint: expect.stringContaining("Install FFmpeg") });
  });

  it("hands on no secrets, and keeps only the last of what a program says", async () => {
    process.env["UNDERSTUDY_TEST_SECRET"] = "s";
    try {
      const lines: string[] = [];
      const child = run(
        `for (let i = 0; i < 2000; i++) console.error("line " + i); process.stdout.write(Object.keys(process.env).join())`,
        { onMessage: (line: string) => lines.push(line) },
      );
      expect(await textOf(child.output)).not.toContain("UNDERSTUDY_TEST_SECRET");
      await child.ended;
      expect(lines).toHaveLength(2000);
      expect(child.messages.length).toBeLessThan(6500);
      expect(child.messages).toContain("line 1999");
    } finally {
      delete process.env["UNDERSTUDY_TEST_SECRET"];
    }
  });

  it("ends a program that would run for ever, at once and also twice", async () => {
    const child = run("setInterval(() => {}, 1000)", { takesInput: true });
    child.kill();
    child.kill();
    expect(await child.ended).toEqual({ isSuccess: false });
  });

  it("ends a program that does not get on", async () => {
    const child = run("setInterval(() => {}, 1000)");
    await expect(withPatience(child, new Promise(() => {}), 20)).rejects.toMatchObject({ code: "unreadable-media" });
    expect(await child.ended).toEqual({ isSuccess: false });
  });
});
