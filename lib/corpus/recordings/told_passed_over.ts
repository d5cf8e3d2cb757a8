import { someOf } from "#lib/language/some_of.ts";
import { counted } from "#lib/language/counted.ts";
import type { PassedOver, PassedOverReason } from "./walk_recordings.ts";

/** What each kind is called, of one and of several. Companions and hidden folders are not worth a word. */
const KINDS: readonly (readonly [PassedOverReason, one: string, many?: string])[] = [
  [
    "audio",
    "file that is audio by content: name it to have it read",
    "files that are audio by content: name them to have them read",
  ],
  ["empty", "file without a byte", "files without a byte"],
  ["hidden", "hidden file"],
  ["other", "other file"],
  ["special", "pipe, socket or device", "pipes, sockets or devices"],
  ["lost link", "link to nothing", "links to nothing"],
  [
    "linked",
    "link to a folder that is looked through already",
    "links to folders that are looked through already",
  ],
  ["name", "file whose name is no UTF-8: rename it", "files whose names are no UTF-8: rename them"],
  ["unreadable", "file or folder that cannot be read", "files or folders that cannot be read"],
];

/**
 * One sentence on what of a folder is passed over: each kind with its count and up to five names.
 *
 * @returns Undefined where nothing is worth a word.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { toldPassedOver } from "#lib/corpus/recordings/told_passed_over.ts";
 * const passedOver = [{ path: "a.wav", why: "empty" }, { path: "a.rttm", why: "companion" }] as const;
 * assert.equal(toldPassedOver("talks", passedOver), "Folder talks: passed over 1 file without a byte (a.wav).");
 * ```
 */
export function toldPassedOver(folder: string, passedOver: readonly PassedOver[]): string | undefined {
  const parts = KINDS.flatMap(([kind, one, many]) => {
    const paths = passedOver.filter(({ why }) => why === kind).map(({ path }) => path);
    if (paths.length === 0) return [];
    return [`${counted(paths.length, one, many)} (${someOf(paths)})`];
  });
  return parts.length === 0 ? undefined : `Folder ${folder}: passed over ${parts.join("; ")}.`;
}
