import type { Failure } from "../../app/failure.ts";
import type { Style } from "./style.ts";
import { wrap } from "./text.ts";

/** `error: what happened`, then what it is about and what to do, under each other. */
export function renderFailure(
  failure: Pick<Failure, "message" | "help" | "resource">,
  around: { readonly style: Style; readonly width: number },
): string[] {
  const { style, width } = around;
  const [first = "", ...rest] = wrap(failure.message, Math.max(20, width - 7));
  const lines = [
    `${style.red(style.bold("error:"))} ${first}`,
    ...rest.map((line) => `       ${line}`),
  ];
  const { resource, help } = failure;
  if (resource !== undefined && !failure.message.includes(resource)) {
    lines.push(`       ${style.dim(resource)}`);
  }
  if (help !== undefined) {
    for (const line of wrap(help, Math.max(20, width - 7))) lines.push(`       ${style.dim(line)}`);
  }
  return lines;
}
