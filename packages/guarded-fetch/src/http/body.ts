import { GuardedFetchError } from "#errors.js";
import { toFailure } from "./failure.js";
import type { Answer } from "./follow.js";

/**
 * The bytes of an answer as they were sent, at most `maxBytes` of them. The length that the server promises is checked
 * before the first byte is read, and the bytes are counted whatever it promised. Leaving early ends the connection.
 */
export async function* boundedBody(answer: Answer, maxBytes: number): AsyncGenerator<Buffer> {
  const { response, host, status } = answer;
  try {
    let left = maxBytes;
    if (Number(response.headers["content-length"] ?? 0) > left) throw tooLarge(answer);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      left -= chunk.byteLength;
      if (left < 0) throw tooLarge(answer);
      yield chunk;
    }
  } catch (error) {
    throw toFailure(error, host, status);
  } finally {
    response.destroy();
  }
}

/** An answer that holds more bytes than the call allows. */
export function tooLarge({ host, status }: Pick<Answer, "host" | "status">): GuardedFetchError {
  return new GuardedFetchError("too-large", `${host} sends more bytes than limits.maxBytes allows.`, { status });
}
