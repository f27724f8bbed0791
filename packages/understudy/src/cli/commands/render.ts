import { Option, type Command } from "commander";
import { captionPresetNames, createInProcessRun } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { withRenderHost } from "#cli/render-host.js";
import { decideRender, type RenderFlags } from "#cli/decide-render.js";
import { planInWords, resultInWords, runRender, type RenderJob } from "#rendering/index.js";

/** `understudy render VIDEO --face PHOTO`. */
export function addRenderCommand(program: Command, context: CliContext): void {
  program
    .command("render")
    .summary("put a face into chosen segments of a video")
    .description(
      "Puts the face of a consenting person, or of several, into chosen segments of a video. Everything else, picture and sound, is copied untouched. A script may be spoken over the rest, and captioned word by word.",
    )
    .argument("<video>", "the product video")
    // Not commander's requiredOption: that one hides a misspelt option behind "--face is missing".
    .option(
      "--face <photo>",
      "photo of the person, needed; several times: more photos of them. WHO=PHOTO says who gets it, for several people",
      collect,
    )
    .option(
      "--person <who>",
      "who gets the face: largest (default), left, right, a number, or a photo of them",
      collect,
    )
    .option("-o, --out <file>", "finished video (default: VIDEO-understudy.mp4 in the working directory)")
    .option("--swap <ranges>", "segments to swap, in seconds (default: 0-5,15-20)")
    .option("--plan <file>", "the same as JSON; instead of --swap")
    .option("--engine <name>", "face engine: mesh (default), or onnx:MANIFEST for a swap model of your own")
    .option(
      "--stitch <mode>",
      "smart: encode only what changed; reencode: the whole picture track; uniform: so that untouched parts serve every face",
    )
    .option("--allow-missing-face", "leave frames without a face as they are, however many there are")
    .option(
      "--consent <record>",
      'consent file, or attested:"NAME" if you hold the person\'s permission and know that they are 18 or older',
      collect,
    )
    .option("--script <file>", "text to be spoken over the segments that are kept (plain text, English)")
    .option("--voice <sample>", "recording of the voice to speak it in: 3 to 15 s of one person; needs --voice-text")
    .option("--voice-text <file>", "what is said in the sample, word for word")
    .option(
      "--voice-engine <name>",
      "who speaks: flite (default, built in, nobody's voice), or endpoint:URL, a worker that clones the sample's",
    )
    .addOption(
      new Option(
        "--under-speech <how>",
        "the film's own sound under the script: turned down, or silent (default: duck)",
      ).choices(["duck", "mute"]),
    )
    .option("--allow-lip-mismatch", "also speak where the swapped face is seen, whose lips say something else")
    .addOption(
      new Option(
        "--captions <mode>",
        "burn: draw them into the picture; sidecar: as a track of the video; files lie beside it in both (default: off)",
      ).choices(["burn", "sidecar", "off"]),
    )
    .addOption(
      new Option("--caption-preset <name>", "how they look (default: by the picture's shape)").choices(
        captionPresetNames,
      ),
    )
    .option("--transcript <file>", "what is said in the film itself, to be captioned; instead of --script")
    .option("--template <folder>", "keep what is computed of the video here, so that the next photo costs less")
    .option("--label <how>", "visible label: on, start (also over the first 5 s) or delegated:REASON")
    .option("--report", "also write one HTML page: before and after, plan, metrics")
    .option("--dry-run", "say what would be done, write nothing")
    .option("--force", "replace files that exist already")
    .option("--json", "JSON Lines on standard output; the last line is the manifest")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action(async (video: string, flags: RenderFlags) => {
      const job = await decideRender(video, flags, context);
      await (flags.dryRun === true ? showPlan(job, context) : renderAndTell(job, context));
    });
}

async function renderAndTell(job: RenderJob, context: CliContext): Promise<void> {
  const manifest = await withRenderHost(context, (host) => runRender(job, host));
  const inWords = () => resultInWords(manifest, job.outputs, job.request.cast);
  context.io.stdout.write(context.isJson ? `${JSON.stringify(manifest)}\n` : inWords());
}

async function showPlan({ request, workers, mediaIo, voice }: RenderJob, context: CliContext): Promise<void> {
  const { io, isJson } = context;
  const prepared = await withRenderHost(context, ({ wiring, signal, onProgress }) =>
    wiring.prepareRender(request, createInProcessRun({ signal, onProgress }), {
      workers,
      mediaIo,
      ...(voice !== undefined && { voice }),
    }),
  );
  const { source, plan } = prepared;
  io.stdout.write(isJson ? `${JSON.stringify({ event: "plan", source, plan })}\n` : planInWords(prepared, request));
}

function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}

const epilogue = `
The default plan:
  Seconds 0 to 5 and 15 to 20 are swapped, the rest is kept; a shorter video clips it. A range is half-open:
  0-5 holds every frame shown from 0 s up to, not including, 5 s. As a file: {"swap":[{"startSeconds":0,"endSeconds":5}]}

Examples (with nothing at hand, try understudy demo):
  $ understudy render ad.mp4 --face jo.jpg
  $ understudy render ad.mp4 --face jo.jpg --swap 2.5-7,30-34 -o jo.mp4 --report
  $ understudy render ad.mp4 --face jo.jpg --consent attested:"Sam Lee" --json | tail -1 | jq .quality
  $ understudy render ad.mp4 --face jo.jpg --dry-run
  $ understudy render ad.mp4 --face jo.jpg --person right
  $ understudy render ad.mp4 --face jo.jpg --script script.txt --captions burn
  $ understudy render ad.mp4 --face left=anna.jpg --face right=ben.jpg --consent anna.json --consent ben.json

Several people:
  WHO in --face WHO=PHOTO and in --person is largest, left, right (as the viewer sees it), a number of the list that
  understudy analyse prints, or a photo of that person: --person REF.jpg, --face by:REF.jpg=PHOTO. Everybody whose face is
  put in needs a consent; a file speaks for whoever's photo it covers, attested:"NAME" for all without a record.

Speech and captions:
  The script is cut at its sentences, which flow through the kept segments, where the swapped face is not seen. A
  paragraph may begin with its time in seconds, [5] or [20-29.5]; then all of them have one. What is too long is spoken up to a
  third faster, or refused with the numbers: --dry-run tells before. The voice that is built in is nobody's, and the manifest
  says so; a sample sets its pitch. A worker that clones a voice needs a consent that covers it: understudy consent new --voice.
  Captions change colour word by word. burn encodes the frames again that they are drawn on; sidecar leaves the picture alone.

Where files go:
  OUT.mp4, OUT.manifest.json and, with --report, OUT.report.html lie together; with captions OUT.srt, OUT.vtt and OUT.ass, too.
  They appear when they are whole; after a failure or Ctrl-C nothing is left. Existing files are only replaced with --force.

What every finished video carries:
  A visible label over the swapped segments, an invisible watermark in all frames that were encoded again, and signed
  Content Credentials. understudy verify FILE reads them. Only the label can be handed to somebody else:
  --label delegated:"REASON" leaves it out and writes the reason into the manifest and the render's record.

Consent:
  No face is rendered without a record that the person agreed: --consent FILE, --consent attested:"NAME", or a
  record kept from an earlier render of the same photo. With your name you state that the person agreed and is 18 or
  older. On a terminal you are asked once, and it is remembered.

Exit status: 0 done, 1 failed or an input turned out bad, 2 wrong usage, 129, 130, 141 or 143 stopped by a signal.`;
