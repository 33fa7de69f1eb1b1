import { rolesOfKind } from "../../src/platform/roles/roles.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { diskIsPast } from "../local/disk-clock.ts";
import { makeWorkspace, openPlatform } from "../local/fixture.ts";
import { localRelease } from "./local-release.ts";
import { platformContract } from "./platform.ts";

const upOptions = {
  policy: { missed: "skip", withinMs: 0 },
  maxRuns: 10,
  duties: [],
  listener: () => undefined,
  drainMs: 0,
} as const;

platformContract(
  "local",
  async () => {
    const workspace = makeWorkspace();
    const platform = await openPlatform(workspace.root);
    const ending = new AbortController();
    let up: Promise<unknown> | undefined;
    const driveSchedules = (): void => {
      up ??= platform.scheduler.up({ ...upOptions, signal: ending.signal });
    };
    return {
      platform,
      driveSchedules,
      another: () => openPlatform(workspace.root),
      release: (wanted) => localRelease(workspace.root, wanted),
      data: {
        source: "in/*.csv",
        uri: (name) => pathToFileURL(join(workspace.root, "in", name)).href,
        async arrives(name) {
          driveSchedules();
          mkdirSync(join(workspace.root, "in"), { recursive: true });
          await diskIsPast(workspace.root);
          writeFileSync(join(workspace.root, "in", name), name);
          await diskIsPast(workspace.root); // what changes the schedule next comes later
        },
      },
      close: async () => {
        ending.abort();
        await up;
        await platform.close();
        workspace[Symbol.dispose]();
      },
    };
  },
  {
    kind: "local",
    roles: rolesOfKind.local,
    earlierRelease: "continues",
  },
);
