import "./first-project.css";
import { session } from "../../app/session.ts";
import { Command } from "../../parts/command.tsx";
import type { Night } from "../../parts/nights.ts";
import { Glyph } from "../../parts/outcome.tsx";
import { Strip } from "../../parts/strip.tsx";
import { catalogue } from "../../words/language.ts";

const words = catalogue(
  {
    title: "No project yet",
    lead: "This page shows what ran, what waits and what failed. It fills by itself as soon as there is a first project.",
    make: "Make a project",
    makeHow:
      "Writes a folder that runs: a configuration, steps in Python, a Dockerfile and a test.",
    tree: {
      config: "when it runs, what it runs, who is notified",
      steps: "the programs",
      requirements: "what they import",
      image: "where they run on AWS",
    },
    deploy: "Deploy it here",
    deployHow:
      "On this machine, without AWS and without Docker. From then on it is a row of this page.",
    run: "Run it",
    runHow: "The run appears here while it happens.",
    up: "Let it run every night",
    upHow:
      "The scheduler of this machine; with -e and an environment on AWS, deploy uses that of AWS.",
    after: "After the first week each project is one line",
    legend: "Height: the duration. Shape and colour: the worst outcome of the night.",
    noAws: "No environment on AWS in esteira.yaml. None is needed to begin.",
  },
  {
    title: "Nenhum projeto ainda",
    lead: "Esta página mostra o que rodou, o que espera e o que falhou. Ela se preenche sozinha assim que o primeiro projeto existir.",
    make: "Crie um projeto",
    makeHow:
      "Escreve uma pasta que já roda: configuração, passos em Python, um Dockerfile e um teste.",
    tree: {
      config: "quando roda, o que roda, quem é avisado",
      steps: "os programas",
      requirements: "o que eles importam",
      image: "onde rodam na AWS",
    },
    deploy: "Implante aqui",
    deployHow: "Nesta máquina, sem AWS e sem Docker. A partir daí ele é uma linha desta página.",
    run: "Rode",
    runHow: "A execução aparece aqui enquanto acontece.",
    up: "Deixe rodando toda noite",
    upHow: "O agendador desta máquina; com -e e um ambiente da AWS, o deploy usa o da AWS.",
    after: "Depois da primeira semana, cada projeto é uma linha",
    legend: "Altura: a duração. Forma e cor: o pior resultado da noite.",
    noAws: "Nenhum ambiente da AWS em esteira.yaml. Ele não é preciso para começar.",
  },
);

/** What a new workspace sees: the way to the first run, as commands that work. */
export function FirstProject() {
  const { tree, ...texts } = words();
  const steps: readonly (readonly [string, string, string])[] = [
    [texts.make, texts.makeHow, "esteira new churn"],
    [texts.deploy, texts.deployHow, "esteira deploy churn"],
    [texts.run, texts.runHow, "esteira run churn"],
    [texts.up, texts.upHow, "esteira up"],
  ];
  const lines: readonly (readonly [string, string])[] = [
    ["src/projects/churn/", ""],
    ["├─ config.yaml", tree.config],
    ["├─ steps/", tree.steps],
    ["├─ requirements.txt", tree.requirements],
    ["└─ Dockerfile", tree.image],
  ];
  return (
    <div class="first">
      <h2>{texts.title}</h2>
      <p class="lead">{texts.lead}</p>
      <ol>
        {steps.map(([title, how, command], index) => (
          <li key={title}>
            <i aria-hidden="true">{index + 1}</i>
            <h3>{title}</h3>
            <p>{how}</p>
            <Command line={command} />
            {index === 0 && (
              <pre class="tree" tabIndex={0}>
                {lines.map(([path, what]) => `${path.padEnd(22)}${what}`.trimEnd()).join("\n")}
              </pre>
            )}
          </li>
        ))}
      </ol>
      <section class="sample">
        <h3>{texts.after}</h3>
        <p class="how">
          <Glyph of="succeeded" /> <b>churn</b>
          <Strip nights={sample} />
        </p>
        <p class="dim">{texts.legend}</p>
      </section>
      {session.value?.environments.every(({ platform }) => platform === "local") === true && (
        <p class="note">
          <Glyph of="waiting" />
          {texts.noAws}
        </p>
      )}
    </div>
  );
}

const night = (outcome: Night["outcome"], minutes: number): Night => ({
  outcome,
  milliseconds: minutes * 60_000,
});

const sample: readonly (Night | undefined)[] = [
  ...Array.from({ length: 7 }, () => undefined),
  night("succeeded", 27),
  night("succeeded", 28),
  night("succeeded", 26),
  night("failed", 12),
  night("succeeded", 27),
  night("succeeded", 29),
  night("succeeded", 28),
];
