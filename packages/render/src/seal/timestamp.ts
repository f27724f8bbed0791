import { randomBytes } from "node:crypto";
import { fromBER, Integer, OctetString, type Sequence } from "asn1js";
import { AlgorithmIdentifier, MessageImprint, SignedData, TimeStampReq, TimeStampResp, TSTInfo } from "pkijs";
import { UnderstudyError } from "#model/errors.js";

const maxSeconds = 10;

/** Most bytes of an answer; tokens with their certificates have some 3000 to 8000. */
const maxAnswerBytes = 64_000;

const sha256 = "2.16.840.1.101.3.4.2.1";

/**
 * Asks a timestamp authority to vouch that a digest exists now (RFC 3161 over HTTP). Nothing but the digest is sent.
 * @param digest SHA-256, 32 bytes.
 * @returns DER of the token.
 * @throws UnderstudyError `timestamp-failed`; the signal's reason after a cancel.
 */
export async function fetchTimestamp(url: string, digest: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const nonce = randomBytes(8);
  // The first bit stands for the sign, and no leading zero may be dropped on the way.
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  const answer = await ask(url, queryOf(digest, nonce), signal);
  try {
    return tokenIn(answer, digest, nonce);
  } catch (cause) {
    if (cause instanceof UnderstudyError) throw cause;
    throw failed("sent what is no timestamp", cause);
  }
}

function queryOf(digest: Uint8Array, nonce: Uint8Array): ArrayBuffer {
  return new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256 }),
      hashedMessage: new OctetString({ valueHex: new Uint8Array(digest).buffer }),
    }),
    nonce: new Integer({ valueHex: new Uint8Array(nonce).buffer }),
    certReq: true,
  })
    .toSchema()
    .toBER();
}

async function ask(url: string, query: ArrayBuffer, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
      body: query,
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(maxSeconds * 1000)]),
    });
    if (!response.ok) throw failed(`answered with status ${response.status}`);
    const chunks: Uint8Array[] = [];
    let byteLength = 0;
    for await (const chunk of response.body ?? []) {
      byteLength += chunk.byteLength;
      if (byteLength > maxAnswerBytes) throw failed(`sent more than ${maxAnswerBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof UnderstudyError) throw thrown;
    const isLate = (thrown as Error).name === "TimeoutError";
    throw failed(
      isLate ? `did not answer within ${maxSeconds} s` : "could not be reached, or sent us elsewhere",
      thrown,
    );
  }
}

/** The token as it was sent: written anew it might no longer fit its signature. */
function tokenIn(answer: Uint8Array, digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  const { status, timeStampToken } = TimeStampResp.fromBER(new Uint8Array(answer));
  if (status.status > 1) throw failed(`refused (status ${status.status})`);
  const content = new SignedData({ schema: timeStampToken?.content }).encapContentInfo.eContent?.getValue();
  const info = TSTInfo.fromBER(content ?? new ArrayBuffer(0));
  const isOurs =
    Buffer.from(info.messageImprint.hashedMessage.getValue()).equals(digest) &&
    Buffer.from(info.nonce?.valueBlock.valueHexView ?? []).equals(nonce);
  if (!isOurs) throw failed("stamped something else");
  const { result } = fromBER(new Uint8Array(answer));
  const raw = (result as Sequence).valueBlock.value[1]?.valueBeforeDecodeView;
  if (raw === undefined) throw failed("sent no token");
  return new Uint8Array(raw);
}

function failed(what: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError("timestamp-failed", `The timestamp authority ${what}.`, { cause });
}
