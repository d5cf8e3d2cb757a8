/** Recordings whose results would have no place of their own. */
import { type OutputRequest, outputsOf } from "./outputs.ts";

/**
 * Why each of some recordings has no place for its results, a sentence's part: it is called as a folder is, or one of its files would be
 * one of a recording before it, as `a.exclusive.rttm` is of `a.exclusive.wav` and of `a.wav`. Undefined for the others.
 */
export function placeFaults(
  recordings: readonly { readonly file: string; readonly uri: string }[],
  request: OutputRequest,
): (string | undefined)[] {
  const owners = new Map<string, { readonly file: string; readonly uri: string }>();
  return recordings.map((recording) => {
    const { file, uri } = recording;
    if (uri === "." || uri === "..") {
      return `${file} is called "${uri}" without its ending, as a folder is; rename it`;
    }
    const places = outputsOf(uri, request).map(({ name }) => name);
    const taken = places.find((name) => owners.has(name));
    if (taken !== undefined) {
      const other = owners.get(taken)!;
      const how = other.uri === uri
        ? `is called as ${other.file} is, and their results would be one`
        : `would have ${taken}, which is a result of ${other.file}`;
      return `${file} ${how}; rename it, or give it another --out`;
    }
    for (const name of places) owners.set(name, recording);
    return undefined;
  });
}
