import { resolve } from "node:path";
import { parseLabelWish, parsePlanFile, parseSwapRanges, UnderstudyError, type SwapRange } from "@understudy/render";
import { loadConfig, type GivenValue } from "#config/index.js";
import { askForConsent, consentFileOf } from "#consent/index.js";
import { openDataFolder } from "#records/data-folder.js";
import { assertInputFile, assertOutputsFree, decideOutputs, readJsonFile } from "#paths/index.js";
import { decideJob, type RenderJob } from "#rendering/index.js";
import type { CliContext } from "./context.js";
import { tidyUpFirst } from "./tidy-up-first.js";

/** The options of `render` as commander hands them over. */
export interface RenderFlags {
  readonly face?: readonly string[];
  readonly out?: string;
  readonly swap?: string;
  readonly plan?: string;
  readonly engine?: string;
  readonly stitch?: string;
  readonly allowMissingFace?: boolean;
  readonly consent?: string;
  readonly label?: string;
  readonly report?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly config?: string;
}

/**
 * Turns a command line into a decided render. Cheap checks come first, the question for consent last: nobody is asked
 * about a render that cannot happen.
 * @throws UnderstudyError everything that is knowable before the media is opened.
 */
export async function decideRender(video: string, flags: RenderFlags, context: CliContext): Promise<RenderJob> {
  const { io, isJson } = context;
  const { config, file: configPath } = await loadConfig({
    cwd: io.cwd,
    env: io.env,
    configPath: flags.config,
    flags: givenFlags(flags),
  });
  parseLabelWish(config.label);
  const swapRanges = await readSwapRanges(flags, io.cwd);
  const sourcePath = resolve(io.cwd, video);
  const [firstFace, ...moreFaces] = (flags.face ?? []).map((photo) => resolve(io.cwd, photo));
  if (firstFace === undefined) throw new UnderstudyError("bad-usage", "A render needs a photo: --face PHOTO.");
  const facePaths = [firstFace, ...moreFaces] as const;

  await assertInputFile(sourcePath, "video");
  for (const path of facePaths) await assertInputFile(path, "photo");
  const consentPath = absolute(consentFileOf(flags.consent), io.cwd);
  if (consentPath !== undefined) await assertInputFile(consentPath, "consent file");
  const outputs = decideOutputs({ cwd: io.cwd, video, out: flags.out, report: flags.report === true });
  const isDryRun = flags.dryRun === true;
  const replace = flags.force === true;
  const optional = [absolute(flags.plan, io.cwd), consentPath, configPath];
  const inputs = [sourcePath, ...facePaths, ...optional.filter((path) => path !== undefined)];
  if (!isDryRun) await assertOutputsFree(outputs, inputs, replace);

  const data = openDataFolder(config.dataFolder);
  if (!isDryRun) await tidyUpFirst(data, config, context);
  const isSomebodyThere = io.isInputTerminal && io.stderr.isTerminal && !isJson;
  const ask = isSomebodyThere ? (photoCount: number) => askForConsent(io, photoCount) : undefined;
  const consent = { flag: flags.consent, mayRemember: !isDryRun, ask };
  const allowMissingFace = flags.allowMissingFace === true;
  return decideJob(
    { config, data, sourcePath, facePaths, swapRanges, allowMissingFace, consent, outputs, replace },
    io,
  );
}

/** Flags that overrule a setting. Their values are refused here, where the message can name the flag. */
function givenFlags({ engine, stitch, label }: RenderFlags): GivenValue[] {
  if (label !== undefined) parseLabelWish(label);
  if (engine !== undefined && engine !== "mesh") {
    throw new UnderstudyError("unsupported-engine", `There is no engine "${engine}" in this version.`);
  }
  if (stitch !== undefined && stitch !== "smart" && stitch !== "reencode") {
    throw new UnderstudyError("bad-usage", `--stitch expects smart or reencode but received "${stitch}".`);
  }
  return [
    ...(engine === undefined ? [] : [{ path: "engine", value: engine, source: "--engine" }]),
    ...(stitch === undefined ? [] : [{ path: "stitch", value: stitch, source: "--stitch" }]),
    ...(label === undefined ? [] : [{ path: "label", value: label, source: "--label" }]),
  ];
}

async function readSwapRanges({ swap, plan }: RenderFlags, cwd: string): Promise<SwapRange[] | undefined> {
  if (swap !== undefined && plan !== undefined) {
    throw new UnderstudyError("bad-usage", "--swap and --plan say the same thing twice.", {
      hint: "Give one of the two.",
    });
  }
  if (swap !== undefined) return parseSwapRanges(swap);
  if (plan === undefined) return undefined;
  return parsePlanFile(await readJsonFile(resolve(cwd, plan), { what: "plan", invalid: "bad-plan" }));
}

function absolute(path: string | undefined, cwd: string): string | undefined {
  return path === undefined ? undefined : resolve(cwd, path);
}
