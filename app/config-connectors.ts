import { AlertSecrets } from '#core/contracts/alert-sources.ts';
import { ConnectorPlaces } from '#core/contracts/connectors.ts';
import { z } from 'zod';

/** What the processes that hear connectors need. */
export const ConnectorReading = z.object({
  CONNECTORS: ConnectorPlaces.prefault('[]').describe(
    'JSON list of the places from which work can be asked for through Jira, Microsoft Teams or e-mail, and through which repository link; docs/guides/connectors.md',
  ),
});

/** What the process that connectors call needs. */
export const ConnectorDoor = ConnectorReading.extend({
  CONNECTOR_SECRETS: AlertSecrets.prefault('{}').describe(
    'JSON object: id of a connector to the secret that its deliveries are signed with, or to its password',
  ),
});
