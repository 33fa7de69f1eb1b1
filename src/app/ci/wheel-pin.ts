import { createHash } from "node:crypto";

import type { OwnWheel } from "./own-wheel.ts";
import { vendorFolder } from "./package-pin.ts";

/** What a Python house's CI installs, each with its hashes. */
export const requirementsFile = "requirements-esteira.txt";

/** A wheel's path in the workspace. */
export function vendoredWheel(wheel: { readonly name: string }): string {
  return `${vendorFolder}/${wheel.name}`;
}

/**
 * The requirements file for `pip install --require-hashes --no-deps`: the wheel and the Node that
 * runs it. https://pip.pypa.io/en/stable/topics/secure-installs/
 */
export function requirementsText(wheel: OwnWheel): string {
  return `# The Esteira that CI installs. Written by \`esteira init\`, which writes it anew for another version.
./${vendoredWheel(wheel)} \\
    --hash=${sha256Of(wheel.content)}
${wheel.node}`;
}

/** `sha256:…`, as pip reads it. */
export function sha256Of(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
