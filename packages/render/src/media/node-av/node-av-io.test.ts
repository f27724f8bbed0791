import { describeMediaIo } from "#media/testing/media-io-contract.js";
import { createNodeAvIo } from "./node-av-io.js";

describeMediaIo("node-av", createNodeAvIo);
