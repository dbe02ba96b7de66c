import { octokitOn } from '../../fakes/github/octokit-client.ts';
import type { World } from '../world.ts';
import type { Said } from './said.ts';
import { undeliveredBy } from './told.ts';
import type { Wire } from './wire.ts';

const WRONG = `sha256=${'0'.repeat(64)}`;

/** What passes between GitHub and the bot. */
export function gitHubWire({ github, repository }: World): Wire {
  const former = ({ guid }: Said) => {
    const found = github.deliveries.find((one) => one.guid === guid);
    if (found === undefined) throw new Error(`there is no delivery ${guid}`);
    return found;
  };
  const redeliver = async ({ guid }: Said) => (await github.redeliver(guid)).status;
  return {
    addBot: (name) => github.createUser(`${name}[bot]`, { type: 'Bot' }).login,
    redeliver,
    undelivered: (act) => undeliveredBy(github, act),
    deliverLate: redeliver,
    bodyOf: (said) => former(said).body,
    async post(said, { body, event, secret = 'right' }) {
      const sent = former(said);
      const signature = { right: {}, wrong: { signature: WRONG }, none: { signature: null } }[secret];
      return github.deliverRaw({ event: event ?? sent.event, body: body ?? sent.body, ...signature });
    },
    async openOurIssue({ labels, ...draft }) {
      const at = { owner: repository.owner.login, repo: repository.name };
      const { issues } = octokitOn(github, repository).rest;
      const { data } = await issues.create({ ...at, ...draft, labels: [...labels] });
      return { kind: 'issue', number: data.number };
    },
    refuseRoleOf(login, { times, status = 500 }) {
      const path = new RegExp(`^/repos/${repository.fullName}/collaborators/${login}/permission$`);
      return github.fault({ match: { path }, times, status });
    },
    slowReading: (delayMs) => github.fault({ match: { operationId: 'graphql' }, delayMs }),
    cutOffIssue: () => github.fault({ match: { operationId: 'issues/create' }, when: 'after', status: 502 }),
    cutOffReview: () => github.fault({ match: { operationId: 'pulls/create-review' }, when: 'after', status: 502 }),
  };
}
