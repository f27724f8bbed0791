import { describe, expect, it } from "vitest";
import { madeUpSecrets, withMadeUpSecrets } from "#testing/made-up-secrets.js";
import { redact } from "./redact.js";
import { createRedactor } from "./redactor.js";

const values = Object.values(madeUpSecrets);

describe("redact", () => {
  it("tells kind, first characters, length and a fingerprint, never the value", () => {
    expect(redact(withMadeUpSecrets('key: "{{secret:aws-id}}" # old'))).toMatch(
      /^key: "<AWS access key id AKIA…, 20 characters, #[0-9a-f]{8}>" # old$/,
    );
  });

  it("gives the same credential the same fingerprint, and another one another", () => {
    const fingerprints = (text: string) => [...redact(withMadeUpSecrets(text)).matchAll(/#\w+/g)].map(String);
    const [first, second, third] = fingerprints("a={{secret:runpod}} b={{secret:runpod}} c={{secret:runpod-s3}}");
    expect(first).toBe(second);
    expect(first).not.toBe(third);
  });

  it("gives nothing of a short value away that would help to guess it", () => {
    const { password } = madeUpSecrets;
    expect(redact(`password: "${password}"`)).toBe('password: "<secret value, 16 characters>"');
  });

  it("keeps line numbers where a key spans lines", () => {
    const text = withMadeUpSecrets("first\n{{secret:pem}}\nlast");
    expect(redact(text).split("\n")).toHaveLength(text.split("\n").length);
    expect(redact(text)).not.toContain(madeUpSecrets.pem.split("\n")[1]);
  });

  it.each(["ENV MODEL_PATH=/models/wan", "RUN pip install runpod", "HF_TOKEN=$HF_TOKEN", ""])(
    "leaves %j alone",
    (line) => {
      expect(redact(line)).toBe(line);
    },
  );
});

describe("a redactor of a project", () => {
  const text = values.map((value) => `secret = "${value}"`).join("\n");
  const hide = createRedactor(new Map([["config.yaml", { text }]]));

  it("knows what is left of a value that somebody cut, from the file that holds it", () => {
    const sentence = `The word ${madeUpSecrets.airtable.slice(0, 14)}... is not closed.`;
    expect(hide(sentence)).toMatch(/^The word <Airtable token .{4}…, 82 characters, #\w+>\.\.\. is not closed\.$/);
    expect(createRedactor(new Map())(sentence)).toBe(sentence);
  });

  it("knows a value without a shape where nothing else tells of it", () => {
    expect(hide(`/srv/${madeUpSecrets.key}.json is absent.`)).toMatch(
      /^\/srv\/<secret value .{4}…, 32 characters, #\w+>\.json is absent\.$/,
    );
  });
});
