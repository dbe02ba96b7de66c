import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { eventHeader, hookHeaders } from '../../fakes/gitlab/hook-headers.ts';
import { restClient } from '../../fakes/gitlab/rest-client.ts';
import { postHook } from '../../fakes/git-host/hook-post.ts';
import type { GitLabFlow } from '../gitlab-world.ts';
import type { Said } from './said.ts';
import { undeliveredBy } from './told.ts';
import type { Wire } from './wire.ts';

const Issue = z.looseObject({ iid: z.number() });

/** What passes between GitLab and the bot. */
export function gitLabWire({ gitlab, repository }: GitLabFlow): Wire {
  const url = (): string => gitlab.webhookTarget ?? '';
  const former = ({ guid }: Said) => {
    const found = gitlab.deliveries.find((one) => one.guid === guid);
    if (found === undefined) throw new Error(`there is no delivery ${guid}`);
    return found;
  };
  const hooks = {
    right: () => ({ token: gitlab.webhookSecret, ...signing(gitlab.signingSecret) }),
    wrong: () => ({ token: 'wrong', ...signing(`whsec_${Buffer.from('wrong').toString('base64')}`) }),
    none: () => ({}),
  };
  const post: Wire['post'] = async (said, { body, event, secret = 'right' }) => {
    const sent = former(said);
    const hook = gitlab.addHook({ repository, url: url(), triggers: [], ...hooks[secret]() });
    const guid = randomUUID();
    const call = {
      ...{ event: event ?? eventHeader(sent.event), body: body ?? sent.body },
      ...{ idempotencyKey: guid, instanceUrl: gitlab.url, atMs: Date.now() },
    };
    const headers = hookHeaders(hook, call);
    const { status } = await postHook({ url: url(), body: call.body, headers }, new AbortController().signal);
    return { guid, status };
  };
  return {
    addBot: () => gitlab.issueToken({ repository }).user.login,
    redeliver: async ({ guid }) => (await gitlab.redeliver(guid)).status,
    undelivered: (act) => undeliveredBy(gitlab, act),
    deliverLate: async (said) => (await post(said, {})).status,
    bodyOf: (said) => former(said).body,
    post,
    async openOurIssue({ title, body, labels }) {
      const bot = restClient(gitlab, gitlab.botToken.token);
      const made = await bot.post(`/projects/${repository.id}/issues`, { title, description: body, labels });
      return { kind: 'issue', number: Issue.parse(made.body).iid };
    },
    refuseRoleOf(login, { times, status = 500 }) {
      const member = [...repository.members.values()].find(({ user }) => user.login === login);
      if (member === undefined) throw new Error(`${login} is no member of ${repository.fullName}`);
      const path = new RegExp(`/members/all/${member.user.id}$`);
      return gitlab.fault({ match: { path }, times, status });
    },
    slowReading: (delayMs) => gitlab.fault({ match: { operationId: 'GET /projects/:id/issues/:issue_iid' }, delayMs }),
    cutOffIssue: () => gitlab.fault({ match: { method: 'POST', path: /\/issues$/ }, when: 'after', status: 502 }),
    cutOffReview: () => gitlab.fault({ match: { method: 'POST', path: /bulk_publish$/ }, when: 'after', status: 502 }),
  };
}

function signing(signingSecret: string | undefined): { signingSecret?: string } {
  return signingSecret === undefined ? {} : { signingSecret };
}
