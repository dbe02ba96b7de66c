import type { Provider } from './repo.ts';

/** What a host is like where hosts differ and texts or projections have to know. */
export interface HostTraits {
  /** Whether a check has no room for log, diff or plan, so that the progress comment has to hold them. */
  readonly logInComment: boolean;
  /**
   * Whether it has nothing but Git: no checks, comments or proposed changes. A run there ends in its branch, and is followed
   * and approved through the API alone.
   */
  readonly onlyGit: boolean;
  /** What its people call a change that is proposed. */
  readonly changeWord: 'pull request' | 'merge request' | 'branch';
  /** What stands before the number of one. */
  readonly changeSign: '#' | '!';
  /** What lets us work in a repository, in a sentence. */
  readonly installHint: string;
  /** Whether comments on lines and all others share their numbers. */
  readonly oneSeriesOfComments: boolean;
}

/** Source: https://docs.gitlab.com/user/markdown/#gitlab-specific-references */
const TRAITS: Readonly<Record<Provider, HostTraits>> = {
  github: {
    logInComment: false,
    onlyGit: false,
    changeWord: 'pull request',
    changeSign: '#',
    installHint: 'Is the GitHub App installed on it?',
    oneSeriesOfComments: false,
  },
  gitlab: {
    logInComment: true,
    onlyGit: false,
    changeWord: 'merge request',
    changeSign: '!',
    installHint: 'Is the bot a Developer there, and is the project among GITLAB_PROJECTS?',
    oneSeriesOfComments: true,
  },
  git: {
    logInComment: false,
    onlyGit: true,
    changeWord: 'branch',
    changeSign: '#',
    installHint: 'Is it below an address in GIT_HOSTS, and may the account in GIT_CREDENTIALS push there?',
    oneSeriesOfComments: false,
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
