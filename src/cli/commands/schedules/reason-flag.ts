import { textFlag } from "../flags.ts";

/** Of commands that a person may have to explain to others. */
export const reasonFlag = textFlag("TEXT", "Why, for those who find it so");
