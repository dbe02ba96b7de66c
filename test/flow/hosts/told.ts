/** What came of telling the bot something. */
interface Told {
  readonly guid: string;
  readonly status: number | null;
  readonly response: string;
}

/**
 * Makes sure that the bot was told of what happened on a host; that nobody was, while the host has nowhere to deliver to.
 * @throws Error when the webhook was not answered with 202.
 */
export function toldBy(host: { readonly webhookTarget: string | undefined }): (delivery: Told) => { guid: string } {
  return ({ guid, status, response }) => {
    const expected = host.webhookTarget === undefined ? null : 202;
    if (status !== expected) throw new Error(`the webhook was answered ${status}: ${response}`);
    return { guid };
  };
}

/** Lets something happen on a host that delivers nothing meanwhile. */
export async function undeliveredBy<Value>(
  host: { webhookTarget: string | undefined },
  act: () => Promise<Value>,
): Promise<Value> {
  const { webhookTarget } = host;
  host.webhookTarget = undefined;
  try {
    return await act();
  } finally {
    host.webhookTarget = webhookTarget;
  }
}
