/** A command's help: its line in the list, more words, and examples with a remark each. */
export function describe(
  brief: string,
  help: {
    /** What follows the command's name on the usage line. */
    readonly usage: string;
    readonly more?: string;
    readonly examples: readonly (readonly [command: string, remark?: string])[];
  },
): {
  readonly brief: string;
  readonly fullDescription: string;
  readonly customUsage: readonly string[];
} {
  const width = Math.max(...help.examples.map(([command]) => command.length));
  const examples = help.examples.map(([command, remark]) =>
    remark === undefined ? `  ${command}` : `  ${command.padEnd(width)}   ${remark}`,
  );
  const sentences = [`${brief}.`, ...(help.more === undefined ? [] : [help.more])];
  return {
    brief,
    customUsage: [help.usage],
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
