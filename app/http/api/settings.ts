import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { Settings } from '#core/contracts/http/settings.ts';
import { AppError } from '#core/domain/errors.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { createSettingsView, type ViewSettingsDeps } from '#core/usecases/view/view-settings.ts';
import type { ApiEnv } from './guard.ts';
import { access, FAILURES, json } from './route-access.ts';

const read = createRoute({
  ...access({ action: 'admin', resource: 'settings' }),
  method: 'get',
  path: '/settings',
  summary: 'How the installation is set up and whether what it needs answers; nothing secret',
  responses: { 200: json(Settings, 'The settings'), ...FAILURES },
});

/** `/settings`: for administrators of the first tenant, which is the installation's own. */
export function settingsRoutes(api: OpenAPIHono<ApiEnv>, deps: ViewSettingsDeps): void {
  const view = createSettingsView(deps);
  api.openapi(read, async (context) => {
    // Of all tenants: their administrators see their own only.
    if (context.var.identity.tenantId !== FIRST_TENANT)
      throw new AppError(
        'denied',
        'Reading the settings: they are of the whole installation, whose tenant is another one',
      );
    context.header('cache-control', 'no-store');
    return context.json(await view(), 200);
  });
}
