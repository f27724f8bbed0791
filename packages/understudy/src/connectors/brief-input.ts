import { checkUrl, GuardedFetchError } from "@understudy/guarded-fetch";
import { UnderstudyError } from "@understudy/render";
import { inputError } from "#downloads/index.js";
import { briefFields, formerBriefFields } from "./brief-spellings.js";

/** The brief's job, checked. */
export interface BriefOrder {
  readonly recordId: string;
  readonly sourceVideoUrl: string;
  readonly avatarImageUrl: string;
  /** Absent: nobody is told. */
  readonly webhookUrl?: string;
  /** Older spellings that it used. */
  readonly formerNames: readonly string[];
}

/** Who waits for a job's end. */
export interface BriefRecipient {
  readonly recordId: string;
  readonly webhookUrl: string;
}

type Members = Readonly<Record<string, unknown>>;

const { recordId, sourceVideoUrl, avatarImageUrl, webhookUrl } = briefFields;

/** What a text must look like, and that in words. */
interface TextRule {
  readonly pattern: RegExp;
  readonly words: string;
}

/**
 * Spaces included; no line breaks, controls or marks that turn the text around. Characters that only join others are part of emoji
 * and of Persian words.
 */
const recordIdRule: TextRule = {
  pattern: /^(?=.*\S)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]{1,200}$/u,
  words: "1 to 200 printable characters",
};

/** What a database keeps as text: no controls, no half of a surrogate pair. */
const addressRule: TextRule = { pattern: /^[^\p{Cc}\p{Cs}]{1,8192}$/u, words: "1 to 8192 characters without controls" };

/**
 * Who is told how the job ended: also of an order that is wrong elsewhere.
 * @returns undefined when there is no webhook, or no record that it could be about.
 */
export function readRecipient(input: unknown): BriefRecipient | undefined {
  const { [recordId]: id, [webhookUrl]: url } = membersOf(input);
  if (typeof id !== "string" || !recordIdRule.pattern.test(id.trim())) return undefined;
  return typeof url === "string" && url.trim() !== "" ? { recordId: id.trim(), webhookUrl: url.trim() } : undefined;
}

/**
 * Reads the order. Members that the brief does not know are passed over. Messages name members, never what they hold.
 * @throws UnderstudyError `bad-job` with every wrong member; `download-refused` for an address that is none of the web's.
 */
export function readBriefOrder(input: unknown): BriefOrder {
  const { members, formerNames } = renamed(membersOf(input));
  const problems: string[] = [];
  const text = (name: string, { pattern, words }: TextRule, isNeeded = true): string => {
    const value = isNeeded ? members[name] : (members[name] ?? undefined);
    const given = typeof value === "string" ? value.trim() : undefined;
    if (given === undefined && value !== undefined) problems.push(`${name} is no text`);
    else if (!given && isNeeded) problems.push(`${name} is missing`);
    else if (given && !pattern.test(given)) problems.push(`${name} has other than ${words}`);
    return given ?? "";
  };
  const order = {
    recordId: text(recordId, recordIdRule),
    sourceVideoUrl: text(sourceVideoUrl, addressRule),
    avatarImageUrl: text(avatarImageUrl, addressRule),
    formerNames,
  };
  const webhook = text(webhookUrl, addressRule, false);
  if (problems.length > 0) throw new UnderstudyError("bad-job", `The job cannot be done: ${problems.join("; ")}.`);
  assertWebAddress(sourceVideoUrl, order.sourceVideoUrl);
  assertWebAddress(avatarImageUrl, order.avatarImageUrl);
  if (webhook === "") return order;
  assertWebAddress(webhookUrl, webhook);
  return { ...order, webhookUrl: webhook };
}

function membersOf(input: unknown): Members {
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  return isObject ? (input as Members) : {};
}

/** Members under the names of today; a new name wins over its old one. */
function renamed(given: Members): { readonly members: Members; readonly formerNames: readonly string[] } {
  const formerNames = Object.keys(formerBriefFields).filter((name) => given[name] !== undefined);
  const former = Object.entries(formerBriefFields).map(([old, name]) => [name, given[old]] as const);
  const known = former.filter(([, value]) => value !== undefined);
  return { members: { ...Object.fromEntries(known), ...given }, formerNames };
}

/** What the text alone shows; where the name leads is seen when it is fetched. */
function assertWebAddress(field: string, url: string): void {
  try {
    checkUrl(url);
  } catch (thrown) {
    throw thrown instanceof GuardedFetchError ? inputError(field, thrown) : thrown;
  }
}
