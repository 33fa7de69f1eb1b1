import { expect, test } from "vitest";

import { begin, failedView, summary } from "../fixtures/views.ts";
import { composeNotification } from "../notification.ts";
import type { NotificationFacts } from "../notification-facts.ts";
import { messageHtml } from "./html.ts";

const facts: NotificationFacts = {
  run: summary({
    status: "FAILED",
    trigger: "schedule",
    actor: "schedule",
    scheduledTime: begin,
    endedAt: begin + 10_000,
    modelVersion: "4",
  }),
  view: failedView,
  diagnosis: {
    code: "run/exit-code",
    step: "score_model",
    message: "score_model ended with exit code 1: ValueError: <b>no rows</b>",
    help: "Its log has the whole story.",
  },
  logTail: ["ValueError: <b>no rows</b> & more"],
  previous: undefined,
  recipients: { onSuccess: [], onFailure: [{ kind: "email", address: "ana@example.com" }] },
  around: {
    workspace: "data-platform",
    host: "ml-box",
    owners: { technical: "ana@example.com", business: "bia@example.com" },
    timezone: "America/Sao_Paulo",
    nextRun: begin + 86_400_000,
    params: { top: "20" },
    lastSuccess: {
      run: "recsys-20260130T030000Z-000001",
      endedAt: begin - 86_400_000,
      version: "0.9.0",
      release: "1".repeat(64),
      modelVersion: "3",
      params: { top: "10" },
    },
  },
};

test("the schedule's zone, who to ask, the next run, and what changed since the last success", () => {
  expect(composeNotification(facts)?.body).toMatchInlineSnapshot(`
    "recsys 1.0.0 failed in local after 10 s.

    What happened: score_model ended with exit code 1: ValueError: <b>no rows</b>
    What to do:    Its log has the whole story.

    Run           recsys-20260131T030000Z-4f9a1c
    Started       2026-01-31 00:00 America/Sao_Paulo (03:00 UTC), by its schedule
    Scheduled     2026-01-31 00:00 America/Sao_Paulo (03:00 UTC)
    Ended         2026-01-31 00:00 America/Sao_Paulo (03:00 UTC)
    Model         4
    Workspace     data-platform
    Host          ml-box
    Next run      2026-02-01 00:00 America/Sao_Paulo (03:00 UTC)
    Last success  2026-01-30 00:00 America/Sao_Paulo (03:00 UTC), recsys-20260130T030000Z-000001
    Ask           ana@example.com, bia@example.com

    Steps
      extract_features  succeeded in 2 s
      score_model       failed in 8 s, 2 attempts
      publish           pending

    Changed since the last success
      Version        0.9.0 → 1.0.0
      Model          3 → 4
      Parameter top  10 → 20

    The last lines of score_model
      ValueError: <b>no rows</b> & more

    Open    esteira status recsys-20260131T030000Z-4f9a1c -e local
    Log     esteira logs recsys-20260131T030000Z-4f9a1c --step score_model -e local
    Resume  esteira resume recsys-20260131T030000Z-4f9a1c -e local
    "
  `);
});

test("in Portuguese; where there was no success, no next run and no model, it says so", () => {
  const message = composeNotification({
    ...facts,
    around: {
      language: "pt-BR",
      timezone: "America/Sao_Paulo",
      nextRun: undefined,
      lastSuccess: undefined,
      missingModel: "cars",
    },
  });
  expect(`${message?.subject}\n\n${message?.body}`).toMatchInlineSnapshot(`
    "[local] recsys falhou em score_model

    recsys 1.0.0 falhou em local depois de 10 s.

    ESTEIRA_MODEL_URI está vazia: nenhuma versão do modelo cars foi encontrada no deploy.

    O que houve: score_model ended with exit code 1: ValueError: <b>no rows</b>
    O que fazer: Its log has the whole story.

    Execução          recsys-20260131T030000Z-4f9a1c
    Início            2026-01-31 00:00 America/Sao_Paulo (03:00 UTC), pelo agendamento
    Agendada para     2026-01-31 00:00 America/Sao_Paulo (03:00 UTC)
    Fim               2026-01-31 00:00 America/Sao_Paulo (03:00 UTC)
    Modelo            4
    Próxima execução  nenhuma: o agendamento está desativado ou não existe
    Último sucesso    nunca

    Etapas
      extract_features  com sucesso em 2 s
      score_model       falhou em 8 s, 2 tentativas
      publish           pendente

    As últimas linhas de score_model
      ValueError: <b>no rows</b> & more

    Abrir    esteira status recsys-20260131T030000Z-4f9a1c -e local
    Log      esteira logs recsys-20260131T030000Z-4f9a1c --step score_model -e local
    Retomar  esteira resume recsys-20260131T030000Z-4f9a1c -e local
    "
  `);
});

test("the HTML says the same, escaped, and fetches nothing", () => {
  const message = composeNotification({
    ...facts,
    url: "https://esteira.example/runs/1?a=1&b=2",
  })?.message;
  if (message === undefined) throw new Error("no message");
  const html = messageHtml(message);
  const words = html.replaceAll(/<style.*?<\/style>|<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  for (const { label, text } of [...message.facts, ...message.changes]) {
    expect(words).toContain(`${label} ${text}`);
  }
  expect(words).toContain("ValueError: &lt;b&gt;no rows&lt;/b&gt; &amp; more");
  expect(html).toContain('href="https://esteira.example/runs/1?a=1&amp;b=2"');
  expect(html).not.toMatch(/<(img|script|link|iframe|style)\b|url\(|<b>no rows/);
  // Gmail clips what is longer: https://developers.google.com/workspace/gmail/design
  expect(html.length).toBeLessThan(20_000);
});

test.each([
  [
    "en",
    "It is a sample run: a quick trial, with other parameters or variables.",
    "succeeded in 2 s, taken from run recsys-20260130T030000Z-000001",
  ],
  [
    "pt-BR",
    "É uma execução de amostra: um teste rápido, com outros parâmetros ou variáveis.",
    "com sucesso em 2 s, saídas tomadas da execução recsys-20260130T030000Z-000001",
  ],
] as const)(
  "%s: that it was a sample, and from which run a step was taken",
  (language, note, step) => {
    const cache = {
      outcome: "taken",
      run: "recsys-20260130T030000Z-000001",
      madeAt: begin,
    } as const;
    const [first, ...others] = failedView.steps;
    const taken = { ...first!, attempts: first!.attempts.map((one) => ({ ...one, cache })) };
    const view = { ...failedView, input: { sample: true }, steps: [taken, ...others] };
    const body = composeNotification({
      ...facts,
      view,
      around: { ...facts.around, language },
    })?.body;
    expect(body).toContain(note);
    expect(body).toContain(step);
  },
);
