import { spawn } from "node:child_process";

/**
 * Opens an address in the person's browser, by what the system has for that.
 *
 * @param without called where it has nothing
 */
export function openInBrowser(
  address: string,
  environment: Readonly<Record<string, string | undefined>>,
  without: () => void,
): void {
  const [program, ...before] = process.platform === "darwin" ? ["open"] : ["xdg-open"];
  if (program === undefined) return without();
  const child = spawn(program, [...before, address], {
    stdio: "ignore",
    detached: true,
    env: { ...environment },
  });
  child.once("error", without);
  child.once("exit", (code) => {
    if (code !== 0 && code !== null) without();
  });
  child.unref();
}
