import { parseUrl } from "@understudy/guarded-fetch/parse-url";
import { UnderstudyError } from "@understudy/render";
import { bucketVariables } from "@understudy/runpod/protocol";

/** A bucket, and the key that opens it. */
export interface BucketSettings {
  /** Origin of the service; the bucket is the first part of every path below it. */
  readonly endpointUrl: string;
  readonly bucket: string;
  /** Folders that end in `/`, or empty. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** How the service encrypts what is put; undefined: as the bucket is set up. */
  readonly encryption?: BucketEncryption;
}

/** Server-side encryption with the service's own keys, or with one of a key management service. */
export interface BucketEncryption {
  readonly algorithm: "AES256" | "aws:kms";
  /** Undefined: the account's default key. */
  readonly kmsKeyId?: string;
}

/** Environment variables of our own: `AES256` or `aws:kms`, and the key for the latter. */
export const encryptionVariables = { algorithm: "BUCKET_SSE", kmsKeyId: "BUCKET_SSE_KMS_KEY_ID" } as const;

/**
 * Reads the `BUCKET_*` variables; undefined when none is set. The bucket is `BUCKET_NAME`, or stands in the address: in AWS's
 * host name, or as the first part of the path. What follows it in the path begins every key. The SDK's helper names the
 * bucket by the month instead (runpod-python#275).
 * @throws UnderstudyError `bad-config` that names what is missing or wrong, and no value.
 */
export function readBucketSettings(env: Readonly<Record<string, string | undefined>>): BucketSettings | undefined {
  const { endpointUrl, accessKeyId, secretAccessKey, name } = bucketVariables;
  const value = (variable: string): string => env[variable]?.trim() ?? "";
  const needed = [endpointUrl, accessKeyId, secretAccessKey];
  const missing = needed.filter((variable) => value(variable) === "");
  if (missing.length === needed.length && value(name) === "") return undefined;
  if (missing.length > 0) throw badBucket(`the bucket is set in part; missing: ${missing.join(", ")}`);
  const address = readAddress(value(endpointUrl));
  const bucket = value(name) || address.bucket;
  if (bucket === undefined) {
    throw badBucket(`no bucket is named: set ${name}, or write it behind the host of ${endpointUrl}`);
  }
  if (!bucketPattern.test(bucket)) throw badBucket(`${name} is no bucket's name`);
  if (address.bucket !== undefined && address.bucket !== bucket) {
    throw badBucket(`${name} and ${endpointUrl} name two different buckets`);
  }
  return {
    endpointUrl: address.endpointUrl,
    bucket,
    prefix: address.prefix,
    region: address.region,
    accessKeyId: value(accessKeyId),
    secretAccessKey: value(secretAccessKey),
    ...readEncryption(value),
  };
}

function readEncryption(value: (variable: string) => string): Pick<BucketSettings, "encryption"> {
  const [algorithm, kmsKeyId] = [value(encryptionVariables.algorithm), value(encryptionVariables.kmsKeyId)];
  if (algorithm === "" && kmsKeyId === "") return {};
  if (algorithm !== "AES256" && algorithm !== "aws:kms") {
    throw badBucket(`${encryptionVariables.algorithm} is neither AES256 nor aws:kms`);
  }
  if (algorithm === "AES256" && kmsKeyId !== "") {
    throw badBucket(`${encryptionVariables.kmsKeyId} is for ${encryptionVariables.algorithm}=aws:kms`);
  }
  return { encryption: { algorithm, ...(kmsKeyId !== "" && { kmsKeyId }) } };
}

/** S3's rules for names, with the capitals and length that other services and older buckets have. */
const bucketPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;

/** `s3.eu-west-1.amazonaws.com`, with or without a bucket before it and a region in it. */
const awsHost = /^(?:(?<bucket>.+)\.)?s3[.-](?:dualstack\.)?(?:(?<region>[a-z0-9-]+)\.)?amazonaws\.com$/;

interface BucketAddress extends Pick<BucketSettings, "endpointUrl" | "prefix" | "region"> {
  readonly bucket: string | undefined;
}

function readAddress(text: string): BucketAddress {
  const url = parseUrl(text);
  const isPlain =
    url !== undefined && /^https?:$/.test(url.protocol) && url.search + url.username + url.password === "";
  if (!isPlain) {
    throw badBucket(`${bucketVariables.endpointUrl} is no http or https address without a query and a password`);
  }
  const parts = url.pathname.split("/").filter((part) => part !== "");
  if (parts.some((part) => !/^[A-Za-z0-9._-]+$/.test(part))) {
    throw badBucket(`${bucketVariables.endpointUrl} has a path with other characters than letters, digits, . _ and -`);
  }
  const aws = awsHost.exec(url.hostname)?.groups;
  const region = aws === undefined ? regionOf(url.hostname) : (aws["region"] ?? defaultRegion);
  const [bucket, ...folders] = aws?.["bucket"] === undefined ? parts : [aws["bucket"], ...parts];
  const isInHost = aws?.["bucket"] !== undefined;
  return {
    endpointUrl: isInHost ? `${url.protocol}//s3.${region}.amazonaws.com` : url.origin,
    bucket,
    prefix: folders.map((folder) => `${folder}/`).join(""),
    region,
  };
}

const defaultRegion = "us-east-1";

/** RunPod's volumes, DigitalOcean, Backblaze and others name the region in the host; most services take any. */
function regionOf(hostname: string): string {
  const runpod = /^s3api-([a-z0-9-]+)\.runpod\.io$/.exec(hostname)?.[1];
  if (runpod !== undefined) return runpod.toUpperCase();
  return (
    /^(?:.+\.)?s3\.([a-z0-9-]+)\.[a-z0-9-]+\.[a-z]+$/.exec(hostname)?.[1] ??
    /^([a-z0-9-]+)\.digitaloceanspaces\.com$/.exec(hostname)?.[1] ??
    defaultRegion
  );
}

function badBucket(problem: string): UnderstudyError {
  return new UnderstudyError("bad-config", `The bucket for results cannot be used: ${problem}.`, {
    hint: `Set ${Object.values(bucketVariables).join(", ")}, or none of them to keep results on this machine.`,
  });
}
