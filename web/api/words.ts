import { catalogue } from "../words/language.ts";

export const apiWords = catalogue(
  {
    offline: "The console’s server can’t be reached.",
    offlineHelp: "Start it again with esteira console; this page continues by itself.",
    unreadable: (status: number) => `The server answered with status ${status} and no document.`,
  },
  {
    offline: "O servidor do console não responde.",
    offlineHelp: "Inicie-o de novo com esteira console; esta página continua sozinha.",
    unreadable: (status: number) => `O servidor respondeu com status ${status} e sem documento.`,
  },
);
