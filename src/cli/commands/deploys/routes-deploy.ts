import { buildCommand } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "../flags.ts";
import { projectParameter } from "../parameters.ts";

export interface PlanFlags extends EnvironmentFlags {
  readonly prune?: boolean;
  readonly refresh?: boolean;
  readonly adopt?: boolean;
  readonly noBuild?: boolean;
  readonly withoutModelGate?: string;
}

export interface PlanOnlyFlags extends PlanFlags {
  readonly exitCode?: boolean;
  readonly out?: string;
}

const pruneFlag = {
  kind: "boolean",
  brief: "Remove projects whose folder is gone",
  optional: true,
  withNegated: false,
} as const;

const refreshFlag = {
  kind: "boolean",
  brief: "Compare every field, even where nothing seems to have changed",
  optional: true,
  withNegated: false,
} as const;

const adoptFlag = {
  kind: "boolean",
  brief: "Take over resources of the right names that nobody owns yet (AWS)",
  optional: true,
  withNegated: false,
} as const;

const noBuildFlag = {
  kind: "boolean",
  brief: "Build no image: take what is in the registry (AWS)",
  optional: true,
  withNegated: false,
} as const;

const withoutModelGateFlag = {
  kind: "parsed",
  parse: String,
  brief: "Go on whatever the model registry says; the reason is audited",
  placeholder: "reason",
  optional: true,
} as const;

const planFlags = {
  ...commonFlags,
  prune: pruneFlag,
  refresh: refreshFlag,
  adopt: adoptFlag,
  noBuild: noBuildFlag,
  withoutModelGate: withoutModelGateFlag,
} as const;

export const yesFlag = {
  kind: "boolean",
  brief: "Don't ask",
  optional: true,
  withNegated: false,
} as const;

export const plan = buildCommand<PlanOnlyFlags, readonly string[], CliContext>({
  loader: lazily(async () => (await import("./plan.ts")).plan),
  parameters: {
    flags: {
      ...planFlags,
      exitCode: {
        kind: "boolean",
        brief: "End with 1 where a deploy would change something",
        optional: true,
        withNegated: false,
      },
      out: {
        kind: "parsed",
        parse: String,
        brief: "Save the plan, for deploy --plan (AWS)",
        placeholder: "file",
        optional: true,
      },
    },
    aliases: envAlias,
    positional: { kind: "array", parameter: projectParameter },
  },
  docs: describe("Show what a deploy would change", {
    usage:
      "[PROJECT…] [-e ENV] [--prune] [--refresh] [--adopt] [--no-build] [--without-model-gate REASON] [--exit-code] [--out FILE] [--json]",
    more: "Reads only. + is created, ~ updated field by field, ± replaced, - removed, = stays as it is.",
    examples: [
      ["esteira plan", "every project"],
      ["esteira plan recsys -e dev", "one project in another environment"],
      ["esteira plan -e prd --out prd.plan", "to be read, and applied as it is"],
      ["esteira plan -e prd --refresh --exit-code", "has somebody changed something by hand?"],
    ],
  }),
});

export interface DeployFlags extends PlanFlags {
  readonly plan?: string;
  readonly yes?: boolean;
  readonly verbose?: boolean;
}

export const deploy = buildCommand<DeployFlags, readonly string[], CliContext>({
  loader: lazily(async () => (await import("./deploy.ts")).deploy),
  parameters: {
    flags: {
      ...planFlags,
      plan: {
        kind: "parsed",
        parse: String,
        brief: "Apply just the plan that plan --out saved (AWS)",
        placeholder: "file",
        optional: true,
      },
      yes: yesFlag,
      verbose: {
        kind: "boolean",
        brief: "Show everything that tools print (pip, docker build); else only when they fail",
        optional: true,
        withNegated: false,
      },
    },
    aliases: { ...envAlias, y: "yes" },
    positional: { kind: "array", parameter: projectParameter },
  },
  docs: describe("Make an environment what the files say", {
    usage:
      "[PROJECT…] [-e ENV] [--plan FILE] [--prune] [--refresh] [--adopt] [--no-build] [--without-model-gate REASON] [--yes] [--verbose] [--json]",
    more: "Shows the plan, then does it. A project that fails doesn't stop the others. Asks only before it removes something (--prune) or takes something over (--adopt).",
    examples: [
      ["esteira deploy", "every project"],
      ["esteira deploy recsys", "one project"],
      ["esteira deploy -e dev", "every project, on AWS"],
      ["esteira deploy --plan prd.plan", "what was planned and nothing else"],
    ],
  }),
});

export interface DestroyFlags extends EnvironmentFlags {
  readonly yes?: boolean;
  readonly logs?: boolean;
  readonly images?: boolean;
  readonly bucket?: string;
}

export const destroy = buildCommand<DestroyFlags, readonly string[], CliContext>({
  loader: lazily(async () => (await import("./destroy.ts")).destroy),
  parameters: {
    flags: {
      ...commonFlags,
      yes: yesFlag,
      logs: {
        kind: "boolean",
        brief: "AWS: their logs too",
        optional: true,
        withNegated: false,
      },
      images: {
        kind: "boolean",
        brief: "AWS: their images in the registry too",
        optional: true,
        withNegated: false,
      },
      bucket: {
        kind: "parsed",
        parse: String,
        brief:
          "AWS: after everything else the environment's bucket of this name, with artifacts, releases, ledger and audit trail",
        optional: true,
        placeholder: "NAME",
      },
    },
    aliases: { ...envAlias, y: "yes" },
    positional: { kind: "array", parameter: projectParameter },
  },
  docs: describe("Remove what deploys made for projects", {
    usage: "[PROJECT…] [-e ENV] [--logs] [--images] [--bucket NAME] [--yes] [--json]",
    more: "Shows what goes and asks first. Without names: every deployed project. The history of runs and their artifacts stay, on AWS also logs, images and the bucket, unless told.",
    examples: [
      ["esteira destroy recsys"],
      ["esteira destroy --yes", "all of them, without asking"],
      [
        "esteira destroy recsys -e dev --logs --images",
        "all that is left of it on AWS, but for artifacts",
      ],
    ],
  }),
});
