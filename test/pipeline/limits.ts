import type { HistoryEvent } from "../../src/core/history.ts";

/** What bounds each attempt of a step that was scheduled, as its task gets it. */
export function limits(history: readonly HistoryEvent[]) {
  return history.flatMap(({ type, details }) => {
    if (type !== "TaskScheduled" || details["resourceType"] !== "ecs") return [];
    const { Overrides } = details["parameters"] as unknown as {
      Overrides: { ContainerOverrides: { Memory: number; Command: string[] }[] };
    };
    const [container] = Overrides.ContainerOverrides;
    return [
      {
        timeout: details["timeoutInSeconds"],
        memory: container?.Memory,
        command: container?.Command,
      },
    ];
  });
}
