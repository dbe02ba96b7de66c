/** Labels every place to run carries, so that what no live run owns can be found and removed. */
export interface GuestLabels {
  readonly runId: string;
  readonly epoch: number;
}

/**
 * How a guest gets out, and there is no other way: through `llm.sock` and `egress.sock` in a directory of the host, or,
 * where host and guest share no directory, through a service on the network that a per-run token opens. Inside, both look
 * the same: the model answers at 127.0.0.1:8101 and the egress proxy at 127.0.0.1:3128.
 */
export type GuestDoors =
  | { readonly kind: 'sockets'; readonly directory: string }
  | { readonly kind: 'network'; readonly host: string; readonly port: number; readonly token: string };

/** What a place to run is made from. */
export interface GuestSpec {
  readonly labels: GuestLabels;
  readonly doors: GuestDoors;
  /** Image instead of the installation's; it must be made from a workspace image of ours. */
  readonly image?: string;
  /** Hears, line by line, of long steps such as building the image. */
  readonly onProgress?: (line: string) => void;
}

/** Paths inside a guest. Nothing else is writable but `/tmp`. */
export interface GuestPaths {
  readonly workspace: string;
  readonly home: string;
  readonly sockets: string;
}

/** One command inside a guest. No shell is added: `argv[0]` is the program. */
export interface GuestCommand {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly timeoutMs: number;
  /** Bytes of stdout and stderr together after which the command is killed. */
  readonly outputBytesMax: number;
  /** Given: stdout goes here chunk by chunk and is not collected. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
  /** Aborting kills the command and everything it started. */
  readonly signal?: AbortSignal;
  /** Promise that the command needs nothing from `paths.sockets`; a provisioner may then start it sooner. */
  readonly offline?: boolean;
}

/** How a command ended. A non-zero code is an outcome, not an error. `exitCode` is null unless `end` is 'exited'. */
export interface GuestExit {
  readonly end: 'exited' | 'timeout' | 'output-limit' | 'aborted';
  readonly exitCode: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/**
 * A place to run: isolated, without network, without any secret, gone when destroyed.
 * Throws AppError `unavailable` when the engine does not answer and `missing` when the guest is gone.
 */
export interface Guest {
  readonly id: string;
  /** What it was made from, for a machine to compare: the same text, the same programs inside. */
  readonly madeFrom: string;
  readonly paths: GuestPaths;
  exec(command: GuestCommand): Promise<GuestExit>;
  /** Writes a file (mode 0644) with missing parent directories; replaces an existing one. */
  upload(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Reads a file. Throws AppError `missing` when absent and `invalid` when larger than `bytesMax`. */
  download(path: string, bytesMax: number): Promise<Uint8Array>;
  /** Idempotent; resolves when the guest and all its processes are gone. */
  destroy(): Promise<void>;
}

/** Makes guests. One per technology. */
export interface Provisioner {
  /** `docker`, `kubernetes`, `local`; shown to people. */
  readonly name: string;
  /** The kind of doors its guests can use. */
  readonly doors: GuestDoors['kind'];
  /** Throws AppError `unavailable` with what to do when this provisioner cannot work here. */
  ready(): Promise<void>;
  create(spec: GuestSpec): Promise<Guest>;
  /** Destroys every guest of ours whose labels `isLive` rejects; returns how many. Never touches anything without our labels. */
  reap(isLive: (labels: GuestLabels) => Promise<boolean>): Promise<number>;
}
