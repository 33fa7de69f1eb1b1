import { expect, test } from "vitest";

import { type BackfillEnd, composeBackfillReport } from "./backfill-report.ts";

const day = 24 * 3_600_000;
const first = Date.UTC(2026, 0, 1, 3);
const end: BackfillEnd = {
  project: "recsys",
  actor: "ana",
  from: first,
  to: first + 30 * day,
  succeeded: 28,
  failed: [
    { at: first + 2 * day, run: "recsys-20260103T030000Z-b00001" },
    { at: first + 3 * day, run: "recsys-20260104T030000Z-b00001" },
  ],
  left: 1,
  run: "recsys-20260130T030000Z-b00001",
};
const recipients = {
  onSuccess: [{ kind: "email", address: "team@example.com" }],
  onFailure: [{ kind: "email", address: "oncall@example.com" }],
} as const;
const around = {
  workspace: "acme",
  owners: { technical: "ana@example.com", business: "" },
  timezone: "America/Sao_Paulo",
};

test("one with failures says which dates failed, to whom failures are reported, and what to type", () => {
  expect(composeBackfillReport(end, "prd", recipients, around)).toMatchObject({
    outcome: "failure",
    recipients: ["oncall@example.com"],
    subject: "[prd] backfill of recsys: 28 succeeded, 2 failed, 1 not begun",
    body: `The backfill of recsys in prd for 2026-01-01 to 2026-01-31 has ended: 28 succeeded, 2 failed, 1 not begun.

Started by  ana
Workspace   acme
Ask         ana@example.com

Failed
  2026-01-03 00:00 America/Sao_Paulo (03:00 UTC)  recsys-20260103T030000Z-b00001
  2026-01-04 00:00 America/Sao_Paulo (03:00 UTC)  recsys-20260104T030000Z-b00001

Why                               esteira status recsys-20260103T030000Z-b00001 -e prd
Try again what has not succeeded  esteira backfill recsys --from 2026-01-01 --to 2026-01-31 -e prd
`,
    about: { kind: "backfill", environment: "prd", project: "recsys", run: end.run },
  });
});

test("in Portuguese", () => {
  const { subject, body } =
    composeBackfillReport(end, "prd", recipients, { ...around, language: "pt-BR" }) ?? {};
  expect(subject).toBe("[prd] backfill de recsys: 28 com sucesso, 2 com falha, 1 não iniciada");
  expect(body)
    .toBe(`O backfill de recsys em prd de 2026-01-01 a 2026-01-31 terminou: 28 com sucesso, 2 com falha, 1 não iniciada.

Iniciado por  ana
Workspace     acme
Fale com      ana@example.com

Falharam
  2026-01-03 00:00 America/Sao_Paulo (03:00 UTC)  recsys-20260103T030000Z-b00001
  2026-01-04 00:00 America/Sao_Paulo (03:00 UTC)  recsys-20260104T030000Z-b00001

Motivo                                 esteira status recsys-20260103T030000Z-b00001 -e prd
Tentar de novo o que não teve sucesso  esteira backfill recsys --from 2026-01-01 --to 2026-01-31 -e prd
`);
});

test("one without goes to whom successes are reported; of many failures the first twenty are named", () => {
  const good = { ...end, succeeded: 31, failed: [], left: 0 };
  const report = composeBackfillReport(good, "prd", recipients, around);
  expect(report?.recipients).toEqual(["team@example.com"]);
  expect(report?.subject).toBe("[prd] backfill of recsys: 31 succeeded");
  expect(report?.message?.next).toEqual([{ label: "Runs", text: "esteira runs recsys -e prd" }]);

  const failed = Array.from({ length: 25 }, (_unused, at) => ({
    at: first + at * day,
    run: `r${at}`,
  }));
  const { lines = [] } =
    composeBackfillReport({ ...end, failed }, "prd", recipients, around)?.message?.log ?? {};
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe("and 5 more");
});

test("nobody to notify: no report", () => {
  const nobody = { onSuccess: recipients.onSuccess, onFailure: [] };
  expect(composeBackfillReport(end, "prd", nobody, around)).toBeUndefined();
});
