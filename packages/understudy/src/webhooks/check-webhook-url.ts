import { checkAddress, GuardedFetchError, type AddressPolicy, type ResolveName } from "@understudy/guarded-fetch";
import { UnderstudyError } from "@understudy/render";

/** Where webhooks may lead. */
export interface WebhookUrlRules {
  readonly policy: AddressPolicy;
  /** Default: the system's resolver. */
  readonly resolve?: ResolveName;
}

const limits = { connectMs: 3_000, totalMs: 3_000 };

/**
 * Looks at the text of a URL and at the addresses behind its name. Plain http is for private addresses that the policy names; what
 * goes through other people's networks is encrypted. Each delivery looks again, because names move.
 * @returns the URL in normal form.
 * @throws UnderstudyError `webhook-refused`; its message names the host at most.
 */
export async function checkWebhookUrl(url: string, rules: WebhookUrlRules): Promise<string> {
  try {
    const checked = await checkAddress(url, { ...rules, limits });
    if (checked.startsWith("http:") && (await isPublic(checked, rules))) {
      throw new UnderstudyError("webhook-refused", "A webhook to a public address needs https.");
    }
    return checked;
  } catch (thrown) {
    if (!(thrown instanceof GuardedFetchError)) throw thrown;
    throw new UnderstudyError("webhook-refused", thrown.message, { cause: thrown });
  }
}

async function isPublic(url: string, { resolve }: WebhookUrlRules): Promise<boolean> {
  try {
    await checkAddress(url, { limits, ...(resolve !== undefined && { resolve }) });
    return true;
  } catch (thrown) {
    if (thrown instanceof GuardedFetchError && thrown.code === "address-refused") return false;
    throw thrown;
  }
}
