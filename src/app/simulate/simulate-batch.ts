import { isUtf8 } from "node:buffer";

import { openEvaluator } from "../../local/evaluator/pool.ts";
import { answerLine, answerUnreadable } from "../../states/batch.ts";

/**
 * Bytes of a line, at most: a definition may have 1 MiB, payloads 256 KiB each, and every one of
 * them six bytes a character.
 */
export const MAX_LINE_BYTES = 32 * 2 ** 20;

const LINE_FEED = 0x0a;

/**
 * Answers each line of a stream with a line, in order. A line is read when the one before has been
 * answered and the answer taken, so that neither side runs ahead of the other. Lines of white space
 * have no answer.
 *
 * @param write gives a line out, and is done when more may follow
 */
export async function answerLines(
  input: AsyncIterable<Uint8Array>,
  write: (line: string) => Promise<void>,
  limit = MAX_LINE_BYTES,
): Promise<void> {
  const evaluator = openEvaluator();
  try {
    for await (const line of linesOf(input, limit)) {
      if (line === "too-long") {
        await write(answerUnreadable(`The line is longer than ${limit} bytes.`));
      } else if (!isUtf8(line)) {
        await write(answerUnreadable("The line is not UTF-8."));
      } else if (!isBlank(line)) {
        // The decoder drops the byte order mark that some editors write.
        const text = new TextDecoder().decode(line);
        await write(await answerLine(text, { evaluator }));
      }
    }
  } finally {
    evaluator.close();
  }
}

async function* linesOf(
  input: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array | "too-long"> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const taken = (): Uint8Array | "too-long" => {
    const line = length > limit ? "too-long" : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [];
    length = 0;
    return line ?? new Uint8Array();
  };
  const keep = (part: Uint8Array): void => {
    length += part.length;
    if (length > limit) parts = [];
    else parts.push(part);
  };
  for await (const chunk of input) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end === -1) break;
      keep(chunk.subarray(start, end));
      yield taken();
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (length > 0) yield taken();
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
