import { z } from "zod";
import { defaultConfig } from "#model/config.js";

const names = z.array(z.string().min(1));
const positive = z.number().positive();

/** What `preflight.config` may hold: every setting is optional, unknown ones are refused. */
export const configSchema = z.strictObject({
  profile: z.enum(["build", "deploy"]).default(defaultConfig.profile),
  target: z.enum(["serverless", "pod", "load-balancer"]).optional(),
  builder: z.enum(["local", "git-platform", "buildah", "kaniko"]).default(defaultConfig.builder),
  mounts: z.array(z.string().regex(/^\//, "an absolute path")).optional(),
  gpuPools: names.default([]),
  vramGiB: positive.optional(),
  containerDiskGB: positive.optional(),
  maxImageGB: positive.optional(),
  executionTimeoutSeconds: positive.optional(),
  isCommercial: z.boolean().optional(),
  payloads: z.array(z.strictObject({ name: z.string().min(1), fields: names })).default([]),
  endpointEnvironment: names.default([]),
  testFolders: names.default([...defaultConfig.testFolders]),
  rules: z
    .record(z.string().regex(/^US\d{3,4}$/, "a rule id such as US308"), z.enum(["error", "warning", "note", "off"]))
    .default({}),
  minConfidence: z.enum(["certain", "likely", "possible"]).default(defaultConfig.minConfidence),
});
