import { describe, expect, it } from "vitest";
import { readConnectFlags, type ConnectFlags } from "./connect-flags.js";

const now = new Date("2027-01-01T00:00:00.000Z");
const standing = { operator: "", statement: "", use: "", expiresAt: "", ageConfirmed: false };

const read = (flags: ConnectFlags = {}, allowAttested = true) =>
  readConnectFlags("app00000000000001", " Videos 🎬 ", flags, { now, policy: { allowAttested, standing } });

const whole = {
  attestedBy: " Ada ",
  statement: "Everybody agreed.",
  use: "Greetings",
  until: "2027-06-30",
  ageConfirmed: true,
} as const;

it("a base and a table are enough", () => {
  expect(read()).toEqual({
    baseId: "app00000000000001",
    table: "Videos 🎬",
    columns: {},
    consent: { kind: "on-record" },
    tokenVariable: "AIRTABLE_TOKEN",
    createsMissing: false,
  });
});

it("an address that was copied from the browser names the base, and the table when nothing else does", () => {
  const address = "https://airtable.com/appA1b2C3d4E5f6G7/tblA1b2C3d4E5f6G7/viwA1b2C3d4E5f6G7";
  const readPlace = (base: string, table?: string) => {
    const { baseId, table: named } = readConnectFlags(
      base,
      table,
      {},
      { now, policy: { allowAttested: true, standing } },
    );
    return [baseId, named];
  };
  expect(readPlace(address)).toEqual(["appA1b2C3d4E5f6G7", "tblA1b2C3d4E5f6G7"]);
  expect(readPlace("appA1b2C3d4E5f6G7", address)).toEqual(["appA1b2C3d4E5f6G7", "tblA1b2C3d4E5f6G7"]);
  expect(readPlace(address, "Videos")).toEqual(["appA1b2C3d4E5f6G7", "Videos"]);
  expect(() => readPlace("appA1b2C3d4E5f6G7")).toThrow("TABLE expects");
  expect(() => readPlace("https://airtable.com/appA1b2C3d4E5f6G7")).toThrow("TABLE expects");
  expect(() => readPlace("app00000000000001", address)).toThrow("addresses of two bases");
});

it("columns are named by their roles; a name may hold anything", () => {
  const column = ["status=סטטוס = 🎬", "error= A\nB ", "status=State"];
  expect(read({ column, consentColumn: "OK?" }).columns).toEqual({ status: "State", error: "A\nB", consent: "OK?" });
});

describe("consent", () => {
  it("is the row's own, with somebody's word for ticks, or one attestation, or on record", () => {
    expect(read({ consentColumn: "OK" }).consent).toEqual({ kind: "column" });
    expect(read({ consentColumn: "OK", attestedBy: "Ada" }).consent).toEqual({ kind: "column", operator: "Ada" });
    expect(read(whole).consent).toEqual({
      kind: "standing",
      attestation: {
        operator: "Ada",
        statement: "Everybody agreed.",
        use: "Greetings",
        expiresAt: "2027-06-30T00:00:00.000Z",
      },
    });
  });

  it("by somebody's word is refused where the policy counts none", () => {
    const refused = expect.objectContaining({ code: "attestation-not-allowed" });
    expect(() => read(whole, false)).toThrow(refused);
    expect(() => read({ consentColumn: "OK", attestedBy: "Ada" }, false)).toThrow(refused);
    expect(read({ consentColumn: "OK" }, false).consent).toEqual({ kind: "column" });
  });
});

it.each([
  [{ column: ["status"] }, "--column expects ROLE=NAME; roles: source, face, status, output,"],
  [{ column: ["Status=State"] }, "--column expects ROLE=NAME"],
  [{ column: ["consent=OK"] }, "--column expects ROLE=NAME"],
  [{ column: ["status= "] }, "--column expects ROLE=NAME"],
  [{ consentColumn: "" }, "--consent-column expects"],
  [{ attestedBy: "Ada", use: "A" }, "missing: --statement, --until, --age-confirmed."],
  [{ ...whole, ageConfirmed: false }, "missing: --age-confirmed."],
  [{ ...whole, statement: " " }, "--statement expects 1 to 4000 characters."],
  [{ ...whole, until: "2026-12-31" }, "--until expects a day to come"],
  [{ ...whole, until: "next year" }, "--until expects a day to come"],
  [{ ...whole, consentColumn: "OK" }, "do not go with --consent-column"],
] satisfies [ConnectFlags, string][])("%j is wrong usage", (flags, message) => {
  expect(() => read(flags)).toThrow(
    expect.objectContaining({ code: "bad-usage", message: expect.stringContaining(message) }),
  );
});

it("a token in the place of a name is not told", () => {
  const secret = "patA1b2C3d4E5f6G7.0123456789abcdef";
  const thrown = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return String(error);
    }
    return "nothing was thrown";
  };
  const policy = { allowAttested: true, standing };
  const texts = [
    thrown(() => read({ tokenVariable: secret })),
    thrown(() => readConnectFlags(secret, "Videos", {}, { now, policy })),
  ];
  expect(texts).toEqual([
    expect.stringContaining("--token-variable expects the name"),
    expect.stringContaining("BASE expects the id"),
  ]);
  expect(texts.join()).not.toContain(secret);
});
