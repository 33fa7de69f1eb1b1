import { descendants } from "../../core/graph.ts";
import type { Problem } from "../problem.ts";
import { didYouMean } from "../suggest.ts";
import type { ProjectContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

/** What fits into one environment variable of a task's overrides beside the rest. */
const MAX_ITEM_BYTES = 4096;
/**
 * What Step Functions passes from state to state:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const MAX_LIST_BYTES = 256 * 1024;

/** The items come from one place. */
export function forEachHasOneSource({ config }: ProjectContext): Problem[] {
  return (config.batch?.pipeline?.steps ?? []).flatMap((step, index): Problem[] => {
    const each = step.for_each;
    if (!each || (each.items === undefined) !== (each.from === undefined)) return [];
    const both = each.items !== undefined;
    return [
      {
        code: "config/for-each-source",
        path: stepPath(index, "for_each", ...(both ? ["from"] : [])),
        at: "key",
        message: both ? "for_each has both items and from" : "for_each has neither items nor from",
        help: "give the items themselves, or from: STEP/file.json to read a list that an earlier step left",
      },
    ];
  });
}

/** Of items that are given it is known how many there are. */
export function maxItemsIsForLists({ config }: ProjectContext): Problem[] {
  return (config.batch?.pipeline?.steps ?? []).flatMap((step, index): Problem[] => {
    const each = step.for_each;
    if (each?.items === undefined || each.max_items === undefined) return [];
    return [
      {
        code: "config/for-each-source",
        path: stepPath(index, "for_each", "max_items"),
        at: "key",
        message: "max_items says how many items a list that is read with from may have",
        help: "remove it: of items that are given here it is known",
      },
    ];
  });
}

/** A list is read from what a step left that has ended before. */
export function forEachReadsAnEarlierStep({ project }: ProjectContext): Problem[] {
  const graph = new Map(project.steps.map((step) => [step.id, step.dependsOn]));
  return project.steps.flatMap((step, index): Problem[] => {
    if (step.forEach?.kind !== "artifact") return [];
    const { step: from, file } = step.forEach;
    const path = stepPath(index, "for_each", "from");
    const others = project.steps.map((other) => other.id as string).filter((id) => id !== step.id);
    if (!/^[^/\s][^\s]*$/.test(file) || file.split("/").includes("..") || from === "") {
      return [
        {
          code: "config/for-each-source",
          path,
          message: "from must name a step and a file that it leaves, as in extract/items.json",
          help:
            others.length === 0 ? "add the step first" : `the other steps are ${others.join(", ")}`,
        },
      ];
    }
    if (!graph.has(from)) {
      return [
        {
          code: "config/unknown-step",
          path,
          part: { start: 0, length: from.length },
          message: `for_each reads from "${from}", which is not a step of this pipeline`,
          help: didYouMean(from, others),
        },
      ];
    }
    if (from !== step.id && descendants(graph, from).has(step.id)) return [];
    return [
      {
        code: "config/for-each-order",
        path,
        message: `for_each reads from "${from}", which doesn't come before "${step.id}"`,
        help:
          from === step.id
            ? "a step can't read what it leaves itself"
            : `add "${from}" to depends_on`,
      },
    ];
  });
}

/** Items travel as text: in an environment variable each, and together from state to state. */
export function forEachItemsFit({ project }: ProjectContext): Problem[] {
  return project.steps.flatMap((step, index): Problem[] => {
    if (step.forEach?.kind !== "items") return [];
    let total = 2;
    for (const [position, item] of step.forEach.items.entries()) {
      const bytes = Buffer.byteLength(item);
      // All together they are a list of texts.
      total += Buffer.byteLength(JSON.stringify(item)) + 1;
      if (bytes <= MAX_ITEM_BYTES) continue;
      return [
        {
          code: "config/for-each-size",
          path: stepPath(index, "for_each", "items", position),
          message: `item ${position + 1} has ${bytes.toLocaleString("en-US")} bytes; an item has at most ${MAX_ITEM_BYTES.toLocaleString("en-US")}`,
          help: "give a reference to the data, such as a key or a path, instead of the data",
        },
      ];
    }
    if (total <= MAX_LIST_BYTES) return [];
    return [
      {
        code: "config/for-each-size",
        path: stepPath(index, "for_each", "items"),
        at: "key",
        message: `the items have ${total.toLocaleString("en-US")} bytes as JSON; a list has at most ${MAX_LIST_BYTES.toLocaleString("en-US")}`,
        help: "give shorter items, or fewer",
      },
    ];
  });
}
