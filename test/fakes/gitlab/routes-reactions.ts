import { z } from 'zod';
import { addReaction } from './conversations.ts';
import { notFound, unauthorized } from './failure.ts';
import { PageInput, paginate } from './paginate.ts';
import { noteableOf, noteOf } from './place.ts';
import { renderReaction } from './render-issue.ts';
import { Nothing, projectRoute, type ProjectCall, type Route } from './route.ts';
import { Reaction } from './shapes-conversation.ts';
import { announceReaction } from './webhook-events.ts';

const Paged = z.strictObject(PageInput);
const NewReaction = z.strictObject({ name: z.string() });

/** Emoji reactions on issues, merge requests and the notes of both: https://docs.gitlab.com/api/emoji_reactions/ */
export const reactionRoutes: readonly Route[] = [
  ...routesOn('/issues/:issue_iid'),
  ...routesOn('/issues/:issue_iid/notes/:note_id'),
  ...routesOn('/merge_requests/:merge_request_iid'),
  ...routesOn('/merge_requests/:merge_request_iid/notes/:note_id'),
];

function routesOn(place: `/${string}`): Route[] {
  const path = `/projects/:id${place}/award_emoji` as const;
  return [
    projectRoute(`GET ${path}`, { need: 'project', input: Paged, answer: z.array(Reaction) }, (call) => {
      const on = targetOf(call);
      const { page, headers } = paginate(call, call.input, on.reactions);
      return { status: 200, body: page.map((one) => renderReaction(call.world, one, on)), headers };
    }),
    projectRoute(`POST ${path}`, { need: 'comment', input: NewReaction, answer: Reaction }, (call) => {
      const { world, project, user, input } = call;
      const on = targetOf(call);
      const reaction = addReaction(world, on, { user, content: input.name });
      const happening = { action: 'award', by: user };
      world.hooks.background(announceReaction(world, { project, ...on, reaction }, happening));
      const body = renderReaction(world, reaction, on);
      return { status: 201, body, wrote: { kind: 'reaction.create', id: reaction.id } };
    }),
    projectRoute(`DELETE ${path}/:award_id`, { need: 'comment', input: Nothing, answer: undefined }, (call) => {
      const { world, project, user, params } = call;
      const on = targetOf(call);
      const reaction = on.reactions.find((one) => one.id === Number(params['award_id']));
      if (!reaction) throw notFound('Award Emoji');
      if (reaction.user !== user) throw unauthorized();
      on.reactions.splice(on.reactions.indexOf(reaction), 1);
      const happening = { action: 'revoke', by: user };
      world.hooks.background(announceReaction(world, { project, ...on, reaction }, happening));
      return { status: 204, wrote: { kind: 'reaction.delete', id: reaction.id } };
    }),
  ];
}

function targetOf(call: ProjectCall<unknown>) {
  const noteable = noteableOf(call);
  const note = call.params['note_id'] === undefined ? undefined : noteOf(call, noteable);
  return { noteable, note, reactions: (note ?? noteable).reactions };
}
