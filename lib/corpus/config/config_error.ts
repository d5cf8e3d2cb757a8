/** A configuration that is none: a value of the wrong type, a null, something missing, text that is no JSON. It names file and key. */
export class ConfigError extends RangeError {
  override readonly name = "ConfigError";
}
