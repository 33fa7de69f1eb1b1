import { shownRecipients, type Delivery } from "../../runs/delivery.ts";
import type { Surroundings } from "./run.ts";
import { wrap } from "./text.ts";
import { dateTime, timeOfDay } from "./time.ts";

/**
 * Who was notified of how a run ended, and who wasn't and why; nothing where nobody is to be
 * notified.
 */
export function renderDeliveries(
  deliveries: readonly Delivery[],
  environment: string,
  around: Pick<Surroundings, "style" | "width" | "now" | "offset">,
): string[] {
  const { style } = around;
  const groups = grouped(deliveries);
  const shown = shownRecipients(groups.map(({ first }) => first.recipient));
  const names = new Map(groups.map((group, index) => [group, shown[index] ?? ""]));
  const nameOf = (group: Group): string => {
    const name = names.get(group) ?? "";
    return group.count === 1 ? name : `${name} (${group.count} messages)`;
  };
  const sent = groups.filter(({ first }) => first.state === "sent").map(nameOf);
  const unreachable = deliveries.filter(({ state }) => state === "untold");
  return [
    ...(sent.length === 0
      ? []
      : folded("✓", `Notified ${sent.join(", ")}.`, style.dim, around.width)),
    ...groups
      .filter(({ first }) => first.state === "waiting" || first.state === "failed")
      .flatMap((group) =>
        folded(
          "!",
          `Not notified: ${nameOf(group)}${why(group.first)}${whatNext(group.first, around)}`,
          style.yellow,
          around.width,
        ),
      ),
    ...(unreachable.length === 0 ? [] : renderNoMail(environment, around)),
  ];
}

/** That an environment has no way to send mail, and what to do. */
export function renderNoMail(
  environment: string,
  { style, width }: Pick<Surroundings, "style" | "width">,
): string[] {
  return folded(
    "-",
    `Nobody is notified by e-mail: ${environment} has no mail transport. Add \`mail\` to it in esteira.yaml.`,
    style.dim,
    width,
  );
}

/** Deliveries that stand alike: after a day without a mail server there are hundreds. */
interface Group {
  /** Of those that are tried again, the one that is tried first. */
  readonly first: Delivery;
  readonly count: number;
}

function grouped(deliveries: readonly Delivery[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const delivery of deliveries) {
    const { recipient, state, error } = delivery;
    const key = JSON.stringify([recipient, state, error]);
    const { first, count } = groups.get(key) ?? { first: delivery, count: 0 };
    const sooner = (delivery.nextTry ?? 0) < (first.nextTry ?? 0);
    groups.set(key, { first: sooner ? delivery : first, count: count + 1 });
  }
  return [...groups.values()];
}

function why({ error, attempts }: Delivery): string {
  if (error === undefined) return attempts === 0 ? ", not tried yet" : ", being tried";
  return `: ${error}`;
}

function whatNext(
  { state, nextTry, attempts }: Delivery,
  { now, offset }: Pick<Surroundings, "now" | "offset">,
): string {
  if (state === "failed") {
    return attempts > 1 ? ` (given up after ${attempts} tries)` : " (not tried again)";
  }
  if (nextTry === undefined || nextTry <= now) return "";
  const sameDay = dateTime(nextTry, offset).slice(0, 10) === dateTime(now, offset).slice(0, 10);
  return ` (next try ${sameDay ? timeOfDay(nextTry, offset) : dateTime(nextTry, offset)})`;
}

function folded(
  mark: string,
  text: string,
  paint: (text: string) => string,
  width: number,
): string[] {
  return wrap(text, width - 2).map((line, index) => paint(`${index === 0 ? mark : " "} ${line}`));
}
