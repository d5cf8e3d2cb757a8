import { quietNative } from "#lib/compute/quiet_native.ts";
import { parseOnnx } from "./onnx/parse_onnx.ts";
import { ModelFileError } from "./onnx/model_file_error.ts";
import { usesHalfPrecision } from "./onnx/uses_half_precision.ts";
import type { NetworkSession } from "./network_session.ts";
import { OwnSession } from "./own_session.ts";
import { onnxRuntime, providerError, runtimeOptions, type SessionOptions } from "./provider.ts";
import { PooledSession } from "./workers/pooled_session.ts";

/**
 * Makes a session of an ONNX file's bytes. A file in half precision is loaded at the optimisation level that onnxruntime survives.
 *
 * @param bytes A whole ONNX file.
 * @param options `path` names it in errors.
 * @throws {ModelFileError} The bytes are no ONNX model, or onnxruntime refuses it.
 * @throws {ProviderError} The provider cannot be used here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openSession } from "#lib/networks/open_session.ts";
 * await assert.rejects(openSession(new TextEncoder().encode("text"), { path: "a.onnx" }), /a\.onnx: not an ONNX model/);
 * ```
 */
export async function openSession(
  bytes: Uint8Array<ArrayBuffer>,
  options: SessionOptions & { readonly path: string },
): Promise<NetworkSession> {
  const { path, provider = "cpu", workers = 0 } = options;
  const half = usesHalfPrecision(parseOnnx(bytes, path));
  const settings = runtimeOptions(options, { half });
  const runtime = await onnxRuntime();
  const known = runtime.listSupportedBackends().map(({ name }) => name);
  if (!known.includes(provider)) throw providerError(provider, path, "onnxruntime here was built without it");
  try {
    const open = async (): Promise<NetworkSession> =>
      workers > 0
        ? await PooledSession.open({ path, bytes, settings }, { copies: workers })
        : new OwnSession(await runtime.InferenceSession.create(bytes, settings), path);
    // A GPU's drivers are looked for on another thread; what they say is in the error.
    return await (provider === "webgpu" ? quietNative(open, { untilSettled: true }) : open());
  } catch (cause) {
    if (provider !== "cpu") throw providerError(provider, path, cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelFileError(`onnxruntime cannot load it: ${reason}`, path, { cause });
  }
}
