import { openDataFolder } from "@understudy/understudy";
import { expect, test } from "vitest";
import { withJobFolder } from "./workshop.js";

// Nobody can make a folder there, not even root.
test.skipIf(process.platform !== "linux")(
  "a data folder that takes no files is not named to whoever sent the job",
  async () => {
    const made = withJobFolder({ data: openDataFolder("/proc") }, async () => undefined);
    await expect(made).rejects.toMatchObject({
      code: "bad-config",
      message: "The worker's data folder takes no files.",
    });
  },
);
