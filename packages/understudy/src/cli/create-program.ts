import { Command } from "commander";
import { addAccessCommand } from "./commands/access.js";
import { addAirtableCommand } from "./commands/airtable.js";
import { addAlignCommand } from "./commands/align.js";
import { addAnalyseCommand } from "./commands/analyse.js";
import { addAuditCommand } from "./commands/audit.js";
import { addCaptionsCommand } from "./commands/captions.js";
import { addConfigCommand } from "./commands/config.js";
import { addConsentCommand } from "./commands/consent.js";
import { addDbCommand } from "./commands/db.js";
import { addDemoCommand } from "./commands/demo.js";
import { addDoctorCommand } from "./commands/doctor.js";
import { addEndpointCommand } from "./commands/endpoint.js";
import { addEraseCommand } from "./commands/erase.js";
import { addKeysCommand } from "./commands/keys.js";
import { addMakeCommand } from "./commands/make.js";
import { addPreflightCommand } from "./commands/preflight.js";
import { addPrivacyCommand } from "./commands/privacy.js";
import { addRenderCommand } from "./commands/render.js";
import { addServeCommand } from "./commands/serve.js";
import { addVerifyCommand } from "./commands/verify.js";
import { addWorkerCommand } from "./commands/worker.js";
import type { CliContext } from "./context.js";
import { packageVersion } from "./package-version.js";

/**
 * The whole command line: one line a command. What only one of them needs (a database, a web server, the S3 client) is loaded
 * by its action: `startup.test.ts` says what every command pays for.
 */
export function createProgram(context: CliContext): Command {
  const program = new Command("understudy")
    .description(
      "Put your customer in your video: a product video and one photo of a person who agreed to it go in, the same video with that face in the segments you chose comes out.",
    )
    .version(packageVersion, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    // What follows `preflight` is that command's own.
    .enablePositionalOptions()
    .addHelpText("after", epilogue)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.io.stdout.write(text),
      // Usage errors are told once, by reportFailure; only a bare `understudy` prints its help here.
      writeErr: (text) => void (context.isJson || context.io.stderr.write(text)),
      outputError: () => undefined,
    });
  addRenderCommand(program, context);
  addAnalyseCommand(program, context);
  addAlignCommand(program, context);
  addCaptionsCommand(program, context);
  addDemoCommand(program, context);
  addVerifyCommand(program, context);
  addConsentCommand(program, context);
  addEraseCommand(program, context);
  addAuditCommand(program, context);
  addKeysCommand(program, context);
  addPrivacyCommand(program, context);
  addConfigCommand(program, context);
  addServeCommand(program, context);
  addAccessCommand(program, context);
  addAirtableCommand(program, context);
  addDbCommand(program, context);
  addDoctorCommand(program, context);
  addEndpointCommand(program, context);
  addWorkerCommand(program, context);
  addMakeCommand(program, context);
  addPreflightCommand(program, context);
  return program;
}

const epilogue = `
Start here:
  $ understudy demo --quick                        works as it is: two invented people, one finished video
  $ understudy render video.mp4 --face photo.jpg   your own; asks once for consent
  $ understudy verify video-understudy.mp4         what anybody can find out about the result

Exit status:
  0    done
  1    failed, or an input turned out bad when it was opened
  2    wrong usage; nothing was opened or written
  129  stopped: the terminal was closed
  130  stopped by Ctrl-C
  141  stopped: nobody reads the output any more
  143  stopped by SIGTERM

After a stop nothing is left behind. Every failure has a permanent code: docs/errors.md. UNDERSTUDY_DEBUG=1 adds
stack traces.`;
