/** What a person is told of an error, and which exit code it means. */
import { EXIT, MissingError, UsageError } from "./exit.ts";

/** Errors of the library that are no fault of the program, by their names: a command need not load what it does not use. */
const STATUS: Readonly<Record<string, number>> = {
  ArrayFileError: EXIT.failed,
  AssignmentError: EXIT.failed,
  AudioFileError: EXIT.failed,
  CaptureError: EXIT.failed,
  ConfigError: EXIT.failed,
  ChromiumError: EXIT.missing,
  DeviceLostError: EXIT.missing,
  DownloadError: EXIT.missing,
  GpuMemoryError: EXIT.missing,
  LockedError: EXIT.failed,
  MissingPackageError: EXIT.missing,
  ModelFileError: EXIT.failed,
  ModelNotFoundError: EXIT.missing,
  NetworkOutputError: EXIT.failed,
  NoAdapterError: EXIT.missing,
  OptionsError: EXIT.usage,
  OutputError: EXIT.missing,
  OwnStageError: EXIT.failed,
  PlaceError: EXIT.missing,
  PldaNotFoundError: EXIT.missing,
  ProviderError: EXIT.missing,
  RefusedError: EXIT.failed,
  SelfTestError: EXIT.missing,
  ShardError: EXIT.failed,
  StageOutputError: EXIT.failed,
  TableError: EXIT.failed,
  TimelineFileError: EXIT.failed,
};

/** What the system's errors say of a path. */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "is in use",
  EDQUOT: "the disk quota is used up",
  EEXIST: "is there already",
  EFBIG: "grows too large for its file system",
  EIO: "the disk cannot read or write it",
  EISDIR: "is a folder, where a file is needed",
  ELOOP: "leads from link to link and to no file",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long for its file system",
  ENFILE: "too many files are open",
  ENOENT: "does not exist",
  ENOSPC: "no space is left on the disk",
  ENOTDIR: "a part of the path is a file, where a folder is needed",
  ENOTEMPTY: "is a folder that is not empty",
  EPERM: "the system does not permit it",
  EROFS: "the file system is read-only",
  ETXTBSY: "is in use",
  EXDEV: "lies on another file system",
};

/** What of a disk ends output that is then not whole. */
export const FULL: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/** An error of the operating system: it has a code such as ENOENT, not one of the runtimes' own (ERR_...), which would be a fault of the program. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" &&
    /^E[A-Z0-9]+$/.test(error.code);
}

/** The message of an error in plain words: of the system's, the path and what is wrong with it. */
export function messageOf(error: unknown): string {
  if (!isSystemError(error)) return error instanceof Error ? error.message : String(error);
  const words = SYSTEM[error.code];
  if (words === undefined) return error.message;
  const { path } = error;
  if (error.code === "ENOENT" && path?.includes("\ufffd")) {
    return `${path}: cannot be opened: its name is no UTF-8; rename it`;
  }
  return path === undefined || path === "" ? `${words} (${error.code})` : `${path}: ${words}`;
}

/** Whether an error is no fault of the program. */
export function isForeseen(error: unknown): boolean {
  return error instanceof Error &&
    (statusByKind(error) ?? (error instanceof RangeError ? 1 : undefined)) !== undefined;
}

function statusByKind(error: Error): number | undefined {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof MissingError) return EXIT.missing;
  const known = STATUS[error.name];
  if (known !== undefined || !isSystemError(error)) return known;
  return FULL.includes(error.code) ? EXIT.failed : EXIT.missing;
}

/** The text on stderr and the exit code. What nobody foresaw is shown with its stack, since it is a fault of the program. */
export function tellError(
  error: unknown,
  statusOf?: (error: Error) => number | undefined,
): { readonly text: string; readonly status: number } {
  const status = error instanceof Error ? statusOf?.(error) ?? statusByKind(error) : undefined;
  if (status !== undefined) {
    const more = error instanceof UsageError ? "Try --help.\n" : "";
    return { text: `error: ${messageOf(error)}\n${more}`, status };
  }
  const stack = error instanceof Error ? error.stack ?? String(error) : String(error);
  // Bun's stacks lack the message.
  const message = error instanceof Error && !stack.includes(error.message) ? `${error}\n` : "";
  return {
    text: `error: ${message}${stack}\n` +
      "This is a fault of dialab, not of what it was given. Please report it with the\n" +
      "lines above, the command, and what `dialab doctor` prints.\n",
    status: EXIT.failed,
  };
}
