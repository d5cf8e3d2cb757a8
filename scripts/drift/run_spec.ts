/** Which run is meant: NAME[@BACKEND[:PRECISION]][?OPTION=VALUE&...]. */
import { existsSync } from "node:fs";
import type { Backend, Precision } from "#lib/compute/compute.ts";
import { type CommunityOptionsInput, OptionsError } from "#lib/pipeline/options.ts";
import { setOptions } from "#lib/pipeline/set_options.ts";
import { UsageError } from "../cli/command_line.ts";

/** A run as it was asked for. */
export interface RunSpec {
  /** The whole of it, as it is shown. */
  readonly text: string;
  /** A capture's name or folder, or a recording's file. */
  readonly name: string;
  /** What replays it; undefined where it is taken as it was recorded. */
  readonly replay?: { readonly backend: Backend; readonly precision?: Precision };
  /** What is set, as written: which options there are is known once the clustering of the run is. */
  readonly set: readonly string[];
}

const SPEC = /^(?<name>.*?)(?:@(?<backend>scalar|wasm|webgpu)(?::(?<precision>\w+))?)?(?:\?(?<query>.*))?$/s;

/**
 * Reads a run. One that begins with `@` or `?` is of the recording before it.
 *
 * @param before The name that an empty one stands for.
 */
export function runSpec(text: string, before?: string): RunSpec {
  const { name = "", backend, precision, query } = SPEC.exec(text)?.groups ?? {};
  const named = name === "" ? before : name;
  // A file or folder may be called so.
  if (name.startsWith("@") && !existsSync(name)) throw new UsageError(noBackend(name, text));
  if (named === undefined) throw new UsageError(`"${text}" names no run.`);
  if (precision !== undefined && (backend !== "webgpu" || !/^(df64|f32)$/.test(precision))) {
    throw new UsageError(`"${text}": a precision is @webgpu:df64 or @webgpu:f32.`);
  }
  const replay = backend === undefined && query === undefined ? undefined : {
    backend: (backend ?? "scalar") as Backend,
    ...(precision && { precision: precision as Precision }),
  };
  const set = (query ?? "").split("&").filter((piece) => piece !== "");
  // What every clustering has is looked at before a file is.
  optionsOf(set.filter((piece) => !piece.startsWith("clustering.")), { text });
  return {
    text: name === "" ? `${named}${text}` : text,
    name: named,
    ...(replay && { replay }),
    set,
  };
}

/** What is said of a run whose backend, the end of its name from "@" on, is none. */
export function noBackend(name: string, text: string): string {
  return `"${text}": a backend is @scalar, @wasm or @webgpu, not ${name.slice(name.lastIndexOf("@"))}.`;
}

/**
 * The options of a run that has a clustering.
 *
 * @throws {UsageError} when one is none, or has no fitting value.
 */
export function specOptions({ set, text }: RunSpec, clustering: string): CommunityOptionsInput {
  return optionsOf(set, { text, clustering });
}

function optionsOf(
  set: readonly string[],
  { text, clustering }: { readonly text: string; readonly clustering?: string },
): CommunityOptionsInput {
  try {
    return setOptions(set, clustering);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    // There is no --set here.
    const said = error.message.replace("--set help", "dialab diarize --set help");
    const own = clustering !== undefined && /^There is no option clustering\./.test(said)
      ? ` The run's clustering is "${clustering}".`
      : "";
    throw new UsageError(`"${text}": ${said}${own}`);
  }
}
