import { ArrayFileError } from "#lib/arrays/mod.ts";

/** The ArrayFileError that `reading` ends in; it fails with anything else. */
export async function refusal(reading: () => unknown): Promise<ArrayFileError> {
  let outcome: unknown;
  try {
    outcome = await reading();
  } catch (error) {
    if (error instanceof ArrayFileError) return error;
    throw error;
  }
  throw new Error(`Nothing was refused, but read: ${JSON.stringify(outcome)}`);
}
