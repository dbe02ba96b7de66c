import { demoFiles } from '../../fakes/demo-files.ts';
import type { CheckRunRecord, CommentRecord, IssueRecord } from '../../fakes/github/records.ts';
import type { PullIssue } from '../../fakes/github/render-pull.ts';
import { openWorld, type World } from '../world.ts';
import { gitHubOwners, gitHubPeople } from './github-people.ts';
import { gitHubReviews } from './github-reviews.ts';
import { gitHubSurroundings } from './github-surroundings.ts';
import { gitHubWire } from './github-wire.ts';
import type { HostOptions } from './host-options.ts';
import { bytesServed } from './served.ts';
import type { Change, Check, Comment, Host, Issue, Look, Verdict } from './scene.ts';

/** GitHub's stand-in as a scene: the repository `acme/durations`, with its App installed. */
export async function openGitHub({ config, files, scenario, env, start }: HostOptions): Promise<Host> {
  const world = await openWorld({
    scenario,
    files: { ...(files ?? (await demoFiles())), ...configFile(config) },
    env: { PROVISIONER: 'local', ...env },
    ...(start === undefined ? {} : { start }),
  });
  const look = gitHubLook(world);
  const { github, repository } = world;
  return {
    provider: 'github',
    model: world.model,
    astraforge: world.astraforge,
    logs: world.logs,
    repository,
    ...look,
    ...gitHubPeople(world, look),
    ...gitHubReviews(world),
    ...gitHubSurroundings(world),
    ...gitHubOwners(world),
    ...gitHubWire(world),
    asShown: (verdict) => verdict,
    ourLogin: github.app.botUser.login,
    assertNoViolations: () => github.assertNoViolations(),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

function configFile(config: string | undefined): Record<string, string> {
  return config === undefined ? {} : { '.github/astraforge.yml': config };
}

function gitHubLook({ github, repository }: World): Look {
  const checkRuns = () => github.checkRuns(repository).filter(({ app }) => app === 'ours');
  return {
    comments: ({ number }) => github.comments(repository, number).map(toComment),
    commentsOnLines: ({ number }) => github.reviewComments(repository, number).map(toComment),
    issues: () => [...repository.issues.values()].filter(({ pull }) => pull === undefined).map(toIssue),
    changes: () => github.pulls(repository).map(toChange),
    checks: () => checkRuns().map(toCheck),
    checksOf({ request, run }) {
      // The first run of a request is known by the request's id, each further one by its own.
      const id = run.createdAt === request.createdAt ? request.id : run.id;
      return checkRuns()
        .filter(({ externalId }) => externalId === id || externalId === `gate:${id}`)
        .map(toCheck);
    },
    ourReactions: ({ id, isOnLine }) =>
      github
        .reactions(repository, isOnLine ? { reviewComment: id } : { comment: id })
        .filter(({ user }) => user.id === github.app.botUser.id)
        .map(({ content }) => content),
    created: () => github.ledger.map(({ kind }) => kind).filter((kind) => MADE.test(kind)),
    bytesFetched: () => bytesServed(github.gitTraffic),
    branches: () => github.branches(repository),
    deliveries: () => github.deliveries,
    delivered: () => github.settled(),
  };
}

/** A token is nothing that people see. */
const MADE = /^(?!token).*(?:create|push)/;

function toComment({ id, body, author, viaApp }: CommentRecord): Comment {
  return { id, body, by: author.login, isOurs: viaApp };
}

function toIssue({ number, title, body, viaApp: isOurs, state }: IssueRecord): Issue {
  return { kind: 'issue', number, title, body, isOurs, state };
}

function toChange({ number, title, body, viaApp, state, pull }: PullIssue): Change {
  return {
    ...{ kind: 'pull', number, title, body },
    ...{ head: pull.headBranch, headSha: pull.headSha, base: pull.baseBranch },
    ...{ isDraft: pull.draft, isOurs: viaApp, state: pull.merged === undefined ? state : 'merged' },
  };
}

const VERDICTS: readonly Verdict[] = [
  ...(['queued', 'in_progress', 'success', 'failure'] as const),
  ...(['neutral', 'cancelled', 'timed_out', 'action_required'] as const),
];

function toCheck({ id, name, headSha, status, conclusion, output, detailsUrl }: CheckRunRecord): Check {
  const verdict = VERDICTS.find((one) => one === (conclusion ?? status));
  if (verdict === undefined) throw new Error(`a check run that is ${conclusion ?? status}`);
  const text = [output.summary ?? '', output.text ?? ''].join('\n\n');
  return { id, name, sha: headSha, verdict, title: output.title ?? '', text, detailsUrl };
}
