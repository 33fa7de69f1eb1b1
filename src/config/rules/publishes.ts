import { filePathOf } from "../publishes.ts";
import type { Problem } from "../problem.ts";
import type { EnvironmentContext, ProjectContext } from "./rule.ts";

/** Each place is named once: it has one age. */
export function publishesDiffer({ config }: ProjectContext): Problem[] {
  const seen = new Set<string>();
  return (config.publishes ?? []).flatMap(({ uri }, position): Problem[] => {
    if (!seen.has(uri)) {
      seen.add(uri);
      return [];
    }
    return [
      {
        code: "config/publishes-twice",
        path: ["publishes", position, "uri"],
        message: `${uri} is among publishes twice`,
        help: "leave the entry with the shorter `fresh_within`",
      },
    ];
  });
}

/** Files of a machine are seen by that machine only. */
export function publishesAreSeen({ config, environment }: EnvironmentContext): Problem[] {
  if (environment.platform !== "aws") return [];
  return (config.publishes ?? []).flatMap(({ uri }, position): Problem[] =>
    filePathOf(uri) === undefined
      ? []
      : [
          {
            code: "config/publishes-file",
            path: ["publishes", position, "uri"],
            message: `${environment.name} runs on AWS, where nobody sees ${uri}`,
            help: `name a place in S3, or put this one under environments.local.publishes`,
          },
        ],
  );
}
