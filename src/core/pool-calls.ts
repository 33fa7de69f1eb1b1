/**
 * What a compiled pipeline asks for places: the notifier's function on AWS, the store on this
 * machine. Stored in definitions: these names stay.
 */
export const TAKE_PLACES = "pool-take";
export const GIVE_PLACES = "pool-give";

export const TAKE_RESOURCE = "arn:aws:states:::lambda:invoke.waitForTaskToken";
export const GIVE_RESOURCE = "arn:aws:states:::lambda:invoke";

/** How long a step waits for its places before its run fails. */
export const LONGEST_WAIT_SECONDS = 7 * 86_400;
