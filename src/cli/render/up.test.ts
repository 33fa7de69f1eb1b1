import { expect, test } from "vitest";

import { styleFor } from "./style.ts";
import { renderUpEvent, renderUpState, upEventPrinter } from "./up.ts";
import { upWordsOf } from "./up-words.ts";
import type { UpEvent, UpNews } from "../../platform/roles/up-events.ts";

const at = Date.parse("2026-01-31T06:00:00Z");
const around = {
  style: styleFor(false),
  width: 80,
  now: at,
  offset: () => -180,
  environment: "local",
  words: upWordsOf("en"),
};
const run = "recsys-20260131T060000Z-4f9a1c";
const project = "recsys";
const scheduledTime = at - 180_000;
const error = { reason: "limit", message: "the disk is full", help: "Free some space." } as const;

const said = (news: UpNews): string => renderUpEvent({ at, ...news }, around).join("\n");

test.each<readonly [UpNews, string]>([
  [
    {
      kind: "started",
      schedules: 3,
      enabled: 2,
      waiting: 1,
      next: { project, at: at + 3_600_000, timezone: "America/Sao_Paulo" },
    },
    "▸ local is up: 3 schedules, 2 of them enabled; 1 fire waiting; next recsys at 2026-01-31 04:00 America/Sao_Paulo (in 1 h)",
  ],
  [{ kind: "schedule", project, change: "disabled" }, "· recsys schedule disabled"],
  [{ kind: "fired", project, scheduledTime: at, run, lateMs: 12, waitedMs: 2 }, `▸ recsys ${run}`],
  [
    { kind: "fired", project, scheduledTime, run, lateMs: 180_000, waitedMs: 0 },
    `▸ recsys ${run}, 3m 00s after 2026-01-31 02:57`,
  ],
  [
    { kind: "waiting", count: 2, projects: ["calm", "noisy"] },
    "… 2 fires waiting, as many runs go as may: calm, noisy",
  ],
  [
    { kind: "waiting", count: 9, projects: ["a", "b", "c", "d", "e", "f", "g"] },
    "… 9 fires waiting, as many runs go as may: a, b, c, d, e and 2 more",
  ],
  [
    { kind: "left-out", project, scheduledTime, why: "overlap" },
    "– recsys of 2026-01-31 02:57 is left out: the one before still waits, and overlap is skip",
  ],
  [
    { kind: "left-out", project, scheduledTime, why: "queue-full" },
    "– recsys of 2026-01-31 02:57 is left out: too many of it wait already",
  ],
  [
    { kind: "missed", project, count: 1, last: scheduledTime, madeUp: false },
    "! recsys missed the fire of 2026-01-31 02:57: left out",
  ],
  [
    { kind: "missed", project, count: 3, last: scheduledTime, madeUp: true },
    "! recsys missed 3 fires, the last of 2026-01-31 02:57: one run makes up for them",
  ],
  [
    { kind: "missed", project, count: 100, last: scheduledTime, madeUp: false },
    "! recsys missed 100 or more fires, the last of 2026-01-31 02:57: left out",
  ],
  [
    { kind: "refused", project, scheduledTime, error },
    "✗ recsys of 2026-01-31 02:57 could not begin: the disk is full\n           Free some space.",
  ],
  [{ kind: "taken-up", project, run }, `▸ recsys ${run} continues here`],
  [
    { kind: "not-taken-up", project, run, error },
    `✗ ${run} can't continue: the disk is full\n           Free some space.`,
  ],
  [
    {
      kind: "ended",
      project,
      run,
      status: "FAILED",
      skipped: false,
      durationMs: 65_000,
      failure: "score_model: out of memory",
    },
    `✗ recsys ${run} failed (1m 05s): score_model: out of memory`,
  ],
  [
    { kind: "starts-nothing", project, run, following: "scores-20260131-after" },
    `· ${run} starts nothing: scores-20260131-after was started before`,
  ],
  [
    {
      kind: "ended",
      project,
      run,
      status: "SUCCEEDED",
      skipped: true,
      durationMs: 20,
      failure: undefined,
    },
    `- recsys ${run} skipped (0.0s)`,
  ],
  [
    { kind: "clock", byMs: 7_200_000 },
    "! the clock moved forward by 2h 00m: the machine slept, or it was set",
  ],
  [{ kind: "clock", byMs: -90_000 }, "! the clock was set back by 1m 30s"],
  [{ kind: "trouble", error }, "✗ the disk is full; trying again\n           Free some space."],
  [{ kind: "recovered" }, "✓ it works again"],
  [{ kind: "duty", duty: "watch", text: "no longer: x", failed: false }, "· no longer: x"],
  [{ kind: "duty", duty: "watch", text: "no network", failed: true }, "✗ watch failed: no network"],
  [{ kind: "stopping", running: 0, waiting: 0 }, "■ stopping"],
  [{ kind: "stopping", running: 2, waiting: 0 }, "■ stopping; 2 runs still running"],
  [{ kind: "stopped", handedOver: [], waiting: 0 }, "■ stopped"],
  [
    { kind: "stopped", handedOver: [run], waiting: 2 },
    `■ stopped; the steps of ${run} keep running, and the next \`esteira up\` resumes it; 2 fires waiting for the next one`,
  ],
])("%j", (news, text) => {
  expect(said(news)).toBe(`03:00:00 ${text}`);
});

test("the state of things, in one line that fits", () => {
  const next = { project, nextAt: at + 60_000, timezone: "UTC" };
  expect(renderUpState({ next, running: 2, waiting: 1 }, around)).toEqual([
    "2 running · 1 waiting · next recsys at 2026-01-31 06:01 UTC (in 1 min)",
  ]);
  expect(renderUpState({ next: undefined, running: 0, waiting: 0 }, around)).toEqual([
    "nothing is due",
  ]);
});

test("what many projects missed in a downtime is one line, of a few a line each", async () => {
  const printed: string[][] = [];
  const show = upEventPrinter(
    (lines) => printed.push(lines),
    () => ({ ...around, environment: "dev" }),
  );
  const missed = (name: string, madeUp = false): UpEvent => ({
    at,
    kind: "missed",
    project: name,
    count: 12,
    last: scheduledTime,
    madeUp,
  });
  for (let index = 0; index < 300; index += 1) show(missed(`p${index}`, index < 2));
  show({ at, kind: "recovered" });
  show(missed("recsys"));
  show(missed("churn"));
  await Promise.resolve();
  expect(printed.map((lines) => lines.map((line) => line.replace(/^[\d:]+ /, "")))).toEqual([
    [
      "! 3600 fires of 300 projects were missed: one run makes up for those of each of 2 projects, the rest is left out",
      "           `esteira watch --once -e dev` names them; `esteira backfill` makes up for a project's.",
    ],
    [expect.any(String) as string],
    [
      "! recsys missed 12 fires, the last of 2026-01-31 02:57: left out",
      "! churn missed 12 fires, the last of 2026-01-31 02:57: left out",
    ],
  ]);
});

const portuguese = { ...around, words: upWordsOf("pt-BR") };

test.each<readonly [UpNews, string]>([
  [
    {
      kind: "started",
      schedules: 3,
      enabled: 1,
      waiting: 1,
      next: { project, at: at + 3_600_000, timezone: "America/Sao_Paulo" },
    },
    "▸ local no ar: 3 agendamentos, 1 deles ativo; 1 disparo à espera; próximo: recsys em 2026-01-31 04:00 America/Sao_Paulo (em 1 h)",
  ],
  [{ kind: "schedule", project, change: "disabled" }, "· agendamento de recsys desativado"],
  [
    { kind: "fired", project, scheduledTime, run, lateMs: 180_000, waitedMs: 0 },
    `▸ recsys ${run}, 3m 00s depois de 2026-01-31 02:57`,
  ],
  [
    { kind: "waiting", count: 9, projects: ["a", "b", "c", "d", "e", "f", "g"] },
    "… 9 disparos à espera, pois já há tantas execuções quanto é permitido: a, b, c, d, e e mais 2",
  ],
  [
    { kind: "left-out", project, scheduledTime, why: "overlap" },
    "– recsys de 2026-01-31 02:57 foi deixado de fora: o anterior ainda espera, e overlap é skip",
  ],
  [
    { kind: "missed", project, count: 1, last: scheduledTime, madeUp: false },
    "! recsys perdeu o disparo de 2026-01-31 02:57: deixado de fora",
  ],
  [
    { kind: "missed", project, count: 100, last: scheduledTime, madeUp: true },
    "! recsys perdeu 100 disparos ou mais, o último de 2026-01-31 02:57: uma execução os compensa",
  ],
  [
    { kind: "refused", project, scheduledTime, error },
    "✗ recsys de 2026-01-31 02:57 não pôde começar: the disk is full\n           Free some space.",
  ],
  [{ kind: "taken-up", project, run }, `▸ recsys ${run} continua aqui`],
  [
    {
      kind: "ended",
      project,
      run,
      status: "FAILED",
      skipped: false,
      durationMs: 65_000,
      failure: "score_model: out of memory",
    },
    `✗ recsys ${run} falhou (1m 05s): score_model: out of memory`,
  ],
  [{ kind: "clock", byMs: -90_000 }, "! o relógio foi atrasado em 1m 30s"],
  [{ kind: "trouble", error }, "✗ the disk is full; tentando de novo\n           Free some space."],
  [{ kind: "recovered" }, "✓ voltou a funcionar"],
  [{ kind: "duty", duty: "watch", text: "no network", failed: true }, "✗ watch falhou: no network"],
  [{ kind: "stopping", running: 2, waiting: 0 }, "■ parando; 2 execuções em andamento"],
  [
    { kind: "stopped", handedOver: [run], waiting: 2 },
    `■ parado; as etapas de ${run} continuam, e o próximo \`esteira up\` a retoma; 2 disparos à espera do próximo`,
  ],
])("in Portuguese %j", (news, text) => {
  expect(renderUpEvent({ at, ...news }, portuguese).join("\n")).toBe(`03:00:00 ${text}`);
});

test("the state of things in Portuguese", () => {
  const next = { project, nextAt: at + 60_000, timezone: "UTC" };
  expect(renderUpState({ next, running: 2, waiting: 1 }, portuguese)).toEqual([
    "2 em execução · 1 à espera · próximo: recsys em 2026-01-31 06:01 UTC (em 1 min)",
  ]);
  expect(renderUpState({ next: undefined, running: 0, waiting: 0 }, portuguese)).toEqual([
    "nada agendado",
  ]);
});
