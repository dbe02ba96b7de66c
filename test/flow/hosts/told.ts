/** That the bot was told of something. @throws Error when its webhook was not answered with 202. */
export function told(delivery: { readonly guid: string; readonly status: number | null; readonly response: string }): {
  readonly guid: string;
} {
  if (delivery.status !== 202) throw new Error(`the webhook was answered ${delivery.status}: ${delivery.response}`);
  return { guid: delivery.guid };
}
