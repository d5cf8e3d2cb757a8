/** How commands end. */

/** Exit codes. */
export const EXIT = { fine: 0, failed: 1, usage: 2, missing: 3 } as const;

/** The command line is wrong. */
export class UsageError extends Error {}

/** Something that the command needs is not on this machine. */
export class MissingError extends Error {}
