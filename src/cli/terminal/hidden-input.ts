import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

import { cleanText } from "../../core/clean-text.ts";

/**
 * Reads something that must not be seen. On a terminal: one line, which isn't shown while it is
 * typed; the question is on stderr. Elsewhere: all that comes in.
 *
 * @returns undefined when the terminal's input ended, or Ctrl-C was typed
 */
export async function readHidden(
  input: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<Uint8Array | undefined> {
  if (!input.isTTY) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of input) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  }
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  // As a terminal, so that it reads key by key and the system shows none of them.
  const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const ended = new Promise<undefined>((resolve) => {
    reader.once("close", () => resolve(undefined));
  });
  try {
    // Only now: what is typed before the question is shown would be seen.
    output.write(cleanText(question));
    const line = await Promise.race([reader.question(""), ended]);
    return line === undefined ? undefined : Buffer.from(line);
  } finally {
    reader.close();
    output.write("\n");
  }
}
