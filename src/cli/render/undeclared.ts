import type { RunView, StepView } from "../../runs/model.ts";
import { declaringLine, type Undeclared, undeclaredText } from "../../runs/undeclared.ts";
import type { Style } from "./style.ts";
import { wrap } from "./text.ts";

/** Which steps left files that nothing keeps, and the line of `config.yaml` that keeps them. */
export function renderUndeclared(
  { steps }: RunView,
  around: { readonly style: Style; readonly width: number },
): string[] {
  const { style } = around;
  return steps.flatMap((step) => {
    const left = leftBy(step);
    if (left === undefined) return [];
    const what = left.files === 1 ? "a file that it doesn't" : "files that it doesn't";
    const were = left.files === 1 ? "it wasn't kept" : "they weren't kept";
    const text = `${step.id} left ${what} declare, and ${were}: ${undeclaredText(left)}. To keep ${left.files === 1 ? "it" : "them"}, add the last line to the step in config.yaml:`;
    return [
      ...wrap(text, around.width - 2).map((line) => `  ${style.yellow(line)}`),
      `    - id: ${step.id}`,
      `      ${declaringLine(left)}`,
    ];
  });
}

/** Of the step's last success; of items, of the first that left something. */
function leftBy({ attempts }: StepView): Undeclared | undefined {
  const succeeded = attempts.filter(({ status }) => status === "succeeded");
  return succeeded.find(({ undeclared }) => undeclared !== undefined)?.undeclared;
}
