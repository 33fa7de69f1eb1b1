import { spawn } from "node:child_process";

import { findProgram } from "../../platform/find-program.ts";

/**
 * Opens a folder or an address with what the desktop has for it.
 *
 * @returns false where there is no desktop, as on a server
 */
export async function openPlace(
  environment: Readonly<Record<string, string | undefined>>,
  place: string,
): Promise<boolean> {
  const program = findProgram(process.platform === "darwin" ? "open" : "xdg-open", environment);
  const desktop =
    process.platform === "darwin" ||
    Boolean(environment["DISPLAY"]) ||
    Boolean(environment["WAYLAND_DISPLAY"]);
  if (program === undefined || !desktop) return false;
  const child = spawn(program, [place], { stdio: "ignore", detached: true });
  return new Promise((resolve) => {
    child.once("error", () => {
      resolve(false);
    });
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
