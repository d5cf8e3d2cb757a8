import { ArrayFileError } from "#lib/arrays/mod.ts";

/** The ArrayFileError that `reading` ends in; it fails with anything else. */
export async function refusal(reading: () => unknown): Promise<ArrayFileError> {
  try {
    await reading();
  } catch (error) {
    if (error instanceof ArrayFileError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
