import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import type { TestLine } from "../../platform/roles/tests.ts";
import { parseLogLine } from "./log-line.ts";

const lookEveryMs = 30;

/** Passes on a log's lines as they come, until the attempt has finished and all are passed on. */
export async function followFile<T>(
  path: string,
  finished: Promise<T>,
  listener: (line: TestLine) => void,
): Promise<T> {
  let offset = 0;
  let rest = Buffer.alloc(0);
  const readOn = async (): Promise<void> => {
    const file = await open(path, "r").catch(() => undefined);
    if (file === undefined) return;
    try {
      const chunk = Buffer.alloc(64 * 1024);
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, offset);
        if (bytesRead === 0) return;
        offset += bytesRead;
        rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
        for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
          listener(parseLogLine(rest.toString("utf8", 0, end)));
          rest = rest.subarray(end + 1);
        }
      }
    } finally {
      await file.close();
    }
  };
  for (;;) {
    const over = await Promise.race([finished.then(() => true), sleep(lookEveryMs, false)]);
    await readOn();
    if (!over) continue;
    if (rest.length > 0) listener(parseLogLine(rest.toString("utf8")));
    return finished;
  }
}
