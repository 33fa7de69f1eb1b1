import type { Language } from "../../core/language.ts";
import { count, relative } from "../../core/text.ts";
import type { ExecutionStatus } from "../../core/history.ts";
import type { UpEvent } from "../../platform/roles/up-events.ts";

type Of<Kind extends UpEvent["kind"]> = Extract<UpEvent, { readonly kind: Kind }>;

/**
 * What `up` says, in one language: sentences of texts and figures that are ready to be shown. What
 * an error says, and commands, are English in all.
 */
export interface UpWords {
  /** `in 1 h`, `5 min ago`. */
  readonly relative: (at: number, now: number) => string;
  readonly next: (project: string, moment: string, distance: string) => string;
  readonly started: (
    environment: string,
    event: Pick<Of<"started">, "schedules" | "enabled" | "waiting">,
    next: string | undefined,
  ) => string;
  readonly schedule: (project: string, change: Of<"schedule">["change"]) => string;
  /** How late a run began. */
  readonly after: (late: string, minute: string) => string;
  readonly waiting: (fires: number, projects: string) => string;
  readonly more: (projects: number) => string;
  readonly fire: (project: string, minute: string) => string;
  readonly leftOut: (fire: string, why: Of<"left-out">["why"]) => string;
  /** @param fires a hundred stands for so many or more */
  readonly missed: (project: string, fires: number, last: string, madeUp: boolean) => string;
  readonly missedByMany: (sum: {
    readonly fires: number;
    readonly orMore: boolean;
    readonly projects: number;
    readonly madeUp: number;
  }) => string;
  readonly missedHelp: (watch: string) => string;
  readonly refused: (fire: string, error: string) => string;
  readonly resumed: (run: string) => string;
  readonly notResumed: (run: string, error: string) => string;
  readonly startsNothing: (run: string, following: string) => string;
  readonly status: Readonly<Record<ExecutionStatus | "skipped", string>>;
  readonly clockForward: (by: string) => string;
  readonly clockBack: (by: string) => string;
  readonly trouble: (error: string) => string;
  readonly recovered: string;
  readonly dutyFailed: (duty: string, error: string) => string;
  readonly stopping: (running: number) => string;
  readonly stopped: (runs: readonly string[], waiting: number) => string;
  readonly state: {
    readonly running: (runs: number) => string;
    readonly waiting: (fires: number) => string;
    readonly nothingDue: string;
  };
}

const english: UpWords = {
  relative,
  next: (project, moment, distance) => `next ${project} at ${moment} (${distance})`,
  started: (environment, { schedules, enabled, waiting }, next) =>
    [
      `${environment} is up: ${count(schedules, "schedule")}${enabled === schedules ? "" : `, ${enabled} of them enabled`}`,
      ...(waiting === 0 ? [] : [`${count(waiting, "fire")} waiting`]),
      ...(next === undefined ? [] : [next]),
    ].join("; "),
  schedule: (project, change) => `${project} schedule ${change}`,
  after: (late, minute) => `${late} after ${minute}`,
  waiting: (fires, projects) =>
    `${count(fires, "fire")} waiting, as many runs go as may: ${projects}`,
  more: (projects) => `and ${projects} more`,
  fire: (project, minute) => `${project} of ${minute}`,
  leftOut: (fire, why) =>
    `${fire} is left out: ${why === "overlap" ? "the one before still waits, and overlap is skip" : "too many of it wait already"}`,
  missed: (project, fires, last, madeUp) => {
    const many = fires >= 100 ? "100 or more fires" : count(fires, "fire");
    const which = fires === 1 ? `the fire of ${last}` : `${many}, the last of ${last}`;
    return `${project} missed ${which}: ${madeUp ? "one run makes up for them" : "left out"}`;
  },
  missedByMany: ({ fires, orMore, projects, madeUp }) => {
    const then =
      madeUp === 0
        ? "left out"
        : `one run makes up for those of each of ${count(madeUp, "project")}, the rest is left out`;
    return `${fires}${orMore ? " or more" : ""} fires of ${count(projects, "project")} were missed: ${then}`;
  },
  missedHelp: (watch) => `\`${watch}\` names them; \`esteira backfill\` makes up for a project's.`,
  refused: (fire, error) => `${fire} could not begin: ${error}`,
  resumed: (run) => `${run} continues here`,
  notResumed: (run, error) => `${run} can't continue: ${error}`,
  startsNothing: (run, following) => `${run} starts nothing: ${following} was started before`,
  status: {
    RUNNING: "running",
    PENDING_REDRIVE: "resuming",
    SUCCEEDED: "succeeded",
    FAILED: "failed",
    TIMED_OUT: "timed out",
    ABORTED: "aborted",
    skipped: "skipped",
  },
  clockForward: (by) => `the clock moved forward by ${by}: the machine slept, or it was set`,
  clockBack: (by) => `the clock was set back by ${by}`,
  trouble: (error) => `${error}; trying again`,
  recovered: "it works again",
  dutyFailed: (duty, error) => `${duty} failed: ${error}`,
  stopping: (running) =>
    `stopping${running === 0 ? "" : `; ${count(running, "run")} still running`}`,
  stopped: (runs, waiting) => {
    const them = runs.length === 1 ? "it" : "them";
    return [
      "stopped",
      ...(runs.length === 0
        ? []
        : [
            `the steps of ${runs.join(", ")} keep running, and the next \`esteira up\` resumes ${them}`,
          ]),
      ...(waiting === 0 ? [] : [`${count(waiting, "fire")} waiting for the next one`]),
    ].join("; ");
  },
  state: {
    running: (runs) => `${runs} running`,
    waiting: (fires) => `${fires} waiting`,
    nothingDue: "nothing is due",
  },
};

const portuguese: UpWords = {
  relative: (at, now) => {
    const text = relative(at, now);
    if (text === "in a moment") return "daqui a pouco";
    if (text === "just now") return "agora mesmo";
    return text.startsWith("in ") ? `em ${text.slice(3)}` : `há ${text.replace(/ ago$/, "")}`;
  },
  next: (project, moment, distance) => `próximo: ${project} em ${moment} (${distance})`,
  started: (environment, { schedules, enabled, waiting }, next) =>
    [
      `${environment} no ar: ${some(schedules, "agendamento", "agendamentos")}${enabled === schedules ? "" : `, ${enabled} deles ${enabled === 1 ? "ativo" : "ativos"}`}`,
      ...(waiting === 0 ? [] : [`${some(waiting, "disparo", "disparos")} à espera`]),
      ...(next === undefined ? [] : [next]),
    ].join("; "),
  schedule: (project, change) => `agendamento de ${project} ${changes[change]}`,
  after: (late, minute) => `${late} depois de ${minute}`,
  waiting: (fires, projects) =>
    `${some(fires, "disparo", "disparos")} à espera, pois já há tantas execuções quanto é permitido: ${projects}`,
  more: (projects) => `e mais ${projects}`,
  fire: (project, minute) => `${project} de ${minute}`,
  leftOut: (fire, why) =>
    `${fire} foi deixado de fora: ${why === "overlap" ? "o anterior ainda espera, e overlap é skip" : "já há disparos demais dele à espera"}`,
  missed: (project, fires, last, madeUp) => {
    const many = fires >= 100 ? "100 disparos ou mais" : some(fires, "disparo", "disparos");
    const which = fires === 1 ? `o disparo de ${last}` : `${many}, o último de ${last}`;
    const then = madeUp ? "uma execução os compensa" : "deixados de fora";
    return `${project} perdeu ${which}: ${fires === 1 ? then.replace("os compensa", "o compensa").replace("deixados", "deixado") : then}`;
  },
  missedByMany: ({ fires, orMore, projects, madeUp }) => {
    const then =
      madeUp === 0
        ? "deixados de fora"
        : `uma execução compensa os de cada um de ${some(madeUp, "projeto", "projetos")}, os outros são deixados de fora`;
    return `${fires}${orMore ? " ou mais" : ""} disparos de ${some(projects, "projeto", "projetos")} foram perdidos: ${then}`;
  },
  missedHelp: (watch) =>
    `\`${watch}\` mostra quais; \`esteira backfill\` compensa os de um projeto.`,
  refused: (fire, error) => `${fire} não pôde começar: ${error}`,
  resumed: (run) => `${run} continua aqui`,
  notResumed: (run, error) => `${run} não pode continuar: ${error}`,
  startsNothing: (run, following) => `${run} não inicia nada: ${following} já foi iniciada antes`,
  status: {
    RUNNING: "em execução",
    PENDING_REDRIVE: "sendo retomado",
    SUCCEEDED: "terminou com sucesso",
    FAILED: "falhou",
    TIMED_OUT: "passou do tempo limite",
    ABORTED: "foi interrompido",
    skipped: "pulado",
  },
  clockForward: (by) => `o relógio avançou ${by}: a máquina dormiu, ou alguém o acertou`,
  clockBack: (by) => `o relógio foi atrasado em ${by}`,
  trouble: (error) => `${error}; tentando de novo`,
  recovered: "voltou a funcionar",
  dutyFailed: (duty, error) => `${duty} falhou: ${error}`,
  stopping: (running) =>
    `parando${running === 0 ? "" : `; ${some(running, "execução", "execuções")} em andamento`}`,
  stopped: (runs, waiting) =>
    [
      "parado",
      ...(runs.length === 0
        ? []
        : [
            `as etapas de ${runs.join(", ")} continuam, e o próximo \`esteira up\` ${runs.length === 1 ? "a retoma" : "as retoma"}`,
          ]),
      ...(waiting === 0 ? [] : [`${some(waiting, "disparo", "disparos")} à espera do próximo`]),
    ].join("; "),
  state: {
    running: (runs) => `${runs} em execução`,
    waiting: (fires) => `${fires} à espera`,
    nothingDue: "nada agendado",
  },
};

const changes: Readonly<Record<Of<"schedule">["change"], string>> = {
  added: "adicionado",
  changed: "alterado",
  enabled: "ativado",
  disabled: "desativado",
  removed: "removido",
};

function some(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

export function upWordsOf(language: Language): UpWords {
  return language === "pt-BR" ? portuguese : english;
}
