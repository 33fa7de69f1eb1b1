import { isScalar } from "yaml";

import type { Path, Problem } from "./problem.ts";
import type { RawConfig } from "./schema/schema.ts";
import { nodeAt } from "./yaml/positions.ts";
import type { YamlSource } from "./yaml/yaml-source.ts";

/**
 * Commands in YAML's folded form (`>`) whose continuation lines are indented: YAML keeps the ends
 * of such lines (https://yaml.org/spec/1.2.2/#813-folded-style), so that each of them is a command
 * by itself.
 */
export function foldedCommands(source: YamlSource, config: RawConfig): readonly Problem[] {
  return commandsOf(config).flatMap(({ path, command }): Problem[] => {
    if (command === undefined || !/\S[^\S\n]*\n[^\S\n]+\S/.test(command)) return [];
    const node = nodeAt(source, path);
    if (!isScalar(node) || node.type !== "BLOCK_FOLDED") return [];
    return [
      {
        code: "config/folded-command",
        severity: "warning",
        path,
        at: "key",
        message:
          'lines of a folded text (">") that are indented further than the first keep their ends: each is a command by itself',
        help: 'indent all lines alike, and they are one command; or write "|" with a backslash at the end of each line that continues',
      },
    ];
  });
}

interface Written {
  readonly path: Path;
  readonly command: string | undefined;
}

function commandsOf(config: RawConfig): readonly Written[] {
  const parts = [
    { at: [] as Path, part: config },
    ...Object.entries(config.environments ?? {}).map(([name, part]) => ({
      at: ["environments", name],
      part,
    })),
  ];
  return parts.flatMap(({ at, part }): Written[] => [
    ...(part.batch?.pipeline?.steps ?? []).map((step, index) => ({
      path: [...at, "batch", "pipeline", "steps", index, "command"],
      command: step.command,
    })),
    { path: [...at, "test", "command"], command: part.test?.command },
  ]);
}
