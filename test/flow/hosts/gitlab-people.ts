import type { Button } from '#core/domain/host/inbound.ts';
import type { GitLabFlow } from '../gitlab-world.ts';
import type { Place } from './said.ts';
import type { Look, Owners, People } from './scene.ts';
import { toldBy } from './told.ts';

const CONFIG = '.gitlab/astraforge.yml';
const EMOJI: Readonly<Record<Button, string>> = { approve: 'thumbsup', cancel: 'octagonal_sign', retry: 'repeat' };

/** GitLab's `kind` of a place. */
export function on({ kind, number }: Place): { kind: 'issue' | 'merge_request'; number: number } {
  return { kind: kind === 'issue' ? 'issue' : 'merge_request', number };
}

/** What people do on GitLab. */
export function gitLabPeople({ gitlab, repository }: GitLabFlow, look: Pick<Look, 'comments'>): People {
  const at = (by = 'ada') => ({ repository, by });
  const told = toldBy(gitlab);
  const push: People['push'] = ({ by = 'ada', ...commit }) => gitlab.commit({ repository, by, ...commit });
  const noteable = (place: Place) => {
    const { kind, number } = place;
    return kind === 'issue' ? gitlab.issue(repository, number) : gitlab.pull(repository, number);
  };
  const press = async (commentId: number, content: string, by: string | undefined) => {
    const isOn = gitlab
      .reactions(repository, { comment: commentId })
      .some((one) => one.user.login === at(by).by && one.content === content);
    if (isOn) told((await gitlab.unreact({ ...at(by), commentId, content })).delivery);
    told((await gitlab.react({ ...at(by), commentId, content })).delivery);
  };
  return {
    async openIssue({ by, title = 'Something is to be done', ...act } = {}) {
      const { issue, delivery } = await gitlab.openIssue({ ...at(by), title, ...act });
      const place = { kind: 'issue', number: issue.number } as const;
      return { place, id: issue.id, isOnLine: false, ...told(delivery) };
    },
    async openChange({ by, title = 'A change', ...act }) {
      const { issue, delivery } = await gitlab.openPullRequest({ ...at(by), title, ...act });
      const place = { kind: 'pull', number: issue.number } as const;
      return { place, id: issue.id, isOnLine: false, ...told(delivery) };
    },
    async comment(place, body, by) {
      const { comment, delivery } = await gitlab.comment({ ...at(by), ...on(place), body });
      return { place, id: comment.id, isOnLine: false, ...told(delivery) };
    },
    async commentOnLine(place, { by, ...act }) {
      const { comment, delivery } = await gitlab.reviewComment({ ...at(by), number: place.number, ...act });
      return { place, id: comment.id, isOnLine: true, ...told(delivery) };
    },
    async editComment({ id: commentId }, body, by) {
      told((await gitlab.editComment({ ...at(by), commentId, body })).delivery);
    },
    deleteComment: async ({ id: commentId }, by) => gitlab.deleteComment({ ...at(by), commentId }),
    label: async (place, label, by) => {
      const labels = [...noteable(place).labels, label];
      return told((await gitlab.label({ ...at(by), ...on(place), labels })).delivery);
    },
    assign: async (place, login, by) => {
      const assignees = [...noteable(place).assignees.map((user) => user.login), login];
      return told((await gitlab.assign({ ...at(by), ...on(place), assignees })).delivery);
    },
    async close({ kind, number }, by) {
      const close = kind === 'issue' ? gitlab.closeIssue : gitlab.closePullRequest;
      told((await close({ ...at(by), number })).delivery);
    },
    async reopen({ kind, number }, by) {
      const reopen = kind === 'issue' ? gitlab.reopenIssue : gitlab.reopenPullRequest;
      told((await reopen({ ...at(by), number })).delivery);
    },
    merge: async ({ number }, by) => void told((await gitlab.mergePullRequest({ ...at(by), number })).delivery),
    async press(place, button, by) {
      const note = look.comments(place).findLast(({ body }) => body.includes('astraforge:comment:'));
      if (note === undefined) throw new Error(`${place.kind} ${place.number} has no progress comment`);
      await press(note.id, EMOJI[button], by);
    },
    push,
    configure: (config) => push({ branch: repository.defaultBranch, files: { [CONFIG]: config } }),
    deleteBranch: (branch, by) => gitlab.deleteBranch({ ...at(by), branch }),
    setRole: (login, role) => gitlab.setPermission(repository, login, role),
  };
}

/**
 * What owners and administrators do on GitLab. No hook of a project or group tells of any of it: a rename shows in the path of
 * the next delivery, a lost account or membership in what the API answers.
 */
export function gitLabOwners({ gitlab, repository }: GitLabFlow): Owners {
  const { bot } = gitlab;
  return {
    rename: async (name) => gitlab.renameRepository({ repository, name }),
    transfer: async () => gitlab.transferRepository({ repository, owner: 'team/umbrella' }),
    suspend: async () => gitlab.blockUser(bot.login),
    unsuspend: async () => void (bot.state = 'active'),
    removeAccess: async () => gitlab.setPermission(repository, bot.login, 'none'),
    giveAccess: async () => gitlab.setPermission(repository, bot.login, 'maintain'),
  };
}
