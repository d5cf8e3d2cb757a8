/** What of a folder is not taken, and whether it should be told. */
import { counted } from "#lib/language/counted.ts";
import { extname } from "node:path";
import { fileContent } from "#lib/audio/file_content.ts";
import { type OpenFile, openFile } from "#lib/audio/open_file.ts";
import { COMPANION_ENDINGS } from "#lib/corpus/recordings/recording_endings.ts";

/** Files whose content is looked at; of folders of more, the rest is counted only. */
const MOST_LOOKED_AT = 1000;
/** Names that are told. */
const MOST_NAMES = 5;
/** What systems and tools leave in folders. */
const LITTER: ReadonlySet<string> = new Set([
  ".DS_Store",
  ".gitignore",
  ".gitkeep",
  "Thumbs.db",
  "desktop.ini",
]);

const listed = (names: readonly string[]) => {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
};

/** Whether a file is audio or video by its content; of one that cannot be read nothing is known. */
export async function isRecording(path: string): Promise<boolean> {
  let file: OpenFile | undefined;
  try {
    file = await openFile(path);
    const { format } = await fileContent(file);
    return typeof format === "object" && format.decoder !== "none";
  } catch {
    return false;
  } finally {
    await file?.close();
  }
}

/** What is in a folder and was not taken. */
export interface NotTaken {
  /** Names of files. */
  readonly files: readonly string[];
  /** Names of folders with recordings in them. */
  readonly folders: readonly string[];
  /** Names of what is neither. */
  readonly special?: readonly string[];
}

/**
 * One sentence on what of a folder is passed over: what is audio by its content under another ending, hidden files
 * (macOS keeps one beside each file on foreign disks), others, and folders. Companions of recordings, as transcripts and
 * tables, are not mentioned.
 *
 * @returns Undefined where nothing is worth a word.
 */
export async function passedOver(
  folder: string,
  { files, folders, special = [] }: NotTaken,
  pathOf: (name: string) => string,
): Promise<string | undefined> {
  const audio: string[] = [], hidden: string[] = [], others: string[] = [];
  for (const [i, name] of files.filter((name) => !LITTER.has(name)).entries()) {
    if (name.startsWith(".")) hidden.push(name);
    else if (COMPANION_ENDINGS.has(extname(name).toLowerCase())) continue;
    else if (i < MOST_LOOKED_AT && await isRecording(pathOf(name))) audio.push(name);
    else others.push(name);
  }
  const kinds: [readonly string[], string, string?][] = [
    [
      audio,
      "file that is audio by content: name it to have it read",
      "files that are audio by content: name them to have them read",
    ],
    [hidden, "hidden file"],
    [others, "other file"],
    [folders, "folder with recordings", "folders with recordings"],
    [special, "pipe, socket or device", "pipes, sockets or devices"],
  ];
  const parts = kinds.flatMap(([names, one, many]) =>
    names.length === 0 ? [] : [`${counted(names.length, one, many)} (${listed(names)})`]
  );
  return parts.length === 0 ? undefined : `Folder ${folder}: passed over ${parts.join("; ")}.`;
}
