import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "vitest";

import type { Project } from "../../src/config/model.ts";
import { certificate } from "../rig/notify-servers.ts";
import { oneStep } from "./notifier-fixture.ts";

/** A card of Teams with this title. */
export const card = (title: string) => ({
  type: "message",
  attachments: [{ content: { type: "AdaptiveCard", fallbackText: title } }],
});

/** A project whose only step fails, which one webhook and a channel of Teams hear of. */
export const failing = (url: string, workflow: string): Partial<Project> => ({
  ...oneStep("python score.py 3"),
  notifications: {
    onSuccess: [],
    onFailure: [
      { kind: "webhook", url },
      { kind: "webhook", url: workflow, format: "teams" },
    ],
  },
});

/** What a webhook gets of its run. */
export const failureOf = (run: string) => ({
  schema: 1,
  kind: "run",
  outcome: "failure",
  run,
  diagnosis: "run/exit-code",
  text: expect.stringMatching(/^\*\[dev\] recsys failed at score_model\*\n/) as string,
});

/** Where the certificate of the webhooks' servers is. */
export function certificateFile(): string {
  const path = join(tmpdir(), `esteira-notifier-${process.pid}.pem`);
  writeFileSync(path, certificate);
  return path;
}
