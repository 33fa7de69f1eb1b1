import type { Language } from "../../core/language.ts";

/** How many runs of a backfill came to which end. */
interface Counts {
  readonly succeeded: number;
  readonly failed: number;
  /** Never begun. */
  readonly left: number;
}

/** What the report of a backfill says in one language. Commands are the same in all. */
export interface BackfillWords {
  readonly title: (project: string, counts: Counts) => string;
  readonly headline: (facts: {
    readonly project: string;
    readonly environment: string;
    readonly days: readonly [string, string];
    readonly counts: Counts;
  }) => string;
  readonly startedBy: string;
  readonly failedDates: string;
  readonly more: (count: number) => string;
  readonly why: string;
  readonly again: string;
  readonly runs: string;
}

const english: BackfillWords = {
  title: (project, counts) => `backfill of ${project}: ${englishCounts(counts)}`,
  headline: ({ project, environment, days: [from, to], counts }) =>
    `The backfill of ${project} in ${environment} for ${from === to ? from : `${from} to ${to}`} has ended: ${englishCounts(counts)}.`,
  startedBy: "Started by",
  failedDates: "Failed",
  more: (count) => `and ${count} more`,
  why: "Why",
  again: "Try again what has not succeeded",
  runs: "Runs",
};

function englishCounts({ succeeded, failed, left }: Counts): string {
  return [
    `${succeeded} succeeded`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(left === 0 ? [] : [`${left} not begun`]),
  ].join(", ");
}

const portuguese: BackfillWords = {
  title: (project, counts) => `backfill de ${project}: ${portugueseCounts(counts)}`,
  headline: ({ project, environment, days: [from, to], counts }) =>
    `O backfill de ${project} em ${environment} de ${from === to ? from : `${from} a ${to}`} terminou: ${portugueseCounts(counts)}.`,
  startedBy: "Iniciado por",
  failedDates: "Falharam",
  more: (count) => `e mais ${count}`,
  why: "Motivo",
  again: "Tentar de novo o que não teve sucesso",
  runs: "Execuções",
};

function portugueseCounts({ succeeded, failed, left }: Counts): string {
  return [
    `${succeeded} com sucesso`,
    ...(failed === 0 ? [] : [`${failed} com falha`]),
    ...(left === 0 ? [] : [`${left} não ${left === 1 ? "iniciada" : "iniciadas"}`]),
  ].join(", ");
}

export function backfillWordsOf(language: Language): BackfillWords {
  return language === "pt-BR" ? portuguese : english;
}
