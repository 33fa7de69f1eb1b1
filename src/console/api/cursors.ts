import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * Cursors as they leave: a platform trusts its own, so one that comes back is one that was given,
 * for the same question.
 */
export interface Cursors {
  seal(cursor: string, question: string): string;
  /** Undefined: it was never given for this question. */
  open(sealed: string, question: string): string | undefined;
}

/** Bytes of what proves it: no one guesses 2^128. */
const proofBytes = 16;

export function openCursors(): Cursors {
  const secret = randomBytes(32);
  const proofOf = (cursor: string, question: string): Buffer =>
    createHmac("sha256", secret)
      .update(JSON.stringify([question, cursor]))
      .digest()
      .subarray(0, proofBytes);
  return {
    seal: (cursor, question) =>
      Buffer.concat([proofOf(cursor, question), Buffer.from(cursor)]).toString("base64url"),
    open(sealed, question) {
      const bytes = Buffer.from(sealed, "base64url");
      if (bytes.length < proofBytes) return undefined;
      const cursor = bytes.toString("utf8", proofBytes);
      const proof = bytes.subarray(0, proofBytes);
      return timingSafeEqual(proof, proofOf(cursor, question)) ? cursor : undefined;
    },
  };
}
