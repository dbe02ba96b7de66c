import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Alert, AlertReading } from '#core/domain/alert/alert.ts';
import { alertEvent } from '#core/ports/alerts.ts';
import type { TrackerDoor } from '#core/ports/host/webhook-door.ts';
import { issuePage, readJson, Words } from './tracker-payload.ts';

/*
 * Glitchtip's "general" webhook: a body in the manner of Slack's attachments, unsigned, so that whoever knows the address is
 * believed (glitchtip-backend, apps/alerts/webhooks.py).
 */

/** Equal bodies within so many milliseconds are one delivery. More would hide an issue that was resolved and came back at once. */
const REPETITION_MS = 5_000;

/** What the door is given. */
export interface GlitchtipDoorOptions {
  readonly secrets: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch; the system's clock when absent. */
  readonly now?: () => number;
}

/** Opens the door that Glitchtip knocks at, `/webhooks/glitchtip/<source>/<token>`. */
export function openGlitchtipDoor({ secrets, now = Date.now }: GlitchtipDoorOptions): TrackerDoor {
  const nobody = randomBytes(32).toString('hex');
  return async ({ body, path: [source = '', token = '', ...rest] }) => {
    const secret = secrets.get(source);
    const isGenuine = timingSafeEqual(digestOf(token), digestOf(secret ?? nobody));
    if (secret === undefined || rest.length > 0 || !isGenuine)
      return { kind: 'refused', status: 401, reason: 'bad token' };
    const moment = Math.floor(now() / REPETITION_MS);
    const scope = `${source}/${moment}`;
    const guid = createHash('sha256').update(`${scope}/`).update(body).digest('hex');
    return {
      kind: 'admitted',
      delivery: { provider: 'glitchtip', guid, event: alertEvent(source, 'alert'), body, scope },
    };
  };
}

/** Digests have one length, so that comparing them tells nothing, not even how long the token is. */
function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

const Field = z.object({ title: Words, value: Words.nullish() });
const Attachment = z.object({ title: Words.nullish(), title_link: Words, fields: z.array(Field).nullish() });
const Hook = z.object({ attachments: z.array(Attachment).min(1) });

/** Both forms of an issue's address: `/<organization>/issues/<id>` and, before 2.0, `/issues/<id>`. */
const ISSUE_IN_URL = /\/issues\/(\d{1,20})(?:[/?#]|$)/;

/**
 * Reads a recorded delivery of Glitchtip: one alert per attachment, since one can tell of several issues. `url` is the
 * address of the tracker, outside of which no link is believed.
 * @throws AppError `invalid` for another body, as that of another kind of webhook.
 */
export function readGlitchtip(body: Uint8Array, url: string): AlertReading {
  const { attachments } = readJson(Hook, body);
  const alerts = attachments.flatMap((one) => alertOf(one, url) ?? []);
  if (alerts.length === 0) return { kind: 'ignored', reason: 'no attachment links an issue of this tracker' };
  return { kind: 'alerts', alerts };
}

function alertOf({ title, title_link: link, fields }: z.infer<typeof Attachment>, url: string): Alert | undefined {
  const issueUrl = issuePage(link, url);
  const issueId = ISSUE_IN_URL.exec(issueUrl ?? '')?.[1];
  if (issueId === undefined) return undefined;
  const field = (name: string): string | null => fields?.find((one) => one.title.toLowerCase() === name)?.value ?? null;
  const project = field('project');
  return {
    occasion: 'fired',
    issueId,
    issueUrl,
    projects: project === null ? [] : [project],
    title: title ?? '',
    level: field('level'),
    environment: field('environment'),
    release: field('release'),
  };
}
