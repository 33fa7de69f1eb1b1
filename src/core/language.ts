/** Languages that people are written to in: `language` of esteira.yaml. */
export const LANGUAGES = ["en", "pt-BR"] as const;
export type Language = (typeof LANGUAGES)[number];
