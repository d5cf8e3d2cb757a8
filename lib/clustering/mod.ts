/** From embeddings to speakers: training filter, PLDA, AHC, KMeans, centroids, scores, assignment. */
export * from "./ahc.ts";
export * from "./assign_clusters.ts";
export * from "./centroids.ts";
export * from "./gather_embeddings.ts";
export * from "./initial_responsibilities.ts";
export * from "./kmeans.ts";
export * from "./kmeans_plus_plus.ts";
export * from "./lloyd.ts";
export * from "./normalize_embeddings.ts";
export * from "./plda_model.ts";
export * from "./plda_transform.ts";
export * from "./read_plda.ts";
export * from "./speaker_hints.ts";
export * from "./speaker_scores.ts";
export * from "./training_filter.ts";
