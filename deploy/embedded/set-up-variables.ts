import { z } from 'zod';
import { namedHosts } from '../../app/plugins.ts';
import { everythingFor } from './start.ts';

/** The variables that are known once a GitHub App is. */
const ofTheApp = { APP_ID: true, PRIVATE_KEY: true, WEBHOOK_SECRET: true } as const;

/** Variables that only `npm start` reads. */
export const SetUpOptions = z.object({
  GH_ORG: z
    .string()
    .regex(/^[A-Za-z0-9](?:-?[A-Za-z0-9])*$/)
    .optional()
    .describe('Organization that will own the GitHub App the set-up page makes; unset: you'),
});

/** What a start without an App needs: everything that is set must be right, the model key may still be missing. */
export const SetUpVariables = everythingFor({})
  .omit(ofTheApp)
  .partial({ OPENAI_API_KEY: true })
  .extend(SetUpOptions.shape);
export type SetUpVariables = z.infer<typeof SetUpVariables>;

/** What a start with a Git host needs. */
export function startVariables(env: Readonly<Record<string, string | undefined>>) {
  return everythingFor(env).extend(SetUpOptions.shape);
}

/** Whether not one variable of a Git host is set; with some of them, the environment is faulty rather than new. */
export function lacksHost(env: Readonly<Record<string, string | undefined>>): boolean {
  return namedHosts(env).length === 0;
}
