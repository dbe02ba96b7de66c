import type { World } from '../world.ts';
import type { Said, Wire } from './scene.ts';

const WRONG = `sha256=${'0'.repeat(64)}`;

/** What passes between GitHub and the bot. */
export function gitHubWire({ github, repository }: World): Wire {
  const former = ({ guid }: Said) => {
    const found = github.deliveries.find((one) => one.guid === guid);
    if (found === undefined) throw new Error(`there is no delivery ${guid}`);
    return found;
  };
  return {
    addBot: (name) => github.createUser(`${name}[bot]`, { type: 'Bot' }).login,
    redeliver: async ({ guid }) => (await github.redeliver(guid)).status,
    bodyOf: (said) => former(said).body,
    async post(said, { body, event, secret = 'right' }) {
      const sent = former(said);
      const signature = { right: {}, wrong: { signature: WRONG }, none: { signature: null } }[secret];
      return github.deliverRaw({ event: event ?? sent.event, body: body ?? sent.body, ...signature });
    },
    refuseRoleOf(login, times) {
      const path = new RegExp(`^/repos/${repository.fullName}/collaborators/${login}/permission$`);
      return github.fault({ match: { path }, times, status: 500 });
    },
  };
}
