export interface Item {
  set: string;
  source: string;
  variant: string;
  output: string | null;
  status: 'built' | 'copied' | 'fresh' | 'stale' | 'failed' | 'orphan' | 'pruned';
  reason: string | null;
  width: number;
  height: number;
  bytes: number;
  milliseconds: number;
  error?: { code: string; message: string } | null;
}

/** The document of `thumbs --json`. */
export interface Report {
  schema: 1;
  tool: string;
  version: string;
  command: string;
  manifest: string;
  summary: Record<string, number>;
  items: Item[];
  errors?: { file?: string; line?: number; column?: number; pointer?: string; message: string }[];
}

export interface Options {
  /** Where to run; default: the current folder. */
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the run; what is finished stays. */
  signal?: AbortSignal;
  /** Where progress and warnings go; default: 'inherit'. */
  stderr?: 'inherit' | 'ignore';
}

/** The exit code, and the report if there is one. */
export class ThumbsError extends Error {
  exitCode: number | null;
  report?: Report;
}

/**
 * Runs thumbs; `args` is its command line, by default ['build']. Gives the report for exit codes 0 and 3 (`check` found
 * something stale); rejects with a ThumbsError for all others.
 */
export function thumbs(args?: string[], options?: Options): Promise<Report>;

/** The path of the program. */
export function program(): string;
