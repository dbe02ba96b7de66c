import { z } from 'zod';
import type { Attachments } from '#core/ports/access/attachments.ts';
import { viaPrisma, type Database } from '../database/database.ts';
import { storableText } from '../database/storable.ts';

const SIZE = `
  select coalesce(sum(length(bytes)), 0)::float8 as bytes from attachment
  where subject_id = $1::uuid or subject_id in (select id from message where request_id = $1::uuid)`;

const SizeRow = z.object({ bytes: z.number() });

/** Attachments on a database. */
export function openAttachments({ prisma, rows }: Database): Attachments {
  return {
    async keep({ id: subjectId, tenantId }, attachments) {
      if (attachments.length === 0) return;
      const data = attachments.map(({ name, contentType, bytes }, index) => ({
        subjectId,
        tenantId,
        position: index + 1,
        name: storableText(name),
        contentType,
        bytes: Buffer.from(bytes),
      }));
      await viaPrisma('Keeping attachments', () => prisma.attachment.createMany({ data, skipDuplicates: true }));
    },
    async sizeOf(requestId) {
      const [found] = await rows(SizeRow, { action: 'Measuring attachments', text: SIZE, values: [requestId] });
      return found?.bytes ?? 0;
    },
    async of(subjectId) {
      const found = await viaPrisma('Reading attachments', () =>
        prisma.attachment.findMany({ where: { subjectId }, orderBy: { position: 'asc' } }),
      );
      return found.map(({ name, contentType, bytes }) => ({ name, contentType, bytes }));
    },
  };
}
