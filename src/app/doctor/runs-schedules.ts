import type { Environment } from "../../config/model.ts";
import type { Check } from "../../platform/check.ts";
import { type DoctorCheck, reporter } from "./check.ts";
import type { Platform } from "../../platform/port.ts";

type Finding = Omit<DoctorCheck, "section">;

/**
 * Whether what starts the runs is there: on AWS the role of the base layer, on this machine
 * `esteira up`.
 */
export async function schedulerOf(
  platform: Platform,
  verified: readonly Check[],
  { name }: Pick<Environment, "name">,
): Promise<Finding | undefined> {
  if (platform.scheduler === undefined) {
    const role =
      verified.find(
        ({ subject, message }) => subject === "roles" && message.includes("scheduler"),
      ) ?? verified.find(({ subject }) => subject === "bootstrap");
    if (role === undefined) return undefined;
    const { outcome, message, help } = role;
    return { subject: "role", outcome, message, ...(help === undefined ? {} : { help }) };
  }
  const running = await platform.scheduler.running();
  if (!running.ok) return reporter("scheduler", "up").error(running.error);
  const up = name === "local" ? "esteira up" : `esteira up -e ${name}`;
  return running.value === undefined
    ? reporter("scheduler", "up").warning(
        "nothing runs the schedules of this machine at the moment",
        `\`${up}\` does, for as long as it runs.`,
      )
    : reporter("scheduler", "up").passed(
        `esteira up runs the schedules (process ${running.value.pid})`,
      );
}
