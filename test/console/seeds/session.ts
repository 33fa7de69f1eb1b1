import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { zone } from "./projects.ts";

/** Who looks, at a workspace of three environments. */
export function seedSession({
  readOnly = false,
}: {
  readonly readOnly?: boolean;
}): ConsoleDocument<"session"> {
  const aws = { platform: "aws", region: "sa-east-1", rollbacks: true, models: true } as const;
  return {
    schema: 1,
    workspace: "mobility",
    version: "0.1.0",
    actor: "ana@mobility",
    person: null,
    changes: !readOnly,
    readOnlyBecause: readOnly
      ? "This console was started with --read-only: start it without to change something"
      : null,
    language: "en",
    zone,
    csrf: "seeded",
    defaultEnvironment: "prd",
    environments: [
      { name: "prd", account: "123456789012", ...aws },
      { name: "dev", account: "210987654321", ...aws },
      {
        name: "local",
        platform: "local",
        region: null,
        account: null,
        rollbacks: false,
        models: false,
      },
    ],
  };
}
