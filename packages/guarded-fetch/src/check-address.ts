import { waitFor } from "#http/deadline.js";
import { tookTooLong, withGuards, type GuardOptions } from "#http/guards.js";
import { requestLimits } from "#limits.js";
import { checkUrl, hostOf, type GuardedUrl } from "#url.js";

/**
 * Says whether a URL may be asked, without asking: its text is one of the web's, and its name leads to permitted addresses
 * only. For refusing early; a later call looks again, because names move.
 * @throws GuardedFetchError `bad-url`, `address-refused`, `unresolved`, `too-slow`.
 */
export async function checkAddress(
  url: string,
  options: Pick<GuardOptions, "policy" | "resolve" | "signal" | "limits"> = {},
): Promise<GuardedUrl> {
  const checked = checkUrl(url);
  await withGuards(checked, options, requestLimits, ({ addressesOf, deadline, limits: { connectMs } }) =>
    waitFor(addressesOf(hostOf(checked)), connectMs, deadline.signal, () => tookTooLong(checked, connectMs)),
  );
  return checked;
}
