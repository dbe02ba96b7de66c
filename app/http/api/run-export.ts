import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { RunExport } from '#core/contracts/http/run-export.ts';
import { exportRun, type ExportedRun, type ExportRunDeps } from '#core/usecases/view/export-run.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { access, FAILURES } from './route-access.ts';

/** What exporting needs. */
export type RunExportDeps = ExportRunDeps;

/** Named by a type that is no literal, since the answer is written piece by piece and no single value. */
const FILE: Record<string, { schema: z.ZodType }> = { 'application/json': { schema: RunExport } };

const read = createRoute({
  ...access({ action: 'read', resource: 'run' }),
  method: 'get',
  path: '/runs/{id}/export',
  summary: 'Everything that is kept of a run, as one file',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: {
      description: 'The file; a connection that breaks before its end leaves JSON that is not whole',
      content: FILE,
    },
    ...FAILURES,
  },
});

/** `/runs/{id}/export`: a run as a file, which is never in memory as a whole. */
export function runExportRoutes(api: OpenAPIHono<ApiEnv>, deps: RunExportDeps): void {
  api.openapi(read, async (context) => {
    const { id } = context.req.valid('param');
    const exported = found(await exportRun(deps, context.var.identity.tenantId, id));
    context.header('content-type', 'application/json; charset=utf-8');
    context.header('content-disposition', `attachment; filename="astraforge-run-${exported.small.run.id}.json"`);
    context.header('cache-control', 'no-store');
    return context.body(bytesOf(textOf(exported)));
  });
}

async function* textOf({ small, log, modelCalls }: ExportedRun): AsyncGenerator<string> {
  yield JSON.stringify(small).slice(0, -1);
  yield* listed('log', log);
  yield* listed('model_calls', modelCalls);
  yield '}\n';
}

async function* listed(name: string, entries: AsyncIterable<unknown>): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let between = '\n';
  for await (const entry of entries) {
    yield between + JSON.stringify(entry);
    between = ',\n';
  }
  yield ']';
}

/** Asks for the next piece when the client has taken the one before; what fails half-way breaks the connection. */
function bytesOf(texts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await texts.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await texts.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
