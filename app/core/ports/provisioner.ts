/** Labels every place to run carries, so that what no live run owns can be found and removed. */
export interface GuestLabels {
  readonly runId: string;
  readonly epoch: number;
}

/** What a place to run is made from. Sizes in bytes. */
export interface GuestSpec {
  readonly labels: GuestLabels;
  /** Directory on the host that holds the run's sockets; visible inside, read-only, at `paths.sockets`. */
  readonly socketDirectory: string;
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
  /** `docker`, `local`; shown to people. */
  readonly name: string;
  /** Throws AppError `unavailable` with what to do when this provisioner cannot work here. */
  ready(): Promise<void>;
  create(spec: GuestSpec): Promise<Guest>;
  /** Destroys every guest of ours whose labels `isLive` rejects; returns how many. Never touches anything without our labels. */
  reap(isLive: (labels: GuestLabels) => Promise<boolean>): Promise<number>;
}
