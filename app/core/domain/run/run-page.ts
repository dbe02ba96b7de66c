/** This machine as it calls itself, and every name below `localhost` (RFC 6761 section 6.3, RFC 6890): to others it is their own. */
const LOOPBACK = /^https?:\/\/(?:(?:[^/:]+\.)?localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\])(?=[:/]|$)/i;

/**
 * Address of a run's page on the dashboard, to be written where people on a Git host read it. `publicUrl`: where they reach us,
 * without a slash at its end. Undefined when nobody has said where that is, or when it leads whoever reads it to their own machine.
 */
export function runPage(publicUrl: string | undefined, runId: string): string | undefined {
  return publicUrl === undefined || LOOPBACK.test(publicUrl) ? undefined : `${publicUrl}/runs/${runId}`;
}

/** What a text on a host ends with, as Markdown: a paragraph that leads to that page; nothing without one. */
export function runPageLine(page: string | undefined): string {
  return page === undefined ? '' : `\n\n[This run on the dashboard](${page})`;
}
