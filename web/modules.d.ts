// What Vite makes of imports that aren't modules of TypeScript.
declare module "*.css" {}

// The documents' types come by way of a module that hashes; nothing of it is loaded here.
declare module "node:crypto" {
  export function hash(algorithm: string, text: string): string;
}
