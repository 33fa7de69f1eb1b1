import type { PlatformError } from "../../platform/port.ts";

/** The mission's three questions, in its order. */
export const sections = ["build", "state machine", "scheduler"] as const;
export type Section = (typeof sections)[number];

/** One thing that the doctor looked at. */
export interface DoctorCheck {
  readonly section: Section;
  /** `Dockerfile`, `last run`, `cron`, … */
  readonly subject: string;
  readonly outcome: "passed" | "warning" | "failed";
  /** One sentence: what was found. */
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
}

/** Ways to report on one subject. */
export interface Reporter {
  readonly passed: (message: string) => DoctorCheck;
  readonly warning: (message: string, help: string) => DoctorCheck;
  readonly failed: (message: string, help: string) => DoctorCheck;
  readonly error: (error: PlatformError) => DoctorCheck;
}

export function reporter(section: Section, subject: string): Reporter {
  return {
    passed: (message) => ({ section, subject, outcome: "passed", message }),
    warning: (message, help) => ({ section, subject, outcome: "warning", message, help }),
    failed: (message, help) => ({ section, subject, outcome: "failed", message, help }),
    error: ({ message, help }) => ({
      section,
      subject,
      outcome: "failed",
      message,
      ...(help === undefined ? {} : { help }),
    }),
  };
}

/** The command line to type next. */
export function run(environment: string, ...words: readonly string[]): string {
  const where = environment === "local" ? [] : [`-e ${environment}`];
  return `\`${["esteira", ...words, ...where].join(" ")}\``;
}
