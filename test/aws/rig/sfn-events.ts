import type { HistoryEvent } from "../../../src/core/history.ts";

/** An event in the form of the API: payloads as text, details under their own name. */
export function recorded(
  { id, previousEventId, type, timestamp, details }: HistoryEvent,
  data: boolean,
): object {
  const texts = Object.fromEntries(
    Object.entries(details).flatMap(([key, value]) => {
      if (key !== "input" && key !== "output" && key !== "parameters") return [[key, value]];
      return data ? [[key, JSON.stringify(value)]] : [];
    }),
  );
  const kind = /^(?:Pass|Task|Choice|Wait|Succeed|Fail|Parallel|Map)State(Entered|Exited)$/.exec(
    type,
  )?.[1];
  const field =
    kind === undefined
      ? `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`
      : `state${kind}EventDetails`;
  return {
    id,
    previousEventId,
    type,
    timestamp: timestamp / 1000,
    ...(Object.keys(texts).length === 0 ? {} : { [field]: texts }),
  };
}
