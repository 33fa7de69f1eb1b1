import type { CommandDefinition } from "./definition.ts";
import { usageLine } from "./usage.ts";

/**
 * A command's help: its line in the list, its usage, more words, and examples with a remark each.
 */
export function describe(definition: CommandDefinition): {
  readonly brief: string;
  readonly fullDescription: string;
  readonly customUsage: readonly string[];
} {
  const { brief, more } = definition;
  const width = Math.max(...definition.examples.map(([command]) => command.length));
  const examples = definition.examples.map(([command, remark]) =>
    remark === undefined ? `  ${command}` : `  ${command.padEnd(width)}   ${remark}`,
  );
  const sentences = [`${brief}.`, ...(more === undefined ? [] : [more])];
  return {
    brief,
    customUsage: [usageLine(definition)],
    fullDescription: [
      ...sentences.flatMap((text) => fold(text, 96)),
      "",
      "EXAMPLES",
      ...examples,
    ].join("\n"),
  };
}

function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
