import { checkUrl, GuardedFetchError } from "@understudy/guarded-fetch";
import { UnderstudyError } from "@understudy/render";
import { briefFields, formerBriefFields, inputError } from "@understudy/understudy";

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

/** 1 to 200 characters that show, spaces included; no line breaks, controls or marks that turn the text around. */
const recordIdPattern = /^(?=.*\S)[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

/**
 * Who is told how the job ended: also of an order that is wrong elsewhere.
 * @returns undefined when there is no webhook, or no record that it could be about.
 */
export function readRecipient(input: unknown): BriefRecipient | undefined {
  const { [recordId]: id, [webhookUrl]: url } = membersOf(input);
  if (typeof id !== "string" || !recordIdPattern.test(id.trim())) return undefined;
  return typeof url === "string" && url.trim() !== "" ? { recordId: id.trim(), webhookUrl: url.trim() } : undefined;
}

/**
 * Reads the order. Members that the brief does not know are passed over. Messages name members, never what they hold.
 * @throws UnderstudyError `bad-job` with every wrong member; `download-refused` for an address that is none of the web's.
 */
export function readBriefOrder(input: unknown): BriefOrder {
  const { members, formerNames } = renamed(membersOf(input));
  const problems: string[] = [];
  const text = (name: string): string => {
    const value = members[name];
    const given = typeof value === "string" ? value.trim() : undefined;
    if (given === undefined && value !== undefined) problems.push(`${name} is no text`);
    else if (!given) problems.push(`${name} is missing`);
    return given ?? "";
  };
  const order = {
    recordId: text(recordId),
    sourceVideoUrl: text(sourceVideoUrl),
    avatarImageUrl: text(avatarImageUrl),
    formerNames,
  };
  if (order.recordId !== "" && !recordIdPattern.test(order.recordId)) {
    problems.push(`${recordId} has other than 1 to 200 printable characters`);
  }
  const given = members[webhookUrl] ?? "";
  if (typeof given !== "string") problems.push(`${webhookUrl} is no text`);
  const webhook = String(given).trim();
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
