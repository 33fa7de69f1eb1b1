// `npm run audit`: what the registry knows against the packages of the lock file. The exit code is
// 1 where it knows something of weight; a registry that doesn't answer is said, and is no failure.
import process from "node:process";

import { execa } from "execa";

/** What is printed, and the exit code. */
export interface Audit {
  readonly text: string;
  readonly code: 0 | 1;
}

/** @param report what `npm audit --json` printed */
export function auditOf(report: string): Audit {
  const { vulnerabilities, message } = parsed(report);
  if (vulnerabilities === undefined) {
    const why = message === undefined ? "" : ` (${message})`;
    return { text: `! the registry didn't answer npm audit${why}: nothing was checked`, code: 0 };
  }
  const found = Object.entries(vulnerabilities);
  if (found.length === 0) return { text: "✓ npm audit knows nothing against a package", code: 0 };
  const serious = found.some(([, { severity }]) => ["high", "critical"].includes(severity));
  const lines = found.map(([name, { severity }]) => `  ${name}: ${severity}`);
  return {
    text: [`${serious ? "✗" : "!"} npm audit, which says more:`, ...lines].join("\n"),
    code: serious ? 1 : 0,
  };
}

interface Report {
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
  readonly message?: string;
}

function parsed(report: string): Report {
  try {
    return JSON.parse(report) as Report;
  } catch {
    return {};
  }
}

if (import.meta.main) {
  const { stdout } = await execa(
    "npm",
    ["audit", "--json", "--package-lock-only", "--fetch-timeout=20000", "--fetch-retries=1"],
    { reject: false, timeout: 120_000 },
  );
  const { text, code } = auditOf(stdout);
  process.stdout.write(`${text}\n`);
  process.exitCode = code;
}
