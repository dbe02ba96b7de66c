import { isBelow } from '#core/domain/host/git-url.ts';

/** Who pushes below an address. */
export interface GitCredential {
  readonly username: string;
  readonly password: string;
}

/** What may be reached, as what; addresses in the form of `gitAddress`. */
export interface GitServerOptions {
  /** Addresses below which repositories may be worked in. */
  readonly hosts: readonly string[];
  /** By the address they are for. */
  readonly credentials: ReadonlyMap<string, GitCredential>;
}

/** What an operator allows. */
export interface AllowList {
  isAllowed(url: string): boolean;
  /** Of the longest address that a repository lies below; undefined when there is none. */
  credentialFor(url: string): GitCredential | undefined;
}

/** Reads what the operator allows; nothing else is ever reached, and no credential goes anywhere but below its own address. */
export function createAllowList({ hosts, credentials }: GitServerOptions): AllowList {
  const longestFirst = [...credentials].toSorted(([one], [other]) => other.length - one.length);
  return {
    isAllowed: (url) => hosts.some((address) => isBelow(url, address)),
    credentialFor: (url) => longestFirst.find(([address]) => isBelow(url, address))?.[1],
  };
}
