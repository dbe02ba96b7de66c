import { z } from 'zod';

/** A link by which an administrator signs in once. */
export const MadeSignInLink = z
  .object({ url: z.url().describe('To be opened in a browser'), expires_at: z.iso.datetime() })
  .meta({ id: 'MadeSignInLink' });
