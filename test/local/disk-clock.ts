import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until what is written is later than this moment. A schedule takes what came after it was
 * changed, and the clock of files is behind: by the kernel's tick, and by more on a busy machine.
 *
 * @param folder on the disk that counts; nothing stays in it
 */
export async function diskIsPast(folder: string): Promise<void> {
  const moment = Date.now();
  const probe = join(folder, `.probe-${process.pid}`);
  do {
    await sleep(1);
    writeFileSync(probe, "");
  } while (statSync(probe).ctimeMs <= moment);
  rmSync(probe);
}
