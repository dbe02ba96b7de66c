import type {
  CiStatus,
  IssueRecord,
  MergeRequestRecord,
  NoteRecord,
  StatusRecord,
} from '../../fakes/gitlab/records.ts';
import { openGitLabFlow, type GitLabFlow } from '../gitlab-world.ts';
import { gitLabOwners, gitLabPeople, on } from './gitlab-people.ts';
import { gitLabReviews } from './gitlab-reviews.ts';
import { gitLabSurroundings } from './gitlab-surroundings.ts';
import { gitLabWire } from './gitlab-wire.ts';
import type { HostOptions } from './host-options.ts';
import { bytesServed } from './served.ts';
import type { Change, Check, Comment, Host, Issue, Look, Verdict } from './scene.ts';

const DRAFT = 'Draft: ';

/** GitLab's stand-in as a scene: the private project `team/tools/durations`, with the bot as a member and a signed hook. */
export async function openGitLab({ config, files, scenario, env = {}, start }: HostOptions): Promise<Host> {
  const flow = await openGitLabFlow({
    scenario: [scenario].flat(),
    files: { ...files, ...(config === undefined ? {} : { '.gitlab/astraforge.yml': config }) },
    env,
    ...(start === undefined ? {} : { start }),
  });
  const { gitlab, repository } = flow;
  const look = gitLabLook(flow);
  return {
    provider: 'gitlab',
    model: flow.model,
    astraforge: flow.astraforge,
    logs: flow.logs,
    repository,
    ...look,
    ...gitLabPeople(flow, look),
    ...gitLabReviews(flow),
    ...gitLabSurroundings(flow),
    ...gitLabOwners(flow),
    ...gitLabWire(flow),
    asShown: (verdict) => SHOWN[verdict],
    ourLogin: gitlab.bot.login,
    assertNoViolations: () => gitlab.assertNoViolations(),
    [Symbol.asyncDispose]: () => flow[Symbol.asyncDispose](),
  };
}

/** A commit status knows five states. */
const SHOWN: Readonly<Record<Verdict, Verdict>> = {
  queued: 'queued',
  in_progress: 'in_progress',
  success: 'success',
  neutral: 'success',
  failure: 'failure',
  timed_out: 'failure',
  cancelled: 'cancelled',
  action_required: 'in_progress',
};

const VERDICTS: Readonly<Record<CiStatus, Verdict | undefined>> = {
  created: undefined,
  pending: 'queued',
  running: 'in_progress',
  success: 'success',
  failed: 'failure',
  canceled: 'cancelled',
  skipped: undefined,
};

function gitLabLook({ gitlab, repository }: GitLabFlow): Look {
  const { id: us } = gitlab.bot;
  const toComment = ({ id, body, author }: NoteRecord): Comment => {
    return { id, body, by: author.login, isOurs: author.id === us };
  };
  const checks = () => gitlab.statuses(repository).filter(({ author }) => author.id === us);
  return {
    comments(place) {
      const { kind, number } = on(place);
      return gitlab
        .comments(repository, number, kind)
        .filter(({ position }) => position === undefined)
        .map(toComment);
    },
    commentsOnLines: ({ number }) => gitlab.reviewComments(repository, number).map(toComment),
    issues: () => [...repository.issues.values()].map((one) => toIssue(one, us)),
    changes: () => gitlab.pulls(repository).map((one) => toChange(one, us)),
    checks: () => checks().map(toCheck),
    checksOf({ request, run }) {
      const { sha } = run.task.base ?? request.base;
      return checks()
        .filter((one) => one.sha === sha)
        .map(toCheck);
    },
    ourReactions: ({ id }) =>
      gitlab
        .reactions(repository, { comment: id })
        .filter(({ user }) => user.id === us)
        .map(({ content }) => content),
    created: () => [
      ...checks().map(() => 'check.create'),
      ...gitlab.ledger.map(({ kind }) => kind).filter((kind) => MADE.test(kind)),
    ],
    bytesFetched: () => bytesServed(gitlab.gitTraffic),
    branches: () => gitlab.branches(repository),
    deliveries: () => gitlab.deliveries,
    delivered: () => gitlab.settled(),
  };
}

/** Each new state of one commit status is a call that makes one. */
const MADE = /^(?!status).*(?:create|push)/;

function toIssue({ number, title, body, author, state }: IssueRecord, us: number): Issue {
  return { kind: 'issue', number, title, body, isOurs: author.id === us, state: state === 'opened' ? 'open' : state };
}

function toChange(mergeRequest: MergeRequestRecord, us: number): Change {
  const { number, title, body, state, author, sourceBranch, targetBranch, versions } = mergeRequest;
  const isDraft = title.startsWith(DRAFT);
  return {
    ...{ kind: 'pull', number, body, title: isDraft ? title.slice(DRAFT.length) : title },
    ...{ head: sourceBranch, headSha: versions.at(-1)?.headSha ?? '', base: targetBranch },
    ...{ isDraft, isOurs: author.id === us, state: state === 'opened' ? 'open' : state },
  };
}

function toCheck({ id, name, sha, state, description, targetUrl = '' }: StatusRecord): Check {
  const verdict = VERDICTS[state];
  if (verdict === undefined) throw new Error(`a commit status of ours that is ${state}`);
  return { id, name, sha, verdict, title: description ?? '', text: '', detailsUrl: targetUrl };
}
