import { UnderstudyError } from "@understudy/render";

/** The options of `consent new` as commander hands them over. */
export interface NewConsentFlags {
  readonly photo?: readonly string[];
  readonly subject?: string;
  readonly operator?: string;
  readonly method: string;
  readonly evidence?: string;
  readonly recording?: string;
  readonly challenge?: string;
  readonly use?: string;
  readonly channels?: string;
  readonly voice?: boolean;
  readonly statement?: string;
  readonly language?: string;
  readonly expires?: string;
  readonly adult?: boolean;
  readonly show?: boolean;
}

/** The methods that `consent new` knows. */
export type NewConsentMethod = "attested" | "e-signature" | "recorded-passcode";

/**
 * The method, and that what it needs is there. What the flags alone show is refused before a file is opened.
 * @throws UnderstudyError `bad-usage`, `age-unconfirmed`.
 */
export function methodOf({ method, evidence, recording, challenge, adult, show }: NewConsentFlags): NewConsentMethod {
  if (method !== "attested" && method !== "e-signature" && method !== "recorded-passcode") {
    throw new UnderstudyError(
      "bad-usage",
      `--method expects attested, e-signature or recorded-passcode but received "${method}".`,
    );
  }
  const isSpoken = method === "recorded-passcode";
  if ((recording !== undefined || challenge !== undefined) && !isSpoken) {
    throw new UnderstudyError("bad-usage", "--recording and --challenge belong to --method recorded-passcode.");
  }
  if ((recording === undefined) !== (challenge === undefined)) {
    throw new UnderstudyError("bad-usage", "--recording and --challenge need each other.", {
      hint: "Without both of them the command gives a passcode; record it, then give both.",
    });
  }
  if (method === "e-signature" && show !== true && evidence === undefined) {
    throw new UnderstudyError("bad-usage", "e-signature needs the signed document: --evidence FILE.");
  }
  if (isSpoken && evidence !== undefined) {
    throw new UnderstudyError(
      "bad-usage",
      "--evidence does not go with recorded-passcode: the recording is the evidence.",
    );
  }
  if (adult !== true && challenge === undefined) {
    throw new UnderstudyError("age-unconfirmed", "Nobody confirmed that the person is 18 or older.", {
      hint: "Pass --adult if you know that they are; nobody younger may be shown.",
    });
  }
  return method;
}

/** What a record cannot do without. @throws UnderstudyError `bad-usage` that names the option. */
export function needed(value: string | undefined, option: string, what: string): string {
  if (value !== undefined && value.trim() !== "") return value;
  throw new UnderstudyError("bad-usage", `A consent record says ${what}: ${option}.`);
}

/** The parts of a list with commas between. */
export function listOf(text: string | undefined): string[] {
  return (text ?? "").split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}
