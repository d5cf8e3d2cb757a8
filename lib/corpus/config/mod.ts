/** Configurations: how an output was made, what of it is wanted, how it is read. */
export { ConfigError } from "./config_error.ts";
export { canonicalConfig, configVersion, type ConfigVersionOptions } from "./config_version.ts";
export {
  type DatasetConfig,
  datasetConfig,
  type DatasetConfigOptions,
  type LoaderConfig,
} from "./dataset_config.ts";
export {
  type FilterConfig,
  filterConfig,
  type FilterConfigInput,
  type FilterConfigOptions,
  isActive,
} from "./filter_config.ts";
export {
  type PipelineConfig,
  pipelineConfig,
  type PipelineConfigInput,
  type PipelineConfigOptions,
} from "./pipeline_config.ts";
export { type ConfigReading, parseConfig, readConfig, type ReadConfigOptions } from "./read_config.ts";
export { writePipelineConfig } from "./write_pipeline_config.ts";
