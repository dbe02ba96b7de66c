import type { GitHubStandIn } from '../../fakes/github/stand-in.ts';
import type { World } from '../world.ts';
import type { Place } from './said.ts';
import type { Look, Owners, People } from './scene.ts';
import { toldBy } from './told.ts';

const CONFIG = '.github/astraforge.yml';
const OWNER = 'acme';

/** What people do on GitHub. */
export function gitHubPeople({ github, repository, astraforge }: World, look: Pick<Look, 'checksOf'>): People {
  const at = (by = 'ada') => ({ repository, by });
  const told = toldBy(github);
  const push: People['push'] = ({ by = 'ada', ...commit }) => github.commit({ repository, by, ...commit });
  const thread = (place: Place) =>
    astraforge.shared.store.conversations.find({ provider: 'github', repoId: repository.id, ...place }, 'any');
  return {
    async openIssue({ title = 'Something is to be done', body = '', labels = [], by } = {}) {
      const { issue, delivery } = await github.openIssue({ ...at(by), title, body });
      const place = { kind: 'issue', number: issue.number } as const;
      for (const label of labels) await github.label({ ...at(by), number: issue.number, label });
      return { place, id: issue.id, isOnLine: false, ...told(delivery) };
    },
    async openChange({ by, title = 'A change', ...act }) {
      const { issue, delivery } = await github.openPullRequest({ ...at(by), title, ...act });
      const place = { kind: 'pull', number: issue.number } as const;
      return { place, id: issue.id, isOnLine: false, ...told(delivery) };
    },
    async comment(place, body, by) {
      const { comment, delivery } = await github.comment({ ...at(by), number: place.number, body });
      return { place, id: comment.id, isOnLine: false, ...told(delivery) };
    },
    async commentOnLine(place, { by, ...act }) {
      const { comment, delivery } = await github.reviewComment({ ...at(by), number: place.number, ...act });
      return { place, id: comment.id, isOnLine: true, ...told(delivery) };
    },
    async editComment({ id: commentId, isOnLine }, body, by) {
      const edit = isOnLine ? github.editReviewComment : github.editComment;
      told((await edit({ ...at(by), commentId, body })).delivery);
    },
    async deleteComment({ id: commentId, isOnLine }, by) {
      const remove = isOnLine ? github.deleteReviewComment : github.deleteComment;
      told((await remove({ ...at(by), commentId })).delivery);
    },
    label: async ({ number }, label, by) => told((await github.label({ ...at(by), number, label })).delivery),
    assign: async ({ number }, assignee, by) => told((await github.assign({ ...at(by), number, assignee })).delivery),
    async close({ kind, number }, by) {
      const close = kind === 'issue' ? github.closeIssue : github.closePullRequest;
      told((await close({ ...at(by), number })).delivery);
    },
    async reopen({ kind, number }, by) {
      const reopen = kind === 'issue' ? github.reopenIssue : github.reopenPullRequest;
      told((await reopen({ ...at(by), number })).delivery);
    },
    merge: async ({ number }, by) => void told((await github.mergePullRequest({ ...at(by), number })).delivery),
    async press(place, button, by) {
      const standing = await thread(place);
      const ids = standing === undefined ? [] : look.checksOf(standing).map(({ id }) => id);
      const check = github
        .checkRuns(repository)
        .findLast(({ id, actions }) => ids.includes(id) && actions.some(({ identifier }) => identifier === button));
      if (check === undefined) throw new Error(`#${place.number} has no check run with the button ${button}`);
      told((await github.pressButton({ ...at(by), check: check.id, identifier: button })).delivery);
    },
    push,
    configure: (config) => push({ branch: repository.defaultBranch, files: { [CONFIG]: config } }),
    deleteBranch: async (branch, by) => void told((await github.deleteBranch({ ...at(by), branch })).delivery),
    setRole: (login, role) => github.setPermission(repository, login, role),
  };
}

/** What owners do on GitHub, where the App is installed on the account `acme`. */
export function gitHubOwners({ github, repository }: World): Owners {
  const by = OWNER;
  const told = toldBy(github);
  const installation = (): number => repository.installationId ?? 0;
  const act = async (done: ReturnType<GitHubStandIn['renameRepository']>) => void told((await done).delivery);
  return {
    rename: (name) => act(github.renameRepository({ repository, by, name })),
    transfer: () => act(github.transferRepository({ repository, by, to: 'umbrella' })),
    suspend: () => act(github.suspendInstallation({ installation: installation(), by })),
    unsuspend: () => act(github.unsuspendInstallation({ installation: installation(), by })),
    removeAccess: () => act(github.removeFromInstallation({ repository, by })),
    giveAccess: () => act(github.addToInstallation({ repository, by })),
  };
}
