import { minute } from "./projects.ts";
import type { RunDocument } from "./runs.ts";

/** What steps found in the cache: one ran, of the other some items did. */
export const seedCached: RunDocument["cached"] = [
  {
    step: "build_features",
    items: null,
    taken: 0,
    from: [],
    missed: [
      {
        text: "the parameters differ from run recsys-good: ESTEIRA_PARAM_TOP_N",
        items: [],
        more: 0,
      },
    ],
    more: 0,
  },
  {
    step: "score_segment",
    items: 12,
    taken: 7,
    from: ["recsys-good"],
    missed: [
      {
        text: "the inputs differ from run recsys-good: data/north.csv",
        items: [3, 8],
        more: 2,
      },
      { text: "no run has left anything for it yet", items: [11], more: 0 },
    ],
    more: 0,
  },
];

/** A step that is held for some minutes from now, by the browser's clock: it is the machine's. */
export function seedHold(environment: string, run: string): NonNullable<RunDocument["hold"]> {
  return {
    until: Date.now() + 18 * minute,
    steps: [{ step: "score_segment", item: 3 }],
    commands: [
      `esteira shell ${run} --step score_segment -e ${environment}`,
      `esteira stop ${run} -e ${environment}`,
    ],
  };
}
