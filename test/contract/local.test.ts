import { makeWorkspace, openPlatform } from "../local/fixture.ts";
import { localRelease } from "./local-release.ts";
import { platformContract } from "./platform.ts";

platformContract(
  "local",
  async () => {
    const workspace = makeWorkspace();
    const platform = await openPlatform(workspace.root);
    return {
      platform,
      another: () => openPlatform(workspace.root),
      release: (wanted) => localRelease(workspace.root, wanted),
      close: async () => {
        await platform.close();
        workspace[Symbol.dispose]();
      },
    };
  },
  {
    kind: "local",
    roles: [
      "artifacts",
      "attemptLogs",
      "driver",
      "fleet",
      "outbox",
      "pools",
      "scheduler",
      "secrets",
      "tests",
      "trials",
      "heldSteps",
      "workingCopy",
    ],
    earlierRelease: "goes on",
  },
);
