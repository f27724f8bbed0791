import { resolve } from "node:path";
import {
  manifestPathOf,
  parseEngineName,
  parseLabelWish,
  parsePlanFile,
  parseSwapRanges,
  UnderstudyError,
  type SwapRange,
} from "@understudy/render";
import { isVoiceEngine, loadConfig, type Config, type GivenValue } from "#config/index.js";
import { askForConsent, consentFileOf } from "#consent/index.js";
import { openDataFolder } from "#records/data-folder.js";
import { assertInputFile, assertOutputsFree, decideOutputs, readJsonFile } from "#paths/index.js";
import { decideJob, openConfiguredVoice, type RenderJob } from "#rendering/index.js";
import type { CliContext } from "./context.js";
import { decideSpeech, type SpeechFlags } from "./decide-speech.js";
import { parseCast } from "./parse-cast.js";
import { readTemplateFolder } from "./template-folder.js";
import { tidyUpFirst } from "./tidy-up-first.js";

/** The options of `render` as commander hands them over. */
export interface RenderFlags extends SpeechFlags {
  readonly face?: readonly string[];
  readonly person?: readonly string[];
  readonly out?: string;
  readonly swap?: string;
  readonly plan?: string;
  readonly engine?: string;
  readonly stitch?: string;
  readonly allowMissingFace?: boolean;
  readonly voiceEngine?: string;
  readonly underSpeech?: Config["voice"]["underSpeech"];
  readonly consent?: readonly string[];
  readonly label?: string;
  readonly template?: string;
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
  const cast = parseCast(flags.face ?? [], flags.person ?? [], io.cwd);
  const facePaths = cast.flatMap((member) => member.facePaths);
  const referencePaths = cast.flatMap(({ person }) => (person.kind === "photo" ? [person.path] : []));

  await assertInputFile(sourcePath, "video");
  for (const path of facePaths) await assertInputFile(path, "photo");
  for (const path of referencePaths) await assertInputFile(path, "photo of the person to replace");
  const modelManifest = manifestPathOf(config.engine);
  if (modelManifest !== undefined) await assertInputFile(modelManifest, "model manifest");
  const consentFiles = (flags.consent ?? []).map(consentFileOf).filter((path) => path !== undefined);
  const consentPaths = consentFiles.map((path) => resolve(io.cwd, path));
  for (const path of consentPaths) await assertInputFile(path, "consent file");
  const { speech, captions, inputPaths } = await decideSpeech(flags, config, io.cwd);
  const voice = speech === undefined ? undefined : await openConfiguredVoice(config, io.env);
  const outputs = decideOutputs({
    cwd: io.cwd,
    video,
    out: flags.out,
    report: flags.report === true,
    captions: captions !== undefined,
  });
  const templateFolder = await readTemplateFolder(flags.template, io.cwd);
  const isDryRun = flags.dryRun === true;
  const replace = flags.force === true;
  const optional = [absolute(flags.plan, io.cwd), configPath, modelManifest].filter((path) => path !== undefined);
  const inputs = [sourcePath, ...facePaths, ...referencePaths, ...consentPaths, ...inputPaths, ...optional];
  if (!isDryRun) await assertOutputsFree(outputs, inputs, replace);

  const data = openDataFolder(config.dataFolder);
  if (!isDryRun) await tidyUpFirst(data, config, context);
  const isSomebodyThere = io.isInputTerminal && io.stderr.isTerminal && !isJson;
  const ask = isSomebodyThere
    ? (photoCount: number, whose?: string) => askForConsent(io, photoCount, whose)
    : undefined;
  const prefersVoice = voice?.clones === true;
  const consent = { flags: flags.consent ?? [], mayRemember: !isDryRun, ask, prefersVoice };
  const allowMissingFace = flags.allowMissingFace === true;
  const wishes = {
    ...(templateFolder !== undefined && { templateFolder }),
    ...(speech !== undefined && { speech, ...(voice !== undefined && { voice }) }),
    ...(captions !== undefined && { captions }),
  };
  return decideJob(
    { config, data, sourcePath, cast, swapRanges, allowMissingFace, consent, outputs, replace, ...wishes },
    io,
  );
}

/** Flags that overrule a setting. Their values are refused here, where the message can name the flag. */
function givenFlags({ engine, stitch, label, voiceEngine, underSpeech }: RenderFlags): GivenValue[] {
  if (label !== undefined) parseLabelWish(label);
  if (engine !== undefined && parseEngineName(engine) === undefined) {
    throw new UnderstudyError("unsupported-engine", `There is no engine "${engine}" in this version.`);
  }
  if (stitch !== undefined && stitch !== "smart" && stitch !== "reencode" && stitch !== "uniform") {
    throw new UnderstudyError("bad-usage", `--stitch expects smart, reencode or uniform but received "${stitch}".`);
  }
  if (voiceEngine !== undefined && !isVoiceEngine(voiceEngine)) {
    // Not shown: an address may hold a password.
    throw new UnderstudyError("bad-usage", "--voice-engine expects flite or endpoint:URL.", {
      hint: "The URL is an http or https address without a name and password in it.",
    });
  }
  return [
    ...(engine === undefined ? [] : [{ path: "engine", value: engine, source: "--engine" }]),
    ...(stitch === undefined ? [] : [{ path: "stitch", value: stitch, source: "--stitch" }]),
    ...(label === undefined ? [] : [{ path: "label", value: label, source: "--label" }]),
    ...(voiceEngine === undefined ? [] : [{ path: "voice.engine", value: voiceEngine, source: "--voice-engine" }]),
    ...(underSpeech === undefined ? [] : [{ path: "voice.underSpeech", value: underSpeech, source: "--under-speech" }]),
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
