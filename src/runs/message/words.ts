import type { Language } from "../../core/language.ts";
import type { RunSummary, StepStatus, Trigger } from "../model.ts";

/** The words of a message in one language. Diagnoses and commands are English in all. */
export interface Words {
  readonly status: Readonly<Record<RunSummary["status"], string>>;
  readonly again: string;
  readonly at: string;
  readonly headline: (facts: {
    readonly project: string;
    readonly status: string;
    readonly environment: string;
    readonly took: string | undefined;
  }) => string;
  readonly resumedBefore: (status: string) => string;
  readonly runBefore: (run: string, status: string) => string;
  readonly noModel: (model: string) => string;
  readonly sample: string;
  readonly check: Readonly<Record<"warn" | "block", (sentence: string) => string>>;
  readonly moreChecks: (count: number) => string;
  readonly happened: string;
  readonly todo: string;
  readonly facts: Readonly<
    Record<
      | "run"
      | "started"
      | "scheduled"
      | "ended"
      | "continues"
      | "model"
      | "workspace"
      | "host"
      | "owner"
      | "nextRun"
      | "lastSuccess",
      string
    >
  >;
  readonly noNextRun: string;
  readonly never: string;
  readonly trigger: Readonly<Record<Trigger, string>>;
  readonly by: string;
  readonly steps: string;
  readonly stepStatus: Readonly<Record<StepStatus, string>>;
  readonly took: string;
  readonly attempts: (count: number) => string;
  readonly taken: (
    run: string,
    items: { readonly taken: number; readonly of: number } | undefined,
  ) => string;
  readonly memory: (text: string) => string;
  readonly changed: string;
  readonly changes: Readonly<Record<"version" | "model" | "release" | "parameter", string>>;
  readonly otherRelease: string;
  readonly none: string;
  readonly lastLines: string;
  readonly of: string;
  readonly next: Readonly<Record<"open" | "report" | "log" | "resume", string>>;
}

const english: Words = {
  status: {
    RUNNING: "is running",
    PENDING_REDRIVE: "is resuming",
    SUCCEEDED: "succeeded",
    FAILED: "failed",
    TIMED_OUT: "timed out",
    ABORTED: "was stopped",
  },
  again: "succeeded again",
  at: "at",
  headline: ({ project, status, environment, took }) =>
    `${project} ${status} in ${environment}${took === undefined ? "" : ` after ${took}`}.`,
  resumedBefore: (status) => `It ${status} before, and was resumed.`,
  runBefore: (run, status) => `The run before it, ${run}, ${status}.`,
  sample: "It is a sample run: a quick trial, with other parameters or variables.",
  noModel: (model) =>
    `ESTEIRA_MODEL_URI is empty: no version of the model ${model} was found at its deploy.`,
  check: {
    warn: (sentence) => `A check isn't met: ${sentence}.`,
    block: (sentence) => `A check isn't met, and no model of this run is promoted: ${sentence}.`,
  },
  moreChecks: (count) => `${count} more checks aren't met.`,
  happened: "What happened",
  todo: "What to do",
  facts: {
    run: "Run",
    started: "Started",
    scheduled: "Scheduled",
    ended: "Ended",
    continues: "Continues",
    model: "Model",
    workspace: "Workspace",
    host: "Host",
    owner: "Ask",
    nextRun: "Next run",
    lastSuccess: "Last success",
  },
  noNextRun: "none: its schedule is disabled, or it has none",
  never: "never",
  trigger: {
    manual: "by hand",
    schedule: "by its schedule",
    backfill: "as a backfill",
    resume: "to resume",
    after: "by the runs that it follows",
    on: "by data that arrived",
  },
  by: "by",
  steps: "Steps",
  stepStatus: {
    pending: "pending",
    running: "running",
    waiting: "waiting",
    succeeded: "succeeded",
    failed: "failed",
    skipped: "skipped",
    aborted: "aborted",
    timed_out: "timed out",
  },
  took: "in",
  attempts: (count) => `${count} attempts`,
  taken: (run, items) =>
    `${items === undefined ? "" : `${items.taken} of ${items.of} items `}taken from run ${run}`,
  memory: (text) => `${text} of memory`,
  changed: "Changed since the last success",
  changes: {
    version: "Version",
    model: "Model",
    release: "Release",
    parameter: "Parameter",
  },
  otherRelease: "another one: its config or sources changed",
  none: "none",
  lastLines: "The last lines",
  of: "of",
  next: { open: "Open", report: "Report", log: "Log", resume: "Resume" },
};

const portuguese: Words = {
  status: {
    RUNNING: "está em execução",
    PENDING_REDRIVE: "está sendo retomado",
    SUCCEEDED: "terminou com sucesso",
    FAILED: "falhou",
    TIMED_OUT: "passou do tempo limite",
    ABORTED: "foi interrompido",
  },
  again: "voltou a terminar com sucesso",
  at: "em",
  headline: ({ project, status, environment, took }) =>
    `${project} ${status} em ${environment}${took === undefined ? "" : ` depois de ${took}`}.`,
  resumedBefore: (status) => `Antes ele ${status}, e foi retomado.`,
  runBefore: (run, status) => `A execução anterior, ${run}, ${status}.`,
  sample: "É uma execução de amostra: um teste rápido, com outros parâmetros ou variáveis.",
  noModel: (model) =>
    `ESTEIRA_MODEL_URI está vazia: nenhuma versão do modelo ${model} foi encontrada no deploy.`,
  check: {
    warn: (sentence) => `Uma verificação não passou: ${sentence}.`,
    block: (sentence) =>
      `Uma verificação não passou, e nenhum modelo desta execução é promovido: ${sentence}.`,
  },
  moreChecks: (count) => `Outras ${count} verificações não passaram.`,
  happened: "O que houve",
  todo: "O que fazer",
  facts: {
    run: "Execução",
    started: "Início",
    scheduled: "Agendada para",
    ended: "Fim",
    continues: "Continua",
    model: "Modelo",
    workspace: "Workspace",
    host: "Máquina",
    owner: "Fale com",
    nextRun: "Próxima execução",
    lastSuccess: "Último sucesso",
  },
  noNextRun: "nenhuma: o agendamento está desativado ou não existe",
  never: "nunca",
  trigger: {
    manual: "manualmente",
    schedule: "pelo agendamento",
    backfill: "como backfill",
    resume: "para retomar",
    after: "pelas execuções que segue",
    on: "por dados que chegaram",
  },
  by: "por",
  steps: "Etapas",
  stepStatus: {
    pending: "pendente",
    running: "em execução",
    waiting: "esperando",
    succeeded: "com sucesso",
    failed: "falhou",
    skipped: "pulada",
    aborted: "interrompida",
    timed_out: "passou do tempo limite",
  },
  took: "em",
  attempts: (count) => `${count} tentativas`,
  taken: (run, items) =>
    `${items === undefined ? "" : `${items.taken} de ${items.of} itens: `}saídas tomadas da execução ${run}`,
  memory: (text) => `${text} de memória`,
  changed: "Mudou desde o último sucesso",
  changes: {
    version: "Versão",
    model: "Modelo",
    release: "Release",
    parameter: "Parâmetro",
  },
  otherRelease: "outra: a configuração ou o código mudou",
  none: "nenhum",
  lastLines: "As últimas linhas",
  of: "de",
  next: { open: "Abrir", report: "Relatório", log: "Log", resume: "Retomar" },
};

/** The words of messages in a language. */
export function wordsOf(language: Language): Words {
  return language === "pt-BR" ? portuguese : english;
}
