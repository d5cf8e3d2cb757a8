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
  readonly options: CommunityOptionsInput;
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
  return {
    text: name === "" ? `${named}${text}` : text,
    name: named,
    ...(replay && { replay }),
    options: queryOptions(query ?? "", text),
  };
}

/** What is said of a run whose backend, the end of its name from "@" on, is none. */
export function noBackend(name: string, text: string): string {
  return `"${text}": a backend is @scalar, @wasm or @webgpu, not ${name.slice(name.lastIndexOf("@"))}.`;
}

function queryOptions(query: string, text: string): CommunityOptionsInput {
  try {
    return setOptions(query.split("&").filter((piece) => piece !== ""));
  } catch (error) {
    if (error instanceof OptionsError) throw new UsageError(`"${text}": ${error.message}`);
    throw error;
  }
}
