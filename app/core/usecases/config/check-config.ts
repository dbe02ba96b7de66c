import {
  FORMER_CONFIG_PATH,
  REPOSITORY_CONFIG_BYTES_MAX,
  REPOSITORY_CONFIG_PATHS,
} from '../../contracts/repository-config.ts';
import type { CheckView } from '../../domain/change/check.ts';
import { replyBody } from '../../domain/request/comment.ts';
import { projectConfigCheck } from '../../domain/rules/config-check.ts';
import { effectMarker } from '../../domain/host/effect.ts';
import { traitsOf } from '../../domain/host/host-traits.ts';
import type { Pushed } from '../../domain/host/inbound.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { ParseYaml } from '../../ports/parse-yaml.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Effects } from '../../ports/store.ts';
import type { CheckReporter, CommitCommenter, CommitFileReader } from '../../ports/host/vcs.ts';
import { applyEffect } from '../report/apply-effect.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { readConfigBy } from './read-repository-config.ts';

/** What checking a configuration needs. */
export interface CheckConfigDeps {
  readonly store: { readonly effects: Effects };
  readonly host: CommitFileReader & CheckReporter & Partial<CommitCommenter>;
  readonly parseYaml: ParseYaml;
  readonly runtime: Pick<Runtime, 'sha256' | 'now'>;
  readonly redactor: Redactor;
}

/**
 * Says on a pushed commit whether the configuration in it is right, when the push touched it: a check run of its own, with
 * each fault at its line. Also on other branches than the default one, so that a mistake shows in the pull request that
 * makes it. Where a check has room for one line only, the faults are a comment on the commit. Once per commit, however often
 * this is called. Returns what was done, in a few words for the record.
 * @throws AppError as {@link applyEffect}, and as the host when the file cannot be read.
 */
export async function checkConfig(deps: CheckConfigDeps, pushed: Pushed): Promise<string> {
  const { repo, sha } = pushed;
  const places = [REPOSITORY_CONFIG_PATHS[repo.provider], FORMER_CONFIG_PATH];
  if (!pushed.paths.some((path) => places.includes(path))) return 'ignored: the configuration is not touched';
  const subjectId = uuidOf(deps.runtime, `${repo.provider}/${repo.id}/${sha}/config-check`);
  await applyEffect(
    deps.store,
    { subjectId, kind: 'config-check' },
    {
      find: () => deps.host.findCheck(repo, sha, subjectId),
      create: async () => deps.host.createCheck(repo, sha, { key: subjectId, view: await viewOf(deps, pushed) }),
    },
  );
  if (traitsOf(repo.provider).logInComment) await remark(deps, pushed);
  return 'checked the configuration';
}

/** Tells the faults in a comment on the commit; nothing when there are none. */
async function remark(deps: CheckConfigDeps, pushed: Pushed): Promise<void> {
  const { repo, sha } = pushed;
  const { findCommitComment, commentOnCommit } = deps.host;
  if (findCommitComment === undefined || commentOnCommit === undefined) return;
  const { title, summary, annotations = [] } = await viewOf(deps, pushed);
  if (annotations.length === 0) return;
  const subjectId = uuidOf(deps.runtime, `${repo.provider}/${repo.id}/${sha}/config-remarks`);
  await applyEffect(
    deps.store,
    { subjectId, kind: 'reply' },
    {
      find: () => findCommitComment(repo, sha, effectMarker(subjectId, 'reply')),
      create: () => commentOnCommit(repo, sha, replyBody(subjectId, `**${title}**\n\n${summary}`)),
    },
  );
}

async function viewOf(deps: CheckConfigDeps, { repo, sha, isDefault }: Pushed): Promise<CheckView> {
  const read = await readConfigBy(deps, repo.provider, (path) =>
    deps.host.readFileAt(repo, { sha, path }, REPOSITORY_CONFIG_BYTES_MAX),
  );
  const view = projectConfigCheck(read, { isDefault, now: deps.runtime.now() });
  const redact = (text: string): string => deps.redactor.redact(text);
  const annotations = view.annotations?.map((one) => ({ ...one, message: redact(one.message) }));
  return { ...view, summary: redact(view.summary), text: redact(view.text), ...(annotations ? { annotations } : {}) };
}
