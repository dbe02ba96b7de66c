import { z } from 'zod';
import { archiveIssue, assignIssue, reopenIssue, resolveIssue } from '../tracker/issue-acts.ts';
import type { IssueRecord, MemberRecord, Resolution } from '../tracker/records.ts';
import { latestRelease, type TrackerWorld } from '../tracker/world.ts';
import { badFields } from './refusals.ts';

/** What of an update has an effect here; the rest is taken and ignored. */
const Update = z.looseObject({
  status: z.enum(['resolved', 'unresolved', 'ignored', 'resolvedInNextRelease', 'muted']).optional(),
  statusDetails: z
    .looseObject({
      inNextRelease: z.boolean().optional(),
      inRelease: z.string().optional(),
      inCommit: z.object({ commit: z.string(), repository: z.string() }).optional(),
    })
    .optional(),
  substatus: z
    .enum([
      'archived_until_escalating',
      'archived_until_condition_met',
      'archived_forever',
      'escalating',
      'ongoing',
      'regressed',
      'new',
    ])
    .nullish(),
  assignedTo: z.string().optional(),
});
type Update = z.infer<typeof Update>;

/**
 * Updates an issue as `PUT` does: https://docs.sentry.io/api/events/update-an-issue/
 * @throws TrackerFailure 400 for a release, commit, repository or member that is not known.
 */
export function updateIssue(world: TrackerWorld, issue: IssueRecord, asked: { body: unknown; by: MemberRecord }): void {
  const update = Update.parse(asked.body ?? {});
  const acting = { issue, by: asked.by };
  const { status, assignedTo } = update;
  if (status === 'resolved' || status === 'resolvedInNextRelease')
    resolveIssue(world, acting, resolutionOf(world, issue, update));
  if (status === 'unresolved') reopenIssue(world, acting, update.substatus ?? 'ongoing');
  if (status === 'ignored' || status === 'muted')
    archiveIssue(world, acting, update.substatus ?? 'archived_until_escalating');
  if (assignedTo !== undefined) assignIssue(world, acting, memberOf(world, assignedTo));
}

function resolutionOf(world: TrackerWorld, issue: IssueRecord, { status, statusDetails = {} }: Update): Resolution {
  const { inRelease, inNextRelease, inCommit } = statusDetails;
  if (status === 'resolvedInNextRelease' || inNextRelease === true) {
    const release = latestRelease(world, issue.project);
    const problem = "No release data present in the system to form a basis for 'Next Release'";
    if (!release) throw badFields({ statusDetails: { inNextRelease: [problem] } });
    return { kind: 'next-release', release };
  }
  if (inRelease !== undefined) {
    const named = world.releases.get(inRelease);
    const release = inRelease === 'latest' ? latestRelease(world, issue.project) : named;
    const problem = 'Unable to find a release with the given version.';
    if (!release?.projects.has(issue.project)) throw badFields({ statusDetails: { inRelease: [problem] } });
    return { kind: 'release', release };
  }
  if (inCommit) {
    const commits = [...world.releases.values()].flatMap((release) => release.commits);
    const inRepository = commits.filter(({ repository }) => repository === inCommit.repository);
    const refuse = (field: string, problem: string): never => {
      throw badFields({ statusDetails: { inCommit: { [field]: [problem] } } });
    };
    if (inRepository.length === 0) refuse('repository', 'Unable to find the given repository.');
    if (!inRepository.some(({ id }) => id === inCommit.commit)) refuse('commit', 'Unable to find the given commit.');
    return { kind: 'commit', ...inCommit };
  }
  return { kind: 'now' };
}

/** `user:1`, a name or a mail address; empty is nobody. */
function memberOf({ members }: TrackerWorld, named: string): MemberRecord | undefined {
  if (named === '') return undefined;
  const id = named.replace(/^user:/, '');
  const found = [...members.values()].find((one) => String(one.id) === id || one.name === named || one.email === named);
  if (!found) throw badFields({ assignedTo: ['Unknown actor input'] });
  return found;
}
