import type { WatchFinding } from "../../runs/watch/facts.ts";
import type { Style } from "./style.ts";
import { wrap } from "./text.ts";
import { count } from "../../core/text.ts";

interface Around {
  readonly style: Style;
  readonly width: number;
}

/** A finding: what is wrong, and below it what to do. */
export function findingLines({ message, help }: WatchFinding, { style, width }: Around): string[] {
  const room = Math.max(20, width - 2);
  const [first = "", ...rest] = wrap(message, room);
  return [
    `${style.red("✗")} ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...wrap(help, room).map((line) => `  ${style.dim(line)}`),
  ];
}

/** A finding that is none any more. */
export function settledLine({ message }: WatchFinding, style: Style): string {
  return `${style.green("✓")} ${style.dim(`no longer: ${message}`)}`;
}

/** Whether promotions were deployed isn't known. */
export function unaskedLine(problem: string, style: Style): string {
  return style.yellow(`! models were not looked at: ${problem}`);
}

/** All that there is to report, and the sum. */
export function renderWatch(
  findings: readonly WatchFinding[],
  subject: { readonly environment: string; readonly fires: number; readonly open: number },
  around: Around,
): string[] {
  const { style } = around;
  const { environment, fires, open } = subject;
  const looked = `${count(fires, "fire")} of the last 24 hours, ${count(open, "run")} in progress`;
  if (findings.length === 0) {
    return [style.green(`✓ ${environment}: all is as it should be (${looked}).`)];
  }
  return [
    ...findings.flatMap((finding) => [...findingLines(finding, around), ""]),
    style.red(
      `✗ ${environment}: ${count(findings.length, "thing")} not as it should be (${looked}).`,
    ),
  ];
}
