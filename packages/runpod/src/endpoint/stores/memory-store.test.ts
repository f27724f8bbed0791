import { describeJobStore } from "#testing/job-store-contract.js";
import { createMemoryStore } from "./memory-store.js";

describeJobStore("the memory store", async () => createMemoryStore());
