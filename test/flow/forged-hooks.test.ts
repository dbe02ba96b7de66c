import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeWith } from '../services/describe-with.ts';
import { answers } from './conversation-scenarios.ts';
import { GITLAB, play } from './hosts/on-both-hosts.ts';

const Note = z.looseObject({
  user: z.looseObject({ id: z.number(), username: z.string() }),
  object_attributes: z.looseObject({ id: z.number(), note: z.string(), author_id: z.number() }),
});

/** GitLab only: whoever may edit a hook there can have it send any body under the right token and signature. */
describeWith(['codex', 'confinement'], 'a hook that says what nobody said: GitLab', () => {
  const scene = play(GITLAB, { scenario: answers, config: 'triggers: { labels: [astraforge] }\n' });

  it('starts nothing, whether the note, its words or its author are made up', async () => {
    const said = await scene().ask('@astraforge what is this', 'rita');
    const asked = await scene().comment((await scene().openIssue({ by: 'mia' })).place, 'hers', 'mia');
    const real = Note.parse(JSON.parse(scene().bodyOf(said)));
    const mia = Note.parse(JSON.parse(scene().bodyOf(asked))).user;
    const words = { ...real, object_attributes: { ...real.object_attributes, note: '@astraforge add more' } };
    const asMia = { ...words, user: mia, object_attributes: { ...words.object_attributes, author_id: mia.id } };
    const noNote = { ...asMia, object_attributes: { ...asMia.object_attributes, id: 999_999 } };
    const hers = { ...real, user: mia, object_attributes: { ...real.object_attributes, author_id: mia.id } };
    for (const forged of [words, asMia, noNote, hers]) {
      const sent = await scene().post(said, { body: JSON.stringify(forged) });
      expect(await scene().outcomeOf(sent)).toBe('ignored: the host tells it otherwise');
    }
    expect(await scene().standing(said.place)).toBeUndefined();
  });

  it.each(['Pipeline Hook', 'Never Heard Of'])('a %s is answered 202 and ignored', async (event) => {
    const said = await scene().comment((await scene().openIssue()).place, 'nothing');
    const sent = await scene().post(said, { event, body: JSON.stringify({ event }) });
    expect(sent.status).toBe(202);
    expect(await scene().outcomeOf(sent)).toMatch(/^ignored: event .* is not one of ours$/);
  });
});
