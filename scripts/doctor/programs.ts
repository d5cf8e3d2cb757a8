/** Programs beside dialab that some of it uses, and what each is for. */
import { spawnSync } from "node:child_process";
import { ChromiumError, findChromium } from "#lib/plots/chromium.ts";
import { jupyterInWords } from "../notebooks/open_jupyter.ts";

/** A program: where it is or how it is called, or undefined. */
export interface ProgramFinding {
  readonly program: string;
  readonly found: string | undefined;
  readonly use: string;
}

/** Looks for all of them. */
export function examinePrograms(): ProgramFinding[] {
  return [
    { program: "chromium", found: chromium(), use: "pictures as PNG (DIALAB_CHROMIUM names another)" },
    { program: "jupyter", found: jupyterInWords(), use: "npm run notebooks" },
    { program: "ffmpeg", found: ffmpeg(), use: "audio beyond WAV, FLAC, MP3, Ogg, Opus and M4A" },
  ];
}

function chromium(): string | undefined {
  try {
    return findChromium();
  } catch (error) {
    if (!(error instanceof ChromiumError)) throw error;
    return undefined;
  }
}

function ffmpeg(): string | undefined {
  const { status, stdout } = spawnSync("ffmpeg", ["-version"], { encoding: "utf8" });
  return status === 0 ? stdout.match(/^(ffmpeg) version ([^\s-]+)/)?.slice(1).join(" ") : undefined;
}
