import type { VoiceEngine } from "@understudy/render";
import type { Config } from "#config/index.js";
import type { DurableRun } from "#jobs/job-engine.js";
import type { ResultLinks } from "#links/result-links.js";
import type { Database } from "#postgres/database.js";
import type { DataFolder } from "#records/data-folder.js";
import type { ServiceLog } from "#serve/service-log.js";
import type { Wiring } from "#wire.js";
import type { InputServices } from "./obtain-inputs.js";
import type { RenderList, RunToken } from "./render-list.js";
import type { ServiceRender } from "./service-render.js";

/** What renders of the service are made with. */
export interface MakeRenderServices extends Omit<InputServices, "maxInputBytes"> {
  readonly config: Config;
  readonly wiring: Wiring;
  /** Who speaks scripts; undefined: the voice that is built in. */
  readonly voice?: VoiceEngine;
  readonly database: Pick<Database, "pool">;
  readonly renders: RenderList;
  readonly links: ResultLinks;
  readonly log: ServiceLog;
  dataOf(ownerId: string): DataFolder;
  /** Holds a folder for each render in work. */
  readonly workFolder: string;
  now(): Date;
  /** How long a render that was stopped is given to tidy up; default 30,000 ms. */
  readonly unwindMs?: number;
}

/** A begun run of a render, and what it is made with. */
export interface Making {
  readonly render: ServiceRender;
  readonly token: RunToken;
  readonly run: DurableRun;
  readonly services: MakeRenderServices;
}
