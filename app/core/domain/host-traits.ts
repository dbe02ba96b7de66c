import type { Provider } from './repo.ts';

/** What a host is like where hosts differ and texts or projections have to know. */
export interface HostTraits {
  /** Whether a check has no room for log, diff or plan, so that the progress comment has to hold them. */
  readonly logInComment: boolean;
  /** What its people call a change that is proposed. */
  readonly changeWord: 'pull request' | 'merge request';
  /** What stands before the number of one. */
  readonly changeSign: '#' | '!';
  /** Domain of addresses by which it links `ID+LOGIN@…` to an account; undefined when it has none that is the same everywhere. */
  readonly noReplyDomain: string | undefined;
  /** Whether comments on lines and all others share their numbers. */
  readonly oneSeriesOfComments: boolean;
}

/**
 * Sources: https://docs.gitlab.com/user/markdown/#gitlab-specific-references and, for addresses,
 * https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
 */
const TRAITS: Readonly<Record<Provider, HostTraits>> = {
  github: {
    logInComment: false,
    changeWord: 'pull request',
    changeSign: '#',
    noReplyDomain: 'users.noreply.github.com',
    oneSeriesOfComments: false,
  },
  gitlab: {
    logInComment: true,
    changeWord: 'merge request',
    changeSign: '!',
    noReplyDomain: undefined,
    oneSeriesOfComments: true,
  },
};

/** The traits of a host. */
export function traitsOf(provider: Provider): HostTraits {
  return TRAITS[provider];
}

/** A thread's kind as its people call it. */
export function threadWord(provider: Provider, kind: 'issue' | 'pull'): string {
  return kind === 'issue' ? 'issue' : traitsOf(provider).changeWord;
}

/** A proposed change as its people write it: `pull request #3`, `merge request !3`. */
export function changeName(provider: Provider, number: number): string {
  const { changeWord, changeSign } = traitsOf(provider);
  return `${changeWord} ${changeSign}${number}`;
}
